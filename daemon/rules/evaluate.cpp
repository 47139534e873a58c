// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "rules/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace kpid {
namespace {

// How far from "a year before" a daily KPI may look for the value that it is compared with.
constexpr std::chrono::days year_before_tolerance{31};

struct Compared {
  double value = 0;
  std::optional<KpiValue> reference;
  std::optional<double> target;
};

const KpiValue* year_before_of(std::span<const KpiValue> earlier, const Kpi& kpi,
                               const Period& period) {
  const Period wanted = year_before(period, kpi.calendar);
  const KpiValue* nearest = nullptr;
  std::chrono::days distance = year_before_tolerance + std::chrono::days{1};
  for (const auto& value : earlier) {
    if (value.period == wanted) return &value;
    if (kpi.calendar != Calendar::day) continue;
    const std::chrono::days away = std::chrono::abs(value.period.start - wanted.start);
    if (away < distance) {
      distance = away;
      nearest = &value;
    }
  }
  return nearest;
}

std::optional<double> difference(const Rule& rule, double value, double reference) {
  if (rule.change_in == ChangeIn::absolute) return value - reference;
  if (reference == 0) return std::nullopt;  // a change from nothing has no percentage
  return 100.0 * (value - reference) / std::fabs(reference);
}

// What the value at `index` is held against the thresholds as; nothing where it cannot be compared.
std::optional<Compared> compare(const Rule& rule, const Kpi& kpi, std::span<const KpiValue> series,
                                std::size_t index) {
  const KpiValue& current = series[index];
  if (rule.compare == Comparison::number) return Compared{current.value, {}, {}};
  if (rule.compare == Comparison::target) {
    if (!kpi.target) return std::nullopt;
    const auto gap = difference(rule, current.value, *kpi.target);
    if (!gap) return std::nullopt;
    return Compared{*gap, {}, kpi.target};
  }
  const KpiValue* reference = nullptr;
  if (rule.compare != Comparison::year_before && rule.compare != Comparison::period_before) {
    return std::nullopt;
  }
  if (rule.compare == Comparison::period_before) {
    if (index > 0) reference = &series[index - 1];
  } else {
    reference = year_before_of(series.first(index), kpi, current.period);
  }
  if (reference == nullptr) return std::nullopt;
  const auto change = difference(rule, current.value, reference->value);
  if (!change) return std::nullopt;
  return Compared{*change, *reference, {}};
}

// The threshold moved by the margin towards the good side: a held severity ends only beyond it.
Threshold with_margin(Threshold threshold, double margin) {
  const bool low_is_bad =
      threshold.op == Threshold::Operator::below || threshold.op == Threshold::Operator::at_most;
  threshold.bound += low_is_bad ? margin : -margin;
  return threshold;
}

bool breaches(const std::optional<Threshold>& threshold, double value, bool held, double margin) {
  if (!threshold) return false;
  return threshold->breached_by(value) ||
         (held && with_margin(*threshold, margin).breached_by(value));
}

Severity severity_of(const Rule& rule, double value, Severity held) {
  if (breaches(rule.red, value, held == Severity::red, rule.clear_margin)) return Severity::red;
  // Whoever holds red also holds amber: leaving red does not skip past amber's own margin.
  if (breaches(rule.amber, value, held != Severity::none, rule.clear_margin))
    return Severity::amber;
  return Severity::none;
}

std::optional<Threshold> threshold_of(const Rule& rule, Severity severity) {
  if (severity == Severity::red) return rule.red;
  return rule.amber ? rule.amber : rule.red;
}

// Periods in a row, counted back from the newest, that are in breach by themselves. The newest
// counts by its severity after hysteresis.
std::pair<std::uint32_t, Period> run_of_breaches(const Rule& rule, const Kpi& kpi,
                                                 std::span<const KpiValue> series) {
  std::uint32_t count = 1;
  Period since = series.back().period;
  for (std::size_t i = series.size() - 1; i-- > 0;) {
    const auto compared = compare(rule, kpi, series, i);
    if (!compared || severity_of(rule, compared->value, Severity::none) == Severity::none) break;
    ++count;
    since = series[i].period;
  }
  return {count, since};
}

// What may be judged. A sum over some of the schools is no figure of the trust's: it would fall
// with each school whose data is late. A ratio over some of them is one (and a percentage that
// sources give with its parts is one too: it rolls up by nothing else), but only as long as no
// fuller one has been seen: missing data neither opens nor resolves.
std::vector<KpiValue> judgeable(const Kpi& kpi, std::span<const KpiValue> series) {
  const bool ratio = std::holds_alternative<RatioOf>(kpi.definition) || kpi.unit == Unit::percent;
  std::uint32_t most = 0;
  for (const KpiValue& value : series) most = std::max(most, value.completeness.have);
  std::vector<KpiValue> kept;
  for (const KpiValue& value : series) {
    const Completeness& complete = value.completeness;
    if (ratio ? complete.have == most : complete.complete()) kept.push_back(value);
  }
  return kept;
}

bool all_complete(std::span<const KpiValue> series) {
  return std::all_of(series.begin(), series.end(),
                     [](const KpiValue& value) { return value.completeness.complete(); });
}

std::optional<Judgement> evaluate_judgeable(const Rule& rule, const Kpi& kpi,
                                            std::span<const KpiValue> series, Severity held) {
  if (series.empty()) return std::nullopt;
  auto compared = compare(rule, kpi, series, series.size() - 1);
  if (!compared || !std::isfinite(compared->value)) return std::nullopt;

  Judgement judgement;
  judgement.value = series.back();
  judgement.compared = compared->value;
  judgement.reference = std::move(compared->reference);
  judgement.target = compared->target;
  judgement.breach = severity_of(rule, judgement.compared, held);
  judgement.threshold = threshold_of(rule, judgement.breach);
  if (judgement.breach == Severity::none) return judgement;

  std::tie(judgement.periods_in_breach, judgement.since) = run_of_breaches(rule, kpi, series);
  // What already fires goes on firing: `for` delays the opening alone.
  const bool long_enough =
      held != Severity::none || judgement.periods_in_breach >= rule.for_periods;
  if (long_enough) judgement.severity = judgement.breach;
  return judgement;
}

}  // namespace

std::optional<Judgement> evaluate(const Subject& subject) {
  if (all_complete(subject.series)) {
    return evaluate_judgeable(subject.rule, subject.kpi, subject.series, subject.held);
  }
  const std::vector<KpiValue> kept = judgeable(subject.kpi, subject.series);
  return evaluate_judgeable(subject.rule, subject.kpi, kept, subject.held);
}

}  // namespace kpid
