// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Lets what waits for its destination's time leave at that time, not a round later. It sleeps while
// nothing waits.

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/event_log.hpp"
#include "ingest/bundles.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"

namespace kpid::app {

class WaitingRoom : public std::enable_shared_from_this<WaitingRoom> {
 public:
  // Writes down and sends what is due.
  using Flush = std::function<boost::asio::awaitable<Result<ingest::Bundles>>()>;
  WaitingRoom(boost::asio::io_context& loop, const Clock& clock, EventLog& log, Flush flush);

  void start();              // [loop thread] looks at once, then whenever something is due
  void stop();               // [loop thread]
  void hear(Timestamp due);  // [any thread] something has come to wait
  void look();               // [loop thread] soon: the config has changed
  // Now. [loop thread]
  [[nodiscard]] boost::asio::awaitable<Result<ingest::Bundles>> flush();

 private:
  boost::asio::awaitable<void> run();
  void wake_by(Timestamp due);

  boost::asio::io_context& loop_;
  const Clock& clock_;
  EventLog& log_;
  Flush flush_;
  boost::asio::steady_timer timer_;
  std::optional<Timestamp> due_;
  bool stopping_ = false;
};

}  // namespace kpid::app
