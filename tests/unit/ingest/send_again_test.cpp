// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: a stretch of the record is sent again, and a new destination is told what it has missed,
// once, however often that is broken off and asked for again. On a real SQLite file.

#include "ingest/send_again.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/silences.hpp"
#include "ingest/source_health.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Again : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    config_->rules[0].amber = Threshold{Threshold::Operator::below, 6};
    config_->rules[0].organisations = {"900001", "900002"};
    config_->destinations[0].operational = true;
    begin_ = now_;
  }
  void comes(double percent, const std::string& school = "900001") {  // the parts are whole pence
    EXPECT_TRUE(pull(figures(school, percent * 10, 1000)));
    evaluate();
  }
  void add_destination(const std::string& name) {
    DestinationConfig one = config_->destinations[0];
    one.name = name;
    config_->destinations.push_back(one);
  }
  template <class Work>
  auto in_transaction(Work work) {
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    auto outcome = work(context);
    EXPECT_TRUE(database_->commit());
    return outcome;
  }
  void end(std::int64_t delivery, DeliveryState state) {
    in_transaction([&](const EvaluationContext&) {
      DeliveryAttempt attempt;
      attempt.delivery = delivery;
      attempt.number = writer().delivery(delivery).value()->attempts + 1;
      attempt.at = now_;
      attempt.state = state;
      attempt.status = state == DeliveryState::delivered ? 200 : 500;
      return writer().record_attempt(attempt);
    });
  }
  AgainRequest stretch() {
    AgainRequest request;
    request.since = begin_;
    request.before = now_ + hours{1};
    return request;
  }
  MissedRequest missed_by(const std::string& name) {
    MissedRequest request;
    request.destination = name;
    request.since = begin_;
    request.before = now_ + hours{1};
    return request;
  }
  // Each step in a transaction of its own; at most `most` of them.
  template <class Work>
  Sent steps(Work work, std::size_t limit = 500, int most = 1000) {
    for (int i = 0; i < most; ++i) {
      const auto more = in_transaction(
          [&](const EvaluationContext& context) { return work.step(writer(), context, limit); });
      EXPECT_TRUE(more) << more.error().text();
      if (!more || !*more) break;
    }
    return work.sent();
  }
  static std::vector<std::string> types(const Sent& sent) {
    std::vector<std::string> names;
    for (const SentItem& one : sent.items) names.emplace_back(to_string(one.type));
    return names;
  }
  // What was ever made for a destination, in order.
  std::vector<std::string> made_for(const std::string& name) {
    std::vector<std::string> names;
    store::DeliveryRange range;
    range.destination = name;
    const auto found = writer().deliveries_within(range);
    for (const Delivery& one : *found) {
      names.emplace_back(to_string(one.event_type));
    }
    return names;
  }
  std::vector<std::string> ids_for(const std::string& name) {
    std::vector<std::string> ids;
    store::DeliveryRange range;
    range.destination = name;
    const auto found = writer().deliveries_within(range);
    for (const Delivery& one : *found) {
      ids.push_back(one.event_id);
    }
    return ids;
  }
  std::size_t pending() { return writer().outbox_counts()->pending; }

  Timestamp begin_{};
};

// ---- a stretch of the record -------------------------------------------------------------------

TEST_F(Again, WhatWasGivenUpIsSentAgainAndWhatIsUnderWayIsLeftToItself) {
  add_destination("board");
  comes(3);  // 1 team, 2 board
  comes(7);  // 3 team, 4 board
  end(1, DeliveryState::dead);
  end(2, DeliveryState::delivered);
  end(3, DeliveryState::dead);
  AgainRequest dry = stretch();
  dry.dry_run = true;
  const Sent would = steps(SendAgain(dry));
  EXPECT_EQ(would.total(), 2U);
  EXPECT_EQ(pending(), 1U) << "a dry run changes nothing";
  const Sent sent = steps(SendAgain(stretch()), 1);
  EXPECT_THAT(types(sent), ElementsAre("kpi.alert.firing", "kpi.alert.resolved"));
  EXPECT_EQ(sent.destinations.at("team").sent, 2U);
  EXPECT_EQ(sent.destinations.at("team").under_way, 0U);
  EXPECT_EQ(sent.destinations.at("board").sent, 0U);
  EXPECT_EQ(sent.destinations.at("board").under_way, 1U);
  EXPECT_EQ(writer().delivery(1).value()->state, DeliveryState::pending);
  EXPECT_EQ(writer().delivery(2).value()->state, DeliveryState::delivered);
  const Sent twice = steps(SendAgain(stretch()));
  EXPECT_EQ(twice.total(), 0U);
  EXPECT_EQ(twice.destinations.at("team").under_way, 2U);
}

