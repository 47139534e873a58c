// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Half hours in every layout: labels, clock changes, duplicates, estimates, gaps, later files.

#include <functional>

#include "estates/day_rows.hpp"
#include "unit/plugins/estates_fixture.hpp"

namespace kpid::plugins::estates {
namespace {

std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }
std::string clock(int half_hour) {
  return two(half_hour / 2) + (half_hour % 2 == 0 ? ":00" : ":30");
}

// A header of half hours from the `first`, `count` of them: ",00:00,00:30,…".
std::string clock_header(int first, int count, const std::string& open = "",
                         const std::string& close = "") {
  std::string out;
  for (int i = first; i < first + count; ++i) out += "," + open + clock(i) + close;
  return out;
}

std::string numbered_header(const std::string& before, int count) {
  std::string out;
  for (int i = 1; i <= count; ++i) out += "," + before + std::to_string(i);
  return out;
}

std::string cells(int count, const std::function<std::string(int)>& value) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "," + value(i);
  return out;
}

std::string ones(int count) {
  return cells(count, [](int) { return "1"; });
}

const std::string kReadings = "MPR,ReadDatetime,kWh,ReadType\n";
const std::string kDays = "Meter Number,Reading Date" + clock_header(0, 48) + "\n";

// Readings of a day and what follows, each half hour 1 kWh, as a clock shows their starts or ends.
std::string rows_between(int first_half_hour, int count, const std::string& date,
                         const std::string& next_date) {
  std::string out;
  for (int i = first_half_hour; i < first_half_hour + count; ++i) {
    out += "M1," + (i < 48 ? date : next_date) + " " + clock(i % 48) + ",1,Actual\n";
  }
  return out;
}

TEST(EstatesLayouts, ReadsEveryLayoutByItsHeader) {
  const Settings settings = with_meter("M1");
  const std::string banes = "ID,Date,Location,Type,PostCode,Units,Total Units" +
                            clock_header(1, 48, "[", "]") + ",M1_Code1,M1_Code2\n" +
                            "a,Nov 13 2019 12:00AM,Here,Electricity,AB1,kWh,48" + ones(48) +
                            ",M1,S\n";
  const std::string sheffield = "siteRef,MPAN,ConsumptionDate" + numbered_header("kWh_", 48) +
                                numbered_header("kVArh_", 48) + "\nHere,M1,13/11/2019" + ones(48) +
                                std::string(48, ',') + "\n";
  const std::string british_gas = "mpxn,msn,reading_date" + numbered_header("interval_", 48) +
                                  ",run_dt\nM1,S,2019/11/13" + ones(48) + ",2019/11/14\n";
  const std::string row_per_day = kDays + "M1,13/11/19" + ones(48) + "\n";
  const std::string row_per_reading =
      "sep=,\n" + kReadings + rows_between(1, 48, "13 Nov 2019", "14 Nov 2019");
  std::string series = ",timestamp,energy\n";
  for (int i = 0; i < 24; ++i) series += "0,2019-11-13 " + two(i) + ":00:00,2\n";
  for (const std::string& bytes :
       {banes, sheffield, british_gas, row_per_day, row_per_reading, series}) {
    EXPECT_EQ(shown_days(Files().add("f.csv", bytes), settings),
              "M1 2019-11-13: 48 of 48, 48 kWh\n")
        << bytes;
  }
}

TEST(EstatesLayouts, ReadsOtherEncodingsAndLineEnds) {
  const Settings settings = with_meter("M1");
  std::string mac = kDays + "M1,13/11/19" + ones(48) + "\n";
  std::replace(mac.begin(), mac.end(), '\n', '\r');
  std::string utf16 = "\xFF\xFE";
  for (const char c : kDays + "M1,13/11/19" + ones(48) + "\r\n\r\n") {
    utf16.push_back(c);
    utf16.push_back('\0');
  }
  for (const std::string& bytes : {mac, utf16}) {
    EXPECT_EQ(shown_days(Files().add("f.csv", bytes), settings),
              "M1 2019-11-13: 48 of 48, 48 kWh\n");
  }
}

