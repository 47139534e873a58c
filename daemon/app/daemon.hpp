// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The parts of kpid put together, and its life: start, serve, reload, stop. [loop thread]

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "app/event_log.hpp"
#include "app/installation.hpp"
#include "app/source_pull.hpp"
#include "ingest/bundles.hpp"
#include "model/clock.hpp"
#include "model/config.hpp"
#include "model/error.hpp"
#include "webhooks/outbox.hpp"

namespace kpid::app {

class Daemon {
 public:
  Daemon(boost::asio::io_context& loop, const Clock& clock, EventLog& log,
         Installation installation);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Opens the database, frees what an earlier daemon left, judges what it left unjudged, and starts
  // the outbox. Nothing is pulled yet.
  [[nodiscard]] boost::asio::awaitable<Result<void>> open(std::shared_ptr<const Config> config);
  // Serves kpictl and pulls every source when it is due.
  [[nodiscard]] Result<void> serve();
  // Reads the config file anew; what is faulty changes nothing.
  [[nodiscard]] boost::asio::awaitable<Result<void>> reload();
  [[nodiscard]] std::shared_ptr<const Config> config() const;  // in force
  // Ends pulls and deliveries in good order, within the limit.
  [[nodiscard]] boost::asio::awaitable<void> stop(std::chrono::milliseconds limit);

  // After stop(), when the loop no longer turns: closes the database in good order, so that the
  // next start need not look for damage. Left open where a check of it is still reading.
  void close();

  // For --once: one pull, told and sent like any other.
  [[nodiscard]] boost::asio::awaitable<Result<PullReport>> pull_once(const std::string& source);
  // Likewise, after the pulls: what only time brings about, such as figures that did not come.
  [[nodiscard]] boost::asio::awaitable<Result<ingest::Evaluation>> judge_due();
  // Likewise: what waits for its destination's time, and is due.
  [[nodiscard]] boost::asio::awaitable<Result<ingest::Bundles>> tell_waiting();
  // What the open of the database judged: marks that a crash had left, rules that have changed.
  [[nodiscard]] const ingest::Evaluation& judged_at_open() const noexcept;
  [[nodiscard]] webhooks::Outbox& outbox();

  // Whether the store answered and the outbox moved since the last call: the watchdog's food.
  [[nodiscard]] boost::asio::awaitable<Result<void>> prove_progress();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kpid::app
