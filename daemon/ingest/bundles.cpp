// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/bundles.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "alerts/digest_data.hpp"
#include "alerts/timing.hpp"
#include "ingest/deliver.hpp"
#include "ingest/fallback.hpp"
#include "ingest/silences.hpp"

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// People are content with "and 12 more" and a link; a program must have each event.
bool is_for_machines(DestinationFormat format) {
  return format == DestinationFormat::standard || format == DestinationFormat::alertmanager ||
         format == DestinationFormat::by_template;
}

struct Held {
  store::Waiting row;
  Event event;
};

class Flush {
 public:
  Flush(store::Writer& writer, const EvaluationContext& context)
      : writer_(writer), context_(context) {}

  Result<void> flush(const store::WaitingBundle& bundle) {
    const DestinationConfig* destination = context_.config.destination(bundle.destination);
    const bool stays = destination == nullptr || is_bundle_of(*destination, bundle.bundle);
    const auto latest = latest_of(destination, bundle);
    if (stays && bundle.due_at > context_.now && bundle.due_at <= latest) return {};
    auto rows = writer_.waiting_in_bundle(bundle.destination, bundle.bundle);
    if (!rows) return pass_on(rows);
    if (stays) {
      auto moved = bring_forward(*rows, latest);
      if (!moved) return moved;
      std::erase_if(*rows, [&](const store::Waiting& row) { return row.due_at > context_.now; });
    }
    if (destination == nullptr) return drop(*rows);
    auto due = look_at(*destination, std::move(*rows));
    if (!due) return pass_on(due);
    return due->empty() ? Result<void>{} : tell(*destination, bundle.bundle, std::move(*due));
  }

  Bundles take() { return std::move(made_); }

 private:
  // By when it goes out, as the config is now: since it came to wait, its times may have become
  // shorter. Nothing is made later.
  [[nodiscard]] Timestamp latest_of(const DestinationConfig* destination,
                                    const store::WaitingBundle& bundle) const {
    if (destination == nullptr) return bundle.due_at;
    const TimingInput input = timing_input(context_, *destination);
    Timestamp latest = context_.now + destination->group_wait;
    if (bundle.bundle == quiet_bundle) {
      latest = quiet_until(input, context_.now).value_or(context_.now);
    } else if (bundle.bundle == digest_bundle && destination->digest) {
      latest = next_digest(*destination->digest, input.timezone, context_.now);
    }
    return latest;
  }

  Result<void> bring_forward(std::vector<store::Waiting>& rows, Timestamp latest) {
    for (store::Waiting& row : rows) {
      if (row.due_at <= latest) continue;
      row.due_at = latest;
      auto moved = writer_.put_off(row);
      if (!moved) return moved;
    }
    return {};
  }

  Result<void> drop(const std::vector<store::Waiting>& rows) {
    for (const store::Waiting& row : rows) {
      auto dropped = writer_.drop_waiting(row.event_id, row.destination);
      if (!dropped) return dropped;
    }
    made_.events_dropped += rows.size();
    const std::string& name = rows.front().destination;
    const auto& known = made_.dropped;
    if (std::find(known.begin(), known.end(), name) == known.end()) made_.dropped.push_back(name);
    return {};
  }

  // What really leaves now, subject by subject, so that none is told out of order.
  Result<std::vector<Held>> look_at(const DestinationConfig& destination,
                                    std::vector<store::Waiting> rows) {
    const auto quiet = quiet_until(timing_input(context_, destination), context_.now);
    std::map<std::string, std::vector<Held>> subjects;
    std::vector<std::string> order;
    for (store::Waiting& row : rows) {
      auto event = stored_event(writer_, row);
      if (!event) return pass_on(event);
      auto [subject, is_new] = subjects.try_emplace(row.subject);
      if (is_new) order.push_back(row.subject);
      subject->second.push_back({std::move(row), std::move(*event)});
    }
    std::vector<Held> leaving;
    for (const std::string& name : order) {
      std::vector<Held>& held = subjects.at(name);
      auto silence = silence_of_event(writer_, held.back().event, context_.now);
      if (!silence) return pass_on(silence);
      if (*silence) continue;
      const bool urgent = std::any_of(held.begin(), held.end(), [&](const Held& one) {
        return is_urgent(destination, one.event);
      });
      if (quiet && !urgent) {
        auto waits = wait_on(held, *quiet);
        if (!waits) return pass_on(waits);
        continue;
      }
      std::move(held.begin(), held.end(), std::back_inserter(leaving));
    }
    return leaving;
  }

  Result<void> wait_on(std::vector<Held>& held, Timestamp until) {
    for (Held& one : held) {
      one.row.bundle = quiet_bundle;
      one.row.due_at = until;
      auto moved = writer_.put_off(one.row);
      if (!moved) return moved;
    }
    return {};
  }

