// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the control API may ask of the daemon, each as one function of the daemon's parts.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "app/event_log.hpp"
#include "app/installation.hpp"
#include "fetch/fetcher.hpp"
#include "http/server.hpp"
#include "ingest/evaluate_marked.hpp"
#include "store/write_queue.hpp"
#include "webhooks/outbox.hpp"

namespace kpid::app {

class AcknowledgeLinks;
class SourceActor;

// Whoever waits for the first attempt of a delivery.
class AttemptWatch {
 public:
  using Seen = std::function<void(const DeliveryAttempt&, const Delivery&)>;
  void attempted(const DeliveryAttempt& attempt, const Delivery& delivery);
  void expect(std::int64_t delivery, Seen seen) { waiting_[delivery] = std::move(seen); }
  void forget(std::int64_t delivery) { waiting_.erase(delivery); }

 private:
  std::map<std::int64_t, Seen> waiting_;
};

class ActionParts {
 public:
  virtual ~ActionParts() = default;
  [[nodiscard]] virtual std::shared_ptr<const Config> config() const = 0;
  [[nodiscard]] virtual const Installation& installation() const = 0;
  [[nodiscard]] virtual const Clock& clock() const = 0;
  [[nodiscard]] virtual Timestamp started_at() const = 0;
  [[nodiscard]] virtual const std::vector<std::string>& sandbox_missing() const = 0;
  [[nodiscard]] virtual store::WriteQueue& queue() = 0;
  [[nodiscard]] virtual webhooks::Outbox& outbox() = 0;
  [[nodiscard]] virtual EventLog& log() = 0;
  [[nodiscard]] virtual std::shared_ptr<fetch::Lines> lines() const = 0;
  [[nodiscard]] virtual boost::asio::io_context& loop() = 0;
  [[nodiscard]] virtual AttemptWatch& attempts() = 0;
  [[nodiscard]] virtual const AcknowledgeLinks& links() const = 0;
  // Where hooks and links are listened for; empty: nowhere.
  [[nodiscard]] virtual std::string listening() const = 0;
  [[nodiscard]] virtual const std::map<std::string, std::shared_ptr<SourceActor>>& actors()
      const = 0;
  [[nodiscard]] virtual ingest::EvaluationContext context(const Config& config) = 0;
  [[nodiscard]] virtual boost::asio::awaitable<Result<void>> reload() = 0;
};

// The parts outlive the actions.
[[nodiscard]] http::Actions make_actions(ActionParts& parts);

// Stores and sends destination.disabled, through the other destinations.
[[nodiscard]] boost::asio::awaitable<Result<void>> tell_destination_disabled(
    ActionParts& parts, std::string destination, std::string reason);

}  // namespace kpid::app
