// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/acknowledge_link.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "net/base64.hpp"
#include "webhooks/message.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

// What is signed: a version, the expiry in seconds (5 bytes, the highest first), the length of the
// event's id, that id, and the destination to the end. Behind it half of the HMAC-SHA256: 128 bits,
// which nobody guesses at any rate at which this answers.
constexpr unsigned char version = 1;
constexpr std::size_t expiry_size = 5;
constexpr std::size_t head_size = 1 + expiry_size + 1;
constexpr std::size_t mac_size = 16;
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_token = (head_size + 2 * longest_name + mac_size) * 4 / 3 + 2;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// base64 with the two letters that an address can hold, and without padding.
std::string encoded(std::string_view bytes) {
  std::string text = net::base64(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

int value_of(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  if (letter == '-') return 62;
  return letter == '_' ? 63 : -1;
}

// Nothing where encoded() makes no such text: each sequence of bytes has one spelling.
std::optional<std::string> decoded(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char letter : text) {
    const int value = value_of(letter);
    if (value < 0) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(static_cast<unsigned char>(bits >> count & 0xFFU));
  }
  if (encoded(bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<std::string> mac_of(const Secret& key, std::string_view signed_part) {
  const std::string& bytes = key.reveal();
  if (bytes.size() != link_key_size) return std::nullopt;
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), bytes.data(), static_cast<int>(bytes.size()), bytes_of(signed_part),
           signed_part.size(), mac.data(), &size) == nullptr ||
      size < mac_size) {
    return std::nullopt;
  }
  return std::string(reinterpret_cast<const char*>(mac.data()), mac_size);
}

// Of what an event's data says, whatever its type.
bool tells_of_firing(const json::object& data) {
  // One that became less bad stays acknowledged where it was.
  return !data.contains("test") && text_in(data, "state") == to_string(AlertState::firing);
}

std::optional<json::object> data_in(const Event& event) {
  json::error_code error;
  json::value data = json::parse(event.data, error);
  if (error || !data.is_object()) return std::nullopt;
  return std::move(data.get_object());
}

// False where none of its items can be acknowledged.
bool link_items(json::object& digest,
                const std::function<std::string(const std::string&)>& link_of) {
  json::value* items = digest.if_contains("items");
  if (items == nullptr || !items->is_array() || digest.contains("test")) return false;
  bool any = false;
  for (json::value& one : items->get_array()) {
    json::object* item = one.if_object();
    if (item == nullptr || !tells_of_firing(*item)) continue;
    const auto type = parse_event_type(text_in(*item, "type"));
    std::string link = type && can_be_acknowledged(*type) ? link_of(text_in(*item, "id")) : "";
    if (link.empty()) continue;
    (*item)["acknowledge_url"] = std::move(link);
    any = true;
  }
  return any;
}

bool is_named(std::string_view text) { return !text.empty() && text.size() <= longest_name; }

}  // namespace

Result<Secret> make_link_key() {
  std::array<unsigned char, link_key_size> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(ErrorKind::internal, "OpenSSL has no random bytes for a key");
  }
  return Secret{std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())};
}

Result<std::string> make_link_token(const Secret& key, const AcknowledgeLink& link) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(link.expires.time_since_epoch());
  const std::int64_t count = seconds.count();
  if (!is_named(link.event) || !is_named(link.destination) || count < 0 ||
      count >> (8 * expiry_size) != 0) {
    return fail(ErrorKind::internal, "no link can be made for the event \"" + link.event +
                                         "\" at the destination \"" + link.destination + "\"");
  }
  std::string bytes(1, static_cast<char>(version));
  for (std::size_t i = expiry_size; i-- > 0;) bytes += static_cast<char>(count >> (8 * i) & 0xFF);
  bytes += static_cast<char>(link.event.size());
  bytes += link.event + link.destination;
  const auto mac = mac_of(key, bytes);
  if (!mac) return fail(ErrorKind::internal, "OpenSSL could not sign a link");
  return encoded(bytes + *mac);
}

std::optional<AcknowledgeLink> read_link_token(const Secret& key, std::string_view token) {
  if (token.size() > longest_token) return std::nullopt;
  const auto bytes = decoded(token);
  if (!bytes || bytes->size() < head_size + mac_size) return std::nullopt;
  const std::string_view all{*bytes};
  const std::string_view signed_part = all.substr(0, all.size() - mac_size);
  const auto mac = mac_of(key, signed_part);
  if (!mac || CRYPTO_memcmp(mac->data(), all.data() + signed_part.size(), mac_size) != 0) {
    return std::nullopt;
  }
  if (bytes_of(all)[0] != version) return std::nullopt;
  std::int64_t seconds = 0;
  for (std::size_t i = 1; i <= expiry_size; ++i) seconds = seconds << 8 | bytes_of(all)[i];
  const std::size_t length = bytes_of(all)[head_size - 1];
  const std::string_view names = signed_part.substr(head_size);
  if (length > names.size()) return std::nullopt;
  AcknowledgeLink link;
  link.event = names.substr(0, length);
  link.destination = names.substr(length);
  link.expires = Timestamp{std::chrono::seconds{seconds}};
  if (!is_named(link.event) || !is_named(link.destination)) return std::nullopt;
  return link;
}

bool can_be_acknowledged(EventType type) noexcept {
  switch (type) {
    case EventType::alert_firing:
    case EventType::alert_changed:
    case EventType::alert_reminder:
    case EventType::alert_escalated:
      return true;
    case EventType::alert_acknowledged:
    case EventType::alert_resolved:
    case EventType::source_failing:
    case EventType::source_stale:
    case EventType::source_recovered:
    case EventType::destination_disabled:
    case EventType::test_ping:
    case EventType::digest:
      break;
  }
  return false;
}

bool can_be_acknowledged(const Event& event) {
  if (!can_be_acknowledged(event.type)) return false;
  const auto data = data_in(event);
  return data && tells_of_firing(*data);
}

std::optional<Event> with_links(const Event& event,
                                const std::function<std::string(const std::string&)>& link_of) {
  if (event.type == EventType::digest) {
    auto data = data_in(event);
    if (!data || !link_items(*data, link_of)) return std::nullopt;
    Event linked = event;
    linked.data = json::serialize(*data);
    return linked;
  }
  std::string link = can_be_acknowledged(event) ? link_of(event.id) : std::string();
  if (link.empty()) return std::nullopt;
  Event linked = event;
  linked.acknowledge_link = std::move(link);
  return linked;
}

std::string link_address(std::string_view public_url, std::string_view token) {
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  return std::string{public_url} + "/ack/" + std::string{token};
}

}  // namespace kpid::webhooks
