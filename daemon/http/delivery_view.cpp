// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/delivery_view.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "http/json_parts.hpp"

namespace kpid::http {

namespace json = boost::json;

std::string host_of(const Secret& url) {
  const auto parsed = boost::urls::parse_uri(url.reveal());
  if (!parsed || !parsed->has_authority()) return {};
  return std::string(parsed->encoded_host_and_port());
}

json::object delivery_json(const Delivery& delivery) {
  return {{"id", delivery.id},
          {"event", delivery.event_id},
          {"type", to_string(delivery.event_type)},
          {"destination", delivery.destination},
          {"instead_of", delivery.instead_of},
          {"subject", delivery.subject},
          {"state", to_string(delivery.state)},
          {"attempts", delivery.attempts},
          {"created_at", format_timestamp(delivery.created_at)},
          {"next_attempt_at", delivery.state == DeliveryState::pending
                                  ? instant(delivery.next_attempt_at)
                                  : json::value(nullptr)},
          {"finished_at", instant(delivery.finished_at)},
          {"last_status", delivery.last_status},
          {"last_error", delivery.last_error}};
}

Result<json::value> deliveries_view(const store::Reader& reader,
                                    const store::DeliveryQuery& query) {
  auto found = reader.deliveries(query);
  if (!found) return pass_on(found);
  json::array list;
  for (const Delivery& delivery : *found) list.push_back(delivery_json(delivery));
  return json::object{{"deliveries", std::move(list)}};
}

Result<json::object> told_json(const store::Reader& reader, const Delivery& delivery) {
  auto attempts = reader.attempts(delivery.id);
  if (!attempts) return pass_on(attempts);
  json::array list;
  for (const DeliveryAttempt& attempt : *attempts) {
    list.push_back(json::object{{"number", attempt.number},
                                {"at", format_timestamp(attempt.at)},
                                {"latency_ms", attempt.latency_ms},
                                {"status", attempt.status},
                                {"error", attempt.error}});
  }
  json::object told = delivery_json(delivery);
  told["tries"] = std::move(list);
  return told;
}

Result<json::value> delivery_view(const store::Reader& reader, std::int64_t id) {
  auto delivery = reader.delivery(id);
  if (!delivery) return pass_on(delivery);
  if (!*delivery) {
    return fail(ErrorKind::not_found,
                "there is no delivery " + std::to_string(id) + ": `kpictl deliveries` lists them");
  }
  auto told = told_json(reader, **delivery);
  if (!told) return pass_on(told);
  (*told)["content_type"] = (*delivery)->content_type;
  (*told)["body"] = (*delivery)->body;
  return json::value(std::move(*told));
}

Result<json::value> destinations_view(const store::Reader& reader, const Config& config) {
  auto states = reader.destination_states();
  if (!states) return pass_on(states);
  json::array list;
  for (const DestinationConfig& destination : config.destinations) {
    const auto state = std::find_if(states->begin(), states->end(),
                                    [&](const auto& one) { return one.name == destination.name; });
    const store::DestinationState known =
        state == states->end() ? store::DestinationState{} : *state;
    list.push_back(json::object{{"name", destination.name},
                                {"format", to_string(destination.format)},
                                {"host", host_of(destination.url)},
                                {"operational", destination.operational},
                                {"minimum_severity", to_string(destination.minimum_severity)},
                                {"disabled", known.disabled},
                                {"disabled_reason", known.disabled_reason},
                                {"failing_since", instant(known.failing_since)},
                                {"last_delivered_at", instant(known.last_delivered_at)}});
  }
  return json::object{{"destinations", std::move(list)}};
}

}  // namespace kpid::http
