// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/alerts_then.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/json/parse.hpp>

#include "http/json_parts.hpp"

namespace kpid::http {
namespace {

namespace json = boost::json;

std::string_view text_at(const json::value& data, std::string_view pointer) {
  boost::system::error_code missing;
  const json::value* found = data.find_pointer(pointer, missing);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string())
                                                : std::string_view();
}

std::optional<Period> period_at(const json::value& data, const std::string& member) {
  const auto start = parse_date(text_at(data, member + "/start"));
  const auto end = parse_date(text_at(data, member + "/end"));
  if (!start || !end) return std::nullopt;
  return Period{*start, *end};
}

// What the event told of its alert. An alert looks at new figures without telling: between two
// events it stands as the first of them left it.
void take(const Event& event, Alert& alert) {
  alert.seq = event.seq;
  alert.changed_at = event.at;
  boost::system::error_code broken;
  const json::value data = json::parse(event.data, broken);
  if (broken) return;
  if (const auto severity = parse_severity(text_at(data, "/severity"))) alert.severity = *severity;
  if (const auto state = parse_alert_state(text_at(data, "/state"))) alert.state = *state;
  if (const auto period = period_at(data, "/period")) alert.period = *period;
  if (const auto since = period_at(data, "/since")) alert.since = *since;
  boost::system::error_code missing;
  const json::value* value = data.find_pointer("/value", missing);
  if (value != nullptr && value->is_number()) alert.value = value->to_number<double>();
}

Result<Alert> as_it_stood(const store::Reader& reader, Alert alert, Timestamp then) {
  auto events = reader.events(alert.id);
  if (!events) return pass_on(events);
  if (alert.acknowledged_by.empty() || alert.changed_at > then) {
    alert.acknowledged_by.clear();
    alert.acknowledged_until.reset();
    alert.note.clear();
  }
  alert.state = AlertState::pending;
  alert.severity = Severity::none;
  alert.seq = 0;
  if (alert.fired_at && *alert.fired_at > then) alert.fired_at.reset();
  alert.resolved_at.reset();
  alert.resolution = Resolution::none;
  for (const store::EventRecord& one : *events) {
    if (one.event.at <= then) take(one.event, alert);
  }
  return alert;
}

}  // namespace

Result<std::vector<Alert>> alerts_then(const store::Reader& reader, Timestamp then,
                                       std::string_view organisation) {
  store::AlertQuery every;
  every.include_resolved = true;
  every.organisation = organisation;
  every.limit = std::numeric_limits<std::int32_t>::max();
  auto alerts = reader.alerts(every);
  if (!alerts) return pass_on(alerts);
  std::vector<Alert> open;
  for (Alert& alert : *alerts) {
    if (alert.opened_at > then || (alert.resolved_at && *alert.resolved_at <= then)) continue;
    auto stood = as_it_stood(reader, std::move(alert), then);
    if (!stood) return pass_on(stood);
    open.push_back(std::move(*stood));
  }
  std::sort(open.begin(), open.end(), [](const Alert& a, const Alert& b) {
    return std::tie(a.opened_at, a.id) < std::tie(b.opened_at, b.id);
  });
  return open;
}

}  // namespace kpid::http
