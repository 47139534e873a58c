// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The operator's own mustache, filled with what model/message_template.hpp names and nothing else:
// each variable has the kind that is written there, whatever the data holds, so that a template can
// neither be made to grow without end nor to break its own markup.

#include <algorithm>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "model/message_template.hpp"
#include "webhooks/digest_lines.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;
namespace mustache = kainjow::mustache;
using Kind = TemplateVariable::Kind;
using Nothing = mustache::data::type;

std::string json_escaped(const std::string& text) {
  const std::string quoted = json::serialize(json::string{text});
  return quoted.substr(1, quoted.size() - 2);
}

std::string form_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || c == '-' || c == '.' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string escaped(const std::string& text, TemplateEscaping how) {
  switch (how) {
    case TemplateEscaping::json:
      return json_escaped(text);
    case TemplateEscaping::markup:
      return mustache::html_escape(text);
    case TemplateEscaping::form:
      return form_escaped(text);
    case TemplateEscaping::none:
      break;
  }
  return text;
}

// A digest's items with the words that a line of it has.
json::array items_of(const Draft& draft, const Message& message) {
  json::array rows;
  const json::array& items = draft.data.at("items").get_array();
  for (const json::value& item : items) {
    if (rows.size() == message.lines.size()) break;
    if (!item.is_object()) continue;
    const Line& line = message.lines[rows.size()];
    json::object row = item.get_object();
    row["word"] = line.word;
    row["where"] = line.where;
    row["what"] = line.what;
    row["sentence"] = line.sentence;
    row["link"] = line.link;
    row["acknowledge_link"] = line.acknowledge_link;
    rows.push_back(std::move(row));
  }
  return rows;
}

// The parts of the message that the data does not have under these names.
json::object own_parts(const Draft& draft, const Message& message) {
  const Severity severity = severity_of(draft.event, draft.data);
  json::object own;
  own["id"] = draft.event.id;
  own["type"] = to_string(draft.event.type);
  own["time"] = format_timestamp(draft.event.at);
  own["instance"] = draft.instance;
  own["headline"] = message.headline();
  own["explanation"] = message.lines.empty() ? message.sentence : lines_text(message);
  if (!message.lines.empty()) own["items"] = items_of(draft, message);
  json::array facts;
  for (const Fact& fact : message.facts) {
    facts.push_back(json::object{{"title", fact.title}, {"value", fact.value}});
  }
  own["facts"] = std::move(facts);
  own["what_to_do"] = message.what_to_do;
  own["figures_from"] = message.source;
  own["link"] = message.link;
  own["acknowledge_link"] = message.acknowledge_link;
  own["is_red"] = severity == Severity::red;
  own["is_amber"] = severity == Severity::amber;
  own["is_over"] = ends_something(draft.event.type);
  return own;
}

class Filler {
 public:
  explicit Filler(const Room& room)
      : room_(room), most_rows_(std::max<std::size_t>(room.name / 10, 1)) {}

  [[nodiscard]] mustache::data filled(const json::object& own, const json::object& data) {
    const auto variables = template_variables();
    mustache::data all;
    for (const TemplateVariable& variable : variables) {
      if (variable.name.find('.') != std::string_view::npos) continue;
      const json::value* found = own.if_contains(variable.name);
      if (found == nullptr) found = data.if_contains(variable.name);
      all.set(std::string{variable.name}, value_of(variable, found));
    }
    for (const auto& [name, count] : omitted_) {
      all.set(name + "_omitted", mustache::data{and_more(count)});
    }
    return all;
  }

 private:
  // What is absent, empty or of another kind is false: it leaves nothing and opens no section.
  mustache::data value_of(const TemplateVariable& variable, const json::value* value) {
    if (value == nullptr) return Nothing::bool_false;
    switch (variable.kind) {
      case Kind::flag:
        return mustache::data{value->is_bool() && value->get_bool()};
      case Kind::number:
        return number_of(*value);
      case Kind::text:
        return text_of(variable.name, *value);
      case Kind::group:
        return value->is_object() ? members_of(variable.name, value->get_object())
                                  : mustache::data{Nothing::bool_false};
      case Kind::list:
        return value->is_array() ? rows_of(variable.name, value->get_array())
                                 : mustache::data{Nothing::bool_false};
    }
    return Nothing::bool_false;
  }

