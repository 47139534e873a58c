// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/destination_routing.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/retention.hpp"
#include "config/syntax.hpp"
#include "model/plan.hpp"

namespace kpid::config {
namespace {

constexpr std::array<std::pair<std::string_view, bool>, 2> matches{
    {{"all", false}, {"first", true}}};

// Of the KPIs that a rule looks at: of others nothing is sent.
std::vector<std::string> known_objectives(const Config& config) {
  std::set<std::string> known;
  for (const Rule& rule : config.rules) {
    const Kpi* kpi = config.kpi(rule.kpi);
    if (kpi != nullptr && !kpi->plan.empty()) known.insert(kpi->plan);
  }
  return {known.begin(), known.end()};
}

void read_objectives(Builder& builder, TableReader& table, DestinationConfig& destination) {
  const auto written = table.texts("objectives");
  if (written.empty()) return;
  const std::vector<std::string> known = known_objectives(builder.config);
  for (const PlacedText& one : written) {
    const bool served = std::any_of(known.begin(), known.end(), [&](const std::string& plan) {
      return serves(plan, one.value);
    });
    if (!served) {
      builder.faults.add(
          one.place, "no KPI that a rule looks at serves the objective " + in_quotes(one.value) +
                         (known.empty() ? std::string(": none of them has a place in the plan")
                                        : "; those that are served are " + listed(known)));
    }
    destination.objectives.push_back(one.value);
  }
}

bool lists(const DestinationConfig& destination, EventType type) {
  return destination.events.empty() ||
         std::find(destination.events.begin(), destination.events.end(), type) !=
             destination.events.end();
}

}  // namespace

void read_routing_table(Builder& builder, TableReader& root) {
  auto table = root.table("routing");
  if (!table) return;
  if (const auto match = table->choice("match", matches)) {
    builder.config.first_match = match->value;
  }
  table->finish();
}

void read_routing(Builder& builder, TableReader& table, DestinationConfig& destination) {
  read_objectives(builder, table, destination);
  if (const auto span = read_span_of(table, "unacknowledged_for")) {
    destination.unacknowledged_for = span->value;
  }
  if (const auto span = read_span_of(table, "repeat_every")) {
    destination.repeat_every = span->value;
  }
}

std::optional<std::string> event_fault(const DestinationConfig& destination, EventType type) {
  if (type == EventType::alert_escalated && !destination.unacknowledged_for) {
    return " is sent to destinations with \"unacknowledged_for\" only";
  }
  if (type == EventType::alert_reminder && !destination.repeat_every) {
    return " is sent to destinations with \"repeat_every\" only";
  }
  return std::nullopt;
}

void check_events(Builder& builder, TableReader& table, const DestinationConfig& destination) {
  const auto check = [&](std::string_view key, bool given, EventType type, std::string_view so) {
    if (!given || lists(destination, type)) return;
    builder.faults.add(table.place(*table.tree().get("events")),
                       fmt::format("{} is of no use here, for \"events\" leaves out {}: {}",
                                   in_quotes(key), in_quotes(to_string(type)), so));
  };
  check("unacknowledged_for", destination.unacknowledged_for.has_value(),
        EventType::alert_escalated, "by that event it would hear of an alert first");
  check("repeat_every", destination.repeat_every.has_value(), EventType::alert_reminder,
        "nothing would be repeated");
  const auto& events = destination.events;
  const bool of_alerts_alone =
      !events.empty() && std::all_of(events.begin(), events.end(), is_of_alert);
  if (destination.operational && of_alerts_alone) {
    builder.faults.add(table.place(*table.tree().get("events")),
                       "\"operational = true\" is of no use here, for \"events\" leaves out all "
                       "that it is about: source.failing, source.stale, source.recovered and "
                       "destination.disabled");
  }
}

void Fallbacks::take(TableReader& table, DestinationConfig& destination) {
  const auto written = table.filled_text("fallback");
  if (!written) return;
  destination.fallback = written->value;
  places_.insert_or_assign(destination.name, written->place);
}

void Fallbacks::check(Builder& builder) const {
  const Config& config = builder.config;
  std::vector<std::string> names;
  for (const DestinationConfig& one : config.destinations) names.push_back(one.name);
  std::set<std::string> seen;  // a ring is told of once
  for (const DestinationConfig& destination : config.destinations) {
    if (destination.fallback.empty()) continue;
    const Place& place = places_.at(destination.name);
    if (destination.fallback == destination.name) {
      builder.faults.add(place, "a destination cannot be its own fallback");
      continue;
    }
    if (config.destination(destination.fallback) == nullptr) {
      builder.faults.add(place, "no destination is named " + in_quotes(destination.fallback) +
                                    did_you_mean(destination.fallback, names));
      continue;
    }
    std::vector<std::string> path{destination.name};
    for (const DestinationConfig* at = &destination; at != nullptr && !at->fallback.empty();) {
      const bool back = at->fallback == destination.name;
      if (!back && std::find(path.begin(), path.end(), at->fallback) != path.end()) break;
      path.push_back(at->fallback);
      if (!back) {
        at = config.destination(at->fallback);
        continue;
      }
      if (!seen.contains(destination.name)) {
        builder.faults.add(place, fmt::format("the fallbacks go in a ring: {}; the last of them "
                                              "must do without",
                                              fmt::join(path, " \u2192 ")));
      }
      seen.insert(path.begin(), path.end());
      break;
    }
  }
}

}  // namespace kpid::config
