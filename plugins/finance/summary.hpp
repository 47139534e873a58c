// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads summary accounts: a row a school and financial year, as an admin would make such a table.
// A pure function of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// Where a school and year stand twice in a document, or differ between documents of one day, none
// of their figures count.
tl::expected<Reading, Failure> read_summaries(std::span<const Document> documents,
                                              const Settings& settings);

}  // namespace kpid::plugins::finance
