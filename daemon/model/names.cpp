// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The spellings of every enumeration that crosses an edge: one table each, read both ways.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "model/alert.hpp"
#include "model/config.hpp"
#include "model/delivery.hpp"
#include "model/error.hpp"
#include "model/organisation.hpp"
#include "model/rule.hpp"
#include "model/run.hpp"
#include "model/time.hpp"
#include "model/unit.hpp"

namespace kpid {
namespace {

template <class Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

template <class Enum, std::size_t N>
std::string_view name_of(const Names<Enum, N>& names, Enum wanted) noexcept {
  for (const auto& [value, name] : names) {
    if (value == wanted) return name;
  }
  return "unknown";
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const Names<Enum, N>& names, std::string_view wanted) noexcept {
  for (const auto& [value, name] : names) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

constexpr Names<ErrorKind, 11> error_kinds{{
    {ErrorKind::config, "config"},
    {ErrorKind::transient, "transient"},
    {ErrorKind::rate_limited, "rate_limited"},
    {ErrorKind::source, "source"},
    {ErrorKind::plugin, "plugin"},
    {ErrorKind::cancelled, "cancelled"},
    {ErrorKind::unsupported, "unsupported"},
    {ErrorKind::storage, "storage"},
    {ErrorKind::conflict, "conflict"},
    {ErrorKind::not_found, "not_found"},
    {ErrorKind::internal, "internal"},
}};

constexpr Names<OrganisationKind, 3> organisation_kinds{{
    {OrganisationKind::trust, "trust"},
    {OrganisationKind::school, "school"},
    {OrganisationKind::comparator, "comparator"},
}};

constexpr Names<Calendar, 6> calendars{{
    {Calendar::day, "day"},
    {Calendar::week, "week"},
    {Calendar::month, "month"},
    {Calendar::term, "term"},
    {Calendar::academic_year, "academic_year"},
    {Calendar::financial_year, "financial_year"},
}};

constexpr Names<Unit, 13> units{{
    {Unit::count, "count"},
    {Unit::pupils, "pupils"},
    {Unit::places, "places"},
    {Unit::pence, "pence"},
    {Unit::percent, "percent"},
    {Unit::sessions, "sessions"},
    {Unit::days, "days"},
    {Unit::months, "months"},
    {Unit::hours, "hours"},
    {Unit::kilowatt_hours, "kWh"},
    {Unit::kilograms_co2e, "kgCO2e"},
    {Unit::square_metres, "m2"},
    {Unit::percentage_points, "percentage_points"},
}};

constexpr Names<Severity, 3> severities{{
    {Severity::none, "none"},
    {Severity::amber, "amber"},
    {Severity::red, "red"},
}};

constexpr Names<Comparison, 9> comparisons{{
    {Comparison::number, "number"},
    {Comparison::target, "target"},
    {Comparison::period_before, "period_before"},
    {Comparison::term_before, "term_before"},
    {Comparison::year_before, "year_before"},
    {Comparison::kpi, "kpi"},
    {Comparison::organisation, "organisation"},
    {Comparison::forecast, "forecast"},
    {Comparison::stale, "stale"},
}};

constexpr Names<Threshold::Operator, 4> operators{{
    {Threshold::Operator::below, "<"},
    {Threshold::Operator::at_most, "<="},
    {Threshold::Operator::above, ">"},
    {Threshold::Operator::at_least, ">="},
}};

constexpr Names<AlertState, 4> alert_states{{
    {AlertState::pending, "pending"},
    {AlertState::firing, "firing"},
    {AlertState::acknowledged, "acknowledged"},
    {AlertState::resolved, "resolved"},
}};

constexpr Names<Resolution, 4> resolutions{{
    {Resolution::none, "none"},
    {Resolution::recovered, "recovered"},
    {Resolution::corrected, "corrected"},
    {Resolution::rule_removed, "rule_removed"},
}};

constexpr Names<EventType, 12> event_types{{
    {EventType::alert_firing, "kpi.alert.firing"},
    {EventType::alert_changed, "kpi.alert.changed"},
    {EventType::alert_acknowledged, "kpi.alert.acknowledged"},
    {EventType::alert_resolved, "kpi.alert.resolved"},
    {EventType::source_failing, "source.failing"},
    {EventType::source_stale, "source.stale"},
    {EventType::source_recovered, "source.recovered"},
    {EventType::destination_disabled, "destination.disabled"},
    {EventType::test_ping, "test.ping"},
    {EventType::alert_reminder, "kpi.alert.reminder"},
    {EventType::alert_escalated, "kpi.alert.escalated"},
    {EventType::digest, "kpi.digest"},
}};

constexpr Names<DestinationFormat, 10> destination_formats{{
    {DestinationFormat::standard, "standard"},
    {DestinationFormat::teams, "teams"},
    {DestinationFormat::slack, "slack"},
    {DestinationFormat::google_chat, "google-chat"},
    {DestinationFormat::discord, "discord"},
    {DestinationFormat::pagerduty, "pagerduty"},
    {DestinationFormat::alertmanager, "alertmanager"},
    {DestinationFormat::ntfy, "ntfy"},
    {DestinationFormat::by_template, "template"},
    {DestinationFormat::email, "email"},
}};

constexpr Names<DeliveryState, 3> delivery_states{{
    {DeliveryState::pending, "pending"},
    {DeliveryState::delivered, "delivered"},
    {DeliveryState::dead, "dead"},
}};

constexpr Names<RunOutcome, 5> run_outcomes{{
    {RunOutcome::running, "running"},
    {RunOutcome::succeeded, "succeeded"},
    {RunOutcome::unchanged, "unchanged"},
    {RunOutcome::failed, "failed"},
    {RunOutcome::interrupted, "interrupted"},
}};

}  // namespace

std::string_view to_string(ErrorKind kind) noexcept { return name_of(error_kinds, kind); }
std::string_view to_string(OrganisationKind kind) noexcept {
  return name_of(organisation_kinds, kind);
}
std::string_view to_string(Calendar calendar) noexcept { return name_of(calendars, calendar); }
std::optional<Calendar> parse_calendar(std::string_view text) noexcept {
  return value_of(calendars, text);
}
std::string_view to_string(Unit unit) noexcept { return name_of(units, unit); }
std::optional<Unit> parse_unit(std::string_view text) noexcept { return value_of(units, text); }
std::string_view to_string(Severity severity) noexcept { return name_of(severities, severity); }
std::optional<Severity> parse_severity(std::string_view text) noexcept {
  return value_of(severities, text);
}
std::string_view to_string(Comparison comparison) noexcept {
  return name_of(comparisons, comparison);
}

std::string_view to_string(Threshold::Operator op) noexcept { return name_of(operators, op); }
std::string_view to_string(AlertState state) noexcept { return name_of(alert_states, state); }
std::optional<AlertState> parse_alert_state(std::string_view text) noexcept {
  return value_of(alert_states, text);
}
std::string_view to_string(Resolution resolution) noexcept {
  return name_of(resolutions, resolution);
}
std::string_view to_string(EventType type) noexcept { return name_of(event_types, type); }
std::optional<EventType> parse_event_type(std::string_view text) noexcept {
  return value_of(event_types, text);
}
bool is_of_alert(EventType type) noexcept {
  switch (type) {
    case EventType::alert_firing:
    case EventType::alert_changed:
    case EventType::alert_acknowledged:
    case EventType::alert_resolved:
    case EventType::alert_reminder:
    case EventType::alert_escalated:
      return true;
    case EventType::source_failing:
    case EventType::source_stale:
    case EventType::source_recovered:
    case EventType::destination_disabled:
    case EventType::test_ping:
    case EventType::digest:
      break;
  }
  return false;
}
std::string_view to_string(DestinationFormat format) noexcept {
  return name_of(destination_formats, format);
}
std::optional<DestinationFormat> parse_destination_format(std::string_view text) noexcept {
  return value_of(destination_formats, text);
}
std::string_view to_string(DeliveryState state) noexcept { return name_of(delivery_states, state); }
std::string_view to_string(RunOutcome outcome) noexcept { return name_of(run_outcomes, outcome); }

std::string Error::text() const { return place.empty() ? sentence : place + ": " + sentence; }

bool Threshold::breached_by(double value) const noexcept {
  switch (op) {
    case Operator::below:
      return value < bound;
    case Operator::at_most:
      return value <= bound;
    case Operator::above:
      return value > bound;
    case Operator::at_least:
      return value >= bound;
  }
  return false;
}

}  // namespace kpid
