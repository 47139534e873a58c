// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// An Adaptive Card for a Teams workflow, of the elements of version 1.2 alone, for a finance
// officer at seven in the morning: what, where, how bad; then the sentence, the facts, what to do.

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "model/unit.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

// How many bytes each part may take. Where escaping makes the card too large all the same, it is
// laid out again with less.
struct Room {
  std::size_t name = 200;
  std::size_t sentence = 2000;
  std::size_t runbook = 3000;
  [[nodiscard]] Room half() const { return {name / 2, sentence / 2, runbook / 2}; }
};

// Names and sentences are text, not markdown: "Reading_2025*" must not turn into italics, and a
// name must not become a link or a list.
std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_number = true;  // digits at the very start, which with "." would begin a list
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += ' ';
      continue;
    }
    const bool marks = std::string_view{"\\`*_[]~<>|"}.find(c) != std::string_view::npos;
    const bool begins = i == 0 && std::string_view{"#+-"}.find(c) != std::string_view::npos;
    const bool counts = i > 0 && in_number && (c == '.' || c == ')') &&
                        (i + 1 == text.size() || text[i + 1] == ' ');
    if (marks || begins || counts) out += '\\';
    out += c;
    in_number = in_number && std::isdigit(byte) != 0;
  }
  return out;
}

std::string text_of(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string();
}

const json::object* object_of(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found != nullptr ? found->if_object() : nullptr;
}

std::string text_of(const json::object& from, std::string_view object, std::string_view member) {
  const json::object* found = object_of(from, object);
  return found != nullptr ? text_of(*found, member) : std::string();
}

