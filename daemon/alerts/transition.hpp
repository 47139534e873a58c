// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The alert state machine: pending, firing, acknowledged, resolved. Pure; ids and the time are
// handed in. A judgement meets what is open:
//
//  open                  no breach              breach, `for` not over  breach
//  none                  -                      pending                 firing, told
//  pending               resolved, untold       pending                 firing, told
//  firing, acknowledged  resolved, told; where  -                       as bad: kept
//                        it is the `high`-th                            worse: firing, told
//                        change of its window                           better: told, and it stays
//                        flapping, told                                 acknowledged
//  flapping              kept                   -                       worse: firing, told
//                                                                       else kept
//  flapping, no more     resolved, told         -                       goes on as bad as it is
//  than `low` are left                                                  now, told
//
// "Told" is one event: kpi.alert.firing where it fires from none or pending, kpi.alert.resolved
// where it resolves, else kpi.alert.changed. "Kept" takes the new figure and tells nothing; where
// the figure is the same too, nothing changes, so judging again the next day does no harm. Flapping
// ends by time alone: while it lasts nothing is added to the window.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/alert.hpp"
#include "model/identifier.hpp"
#include "rules/evaluate.hpp"

namespace kpid {

struct Transition {
  Alert alert;                     // to be stored
  std::optional<EventType> event;  // to be told; alert.seq is already its number
  bool settled = false;            // it was flapping and is no more
  std::uint32_t changes = 0;       // where it begins to flap: within the window, this one included
  std::string lapsed_of{};         // who had taken note of it, where that holds no longer
};

// `open` is the alert of this rule and series that is not resolved, if there is one.
// `changes_in_window` is how often alerts of this rule and series fired or resolved within the
// rule's flapping window, before this; 0 where it has none. Nothing where nothing changes. A
// resolution says `corrected` where the very period that was in breach, or what it was held
// against, has another figure now, and `recovered` where the school itself is better.
[[nodiscard]] std::optional<Transition> advance(const std::optional<Alert>& open, const Rule& rule,
                                                std::string_view organisation,
                                                std::string_view subgroup,
                                                const Judgement& judgement,
                                                std::uint32_t changes_in_window, Timestamp now,
                                                IdentifierSource& identifiers);

// A rule that left the config, or no longer looks at this series, resolves what it had open.
[[nodiscard]] Transition resolve_removed(const Alert& open, Timestamp now);
// Holds until then, or, with no such instant, for as long as the alert does not get worse.
[[nodiscard]] std::optional<Transition> acknowledge(const Alert& open, std::string_view by,
                                                    std::string_view note, Timestamp now,
                                                    std::optional<Timestamp> until = std::nullopt);
// The acknowledgement's time is over: it fires again, told as kpi.alert.changed. Nothing before
// then.
[[nodiscard]] std::optional<Transition> lapse(const Alert& acknowledged, Timestamp now);

}  // namespace kpid
