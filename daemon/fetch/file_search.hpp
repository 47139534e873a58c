// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// From a location in the settings to the files that it means. Blocking; no state. [any thread]

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "fetch/fetcher.hpp"
#include "model/error.hpp"

namespace kpid::fetch {

inline constexpr std::size_t max_documents = 250;  // descriptors in one message: at most 253

// Regular files in the order of their names, never none.
[[nodiscard]] Result<std::vector<std::filesystem::path>> find_files(
    const std::filesystem::path& base, const FetchRequest& request);

// Those of a drop folder, of any number; a folder stands for all files in it. [any thread]
[[nodiscard]] Result<std::vector<std::filesystem::path>> find_dropped(
    const std::filesystem::path& base, const std::string& location);

}  // namespace kpid::fetch
