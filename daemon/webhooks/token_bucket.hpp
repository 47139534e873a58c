// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How fast one destination is sent to. Each token that was taken comes back when the limit's span
// has passed since, so that no span of that length, wherever it begins, sees more than the limit
// allows: receivers count in windows of their own. Pure: the time is handed in.

#include <deque>
#include <vector>

#include "model/config.hpp"
#include "model/time.hpp"

namespace kpid::webhooks {

class TokenBucket {
 public:
  // What was taken before still counts.
  void set_limits(std::vector<RateLimit> limits);
  // The first instant from which a token is there; `now` or earlier: there is one.
  [[nodiscard]] Timestamp ready_at(Timestamp now) const;
  // One delivery goes out now. Without limits nothing is remembered.
  void take(Timestamp now);
  // The receiver asked for a rest: no token until it is over.
  void rest(Timestamp now, std::chrono::milliseconds length);
  [[nodiscard]] bool resting(Timestamp now) const;

 private:
  void settle(Timestamp now) const;

  std::vector<RateLimit> limits_;
  // Both are brought nearer where the clock was set back: it must not stretch a wait.
  mutable std::deque<Timestamp> taken_;  // the oldest first; no more than the widest limit asks for
  mutable Timestamp rest_until_{};
  std::chrono::milliseconds rest_length_{};  // of the longest that was asked for
};

}  // namespace kpid::webhooks
