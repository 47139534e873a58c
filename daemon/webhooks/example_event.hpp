// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A made-up event of the trust's own config, to show or to try a destination with: a rule that it
// has, a school, a figure just beyond the rule's limit, in the very words of a real one. Marked
// [TEST]. Pure.

#include "model/config.hpp"
#include "model/error.hpp"

namespace kpid::webhooks {

// For an event about alerts, of a rule that the destination would be told of, where there is one;
// an error where the config has no rule to make an alert of.
[[nodiscard]] Result<Event> example_event(const Config& config,
                                          const DestinationConfig& destination, EventType type,
                                          Timestamp now);

}  // namespace kpid::webhooks
