// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How fast kpid tells, with a real SQLite file and a receiver on loopback in another process.
// Latency: from the moment that a delivery is durable to the first byte of its request at the
// receiver, one at a time, over a connection that is kept. Throughput: durable deliveries a second
// (each signed, sent, its outcome committed) at 1, 16 and 64 connections, as a share of what a bare
// loop of libcurl's multi interface sends of the same bodies to the same receiver over as many, in
// turns within one run. Usage: outbox_bench [SINGLE] [MANY] [ROUNDS]; prints one line of JSON.

#include <array>
#include <thread>

#include "bare_loop.hpp"
#include "fast_receiver.hpp"
#include "sender.hpp"

namespace {

using namespace kpid::bench;

constexpr std::array<std::uint32_t, 3> widths{1, 16, 64};

// Milliseconds from commit to first byte, sorted.
std::vector<double> latencies(FastReceiver& receiver, int count) {
  Sender sender(receiver.url(), 64);
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

double durable_per_second(const std::string& url, std::uint32_t connections, int count) {
  Sender sender(url, connections);
  sender.commit(static_cast<int>(connections), [](Instant) {});  // opens the connections
  sender.run_until_delivered(connections);
  Instant start;
  sender.commit(count, [&start](Instant at) { start = at; });
  sender.run_until_delivered(connections + static_cast<std::uint64_t>(count));
  return count / seconds_since(start);
}

struct Speeds {
  std::vector<double> bare;
  std::vector<double> durable;
  std::vector<double> share;

  void measure(const std::string& url, std::uint32_t connections, int count, bool bare_first) {
    const auto once = [&] {
      bare.push_back(BareLoop(url, usual_body(), connections).per_second(count));
    };
    if (bare_first) once();
    durable.push_back(durable_per_second(url, connections, count));
    if (!bare_first) once();
    share.push_back(durable.back() / bare.back());
  }
};

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
  std::array<Speeds, widths.size()> speeds;
  for (int round = 0; round < rounds; ++round) {
    const auto taken = latencies(receiver, single);
    p50.push_back(at_percent(taken, 50));
    p99.push_back(at_percent(taken, 99));
    for (std::size_t i = 0; i < widths.size(); ++i) {
      speeds[i].measure(receiver.url(), widths[i], many, round % 2 == 0);
    }
  }
  std::string all;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    all += fmt::format(
        ", \"bare_per_s_{0}\": {1:.0f}, \"durable_per_s_{0}\": {2:.0f}, "
        "\"durable_share_of_bare_{0}\": {3:.3f}, \"durable_share_highest_{0}\": {4:.3f}",
        widths[i], median(speeds[i].bare), median(speeds[i].durable), median(speeds[i].share),
        *std::max_element(speeds[i].share.begin(), speeds[i].share.end()));
  }
  fmt::print(
      "{{\"single\": {}, \"many\": {}, \"rounds\": {}, \"p50_ms\": {:.3f}, \"p99_ms\": {:.3f},"
      " \"p50_lowest_ms\": {:.3f}, \"p99_lowest_ms\": {:.3f}{}}}\n",
      single, many, rounds, median(p50), median(p99), *std::min_element(p50.begin(), p50.end()),
      *std::min_element(p99.begin(), p99.end()), all);
}
