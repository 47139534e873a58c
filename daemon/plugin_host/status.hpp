// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Between the statuses of plugin.h and the daemon's errors. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>

#include "model/error.hpp"
#include "model/time.hpp"

namespace kpid::plugin_host {

[[nodiscard]] ErrorKind kind_of_status(std::int32_t status) noexcept;
// For a plugin that explained nothing.
[[nodiscard]] std::string sentence_of_status(std::int32_t status);
[[nodiscard]] std::int32_t status_of(ErrorKind kind) noexcept;
// An error of the daemon as a plugin is given it.
[[nodiscard]] std::string text_for_plugin(const Error& error);
// Nothing where a plugin gives no instant, or one that cannot be.
[[nodiscard]] std::optional<Timestamp> instant_of(std::int64_t milliseconds) noexcept;

}  // namespace kpid::plugin_host
