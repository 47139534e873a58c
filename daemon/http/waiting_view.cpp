// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "http/waiting_view.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <boost/json/object.hpp>

#include "alerts/timing.hpp"
#include "http/json_parts.hpp"
#include "ingest/deliver.hpp"
#include "ingest/silences.hpp"

namespace kpid::http {

namespace json = boost::json;

namespace {

struct Leaving {
  Timestamp at{};
  std::string why;
};

// A silence that was made meanwhile holds what is due longer than the destination's times do.
Result<Leaving> leaving_of(const store::Reader& reader, const Config& config,
                           const store::Waiting& row, bool is_stored, Timestamp now) {
  const DestinationConfig* destination = config.destination(row.destination);
  Leaving leaving{row.due_at, why_words(destination, row.bundle)};
  if (!is_stored || row.due_at > now) return leaving;
  auto event = ingest::stored_event(reader, row);
  if (!event) return pass_on(event);
  auto silence = ingest::silence_of_event(reader, *event, now);
  if (!silence) return pass_on(silence);
  if (!*silence) return leaving;
  leaving = {(*silence)->until, "the silence " + std::to_string((*silence)->id)};
  if (destination == nullptr) return leaving;
  const TimingInput input{*destination, config.timezone, config.calendars.trust()};
  leaving.at = quiet_until(input, leaving.at).value_or(leaving.at);
  return leaving;
}

Result<json::object> waiting_json(const store::Reader& reader, const Config& config,
                                  const store::Waiting& row, Timestamp now) {
  auto event = reader.event(row.event_id);
  if (!event) return pass_on(event);
  auto leaving = leaving_of(reader, config, row, event->has_value(), now);
  if (!leaving) return pass_on(leaving);
  json::object one{{"event", row.event_id},
                   {"type", nullptr},
                   {"subject", row.subject},
                   {"severity", nullptr},
                   {"explanation", nullptr},
                   {"destination", row.destination},
                   {"bundle", row.bundle},
                   {"since", format_timestamp(row.since)},
                   {"due_at", format_timestamp(leaving->at)},
                   {"until", moment_words(leaving->at, now, config.timezone)},
                   {"why", leaving->why}};
  if (!*event) return one;
  one["type"] = to_string((*event)->type);
  one["severity"] = to_string((*event)->severity);
  const json::value data = stored_json((*event)->data);
  if (data.is_object()) {
    if (const json::value* text = data.get_object().if_contains("explanation")) {
      one["explanation"] = *text;
    }
  }
  return one;
}

Result<json::array> waiting_list(const store::Reader& reader, const Config& config,
                                 const store::WaitingQuery& query, Timestamp now) {
  constexpr std::size_t most = 1000;
  auto rows = reader.waiting(query);
  if (!rows) return pass_on(rows);
  std::stable_sort(rows->begin(), rows->end(),
                   [](const auto& a, const auto& b) { return a.due_at < b.due_at; });
  if (rows->size() > most) rows->resize(most);
  json::array list;
  for (const store::Waiting& row : *rows) {
    auto one = waiting_json(reader, config, row, now);
    if (!one) return pass_on(one);
    list.push_back(std::move(*one));
  }
  return list;
}

}  // namespace

Result<json::value> waiting_view(const store::Reader& reader, const Config& config,
                                 std::string_view destination, Timestamp now) {
  auto list = waiting_list(reader, config, {std::string(destination), {}}, now);
  if (!list) return pass_on(list);
  return json::object{{"waiting", std::move(*list)}};
}

Result<json::array> waiting_of_event(const store::Reader& reader, const Config& config,
                                     std::string_view event_id, Timestamp now) {
  return waiting_list(reader, config, {{}, std::string(event_id)}, now);
}

Result<json::object> waiting_counts(const store::Reader& reader, const Config& config,
                                    Timestamp now) {
  auto bundles = reader.waiting_bundles();
  if (!bundles) return pass_on(bundles);
  json::object counts{{"events", 0}, {"next_at", nullptr}, {"until", nullptr}};
  std::uint64_t events = 0;
  for (const store::WaitingBundle& bundle : *bundles) events += bundle.events;
  counts["events"] = events;
  if (bundles->empty()) return counts;
  const Timestamp next = std::max(bundles->front().due_at, now);
  counts["next_at"] = format_timestamp(next);
  counts["until"] = moment_words(next, now, config.timezone);
  return counts;
}

}  // namespace kpid::http
