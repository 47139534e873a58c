// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/config.hpp"

#include <algorithm>
#include <set>

#include "model/kpi.hpp"

namespace kpid {
namespace {

template <class Item, class Name>
const Item* find_named(const std::vector<Item>& items, std::string_view wanted, Name name) {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const Item& item) { return item.*name == wanted; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Kpi* Config::kpi(std::string_view id) const { return find_named(kpis, id, &Kpi::id); }
const SourceConfig* Config::source(std::string_view name) const {
  return find_named(sources, name, &SourceConfig::name);
}
const DestinationConfig* Config::destination(std::string_view name) const {
  return find_named(destinations, name, &DestinationConfig::name);
}
const Rule* Config::rule(std::string_view name) const {
  return find_named(rules, name, &Rule::name);
}

namespace {

// What a definition names by itself.
std::vector<Reference> references_of(const KpiDefinition& definition) {
  const auto measure = [](const std::string& name) { return Reference{name, false, {}, {}}; };
  struct Visitor {
    decltype(measure) of;
    std::vector<Reference> operator()(const MeasureOf& d) const { return {of(d.measure)}; }
    std::vector<Reference> operator()(const RatioOf& d) const {
      return {of(d.numerator), of(d.denominator)};
    }
    std::vector<Reference> operator()(const DifferenceOf& d) const {
      return {of(d.minuend), of(d.subtrahend)};
    }
    std::vector<Reference> operator()(const ChangeSinceYearBefore& d) const {
      return {of(d.measure)};
    }
    std::vector<Reference> operator()(const ChangeSinceAutumnCensus& d) const {
      return {of(d.measure)};
    }
    std::vector<Reference> operator()(const Formula& d) const { return d.references; }
    std::vector<Reference> operator()(const MonthsUntil& d) const {
      return {Reference{d.kpi, true, {}, {}}};
    }
  };
  return std::visit(Visitor{measure}, definition);
}

void add_inputs(const Config& config, const Kpi& kpi, const std::optional<std::string>& subgroup,
                std::set<std::string>& above, std::set<MeasureInput>& inputs) {
  if (!above.insert(kpi.id).second) return;  // a circle: config/ reports it
  for (const Reference& reference : references_of(kpi.definition)) {
    const auto& of = reference.subgroup ? reference.subgroup : subgroup;
    if (!reference.is_kpi) {
      inputs.insert({reference.name, of});
    } else if (const Kpi* other = config.kpi(reference.name)) {
      add_inputs(config, *other, of, above, inputs);
    }
  }
  above.erase(kpi.id);
}

}  // namespace

std::vector<MeasureInput> inputs_of(const Config& config, const Kpi& kpi) {
  std::set<MeasureInput> inputs;
  std::set<std::string> above;
  add_inputs(config, kpi, std::nullopt, above, inputs);
  return {inputs.begin(), inputs.end()};
}

namespace {

bool fits(const Target& target, std::string_view organisation, const Period& period) {
  if (!target.organisation.empty() && target.organisation != organisation) return false;
  return !target.days || (target.days->start <= period.end && period.end <= target.days->end);
}

// Of two that fit, whether the first says more.
bool goes_before(const Target& one, const Target& other) {
  if (one.organisation.empty() != other.organisation.empty()) return other.organisation.empty();
  if (one.days.has_value() != other.days.has_value()) return one.days.has_value();
  return one.days && *one.days > *other.days;
}

// On a trajectory the period's last day counts, from the first day's value to the last day's.
double value_on(const Target& target, Date day) {
  if (!target.value_at_end || !target.days || target.days->start == target.days->end) {
    return target.value;
  }
  const auto length = static_cast<double>((target.days->end - target.days->start).count());
  const auto gone = static_cast<double>((day - target.days->start).count());
  return target.value + (*target.value_at_end - target.value) * gone / length;
}

}  // namespace

std::optional<double> target_of(const Kpi& kpi, std::string_view organisation,
                                const Period& period) {
  const Target* best = nullptr;
  for (const Target& target : kpi.targets) {
    if (!fits(target, organisation, period)) continue;
    if (best == nullptr || goes_before(target, *best)) best = &target;
  }
  return best == nullptr ? kpi.target : value_on(*best, period.end);
}

}  // namespace kpid
