// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// [retention]: what is kept for how long.

#include <optional>
#include <string_view>

#include "config/builder.hpp"
#include "model/school_calendar.hpp"

namespace kpid::config {

void read_retention(Builder& builder, TableReader& root);

// A stretch of time as people count it, "40 d" or "10 school days"; at least one day.
[[nodiscard]] std::optional<Placed<Span>> read_span_of(TableReader& table, std::string_view key);

}  // namespace kpid::config
