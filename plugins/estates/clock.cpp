// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "clock.hpp"

#include <algorithm>
#include <chrono>

namespace kpid::plugins::estates {
namespace {

using std::chrono::sys_days;

constexpr Slot kADay = 48;
constexpr Slot kAnHour = 2;
constexpr int kMinutesOfSlot = 30;

std::int32_t last_sunday(int year, std::chrono::month month) noexcept {
  const sys_days day{std::chrono::year(year) / month / std::chrono::Sunday[std::chrono::last]};
  return static_cast<std::int32_t>(day.time_since_epoch().count());
}

struct Summer {
  std::int32_t forward = 0;  // the day that clocks go forward
  std::int32_t back = 0;
};

Summer summer_of(int year) noexcept {
  return {last_sunday(year, std::chrono::March), last_sunday(year, std::chrono::October)};
}

bool is_summer_at_midnight(std::int32_t day) noexcept {
  const Summer summer = summer_of(year_of(day));
  return day > summer.forward && day <= summer.back;
}

// Whether clocks show summer time when the half hour begins.
bool is_summer(Slot slot) noexcept {
  const auto utc_day = static_cast<std::int32_t>(slot >= 0 ? slot / kADay : (slot + 1) / kADay - 1);
  const Summer summer = summer_of(year_of(utc_day));
  return slot >= summer.forward * kADay + kAnHour && slot < summer.back * kADay + kAnHour;
}

}  // namespace

int year_of(std::int32_t day) noexcept {
  const std::chrono::year_month_day date{sys_days(std::chrono::days(day))};
  return static_cast<int>(date.year());
}

Slot day_begin(std::int32_t day) noexcept {
  return day * kADay - (is_summer_at_midnight(day) ? kAnHour : 0);
}

int half_hours_of(std::int32_t day) noexcept {
  return static_cast<int>(day_begin(day + 1) - day_begin(day));
}

std::int32_t local_day(Slot slot) noexcept {
  const Slot shown = slot + (is_summer(slot) ? kAnHour : 0);
  return static_cast<std::int32_t>(shown >= 0 ? shown / kADay : (shown + 1) / kADay - 1);
}

std::vector<Slot> slots_that_begin_at(std::int32_t day, int minute) {
  const Slot shown = day * kADay + minute / kMinutesOfSlot;
  std::vector<Slot> out;
  for (const Slot slot : {shown - kAnHour, shown}) {
    if (slot + (is_summer(slot) ? kAnHour : 0) == shown) out.push_back(slot);
  }
  return out;
}

std::vector<Slot> slots_that_end_at(std::int32_t day, int minute) {
  const Slot shown = day * kADay + minute / kMinutesOfSlot;
  const auto half_hours_before = [](Slot of) {
    const auto on = static_cast<std::int32_t>(of / kADay);
    return slots_that_begin_at(on, static_cast<int>(of % kADay) * kMinutesOfSlot);
  };
  std::vector<Slot> out = half_hours_before(shown - 1);  // by the clock that it began with
  for (const Slot end : half_hours_before(shown)) out.push_back(end - 1);  // by the one at its end
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace kpid::plugins::estates
