// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Standard Webhooks 1.0.0 signatures, v1 (HMAC-SHA256): signing what we send, and verifying what
// `kpictl listen` (and later the inbound hooks) receives.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/secret.hpp"
#include "model/time.hpp"

struct evp_mac_ctx_st;  // OpenSSL's EVP_MAC_CTX

namespace kpid::webhooks {

// "whsec_" and base64 of 24 to 64 bytes (prefix optional when verifying).
[[nodiscard]] Result<std::string> decode_secret(const Secret& secret);

// The secrets of one destination, decoded once: what signs many deliveries. [one thread at a time]
class Signer {
 public:
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
  using Key = std::unique_ptr<evp_mac_ctx_st, Free>;

  std::vector<Key> keys_;
};

// The same, once.
[[nodiscard]] Result<std::string> sign(std::span<const Secret> secrets, std::string_view id,
                                       Timestamp at, std::string_view body);

struct SignedHeaders {
  std::string_view id;
  std::string_view timestamp;
  std::string_view signature;
};
// Within five minutes either way; constant-time comparison. The Error says which check failed.
[[nodiscard]] Result<void> verify(const Secret& secret, const SignedHeaders& headers,
                                  std::string_view body, Timestamp now);

}  // namespace kpid::webhooks
