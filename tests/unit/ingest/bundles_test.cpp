// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What waits for its destination's time, on a real SQLite file: who is told of what when it ends.

#include "unit/ingest/waiting_fixture.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Items = std::vector<std::string>;

TEST_F(Waiting, WhatAWeekendHeldBackIsOneMessageOnMonday) {
  EXPECT_EQ(types(comes("900002", 5.5)), Types{});
  at("2026-11-28T10:00:00Z");
  EXPECT_EQ(types(comes("900001", 3)), Types{});
  EXPECT_EQ(types(tell_of_source(EventType::source_failing)), Types{});
  EXPECT_EQ(waiting(), 3U);
  EXPECT_EQ(heard_, std::vector<Timestamp>(3, *parse_timestamp("2026-11-30T07:00:00Z")));
  at("2026-11-30T06:59:59.999Z");
  const Bundles early = flush();
  EXPECT_EQ(types(early.deliveries), Types{});
  EXPECT_EQ(early.waiting, 3U);
  EXPECT_EQ(early.next_due, parse_timestamp("2026-11-30T07:00:00Z"));
  at("2026-11-30T07:00:00Z");
  const Bundles made = flush();
  ASSERT_EQ(types(made.deliveries), Types{"kpi.digest"});
  EXPECT_EQ(made.waiting, 0U);
  EXPECT_FALSE(made.next_due);
  const Delivery& digest = made.deliveries[0];
  EXPECT_EQ(digest.subject, "digest:team");
  EXPECT_TRUE(digest.claimed);
  const json::object data = data_of(digest);
  EXPECT_EQ(items(data), (Items{"red 900001", "amber 900002", "red source:roll"}));
  EXPECT_EQ(data.at("summary").as_string(),
            "1 red, 1 amber, 1 notice about kpid since Friday 19:00");
  EXPECT_EQ(data.at("from").as_string(), "2026-11-27T19:00:00.000Z");
  EXPECT_EQ(writer().event(digest.event_id).value()->type, EventType::digest);
  EXPECT_EQ(writer().bundled(digest.event_id).value().size(), 3U);
  EXPECT_EQ(types(flush().deliveries), Types{}) << "once";
}

TEST_F(Waiting, ASingleEventIsTheOrdinaryMessageUnderItsOwnId) {
  comes("900001", 3);
  const std::string id = writer().waiting({}).value().at(0).event_id;
  at("2026-11-30T07:00:00Z");
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.alert.firing"});
  EXPECT_EQ(told[0].event_id, id);
  EXPECT_TRUE(writer().digests_of(id).value().empty());
}

