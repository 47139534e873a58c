// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "webhooks/signature.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace kpid::webhooks {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kShortestKey = 24;
constexpr std::size_t kLongestKey = 64;
constexpr std::size_t kMaximumTokens = 32;
constexpr std::int64_t kToleranceSeconds = 300;

bool is_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  while (text.ends_with('=') && text.size() % 4 != 2) text.remove_suffix(1);
  return text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") ==
         std::string_view::npos;
}

struct MacFree {
  void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
};

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

tl::unexpected<Error> no_hmac() {
  return fail(ErrorKind::internal, "OpenSSL could not compute an HMAC-SHA256.");
}

std::int64_t seconds_of(Timestamp at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
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

void Signer::Free::operator()(EVP_MAC_CTX* key) const noexcept { EVP_MAC_CTX_free(key); }

Result<Signer> Signer::with(std::span<const Secret> secrets) {
  if (secrets.empty()) return fail(ErrorKind::config, "No webhook secret is set to sign with.");
  const std::unique_ptr<EVP_MAC, MacFree> mac{EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr)};
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_end()};
  Signer signer;
  for (const Secret& secret : secrets) {
    const auto bytes = decode_secret(secret);
    if (!bytes) return tl::unexpected(bytes.error());
    Key key{mac ? EVP_MAC_CTX_new(mac.get()) : nullptr};
    if (!key || EVP_MAC_init(key.get(), bytes_of(*bytes), bytes->size(), parameters.data()) != 1) {
      return no_hmac();
    }
    signer.keys_.push_back(std::move(key));
  }
  return signer;
}

// Standard Webhooks 1.0.0: "v1," and base64 of HMAC-SHA256 over "id.timestamp.body".
Result<std::string> Signer::sign(std::string_view id, std::string_view timestamp,
                                 std::string_view body) {
  std::string head;
  head.append(id).append(1, '.').append(timestamp).append(1, '.');
  std::string list;
  for (const Key& key : keys_) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::size_t length = 0;
    EVP_MAC_CTX* const mac = key.get();
    if (EVP_MAC_init(mac, nullptr, 0, nullptr) != 1 ||  // the key again, from the beginning
        EVP_MAC_update(mac, bytes_of(head), head.size()) != 1 ||
        EVP_MAC_update(mac, bytes_of(body), body.size()) != 1 ||
        EVP_MAC_final(mac, digest.data(), &length, digest.size()) != 1) {
      return no_hmac();
    }
    std::array<char, std::size_t{2} * EVP_MAX_MD_SIZE> encoded{};
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                     digest.data(), static_cast<int>(length));
    list += list.empty() ? "v1," : " v1,";
    list.append(encoded.data(), static_cast<std::size_t>(size));
  }
  return list;
}

Result<std::string> Signer::sign(std::string_view id, Timestamp at, std::string_view body) {
  return sign(id, std::to_string(seconds_of(at)), body);
}

Result<std::string> sign(std::span<const Secret> secrets, std::string_view id, Timestamp at,
                         std::string_view body) {
  auto signer = Signer::with(secrets);
  if (!signer) return tl::unexpected(signer.error());
  return signer->sign(id, at, body);
}

Result<void> verify(const Secret& secret, const SignedHeaders& headers, std::string_view body,
                    Timestamp now) {
  auto signer = Signer::with({&secret, 1});
  if (!signer) return tl::unexpected(signer.error());
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
  const auto expected = signer->sign(headers.id, headers.timestamp, body);
  if (!expected) return tl::unexpected(expected.error());
  if (!any_token_matches(headers.signature, *expected)) {
    return fail(ErrorKind::source,
                "No token of webhook-signature matches the body and the secret.");
  }
  return {};
}

}  // namespace kpid::webhooks
