// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads accounts as a JSON object keyed by URN: {"900001": {"reserve": 195000, "inYear": 294000,
// "year": "2024/25"}, ...}. A pure function of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// A document that is no such object fails the reading as a whole. A school without figures or a
// year is left out; of a school with an amount that is none, only that amount.
tl::expected<Reading, Failure> read_urn_json(std::span<const Document> documents,
                                             const Settings& settings);

}  // namespace kpid::plugins::finance