  Result<void> tell(const DestinationConfig& destination, const std::string& bundle,
                    std::vector<Held> held) {
    DigestFrame frame{destination.name,         bundle,
                      held.front().event.at,    context_.now,
                      context_.config.timezone, context_.config.dashboard_url};
    std::vector<Event> events;
    for (Held& one : held) {
      auto dropped = writer_.drop_waiting(one.row.event_id, one.row.destination);
      if (!dropped) return dropped;
      frame.from = std::min(frame.from, one.event.at);
      events.push_back(std::move(one.event));
    }
    // Its incidents are those of single alerts. (What waits for it was meant for another format.)
    if (destination.format == DestinationFormat::pagerduty) return tell_singly(destination, events);
    auto entries = digest_entries(std::move(events));
    auto seen = see_what_is_over(entries);
    if (!seen) return seen;
    if (held.size() == 1 && !entries.front().over_since) {
      auto made = deliver_now(writer_, context_, entries.front().event, destination);
      if (!made) return pass_on(made);
      made_.deliveries.push_back(std::move(*made));
      return {};
    }
    return tell_as_digest(destination, frame, entries);
  }

  Result<void> tell_singly(const DestinationConfig& destination, const std::vector<Event>& events) {
    for (const Event& event : events) {
      auto made = deliver_now(writer_, context_, event, destination);
      if (!made) return pass_on(made);
      made_.deliveries.push_back(std::move(*made));
    }
    return {};
  }

  // An end of which this destination is not told, or not yet.
  Result<void> see_what_is_over(std::vector<DigestEntry>& entries) {
    for (DigestEntry& entry : entries) {
      if (!is_of_alert(entry.event.type) || entry.event.type == EventType::alert_resolved) continue;
      auto alert = writer_.alert(entry.event.subject);
      if (!alert) return pass_on(alert);
      if (!*alert || (*alert)->state != AlertState::resolved) continue;
      entry.over_since = (*alert)->resolved_at.value_or((*alert)->changed_at);
      entry.resolution = (*alert)->resolution;
    }
    sort_for_digest(entries);
    return {};
  }

  Result<void> tell_as_digest(const DestinationConfig& destination, const DigestFrame& frame,
                              std::span<const DigestEntry> entries) {
    const Event digest = digest_of(frame, entries);
    auto body = context_.render(destination, digest);
    if (!body) return pass_on(body);
    if (body->left_out > 0 && entries.size() > 1 && is_for_machines(destination.format)) {
      const std::size_t half = (entries.size() + 1) / 2;
      auto first = tell_as_digest(destination, frame, entries.first(half));
      return first ? tell_as_digest(destination, frame, entries.subspan(half)) : first;
    }
    auto stored = writer_.add_event(digest);
    if (!stored) return stored;
    std::vector<std::string> ids;
    for (const DigestEntry& entry : entries) {
      ids.push_back(entry.event.id);
      ids.insert(ids.end(), entry.superseded.begin(), entry.superseded.end());
    }
    stored = writer_.add_bundled(digest.id, ids);
    if (!stored) return stored;
    auto made = deliver_now(writer_, context_, digest, destination);
    if (!made) return pass_on(made);
    made_.deliveries.push_back(std::move(*made));
    return {};
  }

  Event digest_of(const DigestFrame& frame, std::span<const DigestEntry> entries) {
    Event digest;
    digest.id = context_.identifiers.next("msg_", context_.now);
    digest.type = EventType::digest;
    digest.subject = "digest:" + frame.destination;
    digest.at = context_.now;
    digest.severity = severity_of_digest(entries);
    digest.data = digest_data(frame, entries);
    const Event& first = entries.front().event;
    const auto same = [&](std::string Event::*member) {
      return std::all_of(entries.begin(), entries.end(), [&](const DigestEntry& one) {
        return one.event.*member == first.*member;
      });
    };
    if (same(&Event::owner)) digest.owner = first.owner;
    if (same(&Event::kpi)) digest.kpi = first.kpi;
    if (same(&Event::organisation)) digest.organisation = first.organisation;
    return digest;
  }

  store::Writer& writer_;
  const EvaluationContext& context_;
  Bundles made_;
};

}  // namespace

Result<Bundles> evaluate_waiting(store::Writer& writer, const EvaluationContext& context) {
  auto bundles = writer.waiting_bundles();
  if (!bundles) return pass_on(bundles);
  Flush flush(writer, context);
  for (const store::WaitingBundle& bundle : *bundles) {
    auto done = flush.flush(bundle);
    if (!done) return pass_on(done);
  }
  Bundles made = flush.take();
  auto added = add_stand_ins(writer, context, made.deliveries);
  if (!added) return pass_on(added);
  auto next = writer.next_waiting_due(context.now);
  if (!next) return pass_on(next);
  made.next_due = *next;
  auto left = writer.waiting_bundles();
  if (!left) return pass_on(left);
  for (const store::WaitingBundle& bundle : *left) made.waiting += bundle.events;
  return made;
}

}  // namespace kpid::ingest
