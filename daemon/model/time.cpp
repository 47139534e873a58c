// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/time.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "model/clock.hpp"

namespace kpid {
namespace {

using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> month_names{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

struct YearMonthDay {
  int year;
  unsigned month;
  unsigned day;
};

YearMonthDay split(Date date) noexcept {
  const year_month_day ymd{date};
  return {static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
          static_cast<unsigned>(ymd.day())};
}

// Reads exactly `length` digits at `at` and moves past them.
std::optional<int> take_digits(std::string_view text, std::size_t& at, std::size_t length) {
  if (at + length > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const char digit = text[at + i];
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  at += length;
  return value;
}

bool take(std::string_view text, std::size_t& at, char wanted) {
  if (at >= text.size() || text[at] != wanted) return false;
  ++at;
  return true;
}

std::optional<Date> take_date(std::string_view text, std::size_t& at) {
  const auto year = take_digits(text, at, 4);
  if (!year || !take(text, at, '-')) return std::nullopt;
  const auto month = take_digits(text, at, 2);
  if (!month || !take(text, at, '-')) return std::nullopt;
  const auto day = take_digits(text, at, 2);
  if (!day) return std::nullopt;
  const year_month_day ymd{std::chrono::year{*year},
                           std::chrono::month{static_cast<unsigned>(*month)},
                           std::chrono::day{static_cast<unsigned>(*day)}};
  if (!ymd.ok()) return std::nullopt;
  return Date{ymd};
}

// "Z", "+01:00" or "-05:30": how far local time is ahead of UTC.
std::optional<std::chrono::minutes> take_zone(std::string_view text, std::size_t& at) {
  if (take(text, at, 'Z') || take(text, at, 'z')) return std::chrono::minutes{0};
  const bool ahead = take(text, at, '+');
  if (!ahead && !take(text, at, '-')) return std::nullopt;
  const auto hours = take_digits(text, at, 2);
  if (!hours || *hours > 23 || !take(text, at, ':')) return std::nullopt;
  const auto minutes = take_digits(text, at, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return ahead ? offset : -offset;
}

std::optional<std::chrono::milliseconds> take_time_of_day(std::string_view text, std::size_t& at) {
  const auto hours = take_digits(text, at, 2);
  if (!hours || *hours > 23 || !take(text, at, ':')) return std::nullopt;
  const auto minutes = take_digits(text, at, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  int seconds = 0;
  if (take(text, at, ':')) {
    const auto read = take_digits(text, at, 2);
    if (!read || *read > 59) return std::nullopt;
    seconds = *read;
  }
  int milliseconds = 0;
  if (take(text, at, '.')) {
    int scale = 100;
    const std::size_t first = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      milliseconds += (text[at] - '0') * scale;
      scale /= 10;
      ++at;
    }
    if (at == first) return std::nullopt;
  }
  return std::chrono::hours{*hours} + std::chrono::minutes{*minutes} +
         std::chrono::seconds{seconds} + std::chrono::milliseconds{milliseconds};
}

bool is_whole_year(const Period& period) noexcept {
  return academic_year_of(period.start) == period;
}

}  // namespace

Timestamp SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Date make_date(int year, unsigned month, unsigned day) noexcept {
  return Date{
      year_month_day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}};
}

std::string format_date(Date date) {
  const auto [year, month, day] = split(date);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::string format_date_for_people(Date date) {
  const auto [year, month, day] = split(date);
  return fmt::format("{} {} {}", day, month_names.at(month - 1), year);
}

std::string format_timestamp(Timestamp at) {
  const auto date = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::hh_mm_ss time{at - date};
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_date(date), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<Date> parse_date(std::string_view text) {
  std::size_t at = 0;
  const auto date = take_date(text, at);
  if (!date || at != text.size()) return std::nullopt;
  return date;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  std::size_t at = 0;
  const auto date = take_date(text, at);
  if (!date) return std::nullopt;
  if (at == text.size()) return Timestamp{*date};
  if (!take(text, at, 'T') && !take(text, at, 't') && !take(text, at, ' ')) return std::nullopt;
  const auto time = take_time_of_day(text, at);
  if (!time) return std::nullopt;
  const auto zone = take_zone(text, at);
  if (!zone || at != text.size()) return std::nullopt;
  return Timestamp{*date} + *time - *zone;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return std::nullopt;
  std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  std::int64_t factor = 0;
  if (unit == "ms") factor = 1;
  if (unit == "s") factor = 1000;
  if (unit == "min") factor = 60'000;
  if (unit == "h") factor = 3'600'000;
  if (unit == "d") factor = 86'400'000;
  constexpr std::int64_t longest = 3650LL * 86'400'000;  // ten years: beyond is a slip of the pen
  if (factor == 0 || count > longest / factor) return std::nullopt;
  return std::chrono::milliseconds{count * factor};
}

std::string format_duration(std::chrono::milliseconds duration) {
  const std::int64_t ms = duration.count();
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 4> units{
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "min"}, {1000, "s"}}};
  for (const auto& [factor, name] : units) {
    if (ms != 0 && ms % factor == 0) return fmt::format("{} {}", ms / factor, name);
  }
  return fmt::format("{} ms", ms);
}

Period academic_year_of(Date date) noexcept {
  const auto [year, month, day] = split(date);
  const int first = month >= 9 ? year : year - 1;
  return {make_date(first, 9, 1), make_date(first + 1, 8, 31)};
}

std::string format_period(const Period& period, Calendar calendar) {
  const bool yearly = calendar == Calendar::academic_year || calendar == Calendar::financial_year;
  if (yearly && is_whole_year(period)) {
    const int first = split(period.start).year;
    return fmt::format("{}/{:02}", first, (first + 1) % 100);
  }
  if (period.start == period.end) return format_date_for_people(period.start);
  if (calendar == Calendar::week && period.end - period.start < std::chrono::days{7}) {
    return "week of " + format_date_for_people(period.start);
  }
  const auto [year, month, day] = split(period.start);
  const Date month_end{std::chrono::year{year} / std::chrono::month{month} / std::chrono::last};
  if (calendar == Calendar::month && day == 1 && period.end == month_end) {
    return fmt::format("{} {}", month_names.at(month - 1), year);
  }
  return fmt::format("{} to {}", format_date_for_people(period.start),
                     format_date_for_people(period.end));
}

Period year_before(const Period& period, Calendar calendar) noexcept {
  if (calendar == Calendar::week) {
    constexpr std::chrono::days weeks{52 * 7};
    return {period.start - weeks, period.end - weeks};
  }
  const auto back = [](Date date) {
    year_month_day ymd{date};
    const bool last_of_month = ymd == year_month_day{ymd.year() / ymd.month() / std::chrono::last};
    ymd -= std::chrono::years{1};
    // 29 February has no like in the year before, and a month's end stays a month's end.
    if (last_of_month || !ymd.ok()) return Date{ymd.year() / ymd.month() / std::chrono::last};
    return Date{ymd};
  };
  return {back(period.start), calendar == Calendar::day && period.start == period.end
                                  ? back(period.start)
                                  : back(period.end)};
}

}  // namespace kpid
