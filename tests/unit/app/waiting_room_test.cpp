// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// When the waiting room looks at what waits, and that it sleeps while nothing does.

#include "app/waiting_room.hpp"

#include <chrono>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

namespace kpid::app {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

class Rooms : public ::testing::Test {
 protected:
  Rooms()
      : log_(std::make_shared<spdlog::logger>(
            "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_))) {
    room_ = std::make_shared<WaitingRoom>(loop_, clock_, log_,
                                          [this]() -> asio::awaitable<Result<ingest::Bundles>> {
                                            looked_at_.push_back(clock_.now());
                                            Result<ingest::Bundles> next = ingest::Bundles{};
                                            if (!answers_.empty()) {
                                              next = std::move(answers_.front());
                                              answers_.erase(answers_.begin());
                                            }
                                            if (looked_at_.size() >= enough_) {
                                              room_->stop();
                                              guard_.cancel();
                                            }
                                            co_return next;
                                          });
    guard_.expires_after(std::chrono::seconds{20});  // a test that hangs fails
    guard_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) room_->stop();
    });
  }
  ingest::Bundles due(milliseconds in) {
    ingest::Bundles made;
    made.waiting = 1;
    made.next_due = clock_.now() + in;
    return made;
  }
  void run_until(std::size_t looks) {
    enough_ = looks;
    room_->start();
    loop_.run();
  }

  asio::io_context loop_;
  SystemClock clock_;
  std::ostringstream said_;
  EventLog log_;
  std::shared_ptr<WaitingRoom> room_;
  asio::steady_timer guard_{loop_};
  std::vector<Timestamp> looked_at_;
  std::vector<Result<ingest::Bundles>> answers_;
  std::size_t enough_ = 1;
};

TEST_F(Rooms, LooksAtOnceAndThenWhenSomethingIsDue) {
  const ingest::Bundles first = due(milliseconds{200});
  answers_.emplace_back(first);
  run_until(2);
  ASSERT_EQ(looked_at_.size(), 2U);
  EXPECT_GE(looked_at_[1], *first.next_due) << "not before";
}

TEST_F(Rooms, WakesForWhatComesToWaitEvenFromAnotherThread) {
  enough_ = 2;
  room_->start();
  loop_.run_for(milliseconds{50});
  ASSERT_EQ(looked_at_.size(), 1U);
  const Timestamp soon = clock_.now() + milliseconds{150};
  std::thread writer([&] { room_->hear(soon); });
  writer.join();
  loop_.restart();
  loop_.run();
  ASSERT_EQ(looked_at_.size(), 2U);
  EXPECT_GE(looked_at_[1], soon);
}

TEST_F(Rooms, SleepsWhileNothingWaits) {
  enough_ = 2;
  room_->start();
  loop_.run_for(milliseconds{300});
  EXPECT_EQ(looked_at_.size(), 1U);
  loop_.restart();
  room_->look();
  loop_.run();
  EXPECT_EQ(looked_at_.size(), 2U);
}

TEST_F(Rooms, WhatWasDroppedIsInTheLog) {
  ingest::Bundles made;
  made.dropped = {"old-team"};
  made.events_dropped = 3;
  answers_.emplace_back(made);
  answers_.emplace_back(fail(ErrorKind::storage, "the disk is full"));
  enough_ = 2;
  room_->start();
  loop_.run_for(milliseconds{50});
  loop_.restart();
  room_->look();
  loop_.run();
  EXPECT_NE(said_.str().find("old-team"), std::string::npos) << said_.str();
}

}  // namespace
}  // namespace kpid::app
