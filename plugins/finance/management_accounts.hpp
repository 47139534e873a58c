// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads management accounts: budget and actual up to a month, a row a school or a row a school and
// line of the report. A pure function of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// A sum of which a line is not known is left out, with a note; of several months of a year the last
// counts.
tl::expected<Reading, Failure> read_management_accounts(std::span<const Document> documents,
                                                        const Settings& settings);

}  // namespace kpid::plugins::finance
