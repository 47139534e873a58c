// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/periods.hpp"

#include <algorithm>

#include "kpis/kpi_values.hpp"

namespace kpid {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;
using Found = std::optional<std::size_t>;

std::size_t first_from(const std::vector<Period>& periods, Date start) {
  const auto found =
      std::lower_bound(periods.begin(), periods.end(), start,
                       [](const Period& period, Date wanted) { return period.start < wanted; });
  return static_cast<std::size_t>(found - periods.begin());
}

Found same_period(const std::vector<Period>& periods, const Period& wanted) {
  const auto found = std::lower_bound(periods.begin(), periods.end(), wanted);
  if (found == periods.end() || *found != wanted) return std::nullopt;
  return static_cast<std::size_t>(found - periods.begin());
}

// On the census day or the last before it since 1 September, else the first after it up to
// 31 December. A period from before what was found has nothing to be compared with yet.
Found autumn_census(const std::vector<Period>& periods, const Period& seen_from) {
  const Period year = academic_year_of(seen_from.start);
  const Date december = make_date(static_cast<int>(year_month_day{year.start}.year()), 12, 31);
  const std::size_t first = first_from(periods, year.start);
  const std::size_t after = first_from(periods, autumn_census_day(year.start) + days{1});
  Found found;
  if (after > first) {
    found = after - 1;
  } else if (after < periods.size() && periods[after].start <= december) {
    found = after;
  }
  if (found && seen_from < periods[*found]) return std::nullopt;
  return found;
}

Found year_before(const std::vector<Period>& periods, const Period& seen_from,
                  const LookUp& look_up) {
  const Period wanted = look_up.school_calendar.year_before(seen_from, look_up.calendar);
  if (const auto exact = same_period(periods, wanted)) return exact;
  if (look_up.calendar != Calendar::day) return std::nullopt;
  Found nearest;
  days distance = year_before_tolerance + days{1};
  for (std::size_t i = first_from(periods, wanted.start - year_before_tolerance);
       i < periods.size() && periods[i].start <= wanted.start + year_before_tolerance; ++i) {
    const days away = std::chrono::abs(periods[i].start - wanted.start);
    if (away >= distance) continue;
    distance = away;
    nearest = i;
  }
  return nearest;
}

Found latest(const std::vector<Period>& periods, const Period& seen_from) {
  for (std::size_t i = first_from(periods, seen_from.end + days{1}); i-- > 0;) {
    const Period& one = periods[i];
    if (one.start < seen_from.end - latest_reach - days{366}) break;
    const bool holds = one.start <= seen_from.start && seen_from.end <= one.end;
    if (holds || (one.end <= seen_from.end && one.end >= seen_from.end - latest_reach)) return i;
  }
  return std::nullopt;
}

// The longest that a period of the calendar is.
days length_of(Calendar calendar) {
  switch (calendar) {
    case Calendar::day:
      return days{1};
    case Calendar::week:
      return days{7};
    case Calendar::month:
      return days{31};
    case Calendar::term:
      return days{150};
    case Calendar::academic_year:
    case Calendar::financial_year:
      break;
  }
  return days{366};
}

}  // namespace

Found find_period(const std::vector<Period>& periods, const Period& seen_from,
                  const LookUp& look_up) {
  switch (look_up.at) {
    case Reference::At::same_period:
      return same_period(periods, seen_from);
    case Reference::At::autumn_census:
      return autumn_census(periods, seen_from);
    case Reference::At::year_before:
      return year_before(periods, seen_from, look_up);
    case Reference::At::latest:
      break;
  }
  return latest(periods, seen_from);
}

std::optional<Date> reading_from(std::optional<Date> from, Reference::At at, Calendar calendar) {
  // The same week of the same half-term may lie weeks away from the same date: Easter moves by
  // five.
  constexpr days longest_year_and_shift{366 + 62};
  if (!from) return from;
  switch (at) {
    case Reference::At::same_period:
      return from;
    case Reference::At::autumn_census:
      return academic_year_of(*from - length_of(calendar) + days{1}).start;
    case Reference::At::year_before:
      return *from - longest_year_and_shift;
    case Reference::At::latest:
      break;
  }
  return *from - latest_reach;
}

days trend_reach(const ForecastSpec& spec, Calendar calendar) {
  // Days have weekends and holidays between them, weeks have holidays.
  const int gaps = calendar == Calendar::day || calendar == Calendar::week ? 2 : 1;
  const days window = length_of(calendar) * (static_cast<int>(spec.window) * gaps + 1);
  const days least = spec.method == ForecastSpec::Method::seasonal_naive ? days{2 * 366} : days{92};
  return std::max(window, least);
}

}  // namespace kpid
