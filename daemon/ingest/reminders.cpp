// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/reminders.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerts/reminder_wording.hpp"
#include "alerts/routing.hpp"
#include "alerts/silence_request.hpp"
#include "ingest/silences.hpp"
#include "schedule/schedule.hpp"

namespace kpid::ingest {
namespace {

using Destinations = std::vector<const DestinationConfig*>;

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

bool repeats(EventType type) {
  return type == EventType::alert_reminder || type == EventType::alert_escalated;
}

// The time in which nobody has taken note of an alert that fires.
struct Stretch {
  std::optional<Timestamp> told_at;  // nothing: it has not been told
  std::set<std::string> escalated_to;
  const Event* last = nullptr;  // that told of the alert itself
};

Stretch stretch_of(const std::vector<store::EventRecord>& records) {
  Stretch stretch;
  bool noted = false;
  for (const store::EventRecord& record : records) {
    const Event& event = record.event;
    if (repeats(event.type)) {
      for (std::string& name : escalated_to(event.data)) {
        if (event.type == EventType::alert_escalated) stretch.escalated_to.insert(std::move(name));
      }
      continue;
    }
    stretch.last = &event;
    if (event.type == EventType::alert_acknowledged) {
      noted = true;
      stretch.told_at.reset();
      stretch.escalated_to.clear();
      continue;
    }
    if (noted && state_in(event.data) == AlertState::acknowledged) continue;  // only better
    noted = false;
    if (stretch.told_at || (record.held && !record.held->told)) continue;
    stretch.told_at = record.held ? record.held->settled_at.value_or(event.at) : event.at;
  }
  return stretch;
}

std::vector<std::string> names_of(const Destinations& destinations) {
  std::vector<std::string> names;
  for (const DestinationConfig* one : destinations) names.push_back(one->name);
  return names;
}

class Reminding {
 public:
  Reminding(store::Writer& writer, const EvaluationContext& context)
      : writer_(writer), context_(context), config_(context.config) {}

  Result<void> look_at(const Alert& alert) {
    if (alert.state != AlertState::firing || alert.flapping || !alert.fired_at) return {};
    const Destinations perhaps = possible(alert);
    if (perhaps.empty()) return {};
    auto told = writer_.told_of(alert.id);
    if (!told) return pass_on(told);
    auto records = writer_.events(alert.id);
    if (!records) return pass_on(records);
    const Stretch stretch = stretch_of(*records);
    if (!stretch.told_at) return {};
    Destinations escalated;
    Destinations reminded;
    for (const DestinationConfig* one : perhaps) {
      if (escalates_to(*one, alert, stretch)) {
        escalated.push_back(one);
      } else if (is_due_to(*one, alert, *told)) {
        reminded.push_back(one);
      }
    }
    if (escalated.empty() && reminded.empty()) return {};
    auto silence = silence_of_event(writer_, event_about(config_, alert), context_.now);
    if (!silence) return pass_on(silence);
    if (*silence) return {};  // its turn comes when that is over
    Alert next = alert;
    auto done = tell_them(next, EventType::alert_escalated, escalated, stretch, *told);
    if (done) done = tell_them(next, EventType::alert_reminder, reminded, stretch, *told);
    return done;
  }

  Evaluation take_evaluation() { return std::move(evaluation_); }

 private:
  [[nodiscard]] bool is_over(const Span& span, const Alert& alert, Timestamp from) const {
    return end_of_span(span, alert.organisation, config_, from) <= context_.now;
  }

  // Those for which an alert has been there for long enough, whatever was told of it since.
  [[nodiscard]] Destinations possible(const Alert& alert) const {
    Event event = event_about(config_, alert);
    Destinations all;
    for (const DestinationConfig& one : config_.destinations) {
      event.type = EventType::alert_escalated;
      const bool escalated = one.unacknowledged_for && wants(one, event, config_) &&
                             is_over(*one.unacknowledged_for, alert, *alert.fired_at);
      event.type = EventType::alert_reminder;
      const bool reminded = one.repeat_every && wants(one, event, config_) &&
                            is_over(*one.repeat_every, alert, *alert.fired_at);
      if (escalated || reminded) all.push_back(&one);
    }
    return all;
  }

  [[nodiscard]] bool escalates_to(const DestinationConfig& destination, const Alert& alert,
                                  const Stretch& stretch) const {
    Event event = event_about(config_, alert);
    event.type = EventType::alert_escalated;
    return destination.unacknowledged_for && wants(destination, event, config_) &&
           !stretch.escalated_to.contains(destination.name) &&
           is_over(*destination.unacknowledged_for, alert, *stretch.told_at);
  }

  [[nodiscard]] bool is_due_to(const DestinationConfig& destination, const Alert& alert,
                               const std::vector<store::ToldOf>& told) const {
    Event event = event_about(config_, alert);
    event.type = EventType::alert_reminder;
    const auto found = std::find_if(told.begin(), told.end(), [&](const store::ToldOf& one) {
      return one.destination == destination.name;
    });
    return found != told.end() && !found->under_way && destination.repeat_every &&
           wants(destination, event, config_) &&
           is_over(*destination.repeat_every, alert, found->last_at);
  }

  Result<void> tell_them(Alert& alert, EventType type, const Destinations& destinations,
                         const Stretch& stretch, const std::vector<store::ToldOf>& told) {
    if (destinations.empty()) return {};
    Unnoted unnoted;
    unnoted.since = *stretch.told_at;
    unnoted.day = local_date(unnoted.since, config_.timezone);
    unnoted.length = length_words(config_.calendars.of(alert.organisation), unnoted.day,
                                  local_date(context_.now, config_.timezone));
    unnoted.to = names_of(destinations);
    for (const store::ToldOf& one : told) {
      (one.arrived ? unnoted.told : unnoted.untold).push_back(one.destination);
    }
    ++alert.seq;
    auto saved = writer_.save_alert(alert);
    if (!saved) return saved;
    Kpi kpi;
    if (const Kpi* known = config_.kpi(alert.kpi)) kpi = *known;
    Event event = event_about(config_, alert);
    event.id = context_.identifiers.next("msg_", context_.now);
    event.type = type;
    event.seq = alert.seq;
    event.at = context_.now;
    event.data = unnoted_data(stretch.last->data, type, alert, kpi, unnoted);
    auto added = writer_.add_event(event);
    if (!added) return added;
    auto made = deliver(writer_, context_, event, destinations);
    if (!made) return pass_on(made);
    std::move(made->begin(), made->end(), std::back_inserter(evaluation_.deliveries));
    return {};
  }

  store::Writer& writer_;
  const EvaluationContext& context_;
  const Config& config_;
  Evaluation evaluation_;
};

}  // namespace

Result<Evaluation> evaluate_reminders(store::Writer& writer, const EvaluationContext& context) {
  const auto& destinations = context.config.destinations;
  if (std::none_of(destinations.begin(), destinations.end(), [](const DestinationConfig& one) {
        return one.unacknowledged_for || one.repeat_every;
      })) {
    return Evaluation{};
  }
  store::AlertQuery every_open;
  every_open.limit = std::numeric_limits<std::int32_t>::max();
  auto open = writer.alerts(every_open);
  if (!open) return pass_on(open);
  Reminding reminding(writer, context);
  for (auto alert = open->rbegin(); alert != open->rend(); ++alert) {  // the oldest first
    auto done = reminding.look_at(*alert);
    if (!done) return pass_on(done);
  }
  return reminding.take_evaluation();
}

}  // namespace kpid::ingest
