// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Receivers that are slow, limited, asking for a rest or down: what waits for one of them delays
// no other, loses nothing and keeps its order.

#include <algorithm>
#include <atomic>
#include <map>
#include <string>

#include "outbox_fixture.hpp"
#include "webhooks/circuit_breaker.hpp"

namespace kpid::webhooks {
namespace {

class EnduranceTest : public OutboxTest {
 protected:
  // Deliveries of that many alerts in turn, each alert's in order.
  std::vector<Delivery> queue(const std::string& to, int count, int alerts) {
    std::vector<Delivery> all;
    for (int i = 0; i < count; ++i) {
      all.push_back(add("msg_" + to + std::to_string(i), to,
                        "alt_" + std::to_string(i % std::max(alerts, 1))));
    }
    return all;
  }
  // Time goes on in steps until it is so; each step lets the outbox look again.
  void pass(std::chrono::milliseconds step, const std::function<bool()>& condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) {
      clock_.advance(step);
      outbox_->wake();
      loop_.restart();
      loop_.run_for(2ms);
    }
    EXPECT_TRUE(condition()) << "it never came about";
  }
  // The loop turns for a moment: what would go out too early has gone.
  void settle() {
    loop_.restart();
    loop_.run_for(20ms);
  }
  static std::map<std::string, std::size_t> times_of(const std::vector<ReceivedRequest>& all) {
    std::map<std::string, std::size_t> times;
    for (const auto& request : all) ++times[request.header("webhook-id")];
    return times;
  }
  // The numbers of one destination's messages as they were accepted, by alert.
  static void expect_in_order(const std::vector<ReceivedRequest>& accepted, std::size_t prefix,
                              int alerts) {
    std::map<int, int> last;
    for (const auto& request : accepted) {
      const int number = std::stoi(request.header("webhook-id").substr(prefix));
      const auto [found, first] = last.try_emplace(number % alerts, number);
      EXPECT_TRUE(first || found->second < number) << number << " after " << found->second;
      found->second = number;
    }
  }
};

TEST_F(EnduranceTest, ALimitedDestinationGetsNoMoreThanItsRateAndInOrder) {
  Receiver receiver(always(200));
  auto& limited = destination("team", receiver.url());
  limited.rates = {{1, 1s}, {5, 20s}};
  configure();
  outbox_->send(queue("team", 8, 3));
  until([&] { return outbox_->counters().delivered == 1; });
  const auto after = [&](std::chrono::milliseconds wait, std::size_t expected) {
    clock_.advance(wait);
    outbox_->wake();
    until([&] { return outbox_->counters().delivered >= expected; });
    settle();
    EXPECT_EQ(receiver.requests().size(), expected);
  };
  after(999ms, 1);  // a moment too early
  after(1ms, 2);
  after(1s, 3);
  after(5s, 4);  // lateness saves nothing up
  after(1s, 5);
  after(11s, 5);  // the wider limit: five in twenty seconds
  after(1s, 6);
  after(1s, 7);
  after(1s, 8);
  expect_in_order(receiver.requests(), 8, 3);
  EXPECT_EQ(outbox_->counters().attempts, 8U) << "waiting is no attempt";
}

// No hand moves the clock here: the outbox comes back by itself, and does not spin until then.
TEST_F(EnduranceTest, TheNextTokenIsWaitedForWithoutBeingWoken) {
  class RealClock final : public Clock {
   public:
    [[nodiscard]] Timestamp now() const override {
      return std::chrono::time_point_cast<std::chrono::milliseconds>(
          std::chrono::system_clock::now());
    }
  };
  const RealClock real;
  Receiver receiver(always(200));
  destination("team", receiver.url()).rates = {{1, 150ms}};
  stop();
  outbox_ = std::make_unique<Outbox>(loop_, *queue_, real);
  configure();
  outbox_->send(queue("team", 4, 4));
  std::size_t turns = 0;
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (outbox_->counters().delivered < 4 && std::chrono::steady_clock::now() < end) {
    loop_.restart();
    turns += loop_.run_one_for(1s);
  }
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_GE(requests[3].at - requests[0].at, 400ms);
  EXPECT_LT(turns, 2000U) << "it spins";
  stop();
  outbox_.reset();  // before its clock
}

TEST_F(EnduranceTest, AReceiverThatAsksForARestIsLeftAloneByEveryDelivery) {
  Receiver receiver([](const ReceivedRequest&, std::size_t number) {
    Reply reply;
    if (number == 0) {
      reply.status = 429;
      reply.headers = {{"Retry-After", "600"}};
    }
    return reply;
  });
  destination("team", receiver.url()).connections = 1;
  configure();
  const auto all = queue("team", 10, 10);
  outbox_->send(all);
  drain();  // ends: what waits for the receiver's rest is nothing to wait for
  EXPECT_EQ(receiver.requests().size(), 1U);
  EXPECT_EQ(row(all[5]).attempts, 0U);
  EXPECT_EQ(row(all[5]).state, DeliveryState::pending);
  later(10min - 1s);
  EXPECT_EQ(receiver.requests().size(), 1U);
  later(1s);
  EXPECT_EQ(outbox_->counters().delivered, 10U);
  EXPECT_EQ(receiver.requests().size(), 11U);
}

TEST_F(EnduranceTest, AReceiverThatIsDownIsAskedByOneProbeAtATime) {
  Receiver receiver(always(200));
  destination("team", receiver.url()).connections = 1;
  configure();
  receiver.stop();
  const auto all = queue("team", 100, 100);
  outbox_->send(all);
  drain();
  EXPECT_EQ(outbox_->counters().attempts, CircuitBreaker::most_failures);
  EXPECT_EQ(row(all[50]).attempts, 0U) << "what waits uses no attempt up";
  EXPECT_TRUE(reader()->attempts(all[50].id)->empty()) << "and nothing is written of it";
  later(5s);
  EXPECT_EQ(outbox_->counters().attempts, CircuitBreaker::most_failures + 1);
  later(9s);
  EXPECT_EQ(outbox_->counters().attempts, CircuitBreaker::most_failures + 1);
  later(1s);
  EXPECT_EQ(outbox_->counters().attempts, CircuitBreaker::most_failures + 2);
  const auto waits = outbox_->waits();
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].destination, "team");
  EXPECT_EQ(waits[0].failures, CircuitBreaker::most_failures + 2);
  EXPECT_EQ(waits[0].next_try, clock_.now() + 20s);
  EXPECT_EQ(waits[0].deliveries, 93U);
  receiver.start();
  later(20s);
  EXPECT_TRUE(outbox_->waits().empty());
  EXPECT_EQ(outbox_->counters().delivered, 93U) << "all but those that wait for their own retry";
  later(1h);
  EXPECT_EQ(outbox_->counters().delivered, 100U);
  for (const auto& [id, times] : times_of(receiver.requests())) EXPECT_EQ(times, 1U) << id;
}

