// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "http/hook_proof.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <boost/beast/core/string.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "net/base64.hpp"
#include "webhooks/signature.hpp"

namespace kpid::http {
namespace {

using Proof = HookConfig::Proof;
using Digest = std::array<unsigned char, 32>;

constexpr std::size_t longest_id = 256;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view text_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::optional<Digest> sha256(std::string_view bytes) {
  Digest digest{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1 ||
      length != digest.size()) {
    return std::nullopt;
  }
  return digest;
}

std::optional<Digest> hmac_sha256(const std::string& key, std::string_view bytes) {
  Digest digest{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
           digest.data(), &length) == nullptr ||
      length != digest.size()) {
    return std::nullopt;
  }
  return digest;
}

std::string hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

bool same(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

tl::unexpected<Error> unproven(std::string sentence) {
  return fail(ErrorKind::source, std::move(sentence));
}

// An id with a point in it could be read as an id and a time, signed as they stand, of another
// message.
bool is_id(std::string_view id) {
  return id.size() <= longest_id && std::all_of(id.begin(), id.end(), [](char c) {
           return c > ' ' && c < '\x7f' && c != '.';
         });
}

webhooks::SignedHeaders signed_headers(const ProofHeaders& headers) {
  return {headers.id, headers.timestamp, headers.signature};
}

// Digests are compared, so that not even the token's length shows.
Result<void> check_token(const HookConfig& hook, const ProofHeaders& headers) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view said = headers.signature;
  const bool bearer =
      said.size() > scheme.size() && boost::beast::iequals(said.substr(0, scheme.size()), scheme);
  const auto given = sha256(bearer ? said.substr(scheme.size()) : std::string_view{});
  bool matched = false;
  for (const Secret& secret : hook.secrets) {
    const auto expected = sha256(secret.reveal());
    if (given && expected && same(text_of(*given), text_of(*expected))) matched = true;
  }
  if (bearer && matched) return {};
  return unproven(
      "The push does not prove whom it comes from: send the source's token in the header "
      "\"Authorization: Bearer TOKEN\".");
}

Result<void> check_hmac(const HookConfig& hook, const ProofHeaders& headers,
                        std::string_view body) {
  std::string given = headers.signature;
  constexpr std::string_view prefix = "sha256=";
  if (given.starts_with(prefix)) given.erase(0, prefix.size());
  std::string lower = given;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  bool matched = false;
  for (const Secret& secret : hook.secrets) {
    const auto expected = hmac_sha256(secret.reveal(), body);
    if (!expected) return fail(ErrorKind::internal, "OpenSSL could not compute an HMAC-SHA256.");
    const bool as_hex = same(lower, hex(*expected));
    const bool as_base64 = same(given, net::base64(text_of(*expected)));
    if (as_hex || as_base64) matched = true;
  }
  if (matched) return {};
  return unproven("The header " + hook.hmac_header +
                  " is not the HMAC-SHA256 of this body with the source's secret, in hex or "
                  "base64.");
}

Result<void> check_signature(const HookConfig& hook, const ProofHeaders& headers,
                             std::string_view body, Timestamp now) {
  bool matched = false;
  for (const Secret& secret : hook.secrets) {
    const auto verified = webhooks::verify(secret, signed_headers(headers), body, now);
    if (verified) matched = true;
    if (!verified && verified.error().kind != ErrorKind::source) return verified;
  }
  if (matched) return {};
  return unproven("No token of webhook-signature matches the body and the source's secret.");
}

}  // namespace

std::vector<std::string> proof_header_names(const HookConfig& hook) {
  switch (hook.proof) {
    case Proof::standard_webhooks:
      return {"webhook-id", "webhook-timestamp", "webhook-signature"};
    case Proof::bearer:
      return {"authorization"};
    case Proof::hmac:
      break;
  }
  std::string name = hook.hmac_header;
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return {std::move(name)};
}

Result<void> check_before_body(const HookConfig& hook, const ProofHeaders& headers, Timestamp now) {
  switch (hook.proof) {
    case Proof::bearer:
      return check_token(hook, headers);
    case Proof::hmac:
      if (!headers.signature.empty()) return {};
      return unproven("The header " + hook.hmac_header + " is missing.");
    case Proof::standard_webhooks:
      break;
  }
  auto sound = webhooks::check_headers(signed_headers(headers), now);
  if (!sound) return sound;
  if (is_id(headers.id)) return {};
  return unproven(
      "The header webhook-id must be at most 256 letters, digits and signs, without a point.");
}

Result<void> check_proof(const HookConfig& hook, const ProofHeaders& headers, std::string_view body,
                         Timestamp now) {
  auto sound = check_before_body(hook, headers, now);
  if (!sound || hook.proof == Proof::bearer) return sound;
  return hook.proof == Proof::hmac ? check_hmac(hook, headers, body)
                                   : check_signature(hook, headers, body, now);
}

std::string push_id(const HookConfig& hook, const ProofHeaders& headers, std::string_view body) {
  if (hook.proof == Proof::standard_webhooks) return headers.id;
  const auto digest = sha256(body);
  return digest ? "sha256." + hex(*digest) : std::string();  // no id of a sender's has a point
}

}  // namespace kpid::http
