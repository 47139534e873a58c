// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/sha256.hpp"

namespace kpid::fetch {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  good_ = context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
}

void Sha256::add(std::string_view bytes) {
  good_ = good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

Result<Sha256::Digest> Sha256::digest() {
  Digest digest{};
  unsigned length = 0;
  if (!good_ || EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1 ||
      length != digest.size()) {
    return fail(ErrorKind::internal, "SHA-256 failed");
  }
  return digest;
}

Result<std::string> Sha256::hex() {
  const auto bytes = digest();
  if (!bytes) return tl::unexpected(bytes.error());
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes->size());
  for (const unsigned char byte : *bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

}  // namespace kpid::fetch
