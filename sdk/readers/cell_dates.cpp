// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The part of cell.hpp that reads dates, times and years.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>

#include "readers/cell.hpp"

namespace kpid::readers {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;
constexpr std::int32_t kSecondsOfDay = 86'400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

std::size_t leading(std::string_view text, bool (*is)(char)) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is) - text.begin());
}

bool take(std::string_view& text, std::string_view word) {
  const bool same =
      text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(),
                                               [](char a, char b) { return lower(a) == lower(b); });
  if (same) text.remove_prefix(word.size());
  return same;
}

void skip_blanks(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
}

// Takes digits off the front of `text`, at least `least` and at most `most`.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  int value = 0;
  while (count < most && count < text.size() && is_digit(text[count])) {
    value = value * 10 + (text[count++] - '0');
  }
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

// "Nov", "november", "Sept": its number.
std::optional<int> take_month(std::string_view& text) {
  constexpr std::array<std::string_view, 12> kMonths{
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  const std::size_t size = leading(text, is_letter);
  if (size < 3) return std::nullopt;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    const auto name = kMonths.at(i);
    if (size != 3 && size != name.size() && !(name == "september" && size == 4)) continue;
    auto rest = text;
    if (!take(rest, name.substr(0, size))) continue;
    text = rest;
    return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

// One of - / . or blanks; the same between all parts.
std::optional<char> take_separator(std::string_view& text) {
  if (text.empty() || std::string_view("-/. ").find(text.front()) == std::string_view::npos) {
    return std::nullopt;
  }
  const char separator = text.front();
  text.remove_prefix(1);
  if (separator == ' ') skip_blanks(text);
  return separator;
}

struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
};

// A year of two digits is understood where the order is stated.
std::optional<int> take_year(std::string_view& text, bool may_be_short) {
  const std::size_t size = leading(text, is_digit);
  if (size == 4) return take_digits(text, 4, 4);
  if (size != 2 || !may_be_short) return std::nullopt;
  const auto year = take_digits(text, 2, 2);
  return *year + (*year < 70 ? 2000 : 1900);
}

// "2021-01-21", "2021-Jan-21", "20210121".
std::optional<Date> take_year_first(std::string_view& text, DateOrder order) {
  if (order == DateOrder::day_month_year || order == DateOrder::month_day_year) return std::nullopt;
  const auto year = take_digits(text, 4, 4);
  if (leading(text, is_digit) == 4) {
    const auto month = take_digits(text, 2, 2);
    return Date{*year, *month, *take_digits(text, 2, 2)};
  }
  const auto separator = take_separator(text);
  if (!separator) return std::nullopt;
  const bool word = !text.empty() && is_letter(text.front());
  const auto month = word ? take_month(text) : take_digits(text, 1, 2);
  if (!month || take_separator(text) != separator) return std::nullopt;
  const auto day = take_digits(text, 1, 2);
  if (!day) return std::nullopt;
  return Date{*year, *month, *day};
}

// "Nov 13 2019", "November 13, 2019".
std::optional<Date> take_word_first(std::string_view& text) {
  const auto month = take_month(text);
  if (!month || !take_separator(text)) return std::nullopt;
  const auto day = take_digits(text, 1, 2);
  if (!day) return std::nullopt;
  if (text.starts_with(',')) text.remove_prefix(1);
  if (!take_separator(text)) return std::nullopt;
  const auto year = take_year(text, false);
  if (!year) return std::nullopt;
  return Date{*year, *month, *day};
}

// "21/01/2021", "21-Jan-21", and "1/21/2021" where that is the order.
std::optional<Date> take_year_last(std::string_view& text, DateOrder order) {
  const auto first = take_digits(text, 1, 2);
  if (!first) return std::nullopt;
  const auto separator = take_separator(text);
  if (!separator || text.empty()) return std::nullopt;
  const bool word = is_letter(text.front());
  if (!word && (order == DateOrder::year_month_day || *separator == ' ')) return std::nullopt;
  const auto second = word ? take_month(text) : take_digits(text, 1, 2);
  if (!second || take_separator(text) != separator) return std::nullopt;
  const bool stated = order == DateOrder::day_month_year || order == DateOrder::month_day_year;
  const auto year = take_year(text, stated || (word && order == DateOrder::either));
  if (!year) return std::nullopt;
  if (!word && order == DateOrder::month_day_year) return Date{*year, *first, *second};
  return Date{*year, *second, *first};
}

std::optional<std::int32_t> take_day(std::string_view& text, DateOrder order) {
  std::optional<Date> date;
  const std::size_t digits = leading(text, is_digit);
  if (digits == 0) {
    date = take_word_first(text);
  } else if (digits == 4 || digits == 8) {
    date = take_year_first(text, order);
  } else {
    date = take_year_last(text, order);
  }
  if (!date || date->year < kFirstYear || date->year > kLastYear) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(date->year),
                                        std::chrono::month(static_cast<unsigned>(date->month)),
                                        std::chrono::day(static_cast<unsigned>(date->day))};
  if (!day.ok()) return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days(day).time_since_epoch().count());
}

