// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What comes up while a receiver is down waits in the store, not in memory, and is all told after.

#include <map>

#include "outbox_fixture.hpp"

namespace kpid::webhooks {
namespace {

class OutboxBurst : public OutboxTest {
 protected:
  std::vector<Delivery> queue(int from, int count) {
    std::vector<Delivery> all;
    for (int i = from; i < from + count; ++i) {
      const std::string number = std::to_string(i);
      all.push_back(add("msg_" + number, "team", "alt_" + number));
    }
    return all;
  }
  std::size_t in_hand() {
    const auto waits = outbox_->waits();
    return waits.empty() ? 0 : waits.front().deliveries;
  }
};

TEST_F(OutboxBurst, AnOutageFillsTheStoreAndNotTheMemory) {
  Receiver receiver(always(200));
  destination("team", receiver.url()).retry_schedule.assign(20, 1min);
  configure();
  receiver.stop();
  outbox_->send(queue(0, 8));
  drain();
  ASSERT_EQ(outbox_->waits().size(), 1U) << "it is known to be down";
  constexpr int later_ones = 700;
  for (int i = 0; i < later_ones; i += 100) {
    outbox_->send(queue(8 + i, 100));
    drain();
    EXPECT_LE(in_hand(), 256U);
  }
  EXPECT_GE(in_hand(), 200U) << "some are at hand for when it is back";

  receiver.start();
  for (int i = 0; i < 200 && outbox_->counters().delivered < 8 + later_ones; ++i) later(1min);
  EXPECT_EQ(outbox_->counters().delivered, 8U + later_ones);
  std::map<std::string, int> times;
  for (const auto& request : receiver.requests()) ++times[request.header("webhook-id")];
  EXPECT_EQ(times.size(), 8U + later_ones);
  for (const auto& [id, count] : times) EXPECT_EQ(count, 1) << id;
}

TEST_F(OutboxBurst, ATestGoesOutHoweverManyWait) {
  std::atomic<unsigned> status{503};
  Receiver receiver([&](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = status;
    return reply;
  });
  destination("team", receiver.url());
  configure();
  outbox_->send(queue(0, 8));
  drain();
  outbox_->send(queue(8, 300));
  drain();
  status = 200;
  Delivery test = queue(1000, 1).front();
  test.event_type = EventType::test_ping;
  outbox_->send({test});
  drain();
  EXPECT_EQ(row(test).state, DeliveryState::delivered);
}

}  // namespace
}  // namespace kpid::webhooks
