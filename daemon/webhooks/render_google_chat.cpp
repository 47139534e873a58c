// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A card (v2) for a Google Chat space. Its text is a little HTML, so what comes from outside is
// escaped as such: no <users/all> is read.

#include <utility>

#include <boost/json.hpp>

#include "webhooks/html_text.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

std::string escaped(std::string_view text) { return html_escaped(text, Apostrophe::plain); }

json::object paragraph(std::string html) {
  return {{"textParagraph", json::object{{"text", std::move(html)}}}};
}
json::object labelled(std::string_view label, std::string_view text) {
  return {{"decoratedText",
           json::object{{"topLabel", label}, {"text", escaped(text)}, {"wrapText", true}}}};
}
json::array buttons_of(const Message& message) {
  json::array buttons;
  const auto add = [&buttons](const std::string& link, std::string_view words) {
    if (link.empty()) return;
    buttons.push_back(json::object{
        {"text", words}, {"onClick", json::object{{"openLink", json::object{{"url", link}}}}}});
  };
  add(message.link, "Open in kpid");
  add(message.acknowledge_link, acknowledge_words);
  return buttons;
}

json::array widgets_of(const Message& message) {
  json::array widgets;
  if (!message.subject.empty()) {
    widgets.push_back(paragraph("<b>" + escaped(message.subject) + "</b>"));
  }
  if (!message.sentence.empty()) widgets.push_back(paragraph(escaped(message.sentence)));
  for (const Line& line : message.lines) {
    std::string html = std::string{symbol_of(line.look)} + " " + escaped(line.words());
    if (!line.acknowledge_link.empty()) {
      html += "<br><a href=\"" + escaped(line.acknowledge_link) + "\">" +
              std::string{acknowledge_words} + "</a>";
    }
    widgets.push_back(paragraph(std::move(html)));
  }
  if (message.lines_left > 0) widgets.push_back(paragraph(and_more(message.lines_left)));
  for (const Fact& fact : message.facts) widgets.push_back(labelled(fact.title, fact.value));
  if (!message.what_to_do.empty()) {
    widgets.push_back(labelled("What to do", message.what_to_do));
  }
  if (!message.source.empty()) widgets.push_back(labelled("Figures from", message.source));
  json::array buttons = buttons_of(message);
  if (!buttons.empty()) {
    widgets.push_back(json::object{{"buttonList", json::object{{"buttons", std::move(buttons)}}}});
  }
  if (widgets.empty()) widgets.push_back(paragraph(escaped(message.word)));
  return widgets;
}

std::string lay_out(const Draft& draft, const Message& message) {
  // The header's text is not HTML: kpid's own words alone stand there.
  const std::string title = std::string{symbol_of(message.look)} + " " + message.word;
  json::object card{{"header", json::object{{"title", title}, {"subtitle", "kpid"}}},
                    {"sections", json::array{json::object{{"widgets", widgets_of(message)}}}}};
  // One thread an alert, where the destination's URL asks for threads.
  const std::string thread = shorten(cleaned(draft.event.subject), 200);
  return json::serialize(json::object{
      {"fallbackText", message.headline()},
      {"cardsV2", json::array{json::object{{"cardId", "kpid"}, {"card", std::move(card)}}}},
      {"thread", json::object{{"threadKey", thread}}}});
}

}  // namespace

Result<Rendered> render_google_chat(const Draft& draft) {
  return fitted(
      draft.event, largest_body, "application/json; charset=UTF-8",
      [&](const Room& room) { return lay_out(draft, message_of(draft.event, draft.data, room)); });
}

}  // namespace kpid::webhooks
