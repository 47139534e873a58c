// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The body of Alertmanager's webhook, version 4, which many receivers take already: a group of one
// alert, of a digest with one for each of its items. Its fingerprint, its group's key and all its
// labels but the severity are the same for all that is told of one alert.

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "webhooks/digest_lines.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_label = 300;
constexpr std::string_view not_set = "0001-01-01T00:00:00Z";

std::string unchanged(std::string_view text) { return std::string{text}; }

// FNV-1a: stable over versions and machines.
std::string fingerprint_of(std::string_view subject) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : subject) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return fmt::format("{:016x}", hash);
}

void set_if_filled(json::object& object, std::string_view member, const std::string& text) {
  if (!text.empty()) object[member] = cut(cleaned(text), longest_label, unchanged);
}

// What names the alert stays the same when its state changes.
std::string name_of(const Draft& draft) {
  switch (draft.event.type) {
    case EventType::source_failing:
    case EventType::source_stale:
    case EventType::source_recovered:
      return "kpid-source";
    case EventType::destination_disabled:
      return "kpid-destination";
    case EventType::test_ping:
      return "kpid-test";
    case EventType::digest:
      return "kpid-digest";
    case EventType::alert_reminder:
    case EventType::alert_escalated:
    case EventType::alert_firing:
    case EventType::alert_changed:
    case EventType::alert_acknowledged:
    case EventType::alert_resolved:
      break;
  }
  const std::string rule = text_in(draft.data, "rule");
  return rule.empty() ? "kpid-alert" : rule;
}

// Of kpid's own troubles the same whether they come or go: a label is part of an alert's identity.
std::string_view severity_label(const Draft& draft) {
  switch (draft.event.type) {
    case EventType::test_ping:
      return "none";
    case EventType::source_failing:
    case EventType::source_stale:
    case EventType::source_recovered:
    case EventType::destination_disabled:
      return "warning";
    case EventType::digest:
    case EventType::alert_reminder:
    case EventType::alert_escalated:
    case EventType::alert_firing:
    case EventType::alert_changed:
    case EventType::alert_acknowledged:
    case EventType::alert_resolved:
      break;
  }
  return severity_of(draft.event, draft.data) == Severity::red ? "critical" : "warning";
}

json::object labels_of(const Draft& draft) {
  const json::object& data = draft.data;
  json::object labels;
  set_if_filled(labels, "alertname", name_of(draft));
  labels["severity"] = severity_label(draft);
  set_if_filled(labels, "alert", draft.event.subject);
  set_if_filled(labels, "kpi", text_in(data, "kpi", "id"));
  set_if_filled(labels, "plan", text_in(data, "kpi", "plan"));
  const std::string urn = text_in(data, "organisation", "urn");
  set_if_filled(labels, "organisation", urn.empty() ? text_in(data, "organisation", "code") : urn);
  set_if_filled(labels, "organisation_name", text_in(data, "organisation", "name"));
  set_if_filled(labels, "subgroup", text_in(data, "subgroup"));
  set_if_filled(labels, "owner", draft.event.owner);
  set_if_filled(labels, "source", text_in(data, "source"));
  set_if_filled(labels, "destination", text_in(data, "destination"));
  set_if_filled(labels, "instance", draft.instance);
  return labels;
}

