// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a value is made of, so that the values of schools can be added up to the trust's. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kpis/expression.hpp"
#include "model/config.hpp"
#include "model/kpi.hpp"

namespace kpid {

// What one measure, or one KPI that is no formula, adds to a sum: itself, or its two parts.
struct Part {
  double value = 0;
  std::optional<double> numerator;
  std::optional<double> denominator;
  Unit unit = Unit::count;
  // A percentage whose parts are not known cannot be added: an average of rates is not a rate.
  [[nodiscard]] bool can_be_added() const { return !is_share(unit) || has_parts(); }
  [[nodiscard]] bool has_parts() const { return numerator && denominator; }
  void add(const Part& other);
};
[[nodiscard]] Part part_of(const KpiValue& value, Unit unit);

struct PartedValue {
  KpiValue value;
  std::vector<Part> parts;  // of a formula: those of its references, in order; else empty
};
// A KPI's values by organisation, each in order of period.
using Table = std::map<std::string, std::vector<PartedValue>, std::less<>>;

// Formulas that have been compiled, by what they are written as.
class Formulas {
 public:
  // Null where muParser refuses it: config/ has said so to the operator.
  CompiledFormula* compiled(const Kpi& kpi, const Formula& formula);

 private:
  std::map<std::string, std::optional<CompiledFormula>> compiled_;
};

// Whether the trust's value follows from the parts of its schools' values: not of months until a
// limit, nor of what is measured of the trust alone, nor of what rests on either.
[[nodiscard]] bool adds_up(const Config& config, const Kpi& kpi);

// Values of one period added up: of a KPI for which adds_up() holds.
class Sum {
 public:
  [[nodiscard]] static bool can_add(const Kpi& kpi, const PartedValue& value);
  void add(const Kpi& kpi, PartedValue value);
  void add(Sum other);
  [[nodiscard]] std::uint32_t count() const { return count_; }
  // The KPI of what was added: the same calculation over the sums. Its completeness is not set.
  [[nodiscard]] std::optional<KpiValue> value(const Config& config, const Kpi& kpi,
                                              const Period& period, Formulas& formulas) const;

 private:
  void add_parts(std::span<const Part> parts);
  std::vector<Part> parts_;
  std::uint32_t count_ = 0;
  Timestamp known_at_{};
  bool corrected_ = false;
  std::vector<KpiInput> inputs_;
};

// Whether a value is of so few that it must not be shown: its denominator, else itself.
[[nodiscard]] bool is_too_small(const Kpi& kpi, const KpiValue& value);

// Each measurement once: it often stands in several references.
[[nodiscard]] std::vector<KpiInput> without_repeats(std::vector<KpiInput> inputs);

}  // namespace kpid
