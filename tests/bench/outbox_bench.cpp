// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How fast kpid tells, with a real SQLite file and a receiver on loopback in another process.
// Latency: from the moment that a delivery is durable to the first byte of its request at the
// receiver, one at a time, over a connection that is kept. Throughput: durable deliveries a second
// (each signed, sent, its outcome committed) at 64 connections, as a share of what a bare loop of
// libcurl's multi interface sends of the same bodies to the same receiver, in turns within one run.
// Usage: outbox_bench [SINGLE] [MANY] [ROUNDS]; prints one line of JSON.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <curl/curl.h>
#include <fmt/format.h>

#include "fast_receiver.hpp"
#include "store/write_queue.hpp"
#include "support/temporary_folder.hpp"
#include "webhooks/outbox.hpp"

namespace {

namespace asio = boost::asio;
using kpid::Delivery;
using kpid::bench::FastReceiver;
using Instant = std::chrono::steady_clock::time_point;

constexpr std::uint32_t connections = 64;
constexpr const char* secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";  // made up
const std::string body = R"({"specversion":"1.0","data":")" + std::string(1500, 'x') + "\"}";

Instant now() { return std::chrono::steady_clock::now(); }
double seconds_since(Instant start) { return std::chrono::duration<double>(now() - start).count(); }

void must(bool done, const std::string& what) {
  if (done) return;
  fmt::print(stderr, "outbox_bench: {}\n", what);
  std::exit(1);
}

template <class T>
T must(kpid::Result<T> result) {
  must(result.has_value(), result ? "" : result.error().text());
  return std::move(*result);
}

// The delivering half of the daemon, its loop in this thread.
class Sender {
 public:
  explicit Sender(const std::string& url)
      : database_(must(kpid::store::Database::open(folder_ / "kpid.sqlite"))), queue_(*database_) {
    auto config = std::make_shared<kpid::Config>();
    kpid::DestinationConfig destination;
    destination.name = "bench";
    destination.url = kpid::Secret{url};
    destination.signing_secrets = {kpid::Secret{secret}};
    destination.allowed_networks = {"127.0.0.1/32"};
    destination.connections = connections;
    config->destinations.push_back(std::move(destination));
    outbox_.configure(std::move(config));
    outbox_.on_attempt = [this](const kpid::DeliveryAttempt& attempt, const Delivery&) {
      must(attempt.state == kpid::DeliveryState::delivered, attempt.error);
      ++delivered_;
    };
  }

  // Commits this many, each with a subject of its own, and returns once they are durable: they are
  // handed to the outbox as the daemon does it. `when` is told the instant of the commit.
  void commit(int count, const std::function<void(Instant)>& when) {
    auto fresh = std::make_shared<std::vector<Delivery>>();
    for (int i = 0; i < count; ++i) fresh->push_back(next());
    queue_.submit(
        [fresh](kpid::store::Writer& writer) -> kpid::Result<void> {
          for (Delivery& one : *fresh) {
            kpid::Event event;
            event.id = one.event_id;
            event.subject = one.subject;
            event.data = "{}";
            if (auto added = writer.add_event(event); !added) return added;
            if (auto stored = writer.add_delivery(one); !stored) return stored;
          }
          return {};
        },
        [this, fresh, when](kpid::Result<void> done) {  // the writer's thread, after the commit
          const Instant at = now();
          must(done.has_value(), done ? "" : done.error().text());
          asio::post(loop_, [this, fresh, when, at] {
            when(at);
            outbox_.send(std::move(*fresh));
          });
        });
  }

  void run_until_delivered(std::uint64_t wanted) {
    while (delivered_ < wanted) loop_.run_one();
  }
  [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }

 private:
  Delivery next() {
    Delivery one;
    one.event_id = fmt::format("msg_{:026}", ++numbered_);
    one.subject = one.event_id;
    one.destination = "bench";
    one.content_type = "application/cloudevents+json";
    one.body = body;
    one.created_at = one.next_attempt_at = clock_.now();
    return one;
  }

  const kpid::testing::TemporaryFolder folder_;
  kpid::SystemClock clock_;
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  std::unique_ptr<kpid::store::Database> database_;
  kpid::store::WriteQueue queue_;
  kpid::webhooks::Outbox outbox_{loop_, queue_, clock_};
  std::uint64_t numbered_ = 0;
  std::uint64_t delivered_ = 0;
};

