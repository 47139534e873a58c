// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// [routing], and what of a [[destination]] says whom an alert reaches: its objectives, its
// fallback, after how long it escalates there and how often it is told again.

#include <map>
#include <optional>
#include <string>

#include "config/builder.hpp"

namespace kpid::config {

void read_routing_table(Builder& builder, TableReader& root);

// "objectives", "unacknowledged_for" and "repeat_every"; after the rules, before the events.
void read_routing(Builder& builder, TableReader& table, DestinationConfig& destination);

// What is wrong with listing an event that this destination can never be told of.
[[nodiscard]] std::optional<std::string> event_fault(const DestinationConfig& destination,
                                                     EventType type);
// The other way round: events that leave out what the destination is there for.
void check_events(Builder& builder, TableReader& table, const DestinationConfig& destination);

// "fallback": who stands in for a destination. A name may stand before its destination.
class Fallbacks {
 public:
  void take(TableReader& table, DestinationConfig& destination);
  // Once all destinations are read: each is one of them, and none comes back to where it began.
  void check(Builder& builder) const;

 private:
  std::map<std::string, Place> places_;  // by the name of the destination that has it
};

}  // namespace kpid::config
