// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Identifiers that sort by time: a prefix and 26 characters of Crockford base 32 (48 bits of
// milliseconds, 80 random bits: the ULID layout). Contain no '.', as Standard Webhooks requires.

#include <string>
#include <string_view>

#include "model/time.hpp"

namespace kpid {

class IdentifierSource {
 public:
  virtual ~IdentifierSource() = default;
  [[nodiscard]] virtual std::string next(std::string_view prefix, Timestamp at) = 0;
};

// Random bits from the kernel. [any thread]
class RandomIdentifierSource final : public IdentifierSource {
 public:
  [[nodiscard]] std::string next(std::string_view prefix, Timestamp at) override;
};

}  // namespace kpid
