// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/delivery_request.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "net/base64.hpp"
#include "webhooks/message.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void insert_routing_key(const Secret& key, std::string& body) {
  if (!body.starts_with("{\"event_action\"")) return;  // made before the format was changed
  body.insert(1, "\"routing_key\":" + json::serialize(json::string{key.reveal()}) + ",");
}

std::string tags_of(const json::object& stored) {
  std::string tags;
  const json::value* list = stored.if_contains("tags");
  if (list == nullptr || !list->is_array()) return tags;
  for (const json::value& tag : list->get_array()) {
    if (!tag.is_string()) continue;
    if (!tags.empty()) tags += ',';
    tags += cleaned(tag.get_string());
  }
  return tags;
}

// As ntfy's header has them: "view, I have seen this, https://…", with ';' between two. A link's
// own commas would end it.
std::string actions_of(const json::object& stored) {
  std::string actions;
  const json::value* list = stored.if_contains("actions");
  if (list == nullptr || !list->is_array()) return actions;
  for (const json::value& one : list->get_array()) {
    const json::object* action = one.if_object();
    if (action == nullptr) continue;
    std::string url;
    for (const char c : text_in(*action, "url")) {
      url += c == ',' ? "%2C" : c == ';' ? "%3B" : std::string(1, c);
    }
    if (url.empty() || !is_ascii(url)) continue;
    if (!actions.empty()) actions += "; ";
    actions += "view, " + header_text(text_in(*action, "label")) + ", " + cleaned(url);
  }
  return actions;
}

// The stored object as ntfy takes it at a topic's own address: the text as the body, the rest as
// headers.
void spread_for_ntfy(std::vector<std::string>& headers, std::string& body) {
  json::error_code error;
  const json::value value = json::parse(body, error);
  const json::object* stored = error ? nullptr : value.if_object();
  if (stored == nullptr || !stored->contains("message")) return;  // made before a change of format
  headers.front() = "content-type: text/plain; charset=utf-8";
  headers.push_back("title: " + header_text(text_in(*stored, "title")));
  if (const json::value* priority = stored->if_contains("priority");
      priority != nullptr && priority->is_int64()) {
    headers.push_back("priority: " + std::to_string(priority->get_int64()));
  }
  const std::string tags = tags_of(*stored);
  if (!tags.empty()) headers.push_back("tags: " + tags);
  const std::string click = text_in(*stored, "click");
  if (!click.empty() && is_ascii(click)) headers.push_back("click: " + cleaned(click));
  const std::string actions = actions_of(*stored);
  if (!actions.empty()) headers.push_back("actions: " + actions);
  body = text_in(*stored, "message");
}

void sign(std::vector<std::string>& headers, const Delivery& delivery, const std::string& timestamp,
          const std::string& signature) {
  headers.push_back("webhook-id: " + delivery.event_id);
  headers.push_back("webhook-timestamp: " + timestamp);
  headers.push_back("webhook-signature: " + signature);
}

}  // namespace

std::string header_text(std::string_view text) {
  const std::string clean = cleaned(text);
  return is_ascii(clean) ? clean : encoded_words(clean);
}

std::string encoded_words(std::string_view clean) {
  constexpr std::size_t most = 45;  // bytes in one encoded word, which is 75 characters at most
  std::string words;
  for (std::size_t begin = 0; begin < clean.size();) {
    std::size_t end = std::min(begin + most, clean.size());
    const auto continues = [&](std::size_t i) {
      return i < clean.size() && (static_cast<unsigned char>(clean[i]) & 0xC0U) == 0x80U;
    };
    while (end > begin + 1 && continues(end)) --end;
    if (!words.empty()) words += ' ';
    words += "=?UTF-8?B?" + net::base64(clean.substr(begin, end - begin)) + "?=";
    begin = end;
  }
  return words;
}

Result<std::optional<Signer>> signer_for(const DestinationConfig& destination) {
  const bool asked =
      destination.format == DestinationFormat::by_template && !destination.signing_secrets.empty();
  if (destination.format != DestinationFormat::standard && !asked) return std::nullopt;
  auto signer = Signer::with(destination.signing_secrets);
  if (!signer) return tl::unexpected(signer.error());
  return std::optional{std::move(*signer)};
}

Result<HttpRequest> request_for(const DestinationConfig& destination, std::optional<Signer>& signer,
                                Delivery& delivery, Timestamp at) {
  HttpRequest request;
  request.url = destination.url;
  if (destination.format == DestinationFormat::email) {
    const MailConfig& mail = destination.mail;
    request.envelope = {mail.from, mail.to, mail.user, destination.access_key, mail.tls};
    request.body = std::move(delivery.body);
    return request;
  }
  request.headers.reserve(6);  // with one of the client's
  request.headers.push_back("content-type: " + delivery.content_type);
  if (destination.format == DestinationFormat::pagerduty) {
    insert_routing_key(destination.access_key, delivery.body);
  } else if (!destination.access_key.empty()) {
    request.headers.push_back("authorization: Bearer " + destination.access_key.reveal());
  }
  if (destination.format == DestinationFormat::ntfy) {
    spread_for_ntfy(request.headers, delivery.body);
  }
  if (signer) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    const std::string timestamp = std::to_string(seconds);
    const auto signature = signer->sign(delivery.event_id, timestamp, delivery.body);
    if (!signature) return tl::unexpected(signature.error());
    sign(request.headers, delivery, timestamp, *signature);
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
  settings.client_certificate = destination.client_certificate;
  settings.client_key = destination.client_key;
  settings.proxy = destination.proxy;
  settings.allowed_only = destination.format == DestinationFormat::email && !destination.mail.tls;
  return settings;
}

}  // namespace kpid::webhooks
