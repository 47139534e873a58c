// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/handshake.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace kpid::webhooks {
namespace {

constexpr std::string_view allowed_origin = "WebHook-Allowed-Origin";
constexpr std::string_view allowed_rate = "WebHook-Allowed-Rate";
constexpr std::chrono::minutes minute{1};
// Beyond it a limit means nothing, and remembering each delivery of a minute would cost memory.
constexpr std::uint32_t most_counted = 100'000;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool same_name(std::string_view a, std::string_view b) {  // of hosts: capitals do not matter
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// A whole number from 1; "*", nothing and what is none of these set no limit.
std::optional<std::uint32_t> rate_in(const Answer& answer) {
  std::optional<std::uint32_t> least;
  for (const auto& [name, value] : answer.headers) {
    if (name != allowed_rate) continue;
    const std::string_view text = trimmed(value);
    std::uint32_t rate = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), rate);
    if (fault != std::errc{} || end != text.data() + text.size() || rate == 0) continue;
    if (rate <= most_counted) least = std::min(least.value_or(rate), rate);
  }
  return least;
}

std::string what_to_answer(const std::string& origin) {
  return fmt::format(
      "to be sent anything it must answer OPTIONS with the header \"{0}: {1}\" or \"{0}: *\"; "
      "nothing was sent",
      allowed_origin, origin);
}

}  // namespace

std::string handshake_origin(const Config& config) {
  if (!config.listen) return config.instance;
  std::string_view host = config.listen->public_url;
  const std::size_t scheme = host.find("://");
  if (scheme == std::string_view::npos) return config.instance;
  host = host.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  const bool in_brackets = host.starts_with('[');
  host = host.substr(0, in_brackets ? host.find(']') + 1 : host.find(':'));
  return host.empty() ? config.instance : std::string{host};
}

std::optional<std::uint32_t> deliveries_a_minute(const std::vector<RateLimit>& rates) {
  std::optional<std::uint32_t> least;
  for (const RateLimit& rate : rates) {
    if (rate.within.count() <= 0) continue;
    const std::int64_t span = std::chrono::milliseconds{minute}.count();
    const std::int64_t most = std::max<std::int64_t>(rate.most * span / rate.within.count(), 1);
    const auto counted = static_cast<std::uint32_t>(std::min<std::int64_t>(most, most_counted));
    least = std::min(least.value_or(counted), counted);
  }
  return least;
}

HttpRequest handshake_request(const DestinationConfig& destination, const std::string& origin) {
  HttpRequest request;
  request.method = "OPTIONS";
  request.url = destination.url;
  request.headers.push_back("WebHook-Request-Origin: " + origin);
  if (const auto rate = deliveries_a_minute(destination.rates)) {
    request.headers.push_back(fmt::format("WebHook-Request-Rate: {}", *rate));
  }
  request.wanted_headers = {std::string{allowed_origin}, std::string{allowed_rate}};
  return request;
}

Consent consent_in(const Answer& answer, const std::string& origin) {
  Consent consent;
  if (answer.status == 0) {
    consent.refusal = "the receiver could not be asked for its consent: " + answer.network_error;
    return consent;
  }
  if (answer.status == 429) {
    consent.refusal =
        "429: the receiver cannot say now whether it wants anything; nothing was sent";
    return consent;
  }
  std::string other;
  for (const auto& [name, value] : answer.headers) {
    if (name != allowed_origin) continue;
    const std::string_view named = trimmed(value);
    if (named == "*" || same_name(named, origin)) consent.given = true;
    if (other.empty()) other = "another name than \"" + origin + "\"";
  }
  if (consent.given) {
    consent.most_a_minute = rate_in(answer);
    return consent;
  }
  consent.refusal =
      fmt::format("the receiver gave no consent: it answered {} with {}; {}", answer.status,
                  other.empty() ? "no such header" : other, what_to_answer(origin));
  return consent;
}

bool Handshake::is_of(const DestinationConfig& destination, const std::string& origin) const {
  return given_ && url_ == destination.url && origin_ == origin;
}

bool Handshake::due(const DestinationConfig& destination, const std::string& origin) const {
  return destination.handshake && !is_of(destination, origin);
}

std::vector<RateLimit> Handshake::limits(const DestinationConfig& destination,
                                         const std::string& origin) const {
  std::vector<RateLimit> all = destination.rates;
  if (destination.handshake && is_of(destination, origin) && most_a_minute_) {
    all.push_back({*most_a_minute_, minute});
  }
  return all;
}

boost::asio::awaitable<Handshake::Asked> Handshake::ask(HttpClient& client,
                                                        const DestinationConfig& destination,
                                                        const std::string& origin) {
  // Named: g++ 12 destroys what a temporary in a co_await expression holds twice.
  HttpRequest request = handshake_request(destination, origin);
  Asked asked;
  auto answer = co_await client.send(std::move(request));
  if (!answer) {
    asked.cancelled = true;
    co_return asked;
  }
  Consent consent = consent_in(*answer, origin);
  if (!consent.given) {
    // By its schedule, whatever the status: it is the header that counts.
    asked.instead = Answer{0, std::move(consent.refusal), answer->retry_after};
    co_return asked;
  }
  given_ = true;
  url_ = destination.url;
  origin_ = origin;
  most_a_minute_ = consent.most_a_minute;
  co_return asked;
}

}  // namespace kpid::webhooks
