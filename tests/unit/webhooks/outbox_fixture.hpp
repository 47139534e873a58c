// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// The outbox with all that is real around it: a SQLite file, the writer's thread, receivers on
// loopback. Only the clock is the test's.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "store/store.hpp"
#include "store/write_queue.hpp"
#include "support/receiver.hpp"
#include "support/temporary_folder.hpp"
#include "webhooks/outbox.hpp"
#include "webhooks/render.hpp"

namespace kpid::webhooks {

using namespace std::chrono_literals;
using kpid::testing::ReceivedRequest;
using kpid::testing::Receiver;
using kpid::testing::Reply;

class HandClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return timestamp_from_milliseconds(now_.load()); }
  void advance(std::chrono::milliseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_{1'795'500'000'000};  // 24 November 2026
};

inline Receiver::Script always(unsigned status) {
  return [status](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = status;
    return reply;
  };
}

class OutboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = std::move(store::Database::open(folder_ / "kpid.db").value());
    queue_ = std::make_unique<store::WriteQueue>(*database_);
    make_outbox();
  }
  void TearDown() override {
    if (outbox_) stop();
    outbox_.reset();
    queue_.reset();
  }

  void make_outbox() {
    outbox_ = std::make_unique<Outbox>(loop_, *queue_, clock_);
    outbox_->on_attempt = [this](const DeliveryAttempt& attempt, const Delivery& delivery) {
      attempts_.push_back(attempt);
      EXPECT_EQ(delivery.id, attempt.delivery);
    };
    outbox_->on_disabled = [this](const std::string& name, const std::string& reason) {
      disabled_.emplace_back(name, reason);
    };
  }

  DestinationConfig& destination(const std::string& name, const std::string& url) {
    DestinationConfig made;
    made.name = name;
    made.url = Secret{url};
    made.signing_secrets = {Secret{kNewSecret}};
    made.allowed_networks = {"127.0.0.0/8"};
    made.retry_schedule = {1min, 10min, 1h};
    made.timeout = 10s;
    config_.destinations.push_back(made);
    return config_.destinations.back();
  }
  void configure() { outbox_->configure(std::make_shared<const Config>(config_)); }

  // An event and its delivery as the evaluation writes them, born claimed.
  Delivery add(const std::string& event_id, const std::string& to,
               const std::string& subject = "alt_1",
               const std::string& data = R"({"state":"firing"})") {
    Event event;
    event.id = event_id;
    event.type = EventType::alert_firing;
    event.subject = subject;
    event.seq = ++seq_;
    event.at = clock_.now();
    event.data = data;
    auto rendered = render(DestinationConfig{}, event, "test");
    Delivery delivery;
    delivery.event_id = event_id;
    delivery.event_type = event.type;
    delivery.destination = to;
    delivery.subject = subject;
    delivery.content_type = rendered->content_type;
    delivery.body = rendered->body;
    delivery.created_at = delivery.next_attempt_at = clock_.now();
    write([&](store::Writer& writer) -> Result<void> {
      auto known = writer.event(event_id);
      if (known && !*known) {
        if (auto added = writer.add_event(event); !added) return added;
      }
      return writer.add_delivery(delivery);
    });
    return delivery;
  }
  void write(const store::WriteQueue::Job& job) {
    std::atomic<bool> done{false};
    queue_->submit(job, [&done](const Result<void>& result) {
      EXPECT_TRUE(result) << (result ? "" : result.error().text());
      done = true;
      done.notify_one();
    });
    done.wait(false);
  }

  // Turns the loop until it is so; fails the test where it never comes.
  void until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "it never came about";
      loop_.restart();
      loop_.run_one_for(5ms);
    }
  }
  void drain() { finish(outbox_->drain(60s)); }
  void stop(std::chrono::milliseconds limit = 60s) { finish(outbox_->stop(limit)); }
  void finish(boost::asio::awaitable<void> work) {
    bool done = false;
    boost::asio::co_spawn(loop_, std::move(work), [&](const std::exception_ptr& failure) {
      EXPECT_FALSE(failure);
      done = true;
    });
    until([&] { return done; });
  }
  // Everything that is due now, and what follows from it.
  void later(std::chrono::milliseconds by) {
    clock_.advance(by);
    drain();
  }

  std::unique_ptr<store::Reader> reader() { return std::move(database_->reader().value()); }
  Delivery row(const Delivery& delivery) { return **reader()->delivery(delivery.id); }
  store::DestinationState state(const std::string& name) {
    const auto states = reader()->destination_states();
    for (const auto& one : states.value()) {
      if (one.name == name) return one;
    }
    return {};
  }

  static constexpr const char* kNewSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  static constexpr const char* kOldSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  kpid::testing::TemporaryFolder folder_;
  HandClock clock_;
  Config config_;
  boost::asio::io_context loop_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::WriteQueue> queue_;
  std::unique_ptr<Outbox> outbox_;
  std::vector<DeliveryAttempt> attempts_;
  std::vector<std::pair<std::string, std::string>> disabled_;
  std::uint32_t seq_ = 0;
};

}  // namespace kpid::webhooks
