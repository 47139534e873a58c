// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What somebody wants to see go through the whole route, as a test.

#include <optional>
#include <string>

#include "model/alert.hpp"

namespace kpid {

struct DrillRequest {
  std::string rule;          // empty: the one that is easiest to understand
  std::string organisation;  // a code or an alias; empty: one that the rule covers
  EventType type = EventType::alert_firing;
  std::optional<Severity> severity;  // nothing: the worst that the rule knows
};

}  // namespace kpid
