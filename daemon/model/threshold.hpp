// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A limit, and the side of it that is bad.

#include <string_view>

namespace kpid {

struct Threshold {
  enum class Operator { below, at_most, above, at_least };
  Operator op = Operator::below;
  double bound = 0;
  [[nodiscard]] bool breached_by(double value) const noexcept;
  friend bool operator==(const Threshold&, const Threshold&) = default;
};
[[nodiscard]] std::string_view to_string(Threshold::Operator op) noexcept;  // "<", "<=", ">", ">="

}  // namespace kpid
