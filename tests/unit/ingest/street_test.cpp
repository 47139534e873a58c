// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The street from an observation to a delivery's row, on a real SQLite file: ingest, store, rules,
// alerts, outbox.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/source_health.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

TEST_F(Street, ABreachBecomesADeliveryForTheSchoolAndTheTrust) {
  const auto run = pull(figures("S900001", 3, 100));
  ASSERT_TRUE(run);
  EXPECT_EQ(run->counts.created, 2U);
  const auto evaluation = evaluate();
  EXPECT_EQ(evaluation.alerts_opened, 2U) << "the school, and the trust that it rolls up to";
  ASSERT_EQ(evaluation.deliveries.size(), 2U);
  EXPECT_EQ(evaluation.deliveries[1].destination, "team");
  EXPECT_NE(
      evaluation.deliveries[1].body.find("School 900001 \u2013 reserves as a share of income: 3 %"),
      std::string::npos)
      << evaluation.deliveries[1].body;
  EXPECT_NE(evaluation.deliveries[1].body.find("summary.csv row 2 and row 3"), std::string::npos);
  EXPECT_NE(evaluation.deliveries[0].body.find("figure from 1 of 2 schools"), std::string::npos);
  EXPECT_TRUE(writer().marks()->empty());
  EXPECT_EQ(writer().source_state("finance").value()->cursor, "c");
}

TEST_F(Street, TheSameFiguresAgainChangeNothing) {
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  evaluate();
  const auto again = pull(figures("900001", 3, 100));
  EXPECT_EQ(again->outcome, RunOutcome::unchanged);
  EXPECT_EQ(again->counts.unchanged, 2U);
  const auto evaluation = evaluate();
  EXPECT_EQ(evaluation.series_judged, 0U);
  EXPECT_TRUE(evaluation.deliveries.empty());
}

TEST_F(Street, AnOlderStatementThatComesLateIsNotTaken) {
  const auto stated = [](double reserves, Date day) {
    return std::vector<Row>{{"900001", "finance.reserves", reserves, year, day},
                            {"900001", "finance.income", 100, year, day}};
  };
  const Date june = make_date(2026, 6, 30);
  ASSERT_TRUE(pull(stated(7, june)));
  evaluate();
  const auto late = pull(stated(3, make_date(2026, 5, 31)));
  EXPECT_EQ(late->outcome, RunOutcome::unchanged);
  EXPECT_EQ(late->counts.unchanged, 2U);
  ASSERT_EQ(late->notes.size(), 1U);
  EXPECT_EQ(late->notes[0].sentence,
            "1 figure was not taken: the source has stated other values since");
  EXPECT_EQ(evaluate().alerts_opened, 0U);
  EXPECT_EQ(writer().series({"finance.reserves", "900001", ""}, {})->back().value, 7);
  EXPECT_EQ(writer().source_state("finance").value()->data_until, june)
      << "a year so far reaches to the day on which it was stated";
}

TEST_F(Street, ACorrectionResolvesAndSaysSo) {
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  evaluate();
  const Timestamp before = now_;
  const auto run = pull(figures("900001", 7, 100));
  EXPECT_EQ(run->counts.revised, 1U);
  const auto evaluation = evaluate();
  EXPECT_EQ(evaluation.alerts_resolved, 2U);
  ASSERT_EQ(evaluation.deliveries.size(), 2U);
  EXPECT_NE(evaluation.deliveries[1].body.find("\"resolution\":\"corrected\""), std::string::npos);
  const auto then = writer().series({"finance.reserves", "900001", ""}, {before, {}});
  EXPECT_EQ(then->at(0).value, 3) << "the old view can be read again";
}

TEST_F(Street, ACrashBetweenCommitAndEvaluationLosesNothing) {
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  open();  // as after a restart: the marks are still there
  EXPECT_EQ(evaluate().alerts_opened, 2U);
  EXPECT_EQ(evaluate().alerts_opened, 0U);
}

