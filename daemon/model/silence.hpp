// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A stretch of time in which nobody is told of what it matches. It always ends.

#include <cstdint>
#include <optional>
#include <string>

#include "model/time.hpp"

namespace kpid {

// Each is a whole word, or the beginning of one and a "*"; empty: whatever it is.
struct SilenceMatchers {
  std::string rule{};
  std::string kpi{};
  std::string organisation{};
  std::string subgroup{};
  std::string severity{};  // "amber", "red"
  std::string owner{};
  std::string source{};
  friend bool operator==(const SilenceMatchers&, const SilenceMatchers&) = default;
};

struct Silence {
  std::int64_t id = 0;
  SilenceMatchers matchers;
  Timestamp from{};
  Timestamp until{};  // not included
  std::string by;
  std::string why;
  Timestamp created_at{};
  std::optional<Timestamp> removed_at;  // ended by hand
  std::string removed_by;
};

}  // namespace kpid
