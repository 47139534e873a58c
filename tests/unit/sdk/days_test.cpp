// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "kpid/days.hpp"

#include <gtest/gtest.h>

namespace kpid::plugin {
namespace {

Day day(int year, unsigned month, unsigned number) { return make_day(year, month, number).value(); }

TEST(Days, CountFrom1970) {
  EXPECT_EQ(days_since_epoch(day(1970, 1, 1)), 0);
  EXPECT_EQ(days_since_epoch(day(1969, 12, 31)), -1);
  EXPECT_EQ(days_since_epoch(day(2026, 9, 1)), 20697);
}

TEST(Days, ThereIsNo29thOfFebruary2025) {
  EXPECT_FALSE(make_day(2025, 2, 29));
  EXPECT_TRUE(make_day(2024, 2, 29));
  EXPECT_FALSE(make_day(2025, 13, 1));
  EXPECT_FALSE(make_day(2025, 300, 1));
  EXPECT_FALSE(make_day(2025, 1, 0));
  EXPECT_FALSE(make_day(0, 1, 1));
}

TEST(Days, ReadIsoDays) {
  EXPECT_EQ(parse_iso_day("2026-09-01"), day(2026, 9, 1));
  for (const auto* text : {"", "2026-9-1", "2026-09-31", "2026/09/01", "2026-09-01 ", "26-09-0001",
                           "2026-09-0x", "-026-09-01"}) {
    EXPECT_FALSE(parse_iso_day(text)) << text;
  }
}

TEST(Days, ReadBritishDays) {
  EXPECT_EQ(parse_british_day("01/09/2026"), day(2026, 9, 1));
  EXPECT_EQ(parse_british_day("1/9/2026"), day(2026, 9, 1));
  EXPECT_EQ(parse_british_day("31/12/2026"), day(2026, 12, 31));
  for (const auto* text : {"", "/", "//", "1/9/26", "12/31/2026", "/9/2026", "1//2026",
                           "001/9/2026", "1/009/2026", "1/9/2026 ", "1-9-2026", "1/9"}) {
    EXPECT_FALSE(parse_british_day(text)) << text;
  }
}

TEST(Days, CutTheYearOnTheFirstOfSeptember) {
  const Period year{day(2025, 9, 1), day(2026, 8, 31)};
  EXPECT_EQ(academic_year_of(day(2025, 9, 1)), year);
  EXPECT_EQ(academic_year_of(day(2026, 8, 31)), year);
  EXPECT_EQ(financial_year_of(day(2026, 1, 1)), year);
  EXPECT_EQ(academic_year_of(day(2025, 8, 31)).last, day(2025, 8, 31));
}

TEST(Days, ReadAcademicYears) {
  for (const auto* text : {"2025/26", "2025-26", "202526", "2025/2026", "2025-2026"}) {
    EXPECT_EQ(parse_academic_year(text), academic_year_from(2025)) << text;
  }
  EXPECT_EQ(parse_academic_year("1999/00"), academic_year_from(1999));
  for (const auto* text : {"", "2025", "2025/27", "2025/25", "2025/6", "20252026", "202520",
                           "2025/026", "25/26", "2025/26 "}) {
    EXPECT_FALSE(parse_academic_year(text)) << text;
  }
}

TEST(Days, HoldWeeksAndMonths) {
  const Period week{day(2026, 8, 31), day(2026, 9, 6)};
  EXPECT_EQ(week_of(day(2026, 8, 31)), week);  // a Monday
  EXPECT_EQ(week_of(day(2026, 9, 6)), week);
  EXPECT_EQ(month_of(day(2024, 2, 10)), (Period{day(2024, 2, 1), day(2024, 2, 29)}));
}

TEST(Days, FloorInstantsBefore1970Too) {
  EXPECT_EQ(utc_day(-1), day(1969, 12, 31));
  EXPECT_EQ(utc_day(86'400'000), day(1970, 1, 2));
}

}  // namespace
}  // namespace kpid::plugin
