// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Days and the periods that schools count in. A Day is a calendar day in the trust's own time zone;
// a Period includes both its ends. Pure functions; any thread. since 1.0

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kpid::plugin {

using Day = std::chrono::sys_days;

struct Period {
  Day first{};
  Day last{};  // included; the same as first for a moment in time
  friend constexpr auto operator<=>(const Period&, const Period&) = default;
};

// Days since 1970-01-01, as they cross the interface. since 1.0
[[nodiscard]] constexpr std::int32_t days_since_epoch(Day day) noexcept {
  return static_cast<std::int32_t>(day.time_since_epoch().count());
}

// Nothing where there is no such day: 2025-02-29. since 1.0
[[nodiscard]] constexpr std::optional<Day> make_day(int year, unsigned month,
                                                    unsigned day) noexcept {
  if (year < 1 || year > 9999) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return Day{date};
}

namespace detail {

// Digits only, at most nine of them.
constexpr std::optional<int> whole(std::string_view digits) noexcept {
  if (digits.empty() || digits.size() > 9) return std::nullopt;
  int value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return value;
}

constexpr std::optional<Day> day_of(std::string_view year, std::string_view month,
                                    std::string_view day) noexcept {
  const auto y = whole(year);
  const auto m = whole(month);
  const auto d = whole(day);
  if (!y || !m || !d) return std::nullopt;
  return make_day(*y, static_cast<unsigned>(*m), static_cast<unsigned>(*d));
}

}  // namespace detail

// "2026-09-01" and nothing else. since 1.0
[[nodiscard]] constexpr std::optional<Day> parse_iso_day(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return detail::day_of(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
}

// "01/09/2026" and "1/9/2026": day, month, year, as British exports write it. since 1.0
[[nodiscard]] constexpr std::optional<Day> parse_british_day(std::string_view text) noexcept {
  const std::size_t first = text.find('/');
  if (first == std::string_view::npos || first == 0 || first > 2) return std::nullopt;
  const std::size_t second = text.find('/', first + 1);
  if (second == std::string_view::npos || second - first < 2 || second - first > 3 ||
      text.size() - second != 5) {
    return std::nullopt;
  }
  return detail::day_of(text.substr(second + 1), text.substr(first + 1, second - first - 1),
                        text.substr(0, first));
}

// The day of an instant (milliseconds since 1970) in UTC: in summer, the hour after midnight of
// British time still belongs to the day before. since 1.0
[[nodiscard]] constexpr Day utc_day(std::int64_t instant_ms) noexcept {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{instant_ms}});
}

// A single day. since 1.0
[[nodiscard]] constexpr Period on(Day day) noexcept { return {day, day}; }

// Monday to Sunday. since 1.0
[[nodiscard]] constexpr Period week_of(Day day) noexcept {
  const Day monday = day - (std::chrono::weekday{day} - std::chrono::Monday);
  return {monday, monday + std::chrono::days{6}};
}

// The calendar month. since 1.0
[[nodiscard]] constexpr Period month_of(Day day) noexcept {
  const std::chrono::year_month_day date{day};
  return {Day{date.year() / date.month() / 1}, Day{date.year() / date.month() / std::chrono::last}};
}

// The year from 1 September of `year` to 31 August. since 1.0
[[nodiscard]] constexpr Period academic_year_from(int year) noexcept {
  return {Day{std::chrono::year{year} / 9 / 1}, Day{std::chrono::year{year + 1} / 8 / 31}};
}

// The academic year that holds the day. since 1.0
[[nodiscard]] constexpr Period academic_year_of(Day day) noexcept {
  const std::chrono::year_month_day date{day};
  const int year = static_cast<int>(date.year());
  return academic_year_from(date.month() >= std::chrono::September ? year : year - 1);
}

// An academy trust's financial year has the same ends as the academic year. since 1.0
[[nodiscard]] constexpr Period financial_year_of(Day day) noexcept { return academic_year_of(day); }

// "2025/26", "2025-26", "202526", "2025/2026", "2025-2026"; nothing where the second year does not
// follow the first. since 1.0
[[nodiscard]] constexpr std::optional<Period> parse_academic_year(std::string_view text) noexcept {
  if (text.size() < 6) return std::nullopt;
  const auto first = detail::whole(text.substr(0, 4));
  std::string_view rest = text.substr(4);
  if (rest.front() == '/' || rest.front() == '-') rest.remove_prefix(1);
  const auto second = detail::whole(rest);
  if (!first || !second || *first < 1900 || *first > 2999) return std::nullopt;
  const int next = *first + 1;
  const bool follows = (rest.size() == 2 && *second == next % 100) ||
                       (rest.size() == 4 && text.size() == 9 && *second == next);
  if (!follows) return std::nullopt;
  return academic_year_from(*first);
}

}  // namespace kpid::plugin
