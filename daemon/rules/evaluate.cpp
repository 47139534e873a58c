// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "rules/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "rules/comparison.hpp"
#include "rules/completeness.hpp"
#include "rules/in_a_row.hpp"
#include "rules/lateness.hpp"
#include "rules/severity.hpp"

namespace kpid {
namespace {

std::optional<Judgement> judge(const Subject& subject) {
  if (subject.series.empty()) return std::nullopt;
  auto compared = rules::compare(subject, subject.series.size() - 1);
  if (!compared || !std::isfinite(compared->figure)) return std::nullopt;

  const rules::Limits limits = rules::limits_of(subject.rule);
  Judgement judgement;
  judgement.value = subject.series.back();
  judgement.compared = compared->figure;
  judgement.reference = std::move(compared->reference);
  judgement.target = compared->target;
  judgement.forecast = compared->forecast;
  judgement.breach = rules::severity_of(limits, judgement.compared, subject.held);
  judgement.threshold = rules::threshold_of(limits, judgement.breach);
  if (judgement.breach == Severity::none) return judgement;

  const rules::Run run = rules::run_of_breaches(subject);
  judgement.periods_in_breach = run.periods;
  judgement.since = run.since;
  // What already fires goes on firing: `for` delays the opening alone.
  if (subject.held != Severity::none || run.periods >= subject.rule.for_periods) {
    judgement.severity = judgement.breach;
  }
  return judgement;
}

// Of another KPI only its values are known: what has a denominator is a ratio.
bool other_is_ratio(const Subject& subject) {
  if (subject.rule.compare == Comparison::organisation) return rules::is_ratio(subject.kpi);
  return std::any_of(subject.other.begin(), subject.other.end(),
                     [](const KpiValue& value) { return value.denominator.has_value(); });
}

}  // namespace

std::optional<Judgement> evaluate(const Subject& subject) {
  if (subject.rule.compare == Comparison::stale) return rules::judge_lateness(subject);
  if (rules::all_complete(subject.series) && rules::all_complete(subject.other)) {
    return judge(subject);
  }
  const auto& share = subject.rule.complete_enough;
  const auto series = rules::judgeable(subject.series, rules::is_ratio(subject.kpi), share);
  const auto other = rules::judgeable(subject.other, other_is_ratio(subject), share);
  Subject kept = subject;
  kept.series = series;
  kept.other = other;
  return judge(kept);
}

}  // namespace kpid
