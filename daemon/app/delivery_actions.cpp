// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/delivery_actions.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ingest/drill.hpp"
#include "store/async_write.hpp"
#include "webhooks/example_event.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

// What a step has done counts once its transaction stands.
template <class Work>
asio::awaitable<Result<ingest::Sent>> in_steps(ActionParts& parts,
                                               std::shared_ptr<const Config> config, Work work) {
  bool more = true;
  while (more) {
    Work next = work;
    store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
      auto stepped = next.step(writer, parts.context(*config));
      if (!stepped) return tl::unexpected<Error>(std::move(stepped.error()));
      more = *stepped;
      return {};
    };
    auto done = co_await store::async_write(parts.queue(), std::move(job));
    if (!done) {
      Error error = std::move(done.error());
      if (const std::size_t before = work.sent().total(); before > 0) {
        error.sentence += "; " + std::to_string(before) +
                          " were on their way before: ask again, and the rest follows";
      }
      co_return tl::unexpected<Error>(std::move(error));
    }
    work = std::move(next);
    parts.outbox().wake();
  }
  co_return work.sent();
}

// The first attempt of each of some deliveries.
class FirstAttempts {
 public:
  FirstAttempts(ActionParts& parts, const std::vector<Delivery>& deliveries)
      : parts_(parts), answered_(parts.loop()) {
    for (const Delivery& one : deliveries) {
      ids_.push_back(one.id);
      parts_.attempts().expect(one.id, [this](const DeliveryAttempt& attempt, const Delivery&) {
        seen_.push_back(attempt);
        if (seen_.size() == ids_.size()) answered_.cancel();
      });
    }
  }
  ~FirstAttempts() {
    for (const std::int64_t id : ids_) parts_.attempts().forget(id);
  }
  FirstAttempts(const FirstAttempts&) = delete;
  FirstAttempts& operator=(const FirstAttempts&) = delete;

  asio::awaitable<void> wait(std::chrono::milliseconds limit) {
    answered_.expires_after(limit);
    if (seen_.size() == ids_.size()) co_return;
    co_await answered_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  [[nodiscard]] const std::vector<DeliveryAttempt>& seen() const noexcept { return seen_; }

 private:
  ActionParts& parts_;
  asio::steady_timer answered_;
  std::vector<std::int64_t> ids_;
  std::vector<DeliveryAttempt> seen_;
};

}  // namespace

asio::awaitable<Result<ingest::Sent>> send_again(ActionParts& parts, ingest::AgainRequest request) {
  const std::shared_ptr<const Config> config = parts.config();
  ingest::SendAgain work(std::move(request));
  co_return co_await in_steps(parts, config, std::move(work));
}

asio::awaitable<Result<ingest::Sent>> send_missed(ActionParts& parts,
                                                  ingest::MissedRequest request) {
  const std::shared_ptr<const Config> config = parts.config();
  ingest::SendMissed work(std::move(request));
  auto possible = work.check(*config, parts.clock().now());
  if (!possible) co_return tl::unexpected<Error>(std::move(possible.error()));
  co_return co_await in_steps(parts, config, std::move(work));
}

asio::awaitable<Result<json::object>> drill(ActionParts& parts, DrillRequest request) {
  const std::shared_ptr<const Config> config = parts.config();
  std::string id = parts.context(*config).identifiers.next("msg_", parts.clock().now());
  auto event = webhooks::drill_event(*config, request, std::move(id), parts.clock().now());
  if (!event) co_return tl::unexpected<Error>(std::move(event.error()));
  ingest::Drill made;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto drilled = ingest::drill(writer, parts.context(*config), *event);
    if (!drilled) return tl::unexpected<Error>(std::move(drilled.error()));
    made = std::move(*drilled);
    return {};
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (!done) co_return tl::unexpected<Error>(std::move(done.error()));
  std::vector<Delivery> deliveries;
  std::chrono::milliseconds limit{0};
  for (const ingest::DrillTold& one : made.told) {
    if (!one.delivery) continue;
    deliveries.push_back(*one.delivery);
    const DestinationConfig* destination = config->destination(one.destination);
    if (destination != nullptr) limit = std::max(limit, destination->timeout);
  }
  FirstAttempts attempts(parts, deliveries);
  parts.outbox().send(std::move(deliveries));
  const std::chrono::milliseconds longest = limit + std::chrono::seconds{5};
  co_await attempts.wait(longest);
  co_return ingest::drill_json(made, *config, attempts.seen());
}

}  // namespace kpid::app
