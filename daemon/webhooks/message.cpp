// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/message.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "model/unit.hpp"
#include "webhooks/digest_lines.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

std::optional<double> number_in(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

bool is_drill(const json::object& data) {
  const json::value* found = data.if_contains("test");
  return found != nullptr && found->is_bool() && found->get_bool();
}

bool is_of_missing_figures(const json::object& data) {
  return text_in(data, "comparison") == "stale";
}

// What the alert is about, where that says more than its severity.
std::optional<Title> title_of_kind(const Event& event, const json::object& data) {
  const bool resolved = event.type == EventType::alert_resolved;
  const bool changed = event.type == EventType::alert_changed;
  if (is_of_missing_figures(data) && text_in(data, "resolution") != "rule_removed") {
    const bool red = severity_of(event, data) == Severity::red;
    const Look look = red ? Look::bad : Look::warning;
    if (resolved) return Title{"Figures come in again", Look::good};
    if (event.type == EventType::alert_firing || changed) return Title{"Figures missing", look};
    if (event.type == EventType::alert_reminder) return Title{"Figures still missing", look};
    if (event.type == EventType::alert_escalated) {
      return Title{"Figures missing, and nobody has taken note", look};
    }
  }
  const json::object* flapping = object_in(data, "flapping");
  if (changed && flapping != nullptr && number_in(*flapping, "changes")) {
    return Title{"In and out of its limit", Look::warning};
  }
  return std::nullopt;
}

Look look_of_digest(const Event& event, const json::object& data) {
  const Severity severity = severity_of(event, data);
  if (severity == Severity::red) return Look::bad;
  if (severity == Severity::amber) return Look::warning;
  const json::object* counts = object_in(data, "counts");
  const bool over = counts != nullptr && number_in(*counts, "recovered").value_or(0) > 0;
  return over ? Look::good : Look::note;
}

}  // namespace

Title title_of(const Event& event, const json::object& data) {
  if (auto title = title_of_kind(event, data)) return *std::move(title);
  const Severity severity = severity_of(event, data);
  const bool red = severity == Severity::red;
  switch (event.type) {
    case EventType::alert_firing:
      return red ? Title{"Red alert", Look::bad} : Title{"Amber warning", Look::warning};
    case EventType::alert_changed:
      return red ? Title{"Now red", Look::bad} : Title{"Now amber", Look::warning};
    case EventType::alert_acknowledged:
      return {std::string{"Acknowledged, still "} + (red ? "red" : "amber"), Look::note};
    case EventType::alert_resolved: {
      const std::string resolution = text_in(data, "resolution");
      if (resolution == "corrected") return {"Withdrawn, the figure was corrected", Look::good};
      if (resolution == "rule_removed") return {"Closed, its rule was removed", Look::plain};
      return {"Recovered", Look::good};
    }
    case EventType::source_failing:
      return {"Data source failing", Look::bad};
    case EventType::source_stale:
      return {"Data out of date", Look::warning};
    case EventType::source_recovered:
      return {"Data source works again", Look::good};
    case EventType::destination_disabled:
      return {"Messages switched off", Look::bad};
    case EventType::test_ping:
      return {"Test message", Look::note};
    case EventType::alert_reminder:
      return red ? Title{"Still red", Look::bad} : Title{"Still amber", Look::warning};
    case EventType::alert_escalated:
      return red ? Title{"Red, and nobody has taken note", Look::bad}
                 : Title{"Amber, and nobody has taken note", Look::warning};
    case EventType::digest:
      return {"Summary", look_of_digest(event, data)};
  }
  return {"Message", Look::plain};
}

namespace {

std::string capitalised(std::string text) {
  if (!text.empty()) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

}  // namespace

bool is_web_link(std::string_view link) {
  constexpr std::size_t longest = 1000;
  const bool web = link.starts_with("https://") || link.starts_with("http://");
  return web && link.size() <= longest && std::none_of(link.begin(), link.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           constexpr std::string_view never{"\"<>\\|`{}[]()*'"};  // in markup, the link's end
           return byte <= 0x20 || byte >= 0x7F || never.find(c) != std::string_view::npos;
         });
}

