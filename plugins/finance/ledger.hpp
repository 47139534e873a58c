// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads a nominal ledger: a row a posting. Income, expenditure and staff costs are summed by school
// and financial year; cash and reserves are not, because postings move a balance without saying
// what it is. A pure function of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// The documents together are one ledger. A posting that two of them have is counted once, which
// takes a column that tells postings apart; without it, documents whose days overlap are refused.
tl::expected<Reading, Failure> read_ledgers(std::span<const Document> documents,
                                            const Settings& settings);

}  // namespace kpid::plugins::finance
