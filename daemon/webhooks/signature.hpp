// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Standard Webhooks 1.0.0 signatures, v1 (HMAC-SHA256) and v1a (ed25519): signing what we send, and
// verifying what `kpictl listen` and the inbound hooks receive. The kind of a key is its prefix:
//   whsec_  v1   base64 of 24 to 64 random bytes, known to both sides
//   whsk_   v1a  base64 of 64 bytes, the seed and the public key; only the sender knows it
//   whpk_   v1a  base64 of the 32 bytes of the public key; verifies and cannot sign

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/error.hpp"
#include "model/secret.hpp"
#include "model/time.hpp"
#include "webhooks/ed25519.hpp"

struct evp_mac_ctx_st;  // OpenSSL's EVP_MAC_CTX

namespace kpid::webhooks {

// The bytes of a secret for v1: "whsec_" and base64 of 24 to 64 bytes, or the base64 alone.
[[nodiscard]] Result<std::string> decode_secret(const Secret& secret);

// The secrets of one destination, decoded once: what signs many deliveries. [one thread at a time]
class Signer {
 public:
  // Secrets of both kinds, in any order.
  [[nodiscard]] static Result<Signer> with(std::span<const Secret> secrets);
  // The value of `webhook-signature`: one token for each secret, separated by blanks.
  [[nodiscard]] Result<std::string> sign(std::string_view id, Timestamp at, std::string_view body);
  // The instant as the header `webhook-timestamp` writes it.
  [[nodiscard]] Result<std::string> sign(std::string_view id, std::string_view timestamp,
                                         std::string_view body);

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* key) const noexcept;
  };
  using MacKey = std::unique_ptr<evp_mac_ctx_st, Free>;
  [[nodiscard]] static Result<MacKey> mac_key(const Secret& secret);

  std::vector<std::variant<MacKey, Ed25519Key>> keys_;
};

// The same, once.
[[nodiscard]] Result<std::string> sign(std::span<const Secret> secrets, std::string_view id,
                                       Timestamp at, std::string_view body);

struct SignedHeaders {
  std::string_view id;
  std::string_view timestamp;
  std::string_view signature;
};
// Whether `verify` could use it; the Error says what is wrong with it.
[[nodiscard]] Result<void> check_key(const Secret& key);
// What `verify` looks at before it computes anything: that all three are there, and the time.
[[nodiscard]] Result<void> check_headers(const SignedHeaders& headers, Timestamp now);
// Within five minutes either way; constant-time comparison. A key of one kind looks at that kind's
// tokens alone. The Error says which check failed: of kind config where the key is at fault.
[[nodiscard]] Result<void> verify(const Secret& key, const SignedHeaders& headers,
                                  std::string_view body, Timestamp now);

struct KeyPair {
  Secret secret;            // whsk_…
  std::string public_half;  // whpk_…
};
[[nodiscard]] Result<KeyPair> make_key_pair();
// A new whsec_ of 32 random bytes.
[[nodiscard]] Result<Secret> make_shared_secret();

}  // namespace kpid::webhooks
