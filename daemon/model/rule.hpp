// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// When a KPI calls for attention.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpid {

enum class Severity { none, amber, red };
[[nodiscard]] std::string_view to_string(Severity severity) noexcept;
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view text) noexcept;

struct Threshold {
  enum class Operator { below, at_most, above, at_least };
  Operator op = Operator::below;
  double bound = 0;
  [[nodiscard]] bool breached_by(double value) const noexcept;
  friend bool operator==(const Threshold&, const Threshold&) = default;
};
[[nodiscard]] std::string_view to_string(Threshold::Operator op) noexcept;  // "<", "<=", ">", ">="

// What the KPI's value is held against. With `number` the value itself meets the thresholds; else
// the difference to the reference does, absolute or in per cent of the reference.
enum class Comparison { number, target, period_before, year_before };
enum class ChangeIn { absolute, percent };

struct Rule {
  std::string name;
  std::string kpi;
  Comparison compare = Comparison::number;
  ChangeIn change_in = ChangeIn::absolute;
  std::optional<Threshold> red;
  std::optional<Threshold> amber;
  double clear_margin = 0;        // a severity ends only when its threshold is cleared by this much
  std::uint32_t for_periods = 1;  // periods in a row in breach before it fires
  std::vector<std::string> organisations;  // canonical codes; empty: every school and the trust
  std::string subgroup;                    // canonical; the subgroup that the rule looks at
  std::string owner;                       // defaults to the KPI's
  std::string runbook;
};

}  // namespace kpid
