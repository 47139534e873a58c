// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads trial balances: a row an account, debits and credits that are equal in all. A pure function
// of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// A trial balance that does not balance, or of which a row cannot be read, fails the reading as a
// whole: none of its sums could be trusted.
tl::expected<Reading, Failure> read_trial_balances(std::span<const Document> documents,
                                                   const Settings& settings);

}  // namespace kpid::plugins::finance
