// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Financial years and the days within them. Pure functions; days are counted from 1970-01-01.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kpid::plugins::finance {

inline constexpr int kYearFirst = 1990;
inline constexpr int kYearLast = 2099;

struct Year {
  int start = 0;          // the calendar year in which it starts
  bool in_april = false;  // from 1 April (maintained schools); else from 1 September (academies)
  friend auto operator<=>(const Year&, const Year&) = default;
};

std::int32_t first_day(const Year& year);
std::int32_t last_day(const Year& year);
Year year_of(std::int32_t day, bool in_april);

// "2024/25"; "2024/25 (April to March)".
std::string year_text(const Year& year);

// "2023-24", "2023_24", "2023-2024" or "202324" standing by itself in a file's name: the year in
// which it starts.
std::optional<int> year_in_name(std::string_view name);

// The last day of the month that the text names: "January 2026", "Jan-26", "2026-01", "01/2026";
// "Period 5", "P05", "Month 5" or "5" as a month of `year`, counted from its first. Nothing where
// it names none.
std::optional<std::int32_t> month_end(std::string_view text, std::optional<Year> year);

}  // namespace kpid::plugins::finance
