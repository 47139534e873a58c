// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "rules/in_a_row.hpp"

#include <cstddef>

#include "rules/comparison.hpp"
#include "rules/severity.hpp"

namespace kpid::rules {
namespace {

// Whether a period that should have come is missing between two.
bool one_is_missing(const Subject& subject, const Period& earlier, const Period& later) {
  constexpr std::chrono::days day{1};
  const Period between{earlier.end + day, later.start - day};
  if (between.end < between.start) return false;  // side by side, or both of the year so far
  if (subject.kpi.calendar == Calendar::day) {
    return subject.kpi.watched && later.start > expected_by(subject.calendar, Calendar::day,
                                                            earlier.end, subject.kpi.stale_after);
  }
  return subject.calendar.any_school_day(between);
}

}  // namespace

Run run_of_breaches(const Subject& subject) {
  const Limits limits = limits_of(subject.rule);
  Run run{1, subject.series.back().period};
  for (std::size_t i = subject.series.size() - 1; i-- > 0;) {
    const Period& period = subject.series[i].period;
    if (one_is_missing(subject, period, subject.series[i + 1].period)) break;
    const auto compared = compare(subject, i);
    if (!compared || severity_of(limits, compared->figure, Severity::none) == Severity::none) break;
    ++run.periods;
    run.since = period;
  }
  return run;
}

}  // namespace kpid::rules
