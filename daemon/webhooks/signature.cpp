// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "webhooks/signature.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace kpid::webhooks {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kShortestKey = 24;
constexpr std::size_t kLongestKey = 64;
constexpr std::size_t kMaximumTokens = 32;
constexpr std::int64_t kToleranceSeconds = 5 * 60;

bool is_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  while (text.ends_with('=') && text.size() % 4 != 2) text.remove_suffix(1);
  return text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") ==
         std::string_view::npos;
}

std::int64_t seconds_of(Timestamp at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

// Standard Webhooks 1.0.0: "v1," and base64 of HMAC-SHA256 over "id.timestamp.body".
Result<std::string> token(std::string_view key, std::string_view id, std::string_view timestamp,
                          std::string_view body) {
  std::string content;
  content.reserve(id.size() + timestamp.size() + body.size() + 2);
  content.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data(),
           &length) == nullptr) {
    return fail(ErrorKind::internal, "OpenSSL could not compute an HMAC-SHA256.");
  }
  std::array<unsigned char, 64> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length));
  return "v1," +
         std::string(reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size));
}

// Every token is compared, and in constant time, so that timing tells a forger nothing.
bool any_token_matches(std::string_view list, std::string_view expected) {
  bool matched = false;
  for (std::size_t count = 0; !list.empty() && count < kMaximumTokens; ++count) {
    const std::size_t end = list.find(' ');
    const std::string_view candidate = list.substr(0, end);
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
    if (candidate.size() == expected.size() &&
        CRYPTO_memcmp(candidate.data(), expected.data(), expected.size()) == 0) {
      matched = true;
    }
  }
  return matched;
}

}  // namespace

Result<std::string> decode_secret(const Secret& secret) {
  std::string_view text = secret.reveal();
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  if (text.empty()) return fail(ErrorKind::config, "The webhook secret is empty; set one.");
  // 88 characters are 64 bytes: what is longer need not be decoded to be refused.
  if (text.size() > 88 || !is_base64(text)) {
    return fail(ErrorKind::config,
                "The webhook secret must be whsec_ and base64 of 24 to 64 random bytes.");
  }
  std::array<unsigned char, 68> bytes{};
  const int decoded =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  const std::size_t padding = text.ends_with("==") ? 2U : (text.ends_with('=') ? 1U : 0U);
  if (decoded < 0 || static_cast<std::size_t>(decoded) - padding < kShortestKey ||
      static_cast<std::size_t>(decoded) - padding > kLongestKey) {
    return fail(ErrorKind::config,
                "The webhook secret must hold 24 to 64 bytes; make a new one of 32 random bytes.");
  }
  return std::string(reinterpret_cast<const char*>(bytes.data()),
                     static_cast<std::size_t>(decoded) - padding);
}

Result<std::string> sign(std::span<const Secret> secrets, std::string_view id, Timestamp at,
                         std::string_view body) {
  if (secrets.empty()) return fail(ErrorKind::config, "No webhook secret is set to sign with.");
  const std::string timestamp = std::to_string(seconds_of(at));
  std::string list;
  for (const Secret& secret : secrets) {
    const auto key = decode_secret(secret);
    if (!key) return tl::unexpected(key.error());
    const auto one = token(*key, id, timestamp, body);
    if (!one) return tl::unexpected(one.error());
    if (!list.empty()) list += ' ';
    list += *one;
  }
  return list;
}

Result<void> verify(const Secret& secret, const SignedHeaders& headers, std::string_view body,
                    Timestamp now) {
  const auto key = decode_secret(secret);
  if (!key) return tl::unexpected(key.error());
  if (headers.id.empty()) return fail(ErrorKind::source, "The header webhook-id is missing.");
  if (headers.timestamp.empty()) {
    return fail(ErrorKind::source, "The header webhook-timestamp is missing.");
  }
  if (headers.signature.empty()) {
    return fail(ErrorKind::source, "The header webhook-signature is missing.");
  }
  std::int64_t sent = 0;
  const char* const end = headers.timestamp.data() + headers.timestamp.size();
  const auto parsed = std::from_chars(headers.timestamp.data(), end, sent);
  if (parsed.ec != std::errc{} || parsed.ptr != end || sent < 0) {
    return fail(ErrorKind::source,
                "The header webhook-timestamp is not a whole number of seconds.");
  }
  const std::int64_t current = seconds_of(now);
  if (sent < current - kToleranceSeconds) {
    return fail(ErrorKind::source, "The webhook's timestamp is more than five minutes old.");
  }
  if (sent > current + kToleranceSeconds) {
    return fail(ErrorKind::source, "The webhook's timestamp is more than five minutes ahead.");
  }
  const auto expected = token(*key, headers.id, headers.timestamp, body);
  if (!expected) return tl::unexpected(expected.error());
  if (!any_token_matches(headers.signature, *expected)) {
    return fail(ErrorKind::source,
                "No token of webhook-signature matches the body and the secret.");
  }
  return {};
}

}  // namespace kpid::webhooks
