// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::store {
namespace {

const Timestamp noon = Timestamp{make_date(2026, 11, 24)} + std::chrono::hours{12};

class OutboxRows : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = std::move(Database::open(folder_ / "kpid.db").value());
    ASSERT_TRUE(database_->begin());
  }
  Writer& writer() { return database_->writer(); }

  std::int64_t add(const std::string& event_id, const std::string& subject = "alt_1",
                   const std::string& destination = "finance") {
    Event event;
    event.id = event_id;
    event.type = EventType::alert_firing;
    event.subject = subject;
    event.seq = ++seq_;
    event.at = noon;
    event.data = "{}";
    EXPECT_TRUE(writer().add_event(event));
    Delivery delivery;
    delivery.event_id = event_id;
    delivery.event_type = event.type;
    delivery.destination = destination;
    delivery.subject = subject;
    delivery.content_type = "application/json";
    delivery.body = std::string("{\"a\":\0}", 7);
    delivery.created_at = noon;
    delivery.next_attempt_at = noon;
    EXPECT_TRUE(writer().add_delivery(delivery));
    if (delivery.claimed) born_claimed_.push_back(delivery.id);
    return delivery.id;
  }
  void attempt(std::int64_t id, std::uint32_t number, DeliveryState state, Timestamp next = noon) {
    DeliveryAttempt attempt;
    attempt.delivery = id;
    attempt.number = number;
    attempt.at = noon;
    attempt.status = state == DeliveryState::delivered ? 200 : 500;
    attempt.error = state == DeliveryState::delivered ? "" : "answered 500";
    attempt.state = state;
    attempt.next_attempt_at = next;
    ASSERT_TRUE(writer().record_attempt(attempt));
  }
  std::vector<std::int64_t> claim(Timestamp now = noon) {
    std::vector<std::int64_t> ids;
    const auto due = writer().claim_due(now, 100);
    for (const auto& delivery : due.value()) ids.push_back(delivery.id);
    return ids;
  }
  using Ids = std::vector<std::int64_t>;

  kpid::testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
  std::uint32_t seq_ = 0;
  Ids born_claimed_;
};

TEST_F(OutboxRows, TheLimitIsForEachDestination) {
  for (int i = 0; i < 3; ++i) add("msg_s" + std::to_string(i), "alt_" + std::to_string(i), "slow");
  const auto fast = add("msg_f", "alt_9", "fast");
  writer().release_claims().value();
  const auto due = writer().claim_due(noon, 2);
  ASSERT_EQ(due->size(), 3U);
  EXPECT_EQ(due->at(0).id, fast) << "one after another";
  EXPECT_EQ(writer().next_delivery_due().value(), noon) << "there is more";
  EXPECT_EQ(writer().claim_due(noon, 2)->size(), 1U);
}

TEST_F(OutboxRows, ADeliveryIsBornClaimedOnlyWhereNothingOlderIsUnfinished) {
  ASSERT_TRUE(writer().save_destination_state({"gone", true, "410", {}, {}, {}}));
  const auto first = add("msg_1");
  const auto second = add("msg_2");
  const auto other = add("msg_3", "alt_2");
  const auto elsewhere = add("msg_4", "alt_1", "board");
  add("msg_5", "alt_1", "gone");
  EXPECT_EQ(born_claimed_, (Ids{first, other, elsewhere}));
  EXPECT_TRUE(claim().empty()) << "the second is free, but waits for the first";
  attempt(first, 1, DeliveryState::delivered);
  EXPECT_EQ(claim(), Ids{second});
}

TEST_F(OutboxRows, AClaimThatIsNotUsedIsFreed) {
  const auto first = add("msg_1");
  const auto other = add("msg_2", "alt_2");
  EXPECT_EQ(born_claimed_, (Ids{first, other}));
  ASSERT_TRUE(writer().release_claims(Ids{other}));
  EXPECT_EQ(claim(), Ids{other});
}

TEST_F(OutboxRows, ADestinationThatIsPassedOverUsesUpNothing) {
  for (int i = 0; i < 5; ++i) add("msg_s" + std::to_string(i), "alt_" + std::to_string(i), "slow");
  const auto fast = add("msg_f", "alt_9", "fast");
  writer().release_claims().value();
  const std::vector<std::string> except{"slow"};
  const auto due = writer().claim_due(noon, 3, except);
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ(due->at(0).id, fast);
  EXPECT_FALSE(writer().next_delivery_due(except).value());
  EXPECT_EQ(writer().next_delivery_due().value(), noon);
  EXPECT_EQ(claim().size(), 5U);
}

TEST_F(OutboxRows, ADeliveryIsBornClaimedAndFreedAtTheNextStart) {
  const auto id = add("msg_1");
  EXPECT_TRUE(claim().empty());
  EXPECT_FALSE(writer().next_delivery_due().value());
  EXPECT_EQ(writer().release_claims(), 1U);
  EXPECT_EQ(writer().next_delivery_due().value(), noon);
  EXPECT_EQ(claim(), Ids{id});
  EXPECT_TRUE(claim().empty()) << "claimed once";
}

