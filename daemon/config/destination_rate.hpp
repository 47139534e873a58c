// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How fast a destination is sent to: "1 per s", "25 per 5 min".

#include <optional>
#include <string_view>
#include <vector>

#include "config/builder.hpp"

namespace kpid::config {

[[nodiscard]] std::optional<RateLimit> parse_rate(std::string_view text);
// What the makers of the chats allow one webhook.
[[nodiscard]] std::vector<RateLimit> rates_of(DestinationFormat format);
// "rate": one, several, or "none"; without it, the format's own. After the format.
void read_rate(Builder& builder, TableReader& table, DestinationConfig& destination);

}  // namespace kpid::config
