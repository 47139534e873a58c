// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// In how many months a series passes a limit, told for each of its periods. Pure.

#include <string_view>
#include <vector>

#include "model/kpi.hpp"

namespace kpid {

// `series` is that of the KPI that is watched, of this organisation. Each value rests on those
// that the trend can have looked at. Of sums over schools only complete ones make a trend: a school
// that is missing would look like a fall.
[[nodiscard]] std::vector<KpiValue> months_values(const Kpi& watched, const MonthsUntil& months,
                                                  std::string_view organisation,
                                                  std::vector<KpiValue> series);

}  // namespace kpid
