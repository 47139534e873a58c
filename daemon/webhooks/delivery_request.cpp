// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/delivery_request.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace kpid::webhooks {

Result<std::optional<Signer>> signer_for(const DestinationConfig& destination) {
  if (destination.format != DestinationFormat::standard) return std::nullopt;
  auto signer = Signer::with(destination.signing_secrets);
  if (!signer) return tl::unexpected(signer.error());
  return std::optional{std::move(*signer)};
}

Result<HttpRequest> request_for(const DestinationConfig& destination, std::optional<Signer>& signer,
                                Delivery& delivery, Timestamp at) {
  HttpRequest request;
  request.url = destination.url;
  request.headers.reserve(5);  // with one of the client's
  request.headers.push_back("content-type: " + delivery.content_type);
  if (signer) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    const std::string timestamp = std::to_string(seconds);
    const auto signature = signer->sign(delivery.event_id, timestamp, delivery.body);
    if (!signature) return tl::unexpected(signature.error());
    request.headers.push_back("webhook-id: " + delivery.event_id);
    request.headers.push_back("webhook-timestamp: " + timestamp);
    request.headers.push_back("webhook-signature: " + *signature);
  }
  request.body = std::move(delivery.body);
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
