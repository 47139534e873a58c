// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a figure was held against, and how it came out.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alerts/phrases.hpp"
#include "model/config.hpp"

namespace kpid::phrases {
namespace {

std::string figure(const Telling& telling, double value,
                   std::optional<double> limit = std::nullopt) {
  return format_value(value, telling.kpi.unit, telling.kpi.decimals, limit);
}

std::string difference(const Telling& telling, double value) {
  if (telling.rule.change_in == ChangeIn::percent) return format_value(value, Unit::percent, 1);
  return format_difference(value, telling.kpi.unit, telling.kpi.decimals);
}

std::string operator_words(Threshold::Operator op) {
  switch (op) {
    case Threshold::Operator::below:
      return "below";
    case Threshold::Operator::at_most:
      return "at or below";
    case Threshold::Operator::above:
      return "above";
    case Threshold::Operator::at_least:
      return "at or above";
  }
  return "beyond";
}

// The straight line that a target lies on, where it lies on one: "on the way from … to …".
std::string trajectory(const Telling& telling, double target) {
  const Date day = telling.judgement.value.period.end;
  for (const Target& one : telling.kpi.targets) {
    if (!one.value_at_end || !one.days || day < one.days->start || one.days->end < day) continue;
    if (!one.organisation.empty() && one.organisation != telling.organisation.code) continue;
    const double low = std::min(one.value, *one.value_at_end);
    const double high = std::max(one.value, *one.value_at_end);
    if (target < low || high < target) continue;  // another target came first
    return fmt::format(" (on the way from {} on {} to {} on {})", figure(telling, one.value),
                       format_date_for_people(one.days->start), figure(telling, *one.value_at_end),
                       format_date_for_people(one.days->end));
  }
  return {};
}

// "the week of …" reads better with its article, all else without.
std::string with_article(const std::string& label) {
  return label.starts_with("week of ") ? "the " + label : label;
}

std::string earlier(const Telling& telling, std::string_view which) {
  const Calendar calendar = telling.kpi.calendar;
  const std::string label = format_period(telling.judgement.reference->period, calendar);
  if (calendar == Calendar::week) return fmt::format("the same week {} ({})", which, label);
  if (calendar == Calendar::day && telling.rule.compare == Comparison::term_before) {
    return fmt::format("the same day {} ({})", which, label);
  }
  if (telling.rule.compare == Comparison::term_before) {
    return fmt::format("the term before ({})", label);
  }
  return label;
}

// The other's name, its figure, and the figure's period where that is another one.
std::string other(const Telling& telling, const std::string& named) {
  const KpiValue& reference = *telling.judgement.reference;
  std::string text = named + " (" + figure(telling, reference.value);
  if (reference.period != telling.judgement.value.period) {
    text += when(reference.period, telling.kpi.calendar);
  }
  return text + ")";
}

std::string against(const Telling& telling) {
  const Judgement& judgement = telling.judgement;
  const std::string& named = telling.compared_with;
  switch (telling.rule.compare) {
    case Comparison::target:
      return "the target of " + figure(telling, *judgement.target) +
             trajectory(telling, *judgement.target);
    case Comparison::year_before:
      return earlier(telling, "last year");
    case Comparison::term_before:
      return earlier(telling, "of the term before");
    case Comparison::kpi:
      return other(telling, named.empty() ? telling.rule.other_kpi : named);
    case Comparison::organisation:
      return other(telling, named.empty() ? telling.rule.other_organisation : named);
    default:
      return with_article(format_period(judgement.reference->period, telling.kpi.calendar));
  }
}

// When the period stands that is `ahead` later: " in 2026/27", " in the week of …".
std::string later(const Period& period, Calendar calendar, std::uint32_t ahead) {
  using std::chrono::days;
  using std::chrono::months;
  using std::chrono::year_month;
  using std::chrono::year_month_day;
  switch (calendar) {
    case Calendar::day:
      return when({period.start + days{ahead}, period.end + days{ahead}}, calendar);
    case Calendar::week:
      return when({period.start + days{7 * ahead}, period.end + days{7 * ahead}}, calendar);
    case Calendar::month: {
      const year_month_day last{period.end};
      const year_month then = year_month{last.year(), last.month()} + months{ahead};
      return when({Date{then / 1}, Date{then / std::chrono::last}}, calendar);
    }
    case Calendar::term:
      return ahead == 1 ? " a term later" : fmt::format(" {} terms later", ahead);
    case Calendar::academic_year:
    case Calendar::financial_year: {
      const year_month_day end{period.end};
      const Date then{(end.year() + std::chrono::years{ahead}) / end.month() / 1};
      return when(academic_year_of(then), calendar);
    }
  }
  return {};
}

std::string expected(const Telling& telling) {
  const ForecastSpec& spec = telling.rule.forecast;
  const KpiValue& value = telling.judgement.value;
  const bool seasonal = spec.method == ForecastSpec::Method::seasonal_naive;
  const std::string_view how = seasonal ? "if it goes as it did a year before," : "at this trend";
  if (!telling.judgement.forecast) return {};
  const Forecast& forecast = *telling.judgement.forecast;
  std::optional<double> limit;
  if (telling.judgement.threshold) limit = telling.judgement.threshold->bound;
  std::string text = fmt::format("; {} {}{}", how, figure(telling, forecast.value, limit),
                                 later(value.period, telling.kpi.calendar, spec.ahead));
  if (spec.sure > 0) {
    text += fmt::format(" ({:g} % sure: {} to {})", spec.sure, figure(telling, forecast.low, limit),
                        figure(telling, forecast.high, limit));
  }
  return text;
}

}  // namespace

bool is_difference(const Rule& rule) noexcept {
  return rule.compare != Comparison::number && rule.compare != Comparison::forecast &&
         rule.compare != Comparison::stale;
}

std::string when(const Period& period, Calendar calendar) {
  const std::string label = format_period(period, calendar);
  if (period.start == period.end) return " on " + label;
  if (label.starts_with("week of ")) return " in the " + label;
  return (label.find(" to ") == std::string::npos ? " in " : " from ") + label;
}

std::string compared(const Telling& telling) {
  if (telling.rule.compare == Comparison::forecast) return expected(telling);
  if (!is_difference(telling.rule)) return {};
  const Judgement& judgement = telling.judgement;
  // Of an alert that is only remembered, nobody knows any more.
  if (!judgement.reference && !judgement.target) return {};
  std::string change = difference(telling, judgement.compared);
  if (judgement.compared > 0 && !change.starts_with('+')) change.insert(0, "+");
  return ", " + change + " against " + against(telling);
}

std::string breach(const Telling& telling) {
  const Judgement& judgement = telling.judgement;
  if (!judgement.threshold) return {};
  const Threshold& threshold = *judgement.threshold;
  const std::string bound = is_difference(telling.rule) ? difference(telling, threshold.bound)
                                                        : figure(telling, threshold.bound);
  // Within the margin of hysteresis the threshold itself is met, but not yet cleared.
  std::string text = threshold.breached_by(judgement.compared)
                         ? ", " + operator_words(threshold.op) + " the limit of " + bound
                         : ", not yet clear of the limit of " + bound;
  if (telling.alert.since != judgement.value.period) {
    // Since the milder limit was passed, where the alert has grown worse.
    const std::string since = format_period(telling.alert.since, telling.kpi.calendar);
    text += "; out of line since " + with_article(since);
  }
  return text;
}

}  // namespace kpid::phrases

namespace kpid {

std::string compared_with(const Rule& rule, const Config& config) {
  if (rule.compare == Comparison::kpi) {
    const Kpi* kpi = config.kpi(rule.other_kpi);
    return kpi == nullptr ? rule.other_kpi : kpi->title;
  }
  if (rule.compare == Comparison::organisation) {
    const Organisation* organisation = config.organisations.find(rule.other_organisation);
    return organisation == nullptr ? rule.other_organisation : organisation->name;
  }
  return {};
}

}  // namespace kpid