TEST_F(Street, MissingDataNeitherOpensNorResolvesTheTrustsAlert) {
  auto all = [](double first, double second, const Period& period) {
    return std::vector<Row>{{"900001", "finance.reserves", first, period},
                            {"900001", "finance.income", 100, period},
                            {"900002", "finance.reserves", second, period},
                            {"900002", "finance.income", 100, period}};
  };
  ASSERT_TRUE(pull(all(3, 3, year)));
  EXPECT_EQ(evaluate().alerts_opened, 3U) << "both schools and the trust";
  const Period next{make_date(2026, 9, 1), make_date(2027, 8, 31)};
  ASSERT_TRUE(
      pull({{"900001", "finance.reserves", 30, next}, {"900001", "finance.income", 100, next}}));
  EXPECT_EQ(evaluate().alerts_resolved, 1U) << "the school's; the trust is not known yet";
  EXPECT_TRUE(*writer().open_alert("reserves", "trust", ""));
  ASSERT_TRUE(pull(all(30, 30, next)));
  EXPECT_EQ(evaluate().alerts_resolved, 2U);
}

TEST_F(Street, WhatTheTrustHasBesideItsSchoolsMovesItsFigureAlone) {
  auto rows = figures("900001", 10, 100);
  for (const Row& row : figures("900002", 10, 100)) rows.push_back(row);
  ASSERT_TRUE(pull(rows));
  EXPECT_EQ(evaluate().alerts_opened, 0U);
  ASSERT_TRUE(pull(figures("trust", -15, 100)));  // its central services
  EXPECT_EQ(evaluate().alerts_opened, 1U);
  EXPECT_TRUE(*writer().open_alert("reserves", "trust", ""));
}

TEST_F(Street, HalfARunNeverRaisesAnAlert) {
  ASSERT_TRUE(database_->begin());
  RunSession half(config_, config_->sources[0], measures());
  ASSERT_TRUE(half.begin(writer(), now_));
  Checkpoint checkpoint;
  checkpoint.batches.push_back(batch(figures("900001", 3, 100)));
  ASSERT_TRUE(half.apply(writer(), checkpoint, now_));
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ(evaluate().alerts_opened, 0U) << "another source's run ended meanwhile";
  EXPECT_EQ(evaluate(true).alerts_opened, 0U) << "or the config was read anew";
  EXPECT_EQ(writer().marks()->size(), 2U);
  ASSERT_TRUE(database_->begin());
  ASSERT_TRUE(half.finish(writer(), {}, now_));
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ(evaluate().alerts_opened, 2U);
  EXPECT_TRUE(writer().marks()->empty());
}

TEST_F(Street, WhatAnotherRunHasTouchedWaitsForItAndTheRestDoesNot) {
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  ASSERT_TRUE(pull(figures("900002", 3, 100)));
  SourceConfig other = config_->sources[0];
  other.name = "other";
  ASSERT_TRUE(database_->begin());
  RunSession half(config_, other, measures());
  ASSERT_TRUE(half.begin(writer(), now_));
  Checkpoint checkpoint;
  checkpoint.batches.push_back(batch({{"900001", "finance.income", 20}}));
  ASSERT_TRUE(half.apply(writer(), checkpoint, now_));
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ(evaluate().alerts_opened, 1U) << "900002; neither 900001 nor the trust";
  ASSERT_TRUE(database_->begin());
  ASSERT_TRUE(half.finish(writer(), {}, now_));
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ(evaluate().alerts_opened, 0U) << "3 of 20 and 6 of 120 are no breach";
  EXPECT_TRUE(writer().marks()->empty());
}

TEST_F(Street, ThreeCrashesInARowQuarantineTheLibrary) {
  const auto crash = [&](bool crashed) {
    EXPECT_TRUE(database_->begin());
    RunSession session(config_, config_->sources[0], measures());
    EXPECT_TRUE(session.begin(writer(), now_));
    RunSession::End end;
    end.error = Error{ErrorKind::plugin, "the plugin crashed", ""};
    end.crashed = crashed;
    end.library_fingerprint = "f00d";
    EXPECT_TRUE(session.finish(writer(), end, now_));
    EXPECT_TRUE(database_->commit());
    return writer().source_state("finance").value()->quarantined_library;
  };
  EXPECT_EQ(crash(true), "");
  EXPECT_EQ(crash(true), "");
  EXPECT_EQ(crash(false), "") << "an orderly error breaks the row";
  EXPECT_EQ(crash(true), "");
  EXPECT_EQ(crash(true), "");
  EXPECT_EQ(crash(true), "f00d");
}

