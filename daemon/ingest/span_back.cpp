// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/span_back.hpp"

namespace kpid::ingest {

Date span_before(const SchoolCalendar& calendar, Date today, const Span& span) {
  using std::chrono::days;
  if (span.unit == Span::Unit::days) return today - days{span.count};
  // The end of a span never comes earlier for a later beginning, so the day is found by halving;
  // the step first grows until its beginning lies far enough back.
  days back{1};
  constexpr days longest{400 * 366};
  while (back < longest && calendar.after(today - back, span) > today) back *= 2;
  Date early = today - back;
  Date late = today;
  if (calendar.after(late, span) <= today) return late;
  while (late - early > days{1}) {
    const Date middle = early + (late - early) / 2;
    (calendar.after(middle, span) <= today ? early : late) = middle;
  }
  return early;
}

}  // namespace kpid::ingest
