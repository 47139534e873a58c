// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What time alone brings about: silence, and the end of flapping.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/span_back.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::days;
using std::chrono::hours;

// Three schools whose attendance comes daily; a figure may be six school days old, and is told of
// when a whole one more has passed. Autumn half-term of 2026 is from 26 to 30 October.
class Due : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    auto all = config_->organisations.all();
    Organisation third;
    third.code = third.name = "900003";
    all.push_back(third);
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
    config_->kpis = {kpi};
    Rule stale;
    stale.name = "stale.attendance.percent";
    stale.kpi = kpi.id;
    stale.compare = Comparison::stale;
    stale.implied = true;
    config_->rules = {stale};
  }

  void come(const std::vector<std::string>& schools, Date day, double attended = 95) {
    std::vector<Row> rows;
    for (const std::string& school : schools) {
      rows.push_back({school, "attendance.attended", attended, {day, day}});
      rows.push_back({school, "attendance.possible", 100, {day, day}});
    }
    ASSERT_TRUE(pull(rows));
  }
  Evaluation due(Date day) {
    now_ = Timestamp{day} + hours{7};
    return evaluate_by(evaluate_due);
  }
  // The open alerts, as organisations.
  std::vector<std::string> open() {
    std::vector<std::string> organisations;
    const auto alerts = writer().alerts({}).value();
    for (const Alert& alert : alerts) {
      organisations.push_back(alert.organisation);
    }
    std::sort(organisations.begin(), organisations.end());
    return organisations;
  }
  using Names = std::vector<std::string>;

  const Date monday_ = make_date(2026, 11, 9);
  const Date in_time_ = make_date(2026, 11, 17);  // six school days later
  const Date late_ = make_date(2026, 11, 18);
};

TEST_F(Due, OneLateSchoolIsToldOfOnceAndItsFigureEndsIt) {
  come({"900001", "900002", "900003"}, monday_);
  come({"900001", "900003"}, in_time_);
  evaluate();
  EXPECT_EQ(due(in_time_).alerts_opened, 0U);
  EXPECT_EQ(due(late_).alerts_opened, 1U);
  EXPECT_EQ(open(), Names{"900002"});
  EXPECT_EQ(due(late_).deliveries.size(), 0U) << "again changes nothing";
  come({"900002"}, late_);
  const auto evaluation = evaluate();
  EXPECT_EQ(evaluation.alerts_resolved, 1U);
  ASSERT_EQ(evaluation.deliveries.size(), 1U);
  EXPECT_EQ(open(), Names{});
  EXPECT_EQ(due(late_).deliveries.size(), 0U);
}

TEST_F(Due, AFigureThatIsStillOldEndsNothing) {
  come({"900001", "900002"}, monday_);
  come({"900001"}, in_time_);
  due(late_);
  ASSERT_EQ(open(), Names{"900002"});
  come({"900002"}, monday_ + days{1});
  now_ = Timestamp{make_date(2026, 11, 25)};
  EXPECT_EQ(evaluate().alerts_resolved, 0U);
  EXPECT_EQ(open(), Names{"900002"});
}

TEST_F(Due, OneAlertOnTheTrustStandsForAllOfThem) {
  come({"900001", "900002", "900003"}, monday_);
  evaluate();
  const auto evaluation = due(late_);
  EXPECT_EQ(evaluation.alerts_opened, 1U);
  ASSERT_EQ(evaluation.deliveries.size(), 1U);
  EXPECT_EQ(open(), Names{"trust"});
  EXPECT_EQ(due(late_ + days{1}).deliveries.size(), 0U);
}

TEST_F(Due, WhenOneComesBackTheOthersSpeakForThemselves) {
  come({"900001", "900002", "900003"}, monday_);
  due(late_);
  come({"900003"}, late_);
  const auto evaluation = evaluate();
  EXPECT_EQ(evaluation.alerts_resolved, 1U) << "the trust's";
  EXPECT_EQ(evaluation.alerts_opened, 2U);
  EXPECT_EQ(open(), (Names{"900001", "900002"}));
  come({"900001", "900002"}, late_);
  EXPECT_EQ(evaluate().alerts_resolved, 2U);
  EXPECT_EQ(open(), Names{});
}

