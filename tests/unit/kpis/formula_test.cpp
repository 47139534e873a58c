// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Values of expressions over measures and other KPIs.

#include "kpis/expression.hpp"
#include "unit/kpis/kpis_fixture.hpp"

namespace kpid {
namespace {

using At = Reference::At;
using FormulaTest = KpisTest;
using ::testing::SizeIs;

std::optional<double> result_of(const std::string& text, const std::vector<double>& values = {}) {
  auto expression = Expression::compile(text, values.size());
  EXPECT_TRUE(expression) << text << ": " << (expression ? "" : expression.error().sentence);
  return expression ? (*expression)(values) : std::nullopt;
}

TEST(Expression, IsWorkedOutUnrounded) {
  EXPECT_EQ(result_of("r0 + r1 * 2", {1, 3}), 7);
  EXPECT_EQ(result_of("(r0 - r1) / r1", {1, 3}), (1.0 - 3.0) / 3.0);
  EXPECT_EQ(result_of("r0 / r1", {1, 3}), 1.0 / 3.0);
  EXPECT_EQ(result_of("max(r0, 0) + min(1, 2, r1) + abs(-4) + sqrt(9)", {-5, 0.5}), 7.5);
  EXPECT_EQ(result_of("r0 ^ 2", {9007199254740991.0 / 4294967296.0}),
            std::pow(9007199254740991.0 / 4294967296.0, 2));
}

TEST(Expression, WithoutAFiniteResultHasNone) {
  EXPECT_FALSE(result_of("r0 / r1", {1, 0}));
  EXPECT_FALSE(result_of("0 / 0"));
  EXPECT_FALSE(result_of("sqrt(r0)", {-1}));
  EXPECT_FALSE(result_of("r0 * r0", {1e300}));
}

TEST(Expression, WhatIsNoExpressionIsToldWithItsPlace) {
  for (const char* text : {"", "r0 +", "r2", "sin(r0)", "r0 r1", "_pi", "(r0", "r0)", "min()",
                           "r0 = 5", "r0 > r1", "r0 ? 1 : 2", "\"text\"", "1,2", "max(r0,)"}) {
    const auto expression = Expression::compile(text, 2);
    ASSERT_FALSE(expression) << text;
    EXPECT_FALSE(expression.error().sentence.empty()) << text;
    EXPECT_LE(expression.error().at, std::string(text).size()) << text;
  }
}

TEST_F(FormulaTest, MayCombineMeasuresOfOneOrganisation) {
  const Kpi kpi =
      formula("finance.left", Unit::pence, Calendar::financial_year,
              {measure("finance.reserves"), measure("finance.income")}, "r0 - r1 * 0.05");
  put_year("900001", year_2024, 70, 1000);
  const auto found = values(kpi, "900001");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 20);
  EXPECT_EQ(found[0].period, year_2024);
  EXPECT_FALSE(found[0].numerator);
  EXPECT_THAT(found[0].inputs, SizeIs(2));
}

TEST_F(FormulaTest, KeepsItsPartsApart) {
  const Kpi kpi =
      formula("finance.share", Unit::percent, Calendar::financial_year,
              {measure("finance.reserves"), measure("finance.income")}, "r0 * 2", "r1 - 1");
  put_year("900001", year_2024, 19, 41);
  const auto found = values(kpi, "900001");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 95);
  EXPECT_EQ(found[0].numerator, 38);
  EXPECT_EQ(found[0].denominator, 40);
  put_year("900002", year_2024, 19, 1);
  EXPECT_THAT(values(kpi, "900002"), SizeIs(0)) << "a share of nothing is no figure";
}

TEST_F(FormulaTest, MissingDataIsNoValue) {
  const Kpi kpi = formula("finance.both", Unit::pence, Calendar::financial_year,
                          {measure("finance.reserves"), measure("finance.income")}, "r0 + r1");
  reader_.put({"finance.reserves", "900001", ""}, year_2023, 5);
  reader_.put({"finance.income", "900001", ""}, year_2024, 5);
  EXPECT_THAT(values(kpi, "900001"), SizeIs(0));
}

TEST_F(FormulaTest, AReferenceMayNameItsSubgroup) {
  const Kpi gap =
      formula("attendance.gap", Unit::sessions, Calendar::academic_year,
              {measure("attended", ""), measure("attended", "pupil_group=send")}, "r0 - r1");
  reader_.put({"attended", "900001", ""}, year_2024, 96);
  reader_.put({"attended", "900001", "pupil_group=send"}, year_2024, 90);
  reader_.put({"attended", "900001", "year_group=4"}, year_2024, 1);
  for (const char* subgroup : {"", "year_group=4"}) {
    const auto found = values(gap, "900001", {}, subgroup);
    ASSERT_THAT(found, SizeIs(1)) << subgroup;
    EXPECT_EQ(found[0].value, 6);
  }
}

