// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "webhooks/retry.hpp"

#include <array>

#include <gtest/gtest.h>

namespace kpid::webhooks {
namespace {

using namespace std::chrono_literals;
constexpr std::array<std::chrono::milliseconds, 2> kSchedule{10s, 100s};
constexpr Timestamp kNow{1000s};

TEST(Retry, JudgesEachStatus) {
  for (int status : {200, 202, 204}) {
    EXPECT_EQ(decide({status, "", {}}, 1, kSchedule, kNow, 0.5).state, DeliveryState::delivered);
  }
  for (int status : {300, 301, 302, 307, 308, 400, 401, 403, 410, 413, 415, 422}) {
    const Decision decision = decide({status, "", {}}, 1, kSchedule, kNow, 0.5);
    EXPECT_EQ(decision.state, DeliveryState::dead) << status;
    EXPECT_FALSE(decision.error.empty());
    EXPECT_EQ(decision.disable_destination, status == 410) << status;
  }
  for (int status : {0, 404, 408, 429, 500, 502, 503, 504}) {
    EXPECT_EQ(decide({status, "", {}}, 1, kSchedule, kNow, 0.5).state, DeliveryState::pending);
  }
}

TEST(Retry, ADeadLetterSaysWhatToDo) {
  const auto error = [](int status) {
    return decide({status, "", {}}, 1, kSchedule, kNow, 0.5).error;
  };
  EXPECT_EQ(error(302),
            "302: answered with a redirect, which is never followed; set the destination's URL to "
            "the address it points to");
  EXPECT_EQ(error(401),
            "401: the receiver refused the request; check the destination's URL and secret, then "
            "replay the delivery");
  EXPECT_EQ(error(410),
            "410: the receiver is gone and wants no more; give the destination a new URL");
}

TEST(Retry, WaitsWithJitterAndObservesRetryAfter) {
  EXPECT_EQ(decide({500, "", {}}, 1, kSchedule, kNow, 0.5).next_attempt_at, kNow + 5s);
  EXPECT_EQ(decide({500, "", {}}, 2, kSchedule, kNow, 0.0).next_attempt_at, kNow + 80s);
  EXPECT_EQ(decide({429, "", 30s}, 1, kSchedule, kNow, 0.5).next_attempt_at, kNow + 30s);
  EXPECT_EQ(decide({429, "", 999999s}, 1, kSchedule, kNow, 0.5).next_attempt_at, kNow + 24h);
}

TEST(Retry, DiesWhenTheScheduleIsUsed) {
  const Decision decision = decide({0, "connection refused", {}}, 3, kSchedule, kNow, 0.5);
  EXPECT_EQ(decision.state, DeliveryState::dead);
  EXPECT_NE(decision.error.find("connection refused"), std::string::npos);
}

// A receiver that is down is probed more often than each delivery's own waits would have it.
TEST(Retry, ADeliveryLivesAsLongAsItsWaitsHoweverOftenItWasTried) {
  const auto after = [](std::uint32_t attempts, std::chrono::milliseconds span) {
    return decide({503, "", {}}, attempts, kSchedule, kNow, 0.5, DestinationFormat::standard,
                  kNow - span);
  };
  EXPECT_EQ(after(3, 109s).state, DeliveryState::pending);
  EXPECT_EQ(after(300, 109s).next_attempt_at, kNow + 100s) << "the last wait, over and over";
  EXPECT_EQ(after(300, 110s).state, DeliveryState::dead);
  EXPECT_EQ(after(2, 1h).state, DeliveryState::pending) << "after a long stop of the daemon";
  EXPECT_EQ(after(3, 1h).state, DeliveryState::dead);
  EXPECT_EQ(after(3, -1h).state, DeliveryState::pending) << "a clock that was set back";
  const std::span<const std::chrono::milliseconds> none;
  EXPECT_EQ(decide({503, "", {}}, 1, none, kNow, 0.5, DestinationFormat::standard, kNow).state,
            DeliveryState::dead)
      << "no retries";
}

TEST(Retry, OnlyAChatsNotFoundMeansGone) {
  const auto gone = [](int status, DestinationFormat format) {
    return decide({status, "", {}}, 1, kSchedule, kNow, 0.5, format).disable_destination;
  };
  EXPECT_TRUE(gone(404, DestinationFormat::slack));
  EXPECT_TRUE(gone(410, DestinationFormat::slack));
  EXPECT_TRUE(gone(404, DestinationFormat::discord));
  for (const auto format : {DestinationFormat::standard, DestinationFormat::teams,
                            DestinationFormat::google_chat, DestinationFormat::ntfy}) {
    EXPECT_FALSE(gone(404, format));
    EXPECT_TRUE(gone(410, format));
  }
}

TEST(Retry, DiscordsBodySaysWhenToComeBack) {
  const auto next = [](const std::string& body, std::optional<std::chrono::seconds> header = {}) {
    return decide({429, "", header, body}, 1, kSchedule, kNow, 0.5, DestinationFormat::discord)
        .next_attempt_at;
  };
  EXPECT_EQ(next(R"({"retry_after": 64.57})"), kNow + 65s);
  EXPECT_EQ(next(R"({"retry_after": 64.57})", 90s), kNow + 90s) << "the longer of the two";
  EXPECT_EQ(next(R"({"retry_after": 1e300})"), kNow + 24h);
  for (const char* useless :
       {"", "{", "[]", R"({"retry_after":"soon"})", R"({"retry_after":-5})", R"({"other":9})"}) {
    EXPECT_EQ(next(useless), kNow + 5s) << useless;
  }
}

}  // namespace
}  // namespace kpid::webhooks
