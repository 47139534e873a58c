// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/switched_off.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "alerts/operational_wording.hpp"

namespace kpid::ingest {
namespace {

std::string subject_of(std::string_view destination) {
  return "destination:" + std::string(destination);
}

Result<bool> was_told(const store::Writer& writer, const store::DestinationState& state) {
  const auto events = writer.events(subject_of(state.name));
  if (!events) return tl::unexpected(events.error());
  return std::any_of(events->begin(), events->end(), [&](const store::EventRecord& record) {
    return record.event.type == EventType::destination_disabled &&
           (!state.failing_since || record.event.at >= *state.failing_since);
  });
}

}  // namespace

Result<std::vector<Delivery>> tell_switched_off(store::Writer& writer,
                                                const EvaluationContext& context,
                                                std::string_view destination,
                                                std::string_view reason) {
  Event event;
  event.type = EventType::destination_disabled;
  event.subject = subject_of(destination);
  event.severity = Severity::red;
  event.data = destination_disabled_data(destination, reason);
  return tell(writer, context, std::move(event));
}

Result<std::vector<Delivery>> tell_all_switched_off(store::Writer& writer,
                                                    const EvaluationContext& context) {
  const auto states = writer.destination_states();
  if (!states) return tl::unexpected(states.error());
  std::vector<Delivery> all;
  for (const store::DestinationState& state : *states) {
    if (!state.disabled || context.config.destination(state.name) == nullptr) continue;
    const auto known = was_told(writer, state);
    if (!known) return tl::unexpected(known.error());
    if (*known) continue;
    auto told = tell_switched_off(writer, context, state.name, state.disabled_reason);
    if (!told) return told;
    std::move(told->begin(), told->end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace kpid::ingest
