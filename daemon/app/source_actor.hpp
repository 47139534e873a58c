// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One source through the daemon's life: waits until it is due (or asked, or its files changed),
// pulls it, hands on what came of it, and waits again. Each source has its own, so none waits for
// another. [loop thread]

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/push_memory.hpp"
#include "app/source_pull.hpp"
#include "http/call_in.hpp"

namespace kpid::app {

class SourceActor : public std::enable_shared_from_this<SourceActor> {
 public:
  using OnReport = std::function<void(const std::string& source, Result<PullReport>& report)>;
  SourceActor(boost::asio::io_context& loop, boost::asio::thread_pool& watchers, PullParts parts,
              std::string name, OnReport on_report);

  // Takes effect after the pull under way. A source that left the config ends.
  void configure(std::shared_ptr<const Config> config);
  void start();
  // Takes what was pushed: a pull with it. ErrorKind::conflict while one is under way.
  [[nodiscard]] boost::asio::awaitable<Result<http::Taken>> push(PushedDocument document);
  // Pulls now, or joins the pull under way; its run. An Error where the source waits to be pushed
  // to.
  [[nodiscard]] boost::asio::awaitable<Result<Run>> run_now();
  // Asks the pull under way to end, and waits no more. ended() follows soon after.
  void stop();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool pulling() const noexcept { return pulling_; }
  [[nodiscard]] bool ended() const noexcept { return ended_; }

 private:
  boost::asio::awaitable<void> live();
  boost::asio::awaitable<bool> wait_until_due(const SourceConfig& source);
  boost::asio::awaitable<std::optional<Timestamp>> due_at(const SourceConfig& source);
  boost::asio::awaitable<std::string> look_at_files(std::optional<double> since = {});
  boost::asio::awaitable<bool> files_changed();
  boost::asio::awaitable<void> pull(const SourceConfig& source);
  boost::asio::awaitable<void> take_pushed(const SourceConfig& source);
  boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
  void answer(const Result<Run>& run);
  void answer_push(Result<http::Taken> taken);

  boost::asio::io_context& loop_;
  boost::asio::thread_pool& watchers_;
  PullParts parts_;
  std::string name_;
  OnReport on_report_;
  std::shared_ptr<const Config> config_;
  boost::asio::steady_timer timer_;
  boost::asio::cancellation_signal cancel_;
  std::vector<std::function<void(const Result<Run>&)>> waiting_;
  std::shared_ptr<const PushedDocument> pushed_;     // not yet pulled with, or just now
  std::function<void(Result<http::Taken>)> pusher_;  // who waits for what comes of it
  std::string planned_by_;        // the schedule that the stored next_due_at came from
  std::optional<Timestamp> due_;  // as the store said; nothing but a pull or a reload changes it
  bool due_is_known_ = false;
  std::vector<fetch::FetchRequest> locations_;
  std::string files_seen_;       // as they were at the last pull
  std::string files_unsettled_;  // as they were a moment ago, where that differs
  bool pulled_ = false;          // since the daemon's start
  bool held_back_ = false;       // the last try made no run: quarantined, or the store failed
  bool stopping_ = false;
  bool pulling_ = false;
  bool ended_ = false;
};

}  // namespace kpid::app
