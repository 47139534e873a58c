// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/routing_reasons.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "alerts/routing.hpp"

namespace kpid {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

// "it is told of the owners finance and estates alone, and this is of nobody"
std::string of_others(std::string_view what, const std::vector<std::string>& filter,
                      const std::string& value) {
  return "it hears of the " + std::string(what) + " " + listed(filter) + " alone, and this is " +
         (value.empty() ? std::string("of none") : "of " + value);
}

std::string wrong_event(const DestinationConfig& destination, const Event& event) {
  std::vector<std::string> wanted;
  for (const EventType type : destination.events) wanted.emplace_back(to_string(type));
  return "its events are " + listed(wanted) + ", and this is " + std::string(to_string(event.type));
}

std::string filtered(const DestinationConfig& destination, const Event& event,
                     const Config& config) {
  if (!names(destination.owners, event.owner)) {
    return of_others("owners", destination.owners, event.owner);
  }
  if (!names(destination.kpis, event.kpi)) return of_others("KPIs", destination.kpis, event.kpi);
  if (!names(destination.organisations, event.organisation)) {
    return of_others("organisations", destination.organisations, event.organisation);
  }
  const Kpi* kpi = config.kpi(event.kpi);
  const std::string plan = kpi == nullptr ? std::string() : kpi->plan;
  if (!serves_one(destination, plan)) {
    return of_others("objectives", destination.objectives, plan);
  }
  if (event.severity < destination.minimum_severity) {
    return "it wants " + std::string(to_string(destination.minimum_severity)) +
           " alone, and this is " + std::string(to_string(event.severity));
  }
  return {};
}

std::string switched(const DestinationConfig& destination, const Event& event) {
  if (event.type != EventType::alert_resolved) return {};
  if (event.resolution == Resolution::corrected) {
    return destination.corrected ? "" : "it is not told that an alert is withdrawn";
  }
  return destination.resolved ? "" : "it is not told that an alert is over";
}

}  // namespace

std::string reason_not_told(const DestinationConfig& destination, const Event& event,
                            const Config& config) {
  const auto chosen = destinations_for(event, config);
  const auto is_chosen = [&](const DestinationConfig* one) {
    return one->name == destination.name;
  };
  if (std::any_of(chosen.begin(), chosen.end(), is_chosen)) return {};
  const auto& events = destination.events;
  if (!events.empty() && std::find(events.begin(), events.end(), event.type) == events.end()) {
    return wrong_event(destination, event);
  }
  if (!is_of_alert(event.type)) {
    return destination.operational ? "that it was switched off is told through the others"
                                   : "it is told of alerts alone (operational = false)";
  }
  std::string why = switched(destination, event);
  if (why.empty()) why = filtered(destination, event, config);
  if (!why.empty()) return why;
  if (destination.unacknowledged_for) {
    return "it is told only of what nobody has taken note of for " +
           format_span(*destination.unacknowledged_for);
  }
  if (config.first_match && !chosen.empty()) {
    return "the first match gets it, and that is " + chosen.front()->name;
  }
  return "its filters do not let it through";
}

}  // namespace kpid
