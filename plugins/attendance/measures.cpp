// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "measures.hpp"

#include <array>
#include <chrono>

namespace kpid::plugins::attendance {
namespace {

enum Part : std::size_t { possible, attended, absent, authorised, unauthorised, late };
using Names = std::array<std::string_view, 6>;

const Names& names_of(Span span) {
  static constexpr Names kDay{"attendance.day.sessions_possible",
                              "attendance.day.sessions_attended",
                              "attendance.day.sessions_absent",
                              "attendance.day.sessions_authorised_absence",
                              "attendance.day.sessions_unauthorised_absence",
                              "attendance.day.sessions_late"};
  static constexpr Names kWeek{"attendance.week.sessions_possible",
                               "attendance.week.sessions_attended",
                               "attendance.week.sessions_absent",
                               "attendance.week.sessions_authorised_absence",
                               "attendance.week.sessions_unauthorised_absence",
                               "attendance.week.sessions_late"};
  static constexpr Names kYear{"attendance.sessions_possible",
                               "attendance.sessions_attended",
                               "attendance.sessions_absent",
                               "attendance.sessions_authorised_absence",
                               "attendance.sessions_unauthorised_absence",
                               "attendance.sessions_late"};
  return span == Span::day ? kDay : span == Span::week ? kWeek : kYear;
}

std::int32_t day_of(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

}  // namespace

Sessions& Sessions::operator+=(const Sessions& other) {
  attended += other.attended;
  authorised += other.authorised;
  unauthorised += other.unauthorised;
  if (late && other.late) {
    *late += *other.late;
  } else {
    late.reset();
  }
  return *this;
}

Dates academic_year_from(int year) { return {day_of(year, 9, 1), day_of(year + 1, 8, 31)}; }

int academic_year_of(std::int32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  const int year = static_cast<int>(date.year());
  return date.month() >= std::chrono::September ? year : year - 1;
}

Dates week_of(std::int32_t day) {
  const std::chrono::weekday weekday{std::chrono::sys_days(std::chrono::days(day))};
  const auto monday = day - static_cast<std::int32_t>(weekday.iso_encoding()) + 1;
  return {monday, monday + 6};
}

Observation figure(std::string_view measure, const Origin& origin, double value) {
  Observation out;
  out.measure = measure;
  out.organisation = origin.organisation;
  out.subgroup = origin.subgroup;
  out.period_start = origin.dates.first;
  out.period_end = origin.dates.last;
  out.value = value;
  out.document = origin.document;
  out.row = origin.row;
  out.stated_on = origin.stated_on;
  return out;
}

void append_sessions(std::vector<Observation>& out, Span span, const Origin& origin,
                     const Sessions& sessions) {
  const Names& names = names_of(span);
  const auto add = [&](Part part, std::int64_t count) {
    out.push_back(figure(names.at(part), origin, static_cast<double>(count)));
  };
  add(possible, sessions.possible());
  add(attended, sessions.attended);
  add(absent, sessions.absent());
  add(authorised, sessions.authorised);
  add(unauthorised, sessions.unauthorised);
  if (sessions.late) add(late, *sessions.late);
}

}  // namespace kpid::plugins::attendance
