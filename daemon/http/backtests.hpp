// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Backtests, one at a time, on a thread of their own: minutes of work that must delay neither a
// question nor an alert. [loop thread]

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "http/reader_pool.hpp"
#include "http/server.hpp"
#include "replay/backtest.hpp"

namespace kpid::http {

class Backtests {
 public:
  Backtests(const store::Database& database, RenderFor render);
  ~Backtests();
  Backtests(const Backtests&) = delete;
  Backtests& operator=(const Backtests&) = delete;

  // The answer as JSON text. `gone` becomes true when nobody waits for it any more.
  // ErrorKind::conflict while another one runs.
  [[nodiscard]] boost::asio::awaitable<Result<std::string>> run(
      std::shared_ptr<const Config> config, replay::BacktestQuestion question,
      std::shared_ptr<const std::atomic<bool>> gone);
  // {"running": true, "day": "2025-03-01", "called_off": false}; the day that is being replayed, or
  // null; called off: nobody waits for it any more, and it is about to end.
  [[nodiscard]] boost::json::object progress() const;
  // Calls off what runs, and joins.
  void stop();

 private:
  const store::Database& database_;
  RenderFor render_;
  std::optional<ReaderPool> thread_;                  // made for the first backtest
  std::shared_ptr<const std::atomic<bool>> running_;  // the `gone` of what runs; null: nothing does
  std::atomic<bool> stopping_ = false;
  std::atomic<std::int32_t> day_ = 0;  // days since the epoch; 0: none yet
};

}  // namespace kpid::http