TEST_F(Due, AnAlertThatWasOpenBeforeAllWereLateStays) {
  come({"900001", "900002"}, monday_);
  come({"900001"}, make_date(2026, 11, 11));
  due(late_);
  ASSERT_EQ(open(), Names{"900002"});
  EXPECT_EQ(due(late_ + days{9}).alerts_opened, 1U);
  EXPECT_EQ(open(), (Names{"900002", "trust"}));
}

TEST_F(Due, ASchoolAloneSpeaksForItself) {
  come({"900001"}, monday_);
  EXPECT_EQ(due(late_).alerts_opened, 1U);
  EXPECT_EQ(open(), Names{"900001"});
}

TEST_F(Due, ARuleThatDoesNotLookAtTheTrustTellsOfEachSchool) {
  config_->rules[0].organisations = {"900001", "900002"};
  come({"900001", "900002", "900003"}, monday_);
  due(late_);
  EXPECT_EQ(open(), (Names{"900001", "900002"}));
}

TEST_F(Due, AComparatorIsLookedAtWhereTheRuleNamesIt) {
  come({"900001", "E92000001"}, monday_);
  come({"900001"}, in_time_);
  due(late_);
  EXPECT_EQ(open(), Names{});
  config_->rules[0].organisations = {"E92000001"};
  due(late_);
  EXPECT_EQ(open(), Names{"E92000001"});
}

TEST_F(Due, ATrustWithFiguresOfItsOwnIsLateOnlyItself) {
  config_->kpis[0].roll_up = RollUp::none;
  come({"900001", "900002", "trust"}, monday_);
  come({"trust"}, in_time_);
  due(late_);
  EXPECT_EQ(open(), (Names{"900001", "900002"}));
  due(late_ + days{10});
  EXPECT_EQ(open(), (Names{"900001", "900002", "trust"}));
  come({"trust"}, late_ + days{9});
  EXPECT_EQ(evaluate().alerts_resolved, 1U);
}

TEST_F(Due, NobodyIsLateInAugust) {
  come({"900001", "900002"}, make_date(2026, 7, 17));
  for (Date day = make_date(2026, 7, 18); day < make_date(2026, 9, 2); day += days{1}) {
    ASSERT_EQ(due(day).alerts_opened, 0U) << format_date(day);
  }
  EXPECT_EQ(due(make_date(2026, 9, 21)).alerts_opened, 1U) << "the new year has begun without it";
}

TEST_F(Due, WhoNeverHadAFigureOwesNone) {
  come({"900001", "900002"}, monday_);
  come({"900001", "900002"}, in_time_);
  due(late_);
  EXPECT_EQ(open(), Names{}) << "900003 has no attendance at all";
}

TEST_F(Due, WhoLeavesTheTrustIsLateNoMore) {
  come({"900001", "900002", "900003"}, monday_);
  come({"900001", "900003"}, in_time_);
  due(late_);
  ASSERT_EQ(open(), Names{"900002"});
  auto all = config_->organisations.all();
  all[2].left = late_ + days{1};
  config_->organisations = Organisations(all);
  EXPECT_EQ(due(late_ + days{1}).alerts_resolved, 1U);
  EXPECT_EQ(open(), Names{});
  EXPECT_EQ(due(late_ + days{30}).alerts_opened, 1U) << "the other two are late by now";
  EXPECT_EQ(open(), Names{"trust"});
}

TEST_F(Due, WhatARunUnderWayHasTouchedIsNotJudged) {
  come({"900001", "900002"}, monday_);
  evaluate();
  now_ = Timestamp{late_};
  ASSERT_TRUE(database_->begin());
  RunSession half(config_, config_->sources[0], measures());
  ASSERT_TRUE(half.begin(writer(), now_));
  Checkpoint checkpoint;
  checkpoint.batches.push_back(
      batch({{"900002", "attendance.attended", 95, {in_time_, in_time_}}}));
  ASSERT_TRUE(half.apply(writer(), checkpoint, now_));
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ(due(late_).alerts_opened, 0U) << "whether all are late is not known yet";
  ASSERT_TRUE(database_->begin());
  ASSERT_TRUE(half.finish(writer(), {}, now_));
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ(due(late_).alerts_opened, 1U) << "half of the figure is no figure";
  EXPECT_EQ(open(), Names{"trust"});
}

TEST_F(Due, ARemovedRuleEndsItsSilence) {
  come({"900001", "900002"}, monday_);
  due(late_);
  config_->rules.clear();
  EXPECT_EQ(evaluate(true).alerts_resolved, 1U);
  EXPECT_EQ(open(), Names{});
}

