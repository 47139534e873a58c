// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The alert state machine: pending, firing, acknowledged, resolved. Pure; ids and the time are
// handed in.

#include <cstdint>
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

// `open` is the alert of this rule and series that is not resolved, if there is one.
// `changes_in_window` is how often alerts of this rule and series fired or resolved within the
// rule's flapping window, before this; 0 where it has none. Nothing where nothing changes.
[[nodiscard]] std::optional<Transition> advance(const std::optional<Alert>& open, const Rule& rule,
                                                std::string_view organisation,
                                                std::string_view subgroup,
                                                const Judgement& judgement,
                                                std::uint32_t changes_in_window, Timestamp now,
                                                IdentifierSource& identifiers);

// A rule that left the config, or no longer looks at this series, resolves what it had open.
[[nodiscard]] Transition resolve_removed(const Alert& open, Timestamp now);
[[nodiscard]] std::optional<Transition> acknowledge(const Alert& open, std::string_view by,
                                                    std::string_view note, Timestamp now);

}  // namespace kpid