TEST_F(Street, HalfARunThatFailsLeavesNeitherRowsNorCursor) {
  const auto run = pull({{"900001", "finance.reserves", 3}, {"900001", "finance.secret", 1}});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::plugin);
  EXPECT_EQ(
      run.error().sentence,
      "the plugin emitted the measure \"finance.secret\", which its manifest does not declare");
  EXPECT_TRUE(writer().series({"finance.reserves", "900001", ""}, {})->empty());
  EXPECT_FALSE(writer().source_state("finance").value());
}

TEST_F(Street, GoodRowsOfOtherSchoolsStillCount) {
  auto rows = figures("900001", 3, 100);
  rows.push_back({"123456", "finance.income", 100});
  rows.push_back({"123456", "finance.income", 100});
  rows.push_back({"900002", "finance.income", -5});
  rows.push_back({"900002", "finance.reserves", 1.5});
  const auto run = pull(rows);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->outcome, RunOutcome::succeeded);
  EXPECT_EQ(run->counts.created, 2U);
  EXPECT_EQ(run->counts.refused, 4U);
  ASSERT_EQ(run->notes.size(), 3U) << "an unknown school is told of once";
  EXPECT_EQ(run->notes[0].sentence,
            "the organisation \"123456\" is not in the config; its rows were left out");
  EXPECT_EQ(run->notes[0].place, "row 4");
}

TEST_F(Street, ANationalFileDoesNotDrownTheOperator) {
  auto rows = figures("900001", 30, 100);
  for (int i = 0; i < 500; ++i) {
    rows.push_back({"B" + std::to_string(i), "finance.income", 1});
  }
  const auto run = pull(rows);
  ASSERT_EQ(run->notes.size(), 21U);
  EXPECT_EQ(run->notes.back().sentence, "and 480 more organisations that are not in the config");
}

TEST_F(Street, ASourceWithNoSchoolOfOursFails) {
  const auto run = pull(figures("123456", 3, 100));
  ASSERT_TRUE(run);
  EXPECT_EQ(run->outcome, RunOutcome::failed);
  EXPECT_EQ(run->reason,
            "finance: none of the organisations in the data is one of the trust's; check the codes "
            "of the schools in the config");
  EXPECT_EQ(writer().source_state("finance").value()->failures_in_a_row, 1U);
}

TEST_F(Street, AnImpossiblePeriodFailsTheRun) {
  Row row{"900001", "finance.income", 1, {year.end, year.start}};
  const auto run = pull({row});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().sentence, "finance.income was emitted for an impossible period");
}

TEST_F(Street, ARemovedRuleResolvesItsAlertsAtTheNextReload) {
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  evaluate();
  config_->rules.clear();
  const auto evaluation = evaluate(true);
  EXPECT_EQ(evaluation.alerts_resolved, 2U);
  EXPECT_TRUE(writer().alerts({})->empty());
  store::AlertQuery all;
  all.include_resolved = true;
  EXPECT_EQ(writer().alerts(all)->at(0).resolution, Resolution::rule_removed);
}

TEST_F(Street, EvaluatingAllAgainChangesNothing) {
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  evaluate();
  EXPECT_TRUE(evaluate(true).deliveries.empty());
}

TEST_F(Street, AWithdrawalIsNotToldWhereItIsNotWanted) {
  config_->destinations[0].corrected = false;
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  evaluate();
  ASSERT_TRUE(pull(figures("900001", 7, 100)));
  const auto evaluation = evaluate();
  EXPECT_EQ(evaluation.alerts_resolved, 2U);
  EXPECT_TRUE(evaluation.deliveries.empty());
}

TEST_F(Street, AnAcknowledgementIsToldOnce) {
  ASSERT_TRUE(pull(figures("900001", 3, 100)));
  evaluate();
  const std::string id = writer().open_alert("reserves", "900001", "").value()->id;
  const EvaluationContext context{*config_, identifiers_, render_, now_};
  ASSERT_TRUE(database_->begin());
  const auto told = acknowledge_alert(writer(), context, id, "J. Smith", "with the CFO");
  ASSERT_TRUE(told);
  ASSERT_EQ(told->size(), 1U);
  EXPECT_NE(told->at(0).body.find("acknowledged by J. Smith (with the CFO)"), std::string::npos);
  const auto again = acknowledge_alert(writer(), context, id, "J. Smith", "");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().sentence,
            "the alert is acknowledged: only a firing one can be acknowledged");
  EXPECT_FALSE(acknowledge_alert(writer(), context, "alt_nobody", "J. Smith", ""));
  ASSERT_TRUE(database_->commit());
}

