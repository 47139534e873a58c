// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Silence is not good news: whether a figure that the calendar expects has not come. Pure.

#include <optional>

#include "rules/evaluate.hpp"

namespace kpid::rules {

// A figure is late when a whole school day has passed after the day by which it was due, so that
// nothing is told on a Saturday or in August of what could not have come before. What meets the
// thresholds is the number of those school days; without thresholds one is amber. An organisation
// that never had a value is not late, nor is one that left before its next was due.
[[nodiscard]] std::optional<Judgement> judge_lateness(const Subject& subject);

}  // namespace kpid::rules