TEST(EstatesLayouts, TakesTheTotalAsACheck) {
  const Settings settings = with_meter("M1");
  const std::string header =
      "Date,Units,Total Units" + clock_header(1, 48, "[", "]") + ",M1_Code1\n";
  EXPECT_EQ(shown_days(Files().add("f.csv", header + "13/11/2019,kWh,48.02" + ones(48) + ",M1\n" +
                                                "14/11/2019,kWh,48.2" + ones(48) + ",M1\n"),
                       settings),
            "M1 2019-11-13: 48 of 48, 48 kWh\n"
            "skipped f.csv, row 3, column Total Units: \"48.2\" is not what the half hours add up "
            "to, 48. The row was left out.\n");
}

TEST(EstatesLayouts, TurnsCubicMetresIntoKilowattHours) {
  Settings settings = with_meter("M1", Fuel::gas);
  settings.meters[0].unit = Unit::cubic_metres;
  settings.calorific_value = 39.5;
  // 48 m3 x 1.02264 x 39.5 / 3.6 = 538.59 kWh
  EXPECT_EQ(shown_days(Files().add("f.csv", kDays + "M1,13/11/19" + ones(48) + "\n"), settings),
            "M1 2019-11-13: 48 of 48, 538.5904 kWh\n");
  settings.calorific_value.reset();
  EXPECT_EQ(shown_days(Files().add("f.csv", kDays + "M1,13/11/19" + ones(48) + "\n"), settings),
            "M1 2019-11-13: 48 of 48, 538.5904 kWh\n"
            "info f.csv: Cubic metres were taken at 39.5 MJ each; set calorific_value to what the "
            "bill says.\n");
}

TEST(EstatesLabels, FollowTheSettingsAndWarnWhereTheTimesSayOtherwise) {
  Settings settings = with_meter("M1");
  Files ends;
  ends.add("f.csv", kReadings + rows_between(1, 48, "2019-11-13", "2019-11-14"));
  settings.labels = Labels::end;
  EXPECT_EQ(shown_days(ends, settings), "M1 2019-11-13: 48 of 48, 48 kWh\n");
  settings.labels = Labels::start;
  EXPECT_EQ(shown_days(ends, settings),
            "M1 2019-11-13: 47 of 48, 47 kWh\n"
            "M1 2019-11-14: 1 of 48, 1 kWh\n"
            "warning f.csv: The times run as those that mark the end of a reading do, but labels = "
            "\"start\" is set; check a day against the bill.\n");
}

TEST(EstatesLabels, RefuseAFileThatShowsBoth) {
  Settings settings = with_meter("M1");
  settings.meters.push_back(settings.meters[0]);
  settings.meters[1].id = "M2";
  std::string bytes = kReadings + rows_between(1, 48, "2019-11-13", "2019-11-14");
  for (int i = 0; i < 48; ++i) bytes += "M2,2019-11-13 " + clock(i) + ",1,Actual\n";
  EXPECT_EQ(shown_days(Files().add("f.csv", bytes), settings),
            "error f.csv: The times of 1 meter run from 00:00, as those that mark the start of a "
            "reading do, and of 1 meter to 00:00, as those that mark its end do; set labels to "
            "\"start\" or \"end\".\n");
}

TEST(EstatesLabels, OfADayMayMarkTheEndOfTheDayBefore) {
  Settings settings = with_meter("M1");
  settings.labels = Labels::end;
  const std::string bytes = kDays + "M1,13/11/19" + ones(48) + "\nM1,14/11/19" + ones(48) + "\n";
  EXPECT_EQ(shown_days(Files().add("f.csv", bytes), settings),
            "M1 2019-11-12: 1 of 48, 1 kWh\n"
            "M1 2019-11-13: 48 of 48, 48 kWh\n"
            "M1 2019-11-14: 47 of 48, 47 kWh\n");
}

