// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Days and times of a table's cells, as meters' suppliers and schools' registers write them:
// 12/11/18, 04 Nov 2019 00:30:00, Nov 13 2019 12:00AM, 2019/11/13, 2019-11-04T00:30:00Z. The day
// comes before the month wherever both are numbers. Pure functions; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "readers/table.hpp"

namespace kpid::plugins::estates {

struct Moment {
  std::int32_t day = 0;                     // since 1970-01-01
  int minute = 0;                           // of the day, 0 to 1440: 24:00 is the day's own end
  std::optional<int> utc_offset_minutes{};  // written behind it: Z is 0; nothing: a clock's time
};

// A fault where it is no time between 1996 and 2099, or is not at a full minute.
readers::Cell<Moment> moment_of(const readers::Table& table, std::size_t column);

// The same for a day: a time behind it must be midnight.
readers::Cell<std::int32_t> day_of(const readers::Table& table, std::size_t column);

}  // namespace kpid::plugins::estates