std::optional<double> number_of(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

// "red", "amber", or nothing: what the alert is now.
std::string severity_of(const Event& event, const json::object& data) {
  const std::string told = text_of(data, "severity");
  return told.empty() ? std::string{to_string(event.severity)} : told;
}

struct Look {
  std::string word;   // begins the headline
  std::string color;  // of the headline, Adaptive Cards' names
};

Look by_severity(std::string word_red, std::string word_amber, std::string_view severity) {
  if (severity == "red") return {std::move(word_red), "attention"};
  return {std::move(word_amber), "warning"};
}

// What the alert is about, where that says more than its severity.
std::optional<Look> look_of_kind(const Event& event, const json::object& data) {
  const bool resolved = event.type == EventType::alert_resolved;
  const bool changed = event.type == EventType::alert_changed;
  if (text_of(data, "comparison") == "stale" && text_of(data, "resolution") != "rule_removed") {
    if (resolved) return Look{"Figures come in again", "good"};
    if (event.type == EventType::alert_firing || changed) {
      return by_severity("Figures missing", "Figures missing", severity_of(event, data));
    }
  }
  const json::object* flapping = object_of(data, "flapping");
  if (changed && flapping != nullptr && number_of(*flapping, "changes")) {
    return Look{"In and out of its limit", "warning"};
  }
  return std::nullopt;
}

Look look_of(const Event& event, const json::object& data) {
  if (auto look = look_of_kind(event, data)) return *std::move(look);
  const std::string severity = severity_of(event, data);
  switch (event.type) {
    case EventType::alert_firing:
      return by_severity("Red alert", "Amber warning", severity);
    case EventType::alert_changed:
      return by_severity("Now red", "Now amber", severity);
    case EventType::alert_acknowledged:
      return {"Acknowledged, still " + severity, "accent"};
    case EventType::alert_resolved: {
      const std::string resolution = text_of(data, "resolution");
      if (resolution == "corrected") return {"Withdrawn, the figure was corrected", "good"};
      if (resolution == "rule_removed") return {"Closed, its rule was removed", "default"};
      return {"Recovered", "good"};
    }
    case EventType::source_failing:
      return {"Data source failing", "attention"};
    case EventType::source_stale:
      return {"Data out of date", "warning"};
    case EventType::source_recovered:
      return {"Data source works again", "good"};
    case EventType::destination_disabled:
      return {"Messages switched off", "attention"};
    case EventType::test_ping:
      return {"Test message", "accent"};
  }
  return {"Message", "default"};
}

std::string capitalised(std::string text) {
  if (!text.empty()) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

class Card {
 public:
  Card(const Event& event, const json::object& data, Room room)
      : event_(event), data_(data), room_(room) {}

  [[nodiscard]] json::object message() {
    const Look look = look_of(event_, data_);
    const std::string headline = look.word + subject_words();
    json::array body;
    json::object top = text_block(headline);
    top["size"] = "large";
    top["weight"] = "bolder";
    top["color"] = look.color;
    body.push_back(std::move(top));
    const std::string sentence = text_of(data_, "explanation");
    if (!sentence.empty()) body.push_back(text_block(shorten(sentence, room_.sentence)));
    json::array facts = event_.kpi.empty() && object_of(data_, "kpi") == nullptr
                            ? operational_facts()
                            : alert_facts();
    if (!facts.empty()) {
      body.push_back(json::object{{"type", "FactSet"}, {"facts", std::move(facts)}});
    }
    add_runbook(body);
    json::object card;
    card["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json";
    card["type"] = "AdaptiveCard";
    card["version"] = "1.2";
    card["msteams"] = json::object{{"width", "Full"}};
    card["fallbackText"] = headline;
    card["body"] = std::move(body);
    const std::string link = text_of(data_, "link");
    if (is_web_link(link)) {
      card["actions"] = json::array{
          json::object{{"type", "Action.OpenUrl"}, {"title", "Open in kpid"}, {"url", link}}};
    }
    return {{"type", "message"},
            {"attachments",
             json::array{json::object{{"contentType", "application/vnd.microsoft.card.adaptive"},
                                      {"contentUrl", nullptr},
                                      {"content", std::move(card)}}}}};
  }

 private:
  static json::object text_block(std::string_view text) {
    return {{"type", "TextBlock"}, {"text", escaped(text)}, {"wrap", true}};
  }

  static bool is_web_link(std::string_view link) {
    constexpr std::size_t longest = 1000;
    const bool web = link.starts_with("https://") || link.starts_with("http://");
    return web && link.size() <= longest && std::none_of(link.begin(), link.end(), [](char c) {
             const auto byte = static_cast<unsigned char>(c);
             return byte <= 0x20 || byte >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\';
           });
  }

  [[nodiscard]] std::string subject_words() const {
    std::string what = text_of(data_, "kpi", "title");
    const std::string where = text_of(data_, "organisation", "name");
    std::string subgroup = text_of(data_, "subgroup_words");
    if (subgroup.empty()) subgroup = text_of(data_, "subgroup");
    if (what.empty()) {
      for (const std::string_view member : {"source", "destination"}) {
        if (what.empty()) what = text_of(data_, member);
      }
      return what.empty() ? std::string() : ": " + shorten(what, room_.name);
    }
    std::string words = ": " + capitalised(shorten(what, room_.name));
    if (!subgroup.empty()) words += " (" + shorten(subgroup, room_.name) + ")";
    if (!where.empty()) words += ", " + shorten(where, room_.name);
    return words;
  }

  void fact(json::array& facts, std::string_view title, std::string_view value) const {
    if (value.empty()) return;
    facts.push_back(json::object{{"title", title}, {"value", escaped(shorten(value, room_.name))}});
  }

  [[nodiscard]] std::string with_unit(std::optional<double> value,
                                      std::optional<double> threshold = {}) const {
    if (!value) return {};
    const auto unit = parse_unit(text_of(data_, "kpi", "unit"));
    return format_value(*value, unit.value_or(Unit::count), 1, threshold);
  }

  [[nodiscard]] bool judges_the_value() const {
    const std::string comparison = text_of(data_, "comparison");
    return (comparison.empty() || comparison == "number") &&
           number_of(data_, "compared") == number_of(data_, "value");
  }

  // The limit is the value's own only where the rule looks at the value; a change is told by the
  // sentence.
  [[nodiscard]] std::string limit_words() const {
    const json::object* threshold = object_of(data_, "threshold");
    if (threshold == nullptr || !judges_the_value()) return {};
    const std::string sign = text_of(*threshold, "operator");
    const std::string bound = with_unit(number_of(*threshold, "bound"));
    if (bound.empty()) return {};
    if (sign == "<") return "must not fall below " + bound;
    if (sign == "<=") return "must stay above " + bound;
    if (sign == ">") return "must not rise above " + bound;
    if (sign == ">=") return "must stay below " + bound;
    return bound;
  }

  [[nodiscard]] std::string recent_words() const {
    constexpr std::size_t most = 4;
    const json::value* series = data_.if_contains("series");
    if (series == nullptr || !series->is_array() || series->get_array().size() < 2) return {};
    const json::array& all = series->get_array();
    const std::size_t first = all.size() > most ? all.size() - most : 0;
    std::string words;
    for (std::size_t i = first; i < all.size(); ++i) {
      const json::object* one = all[i].if_object();
      if (one == nullptr) continue;
      const std::string value = with_unit(number_of(*one, "value"));
      if (value.empty()) continue;
      if (!words.empty()) words += "; ";
      words += shorten(text_of(*one, "label"), 40) + ": " + value;
    }
    if (first > 0 && !words.empty()) words += "; " + and_more(first);
    return words;
  }

  [[nodiscard]] std::string where_from() const {
    const json::value* provenance = data_.if_contains("provenance");
    if (provenance == nullptr || !provenance->is_array() || provenance->get_array().empty()) {
      return {};
    }
    const json::array& all = provenance->get_array();
    const json::object* first = all.front().if_object();
    if (first == nullptr) return {};
    const std::string origin = text_of(*first, "origin");
    // The file's name alone: folders help nobody here, and a URL may hold what is not for all eyes.
    std::string name = origin.substr(0, origin.find('?'));
    name.erase(0, name.find_last_of('/') == std::string::npos ? 0 : name.find_last_of('/') + 1);
    std::string words = shorten(text_of(*first, "source"), room_.name / 3);
    if (!name.empty()) words += (words.empty() ? "" : ", ") + shorten(name, room_.name / 3);
    const auto from = number_of(*first, "row_first").value_or(0);
    const auto to = number_of(*first, "row_last").value_or(0);
    if (from > 0) {
      words += to > from ? fmt::format(", rows {:.0f} to {:.0f}", from, to)
                         : fmt::format(", row {:.0f}", from);
    }
    if (all.size() > 1) words += " " + and_more(all.size() - 1);
    return words;
  }

  // Of figures that are missing there is only the last that came.
  [[nodiscard]] json::array missing_facts() const {
    json::array facts;
    fact(facts, "Last figure", with_unit(number_of(data_, "value")));
    fact(facts, "Of", text_of(data_, "period", "label"));
    const auto due = parse_date(text_of(data_, "late", "expected"));
    if (due) fact(facts, "Next was due", format_date_for_people(*due));
    fact(facts, "Allowed", text_of(data_, "late", "allowed"));
    fact(facts, "Figures from", where_from());
    return facts;
  }

  [[nodiscard]] std::string forecast_words() const {
    const json::object* forecast = object_of(data_, "forecast");
    if (forecast == nullptr) return {};
    std::string words = with_unit(number_of(*forecast, "value"));
    const auto sure = number_of(*forecast, "sure");
    if (!words.empty() && sure && *sure > 0) {
      words +=
          fmt::format(" ({:g} % sure: {} to {})", *sure, with_unit(number_of(*forecast, "low")),
                      with_unit(number_of(*forecast, "high")));
    }
    return words;
  }

  [[nodiscard]] json::array alert_facts() const {
    const bool missing = text_of(data_, "comparison") == "stale";
    if (missing && event_.type != EventType::alert_resolved) return missing_facts();
    json::array facts;
    std::optional<double> bound;
    const json::object* threshold = object_of(data_, "threshold");
    if (threshold != nullptr && judges_the_value()) {
      bound = number_of(*threshold, "bound");
    }
    fact(facts, "Value", with_unit(number_of(data_, "value"), bound));
    fact(facts, "Period", text_of(data_, "period", "label"));
    if (event_.type != EventType::alert_resolved) {
      fact(facts, "Since", text_of(data_, "since", "label"));
      fact(facts, "Limit", limit_words());
    }
    fact(facts, "Target", with_unit(number_of(data_, "target")));
    fact(facts, "Before", with_unit(number_of(data_, "previous")));
    const json::object* reference = object_of(data_, "reference");
    if (reference != nullptr && !number_of(data_, "previous")) {
      fact(facts, capitalised(text_of(*reference, "name")),
           with_unit(number_of(*reference, "value")));
    }
    fact(facts, "Expected", forecast_words());
    const auto worth = number_of(data_, "worth_pence");
    if (worth && *worth != 0 && event_.type != EventType::alert_resolved) {
      fact(facts, "Worth", format_value(std::abs(*worth), Unit::pence, 0));
    }
    fact(facts, "Last values", recent_words());
    fact(facts, "Figures from", where_from());
    return facts;
  }

  [[nodiscard]] json::array operational_facts() const {
    json::array facts;
    fact(facts, "Source", text_of(data_, "source"));
    fact(facts, "Destination", text_of(data_, "destination"));
    fact(facts, "Reason", text_of(data_, "reason"));
    const auto failures = number_of(data_, "failures_in_a_row");
    if (failures && *failures > 0) fact(facts, "Failed runs", fmt::format("{:.0f}", *failures));
    const auto worked = parse_timestamp(text_of(data_, "last_succeeded_at"));
    if (worked) {
      fact(facts, "Last worked",
           format_date_for_people(std::chrono::floor<std::chrono::days>(*worked)));
    }
    return facts;
  }

  void add_runbook(json::array& body) const {
    const std::string runbook = text_of(data_, "runbook");
    if (runbook.empty() || event_.type == EventType::alert_resolved) return;
    json::object title = text_block("What to do");
    title["weight"] = "bolder";
    body.push_back(json::object{
        {"type", "Container"},
        {"style", "emphasis"},
        {"items", json::array{std::move(title), text_block(shorten(runbook, room_.runbook))}}});
  }

  const Event& event_;
  const json::object& data_;
  Room room_;
};

}  // namespace

Result<Rendered> render_teams(const Event& event) {
  const auto data = data_of(event);
  if (!data) return tl::unexpected(data.error());
  for (Room room; room.name > 10; room = room.half()) {
    std::string body = json::serialize(Card{event, *data, room}.message());
    if (body.size() <= largest_body) return Rendered{"application/json", std::move(body)};
  }
  return fail(
      ErrorKind::internal,
      fmt::format("event {} does not fit into a Teams card of {} bytes", event.id, largest_body));
}

}  // namespace kpid::webhooks
