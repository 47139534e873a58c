// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: whatever a receiver is or does, a delivery to it ends in exactly one known way, the
// operator reads why, and no other destination notices. Method: a table, against real servers on
// loopback.

#include "unit/webhooks/hostile_receivers.hpp"

#include <gmock/gmock.h>

#include "support/scripted_names.hpp"
#include "unit/webhooks/outbox_fixture.hpp"

namespace kpid::webhooks {
namespace {

using kpid::testing::RawServer;
using kpid::testing::ScriptedNames;
using ::testing::HasSubstr;
using ::testing::Not;

class HostileReceivers : public OutboxTest, public ::testing::WithParamInterface<HostileCase> {};

TEST_P(HostileReceivers, EndAsTheTableSays) {
  const Expected& expected = GetParam().expected;
  Receiver innocent(always(200));
  destination("innocent", innocent.url());
  const Peer peer = GetParam().make(destination("hostile", "http://unset.test/"));
  config_.destinations.back().url = Secret{peer.url};
  configure();
  const Delivery delivery = add("msg_1", "hostile");
  const Delivery other = add("msg_1", "innocent");
  outbox_->send({delivery, other});
  drain();

  const Delivery after = row(delivery);
  EXPECT_EQ(after.state, expected.state) << to_string(after.state);
  EXPECT_EQ(after.last_status, expected.status);
  EXPECT_EQ(after.last_error, expected.error);
  EXPECT_EQ(after.attempts, 1U);
  EXPECT_THAT(after.last_error, Not(HasSubstr("hook"))) << "the URL may be a secret";
  if (after.state == DeliveryState::pending) {
    const auto wait = after.next_attempt_at - clock_.now();
    if (expected.wait) {
      EXPECT_EQ(wait, *expected.wait);
    } else {  // the schedule's first wait
      EXPECT_GE(wait, 48s);
      EXPECT_LE(wait, 72s);
    }
  }
  const store::DestinationState judged = state("hostile");
  EXPECT_EQ(judged.disabled, expected.disabled);
  EXPECT_EQ(judged.failing_since.has_value(), expected.failing);
  EXPECT_EQ(disabled_.size(), expected.disabled ? 1U : 0U);
  const auto attempts = reader()->attempts(delivery.id);
  ASSERT_TRUE(attempts);
  ASSERT_EQ(attempts->size(), 1U);
  EXPECT_EQ(attempts->front().error, expected.error);
  EXPECT_EQ(row(other).state, DeliveryState::delivered);
  EXPECT_FALSE(state("innocent").failing_since);
}

std::string name_of(const ::testing::TestParamInfo<HostileCase>& one) { return one.param.name; }

INSTANTIATE_TEST_SUITE_P(Statuses, HostileReceivers, ::testing::ValuesIn(hostile_statuses()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Waits, HostileReceivers, ::testing::ValuesIn(hostile_waits()), name_of);
INSTANTIATE_TEST_SUITE_P(Answers, HostileReceivers, ::testing::ValuesIn(hostile_answers()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Addresses, HostileReceivers, ::testing::ValuesIn(hostile_addresses()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Connections, HostileReceivers, ::testing::ValuesIn(hostile_connections()),
                         name_of);

// What takes more than one delivery to go wrong.
class HostileInTime : public OutboxTest {
 protected:
  Delivery send(const std::string& id) {
    const Delivery delivery = add(id, "team", id);
    outbox_->send({delivery});
    drain();
    return delivery;
  }
};

TEST_F(HostileInTime, ANameThatChangesBetweenLookUpsIsRefusedWhereItLeads) {
  Receiver receiver(always(200));
  ScriptedNames::resolve("moves.test", {{"127.0.0.1"}, {"169.254.169.254"}, {"10.1.2.3"}});
  destination("team", "http://moves.test:" + std::to_string(receiver.port()) + "/hook");
  configure();
  EXPECT_EQ(row(send("msg_1")).state, DeliveryState::delivered);
  // A connection and an answer of the DNS that are still good are used again.
  EXPECT_EQ(row(send("msg_2")).state, DeliveryState::delivered);
  EXPECT_EQ(ScriptedNames::look_ups("moves.test"), 1U);
  const std::vector<std::string> refused{
      "the address 169.254.169.254 is a link-local address; it is never allowed",
      "the address 10.1.2.3 is a private address; name it in allowed_networks to allow it"};
  for (std::size_t i = 0; i < refused.size(); ++i) {
    configure();  // which begins anew: no connection, no answer of the DNS is kept
    const Delivery delivery = send("msg_" + std::to_string(i + 3));
    EXPECT_EQ(row(delivery).state, DeliveryState::pending);
    EXPECT_EQ(row(delivery).last_error, refused[i]);
    EXPECT_EQ(row(delivery).last_status, 0);
  }
  EXPECT_EQ(ScriptedNames::look_ups("moves.test"), 3U);
  EXPECT_EQ(receiver.requests().size(), 2U);
}

TEST_F(HostileInTime, OneThatClosesWhatRestsIsToldOverANewConnection) {
  RawServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}});  // and closes, unsaid
  destination("team", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  configure();
  for (const char* id : {"msg_1", "msg_2", "msg_3"}) {
    const Delivery delivery = send(id);
    EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
    EXPECT_EQ(row(delivery).attempts, 1U);
  }
  EXPECT_EQ(server.connections(), 3U);
}

// The second answer came unasked: it must not be taken for that to the next delivery.
TEST_F(HostileInTime, OneThatAnswersTwiceIsHeardOnce) {
  RawServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                     "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"}},
                   true);
  destination("team", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  configure();
  for (const char* id : {"msg_1", "msg_2"}) {
    const Delivery delivery = send(id);
    EXPECT_EQ(row(delivery).state, DeliveryState::delivered);
    EXPECT_EQ(row(delivery).last_status, 200);
  }
  EXPECT_FALSE(state("team").disabled);
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HostileInTime, ARedirectIsNeverFollowedWhereverItLeads) {
  Receiver trap(always(200));
  Receiver receiver([&](const ReceivedRequest&, std::size_t number) {
    constexpr std::array<unsigned, 5> statuses{301, 302, 303, 307, 308};
    Reply reply;
    reply.status = statuses[number % statuses.size()];
    reply.headers = {{"Location", trap.url()}};
    return reply;
  });
  destination("team", receiver.url());
  configure();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(row(send("msg_" + std::to_string(i))).state, DeliveryState::dead);
  }
  EXPECT_EQ(receiver.requests().size(), 5U);
  EXPECT_TRUE(trap.requests().empty());
}

TEST_F(HostileInTime, WhatIsNeverReadToItsEndIsCut) {
  RawServer body({{"HTTP/1.1 200 OK\r\n\r\n"}, {std::string(65536, 'x'), 10'000}});
  RawServer head({{"HTTP/1.1 200 OK\r\n"}, {"X-More: and more\r\n", 10'000'000}});
  for (const RawServer* server : {&body, &head}) {
    config_.destinations.clear();
    destination("team", "http://127.0.0.1:" + std::to_string(server->port()) + "/hook");
    configure();
    send("msg_" + std::to_string(server->port()));
    EXPECT_LT(server->bytes_sent(), 20'000'000U) << "of hundreds";
  }
}

}  // namespace
}  // namespace kpid::webhooks
