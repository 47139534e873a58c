// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Which request is answered by what. Knows no sockets: a request comes in as its parts, an answer
// goes out as a status and JSON text. [loop thread]

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/object.hpp>

#include "http/backtests.hpp"
#include "http/reader_pool.hpp"
#include "http/server.hpp"

namespace kpid::http {

struct Answer {
  unsigned status = 200;
  std::string body;   // JSON
  std::string allow;  // the header of that name, for 405
};

[[nodiscard]] Answer error_answer(unsigned status, const Error& error);
// The status that says best what kind of error it is.
[[nodiscard]] unsigned status_of(ErrorKind kind) noexcept;

struct Target {
  std::vector<std::string> segments;         // decoded, without empty ones
  std::map<std::string, std::string> query;  // decoded; '+' stands for itself, as in a time's zone
};
[[nodiscard]] Result<Target> parse_target(std::string_view text);

class Routes {
 public:
  Routes(const Clock& clock, Actions actions, ReaderPool& readers, Backtests& backtests);
  // `gone` becomes true where the client goes before it has its answer.
  [[nodiscard]] boost::asio::awaitable<Answer> answer(
      std::shared_ptr<const Config> config, boost::beast::http::verb method,
      std::string_view target, std::string body, std::shared_ptr<const std::atomic<bool>> gone);

 private:
  struct Call {
    std::shared_ptr<const Config> config;
    std::string name;  // the segment where the route has a '*'
    std::map<std::string, std::string> query;
    boost::json::object body;
    std::shared_ptr<const std::atomic<bool>> gone;
    [[nodiscard]] std::string parameter(const std::string& key) const;
    [[nodiscard]] bool flag(const std::string& key) const;
  };
  using Handler = boost::asio::awaitable<Answer> (Routes::*)(const Call&);
  struct Route;
  [[nodiscard]] static const std::vector<Route>& table();

  boost::asio::awaitable<Answer> ask(ReaderPool::Query query);

  boost::asio::awaitable<Answer> health(const Call& call);
  boost::asio::awaitable<Answer> status(const Call& call);
  boost::asio::awaitable<Answer> sources(const Call& call);
  boost::asio::awaitable<Answer> source_runs(const Call& call);
  boost::asio::awaitable<Answer> run_source(const Call& call);
  boost::asio::awaitable<Answer> check_source(const Call& call);
  boost::asio::awaitable<Answer> kpis(const Call& call);
  boost::asio::awaitable<Answer> kpi(const Call& call);
  boost::asio::awaitable<Answer> calendar(const Call& call);
  boost::asio::awaitable<Answer> alerts(const Call& call);
  boost::asio::awaitable<Answer> alert(const Call& call);
  boost::asio::awaitable<Answer> acknowledge(const Call& call);
  boost::asio::awaitable<Answer> silences(const Call& call);
  boost::asio::awaitable<Answer> waiting(const Call& call);
  boost::asio::awaitable<Answer> add_silence(const Call& call);
  boost::asio::awaitable<Answer> remove_silence(const Call& call);
  boost::asio::awaitable<Answer> backtest(const Call& call);
  boost::asio::awaitable<Answer> backtest_progress(const Call& call);
  boost::asio::awaitable<Answer> deliveries(const Call& call);
  boost::asio::awaitable<Answer> delivery(const Call& call);
  boost::asio::awaitable<Answer> replay(const Call& call);
  boost::asio::awaitable<Answer> replay_many(const Call& call);
  boost::asio::awaitable<Answer> destinations(const Call& call);
  boost::asio::awaitable<Answer> test_destination(const Call& call);
  boost::asio::awaitable<Answer> preview_destination(const Call& call);
  boost::asio::awaitable<Answer> enable_destination(const Call& call);
  boost::asio::awaitable<Answer> drill(const Call& call);
  boost::asio::awaitable<Answer> export_deliveries(const Call& call);
  boost::asio::awaitable<Answer> export_alerts(const Call& call);
  boost::asio::awaitable<Answer> plugins(const Call& call);
  boost::asio::awaitable<Answer> release_plugin(const Call& call);
  boost::asio::awaitable<Answer> reload(const Call& call);

  const Clock& clock_;
  Actions actions_;
  ReaderPool& readers_;
  Backtests& backtests_;
};

}  // namespace kpid::http
