// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The heartbeat with a real monitor on loopback.

#include "app/heartbeat.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "support/receiver.hpp"

namespace kpid::app {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using kpid::testing::ReceivedRequest;
using kpid::testing::Receiver;
using kpid::testing::Reply;

class HeartbeatTest : public ::testing::Test {
 protected:
  HeartbeatTest() : log_(logger(out_)), heartbeat_(loop_, log_, [this] { return prove(); }) {}

  void TearDown() override {
    heartbeat_.stop();
    loop_.restart();
    loop_.run();
  }

  static std::shared_ptr<spdlog::logger> logger(std::ostringstream& out) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
    sink->set_pattern("%l %v");
    return std::make_shared<spdlog::logger>("test", sink);
  }
  asio::awaitable<Result<void>> prove() {
    ++proofs_;
    if (!works_) co_return fail(ErrorKind::internal, "the outbox has stopped moving");
    co_return Result<void>{};
  }
  void configure(const std::string& url, std::chrono::milliseconds every = 20ms,
                 std::vector<std::string> allowed = {"127.0.0.0/8"}) {
    auto config = std::make_shared<Config>();
    config->heartbeat = HeartbeatConfig{Secret{url}, every, std::move(allowed), {}};
    heartbeat_.configure(config);
  }
  template <class Condition>
  void until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "it never came about";
      loop_.restart();
      loop_.run_one_for(5ms);
    }
  }
  [[nodiscard]] std::ptrdiff_t lines_with(const std::string& words) const {
    std::istringstream lines(out_.str());
    std::ptrdiff_t count = 0;
    for (std::string line; std::getline(lines, line);) {
      count += line.find(words) != std::string::npos ? 1 : 0;
    }
    return count;
  }

  std::ostringstream out_;
  asio::io_context loop_;
  EventLog log_;
  int proofs_ = 0;
  bool works_ = true;
  Heartbeat heartbeat_;
};

TEST_F(HeartbeatTest, BeatsAtOnceAndThenInItsInterval) {
  Receiver monitor([](const ReceivedRequest&, std::size_t) { return Reply{}; });
  const auto begun = std::chrono::steady_clock::now();
  configure(monitor.url("/ping/abc"));
  until([&] { return monitor.requests().size() >= 3; });
  const auto requests = monitor.requests();
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].target, "/ping/abc");
  EXPECT_TRUE(requests[0].body.empty());
  EXPECT_GE(requests[2].at - begun, 40ms);
  EXPECT_EQ(out_.str(), "") << "an ordinary beat is no news";
}

TEST_F(HeartbeatTest, IsSilentWhereNothingMovesAndComesBack) {
  Receiver monitor([](const ReceivedRequest&, std::size_t) { return Reply{}; });
  works_ = false;
  configure(monitor.url());
  until([&] { return proofs_ >= 4; });
  EXPECT_TRUE(monitor.requests().empty());
  works_ = true;
  until([&] { return !monitor.requests().empty(); });
}

TEST_F(HeartbeatTest, FailuresAreToldOnceAndNothingIsMadeUpFor) {
  std::atomic<unsigned> status{500};
  Receiver monitor([&](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = status;
    return reply;
  });
  configure(monitor.url("/secret-path"));
  until([&] { return monitor.requests().size() >= 4; });
  EXPECT_EQ(lines_with("does not get through"), 1);
  EXPECT_EQ(lines_with("the monitor answered 500"), 1);
  status = 200;
  until([&] { return lines_with("gets through again") == 1; });
  EXPECT_EQ(out_.str().find("secret-path"), std::string::npos);
  monitor.stop();
  const int proofs = proofs_;
  until([&] { return proofs_ >= proofs + 4; });
  EXPECT_EQ(lines_with("does not get through"), 2) << "a trouble of its own";
}

TEST_F(HeartbeatTest, ForbiddenAddressesStayForbidden) {
  Receiver monitor([](const ReceivedRequest&, std::size_t) { return Reply{}; });
  configure(monitor.url(), 20ms, {});
  until([&] { return proofs_ >= 3; });
  EXPECT_TRUE(monitor.requests().empty());
  EXPECT_EQ(lines_with("does not get through"), 1);
}

TEST_F(HeartbeatTest, AMonitorThatNeverAnswersHoldsUpNoEnd) {
  Receiver monitor([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = true;
    return reply;
  });
  configure(monitor.url());
  until([&] { return monitor.requests().size() == 1; });
  heartbeat_.stop();
  loop_.restart();
  const auto begun = std::chrono::steady_clock::now();
  loop_.run();  // nothing is left in it
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 15s);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(HeartbeatTest, AReloadChangesTheMonitorAndWithoutOneItRests) {
  Receiver first([](const ReceivedRequest&, std::size_t) { return Reply{}; });
  Receiver second([](const ReceivedRequest&, std::size_t) { return Reply{}; });
  configure(first.url());
  until([&] { return !first.requests().empty(); });
  configure(second.url());
  until([&] { return second.requests().size() >= 2; });
  heartbeat_.configure(std::make_shared<Config>());
  loop_.restart();
  loop_.run();  // ends, for nothing is left to do
}

}  // namespace
}  // namespace kpid::app