TEST_F(FormulaTest, MayLookAtTheCensusTheYearBeforeAndTheLatest) {
  const auto day = [](int year, unsigned month, unsigned of) { return make_date(year, month, of); };
  reader_.put("roll.pupils", "900001", day(2024, 10, 3), 200);
  reader_.put("roll.pupils", "900001", day(2025, 3, 20), 190);
  reader_.put("roll.pupils", "900001", day(2024, 3, 15), 220);
  reader_.put({"finance.income", "900001", ""}, year_2023, 1000);
  const auto value_of = [&](At at) {
    const Kpi kpi = formula("roll.change", Unit::pupils, Calendar::day,
                            {measure("roll.pupils"), measure("roll.pupils", {}, at)}, "r0 - r1");
    const auto found = values(kpi, "900001");
    return found.empty() ? -999 : found.back().value;
  };
  EXPECT_EQ(value_of(At::autumn_census), -10);
  EXPECT_EQ(value_of(At::year_before), -30);
  EXPECT_EQ(value_of(At::latest), 0);
  const Kpi income =
      formula("income.per_pupil", Unit::pence, Calendar::day,
              {measure("finance.income", {}, At::latest), measure("roll.pupils")}, "r0", "r1");
  const auto found = values(income, "900001");
  ASSERT_THAT(found, SizeIs(3)) << "in March 2024 that year had not ended, but it held the day";
  EXPECT_EQ(found.back().value, 1000.0 / 190);
}

TEST_F(FormulaTest, TheLatestIsNotTooOld) {
  reader_.put({"finance.income", "900001", ""}, year_2023, 1000);
  reader_.put("roll.pupils", "900001", year_2023.end + std::chrono::days{500}, 10);
  reader_.put("roll.pupils", "900001", year_2023.end + std::chrono::days{501}, 20);
  const Kpi kpi =
      formula("income.per_pupil", Unit::pence, Calendar::day,
              {measure("roll.pupils"), measure("finance.income", {}, At::latest)}, "r1 / r0");
  const auto found = values(kpi, "900001");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 100);
}

TEST_F(FormulaTest, TheYearBeforeIsOfTheSchoolsOwnCalendar) {
  const Kpi kpi = formula("energy.change", Unit::kilowatt_hours, Calendar::week,
                          {measure("kwh"), measure("kwh", {}, At::year_before)}, "r0 - r1");
  const Period week{make_date(2025, 11, 17), make_date(2025, 11, 23)};
  const Period before = config_.calendars.of("900001").year_before(week, Calendar::week);
  reader_.put({"kwh", "900001", ""}, week, 120);
  reader_.put({"kwh", "900001", ""}, before, 100);
  const auto found = values(kpi, "900001");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 20);
  EXPECT_EQ(found[0].period, week);
}

TEST_F(FormulaTest, MayRestOnOtherKpisAndTheyOnOthers) {
  add(reserves_);
  add(formula("a", Unit::percent, Calendar::financial_year,
              {other_kpi("finance.reserves_percent"), measure("finance.income")}, "r0 + 0 * r1"));
  const Kpi kpi = formula("b", Unit::percent, Calendar::financial_year,
                          {other_kpi("a"), other_kpi("finance.reserves_percent")}, "r0 - r1");
  put_year("900001", year_2024, 5, 100);
  const auto found = values(kpi, "900001");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 0);
  EXPECT_THAT(found[0].inputs, SizeIs(2)) << "each measurement once";
}

TEST_F(FormulaTest, ACircleIsAnErrorAndNoEndlessWalk) {
  add(formula("a", Unit::count, Calendar::day, {other_kpi("b")}, "r0"));
  add(formula("b", Unit::count, Calendar::day, {other_kpi("a")}, "r0"));
  for (const char* code : {"900001", "trust"}) {
    const auto result =
        kpi_series(*config_.kpi("a"), *config_.organisations.find(code), "", config_, reader_, {});
    ASSERT_FALSE(result) << code;
    EXPECT_EQ(result.error().sentence, "the KPI \"a\" rests on itself");
  }
}

TEST_F(FormulaTest, AnInputThatWasCorrectedOrCameLateIsSeen) {
  const Kpi kpi = formula("finance.both", Unit::pence, Calendar::financial_year,
                          {measure("finance.reserves"), measure("finance.income")}, "r0 + r1");
  const Timestamp monday{make_date(2025, 1, 6)};
  const Timestamp friday{make_date(2025, 1, 10)};
  reader_.put({"finance.reserves", "900001", ""}, year_2024, 3, monday);
  reader_.put({"finance.income", "900001", ""}, year_2024, 100, monday);
  EXPECT_FALSE(values(kpi, "900001").at(0).corrected);
  reader_.put({"finance.income", "900001", ""}, year_2024, 200, friday);
  EXPECT_EQ(values(kpi, "900001").at(0).value, 203);
  EXPECT_EQ(values(kpi, "900001").at(0).known_at, friday);
  EXPECT_TRUE(values(kpi, "900001").at(0).corrected);
  EXPECT_EQ(values(kpi, "900001", Window{monday, {}}).at(0).value, 103);
}

TEST_F(FormulaTest, AGroupThatIsTooSmallHasNoValue) {
  Kpi kpi = formula("attendance.share", Unit::percent, Calendar::academic_year,
                    {measure("absent"), measure("pupils")}, "r0", "r1");
  kpi.smallest_group = 5;
  reader_.put({"absent", "900001", ""}, year_2023, 1);
  reader_.put({"pupils", "900001", ""}, year_2023, 4);
  reader_.put({"absent", "900001", ""}, year_2024, 1);
  reader_.put({"pupils", "900001", ""}, year_2024, 5);
  const auto found = values(kpi, "900001");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 20);
  add(kpi);
  const Kpi above = formula("above", Unit::percent, Calendar::academic_year,
                            {other_kpi("attendance.share")}, "r0");
  EXPECT_THAT(values(above, "900001"), SizeIs(1)) << "nor what rests on it";
}

}  // namespace
}  // namespace kpid