// A run that ends so, and what is told of it.
class Health : public Street {
 protected:
  std::vector<std::string> run(std::optional<Error> error) {
    now_ += std::chrono::hours{1};
    auto config = std::make_shared<Config>(*config_);
    config->destinations[0].operational = true;
    const EvaluationContext context{*config, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    RunSession session(config_, config_->sources[0], measures());
    EXPECT_TRUE(session.begin(writer(), now_));
    RunSession::End end;
    end.error = std::move(error);
    const auto ended = session.finish(writer(), end, now_);
    const auto deliveries = tell_source_health(writer(), context, ended.value());
    EXPECT_TRUE(database_->commit());
    std::vector<std::string> bodies;
    for (const Delivery& delivery : deliveries.value()) {
      bodies.push_back(std::string(to_string(delivery.event_type)) + " " + delivery.body);
    }
    return bodies;
  }
  const Error refused_{ErrorKind::config, "there is no file \"a.csv\"", ""};
  const Error busy_{ErrorKind::transient, "the disk did not answer", ""};
};

TEST_F(Health, AFailureIsToldOnceAndItsEndOnce) {
  EXPECT_TRUE(run({}).empty());
  const auto told = run(refused_);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("source.failing"), std::string::npos);
  EXPECT_NE(told[0].find(R"(The source \"finance\" cannot be read: there is no file \"a.csv\". )"
                         "It last worked on 24 November 2026"),
            std::string::npos)
      << told[0];
  EXPECT_TRUE(run(refused_).empty());
  const auto mended = run({});
  ASSERT_EQ(mended.size(), 1U);
  EXPECT_NE(mended[0].find("works again after 2 failed runs"), std::string::npos) << mended[0];
  EXPECT_TRUE(run({}).empty());
}

TEST_F(Health, WhatMayMendByItselfIsToldFromTheThirdTimeOn) {
  EXPECT_TRUE(run(busy_).empty());
  EXPECT_TRUE(run(busy_).empty());
  EXPECT_EQ(run(busy_).size(), 1U);
  EXPECT_TRUE(run(busy_).empty());
  EXPECT_EQ(run({}).size(), 1U);
}

TEST_F(Health, ASilenceIsToldOnceUntilSomethingNewComes) {
  config_->destinations[0].operational = true;
  config_->sources[0].stale_after = Span{2, Span::Unit::days};
  const auto look = [&](int hours) {
    now_ += std::chrono::hours{hours};
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    const auto told = tell_stale_sources(writer(), context);
    EXPECT_TRUE(database_->commit());
    return told.value();
  };
  EXPECT_TRUE(look(100).empty()) << "it has never brought anything: that is a failure, not silence";
  ASSERT_TRUE(pull(figures("900001", 30, 100)));
  EXPECT_TRUE(look(40).empty());
  ASSERT_TRUE(pull(figures("900001", 30, 100))) << "asked again, and nothing new";
  const auto told = look(30);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].event_type, EventType::source_stale);
  EXPECT_NE(
      told[0].body.find("has brought nothing new since 28 November 2026, longer than the 2 days"),
      std::string::npos)
      << told[0].body;
  EXPECT_TRUE(look(10).empty());
  ASSERT_TRUE(pull(figures("900001", 31, 100)));
  EXPECT_TRUE(look(40).empty());
  EXPECT_EQ(look(30).size(), 1U);
}

TEST_F(Health, NoSilenceIsCountedInAHoliday) {
  config_->sources[0].stale_after = Span{5, Span::Unit::school_days};
  const auto look = [&](Date day) {
    now_ = Timestamp{day} + std::chrono::hours{12};
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    const auto told = tell_stale_sources(writer(), context);
    EXPECT_TRUE(database_->commit());
    return writer().source_state("finance").value()->stale_told;
  };
  now_ = Timestamp{make_date(2026, 7, 17)};
  ASSERT_TRUE(pull(figures("900001", 30, 100)));
  EXPECT_FALSE(look(make_date(2026, 8, 28))) << "six weeks, and hardly a school day";
  EXPECT_TRUE(look(make_date(2026, 9, 14)));
}

TEST_F(Health, AShutdownTellsNothing) {
  EXPECT_TRUE(run(Error{ErrorKind::cancelled, "kpid was asked to stop", ""}).empty());
}

}  // namespace
}  // namespace kpid::ingest
