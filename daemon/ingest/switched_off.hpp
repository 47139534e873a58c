// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A destination that was switched off is told of elsewhere, in a transaction after the one that
// switched it off. A crash between the two is made good here, at the next start.

#include <string_view>
#include <vector>

#include "ingest/evaluate_marked.hpp"

namespace kpid::ingest {

// destination.disabled, through the other destinations. [writer thread, inside a transaction]
[[nodiscard]] Result<std::vector<Delivery>> tell_switched_off(store::Writer& writer,
                                                              const EvaluationContext& context,
                                                              std::string_view destination,
                                                              std::string_view reason);

// The same of each that is switched off and of which nothing was told since its trouble began.
// Again changes nothing. [writer thread, inside a transaction]
[[nodiscard]] Result<std::vector<Delivery>> tell_all_switched_off(store::Writer& writer,
                                                                  const EvaluationContext& context);

}  // namespace kpid::ingest
