// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the Budget Forecast Return, of the trust as a whole: its table by line and half-year
// (Y1P1 to Y3P2), its three-year table (Y2 to Y4), and the long table that the department publishes
// (a row a year and category). A pure function of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

// Income and expenditure of a year are the sum of its two parts; the reserves are those at the end
// of the second part alone.
tl::expected<Reading, Failure> read_forecast_returns(std::span<const Document> documents,
                                                     const Settings& settings);

}  // namespace kpid::plugins::finance
