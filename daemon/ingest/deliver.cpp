// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Whether a destination is told of an event now or later.

#include "ingest/deliver.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "ingest/fallback.hpp"
#include "ingest/later_events.hpp"
#include "ingest/refill.hpp"

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// One event on its way to one destination.
class Door {
 public:
  Door(store::Writer& writer, const EvaluationContext& context,
       const DestinationConfig& destination, std::vector<Delivery>& deliveries)
      : writer_(writer), context_(context), destination_(destination), deliveries_(deliveries) {}

  Result<void> take(const Event& event) {
    if (event.type == EventType::digest) return take_digest(event);
    const auto wait = wait_of(timing_input(context_, destination_), event, context_.now);
    if (event.type == EventType::test_ping) return tell(event);
    auto earlier = writer_.waiting_of_subject(destination_.name, event.subject);
    if (!earlier) return pass_on(earlier);
    if (earlier->empty()) return wait ? hold(event, in_time_of_bundle(*wait)) : tell(event);
    if (!is_urgent(destination_, event)) {  // in order: after what waits already
      const store::Waiting& last = earlier->back();
      return hold(event, Wait{last.due_at, last.bundle});
    }
    // What is urgent takes along what waits before it.
    return wait ? bring_forward(event, *earlier, in_time_of_bundle(*wait))
                : release(event, *earlier);
  }

 private:
  Result<void> tell(const Event& event) {
    auto made = deliver_now(writer_, context_, event, destination_);
    if (!made) return pass_on(made);
    deliveries_.push_back(std::move(*made));
    return {};
  }

  // The first of a bundle says when it is due; the others join it. One that stays behind because a
  // silence holds it says nothing.
  Result<Wait> in_time_of_bundle(Wait wait) {
    auto due = writer_.bundle_due(destination_.name, wait.bundle);
    if (!due) return pass_on(due);
    if (*due && **due > context_.now) wait.due_at = std::min(wait.due_at, **due);
    return wait;
  }

  Result<void> hold(const Event& event, Result<Wait> wait) {
    if (!wait) return pass_on(wait);
    if (context_.on_waiting) context_.on_waiting(wait->due_at);
    return writer_.add_waiting({event.id, destination_.name, event.subject, wait->bundle,
                                wait->due_at, context_.now, event.instead_of});
  }

  Result<void> bring_forward(const Event& event, std::vector<store::Waiting>& earlier,
                             Result<Wait> wait) {
    if (!wait) return pass_on(wait);
    for (store::Waiting& row : earlier) {
      row.bundle = wait->bundle;
      row.due_at = wait->due_at;
      auto moved = writer_.put_off(row);
      if (!moved) return moved;
    }
    return hold(event, std::move(wait));
  }

  Result<void> release(const Event& event, const std::vector<store::Waiting>& earlier) {
    bool told = false;
    for (const store::Waiting& row : earlier) {
      auto stored = stored_event(writer_, row);
      if (!stored) return pass_on(stored);
      auto done = tell(*stored);
      if (done) done = writer_.drop_waiting(row.event_id, row.destination);
      if (!done) return done;
      told = told || row.event_id == event.id;
    }
    return told ? Result<void>{} : tell(event);
  }

  // A digest that another destination could not be told. Where this one has heard of some of it, or
  // has a waiting room, or a format without digests, it is told of each of its events as of any.
  Result<void> take_digest(const Event& digest) {
    auto ids = writer_.bundled(digest.id);
    if (!ids) return pass_on(ids);
    std::vector<std::string> unheard;
    for (std::string& id : *ids) {
      auto heard = writer_.heard(id, destination_.name);
      if (!heard) return pass_on(heard);
      if (*heard == store::Heard::no) unheard.push_back(std::move(id));  // else it was told anyway
    }
    const bool by_one = unheard.size() < ids->size() ||
                        destination_.format == DestinationFormat::pagerduty ||
                        wait_of(timing_input(context_, destination_), digest, context_.now);
    if (!by_one) return tell(digest);
    for (const std::string& id : unheard) {
      store::Waiting row;
      row.event_id = id;
      row.instead_of = digest.instead_of;
      auto event = stored_event(writer_, row);
      if (!event) return pass_on(event);
      auto known = has_been_sent(*event);
      if (!known) return pass_on(known);
      auto later = later_than(writer_, *event, destination_.name);
      if (!later) return pass_on(later);
      if (*known || later->heard) continue;
      auto taken = take(*event);
      if (!taken) return taken;
    }
    return {};
  }

  Result<bool> has_been_sent(const Event& event) {
    auto records = writer_.events(event.subject);
    if (!records) return pass_on(records);
    for (const store::EventRecord& record : *records) {
      if (record.event.id != event.id) continue;
      const auto& sent = record.deliveries;
      return std::any_of(sent.begin(), sent.end(),
                         [&](const Delivery& one) { return one.destination == destination_.name; });
    }
    return false;
  }

  store::Writer& writer_;
  const EvaluationContext& context_;
  const DestinationConfig& destination_;
  std::vector<Delivery>& deliveries_;
};

}  // namespace

TimingInput timing_input(const EvaluationContext& context, const DestinationConfig& destination) {
  return {destination, context.config.timezone, context.config.calendars.trust()};
}

Result<Event> stored_event(const store::Reader& reader, const store::Waiting& row) {
  auto event = reader.event(row.event_id);
  if (!event) return pass_on(event);
  if (!*event) {
    return fail(ErrorKind::storage, "the event " + row.event_id + " is not in the database");
  }
  auto filled = refill(reader, **event);
  if (!filled) return pass_on(filled);
  (*event)->instead_of = row.instead_of;
  return std::move(**event);
}

Result<Delivery> deliver_now(store::Writer& writer, const EvaluationContext& context,
                             const Event& event, const DestinationConfig& destination) {
  auto body = context.render(destination, event);
  if (!body) return pass_on(body);
  Delivery delivery;
  delivery.event_id = event.id;
  delivery.event_type = event.type;
  delivery.destination = destination.name;
  delivery.subject = event.subject;
  delivery.content_type = std::move(body->content_type);
  delivery.body = std::move(body->body);
  delivery.created_at = delivery.next_attempt_at = context.now;
  delivery.instead_of = event.instead_of;
  auto stored = writer.add_delivery(delivery);
  if (!stored) return pass_on(stored);
  return delivery;
}

Result<std::vector<Delivery>> deliver(store::Writer& writer, const EvaluationContext& context,
                                      const Event& event,
                                      const std::vector<const DestinationConfig*>& destinations) {
  std::vector<Delivery> deliveries;
  for (const DestinationConfig* destination : destinations) {
    auto taken = Door(writer, context, *destination, deliveries).take(event);
    if (!taken) return pass_on(taken);
  }
  auto added = add_stand_ins(writer, context, deliveries);
  if (!added) return pass_on(added);
  return deliveries;
}

}  // namespace kpid::ingest
