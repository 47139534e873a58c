// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A destination that is told by a digest: when it counts as told, when it is reminded, and who is
// told instead where its digest cannot be delivered.

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/bundles.hpp"
#include "ingest/fallback.hpp"
#include "ingest/reminders.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ToldLater : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    config_->rules[0].organisations = {"900001", "900002"};
    config_->destinations[0].digest = DigestTimes{std::nullopt, hours{7}};
    config_->destinations[0].repeat_every = Span{5, Span::Unit::school_days};
    for (const char* name : {"phone", "pager"}) {
      DestinationConfig one;
      one.name = name;
      one.format = DestinationFormat::pagerduty;  // an alert each
      config_->destinations.push_back(one);
    }
    config_->destinations[2].owners = {"nobody"};
    std::vector<Row> rows = figures("900001", 30, 1000);
    for (const Row& row : figures("900002", 20, 1000)) rows.push_back(row);
    EXPECT_TRUE(pull(rows));
    const auto made = evaluate().deliveries;
    EXPECT_EQ(made.size(), 2U) << "phone is told at once";
    for (const Delivery& one : made) EXPECT_EQ(one.destination, "phone");
  }
  template <class Work>
  auto in_transaction(Work work) {
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    auto outcome = work(context);
    EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().text());
    EXPECT_TRUE(database_->commit());
    return std::move(outcome).value();
  }
  std::vector<Delivery> flush() {
    return in_transaction([&](const EvaluationContext& context) {
             return evaluate_waiting(writer(), context);
           })
        .deliveries;
  }
  std::vector<Delivery> instead_of(const Delivery& untold) {
    return in_transaction(
        [&](const EvaluationContext& context) { return stand_in_for(writer(), context, untold); });
  }
  void ends(const Delivery& delivery, DeliveryState state) {
    DeliveryAttempt attempt;
    attempt.delivery = delivery.id;
    attempt.at = attempt.next_attempt_at = now_;
    attempt.state = state;
    ASSERT_TRUE(database_->begin());
    EXPECT_TRUE(writer().record_attempt(attempt));
    ASSERT_TRUE(database_->commit());
  }
  std::vector<Alert> alerts() { return writer().alerts({true, "", 10}).value(); }
  store::ToldOf team() {
    const auto told = writer().told_of(alerts()[0].id).value();
    const auto found = std::find_if(told.begin(), told.end(),
                                    [](const auto& one) { return one.destination == "team"; });
    EXPECT_NE(found, told.end());
    return found == told.end() ? store::ToldOf{} : *found;
  }
  std::string first_event() { return writer().events(alerts()[0].id)->at(0).event.id; }
};

TEST_F(ToldLater, WhatWaitsIsUnderWayAndWhatCameByADigestHasArrived) {
  EXPECT_TRUE(team().under_way);
  EXPECT_FALSE(team().arrived);
  EXPECT_EQ(writer().heard(first_event(), "team"), store::Heard::yes);
  EXPECT_EQ(writer().heard(first_event(), "pager"), store::Heard::no);
  now_ += hours{24};
  const auto digest = flush();
  ASSERT_EQ(digest.size(), 1U);
  EXPECT_EQ(digest[0].event_type, EventType::digest);
  EXPECT_TRUE(team().under_way);
  ends(digest[0], DeliveryState::delivered);
  EXPECT_FALSE(team().under_way);
  EXPECT_TRUE(team().arrived);
  EXPECT_EQ(team().last_at, now_);
  EXPECT_EQ(writer().heard(first_event(), "team"), store::Heard::yes);
}

TEST_F(ToldLater, ADigestThatWasGivenUpHasToldNobody) {
  now_ += hours{24};
  ends(flush().at(0), DeliveryState::dead);
  EXPECT_FALSE(team().under_way);
  EXPECT_FALSE(team().arrived);
  EXPECT_EQ(writer().heard(first_event(), "team"), store::Heard::given_up);
}

TEST_F(ToldLater, NothingIsRepeatedThatStillWaits) {
  const auto reminded = [&] {
    evaluate_by(evaluate_reminders);
    return writer().events(alerts()[0].id)->back().event.type == EventType::alert_reminder;
  };
  now_ = Timestamp{make_date(2026, 12, 4)};
  EXPECT_FALSE(reminded());
  ends(flush().at(0), DeliveryState::delivered);
  EXPECT_FALSE(reminded()) << "it has just been told";
  now_ = Timestamp{make_date(2026, 12, 11)};
  EXPECT_TRUE(reminded());
  EXPECT_TRUE(team().under_way) << "in the next digest";
  const auto seq = alerts()[0].seq;
  now_ = Timestamp{make_date(2026, 12, 18)};
  evaluate_by(evaluate_reminders);
  EXPECT_EQ(alerts()[0].seq, seq);
}

TEST_F(ToldLater, WhoStandsInForADigestIsToldOfWhatItDoesNotKnow) {
  now_ += hours{24};
  const Delivery digest = flush().at(0);
  ends(digest, DeliveryState::dead);
  config_->destinations[0].fallback = "phone";
  EXPECT_THAT(instead_of(digest), IsEmpty()) << "it was told of both";
  config_->destinations[1].format = DestinationFormat::slack;
  EXPECT_THAT(instead_of(digest), IsEmpty()) << "whatever its format";
  config_->destinations[0].fallback = "pager";
  const auto made = instead_of(digest);
  ASSERT_EQ(made.size(), 2U);
  for (const Delivery& one : made) {
    EXPECT_EQ(one.destination, "pager");
    EXPECT_EQ(one.instead_of, "team");
    EXPECT_EQ(one.event_type, EventType::alert_firing);
  }
}

TEST_F(ToldLater, ADigestForOneThatIsOffGoesToItsFallbackToo) {
  store::DestinationState off;
  off.name = "team";
  off.disabled = true;
  ASSERT_TRUE(database_->begin());
  ASSERT_TRUE(writer().save_destination_state(off));
  ASSERT_TRUE(database_->commit());
  config_->destinations[0].fallback = "board";
  DestinationConfig board;
  board.name = "board";
  board.owners = {"nobody"};
  config_->destinations.push_back(board);
  now_ += hours{24};
  std::vector<std::string> told;
  for (const Delivery& one : flush()) told.push_back(one.destination + " " + one.instead_of);
  EXPECT_THAT(told, ElementsAre("team ", "board team"));
}

}  // namespace
}  // namespace kpid::ingest
