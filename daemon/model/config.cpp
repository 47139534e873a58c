// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/config.hpp"

#include <algorithm>

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

std::vector<std::string> measures_of(const KpiDefinition& definition) {
  struct Visitor {
    std::vector<std::string> operator()(const MeasureOf& d) const { return {d.measure}; }
    std::vector<std::string> operator()(const RatioOf& d) const {
      return {d.numerator, d.denominator};
    }
    std::vector<std::string> operator()(const DifferenceOf& d) const {
      return {d.minuend, d.subtrahend};
    }
    std::vector<std::string> operator()(const ChangeSinceYearBefore& d) const {
      return {d.measure};
    }
    std::vector<std::string> operator()(const ChangeSinceAutumnCensus& d) const {
      return {d.measure};
    }
  };
  return std::visit(Visitor{}, definition);
}

}  // namespace kpid