TEST_F(Again, WhatHasArrivedIsSentAgainOnlyWhereThatIsAskedFor) {
  comes(3);
  end(1, DeliveryState::delivered);
  EXPECT_EQ(steps(SendAgain(stretch())).total(), 0U);
  AgainRequest all = stretch();
  all.delivered_too = true;
  EXPECT_EQ(steps(SendAgain(all)).total(), 1U);
  const auto due =
      in_transaction([&](const EvaluationContext&) { return writer().claim_due(now_, 10, {}); });
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ(due->at(0).event_id, ids_for("team").at(0)) << "under the id that it had";
}

TEST_F(Again, TheStretchHasABeginningAnEndAndADestination) {
  add_destination("board");
  comes(3);
  const Timestamp first = now_;
  comes(7);
  for (std::int64_t id = 1; id <= 4; ++id) end(id, DeliveryState::dead);
  AgainRequest one = stretch();
  one.dry_run = true;
  one.destination = "board";
  EXPECT_EQ(steps(SendAgain(one)).total(), 2U);
  one.before = first;
  EXPECT_EQ(steps(SendAgain(one)).total(), 0U) << "the end is not in it";
  one.before = first + std::chrono::milliseconds{1};
  EXPECT_THAT(types(steps(SendAgain(one))), ElementsAre("kpi.alert.firing"));
  one = stretch();
  one.dry_run = true;
  one.since = first + std::chrono::milliseconds{1};
  EXPECT_EQ(steps(SendAgain(one)).total(), 2U);
}

TEST_F(Again, ATestIsNeverRepeated) {
  Event event;
  event.id = "msg_1";
  event.subject = "test:msg_1";
  event.data = "{}";
  in_transaction(
      [&](const EvaluationContext& context) { return tell(writer(), context, event, "team"); });
  end(1, DeliveryState::dead);
  const Sent sent = steps(SendAgain(stretch()));
  EXPECT_EQ(sent.total(), 0U);
  EXPECT_EQ(sent.destinations.at("team").tests, 1U);
}

TEST_F(Again, ALongStretchTakesManySteps) {
  for (int i = 0; i < 20; ++i) comes(i % 2 == 0 ? 3 : 7);
  for (std::int64_t id = 1; id <= 20; ++id) end(id, DeliveryState::dead);
  // Broken off after three steps of four, as by a kill, and asked for again.
  EXPECT_EQ(steps(SendAgain(stretch()), 4, 3).total(), 12U);
  EXPECT_EQ(pending(), 12U);
  const Sent rest = steps(SendAgain(stretch()), 4);
  EXPECT_EQ(rest.total(), 8U);
  EXPECT_EQ(rest.destinations.at("team").under_way, 12U);
  EXPECT_EQ(pending(), 20U);
}

// ---- what a destination has missed -------------------------------------------------------------

TEST_F(Again, ANewDestinationIsToldWhereEachAlertStandsUnderTheIdsOfThen) {
  comes(5.5);            // amber
  comes(3);              // now red
  comes(5.5, "900002");  // another
  add_destination("new");
  MissedRequest dry = missed_by("new");
  dry.dry_run = true;
  EXPECT_EQ(steps(SendMissed(dry)).total(), 2U);
  EXPECT_THAT(made_for("new"), IsEmpty());
  const Sent sent = steps(SendMissed(missed_by("new")));
  EXPECT_EQ(sent.total(), 2U);
  EXPECT_THAT(made_for("new"), ElementsAre("kpi.alert.changed", "kpi.alert.firing"));
  EXPECT_THAT(ids_for("new"), ElementsAre(ids_for("team").at(1), ids_for("team").at(2)));
  EXPECT_EQ(steps(SendMissed(missed_by("new"))).total(), 0U) << "again changes nothing";
  EXPECT_EQ(made_for("new").size(), 2U);
  const auto due =
      in_transaction([&](const EvaluationContext&) { return writer().claim_due(now_, 10, {}); });
  EXPECT_EQ(due->size(), 2U) << "free for the outbox to claim";
}

