// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/drill.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "alerts/routing.hpp"
#include "alerts/routing_reasons.hpp"
#include "alerts/silence.hpp"
#include "ingest/deliver.hpp"
#include "ingest/silences.hpp"

namespace kpid::ingest {
namespace {

namespace json = boost::json;

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

std::string why_off(const std::vector<store::DestinationState>& states, const std::string& name) {
  for (const store::DestinationState& state : states) {
    if (state.name != name || !state.disabled) continue;
    return state.disabled_reason.empty() ? "switched off" : state.disabled_reason;
  }
  return {};
}

std::string sentence_in(const std::string& data) {
  boost::system::error_code problem;
  const json::value parsed = json::parse(data, problem);
  if (problem || !parsed.is_object()) return {};
  const json::value* sentence = parsed.get_object().if_contains("explanation");
  return sentence != nullptr && sentence->is_string() ? std::string(sentence->get_string())
                                                      : std::string();
}

json::value instant(const std::optional<Timestamp>& at) {
  return at ? json::value(format_timestamp(*at)) : json::value(nullptr);
}

json::object told_json(const DrillTold& told, const DeliveryAttempt* attempt) {
  json::object one{{"destination", told.destination},
                   {"format", to_string(told.format)},
                   {"state", "untried"},
                   {"status", nullptr},
                   {"latency_ms", nullptr},
                   {"error", told.off},
                   {"next_attempt_at", nullptr},
                   {"would_wait_for", told.wait},
                   {"would_wait_until", instant(told.wait_until)}};
  if (!told.off.empty()) one["state"] = "off";
  if (attempt == nullptr) return one;
  one["state"] = to_string(attempt->state);
  if (attempt->status != 0) one["status"] = attempt->status;
  one["latency_ms"] = attempt->latency_ms;
  one["error"] = attempt->error;
  if (attempt->state == DeliveryState::pending) {
    one["next_attempt_at"] = format_timestamp(attempt->next_attempt_at);
  }
  return one;
}

}  // namespace

Result<Drill> drill(store::Writer& writer, const EvaluationContext& context, Event event) {
  Drill made;
  event.at = context.now;
  auto silence = silence_of_event(writer, event, context.now);
  if (!silence) return pass_on(silence);
  made.silence = std::move(*silence);
  const auto chosen = destinations_for(event, context.config);
  for (const DestinationConfig& one : context.config.destinations) {
    std::string why = reason_not_told(one, event, context.config);
    if (!why.empty()) made.untold.push_back({one.name, one.format, std::move(why)});
  }
  made.event = event;
  if (made.silence) return made;
  auto states = writer.destination_states();
  if (!states) return pass_on(states);
  auto added = writer.add_event(event);
  if (!added) return pass_on(added);
  for (const DestinationConfig* one : chosen) {
    DrillTold told;
    told.destination = one->name;
    told.format = one->format;
    told.off = why_off(*states, one->name);
    if (!told.off.empty() && !one->fallback.empty()) {
      told.off += "; its fallback " + one->fallback + " would be told instead";
    }
    if (told.off.empty()) {
      if (const auto wait = wait_of(timing_input(context, *one), event, context.now)) {
        told.wait = why_words(one, wait->bundle);
        told.wait_until = wait->due_at;
      }
      auto delivery = deliver_now(writer, context, event, *one);
      if (!delivery) return pass_on(delivery);
      told.delivery = std::move(*delivery);
    }
    made.told.push_back(std::move(told));
  }
  return made;
}

json::object drill_json(const Drill& drill, const Config& config,
                        const std::vector<DeliveryAttempt>& attempts) {
  const Event& event = drill.event;
  const Organisation* organisation = config.organisations.find(event.organisation);
  json::object all{{"event", drill.silence ? json::value(nullptr) : json::value(event.id)},
                   {"type", to_string(event.type)},
                   {"rule", event.rule},
                   {"organisation", event.organisation},
                   {"organisation_name", organisation == nullptr ? "" : organisation->name},
                   {"severity", to_string(event.severity)},
                   {"sentence", sentence_in(event.data)},
                   {"silence", nullptr}};
  if (drill.silence) {
    all["silence"] = json::object{{"id", drill.silence->id},
                                  {"what", matcher_words(drill.silence->matchers)},
                                  {"until", format_timestamp(drill.silence->until)},
                                  {"by", drill.silence->by},
                                  {"why", drill.silence->why}};
  }
  bool accepted = !drill.silence && !drill.told.empty();
  json::array told;
  for (const DrillTold& one : drill.told) {
    const auto attempt =
        std::find_if(attempts.begin(), attempts.end(), [&one](const DeliveryAttempt& tried) {
          return one.delivery && tried.delivery == one.delivery->id;
        });
    const DeliveryAttempt* tried = attempt == attempts.end() ? nullptr : &*attempt;
    accepted = accepted && tried != nullptr && tried->state == DeliveryState::delivered;
    told.push_back(told_json(one, tried));
  }
  json::array untold;
  for (const DrillUntold& one : drill.untold) {
    untold.push_back(json::object{
        {"destination", one.destination}, {"format", to_string(one.format)}, {"why", one.why}});
  }
  all["told"] = std::move(told);
  all["not_told"] = std::move(untold);
  all["accepted"] = accepted;
  return all;
}

}  // namespace kpid::ingest
