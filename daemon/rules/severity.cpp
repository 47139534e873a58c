// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "rules/severity.hpp"

namespace kpid::rules {
namespace {

// The threshold moved by the margin towards the good side: a held severity ends only beyond it.
Threshold with_margin(Threshold threshold, double margin) noexcept {
  threshold.bound += low_is_bad(threshold) ? margin : -margin;
  return threshold;
}

bool breaches(const std::optional<Threshold>& threshold, double figure, bool held,
              double margin) noexcept {
  if (!threshold) return false;
  return threshold->breached_by(figure) ||
         (held && with_margin(*threshold, margin).breached_by(figure));
}

}  // namespace

Limits limits_of(const Rule& rule) {
  Limits limits{rule.red, rule.amber, rule.clear_margin};
  if (rule.compare == Comparison::stale && !rule.red && !rule.amber) {
    limits.amber = Threshold{Threshold::Operator::above, 0};  // a single school day late
  }
  return limits;
}

bool low_is_bad(const Threshold& threshold) noexcept {
  return threshold.op == Threshold::Operator::below || threshold.op == Threshold::Operator::at_most;
}

bool low_is_bad(const Limits& limits) noexcept {
  if (limits.red) return low_is_bad(*limits.red);
  return limits.amber && low_is_bad(*limits.amber);
}

Severity severity_of(const Limits& limits, double figure, Severity held) noexcept {
  if (breaches(limits.red, figure, held == Severity::red, limits.margin)) return Severity::red;
  // Whoever holds red also holds amber: leaving red does not skip past amber's own margin.
  if (breaches(limits.amber, figure, held != Severity::none, limits.margin)) {
    return Severity::amber;
  }
  return Severity::none;
}

std::optional<Threshold> threshold_of(const Limits& limits, Severity severity) {
  if (severity == Severity::red) return limits.red;
  return limits.amber ? limits.amber : limits.red;
}

}  // namespace kpid::rules
