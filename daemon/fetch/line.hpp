// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What one source keeps between its pulls: open connections, its access token, and when it may ask
// again. [loop thread]

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "model/error.hpp"
#include "model/secret.hpp"
#include "net/curl_loop.hpp"

namespace kpid::fetch {

struct AccessToken {
  std::string asked_with;  // a digest of what it was got with: another config needs another token
  Secret value;
  std::chrono::steady_clock::time_point ends_at;
};

class Line {
 public:
  explicit Line(const boost::asio::any_io_executor& executor) : executor_(executor) {}

  AccessToken token;

  // Connections that were made on other terms (another login, another pinned key) are closed: who
  // changes the config must not be served by what the old one let in. Nothing may be under way.
  void make_terms(const std::string& terms);

  // Waits until the next of `requests_per_minute` evenly spaced requests may go; 0: at once.
  [[nodiscard]] boost::asio::awaitable<void> take_turn(std::uint32_t requests_per_minute);

  // How the transfer ended; ErrorKind::cancelled where the awaiting coroutine was cancelled.
  [[nodiscard]] boost::asio::awaitable<Result<CURLcode>> transfer(CURL* easy);

 private:
  boost::asio::any_io_executor executor_;
  std::optional<net::CurlLoop> curl_;  // made at the first need
  std::string terms_;
  std::chrono::steady_clock::time_point next_turn_{};
};

// The lines of all sources; outlives every fetcher that uses it, and is closed before its loop
// ends.
class Lines {
 public:
  [[nodiscard]] std::shared_ptr<Line> of(const std::string& source,
                                         const boost::asio::any_io_executor& executor);
  void close() { lines_.clear(); }

 private:
  std::map<std::string, std::shared_ptr<Line>> lines_;
};

}  // namespace kpid::fetch
