// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "carbon.hpp"

#include <algorithm>
#include <vector>

#include "readers/table.hpp"

namespace kpid::plugins::estates {
namespace {

struct Known {
  Fuel fuel;
  int year;
  Factor factor;
};

// 2024 and 2025: "UK Government GHG Conversion Factors for Company Reporting" (DESNZ), condensed
// set 2024 version 1.1 and flat file 2025 version 1: UK electricity, generated; transmission and
// distribution losses; natural gas, kWh (gross CV). The years before are secondary: they were not
// checked against the official workbooks, and the settings may replace them.
constexpr std::array<Known, 10> kKnown{{
    {Fuel::electricity, 2025, {0.17700, 0.01853}},
    {Fuel::electricity, 2024, {0.20705, 0.01830}},
    {Fuel::gas, 2025, {0.18296, std::nullopt}},
    {Fuel::gas, 2024, {0.18290, std::nullopt}},
    {Fuel::electricity, 2023, {0.207074, std::nullopt}},
    {Fuel::electricity, 2022, {0.19338, std::nullopt}},
    {Fuel::electricity, 2020, {0.23314, std::nullopt}},
    {Fuel::electricity, 2019, {0.2556, std::nullopt}},
    {Fuel::electricity, 2018, {0.28307, std::nullopt}},
    {Fuel::gas, 2020, {0.18387, std::nullopt}},
}};

constexpr int kYearFirst = 2002;  // the first year that factors were published for
constexpr int kYearLast = 2099;
constexpr double kMost = 10;  // kilograms; no fuel is near it

enum ColumnIndex : std::size_t { scope, level_1, level_2, level_3, unit, gas_counted, factor };

std::vector<readers::Column> wanted() {
  readers::Column of_year{{}, true};
  for (int year = kYearLast; year >= kYearFirst; --year) {
    of_year.names.push_back("GHG Conversion Factor " + std::to_string(year));
  }
  return {{{"Scope"}, true}, {{"Level 1"}, true},  {{"Level 2"}, true}, {{"Level 3"}, true},
          {{"UOM"}, true},   {{"GHG/Unit"}, true}, std::move(of_year)};
}

bool is(const readers::Table& table, std::size_t column, std::string_view text) {
  const auto cell = table.text(column);
  return cell && *cell && **cell == text;
}

// Which figure a row of the flat file is, if it is one that is needed.
std::optional<double>* place_for(const readers::Table& table, YearOfFactors& out) {
  if (!is(table, gas_counted, "kg CO2e")) return nullptr;
  if (is(table, scope, "Scope 2") && is(table, level_1, "UK electricity") &&
      is(table, level_2, "Electricity generated") && is(table, level_3, "Electricity: UK") &&
      is(table, unit, "kWh")) {
    return &out.electricity.use;
  }
  if (is(table, scope, "Scope 3") && is(table, level_1, "Transmission and distribution") &&
      is(table, level_2, "T&D- UK electricity") && is(table, level_3, "Electricity: UK") &&
      is(table, unit, "kWh")) {
    return &out.electricity.losses;
  }
  if (is(table, scope, "Scope 1") && is(table, level_1, "Fuels") &&
      is(table, level_2, "Gaseous fuels") && is(table, level_3, "Natural gas") &&
      is(table, unit, "kWh (Gross CV)")) {
    return &out.gas.use;
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(Fuel fuel) noexcept {
  return fuel == Fuel::electricity ? "electricity" : "gas";
}

Factors Factors::built_in() {
  Factors out;
  for (const Known& one : kKnown) out.set(one.fuel, one.year, one.factor);
  return out;
}

void Factors::set(Fuel fuel, int year, const Factor& factor) {
  Factor& known = factors_[{fuel, year}];
  if (factor.use) known.use = factor.use;
  if (factor.losses) known.losses = factor.losses;
}

std::optional<double> Factors::kilograms(Fuel fuel, int year, bool with_losses) const {
  const auto found = factors_.find({fuel, year});
  if (found == factors_.end() || !found->second.use) return std::nullopt;
  if (!with_losses || fuel != Fuel::electricity) return found->second.use;
  if (!found->second.losses) return std::nullopt;
  return *found->second.use + *found->second.losses;
}

tl::expected<YearOfFactors, Failure> read_factors(const Document& document) {
  readers::TableOptions options;
  options.quote_cells = true;  // no row is a person's
  options.sheet = {"Factors by Category"};
  auto table = readers::Table::open(document.bytes, wanted(), options);
  if (!table) return tl::unexpected(failure(document.name, table.error()));
  YearOfFactors out;
  const std::string& title = table->name(factor);
  out.year = static_cast<int>(*readers::to_integer(title.substr(title.size() - 4)));
  for (;;) {
    const auto more = table->next();
    if (!more) return tl::unexpected(failure(document.name, more.error()));
    if (!*more) break;
    std::optional<double>* place = place_for(*table, out);
    if (place == nullptr) continue;
    const auto value = table->number(factor);
    if (!value || !*value || **value < 0 || **value > kMost) {
      return tl::unexpected(failure(
          document.name, table->fault(factor, "is not the kilograms of CO2e of a kilowatt hour")));
    }
    *place = **value;
  }
  if (!out.electricity.use || !out.gas.use) {
    return tl::unexpected(failure(
        document.name, {std::string("The file has no factor for ") +
                            (out.electricity.use ? "natural gas by kWh (gross CV)"
                                                 : "electricity generated in the UK by kWh") +
                            "; use the official flat file of conversion factors.",
                        0, ""}));
  }
  return out;
}

}  // namespace kpid::plugins::estates
