// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/claim_turn.hpp"

#include <cstddef>
#include <utility>

#include "webhooks/outcome.hpp"

namespace kpid::webhooks {
namespace {

constexpr std::size_t claims_at_once = 64;

}  // namespace

Result<void> take(store::Writer& writer, ClaimTurn& turn) {
  auto done = forgive(writer, turn.forgive, turn.known);
  if (done) done = writer.release_claims(turn.release);
  if (!done) return done;
  auto claimed = writer.claim_due(turn.now, claims_at_once, turn.except);
  if (!claimed) return tl::unexpected(claimed.error());
  auto next = writer.next_delivery_due(turn.except);
  if (!next) return tl::unexpected(next.error());
  const auto states = writer.destination_states();
  if (!states) return tl::unexpected(states.error());
  for (const auto& state : *states) {
    if (state.disabled) turn.disabled.insert(state.name);
  }
  turn.claimed = std::move(*claimed);
  turn.next_due = *next;
  return {};
}

}  // namespace kpid::webhooks
