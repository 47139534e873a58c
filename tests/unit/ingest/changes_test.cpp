// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What is judged where something changes, how far back it is read, and what is kept of it.

#include "ingest/changes.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::days;

// Attendance beside reserves, two schools and England.
class Depends : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    auto all = config_->organisations.all();
    Organisation england;
    england.kind = OrganisationKind::comparator;
    england.code = england.name = "E92000001";
    all.push_back(england);
    config_->organisations = Organisations(all);
    Kpi kpi;
    kpi.id = kpi.title = "attendance.percent";
    kpi.unit = Unit::percent;
    kpi.calendar = Calendar::day;
    kpi.definition = RatioOf{"attendance.attended", "attendance.possible"};
    kpi.owner = "finance";
    config_->kpis.push_back(kpi);
  }
  Rule& add_rule(const std::string& name, Comparison compare = Comparison::number) {
    Rule rule;
    rule.name = name;
    rule.kpi = "attendance.percent";
    rule.compare = compare;
    rule.red = Threshold{Threshold::Operator::below, compare == Comparison::number ? 90.0 : 0.0};
    config_->rules.push_back(rule);
    return config_->rules.back();
  }
  static std::vector<Row> attendance(const std::string& school, double attended, Date day,
                                     const std::string& subgroup = {}) {
    return {{school, "attendance.attended", attended, {day, day}, {}, subgroup},
            {school, "attendance.possible", 100, {day, day}, {}, subgroup}};
  }
  // Which rules and organisations a change of this series asks for.
  std::vector<std::string> asked(const SeriesKey& key) {
    Pairs pairs;
    Dependents(*config_).add(key, pairs);
    pairs.seal();
    std::vector<std::string> names;
    for (const Pair& pair : pairs.listed(*config_)) {
      names.push_back(config_->rules[pair.rule].name + " " +
                      config_->organisations.all()[pair.organisation].code);
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  store::SeriesId series(const SeriesKey& key) {
    return writer().series_id("finance", key).value();
  }
  using Names = std::vector<std::string>;
  const Date day_ = make_date(2026, 11, 20);
};

TEST_F(Depends, AMeasureOfASchoolConcernsItsRulesAtTheSchoolAndTheTrust) {
  add_rule("low");
  EXPECT_EQ(asked({"attendance.attended", "900001", ""}), (Names{"low 900001", "low trust"}));
  EXPECT_EQ(asked({"finance.income", "900002", ""}), (Names{"reserves 900002", "reserves trust"}));
  EXPECT_EQ(asked({"finance.income", "trust", ""}), Names{"reserves trust"});
  EXPECT_EQ(asked({"attendance.attended", "900001", "year_group=4"}), Names{});
  EXPECT_EQ(asked({"attendance.attended", "E92000001", ""}), Names{});
  EXPECT_EQ(asked({"attendance.persistent", "900001", ""}), Names{});
  EXPECT_EQ(asked({"attendance.attended", "123456", ""}), Names{}) << "it left the config";
}

TEST_F(Depends, ARuleOfASubgroupAndOfNamedOrganisations) {
  Rule& rule = add_rule("low");
  rule.subgroup = "year_group=4";
  rule.organisations = {"900002", "E92000001"};
  EXPECT_EQ(asked({"attendance.attended", "900001", "year_group=4"}), Names{});
  EXPECT_EQ(asked({"attendance.attended", "900002", "year_group=4"}), Names{"low 900002"});
  EXPECT_EQ(asked({"attendance.attended", "E92000001", "year_group=4"}), Names{"low E92000001"});
  EXPECT_EQ(asked({"attendance.attended", "900002", ""}), Names{});
}

TEST_F(Depends, AnInputOfAFixedSubgroupConcernsTheKpiWhateverItIsAskedFor) {
  config_->kpis[1].inputs = {{"attendance.attended", "pupil_group=send"},
                             {"attendance.possible", std::nullopt}};
  add_rule("low").organisations = {"900001"};
  Rule& of_year = add_rule("low in year 4");
  of_year.organisations = {"900001"};
  of_year.subgroup = "year_group=4";
  EXPECT_EQ(asked({"attendance.attended", "900001", "pupil_group=send"}),
            (Names{"low 900001", "low in year 4 900001"}));
  EXPECT_EQ(asked({"attendance.attended", "900001", ""}), Names{});
  EXPECT_EQ(asked({"attendance.possible", "900001", "year_group=4"}),
            Names{"low in year 4 900001"});
}

TEST_F(Depends, WhatARuleComparesWithConcernsIt) {
  add_rule("below reserves", Comparison::kpi).other_kpi = "finance.reserves_percent";
  add_rule("below England", Comparison::organisation).other_organisation = "E92000001";
  add_rule("below the trust", Comparison::organisation).other_organisation = "trust";
  EXPECT_EQ(asked({"finance.income", "900001", ""}),
            (Names{"below reserves 900001", "below reserves trust", "reserves 900001",
                   "reserves trust"}));
  EXPECT_EQ(asked({"attendance.attended", "E92000001", ""}),
            (Names{"below England 900001", "below England 900002", "below England trust"}));
  EXPECT_EQ(asked({"attendance.attended", "900002", ""}),
            (Names{"below England 900002", "below England trust", "below reserves 900002",
                   "below reserves trust", "below the trust 900001", "below the trust 900002",
                   "below the trust trust"}));
}

TEST_F(Depends, ANewNationalFigureIsHeldAgainstEverySchool) {
  add_rule("below England", Comparison::organisation).other_organisation = "E92000001";
  auto rows = attendance("900001", 92, day_);
  for (const Row& row : attendance("900002", 96, day_)) rows.push_back(row);
  for (const Row& row : attendance("E92000001", 90, day_)) rows.push_back(row);
  ASSERT_TRUE(pull(rows));
  EXPECT_EQ(evaluate().alerts_opened, 0U);
  ASSERT_TRUE(pull(attendance("E92000001", 94, day_)));
  const auto evaluation = evaluate();
  EXPECT_EQ(evaluation.series_judged, 3U);
  EXPECT_EQ(evaluation.alerts_opened, 1U);
  const auto alert = writer().open_alert("below England", "900001", "").value();
  ASSERT_TRUE(alert);
  const auto events = writer().events(alert->id).value();
  const auto evidence = writer().evidence(events.at(0).event.id).value();
  ASSERT_EQ(evidence.size(), 4U) << "both parts, of the school and of England";
  EXPECT_EQ(evidence[0].series.organisation, "900001");
  EXPECT_EQ(evidence[1].series.organisation, "E92000001");
  EXPECT_EQ(evidence[1].measurement.revision, 2U);
}

TEST_F(Depends, ANationalFigureOfARunUnderWayHoldsTheRuleBack) {
  add_rule("below England", Comparison::organisation).other_organisation = "E92000001";
  auto rows = attendance("900001", 80, day_);
  for (const Row& row : attendance("E92000001", 94, day_)) rows.push_back(row);
  ASSERT_TRUE(pull(rows));
  SourceConfig other = config_->sources[0];
  other.name = "other";
  ASSERT_TRUE(database_->begin());
  RunSession half(config_, other, measures());
  ASSERT_TRUE(half.begin(writer(), now_));
  Checkpoint checkpoint;
  checkpoint.batches.push_back(batch({{"E92000001", "attendance.attended", 70, {day_, day_}}}));
  ASSERT_TRUE(half.apply(writer(), checkpoint, now_));
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ(evaluate().alerts_opened, 0U);
  EXPECT_GE(writer().marks()->size(), 3U) << "the school's own marks wait too";
  ASSERT_TRUE(database_->begin());
  ASSERT_TRUE(half.finish(writer(), {}, now_));
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ(evaluate().alerts_opened, 0U) << "80 is not below 70";
  EXPECT_TRUE(writer().marks()->empty());
}

TEST_F(Depends, ARestatedSchoolIsJudgedAloneWithTheTrust) {
  add_rule("low");
  std::vector<Row> rows;
  for (const char* school : {"900001", "900002"}) {
    for (const Row& row : attendance(school, 95, day_)) rows.push_back(row);
    for (const Row& row : figures(school, 10, 100)) rows.push_back(row);
  }
  ASSERT_TRUE(pull(rows));
  EXPECT_EQ(evaluate().series_judged, 6U) << "two rules at two schools and the trust";
  ASSERT_TRUE(pull(attendance("900002", 94, day_)));
  EXPECT_EQ(evaluate().series_judged, 2U);
}

TEST_F(Depends, RulesOfOneSeriesAreEachToldOf) {
  add_rule("low");
  add_rule("very low").red = Threshold{Threshold::Operator::below, 85};
  ASSERT_TRUE(pull(attendance("900001", 80, day_)));
  const auto evaluation = evaluate();
  EXPECT_EQ(evaluation.series_judged, 4U);
  EXPECT_EQ(evaluation.alerts_opened, 4U);
}

TEST_F(Depends, ABreachThatBeganLongAgoIsToldOfWithItsBeginning) {
  add_rule("low").organisations = {"900001"};
  std::vector<Row> rows;
  const Date begin = make_date(2025, 1, 6);
  const auto add = [&](Date day, double attended) {
    for (const Row& row : attendance("900001", attended, day)) rows.push_back(row);
  };
  add(begin - days{3}, 95);
  for (Date day = begin; day <= day_; day += days{1}) {
    if (config_->calendars.trust().is_school_day(day)) add(day, 80);
  }
  ASSERT_TRUE(pull(rows));
  ASSERT_EQ(evaluate().alerts_opened, 1U);
  EXPECT_EQ(writer().open_alert("low", "900001", "").value()->since.start, begin);
}

TEST_F(Depends, ASeriesThatEndedLongAgoIsJudgedAllTheSame) {
  add_rule("low").organisations = {"900001"};
  ASSERT_TRUE(pull(attendance("900001", 80, make_date(2016, 3, 1))));
  EXPECT_EQ(evaluate().alerts_opened, 1U);
}

TEST_F(Depends, AChangeToLastYearIsSeenHoweverShortTheLookBack) {
  Rule& rule = add_rule("fell", Comparison::year_before);
  rule.organisations = {"900001"};
  std::vector<Row> rows;
  for (Date day = make_date(2024, 9, 2); day <= day_; day += days{1}) {
    if (!config_->calendars.trust().is_school_day(day)) continue;
    for (const Row& row : attendance("900001", day == day_ ? 90 : 95, day)) rows.push_back(row);
  }
  ASSERT_TRUE(pull(rows));
  EXPECT_EQ(evaluate().alerts_opened, 1U);
}

TEST_F(Depends, TheTrustsEventRestsOnEverySchool) {
  auto rows = figures("900001", 3, 100);
  for (const Row& row : figures("900002", 4, 100)) rows.push_back(row);
  ASSERT_TRUE(pull(rows));
  const auto evaluation = evaluate();
  ASSERT_EQ(evaluation.deliveries.size(), 3U);
  EXPECT_NE(evaluation.deliveries[0].body.find("in/summary.csv"), std::string::npos)
      << "its provenance too: " << evaluation.deliveries[0].body;
  const auto alert = writer().open_alert("reserves", "trust", "").value();
  ASSERT_TRUE(alert);
  const auto events = writer().events(alert->id).value();
  EXPECT_EQ(writer().evidence(events.at(0).event.id)->size(), 4U);
}

TEST_F(Depends, EachEventKeepsTheRevisionsOfItsDay) {
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  evaluate();
  const std::string id = writer().open_alert("reserves", "900001", "").value()->id;
  ASSERT_TRUE(pull(figures("900001", 9, 100)));
  EXPECT_EQ(evaluate().alerts_resolved, 2U);
  const auto events = writer().events(id).value();
  ASSERT_EQ(events.size(), 2U);
  const auto reserves = [&](std::size_t event) {
    const auto evidence = writer().evidence(events[event].event.id).value();
    EXPECT_EQ(evidence.size(), 2U);
    return evidence.back().measurement;
  };
  EXPECT_EQ(reserves(0).value, 3);
  EXPECT_EQ(reserves(0).revision, 1U);
  EXPECT_EQ(reserves(1).value, 9);
  EXPECT_EQ(reserves(1).revision, 2U);
}

TEST_F(Depends, ARowOfPeriodsRestsOnAllOfThem) {
  Rule& rule = add_rule("low");
  rule.organisations = {"900001"};
  rule.for_periods = 3;
  std::vector<Row> rows;
  for (int i = 0; i < 5; ++i) {
    for (const Row& row : attendance("900001", 80, make_date(2026, 11, 16) + days{i})) {
      rows.push_back(row);
    }
  }
  ASSERT_TRUE(pull(rows));
  ASSERT_EQ(evaluate().alerts_opened, 1U);
  const std::string id = writer().open_alert("low", "900001", "").value()->id;
  EXPECT_EQ(writer().evidence(writer().events(id)->at(0).event.id)->size(), 6U);
}

}  // namespace
}  // namespace kpid::ingest
