// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The trust's figures as sums of parts.

#include <random>

#include "unit/kpis/kpis_fixture.hpp"

namespace kpid {
namespace {

using At = Reference::At;
using RollUpTest = KpisTest;
using ::testing::SizeIs;

TEST_F(RollUpTest, AGapRollsUpByEachPercentagesOwnParts) {
  Kpi attendance;
  attendance.id = "attendance";
  attendance.unit = Unit::percent;
  attendance.calendar = Calendar::academic_year;
  attendance.definition = RatioOf{"attended", "possible"};
  add(attendance);
  const Kpi gap =
      formula("gap", Unit::percent, Calendar::academic_year,
              {other_kpi("attendance", ""), other_kpi("attendance", "g=send")}, "r0 - r1");
  const auto put = [&](const std::string& urn, const std::string& group, double part, double of) {
    reader_.put({"attended", urn, group}, year_2024, part);
    reader_.put({"possible", urn, group}, year_2024, of);
  };
  put("900001", "", 950, 1000);
  put("900001", "g=send", 80, 100);
  put("900002", "", 90, 100);
  put("900002", "g=send", 45, 50);
  put("900003", "", 5000, 5000);  // tells nothing of its SEND pupils: counts on neither side
  const auto found = values(gap, "trust");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 100.0 * 1040 / 1100 - 100.0 * 125 / 150);
  EXPECT_EQ(found[0].completeness, (Completeness{2, 3}));
  EXPECT_EQ(values(gap, "900001").at(0).value, 15);
}

TEST_F(RollUpTest, OnlyMembersAtThePeriodsEndCount) {
  const Date joined = make_date(2024, 1, 1);
  const Date left = make_date(2025, 1, 1);
  set_organisations({school("900001"), school("900002", joined), school("900003", {}, left)});
  for (const char* urn : {"900001", "900002", "900003"}) {
    for (int year = 2022; year <= 2024; ++year) {
      put_year(urn, academic_year_of(make_date(year, 9, 1)), 1, 100);
    }
  }
  const auto found = values(reserves_, "trust");
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].completeness, (Completeness{2, 2})) << "900002 had not joined";
  EXPECT_EQ(found[1].completeness, (Completeness{3, 3}));
  EXPECT_EQ(found[2].completeness, (Completeness{2, 2})) << "900003 has left";
  EXPECT_EQ(found[0].denominator, 200);
  EXPECT_THAT(values(reserves_, "900002"), SizeIs(3)) << "its own history stays its own";
}

TEST_F(RollUpTest, AKpiThatDoesNotRollUpStandsForTheTrustsOwnFigure) {
  Kpi forecast;
  forecast.id = "forecast";
  forecast.unit = Unit::pence;
  forecast.calendar = Calendar::financial_year;
  forecast.definition = MeasureOf{"finance.forecast"};
  forecast.roll_up = RollUp::none;
  add(forecast);
  const Kpi share = formula("share", Unit::percent, Calendar::financial_year,
                            {other_kpi("forecast"), measure("finance.income")}, "r0", "r1");
  reader_.put({"finance.forecast", "trust", ""}, year_2024, 30);
  put_year("900001", year_2024, 0, 100);
  put_year("900002", year_2024, 0, 200);
  const auto found = values(share, "trust");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 10);
  EXPECT_EQ(found[0].completeness, (Completeness{1, 3})) << "as little as what is known least of";
}

TEST_F(RollUpTest, WhatTheTrustHasBesideItsSchoolsCountsInAFormula) {
  const Kpi sum = formula("sum", Unit::pence, Calendar::financial_year,
                          {measure("finance.reserves"), measure("finance.income")}, "r0 + r1");
  put_year("900001", year_2024, 1, 10);
  put_year("trust", year_2024, 3, 30);
  const auto found = values(sum, "trust");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].value, 44);
  EXPECT_EQ(found[0].completeness, (Completeness{1, 3}));
}