TEST_F(Again, WhatIsOverIsNotToldToOneThatNeverHeardOfIt) {
  comes(3);
  comes(7);
  add_destination("new");
  const Sent sent = steps(SendMissed(missed_by("new")), 1);
  EXPECT_EQ(sent.total(), 0U);
  EXPECT_EQ(sent.destinations.at("new").over, 1U);
  MissedRequest all = missed_by("new");
  all.all = true;
  EXPECT_EQ(steps(SendMissed(all), 1).total(), 2U) << "with --all it is";
  EXPECT_THAT(made_for("new"), ElementsAre("kpi.alert.firing", "kpi.alert.resolved"));
  EXPECT_EQ(steps(SendMissed(all)).total(), 0U);
}

TEST_F(Again, WhoeverHeardThatItBeganIsToldThatItIsOver) {
  add_destination("board");
  comes(3);
  config_->destinations.pop_back();
  comes(7);
  add_destination("board");
  EXPECT_THAT(types(steps(SendMissed(missed_by("board")))), ElementsAre("kpi.alert.resolved"));
  EXPECT_THAT(made_for("board"), ElementsAre("kpi.alert.firing", "kpi.alert.resolved"));
}

TEST_F(Again, WhatIsOlderThanWhatItHasHeardIsNotTold) {
  comes(5.5);
  add_destination("board");
  comes(3);
  const Sent sent = steps(SendMissed(missed_by("board")));
  EXPECT_EQ(sent.total(), 0U);
  EXPECT_EQ(sent.destinations.at("board").newer, 1U);
  EXPECT_THAT(made_for("board"), ElementsAre("kpi.alert.changed"));
}

TEST_F(Again, TheFiltersOfTheDestinationDecide) {
  comes(5.5);
  add_destination("strict");
  config_->destinations.back().minimum_severity = Severity::red;
  add_destination("other");
  config_->destinations.back().owners = {"estates"};
  EXPECT_EQ(steps(SendMissed(missed_by("strict"))).total(), 0U);
  EXPECT_EQ(steps(SendMissed(missed_by("other"))).total(), 0U);
  comes(3, "900002");  // a red one: told to "strict" at once
  EXPECT_EQ(steps(SendMissed(missed_by("strict"))).total(), 0U);
  EXPECT_THAT(made_for("strict"), ElementsAre("kpi.alert.firing"));
}

TEST_F(Again, ARedThatIsAmberByNowIsNotToldToOneThatWantsRedOnly) {
  comes(3);
  comes(5.5);
  add_destination("strict");
  config_->destinations.back().minimum_severity = Severity::red;
  const Sent sent = steps(SendMissed(missed_by("strict")), 1);
  EXPECT_EQ(sent.total(), 0U);
  EXPECT_EQ(sent.destinations.at("strict").newer, 1U);
}

TEST_F(Again, AWithdrawnAlertIsToldAsTheDestinationWishes) {
  add_destination("board");
  config_->destinations.back().corrected = false;
  comes(3);
  config_->destinations.pop_back();
  comes(7);  // the same period: a correction
  add_destination("board");
  config_->destinations.back().corrected = false;
  EXPECT_EQ(steps(SendMissed(missed_by("board"))).total(), 0U)
      << "what the store does not keep of an event is known from its alert";
  config_->destinations.back().corrected = true;
  EXPECT_EQ(steps(SendMissed(missed_by("board"))).total(), 1U);
}

