// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/period_position.hpp"

#include <chrono>

namespace kpid {
namespace {

// Years since year 0 at the end of that day, of years that end on 31 August.
double school_years(Date date) noexcept {
  const Period year = academic_year_of(date);
  const auto first = static_cast<int>(std::chrono::year_month_day{year.start}.year());
  const double gone = static_cast<double>((date - year.start).count() + 1);
  return first + gone / static_cast<double>((year.end - year.start).count() + 1);
}

double months(Date date) noexcept {
  const std::chrono::year_month_day day{date};
  const auto first = Date{day.year() / day.month() / 1};
  const auto last = Date{day.year() / day.month() / std::chrono::last};
  const double gone = static_cast<double>((date - first).count() + 1);
  return 12.0 * static_cast<int>(day.year()) + static_cast<unsigned>(day.month()) - 1 +
         gone / static_cast<double>((last - first).count() + 1);
}

}  // namespace

double position_of(const Period& period, Calendar calendar) noexcept {
  switch (calendar) {
    case Calendar::day:
      return days_since_epoch(period.end);
    case Calendar::week:
      return days_since_epoch(period.end) / 7.0;
    case Calendar::month:
      return months(period.end);
    case Calendar::term:
      return 3 * school_years(period.end);
    case Calendar::academic_year:
    case Calendar::financial_year:
      return school_years(period.end);
  }
  return days_since_epoch(period.end);
}

double periods_in_a_year(Calendar calendar) noexcept {
  switch (calendar) {
    case Calendar::day:
      return 364;
    case Calendar::week:
      return 52;
    case Calendar::month:
      return 12;
    case Calendar::term:
      return 3;
    case Calendar::academic_year:
    case Calendar::financial_year:
      return 1;
  }
  return 1;
}

double months_in_a_period(Calendar calendar) noexcept {
  constexpr double days_in_a_month = 365.2425 / 12;
  if (calendar == Calendar::day) return 1 / days_in_a_month;
  if (calendar == Calendar::week) return 7 / days_in_a_month;
  return 12 / periods_in_a_year(calendar);
}

}  // namespace kpid
