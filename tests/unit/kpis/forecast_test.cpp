// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/forecast.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "kpis/period_position.hpp"

namespace kpid {
namespace {

KpiValue point(Period period, double value) {
  KpiValue one;
  one.period = period;
  one.value = value;
  return one;
}
Period year(int first) { return academic_year_of(make_date(first, 9, 1)); }
Period month(int year, unsigned number) {
  const auto first = std::chrono::year{year} / std::chrono::month{number} / 1;
  return {Date{first}, Date{first.year() / first.month() / std::chrono::last}};
}
Period week(int number) {
  const Date monday = make_date(2024, 9, 2) + std::chrono::days{7 * number};
  return {monday, monday + std::chrono::days{6}};
}
std::vector<KpiValue> yearly(std::initializer_list<double> values) {
  std::vector<KpiValue> series;
  for (const double value : values) {
    series.push_back(point(year(2018 + static_cast<int>(series.size())), value));
  }
  return series;
}
ForecastSpec spec(std::uint32_t window = 12, std::uint32_t ahead = 1, double sure = 80) {
  return {ForecastSpec::Method::least_squares, window, ahead, sure};
}
ForecastSpec seasonal(std::uint32_t ahead = 1, double sure = 80) {
  return {ForecastSpec::Method::seasonal_naive, 200, ahead, sure};
}
constexpr Threshold below_5{Threshold::Operator::below, 5};

// x = 1..5, y = 2 4 5 4 5, by hand: mean x 3, mean y 4, Sxx 10, Sxy 6, slope 0.6; residuals
// -0.8 0.6 1 -0.6 -0.2, squares 2.4, s² = 2.4 / 3 = 0.8; SST 6, r² = 1 - 2.4 / 6 = 0.6. At x = 6:
// 4 + 0.6 · 3 = 5.8, standard error sqrt(0.8 · (1 + 1/5 + 9/10)) = sqrt(1.68) = 1.2961481;
// t(3) is 1.6377444 at 90 % and 3.1824463 at 97.5 % (any table of Student's t).
TEST(LeastSquares, IsWhatAHandComputes) {
  const auto found = forecast(yearly({2, 4, 5, 4, 5}), Calendar::financial_year, spec());
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->value, 5.8, 1e-9);
  EXPECT_NEAR(found->per_period, 0.6, 1e-9);
  EXPECT_NEAR(*found->r_squared, 0.6, 1e-9);
  EXPECT_EQ(found->points, 5U);
  EXPECT_NEAR(found->high - found->value, 1.6377444 * 1.2961481, 1e-5);
  EXPECT_NEAR(found->value - found->low, 1.6377444 * 1.2961481, 1e-5);
  const auto surer = forecast(yearly({2, 4, 5, 4, 5}), Calendar::financial_year, spec(12, 1, 95));
  ASSERT_TRUE(surer);
  EXPECT_NEAR(surer->high - surer->value, 3.1824463 * 1.2961481, 1e-5);
}

// The same points, two periods ahead: 4 + 0.6 · 4 = 6.4, error sqrt(0.8 · (1 + 1/5 + 16/10)).
TEST(LeastSquares, IsLessSureFurtherAhead) {
  const auto found = forecast(yearly({2, 4, 5, 4, 5}), Calendar::academic_year, spec(12, 2));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->value, 6.4, 1e-9);
  EXPECT_NEAR(found->high - found->value, 1.6377444 * std::sqrt(0.8 * 2.8), 1e-5);
}

// x = 1 2 5 with y = 2 4 10: the line y = 2x. Were the gap closed up, y would bend.
TEST(LeastSquares, AGapInTimeIsAGap) {
  const std::vector<KpiValue> series{point(year(2018), 2), point(year(2019), 4),
                                     point(year(2022), 10)};
  const auto found = forecast(series, Calendar::financial_year, spec());
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->value, 12, 1e-9);
  EXPECT_NEAR(found->low, 12, 1e-6);
  EXPECT_NEAR(found->high, 12, 1e-6);
}

TEST(LeastSquares, MonthsAreEquallyFarApart) {
  std::vector<KpiValue> series;
  for (unsigned number = 1; number <= 6; ++number) {
    series.push_back(point(month(2024, number), 10.0 * number));
  }
  const auto found = forecast(series, Calendar::month, spec());
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->value, 70, 1e-6);
  EXPECT_NEAR(found->per_period, 10, 1e-6);
}

TEST(LeastSquares, LooksAtTheNewestOfTheWindowAlone) {
  const auto found = forecast(yearly({100, 0, 1, 2, 3}), Calendar::financial_year, spec(4));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->value, 4, 1e-9);
  EXPECT_EQ(found->points, 4U);
}

