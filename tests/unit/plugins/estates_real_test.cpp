// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Real suppliers' files, where they are at hand; some were broken on purpose by those who kept
// them.

#include <map>

#include "unit/plugins/estates_fixture.hpp"

namespace kpid::plugins::estates {
namespace {

class RealEnergy : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kRealEnergy)) GTEST_SKIP() << "the real energy files are absent";
  }
  static std::string shown_file(const std::string& name, const Settings& settings) {
    return shown_days(Files().add("f.csv", content_of(kRealEnergy / name)), settings);
  }
  static Settings with_meters(const std::vector<std::string>& ids) {
    Settings out;
    for (const std::string& id : ids) {
      out.meters.push_back(
          {id, "900001", Fuel::electricity, Unit::kilowatt_hours, kDayFirst, kDayLast});
    }
    return out;
  }
};

TEST_F(RealEnergy, AddsARowUpToTheTotalThatItStates) {
  const Settings settings = with_meters(
      {"2200012767323", "2200012030374", "2200040922992", "2000006183919", "2200012833358"});
  EXPECT_EQ(shown_file("amr_upload_data_files__banes-example-file.csv", settings),
            "2200012767323 2019-11-13: 48 of 48, 226.103 kWh\n"
            "2200012030374 2019-11-13: 48 of 48, 162.183 kWh\n"
            "2200040922992 2019-11-13: 48 of 48, 376.7 kWh\n"
            "2000006183919 2019-11-13: 48 of 48, 89.94 kWh\n"
            "2200012833358 2019-11-13: 48 of 48, 259.503 kWh\n");
}

TEST_F(RealEnergy, LeavesOutTheRowWhoseDateIsNone) {
  EXPECT_EQ(shown_file("amr_upload_data_files__banes-bad-example-file.csv",
                       with_meters({"2200012767323", "2200012030374"})),
            "2200012767323 2019-11-13: 48 of 48, 226.103 kWh\n"
            "skipped f.csv, row 3, column Date: \"KABOOM\" is not a date such as 21/01/2026 or "
            "2026-01-21. The row was left out.\n");
}

TEST_F(RealEnergy, PutsReadingsAtTheirEndsIntoOneDayAcrossMidnight) {
  EXPECT_EQ(shown_file("amr_data__row-per-reading__valid.csv", with_meters({"1710035168313"})),
            "1710035168313 2019-08-26: 48 of 48, 1272.1 kWh\n");
  EXPECT_EQ(
      shown_file("amr_highlands__example.csv",
                 with_meters({"1700051906970", "1700052332342", "1700053113170", "1700053225020",
                              "1710035168313", "1710193443004", "1710200412555", "1710251392603",
                              "1712002432403", "1712105365001"})),
      "1700051906970 2019-08-27: 48 of 48, 486.4 kWh\n"
      "1700052332342 2019-08-27: 48 of 48, 441.6 kWh\n"
      "1700053113170 2019-08-27: 48 of 48, 181.6 kWh\n"
      "1700053225020 2019-08-27: 48 of 48, 0 kWh\n"
      "1710035168313 2019-08-26: 48 of 48, 1272.1 kWh\n"
      "1710193443004 2019-08-27: 48 of 48, 159.1 kWh\n"
      "1710200412555 2019-08-26: 48 of 48, 510.8 kWh, 48 estimated\n"
      "1710251392603 2019-08-26: 48 of 48, 21.9 kWh\n"
      "1712002432403 2019-08-26: 48 of 48, 1319.4 kWh\n"
      "1712105365001 2019-08-27: 48 of 48, 75.6 kWh\n");
}

TEST_F(RealEnergy, FindsThatTheOtherFileOfTheSameLayoutMarksStarts) {
  const std::string starts =
      "info f.csv: The times run from 00:00: they were taken for the starts of the readings.\n";
  EXPECT_EQ(
      shown_file("amr_highlands__example-offset.csv",
                 with_meters({"1700052624128", "1700053235640", "1710035166005", "1710146092002",
                              "1712005591018", "1712068465054", "1712538971506", "1722059883100"})),
      "1700052624128 2019-12-03: 48 of 48, 48 kWh\n"
      "1700053235640 2019-12-04: 48 of 48, 29.4 kWh\n"
      "1710035166005 2019-12-03: 48 of 48, 828.7 kWh\n"
      "1710146092002 2019-12-03: 46 of 48, 400.2 kWh, 37 estimated\n"
      "1712005591018 2019-12-03: 48 of 48, 514.5 kWh\n"
      "1712068465054 2019-12-03: 48 of 48, 1012.5 kWh\n"
      "1712538971506 2019-12-03: 48 of 48, 948.3 kWh\n"
      "1722059883100 2019-12-04: 48 of 48, 255 kWh\n" +
          starts);
  EXPECT_EQ(shown_file("amr_data__row-per-reading__some-missing-readings.csv",
                       with_meters({"1700052624128", "1710146092002"})),
            "1700052624128 2019-12-03: 48 of 48, 48 kWh\n"
            "1710146092002 2019-12-03: 46 of 48, 400.2 kWh, 37 estimated\n" +
                starts);
}

