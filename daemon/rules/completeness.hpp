// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Which of a roll-up's values come from enough schools to be judged. Pure.

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "model/kpi.hpp"

namespace kpid::rules {

inline constexpr std::chrono::days fullness_year{366};

[[nodiscard]] bool all_complete(std::span<const KpiValue> series) noexcept;

// A ratio over some of the schools is a figure of the trust's; a sum is not.
[[nodiscard]] bool is_ratio(const Kpi& kpi) noexcept;

// The values that may be judged: where the rule names a share of the schools (per cent), those that
// reach it. Else of sums the complete ones: a sum over some of the schools would fall with each
// school whose data is late. Of ratios those that are as full as any of the newest one's year: that
// come from as many schools, or that miss no more, for schools join and leave. What was full longer
// ago says nothing of today's trust. So missing data neither opens nor resolves.
[[nodiscard]] std::vector<KpiValue> judgeable(std::span<const KpiValue> series, bool ratio,
                                              const std::optional<double>& complete_enough);

}  // namespace kpid::rules
