// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/digest_lines.hpp"

#include <algorithm>
#include <string_view>

#include <boost/json.hpp>

#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

bool flag_in(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found != nullptr && found->is_bool() && found->get_bool();
}

// What stands in the line already, or is no news to whoever reads thirty of them.
std::string bare(std::string_view sentence, const std::string& where, const std::string& what,
                 const std::string& subgroup) {
  const std::string before =
      where + " \u2013 " + what + (subgroup.empty() ? "" : " (" + subgroup + ")") + ": ";
  if (!where.empty() && sentence.starts_with(before)) sentence.remove_prefix(before.size());
  for (const std::string_view files : {" Source: ", " Sources: "}) {
    const std::size_t at = sentence.rfind(files);
    if (at != std::string_view::npos) sentence = sentence.substr(0, at);
  }
  return std::string(sentence);
}

Line line_of(const json::object& item, const Room& room) {
  const Event event = event_of_item(item);
  const auto name = [&room](std::string_view text) { return cleaned(shorten(text, room.name)); };
  Line line;
  Title title = title_of(event, item);
  line.look = title.look;
  line.word = std::move(title.word);
  const bool over = is_of_alert(event.type) && ends_something(event.type);
  if (over && flag_in(item, "began_meanwhile") && text_in(item, "resolution") == "recovered") {
    line.word = "Over again";
  }
  const std::string where = text_in(item, "organisation", "name");
  const std::string what = text_in(item, "kpi", "title");
  std::string subgroup = text_in(item, "subgroup_words");
  if (subgroup.empty()) subgroup = text_in(item, "subgroup");
  line.where = name(where);
  line.what = name(what) + (subgroup.empty() ? "" : " (" + name(subgroup) + ")");
  std::string sentence = bare(text_in(item, "explanation"), where, what, subgroup);
  line.sentence = cleaned(shorten(sentence, room.sentence));
  if (over && text_in(item, "type") != to_string(event.type))
    line.sentence += " It is over by now.";
  const std::string instead_of = text_in(item, "instead_of");
  if (!instead_of.empty()) {
    line.sentence += " (\"" + name(instead_of) + "\" could not be told.)";
  }
  std::string link = text_in(item, "link");
  if (is_web_link(link)) line.link = std::move(link);
  std::string seen = text_in(item, "acknowledge_url");
  if (is_web_link(seen)) line.acknowledge_link = std::move(seen);
  return line;
}

}  // namespace

std::string Line::words() const {
  std::string subject = where;
  if (!what.empty()) subject += (subject.empty() ? "" : " \u2013 ") + what;
  std::string text = word;
  if (!subject.empty()) text += ": " + subject;
  return sentence.empty() ? text : text + ": " + sentence;
}

Event event_of_item(const json::object& item) {
  Event event;
  event.id = text_in(item, "id");
  event.type = parse_event_type(text_in(item, "type")).value_or(EventType::alert_changed);
  event.subject = text_in(item, "subject");
  event.owner = text_in(item, "owner");
  event.kpi = text_in(item, "kpi", "id");
  event.severity = parse_severity(text_in(item, "severity")).value_or(Severity::none);
  if (const auto at = parse_timestamp(text_in(item, "at"))) event.at = *at;
  event.acknowledge_link = text_in(item, "acknowledge_url");
  if (flag_in(item, "over") && is_of_alert(event.type)) event.type = EventType::alert_resolved;
  return event;
}

std::vector<Line> lines_of(const json::object& data, const Room& room, std::size_t& left) {
  std::vector<Line> lines;
  left = 0;
  const json::value* items = data.if_contains("items");
  if (items == nullptr || !items->is_array()) return lines;
  for (const json::value& one : items->get_array()) {
    const json::object* item = one.if_object();
    if (item == nullptr) continue;
    if (lines.size() < room.lines) {
      lines.push_back(line_of(*item, room));
    } else {
      ++left;
    }
  }
  return lines;
}

std::string lines_text(const Message& message) {
  std::string text;
  for (const Line& line : message.lines) {
    text += (text.empty() ? "" : "\n") + std::string{symbol_of(line.look)} + " " + line.words();
  }
  if (message.lines_left > 0) text += "\n" + and_more(message.lines_left);
  return text;
}

}  // namespace kpid::webhooks
