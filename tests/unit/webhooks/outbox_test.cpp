// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What the outbox does with its deliveries: order, retries, ends, restarts.

#include <algorithm>
#include <filesystem>
#include <set>
#include <thread>

#include <sqlite3.h>

#include "outbox_fixture.hpp"
#include "webhooks/signature.hpp"

namespace kpid::webhooks {
namespace {

std::vector<std::string> ids_of(const std::vector<ReceivedRequest>& requests) {
  std::vector<std::string> ids;
  for (const auto& request : requests) ids.push_back(request.header("webhook-id"));
  return ids;
}

Result<void> verified(const char* secret, const ReceivedRequest& request, Timestamp now) {
  const std::string id = request.header("webhook-id");
  const std::string timestamp = request.header("webhook-timestamp");
  const std::string signature = request.header("webhook-signature");
  return verify(Secret{secret}, {id, timestamp, signature}, request.body, now);
}

Receiver::Script statuses(std::vector<unsigned> all) {
  return [all = std::move(all)](const ReceivedRequest&, std::size_t number) {
    Reply reply;
    reply.status = all[std::min(number, all.size() - 1)];
    return reply;
  };
}

// SQL past the daemon: what only a test may do.
void execute(const std::filesystem::path& file, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  sqlite3_busy_timeout(database, 10'000);
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  sqlite3_close(database);
}

TEST_F(OutboxTest, ARetryBearsTheSameIdAndBytesAndASignatureOfItsOwn) {
  Receiver receiver(statuses({500, 200}));
  destination("team", receiver.url()).signing_secrets = {Secret{kNewSecret}, Secret{kOldSecret}};
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  drain();
  EXPECT_EQ(row(delivery).state, DeliveryState::pending);
  EXPECT_EQ(row(delivery).last_error, "500: the receiver failed");
  EXPECT_EQ(state("team").failing_since, clock_.now());
  const Timestamp first = clock_.now();
  later(10min);
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].target, "/hook");
  EXPECT_EQ(requests[0].header("content-type"), "application/cloudevents+json");
  EXPECT_EQ(ids_of(requests), (std::vector<std::string>{"msg_1", "msg_1"}));
  EXPECT_EQ(requests[0].body, delivery.body);
  EXPECT_EQ(requests[1].body, delivery.body);
  for (const char* secret : {kNewSecret, kOldSecret}) {
    EXPECT_TRUE(verified(secret, requests[0], first));
    EXPECT_TRUE(verified(secret, requests[1], clock_.now()));
    EXPECT_FALSE(verified(secret, requests[0], clock_.now())) << "its instant has passed";
  }
  EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
  EXPECT_EQ(row(delivery).attempts, 2U);
  EXPECT_EQ(reader()->attempts(delivery.id)->size(), 2U);
  EXPECT_FALSE(state("team").failing_since);
  EXPECT_EQ(state("team").last_delivered_at, clock_.now());
  ASSERT_EQ(attempts_.size(), 2U);
  const auto counters = outbox_->counters();
  EXPECT_EQ(counters.attempts, 2U);
  EXPECT_EQ(counters.delivered, 1U);
  EXPECT_EQ(counters.failed_attempts, 1U);
  EXPECT_EQ(counters.under_way, 0U);
}

TEST_F(OutboxTest, ATeamsMessageIsNotSigned) {
  Receiver receiver(always(202));
  destination("team", receiver.url()).format = DestinationFormat::teams;
  configure();
  outbox_->send({add("msg_1", "team")});
  drain();
  ASSERT_EQ(receiver.requests().size(), 1U);
  EXPECT_EQ(receiver.requests()[0].headers.count("webhook-signature"), 0U);
  EXPECT_EQ(attempts_.at(0).state, DeliveryState::delivered);
}

TEST_F(OutboxTest, WithoutASecretNothingIsSentUnsigned) {
  Receiver receiver(always(200));
  destination("team", receiver.url()).signing_secrets.clear();
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  drain();
  EXPECT_TRUE(receiver.requests().empty());
  EXPECT_EQ(row(delivery).state, DeliveryState::pending);
  EXPECT_NE(row(delivery).last_error.find("could not be signed"), std::string::npos);
}

TEST_F(OutboxTest, RetryAfterIsObserved) {
  Receiver receiver([](const ReceivedRequest&, std::size_t number) {
    Reply reply;
    if (number == 0) {
      reply.status = 429;
      reply.headers = {{"Retry-After", "7200"}};
    }
    return reply;
  });
  destination("team", receiver.url());
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  drain();
  EXPECT_EQ(row(delivery).next_attempt_at, clock_.now() + 2h);
  later(2h - 1s);
  EXPECT_EQ(receiver.requests().size(), 1U);
  later(1s);
  EXPECT_EQ(receiver.requests().size(), 2U);
  EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
}

TEST_F(OutboxTest, GoneSwitchesTheDestinationOffAndKeepsTheRest) {
  Receiver receiver(always(410));
  destination("team", receiver.url()).connections = 1;
  configure();
  const Delivery first = add("msg_1", "team", "alt_1");
  const Delivery second = add("msg_2", "team", "alt_2");
  outbox_->send({first, second});
  drain();
  EXPECT_EQ(receiver.requests().size(), 1U);
  EXPECT_EQ(row(first).state, DeliveryState::dead);
  EXPECT_EQ(row(second).state, DeliveryState::pending);
  EXPECT_TRUE(state("team").disabled);
  ASSERT_EQ(disabled_.size(), 1U);
  EXPECT_EQ(disabled_[0].first, "team");
  EXPECT_EQ(disabled_[0].second, state("team").disabled_reason);
  EXPECT_TRUE(attempts_.at(0).disable_destination);
  outbox_->send({add("msg_3", "team", "alt_3")});
  later(24h);
  EXPECT_EQ(receiver.requests().size(), 1U) << "it wants no more";

  Receiver repaired(always(200));
  config_.destinations[0].url = Secret{repaired.url()};
  configure();
  drain();
  EXPECT_FALSE(state("team").disabled) << "a new URL is a new start";
  EXPECT_EQ(repaired.requests().size(), 2U);
}

TEST_F(OutboxTest, FiveDaysOfFailureSwitchTheDestinationOff) {
  Receiver receiver(always(503));
  destination("team", receiver.url()).retry_schedule.assign(20, 24h);
  configure();
  outbox_->send({add("msg_1", "team")});
  drain();
  for (int day = 0; day < 8 && disabled_.empty(); ++day) later(29h);
  ASSERT_EQ(disabled_.size(), 1U);
  EXPECT_NE(disabled_[0].second.find("5 days"), std::string::npos);
  EXPECT_NE(disabled_[0].second.find("503"), std::string::npos);
  EXPECT_EQ(receiver.requests().size(), 6U) << "one at first, and one a day";
}

TEST_F(OutboxTest, WhatOpensAndClosesWhileTheReceiverIsDownIsToldInOrderAfterwards) {
  Receiver receiver(always(200));
  destination("team", receiver.url());
  configure();
  receiver.stop();
  const std::string opened_at = format_timestamp(clock_.now());
  const Delivery opened = add("msg_1", "team", "alt_1", R"({"state":"firing","seq":1})");
  outbox_->send({opened});
  drain();
  EXPECT_EQ(row(opened).last_error, "the connection was refused");
  clock_.advance(5s);
  const std::string closed_at = format_timestamp(clock_.now());
  const Delivery closed = add("msg_2", "team", "alt_1", R"({"state":"resolved","seq":2})");
  const Delivery other = add("msg_3", "team", "alt_2");
  outbox_->send({closed, other});
  drain();
  EXPECT_EQ(row(closed).attempts, 0U) << "it must not overtake";
  EXPECT_EQ(row(other).attempts, 1U) << "another alert does not wait";
  receiver.start();
  later(1h);
  const auto requests = receiver.requests();
  std::vector<ReceivedRequest> of_alert;
  for (const auto& request : requests) {
    if (request.header("webhook-id") != "msg_3") of_alert.push_back(request);
  }
  EXPECT_EQ(ids_of(of_alert), (std::vector<std::string>{"msg_1", "msg_2"}));
  EXPECT_EQ(requests.size(), 3U);
  EXPECT_NE(of_alert.at(0).body.find(opened_at), std::string::npos) << "its original time";
  EXPECT_NE(of_alert.at(1).body.find(closed_at), std::string::npos);
  EXPECT_EQ(row(closed).state, DeliveryState::delivered);
}

TEST_F(OutboxTest, SiblingsThatAreSentTogetherGoInOrder) {
  Receiver receiver(always(200));
  destination("team", receiver.url());
  configure();
  std::vector<Delivery> all;
  for (int i = 0; i < 20; ++i) all.push_back(add("msg_" + std::to_string(i), "team", "alt_1"));
  outbox_->send(all);
  drain();
  std::vector<std::string> expected;
  for (int i = 0; i < 20; ++i) expected.push_back("msg_" + std::to_string(i));
  EXPECT_EQ(ids_of(receiver.requests()), expected);
}

TEST_F(OutboxTest, ADeadDestinationDelaysNoOther) {
  Receiver slow([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = true;
    return reply;
  });
  Receiver fast(always(200));
  destination("slow", slow.url()).timeout = 60s;
  destination("fast", fast.url());
  std::vector<Delivery> all;
  for (int i = 0; i < 200; ++i) {
    all.push_back(add("msg_s" + std::to_string(i), "slow", "alt_" + std::to_string(i)));
  }
  for (int i = 0; i < 50; ++i) {
    all.push_back(add("msg_f" + std::to_string(i), "fast", "alt_" + std::to_string(i)));
  }
  // As after a restart: the slow ones are older, and more than may be held at once.
  write([](store::Writer& writer) -> Result<void> {
    return writer.release_claims().map([](std::size_t) {});
  });
  configure();
  until([&] { return outbox_->counters().delivered == 50; });
  until([&] { return slow.requests().size() == 4; });
  EXPECT_EQ(outbox_->counters().under_way, 4U) << "as many as it has connections";
  EXPECT_EQ(fast.requests().size(), 50U);
  std::set<std::size_t> connections;
  for (const auto& request : fast.requests()) connections.insert(request.connection);
  EXPECT_LE(connections.size(), 4U) << "connections are used again";
  stop(0ms);
}

TEST_F(OutboxTest, ADestinationThatLeftTheConfigurationEndsItsDeliveries) {
  Receiver receiver(always(500));
  destination("team", receiver.url());
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  drain();
  config_.destinations.clear();
  configure();
  later(1h);
  EXPECT_EQ(row(delivery).state, DeliveryState::dead);
  EXPECT_NE(row(delivery).last_error.find("\"team\" is no longer in the configuration"),
            std::string::npos);
  EXPECT_EQ(receiver.requests().size(), 1U);
  EXPECT_EQ(outbox_->counters().dead, 1U);
}

TEST_F(OutboxTest, ADisabledDestinationThatLeftEndsItsDeliveriesToo) {
  Receiver receiver(always(410));
  destination("team", receiver.url()).connections = 1;
  configure();
  const Delivery second =
      (outbox_->send({add("msg_1", "team", "alt_1")}), drain(), add("msg_2", "team", "alt_2"));
  outbox_->send({second});
  drain();
  EXPECT_EQ(row(second).state, DeliveryState::pending);
  config_.destinations.clear();
  configure();
  drain();
  EXPECT_EQ(row(second).state, DeliveryState::dead);
}

TEST_F(OutboxTest, AReloadLetsWhatIsUnderWayFinishWithItsOldSettings) {
  std::atomic<bool> answer{false};
  Receiver old([&](const ReceivedRequest&, std::size_t) {
    while (!answer) std::this_thread::sleep_for(1ms);
    return Reply{};
  });
  Receiver fresh(always(200));
  destination("team", old.url());
  configure();
  outbox_->send({add("msg_1", "team", "alt_1")});
  until([&] { return old.requests().size() == 1; });
  config_.destinations[0].url = Secret{fresh.url()};
  configure();
  outbox_->send({add("msg_2", "team", "alt_2")});
  until([&] { return outbox_->counters().delivered == 1; });
  answer = true;
  drain();
  EXPECT_EQ(ids_of(old.requests()), std::vector<std::string>{"msg_1"});
  EXPECT_EQ(ids_of(fresh.requests()), std::vector<std::string>{"msg_2"});
  EXPECT_EQ(outbox_->counters().delivered, 2U);
}

TEST_F(OutboxTest, StopLeavesWhatIsUnansweredForTheNextStart) {
  std::atomic<bool> never{true};
  Receiver receiver([&](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = never;
    return reply;
  });
  destination("team", receiver.url());
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  until([&] { return receiver.requests().size() == 1; });
  stop(0ms);
  outbox_.reset();
  EXPECT_EQ(row(delivery).state, DeliveryState::pending);
  EXPECT_EQ(row(delivery).attempts, 0U);

  never = false;
  make_outbox();
  write([](store::Writer& writer) -> Result<void> {
    return writer.release_claims().map([](std::size_t) {});
  });
  configure();
  outbox_->wake();
  drain();
  EXPECT_EQ(ids_of(receiver.requests()), (std::vector<std::string>{"msg_1", "msg_1"}));
  EXPECT_EQ(receiver.requests()[1].body, delivery.body);
  EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
}

TEST_F(OutboxTest, MayGoAwayInTheMiddleOfEverything) {
  Receiver receiver([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = true;
    return reply;
  });
  destination("team", receiver.url());
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  until([&] { return receiver.requests().size() == 1; });
  outbox_.reset();
  loop_.restart();
  loop_.run();  // ends, for nothing is left to do
  EXPECT_EQ(row(delivery).state, DeliveryState::pending);
  EXPECT_TRUE(attempts_.empty());
}

TEST_F(OutboxTest, StopFinishesWhatIsUnderWay) {
  std::atomic<bool> answer{false};
  Receiver receiver([&](const ReceivedRequest&, std::size_t) {
    while (!answer) std::this_thread::sleep_for(1ms);
    return Reply{};
  });
  destination("team", receiver.url());
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  until([&] { return receiver.requests().size() == 1; });
  answer = true;
  stop();
  EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
  outbox_->send({add("msg_2", "team")});
  outbox_->wake();
  drain();
  EXPECT_EQ(receiver.requests().size(), 1U) << "it claims nothing more";
}

TEST_F(OutboxTest, AReplayGoesOutAgainUnderTheSameId) {
  Receiver receiver(statuses({400, 200}));
  destination("team", receiver.url());
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  drain();
  EXPECT_EQ(row(delivery).state, DeliveryState::dead);
  EXPECT_FALSE(state("team").failing_since) << "the body was refused, the receiver is well";
  write([&](store::Writer& writer) { return writer.replay_delivery(delivery.id, clock_.now()); });
  outbox_->wake();
  drain();
  EXPECT_EQ(ids_of(receiver.requests()), (std::vector<std::string>{"msg_1", "msg_1"}));
  EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
}

TEST_F(OutboxTest, AReplayBeginsItsScheduleAnew) {
  std::atomic<unsigned> status{503};
  Receiver receiver([&](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = status;
    return reply;
  });
  destination("team", receiver.url());
  configure();
  const Delivery delivery = add("msg_1", "team");
  outbox_->send({delivery});
  drain();
  for (int i = 0; i < 20 && row(delivery).state == DeliveryState::pending; ++i) later(1h);
  ASSERT_EQ(row(delivery).state, DeliveryState::dead);
  const std::uint32_t tried = row(delivery).attempts;
  write([&](store::Writer& writer) { return writer.replay_delivery(delivery.id, clock_.now()); });
  outbox_->wake();
  drain();
  EXPECT_EQ(row(delivery).state, DeliveryState::pending) << "one failure is not the end of it";
  EXPECT_EQ(row(delivery).attempts, tried + 1) << "no attempt is forgotten";
  status = 200;
  later(1h);
  EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
}

TEST_F(OutboxTest, AResultThatCannotBeWrittenIsKeptUntilItCan) {
  Receiver receiver(always(200));
  destination("team", receiver.url());
  configure();
  const Delivery delivery = add("msg_1", "team");
  execute(folder_ / "kpid.db",
          "CREATE TRIGGER full BEFORE INSERT ON delivery_attempt"
          " BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  outbox_->send({delivery});
  until([&] { return receiver.requests().size() == 1; });
  loop_.restart();
  loop_.run_for(200ms);  // it has tried to write, in vain
  EXPECT_EQ(row(delivery).state, DeliveryState::pending);
  EXPECT_EQ(outbox_->counters().attempts, 0U);
  execute(folder_ / "kpid.db", "DROP TRIGGER full");
  until([&] { return outbox_->counters().delivered == 1; });
  EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
  EXPECT_EQ(receiver.requests().size(), 1U) << "the receiver is not asked again";
}

}  // namespace
}  // namespace kpid::webhooks
