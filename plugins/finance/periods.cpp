// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "periods.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "readers/cell.hpp"

namespace kpid::plugins::finance {
namespace {

using std::chrono::year_month;

std::int32_t day_number(std::chrono::sys_days day) {
  return static_cast<std::int32_t>(day.time_since_epoch().count());
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::int32_t end_of(year_month month) {
  return day_number(std::chrono::sys_days{month / std::chrono::last});
}

// Digits only, at most four of them.
std::optional<int> small_number(std::string_view text) {
  if (text.empty() || text.size() > 4 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

std::string small_letters(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// "January" or "Jan": 1.
std::optional<unsigned> month_named(std::string_view word) {
  constexpr std::array<std::string_view, 12> kNames{
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  for (unsigned i = 0; i < kNames.size(); ++i) {
    const std::string_view name = kNames.at(i);
    if (word == name || word == name.substr(0, 3) || (name == "september" && word == "sept")) {
      return i + 1;
    }
  }
  return std::nullopt;
}

std::optional<year_month> month_of(std::optional<int> year, std::optional<unsigned> month) {
  if (!year || !month || *month < 1 || *month > 12) return std::nullopt;
  const int full = *year < 100 ? 2000 + *year : *year;
  if (full < kYearFirst || full > kYearLast + 1) return std::nullopt;
  return std::chrono::year(full) / std::chrono::month(*month);
}

std::optional<unsigned> as_month(std::string_view text) {
  const auto number = text.size() <= 2 ? small_number(text) : std::nullopt;
  return number ? std::optional<unsigned>(static_cast<unsigned>(*number)) : month_named(text);
}

}  // namespace

std::int32_t first_day(const Year& year) {
  return day_number(std::chrono::year(year.start) / (year.in_april ? 4 : 9) / 1);
}

std::int32_t last_day(const Year& year) { return first_day({year.start + 1, year.in_april}) - 1; }

Year year_of(std::int32_t day, bool in_april) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  const Year year{static_cast<int>(date.year()), in_april};
  return day < first_day(year) ? Year{year.start - 1, in_april} : year;
}

std::string year_text(const Year& year) {
  const int end = (year.start + 1) % 100;
  return std::to_string(year.start) + (end < 10 ? "/0" : "/") + std::to_string(end) +
         (year.in_april ? " (April to March)" : "");
}

std::optional<int> year_in_name(std::string_view name) {
  for (std::size_t i = 0; i + 6 <= name.size(); ++i) {
    if ((i > 0 && is_digit(name[i - 1])) || !is_digit(name[i])) continue;
    std::size_t end = i;
    while (end < name.size() && (is_digit(name[end]) || name[end] == '-' || name[end] == '_')) {
      ++end;
    }
    std::string text(name.substr(i, end - i));
    std::replace(text.begin(), text.end(), '_', '-');
    while (text.ends_with('-')) text.pop_back();
    if (const auto year = readers::to_start_year(text)) return year;
    i = end;
  }
  return std::nullopt;
}

std::optional<std::int32_t> month_end(std::string_view text, std::optional<Year> year) {
  const std::string word = small_letters(readers::trim(text));
  std::string_view rest = word;
  for (const std::string_view prefix : {"period", "month", "p", "m"}) {
    if (!rest.starts_with(prefix)) continue;
    const auto number = readers::trim(rest.substr(prefix.size()));
    if (number.empty() || !is_digit(number.front())) continue;
    rest = number;
    break;
  }
  if (const auto period = rest.size() <= 2 ? small_number(rest) : std::nullopt) {
    if (!year || *period < 1 || *period > 12) return std::nullopt;
    const unsigned first = year->in_april ? 4 : 9;
    return end_of(std::chrono::year(year->start) / std::chrono::month(first) +
                  std::chrono::months(*period - 1));
  }
  const auto mark = rest.find_first_of(" -/");
  if (mark == std::string_view::npos) return std::nullopt;
  const auto first = rest.substr(0, mark);
  const auto second = readers::trim(rest.substr(mark + 1));
  const bool year_first = first.size() == 4 && is_digit(first.front());
  const auto month =
      month_of(small_number(year_first ? first : second), as_month(year_first ? second : first));
  return month ? std::optional(end_of(*month)) : std::nullopt;
}

}  // namespace kpid::plugins::finance
