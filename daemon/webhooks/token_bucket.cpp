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

}  // namespace

void TokenBucket::set_limits(std::vector<RateLimit> limits) {
  limits_ = std::move(limits);
  const std::size_t most = widest(limits_);
  while (taken_.size() > most) taken_.pop_front();
}

void TokenBucket::settle(Timestamp now) const {
  if (!taken_.empty() && taken_.back() > now) {
    for (Timestamp& taken : taken_) taken = std::min(taken, now);
  }
  rest_until_ = std::min<Timestamp>(rest_until_, now + rest_length_);
}

Timestamp TokenBucket::ready_at(Timestamp now) const {
  settle(now);
  Timestamp ready = rest_until_;
  for (const RateLimit& limit : limits_) {
    if (limit.most == 0 || taken_.size() < limit.most) continue;
    ready = std::max<Timestamp>(ready, taken_[taken_.size() - limit.most] + limit.within);
  }
  return ready;
}

void TokenBucket::take(Timestamp now) {
  const std::size_t most = widest(limits_);
  if (most == 0) return;
  settle(now);
  taken_.push_back(now);
  while (taken_.size() > most) taken_.pop_front();
}

void TokenBucket::rest(Timestamp now, std::chrono::milliseconds length) {
  settle(now);
  const Timestamp until = now + length;
  if (until <= rest_until_) return;
  rest_until_ = until;
  rest_length_ = length;
}

bool TokenBucket::resting(Timestamp now) const {
  settle(now);
  return rest_until_ > now;
}

}  // namespace kpid::webhooks
