// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Units of measures and KPIs. Money is whole pence wherever it is held; pounds exist in text only.

#include <optional>
#include <string>
#include <string_view>

namespace kpid {

enum class Unit {
  count,
  pupils,
  places,
  pence,
  percent,
  sessions,
  days,
  months,
  hours,
  kilowatt_hours,
  kilograms_co2e,
  square_metres,
  percentage_points,  // what percentages differ by
};
// Neither is ever added up over schools.
[[nodiscard]] constexpr bool is_share(Unit unit) noexcept {
  return unit == Unit::percent || unit == Unit::percentage_points;
}

// The spelling used in manifests, the catalogue and JSON: "pupils", "pence", "percent", "kWh", …
[[nodiscard]] std::string_view to_string(Unit unit) noexcept;
[[nodiscard]] std::optional<Unit> parse_unit(std::string_view text) noexcept;

// For people: "£39,000", "4.2 %", "99 pupils", "-£1,250.50". The value is shown with at most
// `decimals` places, cut towards the side that keeps a breach visible: never used to compare.
// A percent shows as many places as it takes not to read as `threshold` when it is not equal to it.
[[nodiscard]] std::string format_value(double value, Unit unit, int decimals,
                                       std::optional<double> threshold = std::nullopt);
// A difference, with its sign: "+3 pupils", "-£4,000"; percentages differ in "percentage points".
[[nodiscard]] std::string format_difference(double value, Unit unit, int decimals);

}  // namespace kpid
