// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One ed25519 key, as Standard Webhooks' v1a uses it: the whole pair signs, its public half only
// verifies. [any thread]

#include <memory>
#include <string>
#include <string_view>

#include "model/error.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace kpid::webhooks {

class Ed25519Key {
 public:
  static constexpr std::size_t kPairSize = 64;  // the seed, and the public key after it
  static constexpr std::size_t kPublicSize = 32;
  static constexpr std::size_t kSignatureSize = 64;

  [[nodiscard]] static Result<Ed25519Key> make();  // a new one
  // An Error where the public half is not that of the seed.
  [[nodiscard]] static Result<Ed25519Key> from_pair(std::string_view bytes);
  [[nodiscard]] static Result<Ed25519Key> from_public(std::string_view bytes);

  [[nodiscard]] Result<std::string> sign(std::string_view message) const;
  [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;
  [[nodiscard]] Result<std::string> pair() const;
  [[nodiscard]] Result<std::string> public_half() const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const noexcept;
  };
  using Key = std::unique_ptr<evp_pkey_st, Free>;
  explicit Ed25519Key(Key key) : key_(std::move(key)) {}

  Key key_;
};

}  // namespace kpid::webhooks