TEST_F(EnduranceTest, WhatFailedInALongOutageGoesOutAsSoonAsTheReceiverIsBack) {
  Receiver receiver(always(200));
  auto& team = destination("team", receiver.url());
  team.connections = 2;
  team.retry_schedule = {24h, 24h, 24h};
  configure();
  receiver.stop();
  outbox_->send(queue("team", 150, 75));
  drain();
  for (int i = 0; i < 70; ++i) later(15min);
  receiver.start();
  later(15min);
  EXPECT_EQ(outbox_->counters().delivered, 150U) << "no retry was due before tomorrow";
  expect_in_order(receiver.requests(), 8, 75);
  for (const auto& [id, times] : times_of(receiver.requests())) EXPECT_EQ(times, 1U) << id;
}

TEST_F(EnduranceTest, WhereNothingIsDueOneThatFailedIsTheProbe) {
  Receiver receiver(always(200));
  destination("team", receiver.url()).retry_schedule = {1s, 1s, 1s, 1s, 24h, 24h, 24h};
  configure();
  receiver.stop();
  const auto all = queue("team", 1, 1);
  outbox_->send(all);
  drain();
  for (int i = 0; i < 4; ++i) later(1s);
  EXPECT_EQ(row(all[0]).attempts, CircuitBreaker::most_failures);
  later(5s);
  EXPECT_EQ(row(all[0]).attempts, CircuitBreaker::most_failures + 1);
  later(9s);
  EXPECT_EQ(row(all[0]).attempts, CircuitBreaker::most_failures + 1) << "the breaker's wait stands";
  for (int i = 0; i < 40; ++i) later(15min);
  EXPECT_EQ(row(all[0]).attempts, CircuitBreaker::most_failures + 41);
  EXPECT_EQ(row(all[0]).state, DeliveryState::pending) << "attempts before their time cost nothing";
  EXPECT_TRUE(outbox_->waits().at(0).next_try);
  receiver.start();
  later(15min);
  EXPECT_EQ(row(all[0]).state, DeliveryState::delivered);
}

