// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/delivery_request.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "webhooks/signature.hpp"

namespace kpid::webhooks {

Result<HttpRequest> request_for(const DestinationConfig& destination, const Delivery& delivery,
                                Timestamp at) {
  HttpRequest request;
  request.url = destination.url;
  request.body = delivery.body;
  request.headers.push_back("content-type: " + delivery.content_type);
  if (destination.format != DestinationFormat::standard) return request;
  const auto signature = sign(destination.signing_secrets, delivery.event_id, at, delivery.body);
  if (!signature) return tl::unexpected(signature.error());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  request.headers.push_back("webhook-id: " + delivery.event_id);
  request.headers.push_back(fmt::format("webhook-timestamp: {}", seconds));
  request.headers.push_back("webhook-signature: " + *signature);
  return request;
}

HttpSettings settings_for(const DestinationConfig& destination) {
  HttpSettings settings;
  for (const auto& text : destination.allowed_networks) {
    // config/ has checked them; one that cannot be read allows nothing.
    if (auto network = net::parse_network(text)) settings.allowed.push_back(*network);
  }
  settings.ca_file = destination.ca_file;
  settings.timeout = destination.timeout;
  settings.connections = std::max(destination.connections, 1U);
  return settings;
}

}  // namespace kpid::webhooks
