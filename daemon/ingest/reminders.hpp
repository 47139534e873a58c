// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Alerts of which nobody takes note: who is told of them again, and whom they escalate to.

#include "ingest/evaluate_marked.hpp"

namespace kpid::ingest {

// Of each alert that fires, is not flapping and is not silenced:
//
// - kpi.alert.escalated to the destinations with `unacknowledged_for` of which so long has passed
//   since the alert was told (fired, or fired again after an acknowledgement), once for each;
// - kpi.alert.reminder to those with `repeat_every` that were last told of it so long ago, and to
//   which nothing of it is under way.
//
// Counted in the calendar of the alert's organisation. All of it is seen from what is stored, so
// again changes nothing, and a restart forgets nothing. Often. [writer thread, inside a
// transaction]
[[nodiscard]] Result<Evaluation> evaluate_reminders(store::Writer& writer,
                                                    const EvaluationContext& context);

}  // namespace kpid::ingest
