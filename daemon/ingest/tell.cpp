// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// An event about to be told, and an admin's word on an alert.

#include <optional>
#include <string>
#include <utility>

#include "alerts/routing.hpp"
#include "alerts/silence_request.hpp"
#include "ingest/fallback.hpp"
#include "ingest/judge.hpp"
#include "ingest/silences.hpp"

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
  if (!only.empty()) {
    const DestinationConfig* one = context.config.destination(only);
    if (one != nullptr) return deliver(writer, context, event, {one});
    return fail(ErrorKind::not_found, "no destination is named \"" + std::string(only) + "\"");
  }
  auto silence = silence_of_event(writer, event, context.now);
  if (!silence) return pass_on(silence);
  if (*silence) {
    auto held = writer.hold_event(event.id, (*silence)->id);
    if (!held) return pass_on(held);
    return std::vector<Delivery>{};
  }
  auto told = told_before(writer, event);
  if (!told) return pass_on(told);
  return deliver(writer, context, event, destinations_for(event, context.config, *told));
}

Result<std::vector<std::string>> told_before(const store::Reader& reader, const Event& event) {
  std::vector<std::string> names;
  if (!is_of_alert(event.type) || event.type == EventType::alert_firing) return names;
  auto told = reader.told_of(event.subject);
  if (!told) return pass_on(told);
  for (store::ToldOf& one : *told) names.push_back(std::move(one.destination));
  return names;
}

Result<std::vector<Delivery>> acknowledge_alert(store::Writer& writer,
                                                const EvaluationContext& context,
                                                std::string_view alert_id, std::string_view by,
                                                std::string_view note, std::string_view span) {
  auto alert = writer.alert(alert_id);
  if (!alert) return pass_on(alert);
  if (!*alert) {
    return fail(ErrorKind::not_found,
                "there is no alert \"" + std::string(alert_id) + "\": `kpictl alerts` lists them");
  }
  std::optional<Timestamp> until;
  if (!span.empty()) {
    auto end = end_of_span(span, (*alert)->organisation, context.config, context.now);
    if (!end) return pass_on(end);
    until = *end;
  }
  const auto next = acknowledge(**alert, by, note, context.now, until);
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
