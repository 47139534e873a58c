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
  // The receiver asked for a rest: no token until then.
  void rest_until(Timestamp until);
  [[nodiscard]] bool resting(Timestamp now) const { return rest_until_ > now; }

 private:
  std::vector<RateLimit> limits_;
  std::deque<Timestamp> taken_;  // the oldest first; no more than the widest limit asks for
  Timestamp rest_until_{};
};

}  // namespace kpid::webhooks
