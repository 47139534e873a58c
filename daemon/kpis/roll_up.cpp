// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/roll_up.hpp"

#include <algorithm>
#include <utility>

namespace kpid {

RollUpOf::RollUpOf(const Config& config, const Kpi& kpi) : config_(config), kpi_(kpi) {
  for (const Organisation& one : config.organisations.all()) {
    if (one.kind != OrganisationKind::school) continue;
    if (one.joined && one.left && *one.left <= *one.joined) continue;  // was never in it
    joined_.push_back(one.joined.value_or(Date::min()));
    if (one.left) left_.push_back(*one.left);
  }
  std::sort(joined_.begin(), joined_.end());
  std::sort(left_.begin(), left_.end());
}

// As Organisations::schools_on(), in a time that does not grow with the schools.
std::uint32_t RollUpOf::members_on(Date date) const {
  const auto joined = std::upper_bound(joined_.begin(), joined_.end(), date) - joined_.begin();
  const auto left = std::upper_bound(left_.begin(), left_.end(), date) - left_.begin();
  return static_cast<std::uint32_t>(joined - left);
}

void RollUpOf::add_school(const Organisation& school, PartedValue value) {
  if (!school.member_on(value.value.period.end) || !Sum::can_add(kpi_, value)) return;
  Sums& sums = by_period_[value.value.period];
  Sum& sum = is_too_small(kpi_, value.value) ? sums.small : sums.shown;
  sum.add(kpi_, std::move(value));
}

void RollUpOf::add_beside(PartedValue value) {
  const auto found = by_period_.find(value.value.period);
  if (found == by_period_.end() || !Sum::can_add(kpi_, value)) return;
  ++beside_[value.value.period];
  found->second.shown.add(kpi_, std::move(value));
}

std::vector<KpiValue> RollUpOf::values(Formulas& formulas) const {
  std::vector<KpiValue> values;
  for (const auto& [period, sums] : by_period_) {
    Sum whole = sums.shown;
    if (sums.small.count() > 0) {
      const auto small = sums.small.value(config_, kpi_, period, formulas);
      if (small && !is_too_small(kpi_, *small)) whole.add(sums.small);
    }
    auto value = whole.value(config_, kpi_, period, formulas);
    if (!value || is_too_small(kpi_, *value)) continue;
    const auto beside = beside_.find(period);
    const std::uint32_t no_school = beside == beside_.end() ? 0 : beside->second;
    value->completeness = {whole.count() - no_school, members_on(period.end)};
    values.push_back(std::move(*value));
  }
  return values;
}

}  // namespace kpid
