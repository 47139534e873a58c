// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the attendance plugin measures: counts of sessions of a day, a week or an academic year so
// far. Pure values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.hpp"

namespace kpid::plugins::attendance {

// The days that a mark or a figure may be of; others are slips.
inline constexpr std::int32_t kDayFirst = 7305;  // 1990-01-01
inline constexpr std::int32_t kDayLast = 47481;  // 2099-12-31

inline constexpr std::string_view kPublishedAttendance = "attendance.published_attendance_percent";
inline constexpr std::string_view kPublishedPersistent =
    "attendance.published_persistent_absence_percent";
inline constexpr std::string_view kPupilsMeasured = "attendance.pupils_measured";
inline constexpr std::string_view kPersistentAbsentees = "attendance.persistent_absentees";
inline constexpr std::string_view kSevereAbsentees = "attendance.severe_absentees";

// Sessions (half days). Absent is authorised + unauthorised, possible is attended + absent.
struct Sessions {
  std::int64_t attended = 0;  // present, late before the register closed, approved activity
  std::int64_t authorised = 0;
  std::int64_t unauthorised = 0;
  std::optional<std::int64_t> late = 0;  // before or after the register closed; may be not known

  [[nodiscard]] std::int64_t absent() const { return authorised + unauthorised; }
  [[nodiscard]] std::int64_t possible() const { return attended + absent(); }
  Sessions& operator+=(const Sessions& other);
};

// How long a figure is for; each has measures of its own: attendance.day.sessions_possible,
// attendance.week.…, attendance.….
enum class Span { day, week, year };

struct Dates {
  std::int32_t first = 0;
  std::int32_t last = 0;  // included
  friend auto operator<=>(const Dates&, const Dates&) = default;
};

// 1 September to 31 August; Monday to Sunday.
[[nodiscard]] Dates academic_year_from(int year);
[[nodiscard]] int academic_year_of(std::int32_t day);  // the year in which it starts
[[nodiscard]] Dates week_of(std::int32_t day);

// Whose figure it is, of when, and where it was read.
struct Origin {
  std::string organisation;
  std::string subgroup;
  Dates dates;
  std::int32_t stated_on = 0;  // 0: not stated
  std::uint32_t document = 0;
  std::uint32_t row = 0;
};

[[nodiscard]] Observation figure(std::string_view measure, const Origin& origin, double value);

// The six measures of a span, five where late sessions are not known.
void append_sessions(std::vector<Observation>& out, Span span, const Origin& origin,
                     const Sessions& sessions);

}  // namespace kpid::plugins::attendance
