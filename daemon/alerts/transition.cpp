// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/transition.hpp"

#include <string>
#include <utility>

namespace kpid {
namespace {

Alert opened(const Rule& rule, std::string_view organisation, std::string_view subgroup,
             Timestamp now, IdentifierSource& identifiers) {
  Alert alert;
  alert.id = identifiers.next("alt_", now);
  alert.rule = rule.name;
  alert.kpi = rule.kpi;
  alert.organisation = organisation;
  alert.subgroup = subgroup;
  alert.opened_at = now;
  return alert;
}

void look_at(Alert& alert, const Judgement& judgement, Timestamp now) {
  alert.period = judgement.value.period;
  alert.value = judgement.value.value;
  alert.changed_at = now;
}

Transition told(Alert alert, EventType event) {
  ++alert.seq;
  return {std::move(alert), event};
}

Transition resolve(Alert alert, Resolution resolution, Timestamp now) {
  const bool was_told = alert.state != AlertState::pending;
  alert.state = AlertState::resolved;
  alert.resolution = resolution;
  alert.resolved_at = now;
  alert.changed_at = now;
  // Nobody heard of a pending alert, so nobody needs to hear that it is over.
  if (!was_told) return {std::move(alert), std::nullopt};
  return told(std::move(alert), EventType::alert_resolved);
}

Transition fire(Alert alert, const Judgement& judgement, Timestamp now) {
  look_at(alert, judgement, now);
  alert.state = AlertState::firing;
  alert.severity = judgement.severity;
  alert.since = judgement.since;
  alert.fired_at = now;
  return told(std::move(alert), EventType::alert_firing);
}

// The same period that was in breach now has another figure: the data was wrong, not the school.
Resolution why_resolved(const Alert& open, const Judgement& judgement) {
  const bool same_period = open.period == judgement.value.period;
  return same_period && judgement.value.corrected ? Resolution::corrected : Resolution::recovered;
}

bool same_look(const Alert& alert, const Judgement& judgement) {
  return alert.period == judgement.value.period && alert.value == judgement.value.value;
}

}  // namespace

std::optional<Transition> advance(const std::optional<Alert>& open, const Rule& rule,
                                  std::string_view organisation, std::string_view subgroup,
                                  const Judgement& judgement, std::uint32_t /*changes_in_window*/,
                                  Timestamp now, IdentifierSource& identifiers) {
  if (judgement.breach == Severity::none) {
    if (!open) return std::nullopt;
    Alert alert = *open;
    const Resolution resolution = why_resolved(alert, judgement);
    look_at(alert, judgement, now);
    return resolve(std::move(alert), resolution, now);
  }
  const bool fires = judgement.severity != Severity::none;
  if (!open || open->state == AlertState::pending) {
    if (fires) {
      return fire(open ? *open : opened(rule, organisation, subgroup, now, identifiers), judgement,
                  now);
    }
    if (open && same_look(*open, judgement)) return std::nullopt;
    Alert alert = open ? *open : opened(rule, organisation, subgroup, now, identifiers);
    look_at(alert, judgement, now);
    alert.state = AlertState::pending;
    alert.since = judgement.since;
    return Transition{std::move(alert), std::nullopt};
  }
  if (judgement.severity == open->severity) {
    if (same_look(*open, judgement)) return std::nullopt;
    Alert alert = *open;
    look_at(alert, judgement, now);
    return Transition{std::move(alert), std::nullopt};
  }
  Alert alert = *open;
  const bool worse = judgement.severity > alert.severity;
  look_at(alert, judgement, now);
  alert.severity = judgement.severity;
  if (worse) {  // whoever took note of an amber has not taken note of a red
    alert.state = AlertState::firing;
    alert.acknowledged_by.clear();
    alert.note.clear();
  }
  return told(std::move(alert), EventType::alert_changed);
}

Transition resolve_removed(const Alert& open, Timestamp now) {
  return resolve(open, Resolution::rule_removed, now);
}

std::optional<Transition> acknowledge(const Alert& open, std::string_view by, std::string_view note,
                                      Timestamp now) {
  if (open.state != AlertState::firing) return std::nullopt;
  Alert alert = open;
  alert.state = AlertState::acknowledged;
  alert.acknowledged_by = by;
  alert.note = note;
  alert.changed_at = now;
  return told(std::move(alert), EventType::alert_acknowledged);
}

}  // namespace kpid
