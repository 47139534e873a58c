// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/circuit_breaker.hpp"

#include <algorithm>

namespace kpid::webhooks {

void CircuitBreaker::limit_wait(std::chrono::milliseconds most) {
  longest_ = std::min<std::chrono::milliseconds>(most, longest_wait);
  wait_ = std::min(wait_, longest_);
}

bool CircuitBreaker::may_send(Timestamp now) const {
  if (state_ == State::closed) return true;
  return state_ == State::open && retry_at(now) <= now;
}

bool CircuitBreaker::begin() {
  if (state_ == State::closed) return false;
  state_ = State::probing;
  return true;
}

void CircuitBreaker::worked() {
  state_ = State::closed;
  failures_ = 0;
  wait_ = std::min<std::chrono::milliseconds>(first_wait, longest_);
}

void CircuitBreaker::failed(Timestamp now, bool probe) {
  ++failures_;
  if (state_ == State::closed) {
    if (failures_ < most_failures) return;
    wait_ = std::min<std::chrono::milliseconds>(first_wait, longest_);
  } else if (probe) {
    wait_ = std::min(wait_ * 2, longest_);
  } else {
    return;  // a late one, which says nothing that is not known
  }
  state_ = State::open;
  retry_at_ = now + wait_;
}

void CircuitBreaker::cancelled(bool probe) {
  if (probe && state_ == State::probing) state_ = State::open;
}

void CircuitBreaker::probe_now() { retry_at_ = {}; }

void CircuitBreaker::was_down() {
  if (state_ != State::closed) return;
  state_ = State::open;
  failures_ = std::max(failures_, 1U);
  retry_at_ = {};
}

Timestamp CircuitBreaker::retry_at(Timestamp now) const {
  // A clock that was set back must not stretch the wait; nor may the limit move on with it.
  retry_at_ = std::min<Timestamp>(retry_at_, now + wait_);
  return retry_at_;
}

bool shows_failure(int status) noexcept {
  return status == 0 || status == 408 || status == 429 || status >= 500;
}

}  // namespace kpid::webhooks
