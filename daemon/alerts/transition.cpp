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
  return {std::move(alert), event, false, 0, {}};
}

Transition resolve(Alert alert, Resolution resolution, Timestamp now) {
  const bool was_told = alert.state != AlertState::pending;
  alert.state = AlertState::resolved;
  alert.resolution = resolution;
  alert.resolved_at = now;
  alert.changed_at = now;
  alert.acknowledged_until.reset();
  // Nobody heard of a pending alert, so nobody needs to hear that it is over.
  if (!was_told) return {std::move(alert), std::nullopt, false, 0, {}};
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

// The same period that was in breach now has another figure, or what it was held against has: the
// data was wrong, not the school. Figures that were corrected earlier explain nothing now.
Resolution why_resolved(const Alert& open, const Judgement& judgement) {
  if (open.period != judgement.value.period) return Resolution::recovered;
  const bool corrected = open.value != judgement.value.value
                             ? judgement.value.corrected
                             : judgement.reference && judgement.reference->corrected;
  return corrected ? Resolution::corrected : Resolution::recovered;
}

bool same_look(const Alert& alert, const Judgement& judgement) {
  return alert.period == judgement.value.period && alert.value == judgement.value.value;
}

void forget_note(Alert& alert) {
  alert.acknowledged_by.clear();
  alert.note.clear();
  alert.acknowledged_until.reset();
}

// A new figure of what is told already is kept, not told.
std::optional<Transition> keep(Alert alert, const Judgement& judgement, Timestamp now) {
  if (same_look(alert, judgement)) return std::nullopt;
  look_at(alert, judgement, now);
  return Transition{std::move(alert), std::nullopt, false, 0, {}};
}

// Of an alert that nobody has heard of: none is open, or one is pending.
std::optional<Transition> before_firing(const std::optional<Alert>& open, Alert fresh,
                                        const Judgement& judgement, Timestamp now) {
  if (judgement.severity != Severity::none) {
    return fire(open ? *open : std::move(fresh), judgement, now);
  }
  if (open && same_look(*open, judgement)) return std::nullopt;
  Alert alert = open ? *open : std::move(fresh);
  look_at(alert, judgement, now);
  alert.state = AlertState::pending;
  alert.since = judgement.since;
  return Transition{std::move(alert), std::nullopt, false, 0, {}};
}

// The severity that is shown changes.
Transition change(Alert alert, const Judgement& judgement, Timestamp now) {
  const bool worse = judgement.severity > alert.severity;
  look_at(alert, judgement, now);
  alert.severity = judgement.severity;
  if (worse) {  // whoever took note of an amber has not taken note of a red
    alert.state = AlertState::firing;
    forget_note(alert);
  }
  return told(std::move(alert), EventType::alert_changed);
}

// The firings and resolutions within the window, with the one that is due now.
bool flaps(const Rule& rule, std::uint32_t changes_in_window) {
  return rule.flapping && changes_in_window + 1 >= rule.flapping->high;
}

Transition begin_to_flap(Alert alert, const Judgement& judgement, std::uint32_t changes_in_window,
                         Timestamp now) {
  look_at(alert, judgement, now);
  alert.flapping = true;
  Transition step = told(std::move(alert), EventType::alert_changed);
  step.changes = changes_in_window + 1;
  return step;
}

// Held open: it neither resolves nor fires again. What is news all the same is a worse severity
// than was told of, and that it has settled.
std::optional<Transition> while_flapping(const Alert& open, const Rule& rule,
                                         const Judgement& judgement,
                                         std::uint32_t changes_in_window, Timestamp now) {
  if (rule.flapping && changes_in_window > rule.flapping->low) {
    if (judgement.severity > open.severity) return change(open, judgement, now);
    return keep(open, judgement, now);
  }
  Alert alert = open;
  alert.flapping = false;
  Transition step;
  if (judgement.breach == Severity::none) {
    // What it looked like in between counts no more: only a figure that is new now corrects.
    const Resolution why =
        same_look(open, judgement) ? Resolution::recovered : why_resolved(open, judgement);
    look_at(alert, judgement, now);
    step = resolve(std::move(alert), why, now);
  } else {
    step = change(std::move(alert), judgement, now);
  }
  step.settled = true;
  return step;
}

}  // namespace

std::optional<Transition> advance(const std::optional<Alert>& open, const Rule& rule,
                                  std::string_view organisation, std::string_view subgroup,
                                  const Judgement& judgement, std::uint32_t changes_in_window,
                                  Timestamp now, IdentifierSource& identifiers) {
  const bool is_told = open && open->state != AlertState::pending;
  const bool breach = judgement.breach != Severity::none;
  if (is_told && open->flapping) {
    return while_flapping(*open, rule, judgement, changes_in_window, now);
  }
  if (!breach) {
    if (!open) return std::nullopt;
    if (is_told && flaps(rule, changes_in_window)) {
      return begin_to_flap(*open, judgement, changes_in_window, now);
    }
    Alert alert = *open;
    const Resolution resolution = why_resolved(alert, judgement);
    look_at(alert, judgement, now);
    return resolve(std::move(alert), resolution, now);
  }
  if (!is_told) {
    Alert fresh;
    if (!open) fresh = opened(rule, organisation, subgroup, now, identifiers);
    return before_firing(open, std::move(fresh), judgement, now);
  }
  if (judgement.severity == open->severity) return keep(*open, judgement, now);
  return change(*open, judgement, now);
}

Transition resolve_removed(const Alert& open, Timestamp now) {
  Alert alert = open;
  alert.flapping = false;
  return resolve(std::move(alert), Resolution::rule_removed, now);
}

std::optional<Transition> acknowledge(const Alert& open, std::string_view by, std::string_view note,
                                      Timestamp now, std::optional<Timestamp> until) {
  if (open.state != AlertState::firing) return std::nullopt;
  Alert alert = open;
  alert.state = AlertState::acknowledged;
  alert.acknowledged_by = by;
  alert.note = note;
  alert.acknowledged_until = until;
  alert.changed_at = now;
  return told(std::move(alert), EventType::alert_acknowledged);
}

std::optional<Transition> lapse(const Alert& acknowledged, Timestamp now) {
  if (acknowledged.state != AlertState::acknowledged || !acknowledged.acknowledged_until ||
      now < *acknowledged.acknowledged_until) {
    return std::nullopt;
  }
  Alert alert = acknowledged;
  alert.state = AlertState::firing;
  forget_note(alert);
  alert.changed_at = now;
  Transition step = told(std::move(alert), EventType::alert_changed);
  step.lapsed_of = acknowledged.acknowledged_by;
  return step;
}

}  // namespace kpid
