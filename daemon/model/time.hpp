// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Instants and days. An instant is UTC in milliseconds; a Date is a calendar day in the trust's
// own time zone. Periods include both their ends.

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kpid {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using Date = std::chrono::sys_days;

// Days since 1970-01-01, the form in which days are stored and cross the plugin boundary.
[[nodiscard]] constexpr std::int32_t days_since_epoch(Date date) noexcept {
  return static_cast<std::int32_t>(date.time_since_epoch().count());
}
[[nodiscard]] constexpr Date date_from_days(std::int32_t days) noexcept {
  return Date{std::chrono::days{days}};
}
[[nodiscard]] constexpr std::int64_t milliseconds_since_epoch(Timestamp at) noexcept {
  return at.time_since_epoch().count();
}
[[nodiscard]] constexpr Timestamp timestamp_from_milliseconds(std::int64_t ms) noexcept {
  return Timestamp{std::chrono::milliseconds{ms}};
}
[[nodiscard]] Date make_date(int year, unsigned month, unsigned day) noexcept;

[[nodiscard]] std::string format_date(Date date);             // 2026-09-01
[[nodiscard]] std::string format_date_for_people(Date date);  // 1 September 2026
[[nodiscard]] std::string format_timestamp(Timestamp at);     // 2026-09-01T06:30:00.000Z, RFC 3339
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);  // 2026-09-01 only
// RFC 3339 with a zone ("Z" or an offset), or a bare date, which means its midnight in UTC.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);
// "250 ms", "90 s", "15 min", "2 h", "5 d" (blank optional); nothing else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);  // "15 min"

struct Period {
  Date start{};
  Date end{};  // included
  friend constexpr auto operator<=>(const Period&, const Period&) = default;
};

// How a KPI's time is cut. Academies' financial year and the academic year both start on
// 1 September (Academy Trust Handbook: accounting period to 31 August).
enum class Calendar { day, week, month, term, academic_year, financial_year };

[[nodiscard]] std::string_view to_string(Calendar calendar) noexcept;
[[nodiscard]] std::optional<Calendar> parse_calendar(std::string_view text) noexcept;
// The year that starts on 1 September and holds this day.
[[nodiscard]] Period academic_year_of(Date date) noexcept;
// "2024/25" for a year, "21 January 2021" for a day, "week of 2 September 2024", "1 Sep 2024 to
// 17 Oct 2024" for what has no name.
[[nodiscard]] std::string format_period(const Period& period, Calendar calendar);
// The same stretch one year before: years move by a year, weeks by 52 weeks so that weekdays stay.
[[nodiscard]] Period year_before(const Period& period, Calendar calendar) noexcept;

}  // namespace kpid