TEST_F(Again, ASilenceHoldsHereToo) {
  comes(3);
  comes(3, "900002");
  add_destination("new");
  SilenceRequest request;
  request.matchers.organisation = "900002";
  request.span = "2 h";
  request.by = "J. Smith";
  request.why = "the accounts are being moved";
  ASSERT_TRUE(in_transaction(
      [&](const EvaluationContext& context) { return add_silence(writer(), context, request); }));
  const Sent sent = steps(SendMissed(missed_by("new")));
  EXPECT_EQ(sent.total(), 1U);
  EXPECT_EQ(sent.destinations.at("new").silenced, 1U);
}

TEST_F(Again, WhatASilenceKeepsFromAllIsMissedByNobody) {
  SilenceRequest request;
  request.matchers.rule = "reserves";
  request.span = "9 h";
  request.by = "J. Smith";
  request.why = "the accounts are being moved";
  ASSERT_TRUE(in_transaction(
      [&](const EvaluationContext& context) { return add_silence(writer(), context, request); }));
  comes(3);
  add_destination("new");
  MissedRequest all = missed_by("new");
  all.all = true;
  EXPECT_EQ(steps(SendMissed(all)).total(), 0U);
  now_ += hours{9};
  evaluate_by(evaluate_ended);
  EXPECT_THAT(made_for("new"), ElementsAre("kpi.alert.firing")) << "told when the silence ended";
  all.before = now_ + hours{1};
  EXPECT_EQ(steps(SendMissed(all)).total(), 0U);
}

TEST_F(Again, ReadingsBrokenOffGoOnWhereTheyWere) {
  for (int i = 0; i < 12; ++i) comes(i % 2 == 0 ? 3 : 7);  // six alerts, all over
  comes(3, "900002");
  add_destination("new");
  MissedRequest all = missed_by("new");
  all.all = true;
  EXPECT_EQ(steps(SendMissed(all), 3, 2).total(), 6U);
  EXPECT_EQ(steps(SendMissed(all), 3).total(), 7U);
  EXPECT_EQ(ids_for("new"), ids_for("team")) << "each once, in the order of the events";
}

TEST_F(Again, ASourceThatWorksAgainIsNoNewsForANewDestination) {
  Event failing;
  failing.type = EventType::source_failing;
  failing.subject = "source:finance";
  failing.severity = Severity::red;
  failing.data = "{}";
  Event recovered = failing;
  recovered.type = EventType::source_recovered;
  const auto told = [&](const Event& event) {
    now_ += hours{1};
    return in_transaction(
        [&](const EvaluationContext& context) { return tell(writer(), context, event); });
  };
  told(failing);
  told(recovered);
  add_destination("new");
  EXPECT_EQ(steps(SendMissed(missed_by("new"))).destinations.at("new").over, 1U);
  config_->destinations.pop_back();
  told(failing);
  add_destination("new");
  EXPECT_THAT(types(steps(SendMissed(missed_by("new")))), ElementsAre("source.failing"));
}

TEST_F(Again, ATestAndAReminderAreMissedByNobody) {
  Event test;
  test.type = EventType::alert_firing;
  test.subject = "test:msg_0";
  test.severity = Severity::red;
  test.owner = "finance";
  test.data = "{}";
  Event reminder = test;
  reminder.type = EventType::alert_reminder;
  reminder.subject = "alt_0";
  for (const Event& event : {test, reminder}) {
    in_transaction(
        [&](const EvaluationContext& context) { return tell(writer(), context, event, "team"); });
  }
  add_destination("new");
  MissedRequest all = missed_by("new");
  all.all = true;
  EXPECT_EQ(steps(SendMissed(all)).total(), 0U);
}

TEST_F(Again, WhereTheRecordDoesNotGoBackSoFarNothingIsGuessed) {
  MissedRequest request = missed_by("team");
  EXPECT_TRUE(SendMissed(request).check(*config_, now_));
  request.since = now_ - hours{24 * 366 * 4};
  const auto refused = SendMissed(request).check(*config_, now_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().sentence, HasSubstr("on record for 3 years"));
  EXPECT_THAT(refused.error().sentence, HasSubstr("before 2023-11-24"));
  config_->retention.deliveries.reset();
  EXPECT_TRUE(SendMissed(request).check(*config_, now_));
  request.destination = "nobody";
  EXPECT_EQ(SendMissed(request).check(*config_, now_).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace kpid::ingest
