// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/fallback.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "alerts/routing.hpp"
#include "ingest/later_events.hpp"
#include "ingest/refill.hpp"

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

bool is_about(const Event& event, const std::string& destination) {
  return event.type == EventType::destination_disabled &&
         event.subject == "destination:" + destination;
}

// In another's stead. Where the alert is over by now, so is that told: else whoever hears of it so
// late would never hear of its end.
Result<std::vector<Delivery>> tell_instead(store::Writer& writer, const EvaluationContext& context,
                                           const Event& event, const DestinationConfig& destination,
                                           std::optional<Event> end) {
  auto made = deliver(writer, context, event, {&destination});
  if (!made || !end) return made;
  auto filled = refill(writer, *end);
  if (!filled) return pass_on(filled);
  const std::vector<std::string> told{destination.name};
  const auto chosen = destinations_for(*end, context.config, told);
  if (std::find(chosen.begin(), chosen.end(), &destination) == chosen.end()) return made;
  end->instead_of = event.instead_of;
  auto over = deliver(writer, context, *end, {&destination});
  if (!over) return over;
  std::move(over->begin(), over->end(), std::back_inserter(*made));
  return made;
}

}  // namespace

Result<std::vector<Delivery>> stand_in_for(store::Writer& writer, const EvaluationContext& context,
                                           const Delivery& untold) {
  std::vector<Delivery> none;
  if (untold.event_type == EventType::test_ping) return none;
  const Config& config = context.config;
  std::set<std::string> tried{untold.destination};
  const DestinationConfig* at = config.destination(untold.destination);
  while (at != nullptr && !at->fallback.empty() && tried.insert(at->fallback).second) {
    at = config.destination(at->fallback);
    if (at == nullptr) break;
    auto heard = writer.heard(untold.event_id, at->name);
    if (!heard) return pass_on(heard);
    if (*heard == store::Heard::yes) return none;
    auto event = writer.event(untold.event_id);
    if (!event) return pass_on(event);
    if (!*event) return none;
    // One that was given up already is passed over: its own fallback may be of use.
    if (*heard == store::Heard::given_up || is_about(**event, at->name)) continue;
    auto later = later_than(writer, **event, at->name);
    if (!later) return pass_on(later);
    if (later->heard) return none;  // it would be old news, and out of order
    (*event)->instead_of = untold.instead_of.empty() ? untold.destination : untold.instead_of;
    return tell_instead(writer, context, **event, *at, std::move(later->end));
  }
  return none;
}

Result<void> add_stand_ins(store::Writer& writer, const EvaluationContext& context,
                           std::vector<Delivery>& made) {
  const auto falls_back = [&context](const Delivery& one) {
    const DestinationConfig* destination = context.config.destination(one.destination);
    return destination != nullptr && !destination->fallback.empty();
  };
  if (std::none_of(made.begin(), made.end(), falls_back)) return {};
  auto states = writer.destination_states();
  if (!states) return pass_on(states);
  std::set<std::string> off;
  for (const store::DestinationState& state : *states) {
    if (state.disabled) off.insert(state.name);
  }
  if (off.empty()) return {};
  std::vector<Delivery> stand_ins;
  for (const Delivery& one : made) {
    if (!off.contains(one.destination)) continue;
    auto instead = stand_in_for(writer, context, one);
    if (!instead) return pass_on(instead);
    std::move(instead->begin(), instead->end(), std::back_inserter(stand_ins));
  }
  std::move(stand_ins.begin(), stand_ins.end(), std::back_inserter(made));
  return {};
}

}  // namespace kpid::ingest