TEST_F(RealEnergy, ReadsTheOtherLayouts) {
  EXPECT_EQ(shown_file("amr_upload_data_files__example-sheffield-file.csv",
                       with_meters({"2336533093112"})),
            "2336533093112 2019-12-10: 48 of 48, 570.8095 kWh\n"
            "2336533093112 2019-12-11: 48 of 48, 529.0395 kWh\n");
  const Settings settings = with_meters({"K0229111D6"});
  EXPECT_EQ(shown_file("amr_data__row-per-day__valid.csv", settings),
            "K0229111D6 2018-11-12: 48 of 48, 901.889218 kWh\n");
  EXPECT_EQ(shown_file("amr_data__row-per-day__duplicate-rows.csv", settings),
            "K0229111D6 2018-11-12: 9 of 48, 0 kWh\n"
            "skipped f.csv, row 3: The meter K0229111D6 has other readings for 39 half hours of "
            "2018-11-12 in row 2. Which of them counts is not clear, so they were left out.\n");
  EXPECT_EQ(shown_file("amr_data__row-per-day__some-missing-readings.csv", settings),
            "K0229111D6 2017-11-11: 48 of 48, 901.889218 kWh\n"
            "K0229111D6 2018-11-12: 48 of 48, 901.889218 kWh\n"
            "K0229111D6 2018-11-13: 28 of 48, 732.199154 kWh\n");
}

TEST_F(RealEnergy, RefusesWhatIsNoSuchFileInOneSentence) {
  const Settings settings = with_meters({"K0229111D6"});
  EXPECT_EQ(shown_file("amr_data__row-per-day__incomplete-row.csv", settings),
            "skipped f.csv, row 2: The row has 3 cells where the header has 51; look for a comma "
            "inside a cell without quotation marks. The row was left out.\n"
            "warning setting meters: No file has a row of the meter K0229111D6; correct its "
            "number, or say until when it was in use.\n");
  EXPECT_EQ(shown_file("amr_data__row-per-day__empty.csv", settings),
            "error f.csv: The file is empty; export it again.\n");
  EXPECT_EQ(shown_file("amr_data__row-per-day__valid-no-header.csv", settings),
            "error f.csv: None of the first 20 rows is the header of a layout that kpid knows "
            "(banes, sheffield, british_gas, row_per_day, row_per_reading, series). Export it with "
            "its header, or set the layout to learn which column is missing.\n");
  EXPECT_EQ(shown_file("amr_upload_data_files__not_a_csv.csv", settings),
            "error f.csv: The file is a PNG picture, not a CSV file; export it again as CSV.\n");
  EXPECT_EQ(shown_file("amr_upload_data_files__with-nulls-and-empty-lines.csv", settings),
            "error f.csv: The file was UTF-16 and was damaged when it was converted to UTF-8 (its "
            "first characters are U+FFFD); export it again as CSV in UTF-8.\n");
}

// One UK school, 8,757 hours of 2014-12-01 to 2015-11-30. Missing are an hour of 15 January and two
// of the 25 that 25 October has; the hour that is missing on 29 March is one that no clock showed.
class RealYear : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path =
        kRealEnergy / ".." / "energy-year" / "PrimClass_Jaden_hourly_2014-12_2015-11.csv";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the real year of energy is absent";
    files_.add("year.csv", content_of(path));
  }
  static Settings settings(double gaps_allowed_percent) {
    Settings out = with_meter("school");
    out.schools[0].floor_area_m2 = 2572;
    out.gaps_allowed_percent = gaps_allowed_percent;
    return out;
  }
  // By the month's first day.
  static std::map<std::string, double> months(const Reading& reading, std::string_view measure) {
    std::map<std::string, double> out;
    for (const Observation& one : reading.observations) {
      if (one.measure == measure) out[day_text(one.period_start)] = one.value;
    }
    return out;
  }

  Files files_;
};

