// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The receivers of a daemon that is killed again and again: one well, one slow, one that asks for
// rests, one that is down for most of the time, one that is gone. What each of them saw is held
// against what the store says.

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"

namespace kpid::testing {

// Alerts' events: id -> alert and number.
using StoredEvents = std::map<std::string, std::pair<std::string, std::uint32_t>>;

class KilledReceivers {
 public:
  // Slow enough that a kill often strikes between a receiver's knowing and the daemon's.
  KilledReceivers()
      : fine([](const ReceivedRequest&, std::size_t) {
          sleep_for(std::chrono::milliseconds{10});
          return Reply{};
        }),
        slow([](const ReceivedRequest&, std::size_t) {
          sleep_for(std::chrono::milliseconds{30});
          return Reply{};
        }),
        limited([](const ReceivedRequest&, std::size_t number) {
          Reply reply;
          if (!accepts_of_limited(number)) {
            reply.status = 429;
            reply.headers = {{"Retry-After", "1"}};
          }
          return reply;
        }),
        down([this](const ReceivedRequest&, std::size_t number) {
          Reply reply;
          const bool back = down_is_back;
          reply.status = back ? 200 : 503;
          if (!back) refused_by_down = number + 1;
          return reply;
        }),
        gone([](const ReceivedRequest&, std::size_t) {
          Reply reply;
          reply.status = 410;
          return reply;
        }) {
    down.stop();
  }

  // The trust's own destination is the fine one; these are the others.
  void write_into(MadeUpTrust& trust) const {
    trust.port = fine.port();
    trust.destination_extra = "connections = 1";
    trust.extra = table("slow", slow, trust.retry_schedule) +
                  table("limited", limited, trust.retry_schedule) +
                  table("down", down, waits_of_down()) + table("gone", gone, trust.retry_schedule);
  }

  // Each message of the store, accepted at least once, in the order of its alert; never the same
  // one under two ids, nor one id with two bodies. How many came more than once.
  static std::size_t check(const std::string& name, const std::vector<ReceivedRequest>& accepted,
                           const StoredEvents& events) {
    std::map<std::string, std::string> bodies;
    std::map<std::string, std::uint32_t> last;
    std::size_t again = 0;
    std::size_t of_alerts = 0;
    for (const ReceivedRequest& request : accepted) {
      const std::string id = request.header("webhook-id");
      const auto [first, fresh] = bodies.emplace(id, request.body);
      EXPECT_EQ(first->second, request.body) << name << ": one id with other bytes";
      if (!fresh) ++again;
      const auto event = events.find(id);
      if (event == events.end() || !fresh) continue;
      ++of_alerts;
      const auto& [alert, seq] = event->second;
      EXPECT_LT(last[alert], seq) << name << ": " << alert << " out of order";
      last[alert] = seq;
    }
    EXPECT_EQ(of_alerts, events.size()) << name;
    return again;
  }

  [[nodiscard]] std::vector<ReceivedRequest> accepted_by_down() const {
    auto all = down.requests();
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(refused_by_down.load()));
    return all;
  }
  [[nodiscard]] std::vector<ReceivedRequest> accepted_by_limited() const {
    std::vector<ReceivedRequest> accepted;
    const auto all = limited.requests();
    for (std::size_t number = 0; number < all.size(); ++number) {
      if (accepts_of_limited(number)) accepted.push_back(all[number]);
    }
    return accepted;
  }

  std::atomic<bool> down_is_back{false};
  std::atomic<std::size_t> refused_by_down{0};
  Receiver fine, slow, limited, down, gone;

 private:
  static bool accepts_of_limited(std::size_t number) { return number % 40 != 7; }

  static std::string table(const std::string& name, const Receiver& receiver,
                           const std::string& waits) {
    return fmt::format(
        "\n[[destination]]\nname = \"{}\"\nformat = \"standard\"\nurl = \"{}\"\n"
        "signing_secret_file = \"signing-secret\"\nallowed_networks = [\"127.0.0.0/8\"]\n"
        "timeout = \"5 s\"\nretry_schedule = {}\n",
        name, receiver.url(), waits);
  }

  // As long as a run may take.
  static std::string waits_of_down() {
    std::string waits = R"(["100 ms")";
    for (int i = 0; i < 45; ++i) waits += R"(, "10 s")";
    return waits + "]";
  }
};

}  // namespace kpid::testing