TEST_F(OutboxRows, TheBodyIsTheSameBytesOnEveryAttempt) {
  const auto id = add("msg_1");
  attempt(id, 1, DeliveryState::pending);
  const auto due = writer().claim_due(noon, 1);
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ(due->at(0).body, std::string("{\"a\":\0}", 7));
  EXPECT_EQ(due->at(0).event_id, "msg_1");
  EXPECT_EQ(due->at(0).attempts, 1U);
}

TEST_F(OutboxRows, FirstInFirstOutWithinAnAlert) {
  const auto first = add("msg_1");
  const auto second = add("msg_2");
  const auto other_alert = add("msg_3", "alt_2");
  const auto other_destination = add("msg_4", "alt_1", "board");
  writer().release_claims().value();
  EXPECT_EQ(claim(), (Ids{other_destination, first, other_alert}));
  EXPECT_TRUE(claim().empty()) << "the second waits for the first, which is under way";
  attempt(first, 1, DeliveryState::pending, noon + std::chrono::hours{1});
  EXPECT_TRUE(claim().empty()) << "and while the first waits for its next try";
  attempt(first, 2, DeliveryState::delivered);
  EXPECT_EQ(claim(), Ids{second});
}

TEST_F(OutboxRows, NothingIsSentBeforeItIsDue) {
  const auto id = add("msg_1");
  attempt(id, 1, DeliveryState::pending, noon + std::chrono::minutes{5});
  EXPECT_TRUE(claim(noon + std::chrono::minutes{4}).empty());
  EXPECT_EQ(claim(noon + std::chrono::minutes{5}), Ids{id});
}

TEST_F(OutboxRows, ADisabledDestinationKeepsItsQueue) {
  const auto id = add("msg_1");
  writer().release_claims().value();
  DestinationState state;
  state.name = "finance";
  state.disabled = true;
  state.disabled_reason = "answered 410";
  ASSERT_TRUE(writer().save_destination_state(state));
  EXPECT_TRUE(claim().empty());
  EXPECT_FALSE(writer().next_delivery_due().value());
  EXPECT_EQ(writer().destination_states()->at(0).disabled_reason, "answered 410");
  state.disabled = false;
  ASSERT_TRUE(writer().save_destination_state(state));
  EXPECT_EQ(claim(), Ids{id});
}

TEST_F(OutboxRows, ADeadLetterIsReplayedUnderTheSameId) {
  const auto id = add("msg_1");
  attempt(id, 1, DeliveryState::dead);
  EXPECT_EQ(writer().outbox_counts()->dead, 1U);
  EXPECT_EQ(writer().deliveries({.failed_only = true, .destination = "", .limit = 10})->size(), 1U);
  ASSERT_TRUE(writer().replay_delivery(id, noon));
  const auto due = writer().claim_due(noon, 1);
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ(due->at(0).event_id, "msg_1");
  attempt(id, 2, DeliveryState::delivered);
  EXPECT_EQ(writer().attempts(id)->size(), 2U);
  EXPECT_EQ(writer().delivery(id).value()->state, DeliveryState::delivered);
}

TEST_F(OutboxRows, AReplaySaysWhyItCannotBe) {
  const auto missing = writer().replay_delivery(42, noon);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().sentence, "there is no delivery 42: `kpictl deliveries` lists them");
  const auto id = add("msg_1");
  const auto pending = writer().replay_delivery(id, noon);
  ASSERT_FALSE(pending);
  EXPECT_EQ(pending.error().kind, ErrorKind::conflict);
}

TEST_F(OutboxRows, AnEventGoesToADestinationOnce) {
  const auto id = add("msg_1");
  Delivery again = writer().delivery(id).value().value();
  EXPECT_FALSE(writer().add_delivery(again));
}

TEST_F(OutboxRows, AnAlertIsKeptWithItsHistory) {
  Alert alert;
  alert.id = "alt_1";
  alert.rule = "reserves";
  alert.organisation = "900001";
  alert.state = AlertState::firing;
  alert.severity = Severity::red;
  alert.fired_at = noon;
  ASSERT_TRUE(writer().save_alert(alert));
  add("msg_1");
  add("msg_2");
  EXPECT_EQ(writer().events("alt_1")->size(), 2U);
  EXPECT_EQ(writer().events("alt_1")->at(1).deliveries.size(), 1U);
  EXPECT_EQ(writer().event("msg_2").value()->seq, 2U);
  EXPECT_EQ(writer().open_alert("reserves", "900001", "").value()->severity, Severity::red);

  Alert twin = alert;
  twin.id = "alt_2";
  EXPECT_FALSE(writer().save_alert(twin)) << "one open alert for a rule and series";

  alert.state = AlertState::resolved;
  alert.resolved_at = noon;
  ASSERT_TRUE(writer().save_alert(alert));
  EXPECT_FALSE(writer().open_alert("reserves", "900001", "").value());
  EXPECT_TRUE(writer().save_alert(twin));
  EXPECT_EQ(writer().alerts({})->size(), 1U);
  EXPECT_EQ(writer().alerts({.include_resolved = true, .organisation = "", .limit = 10})->size(),
            2U);
}

}  // namespace
}  // namespace kpid::store
