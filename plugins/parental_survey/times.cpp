// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "times.hpp"

#include <chrono>

#include "readers/cell.hpp"

namespace kpid::plugins::parental_survey {
namespace {

constexpr int kMonths = 12;

std::optional<int> take_number(std::string_view& text, std::size_t digits_max) {
  int value = 0;
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
    if (count == digits_max) return std::nullopt;
    value = value * 10 + (text[count++] - '0');
  }
  if (count == 0) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

// A day number such as 45923 or 45923.463, of the years 2000 to 2099.
std::optional<WrittenDate> from_serial(std::string_view text) {
  constexpr int kFirst = 36'526;
  constexpr int kLast = 73'050;
  constexpr int kOf1970 = 25'569;
  constexpr std::size_t kDigits = 5;
  const auto number = take_number(text, kDigits);
  if (!number || *number < kFirst || *number > kLast) return std::nullopt;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  } else if (!text.empty()) {
    return std::nullopt;
  }
  WrittenDate out;
  out.serial = *number - kOf1970;
  return out;
}

}  // namespace

std::optional<WrittenDate> written_date(std::string_view text) {
  constexpr std::size_t kYearDigits = 4;
  constexpr int kCentury = 2000;
  text = readers::trim(text);
  if (auto serial = from_serial(text)) return serial;
  const auto first = take_number(text, kYearDigits);
  if (!first || text.empty()) return std::nullopt;
  const char separator = text.front();
  if (separator != '/' && separator != '-' && separator != '.') return std::nullopt;
  text.remove_prefix(1);
  const auto second = take_number(text, 2);
  if (!second || !text.starts_with(separator)) return std::nullopt;
  text.remove_prefix(1);
  const auto third = take_number(text, kYearDigits);
  if (!third || !(text.empty() || text.front() == ' ' || text.front() == 'T')) {
    return std::nullopt;
  }
  if (*first > 99) return WrittenDate{*second, *third, *first, true, 0};
  const int year = *third < 100 ? kCentury + *third : *third;
  return WrittenDate{*first, *second, year, false, 0};
}

std::optional<std::int32_t> day_of(const WrittenDate& date, TimeOrder order) {
  if (date.serial != 0) return date.serial;
  const bool month_first = date.year_first || order == TimeOrder::month_first;
  const int month = month_first ? date.first : date.second;
  const int day = month_first ? date.second : date.first;
  if (date.year < 2000 || date.year > 2099 || month > kMonths || day > 31) return std::nullopt;
  const std::chrono::year_month_day whole{std::chrono::year(date.year),
                                          std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
  if (!whole.ok()) return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days(whole).time_since_epoch().count());
}

void OrderFinder::take(const WrittenDate& date) {
  if (date.serial != 0 || date.year_first) return;
  if (date.first > kMonths && date.second <= kMonths) day_first_ = true;
  if (date.second > kMonths && date.first <= kMonths) month_first_ = true;
  matters_ = matters_ || date.first != date.second;
}

std::optional<TimeOrder> OrderFinder::found() const {
  if (day_first_) return TimeOrder::day_first;
  if (month_first_) return TimeOrder::month_first;
  if (matters_) return std::nullopt;
  return TimeOrder::day_first;
}

}  // namespace kpid::plugins::parental_survey
