// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The parts that an alert's sentence is put together from. Pure.

#include <string>

#include "alerts/wording.hpp"

namespace kpid::phrases {

// Whether what meets the thresholds is a difference, not a figure of the KPI's own unit.
[[nodiscard]] bool is_difference(const Rule& rule) noexcept;

// " on 15 January 2026", " in 2024/25", " in the week of …", " from … to …".
[[nodiscard]] std::string when(const Period& period, Calendar calendar);

// ", -3 pupils against 19 January 2023", "; at the present trend 4.1 % in 2026/27 (…)"; nothing
// where the value itself is judged.
[[nodiscard]] std::string compared(const Telling& telling);
// ", below the limit of 5 %; out of line since 2023/24".
[[nodiscard]] std::string breach(const Telling& telling);
// Of a rule that looks for missing figures: "no figure since the week of …; the next was due by …".
[[nodiscard]] std::string missing(const Telling& telling);
// " Source: finance, summary.csv row 3."
[[nodiscard]] std::string sources(const Telling& telling);

}  // namespace kpid::phrases
