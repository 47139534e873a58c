// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The end of waiting: what is due leaves, one message for each destination and bundle.
// [writer thread, inside a transaction]

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/evaluate_marked.hpp"

namespace kpid::ingest {

struct Bundles {
  std::vector<Delivery> deliveries;   // committed with the transaction, born claimed
  std::vector<std::string> dropped;   // destinations that have left the config, for the log
  std::uint64_t events_dropped = 0;   // that waited for them
  std::uint64_t waiting = 0;          // events that go on waiting
  std::optional<Timestamp> next_due;  // when the first of them is due
};

// A bundle that is due becomes one delivery. A single event is told under its own id, unless it is
// over by now; several become an event of type kpi.digest, in which each of them stands. What a
// format of machines cannot take at once becomes several digests, so that no event goes untold.
//
// Waits on: what would now fall into quiet times, unless it is urgent; what a silence covers by
// now, until that is over. What waits in a way that the destination no longer has is due. What
// waits for a destination that has left the config is dropped when it is due: until then it may
// come back. Often; again changes nothing.
[[nodiscard]] Result<Bundles> evaluate_waiting(store::Writer& writer,
                                               const EvaluationContext& context);

}  // namespace kpid::ingest
