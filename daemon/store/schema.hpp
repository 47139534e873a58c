// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// The schema's versions. A database is migrated forward, one numbered step after another, in one
// transaction; a step that has been released is never edited.

#include <cstdint>
#include <span>
#include <string_view>

#include "model/error.hpp"
#include "store/sqlite.hpp"

namespace kpid::store {

[[nodiscard]] std::span<const std::string_view> migrations() noexcept;

// Runs what is missing of `steps`. A file of a newer version is ErrorKind::config.
[[nodiscard]] Result<void> migrate(Connection& connection, std::span<const std::string_view> steps);

}  // namespace kpid::store
