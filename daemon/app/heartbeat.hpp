// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Tells a monitor outside that kpid works, so that its silence is noticed. A beat goes out only
// after the daemon has proven its progress, as for systemd's watchdog. One that fails is neither
// repeated nor queued: the next one says as much. [loop thread]

#include <functional>
#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "app/event_log.hpp"
#include "model/config.hpp"
#include "model/error.hpp"

namespace kpid::app {

class Heartbeat {
 public:
  using Proof = std::function<boost::asio::awaitable<Result<void>>()>;

  // The proof must stay callable until stop().
  Heartbeat(boost::asio::io_context& loop, EventLog& log, Proof proof);
  ~Heartbeat();  // stops
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // At start and after a reload; the first beat goes out at once. Without [heartbeat] it rests.
  void configure(const std::shared_ptr<const Config>& config);
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with the beat that is under way
};

}  // namespace kpid::app
