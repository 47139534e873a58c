// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/token_bucket.hpp"

#include <algorithm>
#include <utility>

namespace kpid::webhooks {
namespace {

std::size_t widest(const std::vector<RateLimit>& limits) {
  std::size_t most = 0;
  for (const RateLimit& limit : limits) most = std::max<std::size_t>(most, limit.most);
  return most;
}

// A rest that a clock which was set back has made longer than any receiver may ask for.
constexpr std::chrono::hours longest_rest{24};

}  // namespace

void TokenBucket::set_limits(std::vector<RateLimit> limits) {
  limits_ = std::move(limits);
  const std::size_t most = widest(limits_);
  while (taken_.size() > most) taken_.pop_front();
}

Timestamp TokenBucket::ready_at(Timestamp now) const {
  Timestamp ready = std::min<Timestamp>(rest_until_, now + longest_rest);
  for (const RateLimit& limit : limits_) {
    if (limit.most == 0 || taken_.size() < limit.most) continue;
    // A clock that was set back must not stretch the wait.
    const Timestamp taken = std::min(taken_[taken_.size() - limit.most], now);
    ready = std::max<Timestamp>(ready, taken + limit.within);
  }
  return ready;
}

void TokenBucket::take(Timestamp now) {
  const std::size_t most = widest(limits_);
  if (most == 0) return;
  for (Timestamp& taken : taken_) taken = std::min(taken, now);  // a clock that was set back
  taken_.push_back(now);
  while (taken_.size() > most) taken_.pop_front();
}

void TokenBucket::rest_until(Timestamp until) { rest_until_ = std::max(rest_until_, until); }

}  // namespace kpid::webhooks
