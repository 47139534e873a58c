// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "webhooks/signature.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace kpid::webhooks {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::string_view kPairPrefix = "whsk_";
constexpr std::string_view kPublicPrefix = "whpk_";
constexpr std::size_t kShortestKey = 24;
constexpr std::size_t kLongestKey = 64;
constexpr std::size_t kMaximumTokens = 32;
// Of ed25519's, each of which hashes the whole body before it is refused: a rotation needs two.
constexpr std::size_t kMaximumVerified = 4;
constexpr std::int64_t kToleranceSeconds = 300;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Nothing where it is no base64, or longer than a key or a signature may be: 88 characters are 64
// bytes, and what is longer need not be decoded to be refused.
std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::size_t longest = 88;
  if (text.empty() || text.size() > longest || text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2U : (text.ends_with('=') ? 1U : 0U);
  if (text.substr(0, text.size() - padding)
          .find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") !=
      std::string_view::npos) {
    return std::nullopt;
  }
  std::array<unsigned char, longest / 4 * 3> bytes{};
  const int decoded = EVP_DecodeBlock(bytes.data(), bytes_of(text), static_cast<int>(text.size()));
  if (decoded < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes.data()),
                     static_cast<std::size_t>(decoded) - padding);
}

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with a NUL
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

struct MacFree {
  void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
};

tl::unexpected<Error> no_hmac() {
  return fail(ErrorKind::internal, "OpenSSL could not compute an HMAC-SHA256.");
}

std::int64_t seconds_of(Timestamp at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

std::string signed_content(std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string content;
  content.reserve(id.size() + timestamp.size() + body.size() + 2);
  content.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
  return content;
}

bool is_public_kind(const Secret& key) {
  return key.reveal().starts_with(kPairPrefix) || key.reveal().starts_with(kPublicPrefix);
}

Result<Ed25519Key> read_pair(const Secret& secret) {
  const auto bytes = from_base64(std::string_view(secret.reveal()).substr(kPairPrefix.size()));
  if (!bytes || bytes->size() != Ed25519Key::kPairSize) {
    return fail(ErrorKind::config,
                "The webhook secret must be whsk_ and base64 of the 64 bytes of an ed25519 key: "
                "its seed and its public key.");
  }
  return Ed25519Key::from_pair(*bytes);
}

// What verifies v1a: a public key, or the pair that holds it.
Result<Ed25519Key> read_public(const Secret& key) {
  if (key.reveal().starts_with(kPairPrefix)) return read_pair(key);
  const auto bytes = from_base64(std::string_view(key.reveal()).substr(kPublicPrefix.size()));
  if (!bytes || bytes->size() != Ed25519Key::kPublicSize) {
    return fail(ErrorKind::config,
                "The public key must be whpk_ and base64 of the 32 bytes of an ed25519 key.");
  }
  return Ed25519Key::from_public(*bytes);
}

// Whether `fits` takes any of the tokens. Every one is tried, so that timing tells a forger
// nothing.
template <class Fits>
bool any_token(std::string_view list, Fits fits) {
  bool matched = false;
  for (std::size_t count = 0; !list.empty() && count < kMaximumTokens; ++count) {
    const std::size_t end = list.find(' ');
    if (fits(list.substr(0, end))) matched = true;
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
  }
  return matched;
}

}  // namespace

Result<std::string> decode_secret(const Secret& secret) {
  std::string_view text = secret.reveal();
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  if (text.empty()) return fail(ErrorKind::config, "The webhook secret is empty; set one.");
  auto bytes = from_base64(text);
  if (!bytes) {
    return fail(ErrorKind::config,
                "The webhook secret must be whsec_ and base64 of 24 to 64 random bytes.");
  }
  if (bytes->size() < kShortestKey || bytes->size() > kLongestKey) {
    return fail(ErrorKind::config,
                "The webhook secret must hold 24 to 64 bytes; make a new one of 32 random bytes.");
  }
  return std::move(*bytes);
}

void Signer::Free::operator()(EVP_MAC_CTX* key) const noexcept { EVP_MAC_CTX_free(key); }

Result<Signer::MacKey> Signer::mac_key(const Secret& secret) {
  const std::unique_ptr<EVP_MAC, MacFree> mac{EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr)};
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_end()};
  const auto bytes = decode_secret(secret);
  if (!bytes) return tl::unexpected(bytes.error());
  MacKey key{mac ? EVP_MAC_CTX_new(mac.get()) : nullptr};
  if (!key || EVP_MAC_init(key.get(), bytes_of(*bytes), bytes->size(), parameters.data()) != 1) {
    return no_hmac();
  }
  return key;
}