// Milliseconds from commit to first byte, sorted.
std::vector<double> latencies(FastReceiver& receiver, int count) {
  Sender sender(receiver.url());
  std::vector<double> all;
  for (int i = 0; i <= count; ++i) {
    const std::size_t request = receiver.requests();
    Instant committed;
    sender.commit(1, [&committed](Instant at) { committed = at; });
    sender.run_until_delivered(sender.delivered() + 1);
    const auto taken = receiver.first_byte(request) - committed;
    // The first one opens the connection.
    if (i > 0) all.push_back(std::chrono::duration<double, std::milli>(taken).count());
    std::this_thread::sleep_for(std::chrono::milliseconds{2});  // alerts are rare: all is at rest
  }
  std::sort(all.begin(), all.end());
  return all;
}

double durable_per_second(const std::string& url, int count) {
  Sender sender(url);
  sender.commit(static_cast<int>(connections), [](Instant) {});  // opens the connections
  sender.run_until_delivered(connections);
  Instant start;
  sender.commit(count, [&start](Instant at) { start = at; });
  sender.run_until_delivered(connections + static_cast<std::uint64_t>(count));
  return count / seconds_since(start);
}

std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

// The same posts, and nothing else: no signature, no database.
class BareLoop {
 public:
  explicit BareLoop(const std::string& url) : multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
    headers_ = curl_slist_append(headers_, "content-type: application/cloudevents+json");
    headers_ = curl_slist_append(headers_, "webhook-id: msg_00000000000000000000000001");
    headers_ = curl_slist_append(headers_, "webhook-timestamp: 1700000000");
    headers_ = curl_slist_append(
        headers_, "webhook-signature: v1,MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    headers_ = curl_slist_append(headers_, "Expect:");
    for (std::uint32_t i = 0; i < connections; ++i) {
      CURL* easy = curl_easy_init();
      curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
      curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &discard);
      curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
      handles_.push_back(easy);
    }
  }
  BareLoop(const BareLoop&) = delete;
  BareLoop& operator=(const BareLoop&) = delete;
  ~BareLoop() {
    for (CURL* easy : handles_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }

  double per_second(int count) {
    post_all(static_cast<int>(connections));  // opens the connections
    const Instant start = now();
    post_all(count);
    return count / seconds_since(start);
  }

 private:
  void post_all(int count) {
    int left = count;
    int under_way = 0;
    for (CURL* easy : handles_) {
      if (left == 0) break;
      curl_multi_add_handle(multi_, easy);
      --left;
      ++under_way;
    }
    while (under_way > 0) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      int queued = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &queued)) {
        CURL* const easy = message->easy_handle;
        must(message->data.result == CURLE_OK, curl_easy_strerror(message->data.result));
        curl_multi_remove_handle(multi_, easy);
        --under_way;
        if (left == 0) continue;
        curl_multi_add_handle(multi_, easy);
        --left;
        ++under_way;
      }
      if (under_way > 0) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
  }

  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  std::vector<CURL*> handles_;
};

double at_percent(const std::vector<double>& sorted, double percent) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(last * percent / 100)];
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int single = argc > 1 ? std::atoi(argv[1]) : 1000;
  const int many = argc > 2 ? std::atoi(argv[2]) : 5000;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 3;
  must(single > 0 && many > 0 && rounds > 0, "usage: outbox_bench [SINGLE] [MANY] [ROUNDS]");
  FastReceiver receiver;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  std::vector<double> p50;
  std::vector<double> p99;
  std::vector<double> bare;
  std::vector<double> durable;
  std::vector<double> share;
  for (int round = 0; round < rounds; ++round) {
    const auto taken = latencies(receiver, single);
    p50.push_back(at_percent(taken, 50));
    p99.push_back(at_percent(taken, 99));
    const bool bare_first = round % 2 == 0;
    if (bare_first) bare.push_back(BareLoop(receiver.url()).per_second(many));
    durable.push_back(durable_per_second(receiver.url(), many));
    if (!bare_first) bare.push_back(BareLoop(receiver.url()).per_second(many));
    share.push_back(durable.back() / bare.back());
  }
  fmt::print(
      "{{\"single\": {}, \"many\": {}, \"rounds\": {}, \"p50_ms\": {:.3f}, \"p99_ms\": {:.3f},"
      " \"p50_lowest_ms\": {:.3f}, \"p99_lowest_ms\": {:.3f}, \"bare_per_s\": {:.0f},"
      " \"durable_per_s\": {:.0f}, \"durable_share_of_bare\": {:.3f},"
      " \"durable_share_highest\": {:.3f}}}\n",
      single, many, rounds, median(p50), median(p99), *std::min_element(p50.begin(), p50.end()),
      *std::min_element(p99.begin(), p99.end()), median(bare), median(durable), median(share),
      *std::max_element(share.begin(), share.end()));
}