TEST(EstatesClockChanges, TakeOneReadingForEachHalfHourThatThereWas) {
  const Settings settings = with_meter("M1");
  // Starts, as clocks showed them: 46 in March, 50 in October.
  std::string march = kReadings;
  std::string october = kReadings;
  for (int i = 0; i < 48; ++i) {
    if (i != 2 && i != 3) march += "M1,2024-03-31 " + clock(i) + ",1,Actual\n";
    october += "M1,2024-10-27 " + clock(i) + ",1,Actual\n";
    if (i == 3) october += "M1,2024-10-27 01:00,1,Actual\nM1,2024-10-27 01:30,1,Actual\n";
  }
  Settings starts = settings;
  starts.labels = Labels::start;
  EXPECT_EQ(shown_days(Files().add("f.csv", march), starts), "M1 2024-03-31: 46 of 46, 46 kWh\n");
  EXPECT_EQ(shown_days(Files().add("f.csv", october), starts), "M1 2024-10-27: 50 of 50, 50 kWh\n");
  // Ends: the one at which clocks change is written by the old clock or by the new one.
  for (const int at_change : {2, 4}) {
    std::string ends = kReadings;
    for (int i = 1; i <= 48; ++i) {
      if (i == 3 || i == 6 - at_change) continue;
      ends += "M1,2024-0" + std::string(i < 48 ? "3-31 " : "4-01 ") + clock(i % 48) + ",1,A\n";
    }
    EXPECT_EQ(shown_days(Files().add("f.csv", ends), settings), "M1 2024-03-31: 46 of 46, 46 kWh\n")
        << at_change;
  }
  for (const char* change : {"02:00", "01:00"}) {
    std::string ends = kReadings +
                       "M1,2024-10-27 00:30,1,A\nM1,2024-10-27 01:00,1,A\n"
                       "M1,2024-10-27 01:30,1,A\nM1,2024-10-27 " +
                       change + ",1,A\nM1,2024-10-27 01:30,1,A\n" +
                       rows_between(4, 45, "2024-10-27", "2024-10-28");
    EXPECT_EQ(shown_days(Files().add("f.csv", ends), settings), "M1 2024-10-27: 50 of 50, 50 kWh\n")
        << change;
  }
}

TEST(EstatesClockChanges, TakeTimesInUtcAsTheyAre) {
  Settings settings = with_meter("M1");
  std::string zulu = kReadings;
  std::string gmt = kReadings;
  for (int i = -1; i < 49; ++i) {
    const std::string at = (i < 0    ? "2024-10-26T"
                            : i < 48 ? "2024-10-27T"
                                     : "2024-10-28T") +
                           clock((i + 48) % 48);
    zulu += "M1," + at + ":00Z,1,A\n";
    gmt += "M1," + at + ",1,A\n";
  }
  EXPECT_EQ(shown_days(Files().add("f.csv", zulu), settings), "M1 2024-10-27: 50 of 50, 50 kWh\n");
  settings.clock = ShownBy::gmt;
  EXPECT_EQ(shown_days(Files().add("f.csv", gmt), settings), "M1 2024-10-27: 50 of 50, 50 kWh\n");
  // A day of 48 columns in GMT lies in two days of summer.
  EXPECT_EQ(shown_days(Files().add("f.csv", kDays + "M1,01/07/24" + ones(48) + "\n"), settings),
            "M1 2024-07-01: 46 of 48, 46 kWh\n"
            "M1 2024-07-02: 2 of 48, 2 kWh\n");
}

TEST(EstatesClockChanges, RefuseATimeThatNoClockShowed) {
  Settings settings = with_meter("M1");
  settings.labels = Labels::start;
  EXPECT_EQ(shown_days(Files().add("f.csv", kReadings + "M1,2024-03-31 01:30,1,A\n"
                                                        "M1,2024-03-31 02:00,1,A\n"),
                       settings),
            "M1 2024-03-31: 1 of 46, 1 kWh\n"
            "skipped f.csv, row 2, column ReadDatetime: No clock shows this time on 2024-03-31, "
            "when clocks go forward; if the times are GMT all year, set clock = \"gmt\". The row "
            "was left out.\n");
}

