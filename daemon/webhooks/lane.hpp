// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the outbox holds for one destination, whatever its configuration: its own queue, its own
// pace, its own breaker, so that nothing of it is another destination's.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "model/delivery.hpp"
#include "webhooks/circuit_breaker.hpp"
#include "webhooks/handshake.hpp"
#include "webhooks/token_bucket.hpp"

namespace kpid::webhooks {

struct Lane {
  std::string destination;
  std::deque<Delivery> waiting;  // claimed and first in line, until one may go
  std::size_t sending = 0;       // or failed, and being written down
  std::size_t accepted = 0;      // by the receiver, and being written down
  bool tried = false;            // the store has a delivery that failed and waits for its retry
  bool back = false;             // after a long outage: all of those go out now
  TokenBucket bucket;
  CircuitBreaker breaker;
  Handshake handshake;

  [[nodiscard]] std::size_t in_hand() const { return waiting.size() + sending + accepted; }

  // The first instant at which the next one may go; nothing while the end of the probe is awaited.
  [[nodiscard]] std::optional<Timestamp> next_turn(Timestamp now) const {
    if (breaker.state() == CircuitBreaker::State::probing) return std::nullopt;
    const Timestamp ready = bucket.ready_at(now);
    if (breaker.state() == CircuitBreaker::State::closed) return ready;
    return std::max(ready, breaker.retry_at(now));
  }

  // The receiver is down and could be asked whether it is back, but nothing is due: a delivery that
  // failed goes out before its time. So no wait of a retry, of up to a day, keeps it from being
  // seen.
  [[nodiscard]] bool wants_probe() const {
    return tried && in_hand() == 0 && breaker.state() == CircuitBreaker::State::open;
  }

  // Nothing moves, and nothing will for a while: the receiver is down, or asked for a rest.
  [[nodiscard]] bool held(Timestamp now) const {
    if (sending + accepted > 0 || waiting.empty()) return false;
    if (breaker.state() == CircuitBreaker::State::closed && !bucket.resting(now)) return false;
    const auto turn = next_turn(now);
    return turn && *turn > now;
  }
};

}  // namespace kpid::webhooks