// "Z", "+01:00", "-0500" or nothing; false where something else follows.
bool take_offset(std::string_view text, std::optional<int>& minutes) {
  if (text.empty()) return true;
  if (text == "Z" || text == "z") {
    minutes = 0;
    return true;
  }
  const char sign = text.front();
  if (sign != '+' && sign != '-') return false;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2, 2);
  if (text.starts_with(':')) text.remove_prefix(1);
  const auto rest = take_digits(text, 2, 2);
  if (!hours || !rest || *hours > 14 || *rest > 59 || !text.empty()) return false;
  minutes = (*hours * 60 + *rest) * (sign == '-' ? -1 : 1);
  return true;
}

// The hour by the clock of twelve, where AM or PM follows.
bool take_half_of_day(std::string_view& text, int& hour) {
  const bool am = take(text, "AM");
  if (!am && !take(text, "PM")) return true;
  if (hour < 1 || hour > 12) return false;
  hour = hour % 12 + (am ? 0 : 12);
  return true;
}

struct Clock {
  DateTime when;
  bool whole_second = true;
};

bool take_time(std::string_view text, Clock& clock) {
  auto hour = take_digits(text, 1, 2);
  if (!hour || !take(text, ":")) return false;
  const auto minute = take_digits(text, 2, 2);
  std::optional<int> second = 0;
  if (take(text, ":")) {
    second = take_digits(text, 2, 2);
    if (take(text, ".")) {
      const std::size_t size = leading(text, is_digit);
      if (size == 0) return false;
      clock.whole_second = text.substr(0, size).find_first_not_of('0') == std::string_view::npos;
      text.remove_prefix(size);
    }
  }
  if (!minute || !second || *minute > 59 || *second > 59) return false;
  skip_blanks(text);
  if (!take_half_of_day(text, *hour)) return false;
  clock.when.second_of_day = *hour * 3600 + *minute * 60 + *second;
  return clock.when.second_of_day <= kSecondsOfDay && take_offset(text, clock.when.offset_minutes);
}

std::optional<double> serial_number(std::string_view text) {
  const auto value = to_number(text);
  return value && *value > 0 ? value : std::nullopt;
}

std::optional<Clock> to_clock(std::string_view cell, DateOrder order) {
  auto text = trim(cell);
  if (order == DateOrder::serial) {
    const auto serial = serial_number(text);
    const auto when = serial ? from_serial(*serial) : std::nullopt;
    return when ? std::optional(Clock{*when, true}) : std::nullopt;
  }
  Clock out;
  const auto day = take_day(text, order);
  if (!day) return std::nullopt;
  out.when.day = *day;
  if (text.empty()) return out;
  if (text.starts_with(',')) text.remove_prefix(1);
  if (!take(text, "T") && !text.starts_with(' ')) return std::nullopt;
  skip_blanks(text);
  if (!take_time(text, out)) return std::nullopt;
  return out;
}