TEST(LeastSquares, AConstantSeriesStaysWhereItIs) {
  const auto found = forecast(yearly({7, 7, 7, 7}), Calendar::financial_year, spec());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, 7);
  EXPECT_EQ(found->low, 7);
  EXPECT_EQ(found->high, 7);
  EXPECT_FALSE(found->r_squared) << "nothing varies, so nothing is explained";
}

TEST(LeastSquares, TwoPointsAreNoTrend) {
  EXPECT_FALSE(forecast(yearly({1, 2}), Calendar::financial_year, spec()));
  EXPECT_FALSE(forecast(yearly({1, 2, 3, 4}), Calendar::financial_year, spec(2)));
  EXPECT_FALSE(forecast({}, Calendar::financial_year, spec()));
}

TEST(LeastSquares, WhatIsNoNumberIsAbsent) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto found = forecast(yearly({1, nan, 3, 4}), Calendar::financial_year, spec());
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->value, 5, 1e-9);
  EXPECT_EQ(found->points, 3U);
  EXPECT_FALSE(forecast(yearly({1, nan, 3}), Calendar::financial_year, spec()));
}

TEST(LeastSquares, WhatIsTooLargeToReckonWithGivesNothing) {
  EXPECT_FALSE(forecast(yearly({1e308, -1e308, 1e308}), Calendar::financial_year, spec()));
  const auto large = forecast(yearly({1e12, 2e12, 3e12}), Calendar::financial_year, spec());
  ASSERT_TRUE(large);
  EXPECT_NEAR(large->value, 4e12, 1);
}

TEST(LeastSquares, PeriodsThatEndOnOneDayHaveNoTrend) {
  const std::vector<KpiValue> series(4, point(year(2020), 3));
  EXPECT_FALSE(forecast(series, Calendar::financial_year, spec()));
}

TEST(LeastSquares, NoInterval) {
  const auto bare = forecast(yearly({2, 4, 5, 4, 5}), Calendar::financial_year, spec(12, 1, 0));
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->low, bare->value);
  EXPECT_EQ(bare->high, bare->value);
  EXPECT_FALSE(forecast(yearly({2, 4, 5}), Calendar::financial_year, spec(12, 1, 100)));
}

// 2023: 1 … 12, 2024: 3 … 14: each month errs by 2, so the errors' mean square is 4 (twelve of
// them); t(12) at 90 % is 1.3562173.
TEST(SeasonalNaive, IsTheSameMonthOfTheLastYear) {
  std::vector<KpiValue> series;
  for (unsigned number = 1; number <= 12; ++number) {
    series.push_back(point(month(2023, number), number));
  }
  EXPECT_FALSE(forecast(series, Calendar::month, seasonal())) << "no error is known yet";
  for (unsigned number = 1; number <= 12; ++number) {
    series.push_back(point(month(2024, number), number + 2.0));
  }
  const auto january = forecast(series, Calendar::month, seasonal());
  ASSERT_TRUE(january);
  EXPECT_EQ(january->value, 3);
  EXPECT_EQ(january->per_period, 0);
  EXPECT_FALSE(january->r_squared);
  EXPECT_NEAR(january->high, 3 + 2 * 1.3562173, 1e-5);
  EXPECT_NEAR(january->low, 3 - 2 * 1.3562173, 1e-5);
  const auto april = forecast(series, Calendar::month, seasonal(4));
  ASSERT_TRUE(april);
  EXPECT_EQ(april->value, 6);
  const auto far = forecast(series, Calendar::month, seasonal(13));
  ASSERT_TRUE(far);
  EXPECT_EQ(far->value, 3) << "January again";
  EXPECT_NEAR(far->high, 3 + 2 * std::sqrt(2.0) * 1.3562173, 1e-5) << "two years on";
}

TEST(SeasonalNaive, WeeksRepeatAfterFiftyTwo) {
  std::vector<KpiValue> series;
  for (int number = 0; number < 60; ++number) {
    series.push_back(point(week(number), number < 52 ? number : number - 52 + 1));
  }
  const auto found = forecast(series, Calendar::week, seasonal());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, 8);  // week 60 is like week 8
}

TEST(SeasonalNaive, TermsRepeatThoughEasterMoves) {
  const auto term = [](int from_year, unsigned from, unsigned day, int to_year, unsigned to,
                       unsigned last) {
    return Period{make_date(from_year, from, day), make_date(to_year, to, last)};
  };
  const std::vector<KpiValue> series{
      point(term(2022, 9, 5, 2022, 12, 16), 95), point(term(2023, 1, 4, 2023, 3, 31), 94),
      point(term(2023, 4, 17, 2023, 7, 21), 93), point(term(2023, 9, 4, 2023, 12, 20), 96),
      point(term(2024, 1, 8, 2024, 3, 22), 92)};
  const auto summer = forecast(series, Calendar::term, seasonal());
  ASSERT_TRUE(summer);
  EXPECT_EQ(summer->value, 93);
}

