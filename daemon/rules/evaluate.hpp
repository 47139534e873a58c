// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Judges the newest period of a KPI's series by a rule. A pure function: no SQLite, clock, network.

#include <optional>
#include <span>

#include "model/kpi.hpp"
#include "model/rule.hpp"

namespace kpid {

struct Judgement {
  Severity severity = Severity::none;  // after hysteresis and `for`; what the alert should show
  Severity breach = Severity::none;    // what the newest period is by itself, after hysteresis
  KpiValue value;                      // the newest period
  double compared = 0;                 // what met the thresholds: the value, or the difference
  std::optional<KpiValue> reference;   // the earlier value, where there is one
  std::optional<double> target;
  std::optional<Threshold> threshold;  // the one that was breached; where none: the mildest
  Period since{};                      // first period of the unbroken breach
  std::uint32_t periods_in_breach = 0;
};

// `held` is the severity that the open alert shows: it ends only when its threshold is cleared by
// the rule's margin. Of a roll-up only values that are complete enough are judged: sums of every
// school, ratios of as many schools as were ever seen. Nothing where there is no value or no
// reference: missing data judges nothing, so it never resolves an alert.
[[nodiscard]] std::optional<Judgement> evaluate(const Rule& rule, const Kpi& kpi,
                                                std::span<const KpiValue> series, Severity held);

}  // namespace kpid