Result<Signer> Signer::with(std::span<const Secret> secrets) {
  if (secrets.empty()) return fail(ErrorKind::config, "No webhook secret is set to sign with.");
  Signer signer;
  for (const Secret& secret : secrets) {
    if (secret.reveal().starts_with(kPublicPrefix)) {
      return fail(ErrorKind::config,
                  "A public key (whpk_) cannot sign; kpid signs with its secret half, whsk_.");
    }
    if (is_public_kind(secret)) {
      auto key = read_pair(secret);
      if (!key) return tl::unexpected(std::move(key.error()));
      signer.keys_.emplace_back(std::move(*key));
    } else {
      auto key = mac_key(secret);
      if (!key) return tl::unexpected(std::move(key.error()));
      signer.keys_.emplace_back(std::move(*key));
    }
  }
  return signer;
}

// Standard Webhooks 1.0.0: "v1," and base64 of HMAC-SHA256 over "id.timestamp.body", or "v1a," and
// base64 of the ed25519 signature of the same.
Result<std::string> Signer::sign(std::string_view id, std::string_view timestamp,
                                 std::string_view body) {
  const std::string content = signed_content(id, timestamp, body);
  std::string list;
  for (const auto& key : keys_) {
    if (!list.empty()) list += ' ';
    if (const auto* pair = std::get_if<Ed25519Key>(&key)) {
      const auto signature = pair->sign(content);
      if (!signature) return tl::unexpected(signature.error());
      list.append("v1a,").append(to_base64(*signature));
      continue;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::size_t length = 0;
    EVP_MAC_CTX* const mac = std::get<MacKey>(key).get();
    if (EVP_MAC_init(mac, nullptr, 0, nullptr) != 1 ||  // the key again, from the beginning
        EVP_MAC_update(mac, bytes_of(content), content.size()) != 1 ||
        EVP_MAC_final(mac, digest.data(), &length, digest.size()) != 1) {
      return no_hmac();
    }
    list.append("v1,").append(to_base64({reinterpret_cast<const char*>(digest.data()), length}));
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

Result<void> check_key(const Secret& key) {
  if (is_public_kind(key)) {
    auto read = read_public(key);
    if (!read) return tl::unexpected(std::move(read.error()));
    return {};
  }
  auto bytes = decode_secret(key);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  return {};
}

Result<void> check_headers(const SignedHeaders& headers, Timestamp now) {
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
  return {};
}

Result<void> verify(const Secret& key, const SignedHeaders& headers, std::string_view body,
                    Timestamp now) {
  auto usable = check_key(key);
  if (!usable) return usable;
  auto sound = check_headers(headers, now);
  if (!sound) return sound;
  bool matched = false;
  if (is_public_kind(key)) {
    const auto verifier = read_public(key);
    if (!verifier) return tl::unexpected(verifier.error());
    const std::string content = signed_content(headers.id, headers.timestamp, body);
    std::size_t tried = 0;
    matched = any_token(headers.signature, [&](std::string_view token) {
      constexpr std::string_view kind = "v1a,";
      if (!token.starts_with(kind) || tried++ >= kMaximumVerified) return false;
      const auto signature = from_base64(token.substr(kind.size()));
      return signature && verifier->verifies(content, *signature);
    });
  } else {
    auto signer = Signer::with({&key, 1});
    if (!signer) return tl::unexpected(signer.error());
    const auto expected = signer->sign(headers.id, headers.timestamp, body);
    if (!expected) return tl::unexpected(expected.error());
    matched = any_token(headers.signature, [&](std::string_view token) {
      return token.size() == expected->size() &&
             CRYPTO_memcmp(token.data(), expected->data(), token.size()) == 0;
    });
  }
  if (!matched) {
    return fail(ErrorKind::source,
                "No token of webhook-signature matches the body and the secret.");
  }
  return {};
}

Result<KeyPair> make_key_pair() {
  const auto key = Ed25519Key::make();
  if (!key) return tl::unexpected(key.error());
  const auto pair = key->pair();
  const auto half = key->public_half();
  if (!pair) return tl::unexpected(pair.error());
  if (!half) return tl::unexpected(half.error());
  return KeyPair{Secret(std::string(kPairPrefix) + to_base64(*pair)),
                 std::string(kPublicPrefix) + to_base64(*half)};
}

Result<Secret> make_shared_secret() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(ErrorKind::internal, "OpenSSL has no random bytes for a secret.");
  }
  return Secret(std::string(kPrefix) +
                to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

}  // namespace kpid::webhooks
