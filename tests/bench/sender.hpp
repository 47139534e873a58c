// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// The delivering half of the daemon, its loop in the caller's thread: a real SQLite file, the
// writer's thread, the outbox, one destination.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "bench.hpp"
#include "store/write_queue.hpp"
#include "support/temporary_folder.hpp"
#include "webhooks/outbox.hpp"

namespace kpid::bench {

// As large as a usual message.
inline const std::string& usual_body() {
  static const std::string body =
      R"({"specversion":"1.0","data":")" + std::string(1500, 'x') + "\"}";
  return body;
}

inline DestinationConfig bench_destination(const std::string& url, std::uint32_t connections) {
  DestinationConfig destination;
  destination.name = "bench";
  destination.url = Secret{url};
  destination.signing_secrets = {// made up
                                 Secret{"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}};
  destination.allowed_networks = {"127.0.0.1/32"};
  destination.connections = connections;
  return destination;
}

class Sender {
 public:
  Sender(const std::string& url, std::uint32_t connections)
      : Sender(bench_destination(url, connections)) {}
  explicit Sender(DestinationConfig destination)
      : database_(must(store::Database::open(folder_ / "kpid.sqlite"))), queue_(*database_) {
    start(std::move(destination));
  }

  // Anew, as after a restart: what is claimed is free again.
  void start(DestinationConfig destination) {
    outbox_.reset();
    if (numbered_ > 0) {
      write([](store::Writer& writer) -> Result<void> {
        return writer.release_claims().map([](std::size_t) {});
      });
    }
    auto config = std::make_shared<Config>();
    config->destinations.push_back(std::move(destination));
    outbox_ = std::make_unique<webhooks::Outbox>(loop_, queue_, clock_);
    outbox_->on_attempt = [this](const DeliveryAttempt& attempt, const Delivery&) {
      attempt.state == DeliveryState::delivered ? ++delivered_ : ++failed_;
    };
    outbox_->configure(std::move(config));
  }

  // Commits this many, each with a subject of its own, and hands them to the outbox as the daemon
  // does it, once they are durable. `when` is told the instant of the commit.
  void commit(int count, const std::function<void(Instant)>& when) {
    auto fresh = std::make_shared<std::vector<Delivery>>();
    for (int i = 0; i < count; ++i) fresh->push_back(next());
    queue_.submit(
        [fresh](store::Writer& writer) -> Result<void> {
          for (Delivery& one : *fresh) {
            Event event;
            event.id = one.event_id;
            event.subject = one.subject;
            event.data = "{}";
            if (auto added = writer.add_event(event); !added) return added;
            if (auto stored = writer.add_delivery(one); !stored) return stored;
          }
          return {};
        },
        [this, fresh, when](const Result<void>& done) {  // the writer's thread, after the commit
          const Instant at = now();
          must(done);
          boost::asio::post(loop_, [this, fresh, when, at] {
            when(at);
            outbox_->send(std::move(*fresh));
          });
        });
  }

  template <class Condition>
  void run_until(Condition condition) {
    while (!condition()) loop_.run_one();
  }
  void run_until_delivered(std::uint64_t wanted) {
    run_until([&] { return delivered_ >= wanted; });
    must(failed_ == 0, "the receiver did not take a delivery");
  }
  void run_for(std::chrono::milliseconds time) { loop_.run_for(time); }
  [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }

 private:
  void write(const store::WriteQueue::Job& job) {
    std::atomic<bool> done{false};
    queue_.submit(job, [&done](const Result<void>& result) {
      must(result);
      done = true;
      done.notify_one();
    });
    done.wait(false);
  }

  Delivery next() {
    Delivery one;
    one.event_id = fmt::format("msg_{:026}", ++numbered_);
    one.subject = one.event_id;
    one.event_type = EventType::alert_firing;
    one.destination = "bench";
    one.content_type = "application/cloudevents+json";
    one.body = usual_body();
    one.created_at = one.next_attempt_at = clock_.now();
    return one;
  }

  const kpid::testing::TemporaryFolder folder_;
  SystemClock clock_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      loop_.get_executor()};
  std::unique_ptr<store::Database> database_;
  store::WriteQueue queue_;
  std::unique_ptr<webhooks::Outbox> outbox_;
  std::uint64_t numbered_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace kpid::bench
