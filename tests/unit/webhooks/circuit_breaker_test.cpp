// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/circuit_breaker.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kpid::webhooks {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;
constexpr Timestamp kStart{1'795'500'000s};

CircuitBreaker opened_at(Timestamp now) {
  CircuitBreaker breaker;
  for (std::uint32_t i = 0; i < CircuitBreaker::most_failures; ++i) breaker.failed(now, false);
  return breaker;
}

TEST(CircuitBreaker, OpensAfterSoManyFailuresInARow) {
  CircuitBreaker breaker;
  for (std::uint32_t i = 1; i < CircuitBreaker::most_failures; ++i) breaker.failed(kStart, false);
  EXPECT_TRUE(breaker.may_send(kStart));
  breaker.worked();
  for (std::uint32_t i = 1; i < CircuitBreaker::most_failures; ++i) breaker.failed(kStart, false);
  EXPECT_TRUE(breaker.may_send(kStart)) << "they were not in a row";
  breaker.failed(kStart, false);
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_FALSE(breaker.may_send(kStart));
  EXPECT_EQ(breaker.failures(), CircuitBreaker::most_failures);
}

TEST(CircuitBreaker, LetsOneProbeThroughAndClosesWhenItWorks) {
  CircuitBreaker breaker = opened_at(kStart);
  EXPECT_FALSE(breaker.may_send(kStart + 4999ms));
  ASSERT_TRUE(breaker.may_send(kStart + 5s));
  EXPECT_TRUE(breaker.begin());
  EXPECT_FALSE(breaker.may_send(kStart + 24h)) << "one probe";
  breaker.worked();
  EXPECT_TRUE(breaker.may_send(kStart + 6s));
  EXPECT_FALSE(breaker.begin()) << "no probe any more";
  EXPECT_EQ(breaker.failures(), 0U);
}

TEST(CircuitBreaker, WaitsLongerAfterEachProbeUpToALimitAndAnewAfterASuccess) {
  CircuitBreaker breaker = opened_at(kStart);
  Timestamp now = kStart;
  std::vector<std::chrono::seconds> waits;
  for (int i = 0; i < 10; ++i) {
    waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(breaker.retry_at(now) - now));
    now = breaker.retry_at(now);
    EXPECT_TRUE(breaker.begin());
    breaker.failed(now, true);
  }
  EXPECT_EQ(waits, (std::vector<std::chrono::seconds>{5s, 10s, 20s, 40s, 80s, 160s, 320s, 640s,
                                                      15min, 15min}));
  EXPECT_EQ(breaker.failures(), 15U);
  breaker.worked();
  breaker = opened_at(now);
  EXPECT_EQ(breaker.retry_at(now), now + 5s);
}

TEST(CircuitBreaker, WaitsNoLongerThanTheRetriesOfItsDestination) {
  CircuitBreaker breaker;
  breaker.limit_wait(7s);
  for (std::uint32_t i = 0; i < CircuitBreaker::most_failures; ++i) breaker.failed(kStart, false);
  EXPECT_EQ(breaker.retry_at(kStart), kStart + 5s);
  EXPECT_TRUE(breaker.begin());
  breaker.failed(kStart, true);
  EXPECT_EQ(breaker.retry_at(kStart), kStart + 7s);
  breaker.limit_wait(200ms);  // the config was read anew
  EXPECT_EQ(breaker.retry_at(kStart), kStart + 200ms);
  breaker.limit_wait(24h);
  breaker.worked();
  for (std::uint32_t i = 0; i < CircuitBreaker::most_failures; ++i) breaker.failed(kStart, false);
  EXPECT_EQ(breaker.retry_at(kStart), kStart + 5s);
}

TEST(CircuitBreaker, OneThatEndsLateSaysNothingNew) {
  CircuitBreaker breaker = opened_at(kStart);
  breaker.failed(kStart + 4s, false);
  EXPECT_EQ(breaker.retry_at(kStart + 4s), kStart + 5s);
  EXPECT_TRUE(breaker.begin());
  breaker.failed(kStart + 5s, false);
  EXPECT_EQ(breaker.state(), State::probing) << "the probe is still out";
  breaker.worked();  // a late one got through
  breaker.failed(kStart + 6s, true);
  EXPECT_EQ(breaker.state(), State::closed);
  EXPECT_EQ(breaker.failures(), 1U);
}

TEST(CircuitBreaker, AProbeThatWasCancelledIsSentAgain) {
  CircuitBreaker breaker = opened_at(kStart);
  EXPECT_TRUE(breaker.begin());
  breaker.cancelled(false);
  EXPECT_EQ(breaker.state(), State::probing);
  breaker.cancelled(true);
  EXPECT_TRUE(breaker.may_send(kStart + 5s));
}

TEST(CircuitBreaker, AnOperatorNeedNotWaitAndNeitherDoesAClockThatWasSetBack) {
  CircuitBreaker breaker = opened_at(kStart);
  EXPECT_EQ(breaker.retry_at(kStart - 24h), kStart - 24h + 5s);
  EXPECT_TRUE(breaker.may_send(kStart - 24h + 5s)) << "it comes, however often one asks";
  breaker.probe_now();
  EXPECT_TRUE(breaker.may_send(kStart));
}

TEST(CircuitBreaker, OneThatAnEarlierDaemonLeftOpenSendsAProbeFirst) {
  CircuitBreaker breaker;
  breaker.was_down();
  EXPECT_EQ(breaker.failures(), 1U) << "how many there were is not known";
  EXPECT_TRUE(breaker.may_send(kStart));
  EXPECT_TRUE(breaker.begin());
  EXPECT_FALSE(breaker.may_send(kStart + 1h));
  breaker.was_down();
  EXPECT_EQ(breaker.state(), State::probing) << "what is known already stands";
  breaker.failed(kStart, true);
  EXPECT_EQ(breaker.retry_at(kStart), kStart + 10s);
  EXPECT_TRUE(breaker.begin());
  breaker.worked();
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST(CircuitBreaker, AReceiverThatRefusesIsAtWork) {
  for (const int status : {0, 408, 429, 500, 502, 503, 504}) EXPECT_TRUE(shows_failure(status));
  for (const int status : {200, 204, 302, 400, 401, 403, 404, 410, 413, 422}) {
    EXPECT_FALSE(shows_failure(status)) << status;
  }
}

}  // namespace
}  // namespace kpid::webhooks
