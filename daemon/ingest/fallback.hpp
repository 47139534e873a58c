// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Who is told instead of a destination that cannot be told: its fallback, or, where that one cannot
// be told either, the fallback's own. [writer thread, inside a transaction]

#include <vector>

#include "ingest/evaluate_marked.hpp"

namespace kpid::ingest {

// The deliveries that stand in for one that was given up, or whose destination is switched off.
// None where there is no fallback, where the fallback is told of the event anyway, and for a test:
// that is of one destination alone. That a destination is switched off is never told through it.
[[nodiscard]] Result<std::vector<Delivery>> stand_in_for(store::Writer& writer,
                                                         const EvaluationContext& context,
                                                         const Delivery& untold);

// Adds those that stand in for the ones that have just been made for a destination that is switched
// off.
[[nodiscard]] Result<void> add_stand_ins(store::Writer& writer, const EvaluationContext& context,
                                         std::vector<Delivery>& made);

}  // namespace kpid::ingest