namespace {

class Teller {
 public:
  Teller(const Event& event, const json::object& data, const Room& room)
      : event_(event), data_(data), room_(room) {}

  [[nodiscard]] Message message() const {
    Title title = title_of(event_, data_);
    Message told;
    told.look = title.look;
    told.word = (is_drill(data_) ? "[TEST] " : "") + title.word;
    std::string link = text_in(data_, "link");
    if (is_web_link(link)) told.link = std::move(link);
    if (event_.type == EventType::digest) {
      told.subject = text("summary", room_.sentence);
      told.lines = lines_of(data_, room_, told.lines_left);
      return told;
    }
    told.subject = subject();
    told.sentence = instead_words() + text("explanation", room_.sentence);
    const bool of_kpi = !event_.kpi.empty() || object_in(data_, "kpi") != nullptr;
    told.facts = of_kpi ? alert_facts() : operational_facts();
    if (!ends_something(event_.type)) told.what_to_do = text("runbook", room_.runbook);
    told.source = where_from();
    if (is_web_link(event_.acknowledge_link)) told.acknowledge_link = event_.acknowledge_link;
    return told;
  }

 private:
  [[nodiscard]] std::string text(std::string_view member, std::size_t most) const {
    return cleaned(shorten(text_in(data_, member), most));
  }
  [[nodiscard]] std::string name(std::string_view text) const {
    return cleaned(shorten(text, room_.name));
  }

  [[nodiscard]] std::string subject() const {
    const std::string what = text_in(data_, "kpi", "title");
    const std::string where = text_in(data_, "organisation", "name");
    std::string subgroup = text_in(data_, "subgroup_words");
    if (subgroup.empty()) subgroup = text_in(data_, "subgroup");
    if (what.empty()) {
      const std::string source = text_in(data_, "source");
      return name(source.empty() ? text_in(data_, "destination") : source);
    }
    std::string words = capitalised(name(what));
    if (!subgroup.empty()) words += " (" + name(subgroup) + ")";
    if (!where.empty()) words += ", " + name(where);
    return words;
  }

  // Why it comes to somebody whom it was not meant for.
  [[nodiscard]] std::string instead_words() const {
    const std::string missed = name(text_in(data_, "instead_of"));
    if (missed.empty()) return {};
    return "The message for " + missed + " could not be delivered, so it came here. ";
  }

  void add(std::vector<Fact>& facts, std::string title, std::string_view value) const {
    if (!value.empty()) facts.push_back({std::move(title), name(value)});
  }

  [[nodiscard]] std::string with_unit(std::optional<double> value,
                                      std::optional<double> threshold = {}) const {
    if (!value) return {};
    const auto unit = parse_unit(text_in(data_, "kpi", "unit"));
    return format_value(*value, unit.value_or(Unit::count), 1, threshold);
  }

  [[nodiscard]] bool judges_the_value() const {
    const std::string comparison = text_in(data_, "comparison");
    return (comparison.empty() || comparison == "number") &&
           number_in(data_, "compared") == number_in(data_, "value");
  }

