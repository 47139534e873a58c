// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/grounds.hpp"

#include <algorithm>
#include <utility>

#include "kpis/kpi_inputs.hpp"

namespace kpid::ingest {
namespace {

constexpr std::size_t most_earlier_periods = 60;

// A value and whose it is. A roll-up does not carry what it rests on: that is asked for.
struct Whose {
  const Kpi* kpi = nullptr;
  const Organisation* organisation = nullptr;
};
Result<std::vector<KpiInput>> inputs_of(const KpiValue& value, const Whose& whose, const Rule& rule,
                                        const Config& config, const MeasurementReader& reader) {
  if (!value.inputs.empty() || whose.kpi == nullptr || whose.organisation == nullptr) {
    return value.inputs;
  }
  return kpi_inputs(*whose.kpi, *whose.organisation, rule.subgroup, value.period, config, reader,
                    Window{});
}

Whose reference_of(const Rule& rule, const Kpi& kpi, const Organisation& organisation,
                   const Config& config) {
  if (rule.compare == Comparison::kpi) return {config.kpi(rule.other_kpi), &organisation};
  if (rule.compare == Comparison::organisation) {
    return {&kpi, config.organisations.find(rule.other_organisation)};
  }
  return {&kpi, &organisation};
}

std::size_t earlier_periods(const Rule& rule) {
  std::size_t count = rule.for_periods > 0 ? rule.for_periods - 1 : 0;
  if (rule.compare == Comparison::forecast) {
    count = std::max<std::size_t>(count, rule.forecast.window);
  }
  return std::min(count, most_earlier_periods);
}

}  // namespace

Result<Grounds> grounds_of(const Judgement& judgement, const Rule& rule, const Kpi& kpi,
                           const Organisation& organisation, std::span<const KpiValue> series,
                           const Config& config, const MeasurementReader& reader) {
  const Whose own{&kpi, &organisation};
  auto value = inputs_of(judgement.value, own, rule, config, reader);
  if (!value) return tl::unexpected<Error>(std::move(value.error()));
  Grounds grounds{std::move(*value), {}};
  const auto add = [&](const KpiValue& other, const Whose& whose) -> Result<void> {
    auto inputs = inputs_of(other, whose, rule, config, reader);
    if (!inputs) return tl::unexpected<Error>(std::move(inputs.error()));
    std::move(inputs->begin(), inputs->end(), std::back_inserter(grounds.others));
    return {};
  };
  if (judgement.reference) {
    auto added = add(*judgement.reference, reference_of(rule, kpi, organisation, config));
    if (!added) return tl::unexpected<Error>(std::move(added.error()));
  }
  if (rule.compare == Comparison::stale) return grounds;
  const auto judged = std::find_if(series.begin(), series.end(), [&](const KpiValue& one) {
    return one.period == judgement.value.period;
  });
  const auto before = static_cast<std::size_t>(judged - series.begin());
  const auto earlier = series.first(before).last(std::min(before, earlier_periods(rule)));
  for (const KpiValue& one : earlier) {
    auto added = add(one, own);
    if (!added) return tl::unexpected<Error>(std::move(added.error()));
  }
  return grounds;
}

}  // namespace kpid::ingest
