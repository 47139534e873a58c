// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cell.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <string>
#include <system_error>

namespace kpid::readers {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A decimal number as it is written: sign, digits without their commas, digits after the point.
struct Decimal {
  bool negative = false;
  std::string whole;
  std::string_view fraction;
};

std::optional<Decimal> parse_decimal(std::string_view text, bool money) {
  text = trim(text);
  Decimal out;
  if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    out.negative = true;
    text = trim(text.substr(1, text.size() - 2));
  } else if (text.starts_with('-')) {
    out.negative = true;
    text = trim(text.substr(1));
  }
  if (money && text.starts_with("\u00A3")) text = trim(text.substr(2));
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  if (point != std::string_view::npos) out.fraction = text.substr(point + 1);
  if (whole.empty() || !is_digit(whole.front())) return std::nullopt;
  if (point != std::string_view::npos && out.fraction.empty()) return std::nullopt;
  if (!std::all_of(out.fraction.begin(), out.fraction.end(), is_digit)) return std::nullopt;
  const auto comma = whole.find(',');
  if (comma != std::string_view::npos && (comma > 3 || (whole.size() - comma) % 4 != 0)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const bool comma_here = comma != std::string_view::npos && i >= comma && (i - comma) % 4 == 0;
    if ((whole[i] == ',') != comma_here) return std::nullopt;
    if (comma_here) continue;
    if (!is_digit(whole[i])) return std::nullopt;
    out.whole.push_back(whole[i]);
  }
  return out;
}

// Scaled to a whole number with `decimals` digits after the point; further ones must be 0.
std::optional<std::int64_t> to_scaled(std::string_view text, int decimals, bool money) {
  const auto decimal = parse_decimal(text, money);
  if (!decimal) return std::nullopt;
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t value = 0;
  const auto push = [&value](int digit) {
    if (value > (kMax - digit) / 10) return false;
    value = value * 10 + digit;
    return true;
  };
  for (const char c : decimal->whole) {
    if (!push(c - '0')) return std::nullopt;
  }
  auto fraction = decimal->fraction;
  for (int i = 0; i < decimals; ++i) {
    const bool given = !fraction.empty();
    if (!push(given ? fraction.front() - '0' : 0)) return std::nullopt;
    if (given) fraction.remove_prefix(1);
  }
  if (fraction.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
  return decimal->negative ? -value : value;
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

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_missing(std::string_view cell) {
  constexpr std::array<std::string_view, 12> kMarkers{"",  "SUPP", "NA", "NULL", "c",   "x",
                                                      "z", ":",    ".",  "NS",   "DNS", "NE"};
  return std::find(kMarkers.begin(), kMarkers.end(), trim(cell)) != kMarkers.end();
}

std::optional<std::int64_t> to_pence(std::string_view cell) { return to_scaled(cell, 2, true); }

std::optional<std::int64_t> to_pence_from_thousands(std::string_view cell) {
  return to_scaled(cell, 5, true);
}

std::optional<std::int64_t> to_integer(std::string_view cell) { return to_scaled(cell, 0, false); }

std::optional<double> to_number(std::string_view cell) {
  const auto decimal = parse_decimal(cell, false);
  if (!decimal) return std::nullopt;
  const std::string text = decimal->whole + "." + std::string(decimal->fraction) + "0";
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return decimal->negative ? -value : value;
}

std::optional<double> to_percent(std::string_view cell) {
  cell = trim(cell);
  if (cell.ends_with('%')) cell.remove_suffix(1);
  const auto value = to_number(cell);
  if (!value || *value < 0 || *value > 100) return std::nullopt;
  return value;
}

std::optional<std::int32_t> to_date(std::string_view cell, DateOrder order) {
  auto text = trim(cell);
  for (const std::string_view midnight : {":00:00.000", ":00:00", ":00"}) {
    if (!text.ends_with(midnight)) continue;
    text.remove_suffix(midnight.size());
    if (!text.ends_with("T00") && !text.ends_with(" 00")) return std::nullopt;
    text = trim(text.substr(0, text.size() - 3));
    break;
  }
  const auto leading =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  const bool year_first = leading == 4;
  if (year_first ? order == DateOrder::day_month_year : order == DateOrder::year_month_day) {
    return std::nullopt;
  }
  const auto first = year_first ? take_digits(text, 4, 4) : take_digits(text, 1, 2);
  if (!first || text.empty()) return std::nullopt;
  const char separator = text.front();
  if (separator != '-' && separator != '/' && separator != '.') return std::nullopt;
  text.remove_prefix(1);
  const auto month = take_digits(text, 1, 2);
  if (!month || text.empty() || text.front() != separator) return std::nullopt;
  text.remove_prefix(1);
  const auto last = year_first ? take_digits(text, 1, 2) : take_digits(text, 4, 4);
  if (!last || !text.empty()) return std::nullopt;
  const int year = year_first ? *first : *last;
  const int day = year_first ? *last : *first;
  if (year < kFirstYear || year > kLastYear) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

std::optional<int> to_start_year(std::string_view cell) {
  auto text = trim(cell);
  const auto start = take_digits(text, 4, 4);
  if (!start || *start < kFirstYear || *start > kLastYear) return std::nullopt;
  const bool separated = text.starts_with('/') || text.starts_with('-');
  if (separated) text.remove_prefix(1);
  const bool whole_year = separated && text.size() == 4;
  const auto end = whole_year ? take_digits(text, 4, 4) : take_digits(text, 2, 2);
  if (!end || !text.empty()) return std::nullopt;
  return *end == (whole_year ? *start + 1 : (*start + 1) % 100) ? start : std::nullopt;
}

}  // namespace kpid::readers
