// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Months until a KPI passes a limit.

#include "unit/kpis/kpis_fixture.hpp"

namespace kpid {
namespace {

using ::testing::SizeIs;

class Months : public KpisTest {
 protected:
  Months() {
    reserves_.target = 5;
    add(reserves_);
    months_.id = "finance.months_until_policy";
    months_.unit = Unit::months;
    months_.calendar = Calendar::financial_year;
    MonthsUntil until;
    until.kpi = reserves_.id;
    until.crosses = {Threshold::Operator::below, 5};
    months_.definition = until;
    // 11, 9 and 7 per cent: 5 is a year away.
    for (int year = 2022; year <= 2024; ++year) {
      put_year("900001", academic_year_of(make_date(year, 9, 1)), 11 - 2 * (year - 2022), 100);
      put_year("900002", academic_year_of(make_date(year, 9, 1)), 11 - 2 * (year - 2022), 100);
    }
  }
  Kpi months_;
};

TEST_F(Months, FollowTheTrendToTheLimit) {
  const auto found = values(months_, "900001");
  ASSERT_THAT(found, SizeIs(1)) << "two years make no line";
  EXPECT_EQ(found[0].period, year_2024);
  EXPECT_NEAR(found[0].value, 12, 0.1);
  EXPECT_THAT(found[0].inputs, SizeIs(6));
}

TEST_F(Months, MayFollowItToTheTargetOfTheSchool) {
  auto until = std::get<MonthsUntil>(months_.definition);
  until.target = true;
  until.crosses = {};
  months_.definition = until;
  EXPECT_NEAR(values(months_, "900001").at(0).value, 12, 0.1);
  config_.kpis[0].targets = {{"900001", {}, 3, {}}};
  EXPECT_NEAR(values(months_, "900001").at(0).value, 24, 0.1);
  EXPECT_NEAR(values(months_, "900002").at(0).value, 12, 0.1);
  config_.kpis[0].targets.clear();
  config_.kpis[0].target.reset();
  EXPECT_THAT(values(months_, "900001"), SizeIs(0)) << "no target, no limit";
}

TEST_F(Months, OfTheTrustFollowTheTrustsOwnTrend) {
  const auto found = values(months_, "trust");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_NEAR(found[0].value, 12, 0.1);
  EXPECT_EQ(found[0].completeness, (Completeness{2, 3}));
  EXPECT_THAT(inputs(months_, "trust", year_2024), SizeIs(12));
}

TEST_F(Months, ASchoolThatIsMissingIsNoFallOfASum) {
  Kpi income;
  income.id = "finance.income";
  income.unit = Unit::pence;
  income.calendar = Calendar::financial_year;
  income.definition = MeasureOf{"finance.income"};
  add(income);
  MonthsUntil until;
  until.kpi = "finance.income";
  until.crosses = {Threshold::Operator::below, 50};
  months_.definition = until;
  EXPECT_THAT(values(months_, "trust"), SizeIs(0));
  for (int year = 2022; year <= 2024; ++year) {
    put_year("900003", academic_year_of(make_date(year, 9, 1)), 1, 100);
  }
  EXPECT_EQ(values(months_, "trust").at(0).value, MonthsUntil::longest);
}

TEST_F(Months, AWindowDoesNotCutTheTrendOff) {
  const auto recent = values(months_, "900001", Window{{}, year_2024.end});
  ASSERT_THAT(recent, SizeIs(1));
  EXPECT_EQ(recent[0].value, values(months_, "900001").at(0).value);
}

}  // namespace
}  // namespace kpid
