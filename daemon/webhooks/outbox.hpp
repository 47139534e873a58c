// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Sends what the outbox holds, by libcurl's multi interface inside the Asio loop. A delivery that
// was just committed goes out at once; the rest when it is due. Order is kept per (destination,
// subject); a slow destination delays no other. [loop thread]

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "model/clock.hpp"
#include "model/config.hpp"
#include "model/delivery.hpp"
#include "store/write_queue.hpp"
#include "webhooks/outcome.hpp"

namespace kpid::webhooks {

class Outbox {
 public:
  // `on_disabled` is told when a destination was switched off, after that is durable.
  Outbox(boost::asio::io_context& loop, store::WriteQueue& queue, const Clock& clock);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // At start and after a reload. Deliveries under way finish with the settings they began with.
  void configure(const std::shared_ptr<const Config>& config);
  // Deliveries whose rows have just been committed, born claimed.
  void send(std::vector<Delivery> fresh);
  // Something may be due in the store: at start, after a replay, after a reload.
  void wake();
  // Finishes what is under way within the limit, claims nothing more.
  [[nodiscard]] boost::asio::awaitable<void> stop(std::chrono::milliseconds limit);
  // For --once: returns when everything that is due has been tried, or the limit has passed.
  [[nodiscard]] boost::asio::awaitable<void> drain(std::chrono::milliseconds limit);

  struct Counters {
    std::uint64_t attempts = 0;
    std::uint64_t delivered = 0;
    std::uint64_t failed_attempts = 0;
    std::uint64_t dead = 0;
    std::size_t under_way = 0;
  };
  [[nodiscard]] Counters counters() const noexcept;

  // A destination to which nothing goes for a while: it is down, or it asked for a rest.
  struct Wait {
    std::string destination;
    std::uint32_t failures = 0;         // in a row; 0: it asked for a rest
    std::optional<Timestamp> next_try;  // nothing: at the next delivery, or being tried now
    std::size_t deliveries = 0;         // in hand; the store may have more
  };
  [[nodiscard]] std::vector<Wait> waits() const;  // in order of their names
  std::function<void(const std::string& destination, const std::string& reason)> on_disabled;
  // Each result that was written down, and each write that failed.
  std::function<void(const Result<void>&)> on_write;
  std::function<void(const DeliveryAttempt&, const Delivery&)> on_attempt;  // for logs and --once
  // Who is told instead of a destination that cannot be told: called in the transaction of the
  // attempt that showed it [writer thread], and what it makes is sent once that is durable. Set
  // anew with each config; a copy of it works for what is under way.
  StandIn stand_in;
  // A message to a fallback could not be made, which is a fault of kpid's own.
  std::function<void(const Delivery& untold, const std::string& reason)> on_nobody_else;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with what is under way
};

}  // namespace kpid::webhooks
