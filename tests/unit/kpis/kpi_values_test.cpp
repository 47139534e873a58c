// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "unit/kpis/kpis_fixture.hpp"

namespace kpid {
namespace {

using KpiValues = KpisTest;

TEST_F(KpiValues, APercentageKeepsItsParts) {
  put_year("900001", year_2024, 4'200'000, 100'000'000);
  const auto found = values(reserves_, "900001");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, 4.2);
  EXPECT_EQ(found[0].numerator, 4'200'000);
  EXPECT_EQ(found[0].denominator, 100'000'000);
  EXPECT_EQ(found[0].inputs.size(), 2U);
}

TEST_F(KpiValues, AMissingPartIsAbsentAndNeverZero) {
  reader_.put({"finance.reserves", "900001", ""}, year_2024, 4'200'000);
  EXPECT_TRUE(values(reserves_, "900001").empty());
  reader_.put({"finance.income", "900001", ""}, year_2024, 0);
  EXPECT_TRUE(values(reserves_, "900001").empty()) << "a share of no income is no figure";
}

TEST_F(KpiValues, TheTrustIsRolledUpByPartsNotByAverage) {
  put_year("900001", year_2024, 100, 1000);   // 10 %
  put_year("900002", year_2024, 10, 10'000);  // 0.1 %
  const auto found = values(reserves_, "trust");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, 100.0 * 110 / 11'000);
  EXPECT_EQ(found[0].completeness, (Completeness{2, 3}));
  EXPECT_FALSE(found[0].completeness.complete());
}

TEST_F(KpiValues, ASchoolWithoutOneOfTheFiguresCountsInNeitherPart) {
  put_year("900001", year_2024, 100, 1000);
  reader_.put({"finance.income", "900002", ""}, year_2024, 1'000'000);
  const auto found = values(reserves_, "trust");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, 10.0);
  EXPECT_EQ(found[0].completeness.have, 1U);
}

TEST_F(KpiValues, AComparatorIsNeverRolledUp) {
  put_year("E92000001", year_2024, 1, 2);
  EXPECT_TRUE(values(reserves_, "trust").empty());
  EXPECT_EQ(values(reserves_, "E92000001").size(), 1U);
}

TEST_F(KpiValues, ARateWithoutPartsIsNotRolledUp) {
  Kpi rate;
  rate.unit = Unit::percent;
  rate.definition = MeasureOf{"survey.positive"};
  reader_.put({"survey.positive", "900001", ""}, year_2024, 90);
  EXPECT_EQ(values(rate, "900001").size(), 1U);
  EXPECT_TRUE(values(rate, "trust").empty());
}

TEST_F(KpiValues, RollUpOfPartsEqualsTheWhole) {
  double reserves = 0;
  double income = 0;
  for (int i = 1; i <= 3; ++i) {
    put_year("90000" + std::to_string(i), year_2023, i * 17, i * 1009);
    reserves += i * 17;
    income += i * 1009;
  }
  const auto found = values(reserves_, "trust");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].numerator, reserves);
  EXPECT_EQ(found[0].denominator, income);
  EXPECT_TRUE(found[0].completeness.complete());
}

TEST_F(KpiValues, WhatTheTrustHasBesideItsSchoolsBelongsToItsFigure) {
  put_year("900001", year_2024, 10, 200);
  put_year("900002", year_2024, 20, 300);
  put_year("trust", year_2024, 30, 100);
  put_year("trust", year_2023, 30, 100);  // of that year no school is known
  const auto found = values(reserves_, "trust");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, 10.0);
  EXPECT_EQ(found[0].numerator, 60.0);
  EXPECT_EQ(found[0].denominator, 600.0);
  EXPECT_EQ(found[0].completeness, (Completeness{2, 3}));
}

TEST_F(KpiValues, WithoutARollUpTheTrustHasItsOwnFigure) {
  Kpi forecast;
  forecast.unit = Unit::pence;
  forecast.definition = MeasureOf{"finance.forecast_balance"};
  forecast.roll_up = RollUp::none;
  reader_.put({"finance.forecast_balance", "900001", ""}, year_2024, 5);
  EXPECT_TRUE(values(forecast, "trust").empty());
  reader_.put({"finance.forecast_balance", "trust", ""}, year_2024, 90);
  const auto found = values(forecast, "trust");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, 90.0);
  EXPECT_EQ(found[0].inputs.size(), 1U);
}

TEST_F(KpiValues, AutumnCensusIsTheFirstThursdayOfOctober) {
  EXPECT_EQ(autumn_census_day(make_date(2024, 11, 5)), make_date(2024, 10, 3));
  EXPECT_EQ(autumn_census_day(make_date(2025, 3, 1)), make_date(2024, 10, 3));
  EXPECT_EQ(autumn_census_day(make_date(2025, 9, 1)), make_date(2025, 10, 2));
}

