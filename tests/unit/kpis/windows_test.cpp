// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A window never changes a value: what is read of the past for it is enough, for every definition.

#include <random>

#include "unit/kpis/kpis_fixture.hpp"

namespace kpid {
namespace {

using At = Reference::At;

class Windows : public KpisTest {
 protected:
  Windows() {
    std::mt19937 random{4};
    const auto any = [&](int most) {
      return static_cast<double>(std::uniform_int_distribution<int>(1, most)(random));
    };
    const auto now_and_then = [&] { return any(10) > 2; };
    for (const char* urn : {"900001", "900002", "900003", "trust"}) {
      for (Date day = make_date(2022, 9, 1); day < make_date(2025, 9, 1);
           day += std::chrono::days{1}) {
        if (now_and_then() && now_and_then()) reader_.put("d", urn, day, any(300));
      }
      for (Date monday = make_date(2022, 9, 5); monday < make_date(2025, 9, 1);
           monday += std::chrono::days{7}) {
        const Period week{monday, monday + std::chrono::days{6}};
        if (now_and_then()) reader_.put({"w", urn, ""}, week, any(300));
        if (now_and_then()) reader_.put({"w2", urn, ""}, week, any(300));
      }
      for (int year = 2012; year < 2025; ++year) {
        const Period period = academic_year_of(make_date(year, 9, 1));
        if (now_and_then()) reader_.put({"y", urn, ""}, period, any(300));
      }
    }
  }

  void expect_the_same(const Kpi& kpi) {
    for (const char* code : {"900001", "trust"}) {
      const auto all = values(kpi, code);
      EXPECT_FALSE(all.empty()) << kpi.id << " of " << code;
      for (Date from = make_date(2024, 3, 1); from < make_date(2025, 9, 10);
           from += std::chrono::days{61}) {
        const auto windowed = values(kpi, code, Window{{}, from});
        std::vector<KpiValue> expected = all;
        std::erase_if(expected, [&](const KpiValue& one) { return one.period.end < from; });
        ASSERT_EQ(windowed.size(), expected.size()) << kpi.id << " " << code << format_date(from);
        for (std::size_t i = 0; i < windowed.size(); ++i) {
          EXPECT_EQ(windowed[i].period, expected[i].period);
          EXPECT_EQ(windowed[i].value, expected[i].value) << kpi.id << " of " << code;
          EXPECT_EQ(windowed[i].completeness, expected[i].completeness);
          EXPECT_EQ(windowed[i].inputs.size(), expected[i].inputs.size());
        }
      }
    }
  }

  static Kpi of(const std::string& id, Calendar calendar, KpiDefinition definition) {
    Kpi kpi;
    kpi.id = id;
    kpi.calendar = calendar;
    kpi.definition = std::move(definition);
    return kpi;
  }
};

TEST_F(Windows, OfMeasures) {
  expect_the_same(of("measure", Calendar::week, MeasureOf{"w"}));
  expect_the_same(of("ratio", Calendar::week, RatioOf{"w", "w2"}));
  expect_the_same(of("difference", Calendar::week, DifferenceOf{"w", "w2"}));
  expect_the_same(of("census", Calendar::day, ChangeSinceAutumnCensus{"d"}));
  expect_the_same(of("year before", Calendar::day, ChangeSinceYearBefore{"d"}));
  expect_the_same(of("week before", Calendar::week, ChangeSinceYearBefore{"w"}));
}

TEST_F(Windows, OfFormulasAtOtherTimes) {
  for (const At at : {At::autumn_census, At::year_before, At::latest}) {
    expect_the_same(formula("day", Unit::count, Calendar::day, {measure("d"), measure("d", {}, at)},
                            "r0 - r1"));
  }
  expect_the_same(formula("per", Unit::count, Calendar::week,
                          {measure("w"), measure("d", {}, At::latest), measure("y", {}, At::latest),
                           measure("d", {}, At::autumn_census)},
                          "r0 + r2", "r1 + r3"));
  add(formula("below", Unit::count, Calendar::week, {measure("w"), measure("d", {}, At::latest)},
              "r0", "r1"));
  expect_the_same(formula("above", Unit::percent, Calendar::week,
                          {other_kpi("below"), other_kpi("below", {}, At::year_before)}, "r0 - r1",
                          "r1"));
}

TEST_F(Windows, OfTrends) {
  add(of("w", Calendar::week, MeasureOf{"w"}));
  add(of("y", Calendar::academic_year, MeasureOf{"y"}));
  for (const auto& [base, calendar] :
       {std::pair{"w", Calendar::week}, {"y", Calendar::academic_year}}) {
    MonthsUntil until;
    until.kpi = base;
    until.crosses = {Threshold::Operator::below, -100};
    until.forecast.window = 8;
    config_.kpis[0].unit = config_.kpis[1].unit = Unit::percent;  // whatever schools have it
    const Kpi kpi = of("months", calendar, until);
    const auto all = values(kpi, "900001");
    EXPECT_FALSE(all.empty()) << base;
    for (Date from = make_date(2024, 3, 1); from < make_date(2025, 9, 1);
         from += std::chrono::days{61}) {
      const auto windowed = values(kpi, "900001", Window{{}, from});
      ASSERT_LE(windowed.size(), all.size());
      ASSERT_FALSE(windowed.empty());
      for (std::size_t i = 0; i < windowed.size(); ++i) {
        const auto& expected = all[all.size() - windowed.size() + i];
        EXPECT_EQ(windowed[i].period, expected.period);
        EXPECT_EQ(windowed[i].value, expected.value) << base;
        EXPECT_EQ(windowed[i].inputs.size(), expected.inputs.size()) << base;
      }
    }
  }
}

}  // namespace
}  // namespace kpid
