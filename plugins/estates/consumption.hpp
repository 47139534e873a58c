// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// From meters' days to the figures of schools: kWh and kgCO2e by week (Monday to Sunday), month and
// academic year. A period counts only where it has all that it should have of every meter of the
// school and fuel that was in use in it, or lacks no more than the settings allow.

#include <cstdint>
#include <map>
#include <vector>

#include "common/reading.hpp"
#include "estates/half_hours.hpp"
#include "estates/settings.hpp"

namespace kpid::plugins::estates {

// What one meter used on one day. Added up in a wider type than it is given in, so that a month's
// bill that was shared out over its days is the whole bill again.
struct DayUse {
  long double kilowatt_hours = 0;
  int have = 0;       // half hours
  int estimated = 0;  // of those
  const Document* document = nullptr;
  std::uint32_t row = 0;
};
using MeterUse = std::map<std::int32_t, DayUse>;

// By the index of the meter in the settings.
std::vector<MeterUse> uses_of(const HalfHours& half_hours);

enum class PeriodKind : std::uint8_t { week, month, academic_year };
struct Span {
  std::int32_t first = 0;
  std::int32_t last = 0;
};
Span period_of(PeriodKind kind, std::int32_t day) noexcept;

// Whether one of the meters was in use on a day of the span, by the settings.
bool any_in_use(const Settings& settings, const std::vector<std::size_t>& meters, const Span& span);

// Adds the observations, and notes on what was left out, estimated or short. `months_only`: bills
// tell nothing of weeks.
void give_consumption(const std::vector<MeterUse>& uses, const Settings& settings, bool months_only,
                      Reading& out, Notes& notes);

// "1 week (2019-11-11: 48 of 336 half hours)": the first few of a list, and how many more there
// are.
std::string first_few(const std::vector<std::string>& items);

}  // namespace kpid::plugins::estates