TEST(EstatesClockChanges, LeaveCellsOfADayBlank) {
  const Settings settings = with_meter("M1");
  const auto change = [](int i) { return i == 2 || i == 3 ? std::string() : "1"; };
  const auto zeros = [](int i) { return i == 2 || i == 3 ? std::string("0") : "1"; };
  const auto last = [](int i) { return i >= 46 ? std::string() : "1"; };
  for (const auto& value : std::vector<std::function<std::string(int)>>{change, zeros, last}) {
    EXPECT_EQ(
        shown_days(Files().add("f.csv", kDays + "M1,31/03/24" + cells(48, value) + "\n"), settings),
        "M1 2024-03-31: 46 of 46, 46 kWh\n");
  }
  EXPECT_EQ(shown_days(Files().add("f.csv", kDays + "M1,31/03/24" + ones(48) + "\n"), settings),
            "skipped f.csv, row 2: The row has more readings than the 46 half hours of 2024-03-31; "
            "if its times are GMT all year, set clock = \"gmt\". The row was left out.\n");
}

TEST(EstatesClockChanges, MakeALongDayWholeOnlyWhereItsFiftyHalfHoursAreKnown) {
  Settings settings = with_meter("M1");
  const std::string fifty = "mpxn,reading_date" + numbered_header("interval_", 50) + "\n";
  EXPECT_EQ(shown_days(Files().add("f.csv", fifty + "M1,2024/10/27" + ones(50) + "\n" +
                                                "M1,2024/10/28" + ones(48) + ",,\n"),
                       settings),
            "M1 2024-10-27: 50 of 50, 50 kWh\n"
            "M1 2024-10-28: 48 of 48, 48 kWh\n");
  EXPECT_EQ(shown_days(Files().add("f.csv", fifty + "M1,2024/10/28" + ones(50) + "\n"), settings),
            "skipped f.csv, row 2: The row has more readings than the 48 half hours of 2024-10-28; "
            "if its times are GMT all year, set clock = \"gmt\". The row was left out.\n");
  Files forty_eight;
  forty_eight.add("f.csv", kDays + "M1,27/10/24" + ones(48) + "\n");
  EXPECT_EQ(shown_days(forty_eight, settings), "M1 2024-10-27: 48 of 50, 48 kWh\n");
  settings.repeated_hour = RepeatedHour::summed;
  EXPECT_EQ(shown_days(forty_eight, settings), "M1 2024-10-27: 50 of 50, 48 kWh\n");
}

TEST(EstatesDuplicates, CountOnceWhereTheyAreAlikeAndNotAtAllWhereTheyAreNot) {
  const Settings settings = with_meter("M1");
  EXPECT_EQ(shown_days(Files().add("f.csv", kDays + "M1,13/11/19" + ones(48) + "\nM1,13/11/19" +
                                                ones(48) + "\n"),
                       settings),
            "M1 2019-11-13: 48 of 48, 48 kWh\n");
  const auto other = [](int i) { return std::string(i == 7 ? "2" : "1"); };
  EXPECT_EQ(
      shown_days(Files().add("f.csv", kDays + "M1,13/11/19" + ones(48) + "\nM1,13/11/19" +
                                          cells(48, other) + "\n"),
                 settings),
      "M1 2019-11-13: 47 of 48, 47 kWh\n"
      "skipped f.csv, row 3: The meter M1 has other readings for 1 half hour of 2019-11-13 in "
      "row 2. Which of them counts is not clear, so it was left out.\n");
}

