// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What time alone brings about: a figure that should have come and did not, the end of flapping,
// of silences and of acknowledgements. Once a local day is enough, and again changes nothing.
// [writer thread]

#include <chrono>
#include <string_view>

#include "ingest/evaluate_marked.hpp"

namespace kpid::ingest {

// The day counts from seven in the morning: what the night's reading brings is no longer late, and
// nobody is told of silence at midnight.
inline constexpr std::chrono::hours day_is_judged_at{7};
// The local day whose time has come at `now`: a new one is the sign to call evaluate_due().
[[nodiscard]] Date judged_day(Timestamp now, std::string_view timezone);

// Stale rules look at every school that ever had a value of the KPI and is a member today. Where
// all of two or more are late, one alert on the trust stands for them: theirs are not opened, and
// those that are open stay. A comparator is looked at only where the rule names it. What a run
// under way has touched waits for that run's end.
[[nodiscard]] Result<Evaluation> evaluate_due(store::Writer& writer,
                                              const EvaluationContext& context);

}  // namespace kpid::ingest