TEST_F(Waiting, OutsideQuietTimesItIsToldAtOnce) {
  at("2026-11-27T17:59:00Z");
  EXPECT_EQ(types(comes("900001", 3)), Types{"kpi.alert.firing"});
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(Waiting, WhatBeganAndEndedIsOverAgain) {
  comes("900001", 3);
  at("2026-11-28T19:00:00Z");
  comes("900001", 9);
  comes("900002", 3);
  at("2026-11-30T07:00:00Z");
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.digest"});
  const json::object data = data_of(told[0]);
  EXPECT_EQ(items(data), (Items{"red 900002", "over 900001"}));
  EXPECT_TRUE(data.at("items").at(1).at("began_meanwhile").as_bool());
  EXPECT_EQ(data.at("also").as_array().size(), 1U) << "the firing, which the end supersedes";
  EXPECT_EQ(data.at("counts").at("events").as_int64(), 3);
}

TEST_F(Waiting, AFigureThatWasCorrectedMeanwhileIsWithdrawn) {
  comes("900001", 3);
  at("2026-11-28T19:00:00Z");
  comes("900001", 9);  // the same year, stated anew
  at("2026-11-30T07:00:00Z");
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.digest"});
  const json::object data = data_of(told[0]);
  EXPECT_EQ(data.at("items").as_array().size(), 1U);
  EXPECT_EQ(data.at("items").at(0).at("resolution").as_string(), "corrected");
  EXPECT_EQ(data.at("summary").as_string(), "1 withdrawn since Friday 19:00");
}

TEST_F(Waiting, AnEndThatTheDestinationDoesNotWantIsToldAllTheSame) {
  team().resolved = team().corrected = false;
  comes("900001", 3);
  at("2026-11-28T19:00:00Z");
  comes("900001", 9);
  EXPECT_EQ(waiting(), 1U);
  at("2026-11-30T07:00:00Z");
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.digest"}) << "it is no red alert any more";
  EXPECT_EQ(items(data_of(told[0])), Items{"over 900001"});
  EXPECT_EQ(data_of(told[0]).at("items").at(0).at("type").as_string(), "kpi.alert.firing");
}

TEST_F(Waiting, WhatIsUrgentGoesThroughAndTakesAlongWhatItsAlertHadWaiting) {
  team().urgent = Severity::red;
  EXPECT_EQ(types(comes("900001", 5.5)), Types{});
  EXPECT_EQ(types(comes("900002", 5.5)), Types{});
  at("2026-11-28T02:00:00Z");
  const auto told = comes("900001", 3);
  EXPECT_EQ(types(told), (Types{"kpi.alert.firing", "kpi.alert.changed"}));
  EXPECT_TRUE(told.at(0).claimed);
  EXPECT_FALSE(told.at(1).claimed) << "after the first";
  EXPECT_EQ(waiting(), 1U);
  at("2026-11-28T03:00:00Z");
  EXPECT_EQ(types(comes("900001", 9)), Types{}) << "that it is over wakes nobody";
  at("2026-11-30T07:00:00Z");
  const auto monday = flush().deliveries;
  ASSERT_EQ(types(monday), Types{"kpi.digest"});
  EXPECT_EQ(items(data_of(monday[0])), (Items{"amber 900002", "over 900001"}));
  EXPECT_FALSE(data_of(monday[0]).at("items").at(1).at("began_meanwhile").as_bool());
}

TEST_F(Waiting, AfterACrashItIsToldAsIfThereHadBeenNone) {
  comes("900001", 3);
  comes("900002", 3);
  open();
  at("2026-11-30T07:00:00Z");
  {  // due, made, and lost with its transaction
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    ASSERT_TRUE(database_->begin());
    ASSERT_EQ(evaluate_waiting(writer(), context).value().deliveries.size(), 1U);
    ASSERT_TRUE(database_->rollback());
  }
  open();
  EXPECT_EQ(waiting(), 2U);
  EXPECT_EQ(types(flush().deliveries), Types{"kpi.digest"});
  open();
  EXPECT_EQ(types(flush().deliveries), Types{});
  EXPECT_EQ(writer().deliveries({}).value().size(), 1U);
}

TEST_F(Waiting, WhatIsDueInQuietTimesWaitsOn) {
  comes("900001", 3);
  at("2026-11-30T20:00:00Z");  // the daemon was down the whole Monday
  EXPECT_EQ(types(flush().deliveries), Types{});
  EXPECT_EQ(writer().waiting({}).value().at(0).due_at, parse_timestamp("2026-12-01T07:00:00Z"));
  at("2026-12-01T07:00:00Z");
  EXPECT_EQ(types(flush().deliveries), Types{"kpi.alert.firing"});
}

TEST_F(Waiting, AGroupIsToldTogetherWhenItsFirstHasWaitedLongEnough) {
  team().quiet = {};
  team().group_by = Grouping::kpi;
  team().group_wait = seconds{30};
  at("2026-11-27T10:00:00Z");
  comes("900001", 3);
  now_ += seconds{20};
  comes("900002", 5.5);
  EXPECT_EQ(writer().waiting({}).value().at(1).due_at, parse_timestamp("2026-11-27T10:00:30Z"));
  now_ += seconds{9};
  EXPECT_EQ(types(flush().deliveries), Types{});
  now_ += seconds{1};
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.digest"});
  EXPECT_EQ(data_of(told[0]).at("summary").as_string(),
            "Reserves as a share of income, 1 red, 1 amber");
  EXPECT_EQ(writer().event(told[0].event_id).value()->kpi, "finance.reserves_percent");
}

TEST_F(Waiting, ARunOfTwoSchoolsIsOneMessageAndSchoolsAreTwo) {
  team().quiet = {};
  team().group_wait = seconds{30};
  for (const Grouping by : {Grouping::run, Grouping::organisation}) {
    team().group_by = by;
    at(by == Grouping::run ? "2026-11-26T10:00:00Z" : "2026-11-27T10:00:00Z");
    const double percent = by == Grouping::run ? 3 : 9;
    auto rows = figures("900001", percent * 10, 1000);
    for (Row& row : figures("900002", percent * 10, 1000)) rows.push_back(row);
    EXPECT_TRUE(pull(rows));
    EXPECT_EQ(evaluate().deliveries.size(), 0U);
    now_ += seconds{30};
    EXPECT_EQ(flush().deliveries.size(), by == Grouping::run ? 1U : 2U);
  }
}

TEST_F(Waiting, AGroupThatComesDueInTheEveningWaitsForTheMorningButForWhatIsUrgent) {
  team().group_by = Grouping::kpi;
  team().group_wait = minutes{10};
  team().urgent = Severity::red;
  at("2026-11-26T17:55:00Z");  // a Thursday
  comes("900001", 3);
  comes("900002", 5.5);
  at("2026-11-26T18:05:00Z");
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.alert.firing"});
  EXPECT_EQ(waiting(), 1U);
  at("2026-11-27T07:00:00Z");
  EXPECT_EQ(types(flush().deliveries), Types{"kpi.alert.firing"});
}

TEST_F(Waiting, ADigestTakesEverythingAndTellsItInItsOrder) {
  team().quiet = {};
  team().digest = DigestTimes{1, std::chrono::hours{7} + minutes{30}};
  at("2026-11-24T10:00:00Z");
  comes("900001", 5.5);
  tell_of_source(EventType::source_failing);
  at("2026-11-26T10:00:00Z");
  tell_of_source(EventType::source_recovered);
  comes("900002", 3);
  at("2026-11-30T07:30:00Z");
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.digest"});
  EXPECT_EQ(items(data_of(told[0])), (Items{"red 900002", "amber 900001", "over source:roll"}));
  EXPECT_EQ(data_of(told[0]).at("also").as_array().size(), 1U);
  EXPECT_EQ(data_of(told[0]).at("summary").as_string(),
            "1 red, 1 amber, 1 notice about kpid since Tuesday 10:00");
}

TEST_F(Waiting, ASilenceMadeMeanwhileHoldsItLonger) {
  comes("900001", 3);
  comes("900002", 3);
  at("2026-11-28T10:00:00Z");
  SilenceRequest request;
  request.matchers.organisation = "900001";
  request.span = "60 h";  // until Monday, 22:00
  request.by = "J. Smith";
  request.why = "known";
  in_transaction(
      [&](const EvaluationContext& context) { return add_silence(writer(), context, request); });
  at("2026-11-30T07:00:00Z");
  EXPECT_EQ(types(flush().deliveries), Types{"kpi.alert.firing"}) << "the other school's";
  EXPECT_EQ(flush().waiting, 1U);
  at("2026-11-30T12:00:00Z");
  EXPECT_EQ(types(comes("900001", 9)), Types{}) << "the silence holds it";
  at("2026-12-01T08:00:00Z");
  const auto settled = in_transaction(
      [&](const EvaluationContext& context) { return evaluate_ended(writer(), context); });
  EXPECT_EQ(types(settled.deliveries), Types{}) << "it joins what waits of its alert";
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.digest"});
  EXPECT_EQ(items(data_of(told[0])), Items{"over 900001"});
  EXPECT_EQ(data_of(told[0]).at("also").as_array().size(), 1U);
}

TEST_F(Waiting, WhatASilenceHoldsMakesNoDigestComeEarly) {
  team().quiet = {};
  team().digest = DigestTimes{std::nullopt, std::chrono::hours{7}};
  comes("900001", 3);
  SilenceRequest request;
  request.matchers.organisation = "900001";
  request.span = "60 h";
  request.by = "J. Smith";
  request.why = "known";
  in_transaction(
      [&](const EvaluationContext& context) { return add_silence(writer(), context, request); });
  at("2026-11-28T07:00:00Z");
  EXPECT_EQ(types(flush().deliveries), Types{});
  at("2026-11-28T10:00:00Z");
  EXPECT_EQ(types(comes("900002", 3)), Types{});
  EXPECT_EQ(types(flush().deliveries), Types{}) << "its digest is tomorrow's";
  EXPECT_EQ(flush().next_due, parse_timestamp("2026-11-29T07:00:00Z"));
  at("2026-11-29T07:00:00Z");
  EXPECT_EQ(types(flush().deliveries), Types{"kpi.alert.firing"}) << "the other school's";
}

TEST_F(Waiting, WhatASilenceHeldBackWaitsForTheMorningAfterIt) {
  at("2026-11-26T10:00:00Z");
  SilenceRequest request;
  request.matchers.rule = "reserves";
  request.span = "10 h";
  request.by = "J. Smith";
  request.why = "known";
  in_transaction(
      [&](const EvaluationContext& context) { return add_silence(writer(), context, request); });
  EXPECT_EQ(types(comes("900001", 3)), Types{});
  EXPECT_EQ(waiting(), 0U);
  at("2026-11-26T20:00:00Z");
  const auto settled = in_transaction(
      [&](const EvaluationContext& context) { return evaluate_ended(writer(), context); });
  EXPECT_EQ(types(settled.deliveries), Types{});
  EXPECT_EQ(waiting(), 1U);
  at("2026-11-27T07:00:00Z");
  EXPECT_EQ(types(flush().deliveries), Types{"kpi.alert.firing"});
}

TEST_F(Waiting, ADestinationThatIsSwitchedOffFindsItsDigestWhenItIsOnAgain) {
  comes("900001", 3);
  comes("900002", 3);
  in_transaction([&](const EvaluationContext&) -> Result<int> {
    store::DestinationState off;
    off.name = "team";
    off.disabled = true;
    EXPECT_TRUE(writer().save_destination_state(off));
    return 0;
  });
  at("2026-11-30T07:00:00Z");
  const auto told = flush().deliveries;
  ASSERT_EQ(types(told), Types{"kpi.digest"});
  EXPECT_FALSE(told[0].claimed);
  EXPECT_EQ(writer().deliveries({}).value().at(0).state, DeliveryState::pending);
}

TEST_F(Waiting, WhatWaitsForADestinationThatHasLeftIsDroppedWhenItIsDue) {
  comes("900001", 3);
  const DestinationConfig left = team();
  config_->destinations.clear();
  EXPECT_EQ(flush().waiting, 1U) << "it may come back until then";
  at("2026-11-30T07:00:00Z");
  const Bundles made = flush();
  EXPECT_EQ(types(made.deliveries), Types{});
  EXPECT_EQ(made.dropped, std::vector<std::string>{"team"});
  EXPECT_EQ(made.events_dropped, 1U);
  EXPECT_EQ(made.waiting, 0U);
}

TEST_F(Waiting, WhereTheQuietTimesLeaveTheConfigNothingWaitsForThem) {
  comes("900001", 3);
  team().quiet = {};
  EXPECT_EQ(types(flush().deliveries), Types{"kpi.alert.firing"});
}

TEST_F(Waiting, ShorterTimesInTheConfigHoldForWhatWaitsAlready) {
  comes("900001", 3);
  EXPECT_EQ(flush().next_due, parse_timestamp("2026-11-30T07:00:00Z"));
  team().quiet.weekends = false;
  EXPECT_EQ(flush().next_due, parse_timestamp("2026-11-28T07:00:00Z"));
  team().quiet.weekends = true;
  EXPECT_EQ(flush().next_due, parse_timestamp("2026-11-28T07:00:00Z")) << "nothing is made later";
  at("2026-11-28T07:00:00Z");
  EXPECT_TRUE(flush().deliveries.empty()) << "it is quiet again by then";
  team().quiet.hours.reset();
  team().quiet.weekends = false;
  team().quiet.holidays = true;
  EXPECT_EQ(types(flush().deliveries), Types{"kpi.alert.firing"}) << "no holiday: at once";
}

TEST_F(Waiting, ADailyDigestThatWasAWeeklyOneTakesAlongWhatWaits) {
  team().quiet = {};
  team().digest = DigestTimes{1U, std::chrono::hours{7}};  // on Mondays
  comes("900001", 3);
  EXPECT_EQ(flush().next_due, parse_timestamp("2026-11-30T07:00:00Z"));
  team().digest->weekday.reset();
  EXPECT_EQ(flush().next_due, parse_timestamp("2026-11-28T07:00:00Z"));
}

TEST_F(Waiting, WhatWaitedForADigestIsToldOneByOneWhereTheFormatHasNone) {
  comes("900001", 3);
  comes("900002", 3);
  team().quiet = {};
  team().format = DestinationFormat::pagerduty;
  EXPECT_EQ(types(flush().deliveries), Types(2, "kpi.alert.firing"));
}

TEST_F(Waiting, WhatAFormatOfMachinesCannotTakeAtOnceIsSeveralDigests) {
  render_ = [](const DestinationConfig&, const Event& event) -> Result<RenderedBody> {
    const std::size_t all = event.type == EventType::digest
                                ? json::parse(event.data).as_object().at("items").as_array().size()
                                : 1;
    return RenderedBody{"application/json", event.data, all > 1 ? all - 1 : 0};
  };
  comes("900001", 3);
  comes("900002", 3);
  tell_of_source(EventType::source_failing);
  at("2026-11-30T07:00:00Z");
  const auto told = flush().deliveries;
  EXPECT_EQ(types(told), Types(3, "kpi.digest"));
  std::set<std::string> ids;
  for (const Delivery& one : told) {
    const auto bundled = writer().bundled(one.event_id).value();
    ids.insert(bundled.begin(), bundled.end());
  }
  EXPECT_EQ(ids.size(), 3U);
}

// A receiver that is down must not hear of an end before its beginning.
TEST_F(Waiting, ADigestKeepsItsPlaceInTheLineOfEachOfItsAlerts) {
  at("2026-11-27T12:00:00Z");
  const auto first = comes("900001", 3);
  ASSERT_EQ(types(first), Types{"kpi.alert.firing"});
  at("2026-11-27T19:00:00Z");
  comes("900001", 9);
  comes("900002", 3);
  at("2026-11-30T07:00:00Z");
  const auto digest = flush().deliveries;
  ASSERT_EQ(types(digest), Types{"kpi.digest"});
  EXPECT_FALSE(digest[0].claimed) << "the firing is still on its way";
  at("2026-11-30T12:00:00Z");
  const auto last = comes("900002", 9);
  EXPECT_EQ(last.at(0).claimed, false) << "its beginning is in the digest";
  const auto ends = [&](const Delivery& one) {
    DeliveryAttempt attempt;
    attempt.delivery = one.id;
    attempt.number = 1;
    attempt.at = attempt.next_attempt_at = now_;
    attempt.status = 200;
    attempt.state = DeliveryState::delivered;
    return in_transaction([&](const EvaluationContext&) -> Result<std::vector<Delivery>> {
      EXPECT_TRUE(writer().record_attempt(attempt));
      return writer().claim_due(now_, 10);
    });
  };
  const auto second = ends(first[0]);
  ASSERT_EQ(types(second), Types{"kpi.digest"});
  const auto third = ends(second[0]);
  EXPECT_EQ(types(third), Types{"kpi.alert.resolved"});
}

TEST_F(Waiting, RetentionDropsADigestsDeliveryAndKeepsItsEvents) {
  comes("900001", 3);
  comes("900002", 3);
  at("2026-11-30T07:00:00Z");
  const auto told = flush().deliveries;
  comes("900001", 9);
  in_transaction([&](const EvaluationContext&) -> Result<int> {
    DeliveryAttempt attempt;
    attempt.delivery = told.at(0).id;
    attempt.number = 1;
    attempt.at = attempt.next_attempt_at = now_;
    attempt.state = DeliveryState::delivered;
    EXPECT_TRUE(writer().record_attempt(attempt));
    return 0;
  });
  in_transaction([&](const EvaluationContext&) {
    return writer().drop_deliveries(now_ + std::chrono::hours{1}, 100);
  });
  EXPECT_EQ(writer().bundled(told[0].event_id).value().size(), 2U);
  EXPECT_TRUE(writer().event(told[0].event_id).value());
}

}  // namespace
}  // namespace kpid::ingest
