// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What an event of a school's calendar means: by its CATEGORIES, else by the words that English
// schools and councils use in its SUMMARY. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "config/ical.hpp"

namespace kpid::config {

enum class Meaning {
  teaching,  // a term or half-term: these days, less what closes the school, are school days
  opens,     // the first day of a stretch of teaching
  closes,    // the last day of one
  holiday,   // days off, half-term breaks among them
  inset,     // staff only
  bank_holiday,
  nothing,  // closes no school
};

// Usually one; two where one day is both ("Autumn term begins (INSET)"). Empty: nobody can tell.
[[nodiscard]] std::vector<Meaning> meanings_of(const CalendarEvent& event);

// Whether a pattern of `ignore` covers the name: the same but for case and blanks; a `*` at its end
// stands for anything.
[[nodiscard]] bool covers(std::string_view pattern, std::string_view name);

}  // namespace kpid::config
