// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What attempts came to, and how they are written down: the deliveries and the states of their
// destinations in the same transaction.

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
  // Written by write_down():
  std::string disabled_for;  // why the destination was switched off just now
  bool ends_outage = false;  // the first success after a long time without one
};

void apply(const Decision& decision, const Answer& answer, Outcome& outcome);

// In the order in which they were made. A destination's state is written once for all of its
// attempts: it says what the last of them left. [writer thread]
[[nodiscard]] Result<void> write_down(store::Writer& writer, std::span<Outcome> outcomes);

// Destinations with a new URL start anew; those that left the configuration are no longer held
// back, so that their deliveries come to an end. [writer thread]
[[nodiscard]] Result<void> forgive(store::Writer& writer, std::span<const std::string> names,
                                   std::span<const std::string> known);

}  // namespace kpid::webhooks
