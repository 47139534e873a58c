// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What an ntfy server shows on a phone. Stored as one JSON object with the names that ntfy itself
// has for the parts; delivery_request.hpp sends the title, priority, tags and links as headers.

#include <utility>

#include <boost/json.hpp>

#include "webhooks/digest_lines.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_message = 4096;
constexpr std::size_t longest_title = 250;

std::string unchanged(std::string_view text) { return std::string{text}; }

struct Urgency {
  int priority;          // 1 to 5; 5 breaks through "do not disturb", which no KPI is worth
  std::string_view tag;  // a name that ntfy shows as a symbol
};

Urgency urgency_of(Look look) {
  switch (look) {
    case Look::bad:
      return {4, "red_circle"};
    case Look::warning:
      return {3, "orange_circle"};
    case Look::good:
      return {2, "green_circle"};
    case Look::note:
      return {2, "large_blue_circle"};
    case Look::plain:
      break;
  }
  return {2, "white_circle"};
}

std::string text_of(const Message& message) {
  std::string text = message.sentence;
  const auto line = [&text](const std::string& words) {
    if (!text.empty()) text += '\n';
    text += words;
  };
  if (!message.lines.empty()) line(lines_text(message));
  for (const Fact& fact : message.facts) line(fact.title + ": " + fact.value);
  if (!message.what_to_do.empty()) line("What to do: " + message.what_to_do);
  if (!message.source.empty()) line("Figures from: " + message.source);
  return text.empty() ? message.headline() : text;  // an empty one is shown as "triggered"
}

}  // namespace

Result<Rendered> render_ntfy(const Draft& draft) {
  for (Room room = room_for(draft.event.type); room.name > 10; room = room.half()) {
    const Message message = message_of(draft.event, draft.data, room);
    std::string text = text_of(message);
    if (text.size() > longest_message) continue;
    const Urgency urgency = urgency_of(message.look);
    json::object body{{"title", cut(message.headline(), longest_title, unchanged)},
                      {"message", std::move(text)},
                      {"priority", urgency.priority},
                      {"tags", json::array{urgency.tag, "kpid"}}};
    if (!message.link.empty()) body["click"] = message.link;
    if (!message.acknowledge_link.empty()) {
      body["actions"] = json::array{json::object{
          {"action", "view"}, {"label", acknowledge_words}, {"url", message.acknowledge_link}}};
    }
    return Rendered{"application/json", json::serialize(body)};
  }
  return fail(ErrorKind::internal,
              "event " + draft.event.id + " does not fit into a message of ntfy's");
}

}  // namespace kpid::webhooks
