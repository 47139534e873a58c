// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "rules/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "kpis/forecast.hpp"
#include "rules/severity.hpp"

namespace kpid::rules {
namespace {

using std::chrono::days;

// How far from the day that it is compared with a daily KPI may look for a value.
constexpr days daily_tolerance{31};

days length(const Period& period) { return period.end - period.start + days{1}; }

// How much two periods have in common, as a share of what they cover together.
double likeness(const Period& a, const Period& b) {
  const Date start = std::max(a.start, b.start);
  const Date end = std::min(a.end, b.end);
  if (end < start) return 0;
  const auto common = static_cast<double>(length({start, end}).count());
  return common / (static_cast<double>((length(a) + length(b)).count()) - common);
}

// The values whose periods begin between two days. A series is in order of period.
std::span<const KpiValue> beginning(std::span<const KpiValue> values, Date from, Date to) {
  const auto first =
      std::lower_bound(values.begin(), values.end(), from,
                       [](const KpiValue& value, Date day) { return value.period.start < day; });
  const auto last = std::upper_bound(first, values.end(), to, [](Date day, const KpiValue& value) {
    return day < value.period.start;
  });
  return values.subspan(static_cast<std::size_t>(first - values.begin()),
                        static_cast<std::size_t>(last - first));
}

const KpiValue* nearest_day(std::span<const KpiValue> values, Date wanted) {
  const KpiValue* nearest = nullptr;
  days distance = daily_tolerance + days{1};
  for (const KpiValue& value :
       beginning(values, wanted - daily_tolerance, wanted + daily_tolerance)) {
    const days away = std::chrono::abs(value.period.start - wanted);
    if (away < distance) {
      distance = away;
      nearest = &value;
    }
  }
  return nearest;
}

// The value of the very period, or of the one that is cut a little differently.
const KpiValue* value_of(std::span<const KpiValue> values, const Period& wanted) {
  constexpr double half = 0.5;
  double best = half;
  const KpiValue* found = nullptr;
  // What begins further away than the period is long has less than half in common with it.
  for (const KpiValue& value : beginning(values, wanted.start - length(wanted), wanted.end)) {
    const double alike = likeness(value.period, wanted);
    if (alike > best) {
      best = alike;
      found = &value;
    }
  }
  return found;
}

const KpiValue* earlier_value(std::span<const KpiValue> earlier, const Period& wanted,
                              Calendar calendar) {
  if (const KpiValue* found = value_of(earlier, wanted)) return found;
  return calendar == Calendar::day ? nearest_day(earlier, wanted.start) : nullptr;
}

const KpiValue* newest_by(std::span<const KpiValue> values, Date day) {
  const KpiValue* newest = nullptr;
  for (const KpiValue& value : values) {
    if (value.period.end > day) continue;
    if (newest == nullptr || newest->period.end <= value.period.end) newest = &value;
  }
  return newest;
}

// Of another series, which may be kept in a calendar of its own.
const KpiValue* other_value(std::span<const KpiValue> other, const Period& period) {
  if (const KpiValue* found = value_of(other, period)) return found;
  const KpiValue* newest = newest_by(other, period.end);
  if (newest == nullptr) return nullptr;
  const bool both_days = length(period) == days{1} && length(newest->period) == days{1};
  if (both_days) {
    return period.end - newest->period.end <= daily_tolerance ? newest : nullptr;
  }
  // Of the same length it is the same calendar, and this period's value is missing.
  const double ratio = static_cast<double>(length(period).count()) /
                       static_cast<double>(length(newest->period).count());
  constexpr double another_calendar = 1.5;
  return ratio > another_calendar || ratio < 1 / another_calendar ? newest : nullptr;
}

std::optional<double> difference(const Rule& rule, double value, double reference) {
  if (rule.change_in == ChangeIn::absolute) return value - reference;
  if (reference == 0) return std::nullopt;  // a change from nothing has no percentage
  return 100.0 * (value - reference) / std::fabs(reference);
}

std::optional<Compared> with_target(const Subject& subject, const KpiValue& current) {
  const auto target = target_of(subject.kpi, subject.organisation.code, current.period);
  if (!target) return std::nullopt;
  const auto gap = difference(subject.rule, current.value, *target);
  if (!gap) return std::nullopt;
  Compared compared{*gap};
  compared.target = target;
  return compared;
}

std::optional<Compared> with_forecast(const Subject& subject, std::size_t index) {
  const auto expected =
      forecast(subject.series.first(index + 1), subject.kpi.calendar, subject.rule.forecast);
  if (!expected) return std::nullopt;
  Compared compared{low_is_bad(limits_of(subject.rule)) ? expected->high : expected->low};
  compared.forecast = expected;
  return compared;
}

// The school's own term or half-term that a period of a termly KPI stands for: sources that count
// it to the end of a month mean it all the same.
Period as_term(const SchoolCalendar& calendar, const Period& period) {
  constexpr double half = 0.5;
  Period best = period;
  double likest = half;
  const auto try_this = [&](const Period& days) {
    const double alike = likeness(days, period);
    if (alike > likest) {
      likest = alike;
      best = days;
    }
  };
  if (const auto term = calendar.term_of(period.end)) try_this(term->days);
  if (const auto half_term = calendar.half_term_of(period.end)) try_this(half_term->days);
  return best;
}

const KpiValue* reference_of(const Subject& subject, std::size_t index) {
  const Calendar calendar = subject.kpi.calendar;
  Period period = subject.series[index].period;
  const auto earlier = subject.series.first(index);
  switch (subject.rule.compare) {
    case Comparison::period_before:
      return earlier.empty() ? nullptr : &earlier.back();
    case Comparison::term_before: {
      if (calendar == Calendar::term) period = as_term(subject.calendar, period);
      const auto wanted = subject.calendar.term_before(period, calendar);
      return wanted ? earlier_value(earlier, *wanted, calendar) : nullptr;
    }
    case Comparison::year_before:
      if (calendar == Calendar::term) period = as_term(subject.calendar, period);
      return earlier_value(earlier, subject.calendar.year_before(period, calendar), calendar);
    case Comparison::organisation:
      // Held against itself a figure says nothing.
      if (subject.organisation.code == subject.rule.other_organisation) return nullptr;
      return other_value(subject.other, period);
    case Comparison::kpi:
      return other_value(subject.other, period);
    case Comparison::number:
    case Comparison::target:
    case Comparison::forecast:
    case Comparison::stale:
      break;
  }
  return nullptr;
}

}  // namespace

std::optional<Compared> compare(const Subject& subject, std::size_t index) {
  const KpiValue& current = subject.series[index];
  switch (subject.rule.compare) {
    case Comparison::number:
      return Compared{current.value};
    case Comparison::target:
      return with_target(subject, current);
    case Comparison::forecast:
      return with_forecast(subject, index);
    default:
      break;
  }
  const KpiValue* reference = reference_of(subject, index);
  if (reference == nullptr) return std::nullopt;
  const auto change = difference(subject.rule, current.value, reference->value);
  if (!change) return std::nullopt;
  Compared compared{*change};
  compared.reference = *reference;
  return compared;
}

}  // namespace kpid::rules
