// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/unit.hpp"

#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace kpid {
namespace {

// "1234567" -> "1,234,567"; a fraction stays as it is.
std::string with_thousands(std::string digits) {
  const std::size_t point = digits.find('.');
  std::size_t at = point == std::string::npos ? digits.size() : point;
  while (at > 3) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string format_pounds(double pence, std::string_view sign) {
  const double whole = std::round(std::fabs(pence));
  const double pounds = std::floor(whole / 100);
  const auto rest = static_cast<int>(whole - pounds * 100);
  std::string text = fmt::format("{}£{}", sign, with_thousands(fmt::format("{:.0f}", pounds)));
  if (rest != 0) text += fmt::format(".{:02}", rest);
  return text;
}

std::string_view suffix(Unit unit, bool one) {
  switch (unit) {
    case Unit::pupils:
      return one ? " pupil" : " pupils";
    case Unit::places:
      return one ? " place" : " places";
    case Unit::sessions:
      return one ? " session" : " sessions";
    case Unit::days:
      return one ? " day" : " days";
    case Unit::months:
      return one ? " month" : " months";
    case Unit::hours:
      return one ? " hour" : " hours";
    case Unit::percent:
      return " %";
    case Unit::kilowatt_hours:
      return " kWh";
    case Unit::kilograms_co2e:
      return " kgCO2e";
    case Unit::square_metres:
      return " m²";
    case Unit::percentage_points:
      return one ? " percentage point" : " percentage points";
    case Unit::count:
    case Unit::pence:
      break;
  }
  return "";
}

// As many places as asked, and more where fewer would read as the threshold: 94.998 is not "95".
std::string digits_of(double magnitude, int decimals, std::optional<double> threshold) {
  constexpr int most_places = 9;
  std::string text = fmt::format("{:.{}f}", magnitude, decimals);
  if (threshold && magnitude != std::fabs(*threshold)) {
    for (int places = decimals;
         places < most_places && text == fmt::format("{:.{}f}", std::fabs(*threshold), places);
         ++places) {
      text = fmt::format("{:.{}f}", magnitude, places + 1);
    }
  }
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

}  // namespace

std::string format_value(double value, Unit unit, int decimals, std::optional<double> threshold) {
  const std::string_view sign = value < 0 ? "-" : "";
  if (unit == Unit::pence) return format_pounds(value, sign);
  const std::string digits = digits_of(std::fabs(value), decimals, threshold);
  return fmt::format("{}{}{}", digits == "0" ? "" : sign, with_thousands(digits),
                     suffix(unit, digits == "1"));
}

std::string format_difference(double value, Unit unit, int decimals) {
  const std::string_view sign = value < 0 ? "-" : "+";
  if (unit == Unit::pence) return format_pounds(value, sign);
  const std::string digits = digits_of(std::fabs(value), decimals, 0.0);
  const Unit shown = unit == Unit::percent ? Unit::percentage_points : unit;
  return fmt::format("{}{}{}", sign, with_thousands(digits), suffix(shown, digits == "1"));
}

}  // namespace kpid
