// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "rules/lateness.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "rules/completeness.hpp"
#include "rules/severity.hpp"

namespace kpid {
namespace {

using Unit = Span::Unit;

// What a calendar allows of itself: nothing or one of its periods, then some school days.
struct Allowance {
  std::optional<Span> period;
  Span school_days;
};

Allowance allowance_of(Calendar calendar) {
  switch (calendar) {
    case Calendar::day:
      return {std::nullopt, {6, Unit::school_days}};
    case Calendar::week:
      return {std::nullopt, {10, Unit::school_days}};
    case Calendar::month:
      return {Span{1, Unit::months}, {10, Unit::school_days}};
    case Calendar::term:
      return {Span{1, Unit::terms}, {20, Unit::school_days}};
    case Calendar::academic_year:
    case Calendar::financial_year:
      return {Span{1, Unit::years}, {120, Unit::school_days}};
  }
  return {std::nullopt, {10, Unit::school_days}};
}

}  // namespace

Date expected_by(const SchoolCalendar& calendar, Calendar of, Date last,
                 const std::optional<Span>& allowed) {
  Date due = last;
  if (allowed) {
    due = calendar.after(last, *allowed);
  } else {
    const Allowance own = allowance_of(of);
    if (own.period) due = calendar.after(due, *own.period);
    due = calendar.after(due, own.school_days);
  }
  // Nobody hands in a figure while the school is closed.
  return calendar.school_day_after(due, 0);
}

std::string allowance_words(Calendar of, const std::optional<Span>& allowed) {
  if (allowed) return format_span(*allowed);
  const Allowance own = allowance_of(of);
  const std::string days = format_span(own.school_days);
  return own.period ? format_span(*own.period) + " and " + days : days;
}

namespace rules {

std::optional<Judgement> judge_lateness(const Subject& subject) {
  const Rule& rule = subject.rule;
  std::vector<KpiValue> full_enough;
  auto series = subject.series;
  if (rule.complete_enough) {
    full_enough = judgeable(series, is_ratio(subject.kpi), rule.complete_enough);
    series = full_enough;
  }
  if (series.empty()) return std::nullopt;
  const KpiValue& newest = *std::max_element(
      series.begin(), series.end(),
      [](const KpiValue& a, const KpiValue& b) { return a.period.end < b.period.end; });
  const std::optional<Span>& allowed =
      rule.stale_after ? rule.stale_after : subject.kpi.stale_after;
  const Allowance own = allowance_of(subject.kpi.calendar);
  Lateness late;
  late.last = newest.period.end;
  late.expected = expected_by(subject.calendar, subject.kpi.calendar, late.last, allowed);
  late.allowed = allowed.value_or(own.period.value_or(own.school_days));

  Judgement judgement;
  judgement.value = newest;
  judgement.since = newest.period;
  const Limits limits = limits_of(rule);
  if (subject.organisation.left && *subject.organisation.left <= late.expected) {
    judgement.threshold = threshold_of(limits, Severity::none);
    return judgement;  // nothing more is expected of it
  }
  // Both are 0 where that day has not come.
  late.school_days = subject.calendar.school_days_between(late.last, subject.today);
  judgement.compared = subject.calendar.school_days_between(late.expected, subject.today);
  judgement.late = late;
  judgement.breach = severity_of(limits, judgement.compared, Severity::none);
  judgement.severity = judgement.breach;
  judgement.threshold = threshold_of(limits, judgement.breach);
  judgement.periods_in_breach = judgement.breach == Severity::none ? 0 : 1;
  return judgement;
}

}  // namespace rules
}  // namespace kpid