TEST(EstatesEstimates, CountUntilAnActualReadingIsThere) {
  const Settings settings = with_meter("M1");
  const std::string estimate = "M1,2019-11-13 10:00,5,Estimated\n";
  const std::string actual = "M1,2019-11-13 10:00,4,Actual\n";
  EXPECT_EQ(shown_days(Files().add("f.csv", kReadings + estimate), settings),
            "M1 2019-11-13: 1 of 48, 5 kWh, 1 estimated\n");
  for (const std::string& rows : {estimate + actual, actual + estimate}) {
    EXPECT_EQ(shown_days(Files().add("f.csv", kReadings + rows), settings),
              "M1 2019-11-13: 1 of 48, 4 kWh\n");
  }
  // Two estimates that differ do not count, until an actual reading settles it.
  const std::string another = "M1,2019-11-13 10:00,6,E\n";
  EXPECT_EQ(shown_days(Files().add("f.csv", kReadings + estimate + another + actual), settings),
            "M1 2019-11-13: 1 of 48, 4 kWh\n");
  EXPECT_EQ(shown_days(Files().add("f.csv", kReadings + estimate + actual + another), settings),
            "M1 2019-11-13: 1 of 48, 4 kWh\n");
  EXPECT_EQ(
      shown_days(Files().add("f.csv", kReadings + "M1,2019-11-13 10:00,5,Deemed\n"), settings),
      "M1 2019-11-13: 1 of 48, 5 kWh, 1 estimated\n"
      "info f.csv, column ReadType: 1 reading is of the kind \"Deemed\", which kpid takes for "
      "an estimate.\n");
}

TEST(EstatesLaterFiles, CountInThePlaceOfEarlierOnesInAnyOrder) {
  const Settings settings = with_meter("M1");
  const std::string early = kReadings + "M1,2019-11-13 10:00,5,Actual\nM1,2019-11-13 10:30,1,A\n";
  const std::string late = kReadings + "M1,2019-11-13 10:00,7,Actual\n";
  const std::string expected =
      "M1 2019-11-13: 2 of 48, 8 kWh\n"
      "info late_2019-12-01.csv: 1 half hour has another reading than in an earlier file; the "
      "later file counts.\n";
  EXPECT_EQ(shown_days(Files().add("early_2019-11-14.csv", early).add("late_2019-12-01.csv", late),
                       settings),
            expected);
  EXPECT_EQ(shown_days(Files().add("late_2019-12-01.csv", late).add("early_2019-11-14.csv", early),
                       settings),
            expected);
  EXPECT_EQ(
      shown_days(Files().add("a_2019-12-01.csv", early).add("b_2019-12-01.csv", late), settings),
      "M1 2019-11-13: 1 of 48, 1 kWh\n"
      "skipped b_2019-12-01.csv, row 2: The meter M1 has other readings for 1 half hour of "
      "2019-11-13 in a_2019-12-01.csv, row 2. Which of them counts is not clear, so it was "
      "left out.\n");
}

TEST(EstatesMeters, AreReadToTheLastHalfHourOfTheirLastDay) {
  Settings settings = with_meter("M1");
  settings.meters[0].first_day = day(2019, 11, 13);
  settings.meters[0].last_day = day(2019, 11, 13);
  // Ends, from 00:00, which is the end of the day before, to 00:00 of the day after.
  std::string bytes = kReadings + rows_between(0, 48, "2019-11-13", "");
  bytes += "M1,2019-11-14 00:00,1,Actual\n";
  settings.labels = Labels::end;
  EXPECT_EQ(
      shown_days(Files().add("f.csv", bytes), settings),
      "M1 2019-11-13: 48 of 48, 48 kWh\n"
      "skipped f.csv: 1 row of the meter M1 lies outside the days on which the settings have it "
      "in use and was left out.\n");
}

TEST(EstatesMeters, AreLeftOutWhereTheSettingsDoNotNameThem) {
  Settings settings = with_meter("12 3456 7890");
  settings.meters[0].first_day = day(2019, 11, 14);
  EXPECT_EQ(
      shown_days(Files().add("f.csv", kDays + "M9,13/11/19" + ones(48) + "\n1234567890,13/11/19" +
                                          ones(48) + "\n1234567890,14/11/19" + ones(48) + "\n"),
                 settings),
      "12 3456 7890 2019-11-14: 48 of 48, 48 kWh\n"
      "skipped f.csv: The meter \"M9\" is not in the settings; its 1 row was left out.\n"
      "skipped f.csv: 1 row of the meter 12 3456 7890 lies outside the days on which the "
      "settings have it in use and was left out.\n");
}

}  // namespace
}  // namespace kpid::plugins::estates
