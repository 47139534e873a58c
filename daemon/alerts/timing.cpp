// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/timing.hpp"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "schedule/schedule.hpp"

namespace kpid {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr int longest_quiet = 1000;  // steps, of at least half a day each: no calendar is so closed

constexpr std::string_view of_a_school = "school:";
constexpr std::string_view of_a_kpi = "kpi:";
constexpr std::string_view of_a_run = "run:";

bool is_weekend(Date day) {
  const std::chrono::weekday weekday{day};
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

bool is_closed(const SchoolCalendar& calendar, Date day) {
  const DayKind kind = calendar.day(day).kind;
  return kind == DayKind::holiday || kind == DayKind::bank_holiday;
}

// A weekend is of the holidays where the Friday before it and the Monday after it are. On an INSET
// day the staff are at work.
bool is_holiday(const SchoolCalendar& calendar, Date day) {
  if (!is_weekend(day)) return is_closed(calendar, day);
  const unsigned weekday = std::chrono::weekday{day}.iso_encoding();
  return is_closed(calendar, day - days{weekday - 5}) &&
         is_closed(calendar, day + days{8 - weekday});
}

bool is_quiet_day(const TimingInput& input, Date day) {
  const QuietTimes& quiet = input.destination.quiet;
  return (quiet.weekends && is_weekend(day)) || (quiet.holidays && is_holiday(input.calendar, day));
}

// The end of the quiet hours that begin on that day, where they hold at the instant.
std::optional<Timestamp> end_of_hours(const TimingInput& input, Date begun, Timestamp at) {
  const QuietTimes::Hours& hours = *input.destination.quiet.hours;
  const Date over = begun + days{hours.until > hours.from ? 0 : 1};
  const Timestamp end = local_instant(over, hours.until, input.timezone);
  if (at < local_instant(begun, hours.from, input.timezone) || at >= end) return std::nullopt;
  return end;
}

// Of one stretch: a day, or the hours of one night.
std::optional<Timestamp> end_of_stretch(const TimingInput& input, Timestamp at) {
  const Date today = local_date(at, input.timezone);
  if (is_quiet_day(input, today)) {
    return local_instant(today + days{1}, minutes{0}, input.timezone);
  }
  if (!input.destination.quiet.hours) return std::nullopt;
  for (const Date begun : {today, today - days{1}}) {
    if (const auto end = end_of_hours(input, begun, at)) return end;
  }
  return std::nullopt;
}

std::string group_of(const DestinationConfig& destination, const Event& event, Timestamp now) {
  switch (destination.group_by) {
    case Grouping::organisation:
      if (event.organisation.empty()) break;
      return std::string(of_a_school) + event.organisation;
    case Grouping::kpi:
      if (event.kpi.empty()) break;
      return std::string(of_a_kpi) + event.kpi;
    case Grouping::run:  // all that one evaluation tells is told at the same instant
      return fmt::format("{}{}", of_a_run, milliseconds_since_epoch(now));
    case Grouping::none:
      break;
  }
  return {};
}

constexpr std::array<std::string_view, 7> weekday_names{
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

}  // namespace

bool is_urgent(const DestinationConfig& destination, const Event& event) {
  switch (event.type) {
    case EventType::alert_acknowledged:
    case EventType::alert_resolved:
    case EventType::source_recovered:
      return false;
    default:
      return destination.urgent && event.severity >= *destination.urgent;
  }
}

std::optional<Timestamp> quiet_until(const TimingInput& input, Timestamp at) {
  if (!input.destination.quiet.any()) return std::nullopt;
  std::optional<Timestamp> end;
  for (int i = 0; i < longest_quiet; ++i) {
    const auto next = end_of_stretch(input, end.value_or(at));
    if (!next || *next <= end.value_or(at)) break;
    end = next;
  }
  return end;
}

Timestamp next_digest(const DigestTimes& times, std::string_view timezone, Timestamp at) {
  for (Date day = local_date(at, timezone);; day += days{1}) {
    const unsigned weekday = std::chrono::weekday{day}.iso_encoding();
    if (times.weekday && *times.weekday != weekday) continue;
    const Timestamp due = local_instant(day, times.time_of_day, timezone);
    if (due >= at) return due;
  }
}

std::optional<Wait> wait_of(const TimingInput& input, const Event& event, Timestamp now) {
  const DestinationConfig& destination = input.destination;
  if (event.type == EventType::test_ping) return std::nullopt;
  const bool urgent = is_urgent(destination, event);
  if (destination.digest && !urgent) {
    return Wait{next_digest(*destination.digest, input.timezone, now), std::string(digest_bundle)};
  }
  if (!urgent) {
    if (const auto end = quiet_until(input, now)) return Wait{*end, std::string(quiet_bundle)};
  }
  std::string group = group_of(destination, event, now);
  if (group.empty()) return std::nullopt;
  return Wait{now + destination.group_wait, std::move(group)};
}

bool is_bundle_of(const DestinationConfig& destination, std::string_view bundle) {
  if (bundle == digest_bundle) return destination.digest.has_value();
  if (bundle == quiet_bundle) return destination.quiet.any();
  switch (destination.group_by) {
    case Grouping::organisation:
      return bundle.starts_with(of_a_school);
    case Grouping::kpi:
      return bundle.starts_with(of_a_kpi);
    case Grouping::run:
      return bundle.starts_with(of_a_run);
    case Grouping::none:
      break;
  }
  return false;
}

std::string why_words(const DestinationConfig* destination, std::string_view bundle) {
  if (bundle == quiet_bundle) {
    const bool hours = destination == nullptr || destination->quiet.hours.has_value();
    return hours ? "quiet hours" : "quiet days";
  }
  if (bundle == digest_bundle) {
    const bool weekly =
        destination != nullptr && destination->digest && destination->digest->weekday;
    return weekly ? "its weekly digest" : "its daily digest";
  }
  if (bundle.starts_with(of_a_school)) return "others of its school";
  if (bundle.starts_with(of_a_kpi)) return "others of its KPI";
  return "others of the same run";
}

std::string moment_words(Timestamp at, Timestamp now, std::string_view timezone) {
  const Date day = local_date(at, timezone);
  const minutes of_day = local_time_of_day(at, timezone);
  const std::string clock = fmt::format("{:02}:{:02}", of_day.count() / 60, of_day.count() % 60);
  const Date today = local_date(now, timezone);
  const days apart = day > today ? day - today : today - day;
  if (apart == days{0}) return "today " + clock;
  if (apart < days{7}) {
    return fmt::format("{} {}", weekday_names.at(std::chrono::weekday{day}.iso_encoding() - 1),
                       clock);
  }
  return format_date_for_people(day) + " " + clock;
}

}  // namespace kpid
