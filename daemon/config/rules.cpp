// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [[rule]]: when a KPI calls for attention.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/syntax.hpp"
#include "model/subgroup.hpp"

namespace kpid::config {
namespace {

constexpr std::array<std::pair<std::string_view, Comparison>, 4> comparisons{
    {{"number", Comparison::number},
     {"target", Comparison::target},
     {"period before", Comparison::period_before},
     {"year before", Comparison::year_before}}};
constexpr std::array<std::pair<std::string_view, ChangeIn>, 2> changes{
    {{"absolute", ChangeIn::absolute}, {"percent", ChangeIn::percent}}};

bool low_is_bad(const Threshold& threshold) {
  return threshold.op == Threshold::Operator::below || threshold.op == Threshold::Operator::at_most;
}

// Whether amber begins before red does, as a value gets worse.
bool is_milder(const Threshold& amber, const Threshold& red) {
  if (amber.bound != red.bound) {
    return low_is_bad(red) ? amber.bound > red.bound : amber.bound < red.bound;
  }
  const auto holds_bound = [](const Threshold& t) {
    return t.op == Threshold::Operator::at_most || t.op == Threshold::Operator::at_least;
  };
  return holds_bound(amber) && !holds_bound(red);
}

std::optional<Placed<Threshold>> read_threshold(TableReader& table, std::string_view key,
                                                bool money) {
  const auto written = table.text(key);
  if (!written) return std::nullopt;
  const auto threshold = parse_threshold(written->value, money);
  if (!threshold) {
    table.faults().add(written->place,
                       in_quotes(written->value) +
                           " is no threshold; write it as \"< 5\", \"<= 5\", \"> 5\" or \">= 5\"");
    return std::nullopt;
  }
  return Placed<Threshold>{*threshold, written->place};
}

void read_thresholds(TableReader& table, bool money, Rule& rule) {
  const auto red = read_threshold(table, "red", money);
  const auto amber = read_threshold(table, "amber", money);
  if (!table.has("red") && !table.has("amber")) {
    table.faults().add(table.place(), "the rule never fires: it has neither \"red\" nor \"amber\"");
  }
  if (red) rule.red = red->value;
  if (amber) rule.amber = amber->value;
  if (!red || !amber) return;
  if (low_is_bad(red->value) != low_is_bad(amber->value)) {
    table.faults().add(amber->place,
                       "\"amber\" and \"red\" look in opposite directions; both must be below or "
                       "both above");
  } else if (!is_milder(amber->value, red->value)) {
    table.faults().add(amber->place,
                       "\"amber\" must be milder than \"red\", so that it is reached first");
  }
}

void read_comparison(TableReader& table, const Kpi* kpi, Rule& rule) {
  const auto compare = table.choice("compare", comparisons);
  if (compare) rule.compare = compare->value;
  if (compare && rule.compare == Comparison::target && kpi != nullptr && !kpi->target) {
    table.faults().add(compare->place, "the KPI " + in_quotes(kpi->id) +
                                           " has no target to compare with; give it one in the "
                                           "catalogue");
  }
  const auto change = table.choice("change_in", changes);
  if (!change) return;
  rule.change_in = change->value;
  if (!table.has("compare") || (compare && rule.compare == Comparison::number)) {
    table.faults().add(change->place,
                       "\"change_in\" needs \"compare\" with \"target\", \"period before\" or "
                       "\"year before\"");
  }
}

void read_scope(Builder& builder, TableReader& table, Rule& rule) {
  for (const auto& written : table.texts("organisations")) {
    const auto* organisation = find_organisation(builder, written);
    if (organisation == nullptr) continue;
    const bool is_new = std::find(rule.organisations.begin(), rule.organisations.end(),
                                  organisation->code) == rule.organisations.end();
    if (is_new) rule.organisations.push_back(organisation->code);
  }
  if (const auto subgroup = table.text("subgroup")) {
    if (auto canonical = canonical_subgroup(subgroup->value)) {
      rule.subgroup = std::move(*canonical);
    } else {
      builder.faults.add(subgroup->place, in_quotes(subgroup->value) +
                                              " is no subgroup; write it as \"year_group=4\" or "
                                              "\"pupil_group=send;year_group=4\"");
    }
  }
}

// A rule whose figures can never come is a slip; certain only where every manifest was read.
void check_measures(Builder& builder, const Kpi& kpi, const Place& place) {
  if (!builder.all_manifests_read) return;
  for (const auto& [measure, subgroup] : inputs_of(builder.config, kpi)) {
    if (measure.empty() || builder.measures.contains(measure)) continue;
    builder.faults.add(place, fmt::format("no configured source provides {}, which the KPI {} "
                                          "needs",
                                          in_quotes(measure), in_quotes(kpi.id)));
    return;
  }
}

Rule read_rule(Builder& builder, TableReader& table, UniqueNames& names) {
  Rule rule;
  rule.name = names.take(table, builder.faults);
  const Kpi* kpi = nullptr;
  if (const auto written = table.required_text("kpi")) {
    rule.kpi = written->value;
    kpi = find_kpi(builder, *written);
    if (kpi != nullptr) check_measures(builder, *kpi, written->place);
  }
  read_comparison(table, kpi, rule);
  const bool money =
      kpi != nullptr && kpi->unit == Unit::pence && rule.change_in == ChangeIn::absolute;
  read_thresholds(table, money, rule);
  if (const auto margin = table.number("clear_margin")) {
    rule.clear_margin = money ? pence(margin->value) : margin->value;
    if (margin->value < 0) {
      builder.faults.add(margin->place, "\"clear_margin\" must not be negative");
    }
  }
  if (const auto periods = table.integer("for", 1, 1000)) {
    rule.for_periods = static_cast<std::uint32_t>(periods->value);
  }
  read_scope(builder, table, rule);
  if (kpi != nullptr) rule.owner = kpi->owner;
  if (auto owner = table.text("owner")) rule.owner = std::move(owner->value);
  if (auto runbook = table.text("runbook")) rule.runbook = std::move(runbook->value);
  table.finish();
  return rule;
}

}  // namespace

void read_rules(Builder& builder, TableReader& root) {
  UniqueNames names{"rule"};
  for (auto& table : root.tables("rule")) {
    builder.config.rules.push_back(read_rule(builder, table, names));
  }
}

}  // namespace kpid::config
