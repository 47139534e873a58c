// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Calendar files of all-day events, as a school's website exports them.

#include <string>
#include <string_view>
#include <vector>

#include "model/time.hpp"

namespace kpid::testing {

struct ListedEvent {
  std::string_view name;
  std::string_view first;      // 2025-09-03
  std::string_view last = {};  // included; empty: the same day
  std::string_view categories = {};
};

inline std::string ical_date(std::string_view text, int more) {
  std::string made = format_date(parse_date(text).value() + std::chrono::days{more});
  std::erase(made, '-');
  return made;
}

// The n-th event begins on line 4 + 5 n, or 6 n where all have categories.
inline std::string ical_file(const std::vector<ListedEvent>& events) {
  std::string made = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a school//EN\r\n";
  for (const ListedEvent& event : events) {
    made += "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:" + ical_date(event.first, 0);
    made += "\r\nDTEND;VALUE=DATE:" + ical_date(event.last.empty() ? event.first : event.last, 1);
    made += "\r\nSUMMARY:" + std::string{event.name} + "\r\n";
    if (!event.categories.empty()) made += "CATEGORIES:" + std::string{event.categories} + "\r\n";
    made += "END:VEVENT\r\n";
  }
  return made + "END:VCALENDAR\r\n";
}

}  // namespace kpid::testing
