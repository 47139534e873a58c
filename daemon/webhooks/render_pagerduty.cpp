// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// An event of PagerDuty's Events API v2. The routing key is a secret and no part of what is stored:
// delivery_request.hpp adds it.

#include <utility>

#include <boost/json.hpp>

#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_key = 255;
constexpr std::size_t longest_summary = 1024;

std::string unchanged(std::string_view text) { return std::string{text}; }

std::string_view action_of(EventType type) {
  if (ends_something(type)) return "resolve";
  return type == EventType::alert_acknowledged ? "acknowledge" : "trigger";
}

std::string_view severity_word(const Draft& draft) {
  switch (draft.event.type) {
    case EventType::source_failing:
    case EventType::destination_disabled:
      return "error";
    case EventType::source_stale:
      return "warning";
    case EventType::source_recovered:
    case EventType::test_ping:
      return "info";
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

json::object details_of(const Message& message) {
  json::object details;
  if (!message.sentence.empty()) details["Explanation"] = message.sentence;
  for (const Fact& fact : message.facts) details[fact.title] = fact.value;
  if (!message.what_to_do.empty()) details["What to do"] = message.what_to_do;
  if (!message.source.empty()) details["Figures from"] = message.source;
  return details;
}

void set_if_filled(json::object& object, std::string_view member, const std::string& text) {
  if (!text.empty()) object[member] = cut(text, longest_key, unchanged);
}

std::string lay_out(const Draft& draft, const Message& message) {
  json::object payload;
  payload["summary"] = cut(message.headline(), longest_summary, unchanged);
  const std::string where = text_in(draft.data, "organisation", "name");
  payload["source"] = cut(where.empty() ? "kpid/" + cleaned(draft.instance) : cleaned(where),
                          longest_key, unchanged);
  payload["severity"] = severity_word(draft);
  payload["timestamp"] = format_timestamp(draft.event.at);
  set_if_filled(payload, "component", cleaned(text_in(draft.data, "kpi", "id")));
  set_if_filled(payload, "class", cleaned(text_in(draft.data, "rule")));
  payload["custom_details"] = details_of(message);
  json::object body;
  body["event_action"] = action_of(draft.event.type);
  body["dedup_key"] = cut(cleaned(draft.event.subject), longest_key, unchanged);
  body["payload"] = std::move(payload);
  body["client"] = "kpid";
  json::array links;
  const auto add = [&links](const std::string& link, std::string_view words) {
    if (!link.empty()) links.push_back(json::object{{"href", link}, {"text", words}});
  };
  add(message.link, "Open in kpid");
  add(message.acknowledge_link, acknowledge_words);
  if (!message.link.empty()) body["client_url"] = message.link;
  if (!links.empty()) body["links"] = std::move(links);
  return json::serialize(body);
}

}  // namespace

Result<Rendered> render_pagerduty(const Draft& draft) {
  return fitted(draft.event, largest_body, "application/json", [&](const Room& room) {
    return lay_out(draft, message_of(draft.event, draft.data, room));
  });
}

}  // namespace kpid::webhooks
