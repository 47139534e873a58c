// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Which target counts for whom, and when.

#include <gtest/gtest.h>

#include "model/kpi.hpp"

namespace kpid {
namespace {

const Period year_2024{make_date(2024, 9, 1), make_date(2025, 8, 31)};
const Period year_2025{make_date(2025, 9, 1), make_date(2026, 8, 31)};

Period day(int year, unsigned month, unsigned of) {
  return {make_date(year, month, of), make_date(year, month, of)};
}

TEST(Target, IsTheKpisOwnWhereNoExceptionFits) {
  Kpi kpi;
  EXPECT_FALSE(target_of(kpi, "900001", year_2024));
  kpi.target = 5;
  kpi.targets = {{"900002", {}, 6, {}}, {"", year_2025, 7, {}}};
  EXPECT_EQ(target_of(kpi, "900001", year_2024), 5);
}

TEST(Target, OfOneSchoolGoesBeforeOneForAllAndADatedBeforeAnUndated) {
  Kpi kpi;
  kpi.target = 1;
  kpi.targets = {
      {"", {}, 2, {}}, {"", year_2025, 3, {}}, {"900001", {}, 4, {}}, {"900001", year_2025, 5, {}}};
  EXPECT_EQ(target_of(kpi, "900002", year_2024), 2);
  EXPECT_EQ(target_of(kpi, "900002", year_2025), 3);
  EXPECT_EQ(target_of(kpi, "900001", year_2024), 4);
  EXPECT_EQ(target_of(kpi, "900001", year_2025), 5);
  std::swap(kpi.targets[0], kpi.targets[3]);
  std::swap(kpi.targets[1], kpi.targets[2]);
  EXPECT_EQ(target_of(kpi, "900002", year_2024), 2) << "their order in the file does not count";
  EXPECT_EQ(target_of(kpi, "900001", year_2025), 5);
}

TEST(Target, ThatBeginsLaterGoesBeforeAnEarlierOne) {
  Kpi kpi;
  const Date end = make_date(2030, 8, 31);
  kpi.targets = {{"", Period{make_date(2025, 9, 1), end}, 95, {}},
                 {"", Period{make_date(2024, 9, 1), end}, 94, {}}};
  EXPECT_EQ(target_of(kpi, "900001", year_2024), 94);
  EXPECT_EQ(target_of(kpi, "900001", year_2025), 95);
  EXPECT_FALSE(target_of(kpi, "900001", day(2024, 8, 31)));
}

TEST(Target, OfAYearCountsForThePeriodsThatEndInIt) {
  Kpi kpi;
  kpi.targets = {{"", year_2025, 7, {}}};
  EXPECT_FALSE(target_of(kpi, "trust", day(2025, 8, 31)));
  EXPECT_EQ(target_of(kpi, "trust", day(2025, 9, 1)), 7);
  EXPECT_EQ(target_of(kpi, "trust", {make_date(2025, 8, 29), make_date(2025, 9, 4)}), 7);
  EXPECT_EQ(target_of(kpi, "trust", day(2026, 8, 31)), 7);
  EXPECT_FALSE(target_of(kpi, "trust", day(2026, 9, 1)));
}

TEST(Target, MayBeATrajectoryFromItsFirstDayToItsLast) {
  Kpi kpi;
  kpi.targets = {{"", Period{make_date(2024, 9, 1), make_date(2024, 9, 11)}, 94, 96}};
  EXPECT_EQ(target_of(kpi, "900001", day(2024, 9, 1)), 94);
  EXPECT_EQ(target_of(kpi, "900001", day(2024, 9, 6)), 95);
  EXPECT_EQ(target_of(kpi, "900001", day(2024, 9, 11)), 96);
  EXPECT_FALSE(target_of(kpi, "900001", day(2024, 9, 12)));
  kpi.targets[0].days->end = kpi.targets[0].days->start;
  EXPECT_EQ(target_of(kpi, "900001", day(2024, 9, 1)), 94);
}

}  // namespace
}  // namespace kpid
