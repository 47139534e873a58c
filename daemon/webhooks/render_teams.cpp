// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// An Adaptive Card for a Teams workflow, of the elements of version 1.2 alone.

#include <cctype>
#include <utility>

#include <boost/json.hpp>

#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

// Names and sentences are text, not markdown: "Reading_2025*" must not turn into italics, and a
// name must not become a link or a list.
std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_number = true;  // digits at the very start, which with "." would begin a list
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool marks = std::string_view{"\\`*_[]~<>|"}.find(c) != std::string_view::npos;
    const bool begins = i == 0 && std::string_view{"#+-"}.find(c) != std::string_view::npos;
    const bool counts = i > 0 && in_number && (c == '.' || c == ')') &&
                        (i + 1 == text.size() || text[i + 1] == ' ');
    if (marks || begins || counts) out += '\\';
    out += c;
    in_number = in_number && std::isdigit(static_cast<unsigned char>(c)) != 0;
  }
  return out;
}

std::string_view color_of(Look look) {  // Adaptive Cards' names
  switch (look) {
    case Look::bad:
      return "attention";
    case Look::warning:
      return "warning";
    case Look::good:
      return "good";
    case Look::note:
      return "accent";
    case Look::plain:
      break;
  }
  return "default";
}

json::object text_block(std::string_view text) {
  return {{"type", "TextBlock"}, {"text", escaped(text)}, {"wrap", true}};
}

// A button below a line of a digest; those below the card are of the card as a whole.
json::object button(std::string_view title, const std::string& url) {
  json::object open{{"type", "Action.OpenUrl"}, {"title", title}, {"url", url}};
  return {{"type", "ActionSet"}, {"actions", json::array{std::move(open)}}};
}

json::array body_of(const Message& message) {
  json::array body;
  json::object top = text_block(message.headline());
  top["size"] = "large";
  top["weight"] = "bolder";
  top["color"] = color_of(message.look);
  body.push_back(std::move(top));
  if (!message.sentence.empty()) body.push_back(text_block(message.sentence));
  for (const Line& line : message.lines) {
    body.push_back(text_block(std::string{symbol_of(line.look)} + " " + line.words()));
    if (!line.acknowledge_link.empty()) {
      body.push_back(button(acknowledge_words, line.acknowledge_link));
    }
  }
  if (message.lines_left > 0) body.push_back(text_block(and_more(message.lines_left)));
  json::array facts;
  for (const Fact& fact : message.facts) {
    facts.push_back(json::object{{"title", fact.title}, {"value", escaped(fact.value)}});
  }
  if (!facts.empty()) {
    body.push_back(json::object{{"type", "FactSet"}, {"facts", std::move(facts)}});
  }
  if (!message.what_to_do.empty()) {
    json::object title = text_block("What to do");
    title["weight"] = "bolder";
    body.push_back(
        json::object{{"type", "Container"},
                     {"style", "emphasis"},
                     {"items", json::array{std::move(title), text_block(message.what_to_do)}}});
  }
  if (!message.source.empty()) {
    json::object source = text_block("Figures from: " + message.source);
    source["isSubtle"] = true;
    body.push_back(std::move(source));
  }
  return body;
}

std::string lay_out(const Message& message) {
  json::object card;
  card["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json";
  card["type"] = "AdaptiveCard";
  card["version"] = "1.2";
  card["msteams"] = json::object{{"width", "Full"}};
  card["fallbackText"] = message.headline();
  card["body"] = body_of(message);
  json::array actions;
  const auto open = [&actions](std::string_view title, const std::string& url) {
    if (url.empty()) return;
    actions.push_back(json::object{{"type", "Action.OpenUrl"}, {"title", title}, {"url", url}});
  };
  open("Open in kpid", message.link);
  open(acknowledge_words, message.acknowledge_link);
  if (!actions.empty()) card["actions"] = std::move(actions);
  json::object attachment{{"contentType", "application/vnd.microsoft.card.adaptive"},
                          {"contentUrl", nullptr},
                          {"content", std::move(card)}};
  return json::serialize(
      json::object{{"type", "message"}, {"attachments", json::array{std::move(attachment)}}});
}

}  // namespace

Result<Rendered> render_teams(const Draft& draft) {
  return fitted(draft.event, largest_body, "application/json", [&](const Room& room) {
    return lay_out(message_of(draft.event, draft.data, room));
  });
}

}  // namespace kpid::webhooks
