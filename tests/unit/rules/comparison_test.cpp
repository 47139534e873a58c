// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a value is held against: a term or a year before, another KPI or organisation, a target, a
// forecast.

#include "unit/rules/rules_fixture.hpp"

namespace kpid {
namespace {

class Comparisons : public RulesTest {
 protected:
  Comparisons() {
    rule_.amber = below(-1);
    rule_.red = below(-3);
  }
};

TEST_F(Comparisons, TheTermBeforeIsItsSameTeachingWeek) {
  rule_.compare = Comparison::term_before;
  const std::vector<KpiValue> series{point(week_of(2025, 9, 1), 96), point(week_of(2025, 9, 8), 90),
                                     point(week_of(2025, 12, 15), 80),
                                     point(week_of(2026, 1, 5), 94)};
  const auto judgement = judge(series);
  ASSERT_TRUE(judgement.reference);
  EXPECT_EQ(judgement.reference->period, week_of(2025, 9, 1));
  EXPECT_EQ(judgement.compared, -2);
  EXPECT_EQ(judgement.severity, Severity::amber);
}

TEST_F(Comparisons, NoValueInTheTermBeforeJudgesNothing) {
  rule_.compare = Comparison::term_before;
  EXPECT_FALSE(judged({point(week_of(2025, 9, 15), 96), point(week_of(2026, 1, 5), 80)}));
}

TEST_F(Comparisons, TheTermBeforeOfATerm) {
  rule_.compare = Comparison::term_before;
  kpi_.calendar = Calendar::term;
  const Period autumn{make_date(2025, 9, 1), make_date(2025, 12, 19)};
  // The source counts the term from the first day of January to the last of March.
  const Period spring{make_date(2026, 1, 1), make_date(2026, 3, 31)};
  const auto judgement = judge({point(autumn, 96), point(spring, 92)});
  ASSERT_TRUE(judgement.reference);
  EXPECT_EQ(judgement.reference->period, autumn);
  EXPECT_EQ(judgement.severity, Severity::red);
}

TEST_F(Comparisons, TheYearBeforeOfATermIsItsNamesake) {
  rule_.compare = Comparison::year_before;
  kpi_.calendar = Calendar::term;
  const Period before{make_date(2025, 1, 1), make_date(2025, 4, 4)};
  const Period between{make_date(2025, 9, 1), make_date(2025, 12, 19)};
  const Period spring{make_date(2026, 1, 1), make_date(2026, 3, 31)};
  const auto judgement = judge({point(before, 94), point(between, 96), point(spring, 92)});
  ASSERT_TRUE(judgement.reference);
  EXPECT_EQ(judgement.reference->period, before);
  const Period half{make_date(2025, 11, 3), make_date(2025, 12, 19)};
  const Period same_half{make_date(2024, 11, 4), make_date(2024, 12, 20)};
  EXPECT_EQ(judge({point(same_half, 94), point(half, 92)}).reference->period, same_half);
}

TEST_F(Comparisons, TheYearBeforeIsItsSameTeachingWeekThoughEasterMoves) {
  rule_.compare = Comparison::year_before;
  // The first week after Easter of 2026 and of 2025; 52 weeks before was Easter itself.
  const std::vector<KpiValue> series{point(week_of(2025, 4, 14), 50),
                                     point(week_of(2025, 4, 21), 95),
                                     point(week_of(2026, 4, 13), 93.5)};
  const auto judgement = judge(series);
  ASSERT_TRUE(judgement.reference);
  EXPECT_EQ(judgement.reference->value, 95);
  EXPECT_EQ(judgement.compared, -1.5);
}

TEST_F(Comparisons, TheYearBeforeOfAYear) {
  rule_.compare = Comparison::year_before;
  rule_.change_in = ChangeIn::percent;
  kpi_.calendar = Calendar::financial_year;
  kpi_.unit = Unit::pence;
  const auto judgement =
      judge({point(year_from(2022), 1), point(year_from(2023), 200), point(year_from(2024), 190)});
  EXPECT_EQ(judgement.compared, -5);
  EXPECT_EQ(judgement.severity, Severity::red);
  EXPECT_FALSE(judged({point(year_from(2022), 1), point(year_from(2024), 190)}))
      << "two years before is not the year before";
}

TEST_F(Comparisons, APeriodThatOverlapsByLessThanHalfIsAnother) {
  rule_.compare = Comparison::year_before;
  kpi_.calendar = Calendar::financial_year;
  const Period calendar_year{make_date(2024, 1, 1), make_date(2024, 12, 31)};
  EXPECT_FALSE(judged({point(calendar_year, 100), point(year_from(2024), 90)}))
      << "it has eight months in common with 2023/24, of sixteen";
  const Period charity_year{make_date(2023, 10, 1), make_date(2024, 9, 30)};
  EXPECT_TRUE(judged({point(charity_year, 100), point(year_from(2024), 90)}));
}

TEST_F(Comparisons, ADailyFigureLooksNoFurtherThanThirtyOneDaysAround) {
  rule_.compare = Comparison::year_before;
  kpi_.calendar = Calendar::day;
  kpi_.unit = Unit::pupils;
  const Date now = make_date(2026, 1, 15);
  const Date before = calendar_.year_before({now, now}, Calendar::day).start;
  const auto with = [&](int days) {
    return judged({point(before + std::chrono::days{days}, 100), point(now, 99)});
  };
  EXPECT_TRUE(with(0));
  EXPECT_TRUE(with(31));
  EXPECT_TRUE(with(-31));
  EXPECT_FALSE(with(32));
  EXPECT_FALSE(with(-32));
  const auto nearest = judge({point(before - std::chrono::days{9}, 100),
                              point(before + std::chrono::days{8}, 101), point(now, 99)});
  EXPECT_EQ(nearest.reference->value, 101) << "the nearer of two";
  const auto other_side = judge({point(before - std::chrono::days{8}, 100),
                                 point(before + std::chrono::days{9}, 101), point(now, 99)});
  EXPECT_EQ(other_side.reference->value, 100) << "on either side";
}

TEST_F(Comparisons, AnotherKpiOfTheSamePeriod) {
  rule_.compare = Comparison::kpi;
  kpi_.unit = Unit::pence;
  kpi_.calendar = Calendar::month;
  const Period march{make_date(2026, 3, 1), make_date(2026, 3, 31)};
  const Period april{make_date(2026, 4, 1), make_date(2026, 4, 30)};
  other_ = {point(march, 300), point(april, 100)};
  const auto judgement = judge({point(march, 298)});
  EXPECT_EQ(judgement.compared, -2);
  EXPECT_EQ(judgement.reference->period, march);
  other_ = {point(march, 300)};
  EXPECT_FALSE(judged({point(april, 0)})) << "the other's April has not come";
}

TEST_F(Comparisons, AnotherKpiOfAnotherCalendarIsItsNewestThatHadEnded) {
  rule_.compare = Comparison::kpi;
  other_ = {point(year_from(2023), 93), point(year_from(2024), 94), point(year_from(2025), 99)};
  const auto judgement = judge({point(week_of(2026, 1, 5), 92)});
  EXPECT_EQ(judgement.reference->period, year_from(2024)) << "2025/26 is not over";
  EXPECT_EQ(judgement.compared, -2);
  other_.clear();
  EXPECT_FALSE(judged({point(week_of(2026, 1, 5), 92)}));
}

TEST_F(Comparisons, AnotherOrganisationOfTheSameWeek) {
  rule_.compare = Comparison::organisation;
  rule_.other_organisation = "E92000001";
  // England's weeks end on Friday.
  other_ = {point({make_date(2026, 1, 5), make_date(2026, 1, 9)}, 94),
            point({make_date(2026, 1, 12), make_date(2026, 1, 16)}, 95)};
  const auto judgement = judge({point(week_of(2026, 1, 5), 89), point(week_of(2026, 1, 12), 91)});
  EXPECT_EQ(judgement.compared, -4);
  EXPECT_EQ(judgement.severity, Severity::red);
  EXPECT_EQ(judgement.periods_in_breach, 2U);
  EXPECT_FALSE(judged({point(week_of(2026, 1, 19), 91)})) << "England's week has not come";
}

TEST_F(Comparisons, DailyFiguresOfTwoOrganisationsAreAMonthApartAtMost) {
  rule_.compare = Comparison::organisation;
  rule_.other_organisation = "E92000001";
  kpi_.calendar = Calendar::day;
  other_ = {point(make_date(2026, 1, 15), 20)};
  EXPECT_EQ(judge({point(make_date(2026, 2, 15), 15)}).compared, -5);
  EXPECT_FALSE(judged({point(make_date(2026, 2, 16), 15)}));
  EXPECT_FALSE(judged({point(make_date(2026, 1, 14), 15)})) << "what comes later is not looked at";
}

TEST_F(Comparisons, NobodyIsHeldAgainstItself) {
  rule_.compare = Comparison::organisation;
  rule_.other_organisation = "900001";
  other_ = {point(week_of(2026, 1, 5), 99)};
  EXPECT_FALSE(judged({point(week_of(2026, 1, 5), 89)}));
}

TEST_F(Comparisons, InPerCentOfTheOther) {
  rule_.compare = Comparison::kpi;
  rule_.change_in = ChangeIn::percent;
  rule_.red = below(-10);
  other_ = {point(week_of(2026, 1, 5), -200)};
  EXPECT_EQ(judge({point(week_of(2026, 1, 5), -210)}).compared, -5) << "further below zero";
  other_ = {point(week_of(2026, 1, 5), 0)};
  EXPECT_FALSE(judged({point(week_of(2026, 1, 5), 10)})) << "of nothing there is no percentage";
}

TEST_F(Comparisons, TheOthersIncompleteFigureIsNotHeldAgainst) {
  rule_.compare = Comparison::kpi;
  kpi_.unit = Unit::pupils;
  other_ = {point(week_of(2026, 1, 5), 100)};
  other_[0].completeness = {3, 4};
  EXPECT_FALSE(judged({point(week_of(2026, 1, 5), 50)})) << "a sum over three of four schools";
  other_[0].denominator = 10;
  EXPECT_TRUE(judged({point(week_of(2026, 1, 5), 50)})) << "a ratio is a figure all the same";
}

TEST_F(Comparisons, AForecastCountsOnlyWhereItsKinderEndIsBad) {
  rule_.compare = Comparison::forecast;
  rule_.amber.reset();
  rule_.red = below(5);
  kpi_.calendar = Calendar::financial_year;
  const auto series = [](double last) {
    return std::vector<KpiValue>{point(year_from(2021), 9), point(year_from(2022), 8),
                                 point(year_from(2023), 7.2), point(year_from(2024), last)};
  };
  rule_.forecast = {ForecastSpec::Method::least_squares, 12, 2, 80};
  const auto sure = judge(series(6));
  ASSERT_TRUE(sure.forecast);
  EXPECT_LT(sure.forecast->value, 5);
  EXPECT_EQ(sure.compared, sure.forecast->high);
  EXPECT_EQ(sure.severity, Severity::red);
  EXPECT_EQ(sure.value.value, 6) << "the value is the newest, not the expected";
  rule_.forecast.sure = 99;
  EXPECT_EQ(judge(series(6)).severity, Severity::none) << "not that sure";
  rule_.forecast.sure = 0;
  EXPECT_EQ(judge(series(6)).compared, judge(series(6)).forecast->value);
  EXPECT_FALSE(judged({point(year_from(2023), 2), point(year_from(2024), 1)})) << "no trend yet";
}

TEST_F(Comparisons, TheKinderEndOfARiseIsTheLow) {
  rule_.compare = Comparison::forecast;
  rule_.red.reset();
  rule_.amber = above(10);
  kpi_.calendar = Calendar::academic_year;
  const auto judgement = judge({point(year_from(2021), 7), point(year_from(2022), 8),
                                point(year_from(2023), 9.5), point(year_from(2024), 11)});
  EXPECT_EQ(judgement.compared, judgement.forecast->low);
  EXPECT_EQ(judgement.severity, Severity::amber);
}

TEST_F(Comparisons, AForecastsRunCountsThePeriodsInWhichItLookedBad) {
  rule_.compare = Comparison::forecast;
  rule_.amber.reset();
  rule_.red = below(5);
  rule_.forecast.sure = 0;
  rule_.for_periods = 2;
  kpi_.calendar = Calendar::financial_year;
  std::vector<KpiValue> series{point(year_from(2020), 8), point(year_from(2021), 7),
                               point(year_from(2022), 5.5)};
  const auto first = judge(series);
  EXPECT_EQ(first.breach, Severity::red);
  EXPECT_EQ(first.severity, Severity::none);
  series.push_back(point(year_from(2023), 5.2));
  EXPECT_EQ(judge(series).severity, Severity::red);
  EXPECT_EQ(judge(series).since, year_from(2022));
}

}  // namespace
}  // namespace kpid
