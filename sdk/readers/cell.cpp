// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cell.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace kpid::readers {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits with `decimals` of them after the point, scaled to a whole number; further ones must be 0.
std::optional<std::int64_t> to_scaled(std::string_view text, int decimals) {
  text = trim(text);
  bool negative = false;
  if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    negative = true;
    text = trim(text.substr(1, text.size() - 2));
  } else if (text.starts_with('-')) {
    negative = true;
    text = trim(text.substr(1));
  }
  if (text.starts_with("\u00A3")) text = trim(text.substr(2));
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  auto fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() || !is_digit(whole.front())) return std::nullopt;
  if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
  if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;

  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t value = 0;
  const auto push = [&value](int digit) {
    if (value > (kMax - digit) / 10) return false;
    value = value * 10 + digit;
    return true;
  };
  const auto comma = whole.find(',');
  if (comma != std::string_view::npos && (comma > 3 || (whole.size() - comma) % 4 != 0)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const bool comma_here = comma != std::string_view::npos && i >= comma && (i - comma) % 4 == 0;
    if ((whole[i] == ',') != comma_here) return std::nullopt;
    if (comma_here) continue;
    if (!is_digit(whole[i]) || !push(whole[i] - '0')) return std::nullopt;
  }
  for (int i = 0; i < decimals; ++i) {
    const bool given = !fraction.empty();
    if (!push(given ? fraction.front() - '0' : 0)) return std::nullopt;
    if (given) fraction.remove_prefix(1);
  }
  if (fraction.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
  return negative ? -value : value;
}

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

std::optional<std::int64_t> to_pence(std::string_view cell) { return to_scaled(cell, 2); }
std::optional<std::int64_t> to_integer(std::string_view cell) {
  if (cell.find("\u00A3") != std::string_view::npos) return std::nullopt;
  return to_scaled(cell, 0);
}

}  // namespace kpid::readers
