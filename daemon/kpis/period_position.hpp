// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where a period stands in time, counted in periods of its calendar, so that a line can be drawn
// through a series: by its end, for a figure of the year so far grows at that end. Whole months and
// years fall on whole numbers, however many days they have; a term is a third of a year. Pure.

#include "model/time.hpp"

namespace kpid {

[[nodiscard]] double position_of(const Period& period, Calendar calendar) noexcept;
// 52 weeks of 7 days, 12 months, 3 terms; of days 364, so that weekdays stay.
[[nodiscard]] double periods_in_a_year(Calendar calendar) noexcept;
[[nodiscard]] double months_in_a_period(Calendar calendar) noexcept;

}  // namespace kpid
