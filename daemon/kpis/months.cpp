// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/months.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "kpis/forecast.hpp"
#include "kpis/parts.hpp"
#include "kpis/periods.hpp"

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
  if (!is_share(watched.unit)) {
    std::erase_if(series, [](const KpiValue& one) { return !one.completeness.complete(); });
  }
  std::vector<KpiValue> values;
  const bool line = months.forecast.method == ForecastSpec::Method::least_squares;
  const auto reach = trend_reach(months.forecast, watched.calendar);
  for (std::size_t last = 0; last < series.size(); ++last) {
    const Period& period = series[last].period;
    const auto limit = limit_of(watched, months, organisation, period);
    if (!limit) continue;
    // A season may be looked up a whole year back; a line is drawn through the window alone. What
    // lies beyond the reach is not looked at even where it is at hand, so that no reading changes a
    // value.
    const std::size_t most = line ? months.forecast.window : series.size();
    std::size_t first = last + 1 - std::min(most, last + 1);
    while (series[first].period.end < period.end - reach) ++first;
    const std::span<const KpiValue> looked_at{series.data() + first, last + 1 - first};
    const auto found = months_until(looked_at, watched.calendar, months.forecast, *limit);
    if (!found) continue;
    KpiValue value = resting_on(looked_at);
    value.value = *found;
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace kpid
