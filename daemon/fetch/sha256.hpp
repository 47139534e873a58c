// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// SHA-256 of what comes in pieces.

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

#include "model/error.hpp"

namespace kpid::fetch {

class Sha256 {
 public:
  using Digest = std::array<unsigned char, 32>;

  Sha256();
  void add(std::string_view bytes);
  [[nodiscard]] Result<Digest> digest();
  [[nodiscard]] Result<std::string> hex();  // 64 lower-case digits

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  bool good_ = false;
};

}  // namespace kpid::fetch
