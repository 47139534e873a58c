// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One child from its start to its end: reads its frames, answers them, keeps its limits, and makes
// one outcome of whatever happened. [loop thread]

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "plugin_host/child_process.hpp"
#include "plugin_host/output_lines.hpp"
#include "plugin_host/supervisor.hpp"
#include "plugin_host/wire.hpp"

namespace kpid::plugin_host {

[[nodiscard]] PullOutcome cancelled_outcome();

class Session : public std::enable_shared_from_this<Session> {
 public:
  enum class Stop { none, caller, deadline, error };

  Session(boost::asio::any_io_executor executor, PullRequest request, PullSink& sink,
          fetch::Fetcher& fetcher);

  [[nodiscard]] boost::asio::awaitable<PullOutcome> run();
  // Asks the plugin to stop; it is killed after the grace time. Only the first reason counts, and
  // none does once there is a result.
  void stop(Stop why);
  // After run(): nothing of the session stays behind.
  void close();

 private:
  using Descriptor = boost::asio::posix::stream_descriptor;

  void attach();
  boost::asio::awaitable<void> converse();
  boost::asio::awaitable<std::optional<wire::Frame>> read_frame();
  boost::asio::awaitable<bool> send(const wire::DaemonMessage& message, int descriptor = -1);
  boost::asio::awaitable<void> pump(Descriptor& from, int level);
  boost::asio::awaitable<Death> wait_for_death();

  // One for each message of the child.
  boost::asio::awaitable<void> on(wire::Hello& hello);
  boost::asio::awaitable<void> on(wire::Refusal& refusal);
  boost::asio::awaitable<void> on(wire::FetchAsked& asked);
  boost::asio::awaitable<void> on(ObservationBatch& batch);
  boost::asio::awaitable<void> on(wire::CheckpointAsked& asked);
  boost::asio::awaitable<void> on(RunNote& note);
  boost::asio::awaitable<void> on(wire::RowsRead& read);
  boost::asio::awaitable<void> on(wire::LogLine& line);
  boost::asio::awaitable<void> on(wire::Ended& ended);
  boost::asio::awaitable<Result<std::vector<fetch::Fetched>>> fetch_for(wire::FetchAsked& asked);

  [[nodiscard]] wire::Start start_message() const;
  void stop_with(Error error);
  // Forged or broken frames: no further word with this process.
  void violation(std::string sentence);
  void kill_after_grace();
  void kill();
  [[nodiscard]] bool talking() const noexcept;  // nothing has ended the conversation yet
  [[nodiscard]] PullOutcome outcome(const Death& death);
  [[nodiscard]] PullOutcome outcome_of_stop() const;
  [[nodiscard]] PullOutcome outcome_of_result() const;

  boost::asio::any_io_executor executor_;
  PullRequest request_;
  PullSink& sink_;
  fetch::Fetcher& fetcher_;

  std::optional<ChildProcess> child_;
  boost::asio::local::stream_protocol::socket socket_;
  Descriptor output_;
  Descriptor errors_;
  Descriptor pidfd_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer grace_;
  boost::asio::steady_timer pumps_ended_;
  int pumps_ = 0;
  boost::asio::cancellation_signal fetch_stop_;
  LineAllowance output_allowance_;
  LineAllowance log_allowance_;

  bool open_ = true;  // the sink may still be called
  bool loaded_ = false;
  bool killed_ = false;
  Stop stop_ = Stop::none;
  std::optional<Error> stop_error_;
  std::optional<std::string> violation_;
  std::optional<wire::Refusal> refusal_;
  std::optional<wire::Ended> ended_;
  std::optional<Error> fetch_error_;  // the last one: its kind and place outlive the wire
  std::uint32_t documents_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t rows_since_checkpoint_ = 0;
  std::uint64_t bytes_since_checkpoint_ = 0;
};

}  // namespace kpid::plugin_host
