// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any text: a cell's value is within its range, missing is never a value, and what is written of a
// day is read as that day.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "readers/cell.hpp"

namespace {

using namespace kpid::readers;

void require(bool held) {
  if (!held) std::abort();
}

void check_numbers(std::string_view cell) {
  const auto number = to_number(cell);
  const auto integer = to_integer(cell);
  const auto pence = to_pence(cell);
  require(!number || std::isfinite(*number));
  if (integer) require(number && static_cast<double>(*integer) == *number);
  if (const auto percent = to_percent(cell)) require(*percent >= 0 && *percent <= 100);
  if (const auto share = to_proportion(cell)) require(*share >= 0 && *share <= 1);
  if (is_missing(cell)) {
    require(is_missing_value(cell) && !number && !integer && !pence && !to_percent(cell));
    require(!to_start_year(cell) && !to_date(cell, DateOrder::either));
  }
  if (number) {
    const auto when = from_serial(*number, true);
    require(!when || (when->second_of_day >= 0 && when->second_of_day < 86'400));
  }
}

void check_dates(std::string_view cell) {
  for (const DateOrder order : {DateOrder::day_month_year, DateOrder::year_month_day,
                                DateOrder::either, DateOrder::month_day_year, DateOrder::serial}) {
    const auto day = to_date(cell, order);
    const auto when = to_date_time(cell, order);
    if (day) require(when && when->day == *day && when->second_of_day == 0);
    if (!when) continue;
    require(when->day >= -25'567 && when->day <= 84'005);  // 1900 to 2199
    require(when->second_of_day >= 0 && when->second_of_day <= 86'400);
    std::string written;
    append_day(written, when->day);
    require(to_date(written, DateOrder::year_month_day) == when->day);
  }
  if (const auto year = to_start_year(cell)) require(*year >= 1900 && *year <= 2199);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view cell(reinterpret_cast<const char*>(data), size);
  check_numbers(cell);
  check_dates(cell);
  return 0;
}
