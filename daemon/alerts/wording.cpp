// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/wording.hpp"

#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "alerts/phrases.hpp"
#include "alerts/subgroup_words.hpp"

namespace kpid {
namespace {

std::string acknowledged(const Alert& alert) {
  std::string text = "; acknowledged by " + alert.acknowledged_by;
  if (!alert.note.empty()) text += " (" + alert.note + ")";
  if (alert.acknowledged_until) {
    const auto day = std::chrono::floor<std::chrono::days>(*alert.acknowledged_until);
    text += " until " + format_date_for_people(day);
  }
  return text;
}

std::string begins_to_flap(const FlappingTold& flapping) {
  std::string text = fmt::format("; it has gone in and out of its limit {} time{}",
                                 flapping.changes, flapping.changes == 1 ? "" : "s");
  if (flapping.since) text += " since " + format_date_for_people(*flapping.since);
  return text + " and is held open until it settles";
}

std::string state(const Telling& telling) {
  if (telling.event == EventType::alert_acknowledged) return acknowledged(telling.alert);
  if (telling.event != EventType::alert_changed) return {};
  if (!telling.lapsed_of.empty()) {
    return "; still " + std::string(to_string(telling.alert.severity)) +
           ", and the time is over for which " + telling.lapsed_of + " had acknowledged it";
  }
  const std::string now = "; now " + std::string(to_string(telling.alert.severity));
  if (telling.flapping && telling.flapping->settled) return "; it has settled out of line" + now;
  return telling.alert.flapping ? now + ", and still in and out of its limit" : now;
}

std::string worth(const Telling& telling) {
  if (!telling.worth_pence || *telling.worth_pence == 0) return {};
  const std::string pounds = format_value(std::abs(*telling.worth_pence), Unit::pence, 0);
  if (telling.kpi.worth_rate == "per_pupil") return "; worth " + pounds + " a year in funding";
  return "; the gap is worth " + pounds;
}

std::string resolved(const Telling& telling) {
  const Alert& alert = telling.alert;
  if (alert.resolution == Resolution::rule_removed) {
    return "; the alert is closed, for its rule was removed";
  }
  if (telling.rule.compare == Comparison::stale) {
    return telling.judgement.late ? "; figures come in again"
                                  : "; no further figure is expected, for the school has left";
  }
  if (alert.resolution == Resolution::corrected) {
    const auto& reference = telling.judgement.reference;
    return reference && reference->corrected && !telling.judgement.value.corrected
               ? "; the alert is withdrawn, for what it was compared with has been corrected"
               : "; the alert is withdrawn, for the source has corrected its figure";
  }
  return telling.flapping && telling.flapping->settled
             ? "; it has recovered and no longer goes in and out of its limit"
             : "; it has recovered";
}

// The figure itself, and what there is to say of it.
std::string figure(const Telling& telling) {
  const KpiValue& value = telling.judgement.value;
  std::optional<double> bound;
  if (telling.rule.compare == Comparison::number && telling.judgement.threshold) {
    bound = telling.judgement.threshold->bound;
  }
  std::string text = format_value(value.value, telling.kpi.unit, telling.kpi.decimals, bound) +
                     phrases::when(value.period, telling.kpi.calendar) + phrases::compared(telling);
  if (telling.event == EventType::alert_resolved) {
    text += resolved(telling);
  } else if (telling.flapping && telling.flapping->changes > 0) {
    text += begins_to_flap(*telling.flapping);  // at a moment when it is within its limit
  } else {
    text += phrases::breach(telling) + worth(telling) + state(telling);
  }
  if (!value.completeness.complete()) {
    text += fmt::format(" (figure from {} of {} schools)", value.completeness.have,
                        value.completeness.of);
  }
  return text;
}

}  // namespace

std::optional<FlappingTold> flapping_told(const Transition& transition,
                                          std::optional<Date> window_start) {
  if (!transition.settled && transition.changes == 0) return std::nullopt;
  return FlappingTold{transition.settled, transition.changes, window_start};
}

std::optional<double> worth_of(const Rule& rule, const Kpi& kpi, const Judgement& judgement,
                               std::optional<double> funding_per_pupil_pence) {
  if (rule.compare == Comparison::stale) return std::nullopt;  // a missing figure has no gap
  if (kpi.worth_rate == "per_pupil") {
    // What is only expected, with more or less certainty, gets no price.
    if (!funding_per_pupil_pence || rule.compare == Comparison::forecast) return std::nullopt;
    // Pupils, even where the rule compares a percentage: the change, or a KPI that is one itself.
    double pupils = judgement.value.value;
    if (judgement.reference) pupils -= judgement.reference->value;
    if (judgement.target) pupils -= *judgement.target;
    return std::round(pupils * *funding_per_pupil_pence);
  }
  if (!judgement.threshold) return std::nullopt;
  double gap = judgement.threshold->bound - judgement.compared;
  if (phrases::is_difference(rule) &&
      rule.change_in == ChangeIn::percent) {  // per cent of what the value was compared with
    const auto base =
        judgement.reference ? std::optional(judgement.reference->value) : judgement.target;
    if (!base) return std::nullopt;
    gap *= *base / 100.0;
  }
  if (kpi.unit == Unit::pence) return std::round(std::abs(gap));
  const bool money = kpi.worth_rate == "pence" && judgement.value.denominator.has_value();
  if (kpi.unit != Unit::percent || !money) return std::nullopt;
  return std::round(std::abs(gap) / 100.0 * *judgement.value.denominator);
}

std::string explanation(const Telling& telling) {
  // A title may be singular or plural and begins with a capital: no verb, and a dash before it.
  std::string text = telling.organisation.name + " \u2013 " + telling.kpi.title;
  if (!telling.alert.subgroup.empty()) {
    text += " (" + subgroup_words(telling.alert.subgroup) + ")";
  }
  text += ": ";
  const bool missing =
      telling.rule.compare == Comparison::stale && telling.event != EventType::alert_resolved;
  text += missing ? phrases::missing(telling) + state(telling) : figure(telling);
  return text + "." + phrases::sources(telling);
}

}  // namespace kpid
