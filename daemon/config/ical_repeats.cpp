// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/ical_repeats.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fmt/format.h>

namespace kpid::config {
namespace {

constexpr std::size_t most_times = 1000;
constexpr int last_year = 2061;
constexpr short none = ICAL_RECURRENCE_ARRAY_MAX;

template <std::size_t N>
bool empty(const short (&list)[N]) {
  return list[0] == none;
}

template <std::size_t N>
std::vector<int> values(const short (&list)[N]) {
  std::vector<int> all;
  for (const short value : list) {
    if (value == none) break;
    all.push_back(value);
  }
  return all;
}

int longest_month(const icalrecurrencetype& rule) {
  constexpr std::array<int, 12> lengths{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int longest = 0;
  for (const int month : values(rule.by_month)) {
    if (month >= 1 && month <= 12) {
      longest = std::max(longest, lengths.at(static_cast<std::size_t>(month - 1)));
    }
  }
  return empty(rule.by_month) ? 31 : longest;
}

// What is wrong with the rule, in words.
std::optional<std::string> refusal(const icalrecurrencetype& rule) {
  constexpr std::string_view advice = "; write an event for each time";
  const bool by_month = rule.freq == ICAL_MONTHLY_RECURRENCE;
  const bool by_year = rule.freq == ICAL_YEARLY_RECURRENCE;
  const bool known = rule.freq == ICAL_DAILY_RECURRENCE || rule.freq == ICAL_WEEKLY_RECURRENCE ||
                     by_month || by_year;
  if (!known) return fmt::format("it does not repeat by days, weeks, months or years{}", advice);
  const bool plain = empty(rule.by_second) && empty(rule.by_minute) && empty(rule.by_hour) &&
                     empty(rule.by_year_day) && empty(rule.by_week_no) && empty(rule.by_set_pos) &&
                     rule.rscale == nullptr;
  const bool month_days = !empty(rule.by_month_day);
  if (!plain || (month_days && (!empty(rule.by_day) || !(by_month || by_year)))) {
    return fmt::format("its RRULE is of a kind that kpid does not read{}", advice);
  }
  const auto wanted = values(rule.by_month_day);
  const bool comes = wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](int day) {
                       return day != 0 && std::abs(day) <= longest_month(rule);
                     });
  bool ordinals_come = true;
  for (const int day : values(rule.by_day)) {
    const int ordinal = icalrecurrencetype_day_position(static_cast<short>(day));
    const bool within_month = by_month || (by_year && !empty(rule.by_month));
    if (ordinal != 0 && (!within_month || std::abs(ordinal) > 5)) ordinals_come = false;
  }
  if (!comes || !ordinals_come || longest_month(rule) == 0) {
    return fmt::format("by its RRULE it never comes{}", advice);
  }
  return std::nullopt;
}

struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};

}  // namespace

tl::expected<std::vector<Date>, std::string> repeats(icalrecurrencetype rule, Date first) {
  if (auto refused = refusal(rule)) return tl::unexpected{std::move(*refused)};
  const std::chrono::year_month_day day{first};
  icaltimetype start = icaltime_null_time();
  start.is_date = 1;
  start.year = static_cast<int>(day.year());
  start.month = static_cast<int>(static_cast<unsigned>(day.month()));
  start.day = static_cast<int>(static_cast<unsigned>(day.day()));
  if (icaltime_is_null_time(rule.until) == 0) {
    rule.until.is_date = 1;
    rule.until.hour = rule.until.minute = rule.until.second = 0;
    rule.until.zone = nullptr;
  }
  const std::unique_ptr<icalrecur_iterator, FreeIterator> iterator{
      icalrecur_iterator_new(rule, start)};
  std::vector<Date> all;
  while (iterator != nullptr) {
    const icaltimetype time = icalrecur_iterator_next(iterator.get());
    if (icaltime_is_null_time(time) != 0 || time.year > last_year) break;
    if (all.size() >= most_times) {
      return tl::unexpected{fmt::format(
          "it repeats more than {} times; write a stretch of days as one event", most_times)};
    }
    all.push_back(
        make_date(time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day)));
  }
  return all;
}

}  // namespace kpid::config
