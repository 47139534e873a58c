// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Events of calendar files to the days of a school year. Files may list the terms, or the days on
// which they begin and end, or only the holidays: the terms are then what is between.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "config/ical.hpp"
#include "model/school_calendar.hpp"

namespace kpid::config {

struct NamedDays {
  Period days;
  std::string name;
  Place place;
};

// What a school's or a trust's files say, sorted by what it means.
struct CalendarParts {
  std::vector<NamedDays> teaching;
  std::vector<NamedDays> opens;   // first days of teaching
  std::vector<NamedDays> closes;  // last days of it
  std::vector<NamedDays> breaks;
  std::map<Date, std::string> inset_days;
  std::map<Date, std::string> bank_holidays;
};

// Sorts the events of one file in. An event that nobody can tell the meaning of is a fault that
// says how to mark it.
void add_events(CalendarParts& parts, const std::vector<CalendarEvent>& events, std::uint32_t file,
                const std::vector<std::string>& ignored, Faults& faults);

struct MadeCalendar {
  SchoolDays days;
  std::optional<Period> written;  // that the files' terms speak for
};

// A calendar from these parts over that of `base`: an academic year of which the parts have terms
// is theirs, INSET days, closures and bank holidays add. What a year of theirs leaves open at its
// ends is as `base` has it. Terms that overlap or are out of joint are faults.
[[nodiscard]] MadeCalendar make_calendar(const CalendarParts& parts, const SchoolDays& base,
                                         Faults& faults);

}  // namespace kpid::config