// "FY", "Academic year ": what may stand before a year.
void skip_year_word(std::string_view& text, bool& fiscal) {
  for (const std::string_view word :
       {"financial year", "fiscal year", "academic year", "school year", "year", "FY", "AY"}) {
    if (!take(text, word)) continue;
    fiscal = true;
    skip_blanks(text);
    if (text.starts_with(':')) text.remove_prefix(1);
    skip_blanks(text);
    return;
  }
}

bool take_year_separator(std::string_view& text) {
  skip_blanks(text);
  for (const std::string_view word : {"/", "-", "\u2013", "to"}) {
    if (!take(text, word)) continue;
    skip_blanks(text);
    return true;
  }
  return false;
}

}  // namespace

std::optional<std::int32_t> to_date(std::string_view cell, DateOrder order) {
  const auto clock = to_clock(cell, order);
  if (!clock || clock->when.second_of_day != 0 || !clock->whole_second) return std::nullopt;
  return clock->when.day;
}

std::optional<DateTime> to_date_time(std::string_view cell, DateOrder order) {
  const auto clock = to_clock(cell, order);
  return clock ? std::optional(clock->when) : std::nullopt;
}

std::optional<DateTime> from_serial(double serial, bool since_1904) {
  constexpr double kDayMax = 200'000;  // well beyond 2199
  if (!(serial >= 0) || serial > kDayMax) return std::nullopt;
  auto whole = static_cast<std::int32_t>(std::floor(serial));
  auto seconds = static_cast<std::int32_t>(std::lround((serial - whole) * kSecondsOfDay));
  if (seconds == kSecondsOfDay) {
    ++whole;
    seconds = 0;
  }
  constexpr std::int32_t kSince1904 = 24'107;    // days from 1904-01-01 to 1970-01-01
  constexpr std::int32_t kSince1900 = 25'569;    // from the spreadsheet's day 0, a day that 1900
  constexpr std::int32_t kDayThatNeverWas = 60;  // did not have being counted
  if (!since_1904 && (whole == 0 || whole == kDayThatNeverWas)) return std::nullopt;
  const std::int32_t before = !since_1904 && whole < kDayThatNeverWas ? 1 : 0;
  const std::int32_t day = whole - (since_1904 ? kSince1904 : kSince1900) + before;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  if (static_cast<int>(date.year()) > kLastYear) return std::nullopt;
  return DateTime{day, seconds, std::nullopt};
}

void append_day(std::string& out, std::int32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  const auto put = [&out](unsigned value) {
    out.push_back(static_cast<char>('0' + value / 10 % 10));
    out.push_back(static_cast<char>('0' + value % 10));
  };
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  put(year / 100);
  put(year % 100);
  out.push_back('-');
  put(static_cast<unsigned>(date.month()));
  out.push_back('-');
  put(static_cast<unsigned>(date.day()));
}

std::optional<int> to_start_year(std::string_view cell) {
  auto text = trim(cell);
  bool named = false;
  skip_year_word(text, named);
  const bool is_short = named && leading(text, is_digit) == 2;
  auto start = is_short ? take_year(text, true) : take_digits(text, 4, 4);
  if (!start || *start < kFirstYear || *start > kLastYear) return std::nullopt;
  const bool separated = take_year_separator(text);
  if (is_short && !separated) return std::nullopt;
  const bool whole_year = separated && text.size() == 4;
  const auto end = whole_year ? take_digits(text, 4, 4) : take_digits(text, 2, 2);
  if (!end || !text.empty()) return std::nullopt;
  return *end == (whole_year ? *start + 1 : (*start + 1) % 100) ? start : std::nullopt;
}

}  // namespace kpid::readers
