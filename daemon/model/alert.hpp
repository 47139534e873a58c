// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// An alert's life, and the events that tell of it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule.hpp"
#include "model/time.hpp"

namespace kpid {

enum class AlertState { pending, firing, acknowledged, resolved };
[[nodiscard]] std::string_view to_string(AlertState state) noexcept;
[[nodiscard]] std::optional<AlertState> parse_alert_state(std::string_view text) noexcept;

enum class Resolution { none, recovered, corrected, rule_removed };
[[nodiscard]] std::string_view to_string(Resolution resolution) noexcept;

// An alert is a rule that has tripped for a series. A resolved one is kept; the next breach of the
// same rule and series opens a new one with an id of its own.
struct Alert {
  std::string id;  // "alt_" and 26 characters, sorts by time of opening
  std::string rule;
  std::string kpi;
  std::string organisation;
  std::string subgroup;
  AlertState state = AlertState::pending;
  Severity severity = Severity::none;
  std::uint32_t seq = 0;  // rises with each event
  Timestamp opened_at{};  // when the rule first tripped (pending or firing)
  Timestamp changed_at{};
  std::optional<Timestamp> fired_at;
  std::optional<Timestamp> resolved_at;
  Resolution resolution = Resolution::none;
  Period since{};   // the first period of the breach
  Period period{};  // the period last judged
  double value = 0;
  bool flapping = false;  // fires and resolves too often: held open, told of once
  std::string acknowledged_by;
  std::string note;
  std::optional<Timestamp> acknowledged_until;  // then it fires again; nothing: until it changes
};

enum class EventType {
  alert_firing,
  alert_changed,
  alert_acknowledged,
  alert_resolved,
  source_failing,
  source_stale,
  source_recovered,
  destination_disabled,
  test_ping,
  alert_reminder,   // it still fires, and nobody has taken note of it
  alert_escalated,  // likewise, for so long that others are told
  digest,           // several events as one message
};
[[nodiscard]] std::string_view to_string(EventType type) noexcept;  // "kpi.alert.firing", …
[[nodiscard]] std::optional<EventType> parse_event_type(std::string_view text) noexcept;

// Whether it tells of an alert's life; the others are of kpid's own life, or bundles.
[[nodiscard]] bool is_of_alert(EventType type) noexcept;

// Something to tell. `subject` orders deliveries: an alert's id, "source:NAME", "destination:NAME".
// `data` is the JSON object that stands in the standard body; every format is rendered from it.
struct Event {
  std::string id;  // "msg_" and 26 characters: the webhook-id, the same on every retry
  EventType type = EventType::test_ping;
  std::string subject;
  std::uint32_t seq = 0;
  Timestamp at{};
  Severity severity = Severity::none;
  std::string owner;
  std::string kpi;           // empty where the event is not about a KPI
  std::string organisation;  // empty likewise
  std::string data;          // JSON text
  // What routing and silences look at besides; not stored, for the alert knows it.
  std::string rule{};
  std::string subgroup{};
  Resolution resolution = Resolution::none;
  std::vector<std::string> sources{};  // that the figure came from, or that the event is about
  // What one delivery of it says besides; not stored, for its body holds it.
  std::string instead_of{};        // the destination that could not be told
  std::string acknowledge_link{};  // where a person takes note of the alert, once, without a login
};

}  // namespace kpid
