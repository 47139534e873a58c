// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/preview.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "alerts/routing.hpp"
#include "webhooks/acknowledge_link.hpp"
#include "webhooks/delivery_request.hpp"
#include "webhooks/example_event.hpp"
#include "webhooks/render.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

constexpr std::string_view mask = "********";

// The path may be the secret: a webhook's address often is.
std::string without_path(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return std::string{mask};
  std::string host = url.substr(scheme + 3, url.find_first_of("/?#", scheme + 3) - scheme - 3);
  host.erase(0, host.find('@') == std::string::npos ? 0 : host.find('@') + 1);
  return url.substr(0, scheme + 3) + host + "/…";
}

std::string masked(const std::string& header) {
  for (const std::string_view secret : {"authorization: Bearer ", "webhook-signature: v1,"}) {
    if (header.starts_with(secret)) return std::string{secret} + std::string{mask};
  }
  return header;
}

json::value withheld(const Config& config, const DestinationConfig& destination,
                     const Event& event) {
  if (event.type == EventType::test_ping) return nullptr;  // sent by name
  if (event.type == EventType::digest) {
    const bool bundles =
        destination.digest || destination.quiet.any() || destination.group_by != Grouping::none;
    if (bundles) return nullptr;
    return "it has no quiet times, groups or digest (quiet_hours, quiet_days, group_by, digest), "
           "so it is told of each event by itself";
  }
  // Of an alert that it has heard of; none is there before it fires.
  std::vector<std::string> heard;
  if (event.type != EventType::alert_firing) heard = {destination.name};
  const auto told = destinations_for(event, config, heard);
  if (std::find(told.begin(), told.end(), &destination) != told.end()) return nullptr;
  if (event.type == EventType::alert_escalated && !destination.unacknowledged_for) {
    return "it has no \"unacknowledged_for\": nothing escalates to it";
  }
  if (event.type == EventType::alert_reminder && !destination.repeat_every) {
    return "it has no \"repeat_every\": nothing is told to it again";
  }
  if (!wants(destination, event, config)) {
    return "its filters (events, owners, kpis, organisations, objectives, minimum_severity, "
           "operational) keep this event from it";
  }
  if (destination.unacknowledged_for) {
    const std::string span = format_span(*destination.unacknowledged_for);
    return json::value("it hears of an alert only once nobody has taken note of it for " + span);
  }
  return "a destination before it in the config gets this event (match = \"first\")";
}

}  // namespace

Result<json::object> preview(const Config& config, const std::string& name, EventType type,
                             Timestamp now) {
  const DestinationConfig* destination = config.destination(name);
  if (destination == nullptr) {
    return fail(ErrorKind::not_found, "no destination is named \"" + name + "\"");
  }
  auto event = example_event(config, *destination, type, now);
  if (!event) return tl::unexpected(event.error());
  if (config.listen && !config.listen->public_url.empty() && can_be_acknowledged(type)) {
    event->acknowledge_link = link_address(config.listen->public_url, no_token);
  }
  auto rendered = render(*destination, *event, config.instance);
  if (!rendered) return tl::unexpected(rendered.error());
  DestinationConfig shown = *destination;
  if (!shown.access_key.empty()) shown.access_key = Secret{std::string{mask}};
  auto signer = signer_for(shown);
  if (!signer) return tl::unexpected(signer.error());
  Delivery delivery;
  delivery.event_id = event->id;
  delivery.content_type = std::move(rendered->content_type);
  delivery.body = std::move(rendered->body);
  auto request = request_for(shown, *signer, delivery, now);
  if (!request) return tl::unexpected(request.error());
  json::array headers;
  if (request->envelope) {
    headers.emplace_back("MAIL FROM:<" + request->envelope->from + ">");
    for (const std::string& to : request->envelope->to) {
      headers.emplace_back("RCPT TO:<" + to + ">");
    }
  }
  for (const std::string& header : request->headers) headers.emplace_back(masked(header));
  return json::object{{"destination", name},
                      {"format", to_string(destination->format)},
                      {"event", to_string(type)},
                      {"url", without_path(destination->url.reveal())},
                      {"headers", std::move(headers)},
                      {"bytes", request->body.size()},
                      {"body", std::move(request->body)},
                      {"withheld", withheld(config, *destination, *event)}};
}

}  // namespace kpid::webhooks