TEST_F(EnduranceTest, AProbeBeforeItsTimeRespectsTheRestThatWasAskedFor) {
  Receiver receiver([](const ReceivedRequest&, std::size_t number) {
    Reply reply;
    if (number < CircuitBreaker::most_failures) {
      reply.status = 429;
      reply.headers = {{"Retry-After", "7200"}};
    }
    return reply;
  });
  auto& team = destination("team", receiver.url());
  team.retry_schedule = {24h, 24h};
  team.connections = CircuitBreaker::most_failures;
  configure();
  outbox_->send(queue("team", CircuitBreaker::most_failures, CircuitBreaker::most_failures));
  drain();
  ASSERT_EQ(receiver.requests().size(), CircuitBreaker::most_failures);
  for (int i = 0; i < 7; ++i) later(15min);
  later(15min - 1s);
  EXPECT_EQ(receiver.requests().size(), CircuitBreaker::most_failures);
  later(1s);
  EXPECT_EQ(outbox_->counters().delivered, CircuitBreaker::most_failures);
}

TEST_F(EnduranceTest, WhatAnEarlierDaemonLeftFailingIsAskedAtTheStart) {
  Receiver receiver(always(200));
  destination("team", receiver.url()).retry_schedule = {24h, 24h, 24h};
  configure();
  receiver.stop();
  const auto all = queue("team", 3, 3);
  outbox_->send(all);
  drain();
  const auto start_anew = [&] {
    stop();
    make_outbox();
    configure();
    drain();
  };
  later(1h);
  EXPECT_EQ(outbox_->counters().attempts, 3U);
  start_anew();
  EXPECT_EQ(outbox_->counters().attempts, 1U) << "one probe, and no more";
  receiver.start();
  start_anew();
  EXPECT_EQ(outbox_->counters().delivered, 3U);
}

TEST_F(EnduranceTest, ATestOfTheOperatorsIsTheProbe) {
  Receiver receiver(always(200));
  destination("team", receiver.url()).connections = 1;
  configure();
  receiver.stop();
  outbox_->send(queue("team", 20, 20));
  drain();
  receiver.start();
  Delivery test = add("msg_test", "team", "test");
  test.event_type = EventType::test_ping;
  outbox_->send({test});
  drain();
  ASSERT_FALSE(receiver.requests().empty());
  EXPECT_EQ(receiver.requests()[0].header("webhook-id"), "msg_test");
  EXPECT_EQ(outbox_->counters().delivered, 16U) << "and with its success the queue goes out";
}

TEST_F(EnduranceTest, ANewAddressIsANewStart) {
  Receiver receiver(always(503));
  destination("team", receiver.url()).connections = 1;
  configure();
  outbox_->send(queue("team", 20, 20));
  drain();
  EXPECT_EQ(receiver.requests().size(), CircuitBreaker::most_failures);
  Receiver repaired(always(200));
  config_.destinations[0].url = Secret{repaired.url()};
  configure();
  drain();
  EXPECT_EQ(repaired.requests().size(), 15U);
}

