// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A few threads, each with a Reader of its own, so that a slow question delays neither the loop nor
// an alert. The answer is turned into JSON text on the thread too: a long one would hold the loop.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include "store/store.hpp"

namespace kpid::http {

class ReaderPool {
 public:
  using Query = std::function<Result<boost::json::value>(const store::Reader&)>;

  ReaderPool(const store::Database& database, std::size_t threads);
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  // The answer as JSON text. [loop thread]
  [[nodiscard]] boost::asio::awaitable<Result<std::string>> ask(Query query);
  // Answers what waits, then joins; whoever asks later is told that the daemon stops.
  void stop();

 private:
  // Runs on a pool thread; the Error stands in for the Reader where the database did not open.
  using Task = std::function<void(const Result<const store::Reader*>&)>;

  void work();

  static constexpr std::size_t most_waiting = 256;

  const store::Database& database_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kpid::http