TEST_F(RollUpTest, SmallGroupsCountTogetherOrNotAtAll) {
  Kpi share;
  share.id = "share";
  share.unit = Unit::percent;
  share.definition = RatioOf{"absent", "pupils"};
  share.smallest_group = 5;
  const auto put = [&](const std::string& urn, Period year, double part, double of) {
    reader_.put({"absent", urn, ""}, year, part);
    reader_.put({"pupils", urn, ""}, year, of);
  };
  put("900001", year_2023, 10, 100);
  put("900002", year_2023, 1, 4);  // the trust less 900001 would tell of 900002
  put("900001", year_2024, 10, 100);
  put("900002", year_2024, 1, 4);
  put("900003", year_2024, 1, 3);
  const auto found = values(share, "trust");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].denominator, 100);
  EXPECT_EQ(found[0].completeness, (Completeness{1, 3}));
  EXPECT_EQ(found[1].denominator, 107);
  EXPECT_EQ(found[1].completeness, (Completeness{3, 3}));
}

TEST_F(RollUpTest, APercentageWithoutPartsInsideAFormulaIsNotAdded) {
  Reference rate = measure("survey.positive");
  rate.unit = Unit::percent;
  const Kpi gap = formula("gap", Unit::percent, Calendar::academic_year, {rate}, "r0 - 90");
  reader_.put({"survey.positive", "900001", ""}, year_2024, 95);
  EXPECT_EQ(values(gap, "900001").at(0).value, 5);
  EXPECT_THAT(values(gap, "trust"), SizeIs(0));
}

// Whatever the schools have, the trust's figure is that of one school with all their pupils: each
// definition over the sums. Random whole figures, so that sums are exact.
TEST_F(RollUpTest, OfPartsEqualsTheWhole) {
  std::mt19937 random{20250901};
  const auto any = [&](int least, int most) {
    return static_cast<double>(std::uniform_int_distribution<int>(least, most)(random));
  };
  add(reserves_);
  Kpi difference;
  difference.unit = Unit::pence;
  difference.definition = DifferenceOf{"finance.income", "finance.reserves"};
  const std::vector<Reference> both{measure("finance.reserves"), measure("finance.income")};
  const auto of = [&](const char* id, Unit unit, std::vector<Reference> references,
                      const char* above, const char* below = "") {
    return formula(id, unit, Calendar::financial_year, std::move(references), above, below);
  };
  add(of("linear", Unit::pence, both, "3 * r0 - r1 / 4"));
  const std::vector<Kpi> kpis{
      reserves_,
      difference,
      of("one", Unit::pence, both, "2 * r1 - r0"),
      of("two", Unit::percent, both, "r1 - r0", "r1 + 2 * r0"),
      of("gap", Unit::percent, {other_kpi("finance.reserves_percent"), both[1]}, "r0 - 5 + 0 * r1"),
      of("deep", Unit::pence, {other_kpi("linear"), other_kpi("finance.reserves_percent")},
         "r0 * r1"),
      of("before", Unit::pence, {both[0], measure("finance.reserves", {}, At::year_before)},
         "r0 - r1")};
  for (int round = 0; round < 50; ++round) {
    reader_ = {};
    const int schools = static_cast<int>(any(1, 9));
    std::vector<std::string> urns{"999999"};
    std::map<Period, std::pair<double, double>> whole;
    for (int i = 0; i < schools; ++i) {
      const std::string urn = std::to_string(900001 + i);
      urns.push_back(urn);
      for (const Period& year : {year_2023, year_2024}) {
        const double reserves = any(-500, 5000) * 4;
        const double income = any(1, 100'000) * 4;
        put_year(urn, year, reserves, income);
        whole[year].first += reserves;
        whole[year].second += income;
      }
    }
    Organisation beside = school("999999");  // all of them in one, and no member
    beside.kind = OrganisationKind::comparator;
    std::vector<Organisation> all{beside};
    for (std::size_t i = 1; i < urns.size(); ++i) all.push_back(school(urns[i]));
    set_organisations(all);
    for (const auto& [year, sums] : whole) put_year("999999", year, sums.first, sums.second);
    for (const Kpi& kpi : kpis) {
      const auto parts = values(kpi, "trust");
      const auto one = values(kpi, "999999");
      ASSERT_EQ(parts.size(), one.size()) << kpi.id;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_EQ(parts[i].period, one[i].period);
        EXPECT_EQ(parts[i].value, one[i].value) << kpi.id << " in round " << round;
        EXPECT_EQ(parts[i].numerator, one[i].numerator) << kpi.id;
        EXPECT_EQ(parts[i].denominator, one[i].denominator) << kpi.id;
        EXPECT_TRUE(parts[i].completeness.complete());
      }
    }
  }
}

}  // namespace
}  // namespace kpid
