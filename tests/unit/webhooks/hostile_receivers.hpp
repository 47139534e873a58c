// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Receivers that do what they should not, each with what exactly must become of a delivery.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "model/delivery.hpp"
#include "support/raw_server.hpp"
#include "support/receiver.hpp"

namespace kpid::webhooks {

// What stands after one attempt.
struct Expected {
  DeliveryState state = DeliveryState::delivered;
  int status = 0;
  std::string error{};                         // what the operator reads; empty: it was delivered
  bool disabled = false;                       // the destination is switched off
  bool failing = false;                        // the destination counts as failing since then
  std::optional<std::chrono::seconds> wait{};  // exactly; nothing: as the schedule says

  [[nodiscard]] Expected after(std::chrono::seconds asked) const {
    Expected changed = *this;
    changed.wait = asked;
    return changed;
  }
};

// The server that a case talks to. `keep` holds whatever it is made of.
struct Peer {
  std::string url;
  std::shared_ptr<void> keep{};
};

struct HostileCase {
  std::string name;
  std::function<Peer(DestinationConfig& destination)> make;
  Expected expected;
};
inline void PrintTo(const HostileCase& one, std::ostream* out) { *out << one.name; }

[[nodiscard]] Expected told(int status);
[[nodiscard]] Expected tried_again(int status, const std::string& words);  // "500: the receiver …"
[[nodiscard]] Expected unanswered(const std::string& words);
[[nodiscard]] Expected refused(int status, bool body);  // the body, or who sends it
[[nodiscard]] Expected moved(int status);
[[nodiscard]] Expected gone(int status);

using Pieces = std::vector<kpid::testing::RawServer::Piece>;
// A server that sends these bytes, and closes or resets.
[[nodiscard]] std::function<Peer(DestinationConfig&)> bytes(Pieces pieces, bool silent = false,
                                                            bool reset = false);
// The same, where the destination gives up after so long.
[[nodiscard]] std::function<Peer(DestinationConfig&)> hurried(
    std::function<Peer(DestinationConfig&)> make, std::chrono::milliseconds timeout);
// An answer of a well-behaved server: "404 Not Found".
[[nodiscard]] std::function<Peer(DestinationConfig&)> answer(
    const std::string& line, const std::string& headers = {}, const std::string& body = "oops",
    DestinationFormat format = DestinationFormat::standard);

[[nodiscard]] std::vector<HostileCase> hostile_statuses();
[[nodiscard]] std::vector<HostileCase> hostile_waits();
[[nodiscard]] std::vector<HostileCase> hostile_answers();
[[nodiscard]] std::vector<HostileCase> hostile_addresses();
[[nodiscard]] std::vector<HostileCase> hostile_connections();

}  // namespace kpid::webhooks
