// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The control API on a UNIX socket: what kpictl reads and asks for. Reads go to Readers of their
// own, off the loop; what changes something goes through Actions. [loop thread]

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "alerts/drill_request.hpp"
#include "alerts/silence_request.hpp"
#include "ingest/evaluate_marked.hpp"
#include "ingest/send_again.hpp"
#include "model/clock.hpp"
#include "model/config.hpp"
#include "model/error.hpp"
#include "store/store.hpp"

namespace kpid::http {

// How events are turned into bytes for the destinations of a config. [any thread]
using RenderFor = std::function<ingest::Render(const Config&)>;

// What the rest of the daemon does on behalf of the API. Each answers with what the admin sees.
struct Actions {
  // Live state that is not in the store: {"pid", "version", "started_at" (RFC 3339),
  // "sandbox_missing": [sentence], "term_dates_end": [sentence], "running": [source],
  // "loop_lag_ms", "waiting": [{"destination", "failures": in a row, 0 where it asked for a rest,
  // "next_try", "deliveries"}]}.
  std::function<boost::json::object()> status;
  // Plugins found: {"id", "version", "title", "file", "measures": [id], "refused": the sentence
  // that refuses it, or null}. Which of them are quarantined stands in the store.
  std::function<boost::json::array()> plugins;
  // Pulls now; returns when the run has ended and been evaluated.
  std::function<boost::asio::awaitable<Result<Run>>(std::string source)> run_source;
  // What a pull would give, without storing any of it; a source that fails is a report that says
  // so. The members: app/source_check.hpp.
  std::function<boost::asio::awaitable<Result<boost::json::object>>(std::string source)>
      check_source;
  std::function<boost::asio::awaitable<Result<void>>(std::int64_t delivery)> replay_delivery;
  // What was given up, or all of a stretch, once more; what a destination has missed.
  std::function<boost::asio::awaitable<Result<ingest::Sent>>(ingest::AgainRequest)> send_again;
  std::function<boost::asio::awaitable<Result<ingest::Sent>>(ingest::MissedRequest)> send_missed;
  // A made-up event through the whole route; returns once each receiver was tried. The members:
  // ingest/drill.hpp.
  std::function<boost::asio::awaitable<Result<boost::json::object>>(DrillRequest)> drill;
  // Sends a test.ping through the whole outbox; returns its delivery once the first attempt ended.
  std::function<boost::asio::awaitable<Result<Delivery>>(std::string destination)> test_destination;
  // What it would be sent for a made-up event. The members: webhooks/preview.hpp.
  std::function<Result<boost::json::object>(const Config&, const std::string& destination,
                                            EventType type)>
      preview_destination;
  std::function<boost::asio::awaitable<Result<void>>(std::string id, std::string by,
                                                     std::string note, std::string span)>
      acknowledge;
  std::function<boost::asio::awaitable<Result<Silence>>(SilenceRequest request)> add_silence;
  std::function<boost::asio::awaitable<Result<void>>(std::int64_t id, std::string by)>
      remove_silence;
  std::function<boost::asio::awaitable<Result<void>>(std::string plugin)> release_quarantine;
  std::function<boost::asio::awaitable<Result<void>>(std::string destination)> enable_destination;
  std::function<boost::asio::awaitable<Result<void>>()> reload;
  RenderFor render;  // for backtests
};

class Server {
 public:
  Server(boost::asio::io_context& loop, const store::Database& database, const Clock& clock,
         Actions actions);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void configure(std::shared_ptr<const Config> config);
  // Binds (mode 0660, a stale socket is replaced, a live one is ErrorKind::conflict) and serves.
  Result<void> listen(const std::filesystem::path& socket);
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with the connections that are open
};

}  // namespace kpid::http
