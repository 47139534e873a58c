// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Keeps a queue from being thrown at a receiver that is down. After some failures in a row nothing
// is sent until a wait has passed; then one delivery goes out as a probe. It closes again with the
// first answer that shows the receiver at work, and waits longer after each probe that failed.
// Pure: the time is handed in.

#include <chrono>
#include <cstdint>

#include "model/time.hpp"

namespace kpid::webhooks {

class CircuitBreaker {
 public:
  static constexpr std::uint32_t most_failures = 5;
  static constexpr std::chrono::seconds first_wait{5};
  static constexpr std::chrono::minutes longest_wait{15};

  // Closed: every delivery may go. Open: none before retry_at(), then one. Probing: none until the
  // probe has ended.
  enum class State { closed, open, probing };

  // No wait is longer than this, nor than longest_wait: an operator whose retries are quick wants
  // to hear of a receiver's return as quickly.
  void limit_wait(std::chrono::milliseconds most);
  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] bool may_send(Timestamp now) const;
  // One goes out now, for which may_send() said yes. True: it is the probe.
  [[nodiscard]] bool begin();
  // What that one came to. One that began before the breaker opened may end while it is open.
  void worked();
  void failed(Timestamp now, bool probe);
  void cancelled(bool probe);  // nothing is known of it
  void probe_now();            // an operator wants to know: the wait is over
  void was_down();             // as an earlier daemon left it: the next delivery is a probe

  [[nodiscard]] std::uint32_t failures() const noexcept { return failures_; }  // in a row
  [[nodiscard]] Timestamp retry_at(Timestamp now) const;                       // while open

 private:
  State state_ = State::closed;
  std::uint32_t failures_ = 0;
  std::chrono::milliseconds longest_{longest_wait};
  std::chrono::milliseconds wait_{first_wait};
  mutable Timestamp retry_at_{};  // brought nearer where the clock was set back
};

// Whether the answer with this status (0: none came) says that the receiver is not at work. One
// that refuses what it was sent has read it.
[[nodiscard]] bool shows_failure(int status) noexcept;

}  // namespace kpid::webhooks
