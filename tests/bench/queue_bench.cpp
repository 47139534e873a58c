// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a long outage costs: deliveries are committed and handed to the outbox, thousands at a time,
// while their receiver is down; how much memory the process has then, beyond what it had before.
// Then the receiver is back and all of them go out, 64 at a time: how long that takes, beside a
// bare loop of libcurl's that posts as many. Usage: queue_bench [COUNT]; prints one line of JSON.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "bare_loop.hpp"
#include "fast_receiver.hpp"
#include "sender.hpp"

namespace {

using namespace kpid::bench;
using namespace std::chrono_literals;

constexpr std::uint32_t connections = 64;
constexpr int at_once = 1000;

// A port of loopback that is taken and on which nobody listens: connections are refused.
class ClosedPort {
 public:
  ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    must(::bind(socket_, plain, size) == 0 && ::getsockname(socket_, plain, &size) == 0,
         "there is no port");
    port_ = ntohs(address.sin_port);
  }
  ~ClosedPort() { ::close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}/", port_); }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 100'000;
  must(count >= at_once && count % at_once == 0, "usage: queue_bench [COUNT, in thousands]");
  FastReceiver receiver;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const ClosedPort down;
  auto destination = bench_destination(down.url(), connections);
  destination.retry_schedule.assign(100, 1s);
  Sender sender(destination);
  sender.commit(at_once, [](Instant) {});  // what any use takes: pages, a warm cache
  sender.run_until([&] { return sender.failed() > 0; });
  const double before = resident_mb();
  int committed = at_once;
  while (committed < count) {
    bool durable = false;
    sender.commit(at_once, [&durable](Instant) { durable = true; });
    sender.run_until([&] { return durable; });
    committed += at_once;
  }
  sender.run_for(500ms);
  const double queued = resident_mb();

  destination.url = kpid::Secret{receiver.url()};
  const Instant start = now();
  sender.start(destination);
  double most = 0;
  std::uint64_t looked = 0;
  sender.run_until([&] {
    if (sender.delivered() - looked > 1000) {
      looked = sender.delivered();
      most = std::max(most, resident_mb());
    }
    return sender.delivered() >= static_cast<std::uint64_t>(count);
  });
  const double drained = seconds_since(start);
  const double bare = count / BareLoop(receiver.url(), usual_body(), connections).per_second(count);
  fmt::print(
      "{{\"queued\": {}, \"queued_mb\": {:.1f}, \"draining_mb\": {:.1f}, \"drain_s\": {:.2f}, "
      "\"bare_s\": {:.2f}, \"drain_per_s\": {:.0f}, \"drain_share_of_bare\": {:.3f}, "
      "\"attempts_in_vain\": {}}}\n",
      count, queued - before, most - before, drained, bare, count / drained, bare / drained,
      sender.failed());
}
