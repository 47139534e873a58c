// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/months.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "kpis/forecast.hpp"
#include "kpis/parts.hpp"

namespace kpid {
namespace {

// The KPI's own target is a limit in the direction that is bad.
std::optional<Threshold> limit_of(const Kpi& watched, const MonthsUntil& months,
                                  std::string_view organisation, const Period& period) {
  if (!months.target) return months.crosses;
  const auto target = target_of(watched, organisation, period);
  if (!target) return std::nullopt;
  const bool falls = watched.direction == Direction::higher_is_better;
  return Threshold{falls ? Threshold::Operator::below : Threshold::Operator::above, *target};
}

KpiValue resting_on(std::span<const KpiValue> looked_at) {
  KpiValue value;
  value.period = looked_at.back().period;
  value.completeness = looked_at.back().completeness;
  value.known_at = looked_at.back().known_at;
  for (const KpiValue& one : looked_at) {
    value.known_at = std::max(value.known_at, one.known_at);
    value.corrected = value.corrected || one.corrected;
    value.inputs.insert(value.inputs.end(), one.inputs.begin(), one.inputs.end());
  }
  value.inputs = without_repeats(std::move(value.inputs));
  return value;
}

}  // namespace

std::vector<KpiValue> months_values(const Kpi& watched, const MonthsUntil& months,
                                    std::string_view organisation, std::vector<KpiValue> series) {
  if (watched.unit != Unit::percent) {
    std::erase_if(series, [](const KpiValue& one) { return !one.completeness.complete(); });
  }
  std::vector<KpiValue> values;
  const bool line = months.forecast.method == ForecastSpec::Method::least_squares;
  for (std::size_t count = 1; count <= series.size(); ++count) {
    const auto limit = limit_of(watched, months, organisation, series[count - 1].period);
    if (!limit) continue;
    // A season may be looked up a whole year back; a line is drawn through the window alone.
    const std::size_t most = line ? std::min<std::size_t>(count, months.forecast.window) : count;
    const std::span<const KpiValue> looked_at{series.data() + (count - most), most};
    const auto found = months_until(looked_at, watched.calendar, months.forecast, *limit);
    if (!found) continue;
    KpiValue value = resting_on(looked_at);
    value.value = *found;
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace kpid
