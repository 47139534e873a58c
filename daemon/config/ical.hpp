// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// An iCalendar file to named days (RFC 5545, by libical). What the names mean is calendar.hpp's
// affair. Pure; any bytes are safe to hand in.

#include <string>
#include <string_view>
#include <vector>

#include "config/ical_lines.hpp"
#include "model/time.hpp"

namespace kpid::config {

struct CalendarEvent {
  std::string name;  // SUMMARY, on one line; may be empty
  std::vector<std::string> categories;
  Period days;             // in the trust's time zone, both included
  std::uint32_t line = 0;  // of its BEGIN:VEVENT
};

struct ICalendar {
  std::vector<CalendarEvent> events;  // in order of days; the same one twice is one
  std::vector<ICalFault> faults;      // in order of line
};

// Cancelled events are left out. An event that repeats is one for each time until the end of 2061.
// An event with times covers the days that it touches; one that ends at midnight not the day after.
[[nodiscard]] ICalendar read_ical(std::string_view bytes, std::string_view timezone);

}  // namespace kpid::config
