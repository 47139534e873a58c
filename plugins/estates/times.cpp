// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "times.hpp"

#include "estates/clock.hpp"

namespace kpid::plugins::estates {
namespace {

using readers::DateOrder;

constexpr std::string_view kNoTime = "is not a time such as 04 Nov 2019 00:30 or 2019-11-04 00:30";
constexpr std::string_view kNoDay = "is not a date such as 21/01/2026 or 2026-01-21";

readers::Cell<Moment> read(const readers::Table& table, std::size_t column, std::string_view is) {
  constexpr std::int32_t kSecondsOfMinute = 60;
  auto cell = table.date_time(column, DateOrder::day_month_year);
  if (!cell) cell = table.date_time(column, DateOrder::year_month_day);
  if (!cell) return tl::unexpected(table.fault(column, is));
  if (!*cell) return std::optional<Moment>();
  const readers::DateTime& when = **cell;
  if (when.second_of_day % kSecondsOfMinute != 0) return tl::unexpected(table.fault(column, is));
  if (when.day < kDayFirst || when.day > kDayLast) {
    return tl::unexpected(table.fault(column, "is not a day between 1996 and 2099"));
  }
  return Moment{when.day, when.second_of_day / kSecondsOfMinute, when.offset_minutes};
}

}  // namespace

readers::Cell<Moment> moment_of(const readers::Table& table, std::size_t column) {
  return read(table, column, kNoTime);
}

readers::Cell<std::int32_t> day_of(const readers::Table& table, std::size_t column) {
  const auto moment = read(table, column, kNoDay);
  if (!moment) return tl::unexpected(moment.error());
  if (!*moment) return std::optional<std::int32_t>();
  if ((*moment)->minute != 0) return tl::unexpected(table.fault(column, kNoDay));
  return (*moment)->day;
}

}  // namespace kpid::plugins::estates
