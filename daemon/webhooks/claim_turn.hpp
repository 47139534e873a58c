// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One look of the outbox at the store: what may be sent now, and when to look again.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/delivery.hpp"
#include "store/store.hpp"

namespace kpid::webhooks {

inline constexpr std::size_t claims_at_once = 64;

struct ClaimTurn {
  std::vector<std::int64_t> release;             // claimed, and not to be sent now
  std::vector<std::string> except;               // destinations that have enough in hand
  std::map<std::string, std::string> addresses;  // of the configuration's destinations, digests
  // Of these destinations, so many that failed may go out before their time.
  std::map<std::string, std::size_t> early;
  Timestamp now{};

  std::vector<Delivery> claimed;
  std::set<std::string> disabled;  // destinations
  std::set<std::string> failing;   // likewise, at their last attempt
  std::set<std::string> emptied;   // of `early`: no more of it is in the store
  std::optional<Timestamp> next_due;
};

// [writer thread]
[[nodiscard]] Result<void> take(store::Writer& writer, ClaimTurn& turn);

}  // namespace kpid::webhooks
