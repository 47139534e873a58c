// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <array>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "cli/show.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

// "2025-10-24" as "Fri 24 October 2025".
std::string day_text(const json::value& value, std::string_view pointer) {
  const std::string text = text_at(value, pointer);
  const auto date = parse_date(text);
  if (!date) return text;
  constexpr std::array<std::string_view, 7> names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  return std::string(names.at(std::chrono::weekday{*date}.c_encoding())) + " " +
         format_date_for_people(*date);
}

std::string plain_day(const json::value& value, std::string_view pointer) {
  const auto date = parse_date(text_at(value, pointer));
  return date ? format_date_for_people(*date) : std::string();
}

std::string kind_text(std::string_view kind) {
  if (kind == "bank_holiday") return "bank holiday";
  if (kind == "school_day") return "school day";
  return kind == "inset" ? "INSET day" : std::string(kind);
}

std::string written_text(const json::value& calendar) {
  const json::value& written = member(calendar, "/written");
  if (!written.is_object()) {
    return "No calendar file speaks of any term: this is the typical English year.\n";
  }
  return "The calendar's files speak of " + plain_day(written, "/start") + " to " +
         plain_day(written, "/end") + "; the rest is the typical English year.\n";
}

// "a school day, autumn term, first half, week 8" or "a bank holiday, Good Friday".
std::string day_as_words(const json::value& day) {
  const std::string kind = text_at(day, "/kind");
  std::string text = (kind == "inset" ? "an " : "a ") + kind_text(kind);
  if (kind == "weekend") return "a weekend day";
  const std::string name = text_at(day, "/name");
  if (!name.empty() && name != kind_text(kind)) text += ": " + name;
  if (kind == "school_day") {
    text += ", week " + std::to_string(count_at(day, "/week/number")) + " of " +
            std::to_string(count_at(day, "/week/half_term/weeks"));
  }
  return text;
}

std::string day_view_text(const json::value& day) {
  const std::string kind = text_at(day, "/kind");
  std::string text = text_at(day, "/organisation/name") + ": " + text_at(day, "/weekday") + " " +
                     plain_day(day, "/date") + " is " + day_as_words(day) + ".\n";
  if (member(day, "/week").is_object()) {
    text += "Its teaching week is " + plain_day(day, "/week/start") + " to " +
            plain_day(day, "/week/end") + ", week " +
            std::to_string(count_at(day, "/week/number")) + " of the " +
            text_at(day, "/week/half_term/name") + ".\n";
  } else {
    text += "Its week has no school day.\n";
  }
  text += "The same week last year is " + plain_day(day, "/week_before/start") + " to " +
          plain_day(day, "/week_before/end") + "; the same day " +
          text_at(day, "/year_before/weekday") + " " + plain_day(day, "/year_before/date") + ", " +
          day_as_words(member(day, "/year_before")) + ".\n";
  text += "The next school day is " + day_text(day, "/next_school_day") + ".\n";
  return text + (text_at(day, "/from") == "file"
                     ? "This is what the calendar's files say.\n"
                     : "No file speaks of this day: it is the typical English year's.\n");
}

}  // namespace

std::string calendar_text(const json::value& calendar, const Screen& screen) {
  if (member(calendar, "/date").is_string()) return day_view_text(calendar);
  std::string text = text_at(calendar, "/organisation/name") + ": " + text_at(calendar, "/year") +
                     ", " +
                     plural(count_at(calendar, "/school_days"), "school day", "school days") +
                     "\n" + written_text(calendar) + "\n";
  std::vector<Row> open{
      {{"HALF-TERM"}, {"FIRST DAY"}, {"LAST DAY"}, {"DAYS"}, {"WEEKS"}, {"FROM"}}};
  for (const json::value& half_term : list_at(calendar, "/half_terms")) {
    open.push_back({{text_at(half_term, "/name")},
                    {day_text(half_term, "/start")},
                    {day_text(half_term, "/end")},
                    {std::to_string(count_at(half_term, "/school_days"))},
                    {std::to_string(count_at(half_term, "/weeks"))},
                    {text_at(half_term, "/from") == "file" ? "file" : "typical year"}});
  }
  std::vector<Row> closed{{{"CLOSED"}, {"FROM"}, {"TO"}, {"NAME"}}};
  for (const json::value& off : list_at(calendar, "/closed")) {
    const bool one = text_at(off, "/start") == text_at(off, "/end");
    closed.push_back({{kind_text(text_at(off, "/kind"))},
                      {day_text(off, "/start")},
                      {one ? std::string() : day_text(off, "/end")},
                      {text_at(off, "/name")}});
  }
  return text + table_text(open, screen.colour) + "\n" +
         full_columns(std::move(closed), screen.colour);
}

}  // namespace kpid::cli
