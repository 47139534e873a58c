// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// When a destination is told: quiet times, groups, digests.

#include <chrono>
#include <optional>
#include <string_view>

#include "config/builder.hpp"

namespace kpid::config {

// "18:00-07:00"; nothing for nonsense. Equal ends are read, and refused by read_timing().
[[nodiscard]] std::optional<QuietTimes::Hours> parse_quiet_hours(std::string_view text);
// "daily 07:30", "monday 07:30".
[[nodiscard]] std::optional<DigestTimes> parse_digest_times(std::string_view text);

// "quiet_hours", "quiet_days", "urgent", "group_by", "group_wait" and "digest". After the format.
void read_timing(Builder& builder, TableReader& table, DestinationConfig& destination);

}  // namespace kpid::config
