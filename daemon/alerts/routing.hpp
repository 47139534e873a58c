// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Which destinations an event goes to. Pure.

#include <span>
#include <string>
#include <vector>

#include "model/config.hpp"

namespace kpid {

// In the order of the file. `told` names those who have heard of this alert before:
//
// - Where the first match wins, an event goes to the first destination that wants it, and to those
//   of `told` that want it: whoever has an alert in hand hears how it goes on.
// - That an alert is over goes to all of `told`, whatever their filters say of its severity today,
//   but for those that asked not to be told of ends; where nobody is known to have been told, and
//   wherever all matches count, also as any other event.
// - A destination with `unacknowledged_for` hears of an alert by kpi.alert.escalated first, and
//   from then on the rest. Reminders go to those of `told` that have `repeat_every`.
[[nodiscard]] std::vector<const DestinationConfig*> destinations_for(
    const Event& event, const Config& config, std::span<const std::string> told = {});

// Whether it tells that something is over: an alert, a source's trouble.
[[nodiscard]] bool ends_something(EventType type) noexcept;

// Whether a filter lets a value through; an empty one does.
[[nodiscard]] bool names(const std::vector<std::string>& filter, const std::string& value);
// Whether it wants what serves that part of the plan; `plan` may be empty.
[[nodiscard]] bool serves_one(const DestinationConfig& destination, const std::string& plan);

// Whether a destination's filters let an event through, whoever else gets it.
[[nodiscard]] bool wants(const DestinationConfig& destination, const Event& event,
                         const Config& config);

}  // namespace kpid
