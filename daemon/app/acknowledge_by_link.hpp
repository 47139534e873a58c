// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Acknowledge links: what makes them for the messages that go out, and what happens when a person
// follows one.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "app/event_log.hpp"
#include "http/call_in.hpp"
#include "ingest/evaluate_marked.hpp"
#include "model/clock.hpp"
#include "model/config.hpp"
#include "model/secret.hpp"
#include "store/store.hpp"
#include "store/write_queue.hpp"
#include "webhooks/acknowledge_link.hpp"

namespace kpid::app {

class ActionParts;

// [any thread, once open() has returned]
class AcknowledgeLinks {
 public:
  explicit AcknowledgeLinks(const Clock& clock) : clock_(clock) {}

  // This installation's key is read, and made where there is none yet. [writer thread, inside a
  // transaction, before anything is rendered]
  [[nodiscard]] Result<void> open(store::Writer& writer);
  // At start and after a reload: under which address the world sees this kpid.
  void configure(const Config& config);
  // The event with its links for that destination; nothing where it tells of no alert that fires,
  // or where no link would lead here.
  [[nodiscard]] std::optional<Event> linked(const DestinationConfig& destination,
                                            const Event& event) const;
  // Nothing where the token is none of this installation's.
  [[nodiscard]] std::optional<webhooks::AcknowledgeLink> read(std::string_view token) const;

 private:
  const Clock& clock_;
  Secret key_;
  mutable std::mutex mutex_;
  std::string public_url_;  // guarded by mutex_
};

// What it takes to follow a link. The references outlive the coroutine.
struct LinkParts {
  store::WriteQueue& queue;
  const Clock& clock;
  EventLog& log;
  const AcknowledgeLinks& links;
  std::shared_ptr<const Config> config;
  std::function<ingest::EvaluationContext(const Config&)> context;  // [writer thread]
  std::function<void(std::vector<Delivery>)> send;                  // once they are durable
};

// CallIn::acknowledge. Looking changes nothing. What was submitted is one transaction: that the
// link is used, that the alert is acknowledged, and who is told. [loop thread]
[[nodiscard]] boost::asio::awaitable<http::Page> acknowledge_by_link(LinkParts parts,
                                                                     std::string token,
                                                                     bool submitted,
                                                                     std::string form);
[[nodiscard]] LinkParts link_parts(ActionParts& parts);

}  // namespace kpid::app
