// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// After a run: does the admin need to hear that its source fails, or that it works again? What is
// told and that it was told are one transaction. [writer thread]

#include <vector>

#include "ingest/evaluate_marked.hpp"
#include "model/run.hpp"

namespace kpid::ingest {

// A failure that trying again may mend is told from the third in a row on, any other at once; each
// unbroken row of failures once, and its end once. A run that was cancelled tells nothing.
[[nodiscard]] Result<std::vector<Delivery>> tell_source_health(store::Writer& writer,
                                                               const EvaluationContext& context,
                                                               const Run& run);

// Once for each silence: a source whose content has not changed for longer than its stale_after,
// counted in the trust's calendar: from the day of the change, which does not count itself.
// Sources that fail are not told of again: tell_source_health() has done so.
[[nodiscard]] Result<std::vector<Delivery>> tell_stale_sources(store::Writer& writer,
                                                               const EvaluationContext& context);

}  // namespace kpid::ingest
