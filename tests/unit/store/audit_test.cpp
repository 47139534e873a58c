// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: the record is read page by page, each row once, whatever the pages' length.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/sqlite.hpp"
#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::store {
namespace {

using std::chrono::hours;
const Timestamp noon = Timestamp{make_date(2026, 11, 24)} + hours{12};

class Record : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = std::move(Database::open(folder_ / "kpid.db").value());
    ASSERT_TRUE(database_->begin());
  }
  Writer& writer() { return database_->writer(); }
  void event(const std::string& id, Timestamp at, const std::string& subject = "alt_1",
             EventType type = EventType::alert_firing) {
    Event event;
    event.id = id;
    event.type = type;
    event.subject = subject;
    event.seq = ++seq_;
    event.at = at;
    event.data = "{}";
    ASSERT_TRUE(writer().add_event(event));
  }
  std::int64_t deliver(const std::string& event_id, const std::string& destination, Timestamp at,
                       const std::string& subject = "alt_1",
                       EventType type = EventType::alert_firing) {
    Delivery delivery;
    delivery.event_id = event_id;
    delivery.event_type = type;
    delivery.destination = destination;
    delivery.subject = subject;
    delivery.created_at = delivery.next_attempt_at = at;
    EXPECT_TRUE(writer().add_delivery(delivery));
    return delivery.id;
  }
  void attempt(std::int64_t id, std::uint32_t number, DeliveryState state, Timestamp at) {
    DeliveryAttempt attempt;
    attempt.delivery = id;
    attempt.number = number;
    attempt.at = at;
    attempt.state = state;
    ASSERT_TRUE(writer().record_attempt(attempt));
  }
  std::vector<std::string> missed(const std::string& destination, std::size_t limit,
                                  Timestamp since = noon, Timestamp before = noon + hours{99}) {
    std::vector<std::string> ids;
    MissedQuery query{destination, {since, 0}, before, limit};
    for (;;) {
      const auto page = writer().missed_events(query);
      EXPECT_TRUE(page);
      for (const Event& one : page->events) ids.push_back(one.id);
      if (!page->next) return ids;
      query.after = *page->next;
    }
  }
  using Ids = std::vector<std::string>;

  kpid::testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
  std::uint32_t seq_ = 0;
};

TEST_F(Record, MissedEventsComeInOrderOnceWhateverThePages) {
  Ids all;
  for (int i = 0; i < 23; ++i) {  // several at the same instant
    all.push_back("msg_" + std::to_string(100 - i));
    event(all.back(), noon + hours{i / 4});
    deliver(all.back(), "old", noon);
  }
  for (const std::size_t limit : {1U, 2U, 4U, 22U, 23U, 24U}) {
    EXPECT_EQ(missed("new", limit), all) << limit;
    EXPECT_EQ(missed("old", limit), Ids{}) << limit;
  }
  EXPECT_EQ(missed("new", 5, noon + hours{5}), Ids(all.begin() + 20, all.end()));
  EXPECT_EQ(missed("new", 5, noon, noon + hours{1}), Ids(all.begin(), all.begin() + 4));
  EXPECT_TRUE(writer().is_missed(all[0], "new").value());
  EXPECT_FALSE(writer().is_missed(all[0], "old").value());
  EXPECT_FALSE(writer().is_missed("msg_none", "new").value());
}

TEST_F(Record, WhatWaitsOrCameInADigestIsNotMissed) {
  for (const char* id : {"msg_1", "msg_2", "msg_3"}) event(id, noon);
  event("msg_digest", noon, "digest:team", EventType::digest);
  deliver("msg_digest", "team", noon, "digest:team", EventType::digest);
  ASSERT_TRUE(database_->commit());
  database_.reset();
  {
    Connection connection(folder_ / "kpid.db", Connection::Mode::read_write);
    connection.execute("INSERT INTO bundled (digest, event) VALUES ('msg_digest', 'msg_1')");
    connection.execute(
        "INSERT INTO waiting (event, destination, subject, bundle, due_at, since, instead_of)"
        " VALUES ('msg_2', 'team', 'alt_1', 'quiet', 0, 0, '')");
  }
  database_ = std::move(Database::open(folder_ / "kpid.db").value());
  ASSERT_TRUE(database_->begin());
  EXPECT_EQ(missed("team", 10), Ids{"msg_3"});
  EXPECT_EQ(missed("other", 10), (Ids{"msg_1", "msg_2", "msg_3", "msg_digest"}));
  const auto inside = writer().events_of_digest("msg_digest");
  ASSERT_EQ(inside->size(), 1U);
  EXPECT_EQ(inside->at(0).id, "msg_1");
}

TEST_F(Record, DeliveriesAreReadByStretchDestinationAndPage) {
  event("msg_1", noon);
  event("msg_2", noon);
  const auto first = deliver("msg_1", "a", noon);
  deliver("msg_1", "b", noon);
  const auto last = deliver("msg_2", "a", noon + hours{1});
  DeliveryRange range;
  range.destination = "a";
  range.limit = 1;
  EXPECT_EQ(writer().deliveries_within(range)->at(0).id, first);
  range.after = first;
  EXPECT_EQ(writer().deliveries_within(range)->at(0).id, last);
  range.before = noon + hours{1};
  EXPECT_EQ(writer().deliveries_within(range)->size(), 0U);
  range = {};
  range.since = noon + hours{1};
  EXPECT_EQ(writer().deliveries_within(range)->size(), 1U);
}

TEST_F(Record, WhoWasToldFirstIsWhoseReceiverAcceptedFirst) {
  event("msg_1", noon);
  const auto slow = deliver("msg_1", "slow", noon);
  const auto quick = deliver("msg_1", "quick", noon);
  EXPECT_FALSE(writer().first_told("alt_1").value());
  attempt(slow, 1, DeliveryState::pending, noon);
  attempt(quick, 1, DeliveryState::delivered, noon + hours{1});
  attempt(slow, 2, DeliveryState::delivered, noon + hours{2});
  // Sent again much later: the first time counts.
  ASSERT_TRUE(writer().replay_delivery(quick, noon + hours{9}));
  attempt(quick, 2, DeliveryState::delivered, noon + hours{9});
  const auto first = writer().first_told("alt_1").value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->destination, "quick");
  EXPECT_EQ(first->at, noon + hours{1});
}

TEST_F(Record, AlertsAreThoseThatWereOpenInTheStretch) {
  const auto alert = [&](const std::string& id, Timestamp opened, std::optional<Timestamp> over) {
    Alert one;
    one.id = id;
    one.rule = id;
    one.opened_at = opened;
    one.resolved_at = over;
    ASSERT_TRUE(writer().save_alert(one));
  };
  alert("alt_1", noon, noon + hours{2});
  alert("alt_2", noon + hours{1}, std::nullopt);
  alert("alt_3", noon + hours{9}, std::nullopt);
  const auto within = [&](AlertRange range) {
    Ids ids;
    const auto found = writer().alerts_within(range);
    for (const Alert& one : *found) ids.push_back(one.id);
    return ids;
  };
  EXPECT_EQ(within({}), (Ids{"alt_1", "alt_2", "alt_3"}));
  EXPECT_EQ(within({"alt_1", {}, {}, 1}), Ids{"alt_2"});
  EXPECT_EQ(within({{}, noon + hours{3}, noon + hours{9}, 9}), Ids{"alt_2"});
  EXPECT_EQ(within({{}, noon + hours{2}, noon + hours{3}, 9}), (Ids{"alt_1", "alt_2"}));
}

}  // namespace
}  // namespace kpid::store
