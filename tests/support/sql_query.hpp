// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Looks into a database past the daemon: what the daemon believes does not count.

#include <filesystem>
#include <string>

namespace kpid::testing {

// The first column of the first row as text; "(no row)", or SQLite's own words where it failed.
std::string query(const std::filesystem::path& database, const std::string& sql);

}  // namespace kpid::testing
