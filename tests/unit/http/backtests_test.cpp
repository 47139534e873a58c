// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Backtests over the API: one at a time, beside every other question, and called off with the
// client.

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client.hpp"
#include "support/small_daemon.hpp"

namespace kpid::http {
namespace {

using ::testing::HasSubstr;
namespace json = boost::json;

const std::string everything = "/api/v1/backtest?from=2026-11-24&to=2026-11-25";

class BacktestsTest : public ::testing::Test {
 protected:
  // Ash breaches on the 24th, and has recovered on the 25th.
  void SetUp() override {
    daemon_.pull(daemon_.figures("900001", 300, 10000));
    daemon_.clock.at += std::chrono::hours{24};
    daemon_.pull(daemon_.figures("900001", 3000, 10000));
  }
  json::value progress() { return client_.get("/api/v1/backtest/progress").body; }

  testing::SmallDaemon daemon_;
  Client client_{daemon_.socket()};
};

TEST_F(BacktestsTest, TellWhatWasToldAndToWhom) {
  daemon_.start();
  const Reply reply = client_.get(everything + "&rule=reserves");
  ASSERT_EQ(reply.status, 200U) << reply.text;
  const auto& events = reply.body.at("events").as_array();
  ASSERT_EQ(events.size(), 4U) << "the school and the trust, twice: " << reply.text;
  EXPECT_EQ(events[1].at("type"), "kpi.alert.firing");
  EXPECT_EQ(events[1].at("organisation"), "900001");
  EXPECT_EQ(events[1].at("at"), "2026-11-24T01:00:00.000Z");
  EXPECT_EQ(events[1].at("severity"), "red");
  EXPECT_THAT(std::string(events[1].at("sentence").as_string()), HasSubstr("3 %"));
  EXPECT_EQ(events[3].at("type"), "kpi.alert.resolved");
  EXPECT_EQ(reply.body.at_pointer("/summary/fired"), 2);
  EXPECT_EQ(reply.body.at_pointer("/summary/resolved"), 2);
  EXPECT_EQ(reply.body.at_pointer("/summary/open_at_end"), 0);
  EXPECT_EQ(reply.body.at("open_at_from"), json::array{});
  EXPECT_EQ(reply.body.at("known_from"), "2026-11-24");
  const Reply second = client_.get("/api/v1/backtest?from=2026-11-25&to=2026-11-25");
  EXPECT_EQ(second.body.at("open_at_from").as_array().size(), 2U) << second.text;
  EXPECT_EQ(second.body.at("events").as_array().size(), 2U);
}

TEST_F(BacktestsTest, RefuseWhatCannotBeAsked) {
  daemon_.start();
  EXPECT_EQ(client_.get("/api/v1/backtest").status, 400U);
  EXPECT_THAT(client_.get("/api/v1/backtest?from=2026-11-24&to=2026-11-23").sentence(),
              HasSubstr("to must not be before from"));
  EXPECT_THAT(client_.get("/api/v1/backtest?from=2026-11-24&to=2026-12-01").sentence(),
              HasSubstr("after today"));
  EXPECT_EQ(client_.get(everything + "&rule=reserve").status, 404U);
  EXPECT_EQ(progress().at("running"), false);
}

TEST_F(BacktestsTest, RunOneAtATimeBesideEverythingElseAndEndWithTheClient) {
  std::promise<void> let_go;
  auto held = let_go.get_future().share();
  std::atomic<int> rendered = 0;
  daemon_.render = [&, held](const DestinationConfig&,
                             const Event& event) -> Result<ingest::RenderedBody> {
    ++rendered;
    held.wait();
    return ingest::RenderedBody{"application/json", event.data};
  };
  daemon_.start();
  std::optional<boost::asio::local::stream_protocol::socket> asking = client_.connect();
  const std::string request = "GET " + everything + " HTTP/1.1\r\nHost: kpid\r\n\r\n";
  boost::asio::write(*asking, boost::asio::buffer(request));
  while (rendered == 0) std::this_thread::yield();
  EXPECT_EQ(progress().at("running"), true);
  EXPECT_EQ(progress().at("called_off"), false);
  EXPECT_EQ(client_.get("/healthz").status, 200U) << "nothing else waits for it";
  const Reply refused = client_.get(everything);
  EXPECT_EQ(refused.status, 409U);
  EXPECT_THAT(refused.sentence(), HasSubstr("running already"));
  asking.reset();
  while (progress().at("called_off") != true) std::this_thread::yield();
  let_go.set_value();
  while (progress().at("running") == true) std::this_thread::yield();
  EXPECT_LE(rendered, 2) << "the second day is not replayed any more";
  EXPECT_EQ(client_.get(everything).status, 200U) << "and the next one may run";
}

TEST_F(BacktestsTest, DoNotHoldUpTheEnd) {
  std::promise<void> let_go;
  auto held = let_go.get_future().share();
  std::atomic<int> rendered = 0;
  daemon_.render = [&, held](const DestinationConfig&,
                             const Event& event) -> Result<ingest::RenderedBody> {
    if (++rendered == 1) held.wait();
    return ingest::RenderedBody{"application/json", event.data};
  };
  daemon_.start();
  auto asking = client_.connect();
  const std::string request = "GET " + everything + " HTTP/1.1\r\nHost: kpid\r\n\r\n";
  boost::asio::write(asking, boost::asio::buffer(request));
  while (rendered == 0) std::this_thread::yield();
  std::thread stops([this] { daemon_.stop(); });
  let_go.set_value();
  stops.join();
}

}  // namespace
}  // namespace kpid::http