// "Last values" as an annotation's name: "last_values".
std::string annotation_name(std::string_view title) {
  std::string name;
  for (const char c : title) {
    name += c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

json::object annotations_of(const Message& message) {
  json::object annotations;
  annotations["summary"] = message.headline();
  if (!message.sentence.empty()) annotations["description"] = message.sentence;
  for (const Fact& fact : message.facts) annotations[annotation_name(fact.title)] = fact.value;
  if (!message.what_to_do.empty()) annotations["what_to_do"] = message.what_to_do;
  if (!message.source.empty()) annotations["figures_from"] = message.source;
  if (!message.acknowledge_link.empty()) annotations["acknowledge_url"] = message.acknowledge_link;
  return annotations;
}

std::string instant_in(const json::object& data, std::string_view member) {
  const std::string text = text_in(data, member);
  const auto at = parse_timestamp(text);
  return at ? format_timestamp(*at) : std::string();
}

std::string begun_at(const Draft& draft) {
  for (const std::string_view member : {"fired_at", "opened_at"}) {
    std::string at = instant_in(draft.data, member);
    if (!at.empty()) return at;
  }
  return format_timestamp(draft.event.at);
}

std::string ended_at(const Draft& draft) {
  if (!ends_something(draft.event.type)) return std::string{not_set};
  const std::string at = instant_in(draft.data, "resolved_at");
  return at.empty() ? format_timestamp(draft.event.at) : at;
}

// As Alertmanager writes it: the route, then the labels that the group is made by.
std::string group_key(const std::string& name, const std::string& subject) {
  const auto quoted = [](const std::string& text) { return json::serialize(json::string{text}); };
  return "{}:{alert=" + quoted(subject) + ", alertname=" + quoted(name) + "}";
}

std::string_view status_of(const Draft& draft) {
  return ends_something(draft.event.type) ? "resolved" : "firing";
}

json::object alert_of(const Draft& draft, const Message& message) {
  return {{"status", status_of(draft)},
          {"labels", labels_of(draft)},
          {"annotations", annotations_of(message)},
          {"startsAt", begun_at(draft)},
          {"endsAt", ended_at(draft)},
          {"generatorURL", message.link},
          {"fingerprint", fingerprint_of(draft.event.subject)}};
}

// What all of them have in common, as Alertmanager counts it.
json::object common_to(const json::array& alerts, std::string_view member) {
  json::object common;
  if (alerts.empty()) return common;
  for (const auto& one : alerts.front().at(member).as_object()) {
    const bool everywhere = std::all_of(alerts.begin(), alerts.end(), [&](const json::value& each) {
      const json::value* found = each.at(member).as_object().if_contains(one.key());
      return found != nullptr && *found == one.value();
    });
    if (everywhere) common[one.key()] = one.value();
  }
  return common;
}

std::string lay_out_digest(const Draft& draft, const Message& message, const Room& room) {
  json::array alerts;
  bool over = true;
  for (const json::value& one : draft.data.at("items").get_array()) {
    if (alerts.size() == message.lines.size()) break;
    if (!one.is_object()) continue;
    const json::object& item = one.get_object();
    const Event event = event_of_item(item);
    const Draft single{draft.destination, event, item, draft.instance};
    over = over && ends_something(event.type);
    alerts.push_back(alert_of(single, message_of(event, item, room)));
  }
  const std::string& name = draft.destination.name;
  json::object labels = common_to(alerts, "labels");
  json::object annotations = common_to(alerts, "annotations");
  json::object group;  // what groups them must be a label of each
  if (const json::value* instance = labels.if_contains("instance")) group["instance"] = *instance;
  return json::serialize(
      json::object{{"receiver", name},
                   {"status", over && !alerts.empty() ? "resolved" : "firing"},
                   {"alerts", std::move(alerts)},
                   {"groupLabels", std::move(group)},
                   {"commonLabels", std::move(labels)},
                   {"commonAnnotations", std::move(annotations)},
                   {"externalURL", message.link},
                   {"version", "4"},
                   {"groupKey", "{}:{digest=" + json::serialize(json::string{name}) + "}"},
                   {"truncatedAlerts", message.lines_left}});
}

std::string lay_out(const Draft& draft, const Message& message) {
  json::object alert = alert_of(draft, message);
  const std::string_view status = status_of(draft);
  const json::object labels = alert.at("labels").as_object();
  const json::object annotations = alert.at("annotations").as_object();
  const std::string name{labels.at("alertname").get_string()};
  const std::string subject = text_in(labels, "alert");
  const std::string dashboard = message.link.substr(0, message.link.find("/alerts/"));
  return json::serialize(
      json::object{{"receiver", draft.destination.name},
                   {"status", status},
                   {"alerts", json::array{std::move(alert)}},
                   {"groupLabels", json::object{{"alert", subject}, {"alertname", name}}},
                   {"commonLabels", labels},
                   {"commonAnnotations", annotations},
                   {"externalURL", dashboard},
                   {"version", "4"},
                   {"groupKey", group_key(name, subject)},
                   {"truncatedAlerts", 0}});
}

}  // namespace

Result<Rendered> render_alertmanager(const Draft& draft) {
  std::size_t left_out = 0;
  auto made = fitted(draft.event, largest_body, "application/json", [&](const Room& room) {
    const Message message = message_of(draft.event, draft.data, room);
    left_out = message.lines_left;
    return message.lines.empty() ? lay_out(draft, message) : lay_out_digest(draft, message, room);
  });
  if (made) made->left_out = left_out;
  return made;
}

}  // namespace kpid::webhooks
