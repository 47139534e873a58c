// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Silence is not good news: each KPI that the configured sources feed is watched for missing
// figures, whether or not somebody thought of writing that down.

#include <algorithm>
#include <set>

#include "config/builder.hpp"

namespace kpid::config {
namespace {

bool is_fed(const Builder& builder, const Kpi& kpi) {
  const auto provided = [&](const MeasureInput& input) {
    return builder.measures.contains(input.measure);
  };
  return !kpi.inputs.empty() && std::all_of(kpi.inputs.begin(), kpi.inputs.end(), provided);
}

// Those that rules of the operator's own watch for this KPI; nothing where they watch every one.
std::optional<std::set<std::string>> watched_by_hand(const Config& config, const Kpi& kpi) {
  std::set<std::string> watched;
  for (const Rule& rule : config.rules) {
    const bool watches =
        rule.compare == Comparison::stale && rule.kpi == kpi.id && rule.subgroup.empty();
    if (!watches) continue;
    if (rule.organisations.empty()) return std::nullopt;
    watched.insert(rule.organisations.begin(), rule.organisations.end());
  }
  return watched;
}

// Every school and the trust but these; empty where that is all of them, nothing where none is
// left.
std::optional<std::vector<std::string>> all_but(const Config& config,
                                                const std::set<std::string>& watched) {
  std::vector<std::string> left;
  bool any_watched = false;
  for (const Organisation& organisation : config.organisations.all()) {
    if (organisation.kind == OrganisationKind::comparator) continue;
    if (watched.contains(organisation.code)) {
      any_watched = true;
    } else {
      left.push_back(organisation.code);
    }
  }
  if (!any_watched) return std::vector<std::string>{};
  if (left.empty()) return std::nullopt;
  return left;
}

}  // namespace

void add_implied_rules(Builder& builder) {
  if (!builder.watch_missing_figures) return;
  if (!builder.all_manifests_read) return;  // what is fed is certain only where all were read
  std::vector<Rule> implied;
  for (const Kpi& kpi : builder.config.kpis) {
    if (!kpi.watched || !is_fed(builder, kpi)) continue;
    const auto watched = watched_by_hand(builder.config, kpi);
    if (!watched) continue;
    auto organisations = all_but(builder.config, *watched);
    if (!organisations) continue;
    Rule rule;
    rule.name = std::string{implied_rule_prefix} + kpi.id;
    rule.kpi = kpi.id;
    rule.compare = Comparison::stale;
    rule.organisations = std::move(*organisations);
    rule.owner = kpi.owner;
    rule.runbook =
        "See in `kpictl sources` when each source last brought something new, and ask whoever "
        "keeps the one that is late.";
    rule.implied = true;
    implied.push_back(std::move(rule));
  }
  std::move(implied.begin(), implied.end(), std::back_inserter(builder.config.rules));
}

}  // namespace kpid::config
