// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What attempts came to, and how they are written down: the deliveries and the states of their
// destinations in the same transaction.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/delivery.hpp"
#include "store/store.hpp"
#include "webhooks/retry.hpp"

namespace kpid::webhooks {

struct Outcome {
  DeliveryAttempt attempt;
  std::string destination;
  std::string address{};            // a digest of the one that was tried
  bool judges_destination = false;  // an attempt was really made
  bool refused_body = false;        // by a receiver that is otherwise well
  // Written by write_down():
  std::string disabled_for{};  // why it was switched off just now
  std::string nobody_else{};   // why its fallback could not be told instead
  bool ends_outage = false;    // the first success after a long time without one
};

// Makes the deliveries that stand in for one that could not be made, in the same transaction.
using StandIn =
    std::function<Result<std::vector<Delivery>>(store::Writer& writer, const Delivery& untold)>;

void apply(const Decision& decision, const Answer& answer, Outcome& outcome);

// In the order in which they were made. A destination's state is written once for all of its
// attempts: it says what the last of them left. For each delivery that was given up, and for all
// that wait for a destination which is now switched off, the stand-ins are made; they are returned,
// but for those beyond what is worth keeping in memory, which claim_due() finds. [writer thread]
[[nodiscard]] Result<std::vector<Delivery>> write_down(store::Writer& writer,
                                                       std::span<Outcome> outcomes,
                                                       const StandIn& stand_in = {});

// Says which address it is without saying it: an address may be a secret.
[[nodiscard]] std::string digest_of_address(const std::string& url);

// Destinations with a new address start anew: what the old one was switched off for says nothing of
// it. Those that left the configuration are no longer held back, so that their deliveries come to
// an end. `addresses` are those of the configuration, by the destinations' names. [writer thread]
[[nodiscard]] Result<void> forgive(store::Writer& writer,
                                   const std::map<std::string, std::string>& addresses);

}  // namespace kpid::webhooks
