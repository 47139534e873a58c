// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/claim_turn.hpp"

#include <chrono>
#include <cstddef>
#include <iterator>
#include <utility>

#include "webhooks/outcome.hpp"

namespace kpid::webhooks {
namespace {

// Longer than any wait for a retry.
constexpr std::chrono::days any_wait{365};

// Those of one destination, whatever they wait for.
Result<void> take_early(store::Writer& writer, ClaimTurn& turn, const std::string& name,
                        std::size_t most) {
  std::vector<std::string> others;
  for (const auto& [other, address] : turn.addresses) {
    if (other != name) others.push_back(other);
  }
  auto claimed = writer.claim_due(turn.now + any_wait, most, others);
  if (!claimed) return tl::unexpected(claimed.error());
  if (claimed->size() < most) turn.emptied.insert(name);
  std::move(claimed->begin(), claimed->end(), std::back_inserter(turn.claimed));
  return {};
}

}  // namespace

Result<void> take(store::Writer& writer, ClaimTurn& turn) {
  auto done = forgive(writer, turn.addresses);
  if (done) done = writer.release_claims(turn.release);
  if (!done) return done;
  turn.claimed.clear();  // an earlier try may have failed after it was set
  turn.emptied.clear();
  for (const auto& [name, most] : turn.early) {
    if (auto taken = take_early(writer, turn, name, most); !taken) return taken;
  }
  auto claimed = writer.claim_due(turn.now, claims_at_once, turn.except);
  if (!claimed) return tl::unexpected(claimed.error());
  auto next = writer.next_delivery_due(turn.except);
  if (!next) return tl::unexpected(next.error());
  const auto states = writer.destination_states();
  if (!states) return tl::unexpected(states.error());
  for (const auto& state : *states) {
    if (state.disabled) turn.disabled.insert(state.name);
    if (state.failing_since) turn.failing.insert(state.name);
  }
  std::move(claimed->begin(), claimed->end(), std::back_inserter(turn.claimed));
  turn.next_due = *next;
  return {};
}

}  // namespace kpid::webhooks