TEST_F(Due, EvaluatingAllDoesNotOpenWhatOnlyTimeBringsAbout) {
  come({"900001", "900002"}, monday_);
  evaluate();
  now_ = Timestamp{late_};
  EXPECT_EQ(evaluate(true).alerts_opened, 0U) << "at a start nothing has been read yet";
  EXPECT_EQ(due(late_).alerts_opened, 1U);
}

TEST_F(Due, AnEventOfSilenceRestsOnTheLastFigureThatCame) {
  come({"900001", "900002"}, monday_);
  come({"900001"}, in_time_);
  due(late_);
  const auto alert = writer().open_alert("stale.attendance.percent", "900002", "").value();
  ASSERT_TRUE(alert);
  const auto events = writer().events(alert->id).value();
  const auto evidence = writer().evidence(events.at(0).event.id).value();
  ASSERT_EQ(evidence.size(), 2U);
  EXPECT_EQ(evidence[0].measurement.period.end, monday_);
}

TEST_F(Due, FlappingEndsWhenItsWindowHasPassed) {
  Rule low;
  low.name = "low";
  low.kpi = config_->kpis[0].id;
  low.amber = Threshold{Threshold::Operator::below, 90};
  low.organisations = {"900001"};
  low.flapping = Flapping{Span{10, Span::Unit::school_days}, 4, 1};
  config_->rules = {low};
  std::uint32_t told = 0;
  for (int i = 0; i < 5; ++i) {
    const Date day = monday_ + days{i};
    now_ = Timestamp{day} + hours{8};
    come({"900001"}, day, i % 2 == 0 ? 80 : 95);
    told += static_cast<std::uint32_t>(evaluate().deliveries.size());
  }
  const auto alert = writer().open_alert("low", "900001", "").value();
  ASSERT_TRUE(alert);
  EXPECT_TRUE(alert->flapping) << "two firings and a resolution, and the second is due";
  EXPECT_EQ(told, 4U) << "and of the fifth figure nothing";
  const std::string data = writer().events(alert->id).value().back().event.data;
  EXPECT_NE(data.find("it has gone in and out of its limit 4 times since "), std::string::npos)
      << data;
  come({"900001"}, make_date(2026, 11, 16), 95);
  EXPECT_EQ(evaluate().alerts_resolved, 0U) << "held open";
  EXPECT_EQ(due(make_date(2026, 11, 17)).alerts_resolved, 0U);
  EXPECT_EQ(due(make_date(2026, 12, 7)).alerts_resolved, 1U);
  EXPECT_EQ(open(), Names{});
}

TEST(JudgedDay, BeginsAtSevenInTheMorningOfTheTrust) {
  const auto at = [](int hour) { return Timestamp{make_date(2026, 7, 1)} + hours{hour}; };
  EXPECT_EQ(judged_day(at(5), "Europe/London"), make_date(2026, 6, 30));
  EXPECT_EQ(judged_day(at(6), "Europe/London"), make_date(2026, 7, 1)) << "summer time";
  EXPECT_EQ(judged_day(at(23), "Europe/London"), make_date(2026, 7, 1));
}

TEST(SpanBefore, IsTheLastDayFromWhichTheSpanIsOver) {
  const SchoolCalendar calendar;
  for (const Span span : {Span{10, Span::Unit::school_days}, Span{2, Span::Unit::school_weeks},
                          Span{1, Span::Unit::half_terms}, Span{1, Span::Unit::terms},
                          Span{3, Span::Unit::months}, Span{2, Span::Unit::years}}) {
    for (Date today = make_date(2026, 3, 1); today < make_date(2026, 4, 30); today += days{1}) {
      const Date day = span_before(calendar, today, span);
      EXPECT_LE(calendar.after(day, span), today) << format_span(span);
      EXPECT_GT(calendar.after(day + days{1}, span), today)
          << format_span(span) << " " << format_date(today);
    }
  }
  EXPECT_EQ(span_before(calendar, make_date(2026, 3, 5), Span{4, Span::Unit::days}),
            make_date(2026, 3, 1));
  EXPECT_EQ(span_before(calendar, make_date(2026, 3, 5), Span{3, Span::Unit::years}),
            make_date(2023, 3, 5));
}

}  // namespace
}  // namespace kpid::ingest
