// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/calendar_view.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "http/json_parts.hpp"
#include "model/school_weeks.hpp"

namespace kpid::http {

namespace json = boost::json;

namespace {

using std::chrono::days;
using std::chrono::weekday;

constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

int year_number(Date date) { return static_cast<int>(std::chrono::year_month_day{date}.year()); }

json::object stretch(const Period& period) {
  return {{"start", format_date(period.start)}, {"end", format_date(period.end)}};
}

bool holds(const std::optional<Period>& period, Date date) {
  return period && period->start <= date && date <= period->end;
}

std::string_view origin(const SchoolCalendar& calendar, Date date) {
  return holds(calendar.written(), date) ? "file" : "typical";
}

json::object half_term_json(const SchoolCalendar& calendar, const HalfTerm& half_term) {
  json::object made = stretch(half_term.days);
  made["year"] = half_term.year;
  made["number"] = half_term.number;
  made["name"] = name_of(half_term);
  made["school_days"] =
      calendar.school_days_between(half_term.days.start - days{1}, half_term.days.end);
  made["weeks"] = weeks_from(half_term.days.start, half_term.days.end) + 1;
  made["from"] = origin(calendar, half_term.days.start);
  return made;
}

// From the first of September, or from the week before school where that begins in August, to the
// day before the next such year.
Date first_day(const SchoolCalendar& calendar, int year) {
  const Date september = make_date(year, 9, 1);
  for (const HalfTerm& half_term : calendar.days().half_terms) {
    if (half_term.year != year) continue;
    return half_term.days.start < september ? half_term.days.start - days{7} : september;
  }
  return september;
}

struct DaysOff {
  DayKind kind = DayKind::holiday;
  std::string name;
  Period days;
};

// Every day on which the school would be open but for one reason; neighbours with the same reason,
// weekends between them, are one.
std::vector<DaysOff> days_off(const SchoolCalendar& calendar, const Period& span) {
  std::vector<DaysOff> all;
  bool joined = false;
  for (Date date = span.start; date <= span.end; date += days{1}) {
    SchoolDay day = calendar.day(date);
    if (day.kind == DayKind::weekend) continue;
    if (day.kind == DayKind::school_day) {
      joined = false;
      continue;
    }
    const auto same = std::find_if(all.rbegin(), all.rend(), [&](const DaysOff& off) {
      return off.kind == day.kind && off.name == day.name;
    });
    // A bank holiday within a holiday does not part it.
    const bool goes_on = joined && same != all.rend() && date - same->days.end <= days{7};
    if (goes_on) {
      same->days.end = date;
    } else {
      all.push_back({day.kind, std::move(day.name), {date, date}});
    }
    joined = true;
  }
  return all;
}

json::value year_view(const SchoolCalendar& calendar, const Organisation& organisation, int year) {
  const Period span{first_day(calendar, year), first_day(calendar, year + 1) - days{1}};
  json::array half_terms;
  for (const HalfTerm& half_term : calendar.days().half_terms) {
    if (half_term.year == year) half_terms.push_back(half_term_json(calendar, half_term));
  }
  json::array closed;
  for (const DaysOff& off : days_off(calendar, span)) {
    json::object made = stretch(off.days);
    made["kind"] = to_string(off.kind);
    made["name"] = off.name;
    closed.push_back(std::move(made));
  }
  json::value written;
  if (calendar.written()) written = stretch(*calendar.written());
  return json::object{{"organisation", organisation_json(organisation)},
                      {"year", format_period({make_date(year, 9, 1), make_date(year + 1, 8, 31)},
                                             Calendar::academic_year)},
                      {"days", stretch(span)},
                      {"school_days", calendar.school_days_between(span.start - days{1}, span.end)},
                      {"written", std::move(written)},
                      {"half_terms", std::move(half_terms)},
                      {"closed", std::move(closed)}};
}

json::object day_json(const SchoolCalendar& calendar, Date date) {
  const SchoolDay day = calendar.day(date);
  json::object made{{"date", format_date(date)},
                    {"weekday", weekdays.at(weekday{date}.c_encoding())},
                    {"kind", to_string(day.kind)},
                    {"name", day.name},
                    {"week", nullptr}};
  if (const auto week = calendar.teaching_week_of(date)) {
    json::object teaching = stretch(week->days);
    teaching["number"] = week->number;
    teaching["half_term"] = half_term_json(calendar, week->half_term);
    made["week"] = std::move(teaching);
  }
  return made;
}

json::value day_view(const SchoolCalendar& calendar, const Organisation& organisation, Date date) {
  json::object made = day_json(calendar, date);
  made["organisation"] = organisation_json(organisation);
  // INSET days stand in files alone.
  const bool inset = calendar.days().inset_days.contains(date);
  made["from"] = inset ? "file" : origin(calendar, date);
  made["next_school_day"] = format_date(calendar.school_day_after(date, 1));
  const Period before = calendar.year_before({date, date}, Calendar::day);
  made["year_before"] = day_json(calendar, before.start);
  const Date monday = monday_of(date);
  made["week_before"] = stretch(calendar.year_before({monday, monday + days{6}}, Calendar::week));
  return made;
}

std::optional<int> parse_year(std::string_view text) {
  int year = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), year);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  constexpr int first = 2000;
  constexpr int last = 2060;
  return whole && year >= first && year <= last ? std::optional{year} : std::nullopt;
}

}  // namespace

Result<json::value> calendar_view(const Config& config, const CalendarQuestion& question,
                                  Date today) {
  const std::string code =
      question.organisation.empty() ? std::string(trust_code) : question.organisation;
  const Organisation* organisation = config.organisations.find(code);
  if (organisation == nullptr) {
    return fail(ErrorKind::not_found,
                "there is no organisation \"" + code +
                    "\" in the config: give a school's URN, one of its aliases, or \"trust\"");
  }
  const SchoolCalendar& calendar = config.calendars.of(organisation->code);
  if (!question.on.empty()) {
    const auto date = parse_date(question.on);
    if (!date || year_number(*date) < 2000 || year_number(*date) > 2061) {
      return fail(ErrorKind::config, "on must be a day such as 2026-09-01, from 2000 to 2061");
    }
    return day_view(calendar, *organisation, *date);
  }
  if (question.year.empty()) {
    return year_view(calendar, *organisation, year_number(academic_year_of(today).start));
  }
  const auto year = parse_year(question.year);
  if (!year) {
    return fail(ErrorKind::config,
                "year must be the one in which the school year begins: 2025 for 2025/26, from 2000 "
                "to 2060");
  }
  return year_view(calendar, *organisation, *year);
}

}  // namespace kpid::http
