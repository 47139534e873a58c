// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How long a breach has lasted. Pure.

#include <cstdint>

#include "rules/evaluate.hpp"

namespace kpid::rules {

struct Run {
  std::uint32_t periods = 1;
  Period since{};
};

// Periods in a row, counted back from the newest (which is in breach), that are in breach by
// themselves. A row is one that the school calendar expects: a holiday without a figure does not
// break it, a period of school days without one does, for nobody knows what it was like. A daily
// KPI has no fixed rhythm: its row breaks where the next figure came later than it allows (what
// would have been a stale alert), and never where it is not watched.
[[nodiscard]] Run run_of_breaches(const Subject& subject);

}  // namespace kpid::rules
