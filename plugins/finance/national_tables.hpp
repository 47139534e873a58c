// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the department's tables of all schools' accounts: its benchmarking table, and the workbook
// of Consistent Financial Reporting, whose columns carry their formulas in their names. Pure
// functions of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// The benchmarking table: an academy's year runs from September, a maintained school's from April.
tl::expected<Reading, Failure> read_benchmarking_tables(std::span<const Document> documents,
                                                        const Settings& settings);

// Maintained schools, from April to March.
tl::expected<Reading, Failure> read_maintained_returns(std::span<const Document> documents,
                                                       const Settings& settings);

}  // namespace kpid::plugins::finance
