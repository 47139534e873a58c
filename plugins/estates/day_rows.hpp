// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Rows that hold a meter's day: 48 half hours side by side, 46 or 50 where clocks change.

#include <optional>
#include <span>
#include <vector>

#include "estates/half_hours.hpp"
#include "estates/layout_table.hpp"

namespace kpid::plugins::estates {

tl::expected<HalfHours, Failure> read_day_rows(const Document& document, LayoutTable& layout,
                                               const Settings& settings, Rows& rows);

struct Placed {
  int half_hour = 0;  // of the day, counted from 0
  double amount = 0;
};

// Which half hours of a day with 46, 48 or 50 the cells are, in the order of the clock; nothing
// where there are more readings than half hours. A day of 46 leaves two cells blank or 0: those of
// the hour that clocks leave out, or the last two. A day of 50 has all 50, or the hour that clocks
// show twice lacks its second time, or (summed) holds both.
std::optional<std::vector<Placed>> place_in_day(std::span<const std::optional<double>> cells,
                                                int half_hours, RepeatedHour repeated);

}  // namespace kpid::plugins::estates