TEST(SeasonalNaive, YearsRepeatTheLast) {
  const auto found = forecast(yearly({5, 6, 8}), Calendar::academic_year, seasonal());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, 8);
  EXPECT_FALSE(forecast(yearly({5}), Calendar::academic_year, seasonal()));
}

TEST(SeasonalNaive, AMissingPeriodOfTheLastYearGivesNothing) {
  std::vector<KpiValue> series;
  for (unsigned number = 2; number <= 12; ++number) {
    series.push_back(point(month(2023, number), number));
  }
  for (unsigned number = 2; number <= 12; ++number) {
    series.push_back(point(month(2024, number), number));
  }
  EXPECT_FALSE(forecast(series, Calendar::month, seasonal())) << "no January";
  EXPECT_TRUE(forecast(series, Calendar::month, seasonal(2)));
}

// 8, 7, 6 a year: 5.5 would be half a year on, 5 a year on.
TEST(MonthsUntil, TheLineMeetsTheLimit) {
  const auto found = months_until(yearly({8, 7, 6}), Calendar::financial_year, spec(), below_5);
  ASSERT_TRUE(found);
  EXPECT_NEAR(*found, 12, 1e-9);
  const Threshold above{Threshold::Operator::above, 6};
  const auto rising = months_until(yearly({1, 2, 3}), Calendar::academic_year, spec(), above);
  ASSERT_TRUE(rising);
  EXPECT_NEAR(*rising, 36, 1e-9);
}

TEST(MonthsUntil, CountsInTheCalendarsOwnPeriods) {
  std::vector<KpiValue> monthly;
  std::vector<KpiValue> weekly;
  for (int number = 0; number < 4; ++number) {
    monthly.push_back(point(month(2025, static_cast<unsigned>(number + 1)), 9.0 - number));
    weekly.push_back(point(week(number), 9.0 - number));
  }
  EXPECT_NEAR(*months_until(monthly, Calendar::month, spec(), below_5), 1, 1e-6);
  EXPECT_NEAR(*months_until(weekly, Calendar::week, spec(), below_5), 7 / 30.436875, 1e-6);
}

TEST(MonthsUntil, IsZeroWhereItHasPassed) {
  EXPECT_EQ(months_until(yearly({8, 7, 4}), Calendar::financial_year, spec(), below_5), 0);
  EXPECT_EQ(months_until(yearly({4}), Calendar::financial_year, spec(), below_5), 0)
      << "that it has passed needs no trend";
  // The line stands at 3.5 though the newest value does not.
  EXPECT_EQ(months_until(yearly({9, 6, 1, 5}), Calendar::financial_year, spec(), below_5), 0);
}

TEST(MonthsUntil, IsTheLongestWhereItIsNotInSight) {
  const auto longest = MonthsUntil::longest;
  EXPECT_EQ(months_until(yearly({6, 7, 8}), Calendar::financial_year, spec(), below_5), longest);
  EXPECT_EQ(months_until(yearly({6, 6, 6}), Calendar::financial_year, spec(), below_5), longest);
  EXPECT_EQ(months_until(yearly({6, 5.999, 5.998}), Calendar::financial_year, spec(), below_5),
            longest);
  EXPECT_EQ(months_until(yearly({5, 5, 5}), Calendar::financial_year, spec(), below_5), longest)
      << "at the limit, and staying there";
}

TEST(MonthsUntil, NeedsATrend) {
  EXPECT_FALSE(months_until(yearly({8, 7}), Calendar::financial_year, spec(), below_5));
  EXPECT_FALSE(months_until(yearly({8, 7, 6}), Calendar::financial_year, seasonal(), below_5));
  EXPECT_FALSE(months_until({}, Calendar::financial_year, spec(), below_5));
}

TEST(PeriodPosition, WholePeriodsStandOneApart) {
  EXPECT_NEAR(position_of(year(2024), Calendar::financial_year) -
                  position_of(year(2023), Calendar::financial_year),
              1, 1e-12);
  EXPECT_NEAR(
      position_of(month(2024, 3), Calendar::month) - position_of(month(2024, 2), Calendar::month),
      1, 1e-12);
  EXPECT_NEAR(
      position_of(month(2024, 1), Calendar::month) - position_of(month(2023, 12), Calendar::month),
      1, 1e-12);
  EXPECT_NEAR(position_of(week(1), Calendar::week) - position_of(week(0), Calendar::week), 1,
              1e-12);
}

}  // namespace
}  // namespace kpid