TEST_F(RealYear, GivesTheKnownMonths) {
  const auto reading = read_estate(files_.documents(), settings(1));
  ASSERT_TRUE(reading) << reading.error().sentence;
  EXPECT_EQ(reading->rows, 8757U);
  const auto found = months(*reading, "estates.electricity_kwh_month");
  const std::map<std::string, double> known{
      {"2014-12-01", 4823.93}, {"2015-01-01", 5923.90}, {"2015-02-01", 4561.48},
      {"2015-03-01", 5272.58}, {"2015-04-01", 3734.95}, {"2015-05-01", 3958.36},
      {"2015-06-01", 3620.19}, {"2015-07-01", 3611.21}, {"2015-08-01", 1789.34},
      {"2015-09-01", 4862.63}, {"2015-10-01", 4578.16}, {"2015-11-01", 5816.43}};
  double sum = 0;
  ASSERT_EQ(found.size(), known.size());
  for (const auto& [month, value] : found) {
    EXPECT_NEAR(value, known.at(month), 0.005) << month;
    sum += value;
  }
  EXPECT_NEAR(sum, 52553.1753, 0.00005);
  const auto areas = months(*reading, "estates.floor_area_month");
  ASSERT_EQ(areas.size(), 12U);
  EXPECT_NEAR(sum / areas.begin()->second, 20.43, 0.005);
}

TEST_F(RealYear, LeavesOutAMonthThatIsNotWholeUnlessItIsAllowed) {
  const auto strict = read_estate(files_.documents(), settings(0));
  ASSERT_TRUE(strict);
  auto found = months(*strict, "estates.electricity_kwh_month");
  EXPECT_EQ(found.size(), 10U);
  EXPECT_FALSE(found.contains("2015-01-01"));
  EXPECT_TRUE(found.contains("2015-03-01"));
  EXPECT_FALSE(found.contains("2015-10-01"));
  EXPECT_EQ(months(*strict, "estates.electricity_kwh_week").size(), 50U);
  std::string notes;
  for (const Note& note : strict->notes) notes += note.place + ": " + note.sentence + "\n";
  EXPECT_NE(notes.find("900001, electricity: 2 months were left out, because readings are missing: "
                       "2015-01-01: 1486 of 1488 half hours; 2015-10-01: 1486 of 1490 half "
                       "hours.\n"),
            std::string::npos)
      << notes;
  const auto generous = read_estate(files_.documents(), settings(0.2));
  ASSERT_TRUE(generous);
  found = months(*generous, "estates.electricity_kwh_month");
  EXPECT_TRUE(found.contains("2015-01-01"));   // 2 of 1488 are 0.13 %
  EXPECT_FALSE(found.contains("2015-10-01"));  // 4 of 1490 are 0.27 %
}

TEST(RealFactors, AreThoseOfTheOfficialWorkbookAndTheOnesThatAreBuiltIn) {
  const auto path = kRealEnergy / ".." / "ghg-factors" / "2025-flat-file.xlsx";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the official factors are absent";
  const std::string bytes = content_of(path);
  const auto year = read_factors({1, "2025-flat-file.xlsx", bytes, 0});
  ASSERT_TRUE(year) << year.error().sentence;
  EXPECT_EQ(year->year, 2025);
  EXPECT_DOUBLE_EQ(year->electricity.use.value(), 0.17700);
  EXPECT_DOUBLE_EQ(year->electricity.losses.value(), 0.01853);
  EXPECT_DOUBLE_EQ(year->gas.use.value(), 0.18296);
  EXPECT_DOUBLE_EQ(Factors::built_in().kilograms(Fuel::gas, 2025, false).value(), 0.18296);
}

TEST_F(RealYear, HasNoCarbonBecauseNoFactorOfItsYearsIsKnown) {
  const auto reading = read_estate(files_.documents(), settings(1));
  ASSERT_TRUE(reading);
  EXPECT_TRUE(months(*reading, "estates.electricity_kgco2e_month").empty());
  Settings with_factor = settings(1);
  with_factor.factors.set(Fuel::electricity, 2014, {0.5, std::nullopt});
  const auto partly = read_estate(files_.documents(), with_factor);
  ASSERT_TRUE(partly);
  const auto found = months(*partly, "estates.electricity_kgco2e_month");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found.at("2014-12-01"), 4823.9345239220065 / 2, 1e-6);
}

}  // namespace
}  // namespace kpid::plugins::estates
