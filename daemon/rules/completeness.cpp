// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "rules/completeness.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <variant>

namespace kpid::rules {
namespace {

std::uint32_t missing(const Completeness& completeness) noexcept {
  return completeness.of > completeness.have ? completeness.of - completeness.have : 0;
}

bool reaches(const Completeness& completeness, double share) noexcept {
  return 100.0 * completeness.have >= share * completeness.of;
}

}  // namespace

bool all_complete(std::span<const KpiValue> series) noexcept {
  return std::all_of(series.begin(), series.end(),
                     [](const KpiValue& value) { return value.completeness.complete(); });
}

bool is_ratio(const Kpi& kpi) noexcept {
  // A percentage that sources give with its parts is one too: it rolls up by nothing else.
  if (is_share(kpi.unit) || std::holds_alternative<RatioOf>(kpi.definition)) return true;
  const auto* formula = std::get_if<Formula>(&kpi.definition);
  return formula != nullptr && !formula->denominator.empty();
}

std::vector<KpiValue> judgeable(std::span<const KpiValue> series, bool ratio,
                                const std::optional<double>& complete_enough) {
  std::uint32_t most = 0;
  std::uint32_t fewest_missing = std::numeric_limits<std::uint32_t>::max();
  for (const KpiValue& value : series) {
    if (value.period.end <= series.back().period.end - fullness_year) continue;
    most = std::max(most, value.completeness.have);
    fewest_missing = std::min(fewest_missing, missing(value.completeness));
  }
  const auto kept = [&](const KpiValue& value) {
    const Completeness& completeness = value.completeness;
    if (complete_enough) return reaches(completeness, *complete_enough);
    if (!ratio) return completeness.complete();
    return completeness.have >= most || missing(completeness) <= fewest_missing;
  };
  std::vector<KpiValue> values;
  std::copy_if(series.begin(), series.end(), std::back_inserter(values), kept);
  return values;
}

}  // namespace kpid::rules
