// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// British time in half hours, without the system's time zones: a plugin may open no file. Clocks go
// forward on the last Sunday of March and back on the last Sunday of October, both at 01:00 UTC, as
// they have since 1996; before that year the rule was another one. Pure functions; any thread.

#include <cstdint>
#include <vector>

namespace kpid::plugins::estates {

// A half hour, as the number of half hours from 1970-01-01 00:00 UTC to its start.
using Slot = std::int64_t;

inline constexpr std::int32_t kDayFirst = 9'496;  // 1996-01-01
inline constexpr std::int32_t kDayLast = 47'481;  // 2099-12-31
inline constexpr int kHalfHoursMax = 50;          // of the longest day

// The half hour that begins at the local midnight with which the day (since 1970-01-01) begins.
Slot day_begin(std::int32_t day) noexcept;
// 48, but 46 on the day that clocks go forward and 50 on the day that they go back.
int half_hours_of(std::int32_t day) noexcept;
// The local day that the half hour belongs to.
std::int32_t local_day(Slot slot) noexcept;

// The half hours that begin when a clock on the wall shows `minute` of the day (0 to 1440, a
// multiple of 30): none in the hour that clocks leave out, two in the hour that they show twice.
std::vector<Slot> slots_that_begin_at(std::int32_t day, int minute);
// Those that end then. Where clocks change, an end is written by the old clock or by the new one;
// both are understood. In order.
std::vector<Slot> slots_that_end_at(std::int32_t day, int minute);

// The calendar year of the day.
int year_of(std::int32_t day) noexcept;

}  // namespace kpid::plugins::estates
