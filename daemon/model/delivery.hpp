// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One event on its way to one destination.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/alert.hpp"
#include "model/time.hpp"

namespace kpid {

enum class DeliveryState { pending, delivered, dead };
[[nodiscard]] std::string_view to_string(DeliveryState state) noexcept;

struct Delivery {
  std::int64_t id = 0;
  std::string event_id;  // the webhook-id
  EventType event_type = EventType::test_ping;
  std::string destination;
  std::string subject;  // first in, first out per (destination, subject)
  std::string content_type;
  std::string body;  // rendered once; the same bytes on every attempt
  DeliveryState state = DeliveryState::pending;
  bool claimed = false;  // by this daemon, which may send it at once
  std::uint32_t attempts = 0;
  Timestamp created_at{};
  Timestamp next_attempt_at{};
  std::optional<Timestamp> finished_at;
  int last_status = 0;       // HTTP status; 0: none was received
  std::string last_error;    // in words for the operator
  std::string instead_of{};  // the destination that could not be told, for which this one stands in
  // Where it was given up and is tried anew: since when, and after how many attempts.
  std::optional<Timestamp> replayed_at{};
  std::uint32_t replayed_after = 0;
};

// What one attempt came to, and what follows from it. webhooks/ decides, store/ writes it down.
struct DeliveryAttempt {
  std::int64_t delivery = 0;
  std::uint32_t number = 1;
  Timestamp at{};
  std::int64_t latency_ms = 0;
  int status = 0;
  std::string error;  // empty: it was accepted
  DeliveryState state = DeliveryState::pending;
  Timestamp next_attempt_at{};       // where state is pending
  bool disable_destination = false;  // 410, or failing for too long
};

}  // namespace kpid