  static mustache::data number_of(const json::value& value) {
    if (value.is_double()) return mustache::data{fmt::format("{}", value.get_double())};
    if (value.is_number()) return mustache::data{json::serialize(value)};
    return Nothing::bool_false;
  }

  [[nodiscard]] mustache::data text_of(std::string_view name, const json::value& value) const {
    if (!value.is_string() || value.get_string().empty()) return Nothing::bool_false;
    const std::size_t most = name == "explanation"                       ? room_.sentence
                             : name == "runbook" || name == "what_to_do" ? room_.runbook
                             : name == "headline"                        ? 3 * room_.name + 100
                                                                         : room_.name;
    // What the message has cut already is not cut again.
    const bool ours = name == "explanation" || name == "what_to_do" || name == "link" ||
                      name == "acknowledge_link";
    const std::string_view text = value.get_string();
    return mustache::data{ours ? cleaned(text) : cleaned(shorten(text, most))};
  }

  mustache::data members_of(std::string_view group, const json::object& from) {
    mustache::data members;
    const std::string prefix = std::string{group} + ".";
    for (const TemplateVariable& variable : template_variables()) {
      if (!variable.name.starts_with(prefix)) continue;
      const std::string_view name = variable.name.substr(prefix.size());
      members.set(std::string{name}, value_of({name, variable.kind}, from.if_contains(name)));
    }
    return members;
  }

  mustache::data rows_of(std::string_view list, const json::array& from) {
    const bool ours = list == "facts" || list == "items";  // of which the message has enough
    const std::size_t count = ours ? from.size() : std::min(from.size(), most_rows_);
    const std::size_t first = list == "series" ? from.size() - count : 0;  // the newest come last
    if (count < from.size()) omitted_.emplace_back(list, from.size() - count);
    mustache::data rows{Nothing::list};
    for (std::size_t i = first; i < first + count; ++i) {
      const json::object* row = from[i].if_object();
      mustache::data one = members_of(list, row != nullptr ? *row : json::object{});
      one.set("last", mustache::data{i + 1 == first + count});
      rows.push_back(one);
    }
    return rows;
  }

  const Room& room_;
  std::size_t most_rows_;
  std::vector<std::pair<std::string, std::size_t>> omitted_;
};

bool is_json(const std::string& text) {
  json::error_code error;
  const json::value value = json::parse(text, error);
  return !error;
}

// What is sent where the template does not make a body that can be sent: the alert is told all the
// same.
std::string without_template(const Message& message, TemplateEscaping how) {
  switch (how) {
    case TemplateEscaping::json:
      return json::serialize(json::object{{"headline", message.headline()},
                                          {"explanation", message.sentence},
                                          {"link", message.link}});
    case TemplateEscaping::markup:
      return "<p>" + mustache::html_escape(message.headline()) + "</p>\n<p>" +
             mustache::html_escape(message.sentence) + "</p>\n";
    case TemplateEscaping::form:
      return "headline=" + form_escaped(message.headline()) +
             "&explanation=" + form_escaped(message.sentence);
    case TemplateEscaping::none:
      break;
  }
  return message.headline() + "\n" + message.sentence + "\n";
}

}  // namespace

Result<Rendered> render_template(const Draft& draft) {
  const std::string& type = draft.destination.template_content_type;
  const TemplateEscaping how = template_escaping_for(type);
  mustache::mustache form{draft.destination.template_text};
  form.set_custom_escape([how](const std::string& text) { return escaped(text, how); });
  std::size_t left_out = 0;
  const auto lay_out = [&](const Room& room) {
    const Message message = message_of(draft.event, draft.data, room);
    left_out = message.lines_left;
    return form.render(Filler{room}.filled(own_parts(draft, message), draft.data));
  };
  if (form.is_valid()) {
    auto made = fitted(draft.event, largest_templated_body, type, lay_out);
    const bool good = made && form.is_valid() && !made->body.empty() &&
                      (how != TemplateEscaping::json || is_json(made->body));
    if (good) {
      made->left_out = left_out;
      return made;
    }
  }
  auto made = fitted(draft.event, largest_templated_body, type, [&](const Room& room) {
    Message message = message_of(draft.event, draft.data, room);
    left_out = message.lines_left;
    if (!message.lines.empty()) message.sentence = lines_text(message);
    return without_template(message, how);
  });
  if (made) made->left_out = left_out;
  return made;
}

}  // namespace kpid::webhooks
