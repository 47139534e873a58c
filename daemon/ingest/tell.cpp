// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// An event and its deliveries, and an admin's word on an alert.

#include <string>
#include <utility>

#include "alerts/routing.hpp"
#include "ingest/judge.hpp"

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

}  // namespace

Result<std::vector<Delivery>> tell(store::Writer& writer, const EvaluationContext& context,
                                   Event event, std::string_view only) {
  if (event.id.empty()) event.id = context.identifiers.next("msg_", context.now);
  event.at = context.now;
  auto added = writer.add_event(event);
  if (!added) return pass_on(added);
  std::vector<const DestinationConfig*> destinations;
  if (only.empty()) {
    destinations = destinations_for(event, context.config);
  } else if (const DestinationConfig* one = context.config.destination(only)) {
    destinations.push_back(one);
  } else {
    return fail(ErrorKind::not_found, "no destination is named \"" + std::string(only) + "\"");
  }
  std::vector<Delivery> deliveries;
  for (const DestinationConfig* destination : destinations) {
    auto body = context.render(*destination, event);
    if (!body) return pass_on(body);
    Delivery delivery;
    delivery.event_id = event.id;
    delivery.event_type = event.type;
    delivery.destination = destination->name;
    delivery.subject = event.subject;
    delivery.content_type = std::move(body->content_type);
    delivery.body = std::move(body->body);
    delivery.created_at = delivery.next_attempt_at = context.now;
    auto stored = writer.add_delivery(delivery);
    if (!stored) return pass_on(stored);
    deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

Result<std::vector<Delivery>> acknowledge_alert(store::Writer& writer,
                                                const EvaluationContext& context,
                                                std::string_view alert_id, std::string_view by,
                                                std::string_view note) {
  auto alert = writer.alert(alert_id);
  if (!alert) return pass_on(alert);
  if (!*alert) {
    return fail(ErrorKind::not_found,
                "there is no alert \"" + std::string(alert_id) + "\": `kpictl alerts` lists them");
  }
  const auto next = acknowledge(**alert, by, note, context.now);
  if (!next) {
    return fail(ErrorKind::conflict, "the alert is " + std::string(to_string((*alert)->state)) +
                                         ": only a firing one can be acknowledged");
  }
  Judge judge(writer, context);
  auto done = judge.conclude(*next);
  if (!done) return pass_on(done);
  return judge.take_evaluation().deliveries;
}

}  // namespace kpid::ingest