TEST_F(KpiValues, ChangeInYearStartsAtTheCensus) {
  reader_.put("roll.pupils", "900001", make_date(2024, 9, 12), 203);
  reader_.put("roll.pupils", "900001", make_date(2024, 10, 3), 200);
  reader_.put("roll.pupils", "900001", make_date(2025, 1, 16), 188);
  const auto found = values(change_, "900001");
  ASSERT_EQ(found.size(), 2U) << "a figure from before the census has no change yet";
  EXPECT_EQ(found[0].value, 0);
  EXPECT_EQ(found[1].value, -12);
  EXPECT_EQ(found[1].inputs.size(), 2U);
}

TEST_F(KpiValues, WithoutAFigureByTheCensusTheFirstUpToDecemberStandsIn) {
  reader_.put("roll.pupils", "900001", make_date(2024, 11, 7), 200);
  reader_.put("roll.pupils", "900001", make_date(2025, 1, 16), 190);
  const auto found = values(change_, "900001");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].value, -10);
}

TEST_F(KpiValues, ASpringFigureAloneHasNoChange) {
  reader_.put("roll.pupils", "900001", make_date(2024, 10, 3), 200);
  reader_.put("roll.pupils", "900001", make_date(2026, 1, 16), 100);
  const auto found = values(change_, "900001");
  ASSERT_EQ(found.size(), 1U) << "last year's census says nothing of this year";
}

TEST_F(KpiValues, TheWindowDoesNotCutTheCensusOff) {
  reader_.put("roll.pupils", "900001", make_date(2024, 10, 3), 200);
  reader_.put("roll.pupils", "900001", make_date(2025, 5, 16), 188);
  const auto found = values(change_, "900001", Window{{}, make_date(2025, 5, 1)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, -12);
}

TEST_F(KpiValues, ChangeOnTheYearIsHeldAgainstTheNearestDay) {
  change_.definition = ChangeSinceYearBefore{"roll.pupils"};
  reader_.put("roll.pupils", "900001", make_date(2023, 12, 1), 500);
  reader_.put("roll.pupils", "900001", make_date(2024, 1, 18), 200);
  reader_.put("roll.pupils", "900001", make_date(2024, 2, 9), 300);
  reader_.put("roll.pupils", "900001", make_date(2025, 1, 16), 188);
  const auto found = values(change_, "900001");
  ASSERT_EQ(found.size(), 1U) << "what has no year before has no change";
  EXPECT_EQ(found[0].value, -12);
  EXPECT_EQ(found[0].inputs.size(), 2U);
  const auto recent = values(change_, "900001", Window{{}, make_date(2025, 1, 1)});
  ASSERT_EQ(recent.size(), 1U) << "the window does not cut the year before off";
  EXPECT_EQ(recent[0].value, -12);
}

TEST_F(KpiValues, ChangeOnTheYearReachesNoFurtherThanAMonth) {
  change_.definition = ChangeSinceYearBefore{"roll.pupils"};
  reader_.put("roll.pupils", "900001", make_date(2023, 10, 5), 200);
  reader_.put("roll.pupils", "900001", make_date(2025, 1, 16), 188);
  EXPECT_TRUE(values(change_, "900001").empty());
}

TEST_F(KpiValues, AYearSoFarThatMovesOnIsNoCorrection) {
  const auto put = [this](const char* measure, double value, Date stated_on) {
    Measurement row;
    row.period = year_2024;
    row.value = value;
    row.stated_on = stated_on;
    reader_.put({measure, "900001", ""}, row);
  };
  put("finance.income", 100, make_date(2025, 1, 6));
  put("finance.reserves", 3, make_date(2025, 1, 6));
  put("finance.reserves", 4, make_date(2025, 2, 3));
  EXPECT_FALSE(values(reserves_, "900001").at(0).corrected);
  put("finance.reserves", 5, make_date(2025, 12, 1));
  EXPECT_TRUE(values(reserves_, "900001").at(0).corrected) << "the year was over";
}

TEST_F(KpiValues, APastViewCanBeReadAgain) {
  const Timestamp monday{make_date(2025, 1, 6)};
  const Timestamp friday{make_date(2025, 1, 10)};
  reader_.put({"finance.reserves", "900001", ""}, year_2024, 3, monday);
  reader_.put({"finance.income", "900001", ""}, year_2024, 100, monday);
  reader_.put({"finance.reserves", "900001", ""}, year_2024, 6, friday);
  EXPECT_EQ(values(reserves_, "900001").at(0).value, 6.0);
  EXPECT_TRUE(values(reserves_, "900001").at(0).corrected);
  const auto then = values(reserves_, "900001", Window{monday, {}});
  EXPECT_EQ(then.at(0).value, 3.0);
  EXPECT_FALSE(then.at(0).corrected);
  EXPECT_TRUE(values(reserves_, "900001", Window{Timestamp{make_date(2024, 1, 1)}, {}}).empty());
}

}  // namespace
}  // namespace kpid
