// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <algorithm>
#include <stdexcept>
#include <string>
#include <variant>

#include <date/tz.h>

#include "schedule/schedule.hpp"

namespace kpid {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_retry{std::chrono::seconds{30}};
constexpr milliseconds longest_retry{std::chrono::minutes{15}};
constexpr milliseconds longest_jitter{std::chrono::seconds{30}};
constexpr int days_searched = 366 * 9;  // a 29 February is at most eight years away

const date::time_zone* zone_of(std::string_view name) {
  try {
    return date::locate_zone(std::string{name});
  } catch (const std::runtime_error&) {
    return nullptr;  // config/ has refused it before; UTC then
  }
}

Date local_day(Timestamp at, const date::time_zone* zone) {
  if (zone == nullptr) return std::chrono::floor<std::chrono::days>(at);
  const auto local = zone->to_local(at);
  return Date{std::chrono::floor<std::chrono::days>(local.time_since_epoch())};
}

Timestamp instant_of(Date day, std::chrono::minutes time, const date::time_zone* zone) {
  if (zone == nullptr) return Timestamp{day} + time;
  const date::local_time<milliseconds> local{Timestamp{day}.time_since_epoch() + time};
  return zone->to_sys(local, date::choose::earliest);
}

bool matches(const Cron& cron, Date day) {
  const std::chrono::year_month_day ymd{day};
  if (!cron.months[static_cast<unsigned>(ymd.month())]) return false;
  const bool by_day = cron.days_of_month[static_cast<unsigned>(ymd.day())];
  const bool by_weekday = cron.weekdays[std::chrono::weekday{day}.c_encoding()];
  if (cron.day_of_month_given && cron.weekday_given) return by_day || by_weekday;
  return by_day && by_weekday;
}

std::optional<Timestamp> first_after(const Cron& cron, Date day, Timestamp last,
                                     const date::time_zone* zone) {
  std::optional<Timestamp> earliest;
  for (unsigned hour = 0; hour < 24; ++hour) {
    for (unsigned minute = 0; cron.hours[hour] && minute < 60; ++minute) {
      if (!cron.minutes[minute]) continue;
      const Timestamp at = instant_of(day, std::chrono::minutes{hour * 60 + minute}, zone);
      if (at > last && (!earliest || at < *earliest)) earliest = at;
    }
  }
  return earliest;
}

struct NextAfter {
  Timestamp last;
  const date::time_zone* zone;

  std::optional<Timestamp> operator()(const Every& every) const { return last + every.interval; }
  std::optional<Timestamp> operator()(const DailyAt& daily) const {
    Date day = local_day(last, zone);
    Timestamp at = instant_of(day, daily.time_of_day, zone);
    while (at <= last) at = instant_of(++day, daily.time_of_day, zone);
    return at;
  }
  std::optional<Timestamp> operator()(const Cron& cron) const {
    Date day = local_day(last, zone);
    for (int i = 0; i < days_searched; ++i, ++day) {
      if (!matches(cron, day)) continue;
      if (const auto at = first_after(cron, day, last, zone)) return at;
    }
    return std::nullopt;
  }
  std::optional<Timestamp> operator()(const OnChange&) const { return std::nullopt; }
  std::optional<Timestamp> operator()(const Pushed&) const { return std::nullopt; }
};

milliseconds jitter(const ScheduleSpec& spec, std::uint64_t seed) {
  milliseconds most = longest_jitter;
  if (const auto* every = std::get_if<Every>(&spec.when)) {
    most = std::min(most, every->interval / 20);
  }
  return milliseconds{
      static_cast<std::int64_t>(seed % static_cast<std::uint64_t>(most.count() + 1))};
}

milliseconds back_off(std::uint32_t failures) {
  milliseconds wait = first_retry;
  for (std::uint32_t i = 1; i < failures && wait < longest_retry; ++i) wait *= 2;
  return std::min(wait, longest_retry);
}

}  // namespace

std::optional<Timestamp> next_due(const ScheduleSpec& spec, const ScheduleInput& input,
                                  std::string_view timezone, Timestamp now) {
  if (std::holds_alternative<Pushed>(spec.when)) return std::nullopt;  // nor after a failure
  if (!input.last_asked_at) return now;
  // A clock that was set back must not put the next run days away.
  const Timestamp last = std::min(*input.last_asked_at, now);
  auto due = std::visit(NextAfter{last, zone_of(timezone)}, spec.when);
  if (due) *due += jitter(spec, input.jitter_seed);
  if (input.failures_in_a_row > 0) {
    const Timestamp retry = last + back_off(input.failures_in_a_row);
    due = due ? std::min(*due, retry) : retry;
    if (input.retry_at) due = std::max(*due, *input.retry_at);
  }
  return due;
}

Date local_date(Timestamp at, std::string_view timezone) {
  return local_day(at, zone_of(timezone));
}

Timestamp local_instant(Date day, std::chrono::minutes time_of_day, std::string_view timezone) {
  return instant_of(day, time_of_day, zone_of(timezone));
}

std::chrono::minutes local_time_of_day(Timestamp at, std::string_view timezone) {
  const date::time_zone* zone = zone_of(timezone);
  const milliseconds local =
      zone == nullptr ? at.time_since_epoch() : zone->to_local(at).time_since_epoch();
  return std::chrono::floor<std::chrono::minutes>(local -
                                                  std::chrono::floor<std::chrono::days>(local));
}

bool is_time_zone(std::string_view name) { return !name.empty() && zone_of(name) != nullptr; }

}  // namespace kpid
