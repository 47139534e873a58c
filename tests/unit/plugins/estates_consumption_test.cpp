// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// From days to weeks, months and years of schools; carbon by the year of the reading.

#include "estates/carbon.hpp"
#include "estates/consumption.hpp"
#include "unit/plugins/estates_fixture.hpp"

namespace kpid::plugins::estates {
namespace {

Meter meter(const std::string& id, const std::string& school, Fuel fuel) {
  return {id, school, fuel, Unit::kilowatt_hours, kDayFirst, kDayLast};
}

// Whole days of so many kWh each.
MeterUse days(std::int32_t first, std::int32_t last, double kilowatt_hours) {
  static const Document document{1, "f_2026-01-05.csv", "", 0};
  MeterUse out;
  for (std::int32_t on = first; on <= last; ++on) {
    out[on] = {kilowatt_hours, half_hours_of(on), 0, &document,
               static_cast<std::uint32_t>(2 + on - first)};
  }
  return out;
}

// Observations of one measure, "school start..end value", and all notes.
std::string shown(const std::vector<MeterUse>& uses, const Settings& settings,
                  std::string_view measure = {}) {
  Notes notes;
  Reading out;
  give_consumption(uses, settings, false, out, notes);
  std::string text;
  for (const Observation& one : out.observations) {
    if (!measure.empty() && one.measure != measure) continue;
    char value[32];
    std::snprintf(value, sizeof(value), "%.10g", one.value);
    text += (measure.empty() ? std::string(one.measure.substr(8)) + " " : "") + one.organisation +
            " " + day_text(one.period_start) + ".." + day_text(one.period_end) + " " + value +
            " @" + std::to_string(one.document) + ":" + std::to_string(one.row) + "\n";
  }
  return text + plugins::shown(Reading{{}, notes.take(), 0});
}

TEST(EstatesConsumption, GivesWeeksMonthsAndYearsThatAreWhole) {
  Settings settings;
  settings.meters = {meter("E", "1", Fuel::electricity)};
  settings.schools = {{"1", 500, {true, false}}};
  const std::int32_t monday = day(2025, 9, 1);
  EXPECT_EQ(shown({days(monday, monday + 13, 10)}, settings),
            "electricity_kwh_week 1 2025-09-01..2025-09-07 70 @1:2\n"
            "electricity_kgco2e_week 1 2025-09-01..2025-09-07 12.39 @1:2\n"
            "electricity_kwh_week 1 2025-09-08..2025-09-14 70 @1:9\n"
            "electricity_kgco2e_week 1 2025-09-08..2025-09-14 12.39 @1:9\n"
            "energy_kwh_week 1 2025-09-01..2025-09-07 70 @1:2\n"
            "kgco2e_week 1 2025-09-01..2025-09-07 12.39 @1:2\n"
            "floor_area_week 1 2025-09-01..2025-09-07 500 @1:2\n"
            "energy_kwh_week 1 2025-09-08..2025-09-14 70 @1:9\n"
            "kgco2e_week 1 2025-09-08..2025-09-14 12.39 @1:9\n"
            "floor_area_week 1 2025-09-08..2025-09-14 500 @1:9\n"
            "info 1, electricity: 1 month was left out, because the readings do not cover all of "
            "it: 2025-09-01: 672 of 1440 half hours.\n"
            "info 1, electricity: 1 academic year was left out, because the readings do not cover "
            "all of it: 2025-09-01: 672 of 17520 half hours.\n");
  EXPECT_EQ(
      shown({days(day(2024, 9, 1), day(2025, 8, 31), 10)}, settings, "estates.electricity_kwh_year")
          .substr(0, 35),
      "1 2024-09-01..2025-08-31 3650 @1:2\n");
}

TEST(EstatesConsumption, UsesTheFactorOfTheReadingsYear) {
  Settings settings;
  settings.meters = {meter("E", "1", Fuel::electricity), meter("G", "1", Fuel::gas)};
  // The week of Monday 30 December 2024: two days of 2024 and five of 2025.
  const std::int32_t monday = day(2024, 12, 30);
  const std::vector<MeterUse> uses{days(monday, monday + 6, 100), days(monday, monday + 6, 1000)};
  EXPECT_EQ(shown(uses, settings, "estates.electricity_kgco2e_week").substr(0, 43),
            "1 2024-12-30..2025-01-05 129.91 @1:2\ninfo 1");  // 200 x 0.20705 + 500 x 0.177
  EXPECT_EQ(shown(uses, settings, "estates.gas_kgco2e_week").substr(0, 36),
            "1 2024-12-30..2025-01-05 1280.6 @1:2");  // 2000 x 0.18290 + 5000 x 0.18296
  EXPECT_EQ(shown(uses, settings, "estates.kgco2e_week").substr(0, 37),
            "1 2024-12-30..2025-01-05 1410.51 @1:2");
  settings.transmission_losses = true;
  EXPECT_EQ(shown(uses, settings, "estates.electricity_kgco2e_week").substr(0, 38),
            "1 2024-12-30..2025-01-05 142.835 @1:2\n");  // and 200 x 0.0183 + 500 x 0.01853
}

TEST(EstatesConsumption, HasNoCarbonOfAYearWithoutAFactor) {
  Settings settings;
  settings.meters = {meter("E", "1", Fuel::electricity)};
  const std::int32_t monday = day(2026, 1, 5);
  const std::string told =
      "warning setting factors: There is no factor of electricity for 2026, so kgCO2e of that year "
      "was left out; add the year's official factors.\n";
  std::string text =
      shown({days(monday, monday + 6, 10)}, settings, "estates.electricity_kgco2e_week");
  EXPECT_TRUE(text.ends_with(told)) << text;
  EXPECT_FALSE(text.starts_with("1 ")) << text;
  settings.factors.set(Fuel::electricity, 2026, {0.15, std::nullopt});
  text = shown({days(monday, monday + 6, 10)}, settings, "estates.electricity_kgco2e_week");
  EXPECT_TRUE(text.starts_with("1 2026-01-05..2026-01-11 10.5 @1:2\n")) << text;
}

TEST(EstatesConsumption, NeedsEveryMeterOfTheSchoolThatWasInUse) {
  Settings settings;
  settings.meters = {meter("A", "1", Fuel::electricity), meter("B", "1", Fuel::electricity)};
  settings.schools = {{"1", std::nullopt, {true, false}}};
  const std::int32_t monday = day(2025, 9, 1);
  const std::vector<MeterUse> uses{days(monday, monday + 13, 10), days(monday + 7, monday + 13, 1)};
  const std::string text = shown(uses, settings, "estates.electricity_kwh_week");
  EXPECT_TRUE(
      text.starts_with("1 2025-09-08..2025-09-14 77 @1:2\n"
                       "warning 1, electricity: 1 week was left out, because readings are "
                       "missing: 2025-09-01: 336 of 672 half hours.\n"))
      << text;
  settings.meters[1].first_day = monday + 7;
  EXPECT_EQ(shown(uses, settings, "estates.electricity_kwh_week").substr(0, 66),
            "1 2025-09-01..2025-09-07 70 @1:2\n1 2025-09-08..2025-09-14 77 @1:2\n");
}

// What it used before kpid was told of its meter is not known, and not nothing.
TEST(EstatesConsumption, LeavesOutThePeriodInWhichTheFirstMeterBegan) {
  Settings settings;
  settings.meters = {meter("E", "1", Fuel::electricity)};
  settings.meters[0].first_day = day(2025, 9, 3);
  settings.schools = {{"1", std::nullopt, {true, false}}};
  const std::vector<MeterUse> uses{days(day(2025, 9, 3), day(2025, 9, 14), 10)};
  const std::string text = shown(uses, settings, "estates.electricity_kwh_week");
  EXPECT_TRUE(
      text.starts_with("1 2025-09-08..2025-09-14 70 @1:7\n"
                       "info 1, electricity: 1 week was left out, because the readings do "
                       "not cover all of it: 2025-09-01: 240 of 336 half hours.\n"))
      << text;
}

TEST(EstatesConsumption, NeedsNoGasOnceTheLastGasMeterIsGone) {
  Settings settings;
  settings.meters = {meter("E", "1", Fuel::electricity), meter("G", "1", Fuel::gas)};
  const std::int32_t monday = day(2025, 9, 1);
  settings.meters[1].last_day = monday + 6;
  settings.schools = {{"1", std::nullopt, {true, false}}};
  const std::vector<MeterUse> uses{days(monday, monday + 13, 10), days(monday, monday + 6, 5)};
  EXPECT_TRUE(shown(uses, settings, "estates.energy_kwh_week")
                  .starts_with("1 2025-09-01..2025-09-07 105 @1:2\n"
                               "1 2025-09-08..2025-09-14 70 @1:9\n"));
}

TEST(EstatesConsumption, GivesATotalOnlyWhereEveryFuelIsThere) {
  Settings settings;
  settings.meters = {meter("E", "1", Fuel::electricity)};
  const std::int32_t monday = day(2025, 9, 1);
  const std::vector<MeterUse> uses{days(monday, monday + 6, 10)};
  // Unless the settings say otherwise, a school uses gas too.
  EXPECT_FALSE(shown(uses, settings, "estates.energy_kwh_week").starts_with("1 "));
  settings.schools = {{"1", std::nullopt, {true, false}}};
  EXPECT_TRUE(shown(uses, settings, "estates.energy_kwh_week")
                  .starts_with("1 2025-09-01..2025-09-07 70 @1:2\n"));
}

TEST(EstatesConsumption, CountsAShortPeriodOnlyWhereItIsAllowedAndSaysSo) {
  Settings settings;
  settings.meters = {meter("E", "1", Fuel::electricity)};
  settings.schools = {{"1", std::nullopt, {true, false}}};
  const std::int32_t monday = day(2025, 9, 1);
  std::vector<MeterUse> uses{days(monday, monday + 6, 10)};
  uses[0][monday + 2].have = 46;
  EXPECT_TRUE(shown(uses, settings, "estates.electricity_kwh_week")
                  .starts_with("warning 1, electricity: 1 week was left out, because readings are "
                               "missing: 2025-09-01: 334 of 336 half hours.\n"));
  settings.gaps_allowed_percent = 1;
  EXPECT_TRUE(shown(uses, settings, "estates.electricity_kwh_week")
                  .starts_with("1 2025-09-01..2025-09-07 70 @1:2\n"
                               "warning 1, electricity: 1 week was counted although readings are "
                               "missing, and too low by them: 2025-09-01: 334 of 336 half "
                               "hours.\n"));
}

const std::string kFlatFile =
    "UK Government GHG Conversion Factors for Company Reporting,,,,,,,,,\n"
    ",,,,,,,,,\n"
    "ID,Scope,Level 1,Level 2,Level 3,Level 4,Column Text,UOM,GHG/Unit,GHG Conversion Factor "
    "2031\n";

TEST(EstatesFactors, AreReadFromTheOfficialTable) {
  const std::string rows =
      "1,Scope 1,Fuels,Gaseous fuels,Natural gas,,,cubic metres,kg CO2e,2.06672\n"
      "2,Scope 1,Fuels,Gaseous fuels,Natural gas,,,kWh (Net CV),kg CO2e,0.2027\n"
      "3,Scope 1,Fuels,Gaseous fuels,Natural gas,,,kWh (Gross CV),kg CO2e,0.19\n"
      "4,Scope 1,Fuels,Gaseous fuels,Natural gas,,,kWh (Gross CV),kg CO2e of CH4 per unit,0.00028\n"
      "5,Scope 2,UK electricity,Electricity generated,Electricity: UK,kWh,,kWh,kg CO2e,0.12\n"
      "6,Scope 3,WTT- UK electricity,WTT- UK electricity (generation),Electricity: "
      "UK,kWh,,kWh,kg CO2e,0.0459\n"
      "7,Scope 3,Transmission and distribution,T&D- UK electricity,Electricity: "
      "UK,kWh,,kWh,kg CO2e,0.01\n";
  const std::string bytes = kFlatFile + rows;
  const auto year = read_factors({1, "flat.csv", bytes, 0});
  ASSERT_TRUE(year) << year.error().sentence;
  EXPECT_EQ(year->year, 2031);
  EXPECT_EQ(year->gas.use, 0.19);
  EXPECT_EQ(year->electricity.use, 0.12);
  EXPECT_EQ(year->electricity.losses, 0.01);
  EXPECT_FALSE(year->gas.losses);
}

TEST(EstatesFactors, AreRefusedWhereTheTableLacksThem) {
  const auto told = [](const std::string& bytes) {
    const auto year = read_factors({1, "flat.csv", bytes, 0});
    return year ? std::string("read") : year.error().sentence;
  };
  EXPECT_EQ(
      told(kFlatFile + "5,Scope 2,UK electricity,Electricity generated,Electricity: UK,kWh,,kWh,kg "
                       "CO2e,0.12\n"),
      "flat.csv: The file has no factor for natural gas by kWh (gross CV); use the official "
      "flat file of conversion factors.");
  EXPECT_EQ(told(kFlatFile),
            "flat.csv: The file has no factor for electricity generated in the UK "
            "by kWh; use the official flat file of conversion factors.");
  EXPECT_EQ(
      told(kFlatFile + "5,Scope 2,UK electricity,Electricity generated,Electricity: UK,kWh,,kWh,kg "
                       "CO2e,n/a\n"),
      "flat.csv, row 4, column GHG Conversion Factor 2031: \"n/a\" is not the kilograms of "
      "CO2e of a kilowatt hour.");
}

TEST(EstatesFactors, OfTheYearsThatAreBuiltInAreTheOfficialOnes) {
  const Factors factors = Factors::built_in();
  EXPECT_EQ(factors.kilograms(Fuel::electricity, 2024, false), 0.20705);
  EXPECT_EQ(factors.kilograms(Fuel::electricity, 2025, false), 0.17700);
  EXPECT_EQ(factors.kilograms(Fuel::electricity, 2024, true), 0.20705 + 0.01830);
  EXPECT_EQ(factors.kilograms(Fuel::electricity, 2025, true), 0.17700 + 0.01853);
  EXPECT_EQ(factors.kilograms(Fuel::gas, 2024, true), 0.18290);
  EXPECT_EQ(factors.kilograms(Fuel::gas, 2025, false), 0.18296);
  EXPECT_FALSE(factors.kilograms(Fuel::electricity, 2023, true));  // its losses are not known
  EXPECT_FALSE(factors.kilograms(Fuel::electricity, 2026, false));
}

}  // namespace
}  // namespace kpid::plugins::estates
