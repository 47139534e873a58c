// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Which period a reference means, seen from the period that a KPI is asked for, and how far back
// that may lie. Pure.

#include <chrono>
#include <optional>
#include <vector>

#include "model/kpi.hpp"
#include "model/measurement.hpp"
#include "model/school_calendar.hpp"

namespace kpid {

// What a look-up depends on beside the periods themselves.
struct LookUp {
  Reference::At at = Reference::At::same_period;
  Calendar calendar = Calendar::day;
  const SchoolCalendar& school_calendar;
};

// Of a day's figure a year before, the nearest day counts that is no further away than this.
inline constexpr std::chrono::days year_before_tolerance{31};
// A "latest" that ended longer ago than this says nothing of now: a year's accounts come up to four
// months after the year that they are of, and are the latest for the year that follows.
inline constexpr std::chrono::days latest_reach{500};

// The index of the period that is meant among `periods`, which are in order.
[[nodiscard]] std::optional<std::size_t> find_period(const std::vector<Period>& periods,
                                                     const Period& seen_from,
                                                     const LookUp& look_up);

// The first day that periods must end on or after, so that everything is there that a look-up from
// a period can mean which ends on or after `from`.
[[nodiscard]] std::optional<Date> reading_from(std::optional<Date> from, Reference::At at,
                                               Calendar calendar);
// How far before a period's end others may end that its trend looks at: room for the window's
// number of periods, and some that have no value.
[[nodiscard]] std::chrono::days trend_reach(const ForecastSpec& spec, Calendar calendar);

}  // namespace kpid
