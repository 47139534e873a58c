// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How many kilograms of CO2e a kilowatt hour stands for, by fuel and by the calendar year in which
// it was used: the UK government's conversion factors for company reporting. Gas is by its gross
// calorific value, as British bills are.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "common/reading.hpp"

namespace kpid::plugins::estates {

enum class Fuel : std::uint8_t { electricity, gas };
inline constexpr std::size_t kFuels = 2;
inline constexpr std::array<Fuel, kFuels> kAllFuels{Fuel::electricity, Fuel::gas};

// "electricity", "gas"
std::string_view name_of(Fuel fuel) noexcept;

struct Factor {
  std::optional<double> use;     // generated (scope 2) or burnt (scope 1)
  std::optional<double> losses;  // of electricity on its way (scope 3)
};

class Factors {
 public:
  // Those that the plugin knows; the table and its sources stand in carbon.cpp.
  static Factors built_in();

  // Replaces what is known of the year, where `factor` has it.
  void set(Fuel fuel, int year, const Factor& factor);
  // Nothing where the year's is not known: another year's is never taken for it.
  [[nodiscard]] std::optional<double> kilograms(Fuel fuel, int year, bool with_losses) const;

 private:
  std::map<std::pair<Fuel, int>, Factor> factors_;
};

// Reads the year's factors from the official flat file (sheet "Factors by Category", or the same
// table as CSV). The year stands in the heading of the last column.
struct YearOfFactors {
  int year = 0;
  Factor electricity;
  Factor gas;
};
tl::expected<YearOfFactors, Failure> read_factors(const Document& document);

}  // namespace kpid::plugins::estates
