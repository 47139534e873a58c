// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How bad a figure is, with hysteresis. Pure.

#include <optional>

#include "model/rule.hpp"

namespace kpid::rules {

// A rule's thresholds, with those that a stale rule has where it says nothing.
struct Limits {
  std::optional<Threshold> red;
  std::optional<Threshold> amber;
  double margin = 0;
};
[[nodiscard]] Limits limits_of(const Rule& rule);

[[nodiscard]] bool low_is_bad(const Threshold& threshold) noexcept;
// Which side the rule takes for the bad one: amber and red look the same way.
[[nodiscard]] bool low_is_bad(const Limits& limits) noexcept;

// The severity that a figure calls for while `held` is shown: that one ends only beyond its margin.
[[nodiscard]] Severity severity_of(const Limits& limits, double figure, Severity held) noexcept;
// The threshold behind a severity; behind none, the mildest.
[[nodiscard]] std::optional<Threshold> threshold_of(const Limits& limits, Severity severity);

}  // namespace kpid::rules
