// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where the daemon's control socket is, for kpictl: it must work beside a config that has faults.

#include <filesystem>
#include <string_view>

#include "model/error.hpp"

namespace kpid {

inline constexpr std::string_view default_socket = "/run/kpid/kpid.sock";

// Reads [daemon].socket alone, the default where it is not given. An Error where the file cannot be
// read, is not TOML, or has a socket that is no text.
[[nodiscard]] Result<std::filesystem::path> control_socket(
    const std::filesystem::path& config_file);

}  // namespace kpid