  // The limit is the value's own only where the rule looks at the value; a change is told by the
  // sentence.
  [[nodiscard]] std::string limit_words() const {
    const json::object* threshold = object_in(data_, "threshold");
    if (threshold == nullptr || !judges_the_value()) return {};
    const std::string sign = text_in(*threshold, "operator");
    const std::string bound = with_unit(number_in(*threshold, "bound"));
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
      const std::string value = with_unit(number_in(*one, "value"));
      if (value.empty()) continue;
      if (!words.empty()) words += "; ";
      words += shorten(text_in(*one, "label"), 40) + ": " + value;
    }
    if (first > 0 && !words.empty()) words += "; " + and_more(first) + " before";
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
    const std::string origin = text_in(*first, "origin");
    // The file's name alone: folders help nobody here, and a URL may hold what is not for all eyes.
    std::string file = origin.substr(0, origin.find('?'));
    file.erase(0, file.find_last_of('/') == std::string::npos ? 0 : file.find_last_of('/') + 1);
    std::string words = shorten(text_in(*first, "source"), room_.name / 3);
    if (!file.empty()) {
      words += (words.empty() ? "" : ", ") + shorten(file, room_.name / 3);
    }
    const auto from = number_in(*first, "row_first").value_or(0);
    const auto to = number_in(*first, "row_last").value_or(0);
    if (from > 0) {
      words += to > from ? fmt::format(", rows {:.0f} to {:.0f}", from, to)
                         : fmt::format(", row {:.0f}", from);
    }
    if (all.size() > 1) words += " " + and_more(all.size() - 1);
    return name(words);
  }

  // For how long nobody has taken note of an alert, and who might have.
  [[nodiscard]] std::vector<Fact> unnoted_facts() const {
    std::vector<Fact> facts;
    const json::object* unnoted = object_in(data_, "unacknowledged");
    if (unnoted == nullptr) return facts;
    add(facts, "Nobody took note for", text_in(*unnoted, "for"));
    if (event_.type != EventType::alert_escalated) return facts;
    add(facts, "Told so far", names_in(*unnoted, "told"));
    add(facts, "Not reached", names_in(*unnoted, "not_told"));
    return facts;
  }

  [[nodiscard]] std::string names_in(const json::object& from, std::string_view member) const {
    constexpr std::size_t most = 10;
    const json::value* found = from.if_contains(member);
    if (found == nullptr || !found->is_array()) return {};
    const json::array& all = found->get_array();
    std::string names;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
      if (!all[i].is_string()) continue;
      if (!names.empty()) names += ", ";
      names += name(std::string_view{all[i].get_string()});
    }
    return all.size() > most ? names + ", " + and_more(all.size() - most) : names;
  }

  // Of figures that are missing there is only the last that came.
  [[nodiscard]] std::vector<Fact> missing_facts() const {
    std::vector<Fact> facts;
    add(facts, "Last figure", with_unit(number_in(data_, "value")));
    add(facts, "Of", text_in(data_, "period", "label"));
    if (const auto due = parse_date(text_in(data_, "late", "expected"))) {
      add(facts, "Next was due", format_date_for_people(*due));
    }
    add(facts, "Allowed", text_in(data_, "late", "allowed"));
    return facts;
  }

  [[nodiscard]] std::string forecast_words() const {
    const json::object* forecast = object_in(data_, "forecast");
    if (forecast == nullptr) return {};
    std::string words = with_unit(number_in(*forecast, "value"));
    const auto sure = number_in(*forecast, "sure");
    if (!words.empty() && sure && *sure > 0) {
      words +=
          fmt::format(" ({:g} % sure: {} to {})", *sure, with_unit(number_in(*forecast, "low")),
                      with_unit(number_in(*forecast, "high")));
    }
    return words;
  }

  // A figure that has come since, where the sentence is still of the one before.
  [[nodiscard]] std::string newest_words() const {
    const json::object* newest = object_in(data_, "newest");
    if (newest == nullptr) return {};
    const std::string value = with_unit(number_in(*newest, "value"));
    const std::string label = shorten(text_in(*newest, "label"), 40);
    return value.empty() || label.empty() ? value : value + ", " + label;
  }

  // The other figure, under its own name.
  void add_reference(std::vector<Fact>& facts) const {
    const json::object* reference = object_in(data_, "reference");
    if (reference == nullptr || number_in(data_, "previous")) return;
    const std::string title = capitalised(name(text_in(*reference, "name")));
    if (!title.empty()) add(facts, title, with_unit(number_in(*reference, "value")));
  }

  [[nodiscard]] std::vector<Fact> alert_facts() const {
    const bool over = ends_something(event_.type);
    std::vector<Fact> facts = unnoted_facts();
    if (is_of_missing_figures(data_) && !over) {
      std::vector<Fact> missing = missing_facts();
      facts.insert(facts.end(), missing.begin(), missing.end());
      return facts;
    }
    std::optional<double> bound;
    const json::object* threshold = object_in(data_, "threshold");
    if (threshold != nullptr && judges_the_value()) bound = number_in(*threshold, "bound");
    if (!over) add(facts, "Since", text_in(data_, "since", "label"));
    add(facts, "Value", with_unit(number_in(data_, "value"), bound));
    add(facts, "Period", text_in(data_, "period", "label"));
    if (!over) add(facts, "Limit", limit_words());
    add(facts, "Target", with_unit(number_in(data_, "target")));
    add(facts, "Newest", newest_words());
    add(facts, "Before", with_unit(number_in(data_, "previous")));
    add_reference(facts);
    add(facts, "Expected", forecast_words());
    add(facts, "Last values", recent_words());
    const auto worth = number_in(data_, "worth_pence");
    if (worth && *worth != 0 && !over) {
      add(facts, "Worth", format_value(std::abs(*worth), Unit::pence, 0));
    }
    return facts;
  }

  [[nodiscard]] std::string day_in(std::string_view member) const {
    const auto at = parse_timestamp(text_in(data_, member));
    if (!at) return {};
    return format_date_for_people(std::chrono::floor<std::chrono::days>(*at));
  }

  [[nodiscard]] std::vector<Fact> operational_facts() const {
    std::vector<Fact> facts;
    add(facts, "Source", text_in(data_, "source"));
    add(facts, "Destination", text_in(data_, "destination"));
    add(facts, "Last worked", day_in("last_succeeded_at"));
    add(facts, "Nothing new since", day_in("content_changed_at"));
    add(facts, "Figures until", day_in("data_until"));
    add(facts, "Reason", text_in(data_, "reason"));
    const auto failures = number_in(data_, "failures_in_a_row");
    if (failures && *failures > 0) add(facts, "Failed runs", fmt::format("{:.0f}", *failures));
    return facts;
  }

  const Event& event_;
  const json::object& data_;
  const Room& room_;
};

