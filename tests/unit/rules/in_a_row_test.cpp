// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// `for`: periods in a row, as the school calendar expects them, and which of a trust's count.

#include "unit/rules/rules_fixture.hpp"

namespace kpid {
namespace {

class InARow : public RulesTest {
 protected:
  InARow() { rule_.for_periods = 2; }
};

TEST_F(InARow, AHolidayDoesNotBreakTheRow) {
  const auto judgement = judge({point(week_of(2025, 10, 20), 94), point(week_of(2025, 11, 3), 94)});
  EXPECT_EQ(judgement.periods_in_breach, 2U);
  EXPECT_EQ(judgement.severity, Severity::amber);
  EXPECT_EQ(judgement.since, week_of(2025, 10, 20));
  EXPECT_EQ(judge({point(week_of(2026, 7, 20), 94), point(week_of(2026, 8, 31), 94)}).severity,
            Severity::amber)
      << "nor does the summer";
}

TEST_F(InARow, AMissingSchoolWeekDoes) {
  const auto judgement = judge({point(week_of(2025, 11, 3), 94), point(week_of(2025, 11, 17), 94)});
  EXPECT_EQ(judgement.periods_in_breach, 1U);
  EXPECT_EQ(judgement.breach, Severity::amber);
  EXPECT_EQ(judgement.severity, Severity::none) << "nobody knows what that week was like";
  // Its figure comes late, and is bad.
  EXPECT_EQ(judge({point(week_of(2025, 11, 3), 94), point(week_of(2025, 11, 10), 94),
                   point(week_of(2025, 11, 17), 94)})
                .periods_in_breach,
            3U);
}

TEST_F(InARow, AWeekOfASingleSchoolDayIsOne) {
  // School ends on Tuesday 21 July: the week of the 20th is a school week.
  EXPECT_EQ(
      judge({point(week_of(2026, 7, 13), 94), point(week_of(2026, 8, 31), 94)}).periods_in_breach,
      1U);
}

TEST_F(InARow, AMissingYearBreaksIt) {
  kpi_.calendar = Calendar::financial_year;
  EXPECT_EQ(judge({point(year_from(2022), 94), point(year_from(2024), 94)}).periods_in_breach, 1U);
  EXPECT_EQ(judge({point(year_from(2023), 94), point(year_from(2024), 94)}).periods_in_breach, 2U);
}

TEST_F(InARow, FiguresOfTheYearSoFarFollowEachOther) {
  kpi_.calendar = Calendar::term;
  const Date start = make_date(2025, 9, 1);
  EXPECT_EQ(judge({point({start, make_date(2025, 10, 24)}, 94),
                   point({start, make_date(2026, 3, 27)}, 94)})
                .periods_in_breach,
            2U);
}

TEST_F(InARow, ADailyKpiHasTheRhythmThatItAllows) {
  kpi_.calendar = Calendar::day;
  const auto days_apart = [&](Date second) {
    return judge({point(make_date(2026, 3, 6), 94), point(second, 94)}).periods_in_breach;
  };
  EXPECT_EQ(days_apart(make_date(2026, 3, 16)), 2U) << "the sixth school day";
  EXPECT_EQ(days_apart(make_date(2026, 3, 17)), 1U);
  kpi_.stale_after = Span{1, Span::Unit::terms};
  EXPECT_EQ(days_apart(make_date(2026, 3, 27)), 2U) << "a census each term";
  kpi_.stale_after.reset();
  kpi_.watched = false;
  EXPECT_EQ(days_apart(make_date(2027, 3, 17)), 2U) << "it comes when it comes";
}

TEST_F(InARow, APeriodThatCannotBeComparedBreaksIt) {
  rule_.compare = Comparison::kpi;
  rule_.amber = below(0);
  rule_.red.reset();
  other_ = {point(week_of(2025, 11, 3), 95), point(week_of(2025, 11, 17), 95)};
  EXPECT_EQ(judge({point(week_of(2025, 11, 3), 94), point(week_of(2025, 11, 10), 94),
                   point(week_of(2025, 11, 17), 94)})
                .periods_in_breach,
            1U);
}

class CompletenessTest : public RulesTest {
 protected:
  static std::vector<KpiValue> weeks(
      std::initializer_list<std::pair<double, Completeness>> values) {
    std::vector<KpiValue> series;
    Period week = week_of(2025, 11, 3);
    for (const auto& [value, completeness] : values) {
      series.push_back(point(week, value));
      series.back().completeness = completeness;
      week = {week.start + std::chrono::days{7}, week.end + std::chrono::days{7}};
    }
    return series;
  }
};

TEST_F(CompletenessTest, AnIncompletePeriodBreaksTheRow) {
  kpi_.unit = Unit::pupils;
  rule_.for_periods = 2;
  EXPECT_EQ(judge(weeks({{94, {4, 4}}, {60, {2, 4}}, {94, {4, 4}}})).periods_in_breach, 1U);
  EXPECT_EQ(judge(weeks({{94, {4, 4}}, {94, {4, 4}}})).periods_in_breach, 2U);
}

TEST_F(CompletenessTest, TheRuleMaySayHowFullIsEnough) {
  rule_.complete_enough = 75;
  EXPECT_EQ(judge(weeks({{96, {4, 4}}, {92, {3, 4}}})).value.value, 92);
  EXPECT_EQ(judge(weeks({{96, {4, 4}}, {92, {2, 4}}})).value.value, 96);
  kpi_.unit = Unit::pupils;
  EXPECT_EQ(judge(weeks({{96, {4, 4}}, {92, {3, 4}}})).value.value, 92) << "of a sum too";
  rule_.complete_enough = 100;
  EXPECT_EQ(judge(weeks({{96, {4, 4}}, {92, {3, 4}}})).value.value, 96);
}

TEST_F(CompletenessTest, ASchoolThatLeavesDoesNotSilenceTheTrust) {
  EXPECT_EQ(judge(weeks({{96, {4, 4}}, {92, {3, 3}}})).value.value, 92);
  EXPECT_EQ(judge(weeks({{96, {3, 4}}, {92, {2, 3}}})).value.value, 92)
      << "the fourth is never published";
}

TEST_F(CompletenessTest, ASchoolThatJoinsDoesNotBreakTheRow) {
  rule_.for_periods = 2;
  EXPECT_EQ(judge(weeks({{94, {4, 4}}, {94, {5, 5}}})).severity, Severity::amber);
  EXPECT_EQ(judge(weeks({{94, {2, 4}}, {94, {2, 5}}})).severity, Severity::amber)
      << "nor does one that publishes nothing";
}

TEST_F(CompletenessTest, ARatioOfAFormulaIsOne) {
  kpi_.unit = Unit::kilowatt_hours;
  Formula formula;
  formula.numerator = "r0";
  kpi_.definition = formula;
  EXPECT_FALSE(judged(weeks({{92, {3, 4}}})));
  formula.denominator = "r1";
  kpi_.definition = formula;
  EXPECT_TRUE(judged(weeks({{92, {3, 4}}})));
}

}  // namespace
}  // namespace kpid
