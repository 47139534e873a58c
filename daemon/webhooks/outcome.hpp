// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What one attempt came to, and how it is written down: the delivery and the state of its
// destination in the same transaction.

#include <span>
#include <string>

#include "model/delivery.hpp"
#include "store/store.hpp"
#include "webhooks/retry.hpp"

namespace kpid::webhooks {

struct Outcome {
  DeliveryAttempt attempt;
  std::string destination;
  bool judges_destination = false;  // an attempt was really made
  bool refused_body = false;        // by a receiver that is otherwise well
  std::string disabled_for;         // written by write_down(): why it was switched off just now
};

void apply(const Decision& decision, const Answer& answer, Outcome& outcome);

// [writer thread]
[[nodiscard]] Result<void> write_down(store::Writer& writer, Outcome& outcome);

// Destinations with a new URL start anew; those that left the configuration are no longer held
// back, so that their deliveries come to an end. [writer thread]
[[nodiscard]] Result<void> forgive(store::Writer& writer, std::span<const std::string> names,
                                   std::span<const std::string> known);

}  // namespace kpid::webhooks
