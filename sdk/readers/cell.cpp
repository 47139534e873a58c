// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cell.hpp"

#include <algorithm>
#include <array>
#include <charconv>
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

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_missing(std::string_view cell) {
  constexpr std::array<std::string_view, 13> kMarkers{"",  "SUPP", "NA", "NULL", "c",  "x",  "z",
                                                      ":", ".",    "NS", "DNS",  "NE", "low"};
  constexpr std::size_t kLongest = 4;
  cell = trim(cell);
  return cell.size() <= kLongest &&
         std::find(kMarkers.begin(), kMarkers.end(), cell) != kMarkers.end();
}

bool is_missing_value(std::string_view cell) { return is_missing(cell) || trim(cell) == "R"; }

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

std::optional<double> to_proportion(std::string_view cell) {
  if (trim(cell).ends_with('%')) {
    const auto percent = to_percent(cell);
    return percent ? std::optional(*percent / 100) : std::nullopt;
  }
  const auto value = to_number(cell);
  if (!value || *value < 0 || *value > 1) return std::nullopt;
  return value;
}

std::optional<bool> to_boolean(std::string_view cell) {
  std::string word(trim(cell).substr(0, 6));
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (word == "true" || word == "yes" || word == "y" || word == "1") return true;
  if (word == "false" || word == "no" || word == "n" || word == "0") return false;
  return std::nullopt;
}

}  // namespace kpid::readers
