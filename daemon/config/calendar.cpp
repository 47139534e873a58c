// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/calendar.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "config/calendar_words.hpp"
#include "config/syntax.hpp"
#include "config/teaching.hpp"

namespace kpid::config {
namespace {

using std::chrono::days;

void add_days(std::map<Date, std::string>& all, const CalendarEvent& event) {
  for (Date date = event.days.start; date <= event.days.end; date += days{1}) {
    all.emplace(date, event.name);
  }
}

void add_event(CalendarParts& parts, const CalendarEvent& event, Meaning meaning,
               const Place& place) {
  const NamedDays named{event.days, event.name, place};
  switch (meaning) {
    case Meaning::teaching:
      parts.teaching.push_back(named);
      break;
    case Meaning::opens:
      parts.opens.push_back(named);
      break;
    case Meaning::closes:
      parts.closes.push_back(named);
      break;
    case Meaning::holiday:
      parts.breaks.push_back(named);
      break;
    case Meaning::inset:
      add_days(parts.inset_days, event);
      break;
    case Meaning::bank_holiday:
      add_days(parts.bank_holidays, event);
      break;
    case Meaning::nothing:
      break;
  }
}

std::string unclear(const CalendarEvent& event) {
  const std::string name =
      event.name.empty() ? std::string{"an event without a name"} : in_quotes(event.name);
  const std::string when = event.days.start == event.days.end
                               ? "on " + format_date(event.days.start)
                               : fmt::format("from {} to {}", format_date(event.days.start),
                                             format_date(event.days.end));
  return name + " " + when +
         " says neither that the school is open nor that it is closed; give the event CATEGORIES: "
         "TERM, HALF-TERM, HOLIDAY, INSET, BANK-HOLIDAY or, if it closes no school, OTHER; or name "
         "it in \"ignore\" of [calendar]";
}

// Half-terms of the base that the year's own leave open before their first and after their last.
void complete(std::vector<HalfTerm>& own, const std::vector<HalfTerm>& base) {
  const HalfTerm first = own.front();
  const HalfTerm last = own.back();
  for (const HalfTerm& usual : base) {
    if (usual.year != first.year) continue;
    const bool before = usual.days.end < first.days.start && usual.number < first.number;
    const bool after = usual.days.start > last.days.end && usual.number > last.number;
    if (before || (after && !reaches_summer(last))) own.push_back(usual);
  }
  std::sort(own.begin(), own.end(),
            [](const HalfTerm& a, const HalfTerm& b) { return a.days < b.days; });
}

Period spoken_for(const HalfTerm& first, const HalfTerm& last) {
  const Date start = first.number == 1 ? make_date(first.year, 9, 1) : first.days.start;
  const Date end = reaches_summer(last) ? make_date(last.year + 1, 8, 31) : last.days.end;
  return {std::min(start, first.days.start), std::max(end, last.days.end)};
}

// The break less the day that it shares with the end of a term before it or the start of one after.
Period without_shared_day(Period off, const std::map<int, std::vector<HalfTerm>>& years) {
  for (const auto& [year, half_terms] : years) {
    for (const HalfTerm& half_term : half_terms) {
      if (off.start == half_term.days.end && off.start < off.end) off.start += days{1};
      if (off.end == half_term.days.start && off.start < off.end) off.end -= days{1};
    }
  }
  return off;
}

}  // namespace

void add_events(CalendarParts& parts, const std::vector<CalendarEvent>& events, std::uint32_t file,
                const std::vector<std::string>& ignored, Faults& faults) {
  for (const CalendarEvent& event : events) {
    const bool skipped =
        std::any_of(ignored.begin(), ignored.end(),
                    [&](const std::string& pattern) { return covers(pattern, event.name); });
    if (skipped) continue;
    const Place place{file, event.line, 1};
    const auto meanings = meanings_of(event);
    if (meanings.empty()) faults.add(place, unclear(event));
    for (const Meaning meaning : meanings) add_event(parts, event, meaning, place);
  }
}

MadeCalendar make_calendar(const CalendarParts& parts, const SchoolDays& base, Faults& faults) {
  MadeCalendar made;
  SchoolDays& all = made.days;
  all.bank_holidays = base.bank_holidays;
  for (const auto& [date, name] : parts.bank_holidays) all.bank_holidays.emplace(date, name);
  all.inset_days = base.inset_days;
  for (const auto& [date, name] : parts.inset_days) all.inset_days.insert_or_assign(date, name);

  all.half_terms = base.half_terms;
  auto years = teaching_years(parts, all, faults);
  all.half_terms.clear();
  for (const HalfTerm& usual : base.half_terms) {
    if (!years.contains(usual.year)) all.half_terms.push_back(usual);
  }
  for (const NamedDays& off : parts.breaks) {
    all.holidays.emplace_back(without_shared_day(off.days, years), off.name);
  }
  for (auto& [year, own] : years) {
    const Period spoken = spoken_for(own.front(), own.back());
    made.written = made.written ? Period{std::min(made.written->start, spoken.start),
                                         std::max(made.written->end, spoken.end)}
                                : spoken;
    complete(own, base.half_terms);
    all.half_terms.insert(all.half_terms.end(), own.begin(), own.end());
  }
  std::sort(all.half_terms.begin(), all.half_terms.end(),
            [](const HalfTerm& a, const HalfTerm& b) { return a.days < b.days; });
  // A break of the base would close days of a year that is no longer the base's.
  for (const auto& holiday : base.holidays) {
    if (is_break(holiday.first) && years.contains(school_year_of(holiday.first.start))) continue;
    all.holidays.push_back(holiday);
  }
  return made;
}

}  // namespace kpid::config
