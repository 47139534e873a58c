// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Rows that hold one reading each: a time, which marks the start or the end of its half hour or
// hour, and an amount.

#include "estates/half_hours.hpp"
#include "estates/layout_table.hpp"

namespace kpid::plugins::estates {

// Where the settings do not say which, whether a time marks a start or an end is told by the times
// themselves: those of ends run from 00:30 to 00:00 of the next day, those of starts from 00:00 to
// 23:30. Where they do not tell, they are ends in the layout row_per_reading and starts in series.
tl::expected<HalfHours, Failure> read_reading_rows(const Document& document, LayoutTable& layout,
                                                   const Settings& settings, Rows& rows,
                                                   Notes& notes);

}  // namespace kpid::plugins::estates