// The length of a character that steers a screen or a reader rather than being shown; 0: it is
// shown. Well-formed UTF-8 only.
std::size_t steering_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (text.size() >= 2 && byte(0) == 0xC2 && byte(1) < 0xA0) return 2;  // U+0080 to U+009F
  if (text.size() < 3 || byte(0) != 0xE2) return 0;
  // Line and paragraph separators, and what embeds, overrides or isolates a direction.
  const bool first = byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE;
  const bool second = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
  return first || second ? 3 : 0;
}

}  // namespace

std::string_view symbol_of(Look look) noexcept {
  switch (look) {
    case Look::bad:
      return "\U0001F534";
    case Look::warning:
      return "\U0001F7E0";
    case Look::good:
      return "\U0001F7E2";
    case Look::note:
      return "\U0001F535";
    case Look::plain:
      break;
  }
  return "\u26AA";
}

std::string Message::headline() const { return subject.empty() ? word : word + ": " + subject; }

Room room_for(EventType type) noexcept {
  return type == EventType::digest ? Room{120, 500, 0, 60} : Room{};
}

Message message_of(const Event& event, const json::object& data, const Room& room) {
  return Teller{event, data, room}.message();
}

Severity severity_of(const Event& event, const json::object& data) {
  return parse_severity(text_in(data, "severity")).value_or(event.severity);
}

const json::object* object_in(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found != nullptr ? found->if_object() : nullptr;
}

std::string text_in(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string();
}

std::string text_in(const json::object& from, std::string_view object, std::string_view member) {
  const json::object* found = object_in(from, object);
  return found != nullptr ? text_in(*found, member) : std::string();
}

std::string cleaned(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = steering_length(text);
    out += length > 0 ? ' ' : text.front();
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace kpid::webhooks
