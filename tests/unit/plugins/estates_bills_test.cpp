// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Bills: shared out over months to the penny, only where every day is covered.

#include "estates/bills.hpp"
#include "unit/plugins/estates_fixture.hpp"

namespace kpid::plugins::estates {
namespace {

const std::string kHeader = "Meter,From,To,kWh,m3,Calorific value,Cost\n";

std::string told(const std::string& rows, const Settings& settings) {
  return shown(read_bills(Files().add("b.csv", kHeader + rows).documents(), settings));
}

TEST(EstatesBills, GiveAWholeMonthAsItIsBilled) {
  EXPECT_EQ(told("G1,01/01/2025,31/01/2025,5000,,,\"\u00A3412.37\"\n", with_meter("G1", Fuel::gas)),
            "estates.gas_cost_month 900001 2025-01-01..2025-01-31 41237 @1:2\n"
            "estates.gas_billed_kwh_month 900001 2025-01-01..2025-01-31 5000 @1:2\n");
}

TEST(EstatesBills, ShareOutWhatCoversPartsOfMonthsToThePenny) {
  // 90 days of 2025: 31, 28 and 31 of them; £100.01 does not divide.
  const Settings settings = with_meter("E1");
  const auto reading = read_bills(
      Files().add("b.csv", kHeader + "E1,01/01/2025,31/03/2025,9000,,,100.01\n").documents(),
      settings);
  ASSERT_TRUE(reading);
  double pence = 0;
  double kilowatt_hours = 0;
  for (const Observation& one : reading->observations) {
    (one.measure == "estates.electricity_cost_month" ? pence : kilowatt_hours) +=
        one.measure == "estates.energy_cost_month" ? 0 : one.value;
  }
  EXPECT_EQ(pence, 10001);
  EXPECT_NEAR(kilowatt_hours, 9000, 1e-9);
  EXPECT_EQ(shown(reading),
            "estates.electricity_cost_month 900001 2025-01-01..2025-01-31 3444 @1:2\n"
            "estates.electricity_billed_kwh_month 900001 2025-01-01..2025-01-31 3100 @1:2\n"
            "estates.electricity_cost_month 900001 2025-02-01..2025-02-28 3112 @1:2\n"
            "estates.electricity_billed_kwh_month 900001 2025-02-01..2025-02-28 2800 @1:2\n"
            "estates.electricity_cost_month 900001 2025-03-01..2025-03-31 3445 @1:2\n"
            "estates.electricity_billed_kwh_month 900001 2025-03-01..2025-03-31 3100 @1:2\n"
            "estates.energy_cost_month 900001 2025-01-01..2025-01-31 3444 @1:2\n"
            "estates.energy_cost_month 900001 2025-02-01..2025-02-28 3112 @1:2\n"
            "estates.energy_cost_month 900001 2025-03-01..2025-03-31 3445 @1:2\n"
            "info 900001, electricity: 1 bill covers parts of several months and was shared out "
            "over its days.\n");
}

TEST(EstatesBills, LeaveOutAMonthThatTheyDoNotCover) {
  EXPECT_EQ(told("E1,20/01/2025,28/02/2025,900,,,40\n", with_meter("E1")),
            "estates.electricity_cost_month 900001 2025-02-01..2025-02-28 2800 @1:2\n"
            "estates.electricity_billed_kwh_month 900001 2025-02-01..2025-02-28 630 @1:2\n"
            "estates.energy_cost_month 900001 2025-02-01..2025-02-28 2800 @1:2\n"
            "warning 900001, electricity: 1 month was left out, because bills do not cover every "
            "day of every meter: 2025-01-01: 12 of 31 days.\n"
            "info 900001, electricity: 1 bill covers parts of several months and was shared out "
            "over its days.\n");
}

TEST(EstatesBills, LeaveOutTheMonthInWhichTheFirstMeterBegan) {
  Settings settings = with_meter("E1");
  settings.meters[0].first_day = day(2025, 1, 20);
  EXPECT_EQ(told("E1,20/01/2025,31/01/2025,900,,,40\n", settings),
            "warning 900001, electricity: 1 month was left out, because bills do not cover every "
            "day of every meter: 2025-01-01: 12 of 31 days.\n");
}

TEST(EstatesBills, TurnCubicMetresIntoKilowattHours) {
  // 400 m3 x 1.02264 x 39.1 / 3.6 = 4442.8; the bill's own calorific value counts.
  Settings settings = with_meter("G1", Fuel::gas);
  settings.calorific_value = 35;
  EXPECT_EQ(told("G1,01/01/2025,31/01/2025,,400,39.1,\n", settings),
            "estates.gas_billed_kwh_month 900001 2025-01-01..2025-01-31 4442 @1:2\n");
  EXPECT_NEAR(kilowatt_hours_of(400, 39.1), 4442.8027, 0.00005);
  settings.calorific_value.reset();
  EXPECT_EQ(told("G1,01/01/2025,31/01/2025,,400,,\n", settings),
            "estates.gas_billed_kwh_month 900001 2025-01-01..2025-01-31 4488 @1:2\n"
            "info b.csv: Cubic metres were taken at 39.5 MJ each; set calorific_value to what the "
            "bill says.\n");
}

TEST(EstatesBills, CountOnceWhereTheyAreAlikeAndForNeitherWhereTheyOverlap) {
  const std::string january = "E1,01/01/2025,31/01/2025,310,,,31\n";
  EXPECT_EQ(told(january + january, with_meter("E1")), told(january, with_meter("E1")));
  EXPECT_EQ(told(january + "E1,31/01/2025,28/02/2025,290,,,29\n", with_meter("E1")),
            "estates.electricity_cost_month 900001 2025-02-01..2025-02-28 2800 @1:3\n"
            "estates.electricity_billed_kwh_month 900001 2025-02-01..2025-02-28 280 @1:3\n"
            "estates.energy_cost_month 900001 2025-02-01..2025-02-28 2800 @1:3\n"
            "skipped b.csv, row 3: The bill of the meter E1 overlaps that in row 2 from "
            "2025-01-31; the days that both cover count for neither. If a bill ends on the day "
            "that the next begins, set last_day_billed = false.\n"
            "warning 900001, electricity: 1 month was left out, because bills do not cover every "
            "day of every meter: 2025-01-01: 30 of 31 days.\n"
            "info 900001, electricity: 1 bill covers parts of several months and was shared out "
            "over its days.\n");
  Settings to_the_next = with_meter("E1");
  to_the_next.last_day_billed = false;
  EXPECT_EQ(
      told("E1,01/01/2025,01/02/2025,310,,,31\nE1,01/02/2025,01/03/2025,280,,,28\n", to_the_next),
      "estates.electricity_cost_month 900001 2025-01-01..2025-01-31 3100 @1:2\n"
      "estates.electricity_billed_kwh_month 900001 2025-01-01..2025-01-31 310 @1:2\n"
      "estates.electricity_cost_month 900001 2025-02-01..2025-02-28 2800 @1:3\n"
      "estates.electricity_billed_kwh_month 900001 2025-02-01..2025-02-28 280 @1:3\n"
      "estates.energy_cost_month 900001 2025-01-01..2025-01-31 3100 @1:2\n"
      "estates.energy_cost_month 900001 2025-02-01..2025-02-28 2800 @1:3\n");
}

TEST(EstatesBills, OfALaterFileReplaceThoseOfAnEarlier) {
  Files files;
  files.add("b_2025-03-01.csv", kHeader + "E1,01/01/2025,31/01/2025,300,,,30\n")
      .add("b_2025-02-01.csv", kHeader + "E1,01/01/2025,31/01/2025,310,,,31\n");
  EXPECT_EQ(shown(read_bills(files.documents(), with_meter("E1"))),
            "estates.electricity_cost_month 900001 2025-01-01..2025-01-31 3000 @1:2\n"
            "estates.electricity_billed_kwh_month 900001 2025-01-01..2025-01-31 300 @1:2\n"
            "estates.energy_cost_month 900001 2025-01-01..2025-01-31 3000 @1:2\n");
}

TEST(EstatesBills, CountAsConsumptionWhereTheSettingsSaySo) {
  Settings settings = with_meter("G1", Fuel::gas);
  settings.schools[0].uses = {false, true};
  settings.bills_are_consumption = true;
  const std::string text = told("G1,01/01/2025,31/01/2025,1000,,,50\n", settings);
  EXPECT_NE(text.find("estates.gas_kwh_month 900001 2025-01-01..2025-01-31 1000 @1:2\n"
                      "estates.gas_kgco2e_month 900001 2025-01-01..2025-01-31 182 @1:2\n"
                      "estates.energy_kwh_month 900001 2025-01-01..2025-01-31 1000 @1:2\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("_week"), std::string::npos) << text;
}

}  // namespace
}  // namespace kpid::plugins::estates
