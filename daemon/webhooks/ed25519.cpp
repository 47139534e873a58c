// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "webhooks/ed25519.hpp"

#include <array>
#include <cstddef>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace kpid::webhooks {
namespace {

constexpr std::size_t kSeedSize = Ed25519Key::kPairSize - Ed25519Key::kPublicSize;

struct DigestFree {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, DigestFree>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

tl::unexpected<Error> no_ed25519(const char* what) {
  return fail(ErrorKind::internal, std::string("OpenSSL could not ") + what + ".");
}

}  // namespace

void Ed25519Key::Free::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

Result<Ed25519Key> Ed25519Key::make() {
  Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  if (!key) return no_ed25519("make an ed25519 key");
  return Ed25519Key(std::move(key));
}

Result<Ed25519Key> Ed25519Key::from_pair(std::string_view bytes) {
  if (bytes.size() != kPairSize) {
    return fail(ErrorKind::config, "An ed25519 key pair has 64 bytes: its seed and public key.");
  }
  Key key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), kSeedSize)};
  if (!key) return no_ed25519("read an ed25519 key");
  Ed25519Key made(std::move(key));
  const auto belongs = made.public_half();
  if (!belongs) return tl::unexpected(belongs.error());
  if (*belongs != bytes.substr(kSeedSize)) {
    return fail(ErrorKind::config,
                "The two halves of the webhook secret do not belong together; make a new pair with "
                "`kpictl webhook keygen`.");
  }
  return made;
}

Result<Ed25519Key> Ed25519Key::from_public(std::string_view bytes) {
  if (bytes.size() != kPublicSize) {
    return fail(ErrorKind::config, "An ed25519 public key has 32 bytes.");
  }
  Key key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), bytes.size())};
  if (!key) return no_ed25519("read an ed25519 public key");
  return Ed25519Key(std::move(key));
}

Result<std::string> Ed25519Key::sign(std::string_view message) const {
  const Digest context{EVP_MD_CTX_new()};
  std::string signature(kSignatureSize, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(message), message.size()) != 1 ||
      size != kSignatureSize) {
    return no_ed25519("sign with ed25519");
  }
  return signature;
}

bool Ed25519Key::verifies(std::string_view message, std::string_view signature) const {
  if (signature.size() != kSignatureSize) return false;
  const Digest context{EVP_MD_CTX_new()};
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

Result<std::string> Ed25519Key::pair() const {
  std::array<unsigned char, kSeedSize> seed{};
  std::size_t size = seed.size();
  if (EVP_PKEY_get_raw_private_key(key_.get(), seed.data(), &size) != 1 || size != kSeedSize) {
    return no_ed25519("write an ed25519 key");
  }
  std::string bytes(reinterpret_cast<const char*>(seed.data()), seed.size());
  OPENSSL_cleanse(seed.data(), seed.size());
  const auto rest = public_half();
  if (!rest) return tl::unexpected(rest.error());
  return bytes + *rest;
}

Result<std::string> Ed25519Key::public_half() const {
  std::string bytes(kPublicSize, '\0');
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                                  &size) != 1 ||
      size != kPublicSize) {
    return no_ed25519("write an ed25519 public key");
  }
  return bytes;
}

}  // namespace kpid::webhooks
