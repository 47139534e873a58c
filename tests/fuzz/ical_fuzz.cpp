// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes as a calendar file: what is wrong is told in words that a terminal can show, and what
// is read comes to a calendar whose half-terms are in order and whose counting agrees with itself.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/calendar.hpp"
#include "config/ical.hpp"

namespace {

using kpid::SchoolCalendar;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_text(std::string_view text) {
  require(!text.empty());
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void check(const SchoolCalendar& calendar) {
  kpid::Date last{};
  for (const auto& half_term : calendar.days().half_terms) {
    require(half_term.days.start <= half_term.days.end);
    require(half_term.days.start > last);
    require(calendar.is_school_day(half_term.days.start));
    require(calendar.is_school_day(half_term.days.end));
    require(calendar.school_day_after(last, 1) == half_term.days.start || last == kpid::Date{});
    last = half_term.days.end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const kpid::SchoolDays typical = SchoolCalendar::typical_england();
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto read = kpid::config::read_ical(bytes, "Europe/London");
  for (const auto& fault : read.faults) check_text(fault.sentence);
  for (const auto& event : read.events) require(event.days.start <= event.days.end);

  kpid::config::Faults faults;
  const auto file = faults.add_file("terms.ics");
  kpid::config::CalendarParts parts;
  kpid::config::add_events(parts, read.events, file, {"sports day*"}, faults);
  const auto made = kpid::config::make_calendar(parts, typical, faults);
  for (const auto& fault : faults.in_order()) check_text(fault.sentence);
  if (faults.size() == 0 && read.faults.empty()) check(SchoolCalendar{made.days});
  return 0;
}
