// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/token_bucket.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace kpid::webhooks {
namespace {

using namespace std::chrono_literals;
constexpr Timestamp kStart{1'795'500'000s};

TEST(TokenBucket, WithoutLimitsIsAlwaysReady) {
  TokenBucket bucket;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LE(bucket.ready_at(kStart), kStart);
    bucket.take(kStart);
  }
}

TEST(TokenBucket, AnotherTokenComesWhenTheSpanHasPassed) {
  TokenBucket bucket;
  bucket.set_limits({{2, 1s}});
  bucket.take(kStart);
  EXPECT_LE(bucket.ready_at(kStart + 300ms), kStart + 300ms);
  bucket.take(kStart + 300ms);
  EXPECT_EQ(bucket.ready_at(kStart + 400ms), kStart + 1s);
  bucket.take(kStart + 1s);
  EXPECT_EQ(bucket.ready_at(kStart + 1s), kStart + 1300ms);
}

TEST(TokenBucket, EveryLimitHolds) {
  TokenBucket bucket;
  bucket.set_limits({{4, 1s}, {25, 5min}});
  Timestamp now = kStart;
  for (int i = 0; i < 25; ++i) {
    now = std::max(now, bucket.ready_at(now));
    bucket.take(now);
  }
  EXPECT_EQ(now, kStart + 6s) << "four in each second";
  EXPECT_EQ(bucket.ready_at(now), kStart + 5min);
}

// Whatever the pattern of the queue, no window of a limit's length sees more than it allows.
TEST(TokenBucket, NoWindowSeesMoreThanItsLimit) {
  std::mt19937 random(7);
  const std::vector<RateLimit> limits{{3, 1s}, {10, 20s}};
  for (int round = 0; round < 20; ++round) {
    TokenBucket bucket;
    bucket.set_limits(limits);
    std::vector<Timestamp> sent;
    Timestamp now = kStart;
    for (int i = 0; i < 200; ++i) {
      now += std::chrono::milliseconds{random() % 3 == 0 ? random() % 4000 : 0};
      now = std::max(now, bucket.ready_at(now));
      bucket.take(now);
      sent.push_back(now);
    }
    for (const RateLimit& limit : limits) {
      for (std::size_t i = limit.most; i < sent.size(); ++i) {
        ASSERT_GE(sent[i] - sent[i - limit.most], limit.within) << "round " << round;
      }
    }
  }
}

TEST(TokenBucket, ARestIsKeptAndNeverShortened) {
  TokenBucket bucket;
  bucket.rest(kStart, 1h);
  bucket.rest(kStart, 1min);
  EXPECT_EQ(bucket.ready_at(kStart), kStart + 1h);
  EXPECT_TRUE(bucket.resting(kStart + 59min));
  EXPECT_FALSE(bucket.resting(kStart + 1h));
  EXPECT_LE(bucket.ready_at(kStart + 1h), kStart + 1h);
}

TEST(TokenBucket, AClockThatWasSetBackStretchesNoWait) {
  TokenBucket bucket;
  bucket.set_limits({{1, 1s}});
  bucket.take(kStart + 24h);
  EXPECT_EQ(bucket.ready_at(kStart), kStart + 1s);
  EXPECT_EQ(bucket.ready_at(kStart + 1s), kStart + 1s) << "it comes, however often one asks";
  bucket.take(kStart + 1s);
  EXPECT_EQ(bucket.ready_at(kStart + 1s), kStart + 2s);
}

TEST(TokenBucket, NorDoesItStretchARest) {
  TokenBucket bucket;
  bucket.rest(kStart + 24h, 1min);
  EXPECT_TRUE(bucket.resting(kStart));
  EXPECT_TRUE(bucket.resting(kStart + 59s));
  EXPECT_FALSE(bucket.resting(kStart + 1min));
}

TEST(TokenBucket, WhatWasTakenCountsUnderNewLimitsToo) {
  TokenBucket bucket;
  bucket.set_limits({{25, 5min}});
  for (int i = 0; i < 5; ++i) bucket.take(kStart + i * 1s);
  bucket.set_limits({{2, 1min}});
  EXPECT_EQ(bucket.ready_at(kStart + 5s), kStart + 3s + 1min);
}

}  // namespace
}  // namespace kpid::webhooks
