// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/reminder_wording.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "alerts/phrases.hpp"
#include "model/unit.hpp"

namespace kpid {
namespace {

namespace json = boost::json;

json::object object_of(std::string_view data) {
  json::error_code error;
  json::value value = json::parse(data, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

std::string text_in(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

const json::object* object_in(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found != nullptr ? found->if_object() : nullptr;
}

json::array array_of(const std::vector<std::string>& names) {
  return json::array(names.begin(), names.end());
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string who_was_told(const Unnoted& unnoted) {
  std::string text =
      unnoted.told.empty() ? "nobody had been told" : listed(unnoted.told) + " had been told";
  if (!unnoted.untold.empty()) {
    text +=
        fmt::format("; the message{} for {} {} not arrived", unnoted.untold.size() == 1 ? "" : "s",
                    listed(unnoted.untold), unnoted.untold.size() == 1 ? "has" : "have");
  }
  return text;
}

std::string nobody_took_note(EventType type, const Unnoted& unnoted) {
  if (type == EventType::alert_reminder) {
    return fmt::format("For {} nobody has taken note of this.", unnoted.length);
  }
  return fmt::format("For {}, since {}, nobody has taken note of this; {}.", unnoted.length,
                     format_date_for_people(unnoted.day), who_was_told(unnoted));
}

// A new figure that changed nothing was not told: the words are of the one before.
bool speaks_of_another_figure(const json::object& data, const Alert& alert, const Kpi& kpi) {
  if (text_in(data, "comparison") == "stale") return false;
  const json::object* period = object_in(data, "period");
  const json::value* value = data.if_contains("value");
  if (period == nullptr || value == nullptr || !value->is_number()) return false;
  const auto shown = [&kpi](double figure) { return format_value(figure, kpi.unit, kpi.decimals); };
  return text_in(*period, "start") != format_date(alert.period.start) ||
         text_in(*period, "end") != format_date(alert.period.end) ||
         shown(value->to_number<double>()) != shown(alert.value);
}

json::value number(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (value > -exact && value < exact &&
      static_cast<double>(static_cast<std::int64_t>(value)) == value) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

}  // namespace

std::string length_words(const SchoolCalendar& calendar, Date from, Date to) {
  const std::uint32_t school_days = calendar.school_days_between(from, to);
  if (school_days > 0) return format_span({school_days, Span::Unit::school_days});
  const auto days = std::max<std::int64_t>((to - from).count(), 0);
  return format_span({static_cast<std::uint32_t>(days), Span::Unit::days});
}

std::string unnoted_data(std::string_view last_data, EventType type, const Alert& alert,
                         const Kpi& kpi, const Unnoted& unnoted) {
  json::object data = object_of(last_data);
  data["seq"] = alert.seq;
  data["state"] = to_string(alert.state);
  data["severity"] = to_string(alert.severity);
  data["unacknowledged"] = json::object{{"since", format_timestamp(unnoted.since)},
                                        {"for", unnoted.length},
                                        {"to", array_of(unnoted.to)},
                                        {"told", array_of(unnoted.told)},
                                        {"not_told", array_of(unnoted.untold)}};
  std::string sentence = nobody_took_note(type, unnoted);
  const std::string before = text_in(data, "explanation");
  if (!before.empty()) sentence += " " + before;
  data["newest"] = nullptr;
  if (speaks_of_another_figure(data, alert, kpi)) {
    data["newest"] = json::object{{"start", format_date(alert.period.start)},
                                  {"end", format_date(alert.period.end)},
                                  {"label", format_period(alert.period, kpi.calendar)},
                                  {"value", number(alert.value)}};
    sentence += fmt::format(" The newest figure is {}{}.",
                            format_value(alert.value, kpi.unit, kpi.decimals),
                            phrases::when(alert.period, kpi.calendar));
  }
  data["explanation"] = std::move(sentence);
  return json::serialize(data);
}

std::optional<AlertState> state_in(std::string_view data) {
  return parse_alert_state(text_in(object_of(data), "state"));
}

std::vector<std::string> escalated_to(std::string_view data) {
  const json::object all = object_of(data);
  const json::object* unacknowledged = object_in(all, "unacknowledged");
  const json::value* to = unacknowledged != nullptr ? unacknowledged->if_contains("to") : nullptr;
  std::vector<std::string> names;
  if (to == nullptr || !to->is_array()) return names;
  for (const json::value& name : to->get_array()) {
    if (name.is_string()) names.emplace_back(name.get_string());
  }
  return names;
}

}  // namespace kpid
