// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One event to one destination. [writer thread, inside a transaction]

#include "alerts/timing.hpp"
#include "ingest/evaluate_marked.hpp"

namespace kpid::ingest {

// Renders it and puts it into the outbox, whatever the destination's times say.
[[nodiscard]] Result<Delivery> deliver_now(store::Writer& writer, const EvaluationContext& context,
                                           const Event& event,
                                           const DestinationConfig& destination);

[[nodiscard]] TimingInput timing_input(const EvaluationContext& context,
                                       const DestinationConfig& destination);

// A stored event, with what only its alert knows.
[[nodiscard]] Result<Event> stored_event(const store::Reader& reader, const store::Waiting& row);

}  // namespace kpid::ingest
