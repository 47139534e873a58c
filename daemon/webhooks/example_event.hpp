// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A made-up event of the trust's own config, to show or to try a destination with: a rule that it
// has, a school, a figure just beyond the rule's limit, in the very words of a real one. Marked
// [TEST]. Pure.

#include <string>

#include "alerts/drill_request.hpp"
#include "model/config.hpp"
#include "model/error.hpp"

namespace kpid::webhooks {

// For an event about alerts, of a rule that the destination would be told of, where there is one;
// an error where the config has no rule to make an alert of.
[[nodiscard]] Result<Event> example_event(const Config& config,
                                          const DestinationConfig& destination, EventType type,
                                          Timestamp now);

// Such an event for a rule and a school of the config, to go through the whole route as a test: its
// subject is "test:" and its id. Refused: a school that the rule does not cover, a severity that it
// does not know, an event that is no alert's and no source's.
[[nodiscard]] Result<Event> drill_event(const Config& config, const DrillRequest& request,
                                        std::string id, Timestamp now);

}  // namespace kpid::webhooks
