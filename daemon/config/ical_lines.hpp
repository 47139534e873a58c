// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The outer shape of an iCalendar file, checked before libical sees it: where each event begins,
// that all that begins also ends, and the limits that a hostile file would pass. libical itself
// knows no lines and drops what it cannot read without a word. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace kpid::config {

struct ICalFault {
  std::uint32_t line = 0;  // counted from 1; 0: the whole file
  std::string sentence;
};

// The properties whose loss would change which days an event means.
inline constexpr std::array<std::string_view, 7> day_properties{
    "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID"};

struct EventLines {
  std::uint32_t line = 0;                                    // of its BEGIN:VEVENT
  std::array<std::uint32_t, day_properties.size()> given{};  // how often each of these stands there
};

struct ICalLines {
  std::vector<EventLines> events;  // in order
};

[[nodiscard]] tl::expected<ICalLines, ICalFault> ical_lines(std::string_view bytes);

}  // namespace kpid::config
