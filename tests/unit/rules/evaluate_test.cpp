// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "rules/evaluate.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace kpid {
namespace {

Threshold below(double bound) { return {Threshold::Operator::below, bound}; }
Threshold above(double bound) { return {Threshold::Operator::above, bound}; }

Period week(int number) {
  const Date monday = make_date(2024, 9, 2) + std::chrono::days{7 * number};
  return {monday, monday + std::chrono::days{6}};
}

std::vector<KpiValue> weekly(std::initializer_list<double> values) {
  std::vector<KpiValue> series;
  for (const double value : values) {
    KpiValue point;
    point.period = week(static_cast<int>(series.size()));
    point.value = value;
    series.push_back(point);
  }
  return series;
}

class Evaluate : public ::testing::Test {
 protected:
  Evaluate() {
    kpi_.unit = Unit::percent;
    kpi_.calendar = Calendar::week;
    rule_.red = below(93);
    rule_.amber = below(95);
  }
  std::optional<Judgement> judged(const std::vector<KpiValue>& series, Severity held) {
    return evaluate({rule_, kpi_, organisation_, calendar_, series, {}, held, {}});
  }
  Judgement judge(const std::vector<KpiValue>& series, Severity held = Severity::none) {
    auto judgement = judged(series, held);
    EXPECT_TRUE(judgement);
    return judgement.value_or(Judgement{});
  }
  Kpi kpi_;
  Rule rule_;
  Organisation organisation_;
  SchoolCalendar calendar_;
};

TEST_F(Evaluate, ComparesTheUnroundedValue) {
  EXPECT_EQ(judge(weekly({95.0})).severity, Severity::none);
  EXPECT_EQ(judge(weekly({94.998})).severity, Severity::amber);
  EXPECT_EQ(judge(weekly({94.84})).severity, Severity::amber);
  EXPECT_EQ(judge(weekly({92.9999999})).severity, Severity::red);
  EXPECT_EQ(judge(weekly({92.9})).threshold, below(93));
  EXPECT_EQ(judge(weekly({94})).threshold, below(95));
}

TEST_F(Evaluate, ASumOverSomeOfTheSchoolsIsNotJudged) {
  kpi_.unit = Unit::pupils;
  kpi_.definition = MeasureOf{"roll.pupils"};
  rule_.red = below(1000);
  auto series = weekly({1118, 314});
  series[0].completeness = {4, 4};
  series[1].completeness = {1, 4};
  const auto judgement = judge(series);
  EXPECT_EQ(judgement.value.value, 1118) << "the newest that is complete";
  EXPECT_EQ(judgement.severity, Severity::none);
  series.erase(series.begin());
  EXPECT_FALSE(judged(series, Severity::red)) << "so it resolves nothing either";
}

TEST_F(Evaluate, ARatioIsJudgedOverAsManySchoolsAsWereEverSeen) {
  kpi_.definition = RatioOf{"a", "b"};
  auto series = weekly({92, 99});
  series[0].completeness = series[1].completeness = {3, 4};
  EXPECT_EQ(judge(series, Severity::red).severity, Severity::none);
  series[1].completeness = {1, 4};
  EXPECT_EQ(judge(series, Severity::red).severity, Severity::red);
}

TEST_F(Evaluate, HowFullARatioMayBeIsSeenFromTheNewestOnesYearAlone) {
  kpi_.definition = RatioOf{"a", "b"};
  auto series = weekly({99});  // the one week in which all four schools were there, 59 weeks ago
  while (series.size() < 60) {
    KpiValue next = series.back();
    next.value = 92;
    next.period = {next.period.start + std::chrono::days{7},
                   next.period.end + std::chrono::days{7}};
    next.completeness = {3, 4};
    series.push_back(next);
  }
  series.front().completeness = {4, 4};
  const auto judgement = judge(series);
  EXPECT_EQ(judgement.value.period, series.back().period);
  EXPECT_EQ(judgement.severity, Severity::red);
  series.erase(series.begin(), series.begin() + 30);
  series.front().completeness = {4, 4};
  EXPECT_EQ(judge(series).value.period, series.front().period) << "half a year ago counts";
}

TEST_F(Evaluate, APercentageThatASourceGivesIsJudgedAsARatioIs) {
  kpi_.definition = MeasureOf{"parent_view.positive"};
  kpi_.unit = Unit::percent;
  auto series = weekly({96, 87});
  series[0].completeness = series[1].completeness = {2, 4};
  EXPECT_EQ(judge(series).severity, Severity::red) << "two of four are never published";
  series[1].completeness = {1, 4};
  EXPECT_EQ(judge(series).severity, Severity::none);
}

TEST_F(Evaluate, NoDataJudgesNothing) {
  EXPECT_FALSE(judged({}, Severity::red));
  EXPECT_FALSE(judged(weekly({std::nan("")}), Severity::red));
}

TEST_F(Evaluate, AHeldSeverityEndsOnlyBeyondItsMargin) {
  rule_.clear_margin = 0.25;
  EXPECT_EQ(judge(weekly({95.02})).severity, Severity::none);
  EXPECT_EQ(judge(weekly({95.02}), Severity::amber).severity, Severity::amber);
  EXPECT_EQ(judge(weekly({95.25}), Severity::amber).severity, Severity::none);
  EXPECT_EQ(judge(weekly({93.1}), Severity::red).severity, Severity::red);
  EXPECT_EQ(judge(weekly({93.3}), Severity::red).severity, Severity::amber);
  EXPECT_EQ(judge(weekly({95.1}), Severity::red).severity, Severity::amber);
}

TEST_F(Evaluate, TheMarginOfARuleThatLooksUpwardsPointsDown) {
  rule_.red = above(80);
  rule_.amber.reset();
  rule_.clear_margin = 2;
  EXPECT_EQ(judge(weekly({79}), Severity::red).severity, Severity::red);
  EXPECT_EQ(judge(weekly({78}), Severity::red).severity, Severity::none);
}

TEST_F(Evaluate, ForCountsPeriodsInARow) {
  rule_.for_periods = 3;
  const auto second = judge(weekly({96, 94, 94}));
  EXPECT_EQ(second.severity, Severity::none);
  EXPECT_EQ(second.breach, Severity::amber);
  EXPECT_EQ(second.periods_in_breach, 2U);
  const auto third = judge(weekly({96, 94, 92, 94}));
  EXPECT_EQ(third.severity, Severity::amber);
  EXPECT_EQ(third.since, week(1));
  EXPECT_EQ(judge(weekly({94, 96, 94, 94})).severity, Severity::none) << "a good week starts anew";
}

TEST_F(Evaluate, ForDelaysTheOpeningAlone) {
  rule_.for_periods = 3;
  EXPECT_EQ(judge(weekly({96, 94}), Severity::amber).severity, Severity::amber);
}

TEST_F(Evaluate, AgainstTheTarget) {
  rule_.compare = Comparison::target;
  rule_.amber = below(0);
  rule_.red = below(-2);
  EXPECT_FALSE(judged(weekly({94}), Severity::none)) << "no target";
  kpi_.target = 95;
  EXPECT_EQ(judge(weekly({95})).severity, Severity::none);
  EXPECT_EQ(judge(weekly({94})).severity, Severity::amber);
  EXPECT_EQ(judge(weekly({92.9})).severity, Severity::red);
  EXPECT_EQ(judge(weekly({94})).target, 95);
}

TEST_F(Evaluate, AgainstThePeriodBefore) {
  rule_.compare = Comparison::period_before;
  rule_.change_in = ChangeIn::percent;
  rule_.red = below(-5);
  rule_.amber.reset();
  EXPECT_FALSE(judged(weekly({100}), Severity::none));
  EXPECT_EQ(judge(weekly({100, 95})).severity, Severity::none);
  const auto fell = judge(weekly({100, 94}));
  EXPECT_EQ(fell.severity, Severity::red);
  EXPECT_EQ(fell.compared, -6);
  ASSERT_TRUE(fell.reference);
  EXPECT_EQ(fell.reference->value, 100);
  EXPECT_FALSE(judged(weekly({0, 5}), Severity::none)) << "a change from nothing has no percentage";
}

TEST_F(Evaluate, AgainstTheYearBeforeOfADailyFigure) {
  // The trust's own schools: pupils in January 2019 and spring 2024 are five years apart, so only
  // figures that are a year apart are compared.
  rule_.compare = Comparison::year_before;
  rule_.change_in = ChangeIn::percent;
  rule_.red = below(-5);
  rule_.amber.reset();
  kpi_.calendar = Calendar::day;
  const auto on = [](Date day, double value) {
    KpiValue point;
    point.period = {day, day};
    point.value = value;
    return point;
  };
  std::vector<KpiValue> series{on(make_date(2023, 1, 19), 141), on(make_date(2024, 1, 18), 99)};
  const auto fell = judge(series);
  EXPECT_EQ(fell.severity, Severity::red);
  EXPECT_NEAR(fell.compared, -29.787, 0.001);
  series.erase(series.begin());
  series.insert(series.begin(), on(make_date(2019, 1, 17), 141));
  EXPECT_FALSE(judged(series, Severity::none));
}

TEST_F(Evaluate, AgainstTheSameWeekOfTheYearBefore) {
  rule_.compare = Comparison::year_before;
  rule_.red = below(-1);
  rule_.amber.reset();
  auto series = weekly({96, 90});
  KpiValue now;
  now.period = {week(0).start + std::chrono::days{364}, week(0).end + std::chrono::days{364}};
  now.value = 94.5;
  series.push_back(now);
  EXPECT_EQ(judge(series).severity, Severity::red);
  EXPECT_EQ(judge(series).reference->value, 96);
}

}  // namespace
}  // namespace kpid
