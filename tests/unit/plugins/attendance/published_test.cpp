// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What the Department publishes: years so far, days, and the performance tables' absence.

#include "attendance/published.hpp"

#include <array>

#include <gtest/gtest.h>

#include "attendance/detect.hpp"
#include "attendance/school_absence.hpp"
#include "unit/plugins/attendance/shown.hpp"

namespace kpid::plugins::attendance {
namespace {

const std::string kYears =
    "time_period,time_identifier,geographic_level,country_code,region_code,new_la_code,"
    "education_phase,present_sessions,overall_attendance,approved_educational_activity,"
    "overall_absence,authorised_absence,unauthorised_absence,late_sessions,possible_sessions,"
    "pa_perc\n";
const std::string kWigan =
    "202425,Academic year,Local authority,E92000001,E12000002,E08000010,Primary,"
    "900,940,40,60,45,15,12,1000,12.4051609584637\n";

std::string years(const std::string& bytes, const PublishedSettings& settings = {}) {
  const std::array<Document, 1> documents{{{1, "2025-08-07.csv", bytes, 0}}};
  return shown(read_years(documents, settings));
}

std::string lines_of(const std::string& place, const std::string& span, const std::string& where,
                     const std::array<int, 6>& counts, const std::string& prefix = "") {
  constexpr std::array<const char*, 6> kNames{"sessions_possible",
                                              "sessions_attended",
                                              "sessions_absent",
                                              "sessions_authorised_absence",
                                              "sessions_unauthorised_absence",
                                              "sessions_late"};
  std::string out;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    out += prefix + kNames.at(i) + " " + place + " " + span + " " + std::to_string(counts.at(i)) +
           " @" + where + "\n";
  }
  return out;
}

const std::string kYear = "2024-09-01..2025-08-31";

TEST(PublishedAttendance, ReadsAYearSoFar) {
  EXPECT_EQ(years(kYears + kWigan),
            lines_of("E08000010 [phase=primary]", kYear, "1:2", {1000, 940, 60, 45, 15, 12}) +
                "published_persistent_absence_percent E08000010 [phase=primary] " + kYear +
                " 12.4051609584637 @1:2\n");
}

// The three levels are three organisations; summing them would count every session three times.
TEST(PublishedAttendance, KeepsLevelsAndPhasesApart) {
  EXPECT_EQ(
      years(kYears + "202425,Academic year,National,E92000001,,,Total,9,10,1,0,0,0,,10,c\n"
                     "202425,Academic year,Regional,E92000001,E12000002,z,State-funded secondary,"
                     "9,10,1,0,0,0,0,10,\n"),
      "sessions_possible E12000002 [phase=secondary] 2024-09-01..2025-08-31 10 @1:3\n"
      "sessions_attended E12000002 [phase=secondary] 2024-09-01..2025-08-31 10 @1:3\n"
      "sessions_absent E12000002 [phase=secondary] 2024-09-01..2025-08-31 0 @1:3\n"
      "sessions_authorised_absence E12000002 [phase=secondary] 2024-09-01..2025-08-31 0 @1:3\n"
      "sessions_unauthorised_absence E12000002 [phase=secondary] 2024-09-01..2025-08-31 0 @1:3\n"
      "sessions_late E12000002 [phase=secondary] 2024-09-01..2025-08-31 0 @1:3\n"
      "sessions_possible E92000001 2024-09-01..2025-08-31 10 @1:2\n"
      "sessions_attended E92000001 2024-09-01..2025-08-31 10 @1:2\n"
      "sessions_absent E92000001 2024-09-01..2025-08-31 0 @1:2\n"
      "sessions_authorised_absence E92000001 2024-09-01..2025-08-31 0 @1:2\n"
      "sessions_unauthorised_absence E92000001 2024-09-01..2025-08-31 0 @1:2\n");
}

TEST(PublishedAttendance, NeverReadsASuppressedRowAsNothing) {
  const std::string suppressed =
      "202425,Academic year,Local authority,E92000001,E12000002,E06000017,Special,"
      "c,c,c,c,c,c,c,c,c\n";
  EXPECT_EQ(years(kYears + suppressed),
            "info 2025-08-07.csv: 1 row is suppressed at the source and left out.\n");
  EXPECT_EQ(years(kYears + suppressed + kWigan, {{"E09000001"}, false}),
            "info 2025-08-07.csv: 2 rows are of places that the setting only does not name, and "
            "left out.\n");
}

TEST(PublishedAttendance, TakesTheLaterOfTwoVersionsInWhateverOrder) {
  const std::string fallen =
      "202425,Academic year,Local authority,E92000001,E12000002,E08000010,Primary,"
      "800,840,40,60,45,15,12,900,c\n";
  std::string older_bytes = kYears + kWigan;
  std::string newer_bytes = kYears + fallen;
  const std::array<Document, 2> one{
      {{1, "2025-05-18.csv", older_bytes, 0}, {2, "2025-06-01.csv", newer_bytes, 0}}};
  const std::array<Document, 2> other{{one[1], one[0]}};
  const std::string expected =
      lines_of("E08000010 [phase=primary]", kYear, "2:2", {900, 840, 60, 45, 15, 12});
  EXPECT_EQ(shown(read_years(one, {})), expected);
  EXPECT_EQ(shown(read_years(other, {})), expected);
}

const std::string kDays =
    "time_period,time_identifier,geographic_level,country_code,region_code,new_la_code,"
    "attendance_date,school_type,present_sessions,approved_educational_activity,"
    "overall_attendance,overall_absence,authorised_absence,unauthorised_absence,late_sessions,"
    "possible_sessions,academic_year\n";
const std::string kFriday =
    "2023,Week 37,Local authority,E92000001,E12000002,E08000010,2023-09-15,Primary,"
    "38508,197,38705,1838,1092,746,309,40543,202223\n";
const std::string kMonday =
    "2023,Week 38,Local authority,E92000001,E12000002,E08000010,2023-09-18,Primary,"
    "90,10,100,10,8,2,3,110,202324\n";

std::string days(const std::string& bytes, const PublishedSettings& settings = {}) {
  const std::array<Document, 1> documents{{{1, "daily.csv", bytes, 0}}};
  return shown(read_days(documents, settings));
}

TEST(PublishedAttendance, ReadsDaysByTheirDate) {
  EXPECT_EQ(days(kDays + kFriday), lines_of("E08000010 [phase=primary]", "2023-09-15..2023-09-15",
                                            "1:2", {40543, 38705, 1838, 1092, 746, 309}, "day."));
}

TEST(PublishedAttendance, SumsDaysWhereTheyAreAllThere) {
  const std::string wigan = "E08000010 [phase=primary]";
  EXPECT_EQ(
      days(kDays + kFriday + kMonday, {{}, true}),
      lines_of(wigan, "2023-09-15..2023-09-15", "1:2", {40543, 38705, 1838, 1092, 746, 309},
               "day.") +
          lines_of(wigan, "2023-09-18..2023-09-18", "1:3", {110, 100, 10, 8, 2, 3}, "day.") +
          lines_of(wigan, "2023-09-11..2023-09-17", "1:2", {40543, 38705, 1838, 1092, 746, 309},
                   "week.") +
          lines_of(wigan, "2023-09-18..2023-09-24", "1:3", {110, 100, 10, 8, 2, 3}, "week.") +
          lines_of(wigan, "2023-09-01..2024-08-31", "1:3", {40653, 38805, 1848, 1100, 748, 312}));
}

// An export of a fortnight later restates most days: each day counts once.
TEST(PublishedAttendance, NeverAppendsARestatedDay) {
  const std::string restated =
      "2023,Week 37,Local authority,E92000001,E12000002,E08000010,2023-09-15,Primary,"
      "38509,197,38706,1837,1092,745,309,40543,202324\n";
  const std::string first = kDays + kFriday;
  const std::string second = kDays + restated + kMonday;
  const std::array<Document, 2> documents{
      {{1, "2023-10-06.csv", second, 0}, {2, "2023-09-20.csv", first, 0}}};
  const std::string wigan = "E08000010 [phase=primary]";
  EXPECT_EQ(shown(read_days(documents, {})),
            lines_of(wigan, "2023-09-15..2023-09-15", "1:2", {40543, 38706, 1837, 1092, 745, 309},
                     "day.") +
                lines_of(wigan, "2023-09-18..2023-09-18", "1:3", {110, 100, 10, 8, 2, 3}, "day."));
}

const std::string kTables = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n";

std::string tables(const std::string& bytes, const SchoolAbsenceSettings& settings = {},
                   const std::string& name = "absence_2018-19.csv") {
  const std::array<Document, 1> documents{{{1, name, bytes, 0}}};
  return shown(read_school_absence(documents, settings));
}

TEST(SchoolAbsence, GivesAttendanceExactlyAndWithoutParts) {
  EXPECT_EQ(tables("\xEF\xBB\xBF" + kTables +
                   "359,2005,100001,5,14.4\n359,3427,100002,6.1,SUPP\n"
                   "359,3428,100003,NA,NA\nNAT,PRI,,4,8.2\n"
                   "359,3429,NAT,4,8.2\n"),
            "published_attendance_percent 100001 2018-09-01..2019-08-31 95 @1:2\n"
            "published_persistent_absence_percent 100001 2018-09-01..2019-08-31 14.4 @1:2\n"
            "published_attendance_percent 100002 2018-09-01..2019-08-31 93.9 @1:3\n"
            "info absence_2018-19.csv: 3 schools were read, 1 of them without a published figure; "
            "left out: 2 national rows.\n");
}

TEST(SchoolAbsence, KeepsToTheSchoolsAskedFor) {
  EXPECT_EQ(tables(kTables + "359,1,100001,5.25,\n359,2,100002,5,\n", {{"100001"}, 2016}, "a.csv"),
            "published_attendance_percent 100001 2016-09-01..2017-08-31 94.75 @1:2\n"
            "info a.csv: 1 school was read; left out: 0 national rows, 1 that the setting only "
            "does not name.\n");
}

TEST(SchoolAbsence, DoesNotMixThresholdsOfPersistentAbsence) {
  EXPECT_EQ(tables("LA,ESTAB,URN,PERCTOT,PPERSABS15\n359,1,100001,5,2\n"),
            "published_attendance_percent 100001 2018-09-01..2019-08-31 95 @1:2\n"
            "warning absence_2018-19.csv, row 1, column PPERSABS15: This is persistent absence by "
            "an older threshold than 10 %, so it is not read: the two are not one series.\n"
            "info absence_2018-19.csv: 1 school was read; left out: 0 national rows.\n");
}

TEST(SchoolAbsence, FindsTheYearInAName) {
  const auto year = [](const std::string& name) {
    const auto found = academic_year_in(name);
    return found ? *found : 0;
  };
  EXPECT_EQ(year("absence_2018-19.csv"), 2018);
  EXPECT_EQ(year("201819_england_abs.csv"), 2018);
  EXPECT_EQ(year("england_abs 2018-2019.csv"), 2018);
  EXPECT_EQ(year("england_abs_2018_19.csv"), 2018);
  EXPECT_EQ(year("abs2024-25.csv"), 2024);
  EXPECT_EQ(year("abs 2018-20.csv"), 0);
  EXPECT_EQ(year("england_abs_2020-21-03.csv"), 0);  // a date
  EXPECT_EQ(year("20181901.csv"), 0);
  EXPECT_EQ(year("absence.csv"), 0);
}

TEST(AttendanceFormats, AreToldByTheirHeaders) {
  const auto format = [](const std::string& bytes) {
    const std::array<Document, 1> documents{{{1, "f.csv", bytes, 0}}};
    const auto found = format_of(documents, {});
    return found ? std::to_string(static_cast<int>(*found)) : found.error().sentence;
  };
  const auto number = [](Format format) { return std::to_string(static_cast<int>(format)); };
  EXPECT_EQ(format(kYears + kWigan), number(Format::ees));
  EXPECT_EQ(format(kDays + kFriday), number(Format::dfe_daily));
  EXPECT_EQ(format("Some title\n\n" + kTables), number(Format::school_absence));
  const std::string years_bytes = kYears + kWigan;
  const std::string days_bytes = kDays + kFriday;
  const std::array<Document, 2> both{{{1, "a.csv", years_bytes, 0}, {2, "b.csv", days_bytes, 0}}};
  EXPECT_EQ(format_of(both, {}).error().sentence,
            "b.csv: The file has the format dfe_daily, but a.csv has ees: give each format a "
            "source of its own.");
}

}  // namespace
}  // namespace kpid::plugins::attendance
