// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/send_again.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "alerts/routing.hpp"
#include "ingest/refill.hpp"
#include "ingest/silences.hpp"
#include "ingest/span_back.hpp"
#include "schedule/schedule.hpp"

namespace kpid::ingest {
namespace {

constexpr std::string_view of_a_test = "test:";

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// What can be missed: a reminder or an escalation is told again when it is due, a digest holds what
// is missed by itself, a test is nobody's news.
bool can_be_missed(const Event& event) {
  switch (event.type) {
    case EventType::alert_firing:
    case EventType::alert_changed:
    case EventType::alert_acknowledged:
    case EventType::alert_resolved:
    case EventType::source_failing:
    case EventType::source_stale:
    case EventType::source_recovered:
    case EventType::destination_disabled:
      return !event.subject.starts_with(of_a_test);
    case EventType::alert_reminder:
    case EventType::alert_escalated:
    case EventType::digest:
    case EventType::test_ping:
      break;
  }
  return false;
}

// As when it came up, but for who has heard of the alert since.
bool is_wanted(const Event& event, const DestinationConfig& destination, const Config& config,
               const std::vector<std::string>& told) {
  const bool begins = event.type == EventType::alert_firing;
  const auto all =
      destinations_for(event, config, begins ? std::span<const std::string>{} : std::span(told));
  return std::find(all.begin(), all.end(), &destination) != all.end();
}

Result<std::vector<std::string>> told_of_alert(const store::Reader& reader, const Event& event) {
  std::vector<std::string> names;
  if (!is_of_alert(event.type)) return names;
  auto told = reader.told_of(event.subject);
  if (!told) return pass_on(told);
  for (store::ToldOf& one : *told) names.push_back(std::move(one.destination));
  return names;
}

void add_item(Sent& sent, SentItem item) {
  ++sent.destinations[item.destination].sent;
  if (sent.items.size() < most_items) sent.items.push_back(std::move(item));
}

}  // namespace

std::size_t Sent::total() const {
  std::size_t all = 0;
  for (const auto& [name, counts] : destinations) all += counts.sent;
  return all;
}

Result<bool> SendAgain::step(store::Writer& writer, const EvaluationContext& context,
                             std::size_t limit) {
  store::DeliveryRange range;
  range.after = after_;
  range.since = request_.since;
  range.before = request_.before;
  range.destination = request_.destination;
  range.limit = limit;
  auto page = writer.deliveries_within(range);
  if (!page) return pass_on(page);
  for (const Delivery& one : *page) {
    after_ = one.id;
    auto looked = look_at(writer, context, one);
    if (!looked) return pass_on(looked);
  }
  return page->size() == limit;
}

Result<void> SendAgain::look_at(store::Writer& writer, const EvaluationContext& context,
                                const Delivery& one) {
  if (one.state == DeliveryState::delivered && !request_.delivered_too) return {};
  SentCounts& counts = sent_.destinations[one.destination];
  if (one.state == DeliveryState::pending) {
    ++counts.under_way;
    return {};
  }
  if (one.subject.starts_with(of_a_test)) {
    ++counts.tests;
    return {};
  }
  if (!request_.dry_run) {
    auto again = writer.replay_delivery(one.id, context.now);
    if (!again) return again;
  }
  add_item(sent_, {one.event_id, one.event_type, one.subject, one.created_at, one.destination});
  return {};
}

Result<void> SendMissed::check(const Config& config, Timestamp now) const {
  if (config.destination(request_.destination) == nullptr) {
    return fail(ErrorKind::not_found, "no destination is named \"" + request_.destination + "\"");
  }
  const auto& kept = config.retention.deliveries;
  if (!kept) return {};
  const Date today = local_date(now, config.timezone);
  const Date first = span_before(config.calendars.trust(), today, *kept);
  if (request_.since >= Timestamp{first}) return {};
  return fail(ErrorKind::config,
              fmt::format("deliveries are on record for {} ([retention]), so nobody knows what "
                          "was told before {}: give that day or a later one",
                          format_span(*kept), format_date(first)));
}

Result<bool> SendMissed::step(store::Writer& writer, const EvaluationContext& context,
                              std::size_t limit) {
  const DestinationConfig* destination = context.config.destination(request_.destination);
  if (destination == nullptr) {
    return fail(ErrorKind::not_found, "no destination is named \"" + request_.destination + "\"");
  }
  sent_.destinations.try_emplace(request_.destination);
  auto page = writer.missed_events({request_.destination, after_, request_.before, limit});
  if (!page) return pass_on(page);
  for (Event& event : page->events) {
    if (!can_be_missed(event)) continue;
    auto looked = look_at(writer, context, *destination, std::move(event));
    if (!looked) return pass_on(looked);
  }
  if (page->next) after_ = *page->next;
  return page->next.has_value();
}

Result<void> SendMissed::look_at(store::Writer& writer, const EvaluationContext& context,
                                 const DestinationConfig& destination, Event event) {
  // Looked at once already, and another event stands for the subject.
  const auto known = chosen_.find(event.subject);
  if (known != chosen_.end() && known->second != event.id) return {};
  auto filled = refill(writer, event);
  if (!filled) return filled;
  auto choice = choose(writer, context, destination, event);
  if (!choice) return pass_on(choice);
  SentCounts& counts = sent_.destinations[destination.name];
  switch (*choice) {
    case Choice::tell:
      return tell(writer, context, destination, event);
    case Choice::over:
      ++counts.over;
      break;
    case Choice::newer:
      ++counts.newer;
      break;
    case Choice::unwanted:
      break;
  }
  return {};
}

// Of a subject the last event that the destination wants, unless it has heard of a later one by
// now, or the alert is too mild for it by now; nothing of what is over, unless it has heard that it
// began.
Result<SendMissed::Choice> SendMissed::choose(const store::Writer& writer,
                                              const EvaluationContext& context,
                                              const DestinationConfig& destination,
                                              const Event& event) {
  auto told = told_of_alert(writer, event);
  if (!told) return pass_on(told);
  const Config& config = context.config;
  if (request_.all) {
    return is_wanted(event, destination, config, *told) ? Choice::tell : Choice::unwanted;
  }
  auto records = writer.events(event.subject);
  if (!records) return pass_on(records);
  std::optional<Event> last_wanted;
  bool heard = false;
  for (store::EventRecord& record : *records) {
    auto missed = writer.is_missed(record.event.id, destination.name);
    if (!missed) return pass_on(missed);
    if (!*missed) {
      const bool kept_from_all = record.held && !record.held->told;
      if (!kept_from_all) last_wanted.reset();
      heard = heard || !kept_from_all;
      continue;
    }
    auto filled = refill(writer, record.event);
    if (!filled) return pass_on(filled);
    if (!can_be_missed(record.event)) continue;
    if (is_wanted(record.event, destination, config, *told)) last_wanted = record.event;
  }
  std::string& chosen = chosen_[event.subject];
  chosen.clear();  // whatever else of this subject comes up: it is settled
  if (!last_wanted) return heard ? Choice::newer : Choice::unwanted;
  const Event& now = records->back().event;
  if (ends_something(now.type)) {
    if (!heard || last_wanted->id != now.id) return Choice::over;
  } else if (is_of_alert(now.type) && now.severity < destination.minimum_severity) {
    return Choice::newer;
  }
  if (last_wanted->id == event.id) return Choice::tell;
  if (last_wanted->at >= request_.before) return Choice::newer;
  chosen = last_wanted->id;  // it comes up itself
  return Choice::unwanted;
}

Result<void> SendMissed::tell(store::Writer& writer, const EvaluationContext& context,
                              const DestinationConfig& destination, const Event& event) {
  SentCounts& counts = sent_.destinations[destination.name];
  auto silence = silence_of_event(writer, event, context.now);
  if (!silence) return pass_on(silence);
  if (*silence) {
    ++counts.silenced;
    return {};
  }
  SentItem item{event.id, event.type, event.subject, event.at, destination.name};
  if (!request_.dry_run) {
    auto made = deliver(writer, context, event, {&destination});
    if (!made) return pass_on(made);
    if (made->empty()) {
      ++counts.waiting;
      return {};
    }
    // A hundred thousand bodies are not held in memory: the outbox fetches them when it has room.
    std::vector<std::int64_t> ids;
    for (const Delivery& one : *made) ids.push_back(one.id);
    auto freed = writer.release_claims(std::span<const std::int64_t>(ids));
    if (!freed) return freed;
  }
  add_item(sent_, std::move(item));
  return {};
}

}  // namespace kpid::ingest
