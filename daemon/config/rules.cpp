// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [[rule]]: when a KPI calls for attention.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/rule_comparison.hpp"
#include "config/syntax.hpp"
#include "model/subgroup.hpp"

namespace kpid::config {
namespace {

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

void check_sides(TableReader& table, const Placed<Threshold>& red, const Placed<Threshold>& amber) {
  if (low_is_bad(red.value) != low_is_bad(amber.value)) {
    table.faults().add(amber.place,
                       "\"amber\" and \"red\" look in opposite directions; both must be below or "
                       "both above");
  } else if (!is_milder(amber.value, red.value)) {
    table.faults().add(amber.place,
                       "\"amber\" must be milder than \"red\", so that it is reached first");
  }
}

// What a rule that looks for missing figures counts is days, and more of them are worse.
void check_days_late(TableReader& table, const Placed<Threshold>& threshold, std::string_view key) {
  if (!low_is_bad(threshold.value) && threshold.value.bound >= 0) return;
  table.faults().add(threshold.place,
                     fmt::format("{} of a rule that looks for missing figures counts the school "
                                 "days since one was due: write it as \"> 5\"",
                                 in_quotes(key)));
}

void read_thresholds(TableReader& table, bool money, Rule& rule) {
  const bool stale = rule.compare == Comparison::stale;
  const auto red = read_threshold(table, "red", money);
  const auto amber = read_threshold(table, "amber", money);
  if (!stale && !table.has("red") && !table.has("amber")) {
    table.faults().add(table.place(), "the rule never fires: it has neither \"red\" nor \"amber\"");
  }
  if (red) rule.red = red->value;
  if (amber) rule.amber = amber->value;
  if (stale && red) check_days_late(table, *red, "red");
  if (stale && amber) check_days_late(table, *amber, "amber");
  if (red && amber) check_sides(table, *red, *amber);
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
  if (rule.name.starts_with(implied_rule_prefix)) {
    builder.faults.add(table.place(*table.node("name")),
                       fmt::format("no rule's name may begin with {}: kpid names so the rules that "
                                   "it adds itself; one of your own that compares with \"stale\" "
                                   "takes the place of its KPI's",
                                   in_quotes(implied_rule_prefix)));
  }
  const Kpi* kpi = nullptr;
  if (const auto written = table.required_text("kpi")) {
    rule.kpi = written->value;
    kpi = find_kpi(builder, *written);
    if (kpi != nullptr) check_measures(builder, *kpi, written->place);
  }
  read_comparison(builder, table, kpi, rule);
  const bool money = kpi != nullptr && kpi->unit == Unit::pence &&
                     rule.change_in == ChangeIn::absolute && rule.compare != Comparison::stale;
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
  read_flapping(table, rule);
  if (const auto share = table.number("complete_enough")) {
    rule.complete_enough = share->value;
    if (share->value <= 0 || share->value > 100) {
      builder.faults.add(share->place,
                         "\"complete_enough\" is the percentage of the schools that the trust's "
                         "figure must come from: above 0, at most 100");
    }
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
  add_implied_rules(builder);
}

}  // namespace kpid::config
