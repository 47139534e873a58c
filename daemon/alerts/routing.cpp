// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/routing.hpp"

#include <algorithm>

namespace kpid {
namespace {

bool names(const std::vector<std::string>& filter, const std::string& value) {
  return filter.empty() || std::find(filter.begin(), filter.end(), value) != filter.end();
}

bool is_operational(EventType type) {
  switch (type) {
    case EventType::source_failing:
    case EventType::source_stale:
    case EventType::source_recovered:
    case EventType::destination_disabled:
      return true;
    case EventType::alert_firing:
    case EventType::alert_changed:
    case EventType::alert_acknowledged:
    case EventType::alert_resolved:
    case EventType::alert_reminder:
    case EventType::alert_escalated:
    case EventType::digest:
    case EventType::test_ping:
      break;
  }
  return false;
}

bool wants(const DestinationConfig& destination, const Event& event) {
  if (!destination.events.empty() && std::find(destination.events.begin(), destination.events.end(),
                                               event.type) == destination.events.end()) {
    return false;
  }
  if (is_operational(event.type)) return destination.operational;
  if (event.type == EventType::alert_resolved) {
    const bool withdrawn = event.resolution == Resolution::corrected;
    if (withdrawn ? !destination.corrected : !destination.resolved) return false;
  }
  return names(destination.owners, event.owner) && names(destination.kpis, event.kpi) &&
         names(destination.organisations, event.organisation) &&
         event.severity >= destination.minimum_severity;
}

}  // namespace

std::vector<const DestinationConfig*> destinations_for(const Event& event, const Config& config) {
  std::vector<const DestinationConfig*> chosen;
  if (event.type == EventType::test_ping) return chosen;  // whoever sends one names its destination
  for (const auto& destination : config.destinations) {
    // That a destination was switched off is told through the others.
    const bool itself = event.type == EventType::destination_disabled &&
                        event.subject == "destination:" + destination.name;
    if (!itself && wants(destination, event)) chosen.push_back(&destination);
  }
  return chosen;
}

}  // namespace kpid
