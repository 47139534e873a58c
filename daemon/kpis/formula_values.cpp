// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/formula_values.hpp"

#include <algorithm>
#include <utility>

#include "kpis/periods.hpp"

namespace kpid {
namespace {

// What one reference has for one organisation.
struct Referred {
  const std::vector<PartedValue>& values;
  std::vector<Period> periods;
  LookUp look_up;
  Unit unit;

  [[nodiscard]] const PartedValue* seen_from(const Period& period) const {
    const auto found = find_period(periods, period, look_up);
    return found ? &values[*found] : nullptr;
  }
};

void rest_on(PartedValue& result, const PartedValue& on, Unit unit, bool first) {
  KpiValue& value = result.value;
  value.known_at = first ? on.value.known_at : std::max(value.known_at, on.value.known_at);
  value.corrected = value.corrected || on.value.corrected;
  // The schools that both have are not known here: no more than the fewer.
  const Completeness& has = on.value.completeness;
  value.completeness = first ? has
                             : Completeness{std::min(value.completeness.have, has.have),
                                            std::max(value.completeness.of, has.of)};
  value.inputs.insert(value.inputs.end(), on.value.inputs.begin(), on.value.inputs.end());
  if (on.parts.empty()) {
    result.parts.push_back(part_of(on.value, unit));
  } else {
    result.parts.insert(result.parts.end(), on.parts.begin(), on.parts.end());
  }
}

std::optional<PartedValue> value_at(const Period& period, const std::vector<Referred>& referred,
                                    CompiledFormula& compiled) {
  PartedValue result;
  std::vector<double> numbers;
  numbers.reserve(referred.size());
  for (const Referred& one : referred) {
    const PartedValue* found = one.seen_from(period);
    if (found == nullptr) return std::nullopt;
    rest_on(result, *found, one.unit, numbers.empty());
    numbers.push_back(found->value.value);
  }
  const auto figure = compiled(numbers);
  if (!figure) return std::nullopt;
  result.value.period = period;
  result.value.value = figure->value;
  result.value.numerator = figure->numerator;
  result.value.denominator = figure->denominator;
  result.value.inputs = without_repeats(std::move(result.value.inputs));
  return result;
}

}  // namespace

Table formula_values(const Config& config, const Kpi& kpi, const Formula& formula,
                     const std::vector<Table>& tables, CompiledFormula& compiled) {
  const auto driver = static_cast<std::size_t>(
      std::find_if(formula.references.begin(), formula.references.end(),
                   [](const Reference& one) { return one.at == Reference::At::same_period; }) -
      formula.references.begin());
  Table results;
  if (driver == formula.references.size()) return results;
  for (const auto& [code, leading] : tables[driver]) {
    std::vector<Referred> referred;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const auto found = tables[i].find(code);
      if (found == tables[i].end()) break;
      const Reference& reference = formula.references[i];
      const Kpi* other = reference.is_kpi ? config.kpi(reference.name) : nullptr;
      referred.push_back({found->second,
                          {},
                          {reference.at, kpi.calendar, config.calendars.of(code)},
                          other != nullptr ? other->unit : reference.unit});
      for (const PartedValue& value : found->second) {
        referred.back().periods.push_back(value.value.period);
      }
    }
    if (referred.size() < tables.size()) continue;
    for (const PartedValue& one : leading) {
      if (auto value = value_at(one.value.period, referred, compiled)) {
        results[code].push_back(std::move(*value));
      }
    }
  }
  return results;
}

}  // namespace kpid
