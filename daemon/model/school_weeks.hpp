// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Weeks from Monday to Sunday, for the arithmetic of the school year.

#include <cstdint>

#include "model/time.hpp"

namespace kpid {

[[nodiscard]] inline Date monday_of(Date date) noexcept {
  return date - (std::chrono::weekday{date} - std::chrono::Monday);
}

// How many weeks the one that holds `to` lies after the one that holds `from`; 0 where before.
[[nodiscard]] inline std::uint32_t weeks_from(Date from, Date to) noexcept {
  const auto apart = (monday_of(to) - monday_of(from)).count() / 7;
  return apart < 0 ? 0 : static_cast<std::uint32_t>(apart);
}

}  // namespace kpid
