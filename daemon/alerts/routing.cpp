// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/routing.hpp"

#include <algorithm>

#include "model/plan.hpp"

namespace kpid {
namespace {

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

// What kind of news it wants at all.
bool wants_type(const DestinationConfig& destination, const Event& event) {
  if (!destination.events.empty() && std::find(destination.events.begin(), destination.events.end(),
                                               event.type) == destination.events.end()) {
    return false;
  }
  if (is_operational(event.type)) return destination.operational;
  if (event.type == EventType::alert_reminder) return destination.repeat_every.has_value();
  if (event.type == EventType::alert_escalated) return destination.unacknowledged_for.has_value();
  if (event.type == EventType::alert_resolved) {
    const bool withdrawn = event.resolution == Resolution::corrected;
    return withdrawn ? destination.corrected : destination.resolved;
  }
  return true;
}

// The choice among those that are there, one by one in the order of the file.
class Choice {
 public:
  Choice(const Event& event, const Config& config, std::span<const std::string> told)
      : event_(event), config_(config), told_(told) {
    // Of those alone that are still there.
    any_told_ = std::any_of(told.begin(), told.end(), [&config](const std::string& name) {
      return config.destination(name) != nullptr;
    });
  }

  [[nodiscard]] bool takes(const DestinationConfig& destination) {
    // That a destination was switched off is told through the others.
    if (event_.type == EventType::destination_disabled) {
      return event_.subject != "destination:" + destination.name && wanted(destination);
    }
    if (!is_of_alert(event_.type) || event_.type == EventType::alert_escalated) {
      return wanted(destination);
    }
    const bool told = std::find(told_.begin(), told_.end(), destination.name) != told_.end();
    if (event_.type == EventType::alert_reminder) return told && wanted(destination);
    if (told && event_.type == EventType::alert_resolved) return wants_type(destination, event_);
    if (!wanted(destination)) return false;
    // Taken note of, or over: that is nothing to begin with.
    const bool ends =
        event_.type == EventType::alert_acknowledged || event_.type == EventType::alert_resolved;
    if (destination.unacknowledged_for || !config_.first_match) {
      return told || !destination.unacknowledged_for;
    }
    const bool first = !found_ && !(ends && any_told_);
    found_ = true;
    return told || first;
  }

 private:
  [[nodiscard]] bool wanted(const DestinationConfig& destination) const {
    return wants(destination, event_, config_);
  }

  const Event& event_;
  const Config& config_;
  std::span<const std::string> told_;
  bool any_told_ = false;
  bool found_ = false;  // one that wants it
};

}  // namespace

bool ends_something(EventType type) noexcept {
  return type == EventType::alert_resolved || type == EventType::source_recovered;
}

bool names(const std::vector<std::string>& filter, const std::string& value) {
  return filter.empty() || std::find(filter.begin(), filter.end(), value) != filter.end();
}

bool serves_one(const DestinationConfig& destination, const std::string& plan) {
  return destination.objectives.empty() ||
         std::any_of(destination.objectives.begin(), destination.objectives.end(),
                     [&](const std::string& objective) { return serves(plan, objective); });
}

bool wants(const DestinationConfig& destination, const Event& event, const Config& config) {
  if (!wants_type(destination, event)) return false;
  if (is_operational(event.type)) return true;
  const Kpi* kpi = config.kpi(event.kpi);
  return names(destination.owners, event.owner) && names(destination.kpis, event.kpi) &&
         names(destination.organisations, event.organisation) &&
         serves_one(destination, kpi == nullptr ? std::string() : kpi->plan) &&
         event.severity >= destination.minimum_severity;
}

std::vector<const DestinationConfig*> destinations_for(const Event& event, const Config& config,
                                                       std::span<const std::string> told) {
  std::vector<const DestinationConfig*> chosen;
  // Whoever sends a test names its destination, and a digest is made for one.
  if (event.type == EventType::test_ping || event.type == EventType::digest) return chosen;
  Choice choice(event, config, told);
  for (const auto& destination : config.destinations) {
    if (choice.takes(destination)) chosen.push_back(&destination);
  }
  return chosen;
}

}  // namespace kpid
