// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// When a source runs, as the config states it. schedule/ computes the instants.

#include <bitset>
#include <chrono>
#include <string>
#include <variant>

namespace kpid {

struct Every {
  std::chrono::milliseconds interval{};
};
struct DailyAt {
  std::chrono::minutes time_of_day{};
};             // local time of the trust
struct Cron {  // five fields, local time of the trust
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days_of_month;    // 1 to 31
  std::bitset<13> months;           // 1 to 12
  std::bitset<7> weekdays;          // 0: Sunday
  bool day_of_month_given = false;  // both given: either matches, as POSIX crontab(5) has it
  bool weekday_given = false;
};
struct OnChange {};  // when the files that the settings name change
struct Pushed {};    // when somebody posts to its hook; never by the clock

struct ScheduleSpec {
  std::variant<Every, DailyAt, Cron, OnChange, Pushed> when = DailyAt{};
  std::string text;  // as written
};

}  // namespace kpid
