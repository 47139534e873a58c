// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The alert state machine: pending, firing, acknowledged, resolved. Pure; ids and the time are
// handed in.

#include <optional>
#include <string_view>

#include "model/alert.hpp"
#include "model/identifier.hpp"
#include "rules/evaluate.hpp"

namespace kpid {

struct Transition {
  Alert alert;                     // to be stored
  std::optional<EventType> event;  // to be told; alert.seq is already its number
};

// `open` is the alert of this rule and series that is not resolved, if there is one. Nothing where
// nothing changes.
[[nodiscard]] std::optional<Transition> advance(const std::optional<Alert>& open, const Rule& rule,
                                                std::string_view organisation,
                                                std::string_view subgroup,
                                                const Judgement& judgement, Timestamp now,
                                                IdentifierSource& identifiers);

// A rule that left the config, or no longer looks at this series, resolves what it had open.
[[nodiscard]] Transition resolve_removed(const Alert& open, Timestamp now);
[[nodiscard]] std::optional<Transition> acknowledge(const Alert& open, std::string_view by,
                                                    std::string_view note, Timestamp now);

}  // namespace kpid