TEST_F(EnduranceTest, ANewAddressAtARestartIsANewStartToo) {
  Receiver gone(always(410));
  destination("team", gone.url()).connections = 1;
  configure();
  outbox_->send(queue("team", 3, 3));
  drain();
  ASSERT_TRUE(state("team").disabled);
  EXPECT_EQ(state("team").address.find(gone.url()), std::string::npos) << "it may be a secret";

  const auto restart = [&](const std::string& url) {
    stop(0ms);
    outbox_.reset();
    config_.destinations[0].url = Secret{url};
    make_outbox();
    write([](store::Writer& writer) -> Result<void> {
      return writer.release_claims().map([](std::size_t) {});
    });
    configure();
    drain();
  };
  restart(gone.url());
  EXPECT_TRUE(state("team").disabled) << "nothing has changed";
  EXPECT_EQ(gone.requests().size(), 1U);
  Receiver repaired(always(200));
  restart(repaired.url());
  EXPECT_FALSE(state("team").disabled);
  EXPECT_EQ(repaired.requests().size(), 2U) << "the first was given up";
}

TEST_F(EnduranceTest, WhatWaitsIsSentByTheNextStart) {
  Receiver receiver(always(200));
  destination("team", receiver.url()).rates = {{1, 1h}};
  configure();
  const auto all = queue("team", 5, 2);
  outbox_->send(all);
  until([&] { return outbox_->counters().delivered == 1; });
  stop(0ms);
  outbox_.reset();
  config_.destinations[0].rates.clear();
  make_outbox();
  write([](store::Writer& writer) -> Result<void> {
    return writer.release_claims().map([](std::size_t) {});
  });
  configure();
  drain();
  EXPECT_EQ(receiver.requests().size(), 5U);
  expect_in_order(receiver.requests(), 8, 2);
}

TEST_F(EnduranceTest, NeitherASlowNorALimitedNorADeadDestinationDelaysAnother) {
  constexpr int count = 120;
  constexpr int alerts = 12;
  std::atomic<bool> slow_answers{false};
  Receiver slow([&](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = !slow_answers;
    return reply;
  });
  Receiver limited([](const ReceivedRequest&, std::size_t number) {
    Reply reply;
    if (number == 0) {
      reply.status = 429;
      reply.headers = {{"Retry-After", "120"}};
    }
    return reply;
  });
  Receiver down(always(200));
  Receiver fine(always(200));
  destination("slow", slow.url()).timeout = 60s;
  destination("rate", limited.url()).rates = {{1, 1s}};
  destination("down", down.url());
  destination("fine", fine.url());
  down.stop();
  configure();
  std::vector<Delivery> all;
  for (int i = 0; i < count; ++i) {
    for (const char* to : {"slow", "rate", "down", "fine"}) {
      all.push_back(add("msg_" + std::string{to} + std::to_string(i), to,
                        "alt_" + std::to_string(i % alerts)));
    }
  }
  outbox_->send(all);
  until([&] { return fine.requests().size() == count; });
  EXPECT_EQ(limited.requests().size(), 1U) << "it wants its rest";
  EXPECT_LE(slow.requests().size(), 4U);
  expect_in_order(fine.requests(), 8, alerts);

  down.start();
  pass(1s, [&] { return down.requests().size() == count; });
  expect_in_order(down.requests(), 8, alerts);
  for (const auto& [id, times] : times_of(down.requests())) EXPECT_EQ(times, 1U) << id;
  pass(1s, [&] { return limited.requests().size() == count + 1; });
  auto accepted = limited.requests();
  accepted.erase(accepted.begin());
  expect_in_order(accepted, 8, alerts);
  EXPECT_EQ(times_of(accepted).size(), static_cast<std::size_t>(count));
  EXPECT_EQ(fine.requests().size(), static_cast<std::size_t>(count));
  stop(0ms);
}

}  // namespace
}  // namespace kpid::webhooks
