// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Steps through the school year: forward by a span, back by a year or a term. A day's place in a
// half-term or term is its teaching week and its weekday.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "model/school_calendar.hpp"
#include "model/school_weeks.hpp"

namespace kpid {
namespace {

using Days = std::chrono::days;
using std::chrono::year_month_day;

// Weeks of the half-term or term in which there is teaching, by their Mondays. A term's break is
// no week of it.
std::vector<Date> teaching_weeks(const SchoolCalendar& calendar, const Period& period) {
  std::vector<Date> mondays;
  for (Date monday = monday_of(period.start); monday <= period.end; monday += Days{7}) {
    if (calendar.any_school_day({monday, monday + Days{6}})) mondays.push_back(monday);
  }
  return mondays;
}

Date by_months(Date date, std::uint32_t count) {
  const year_month_day from{date};
  const year_month_day last_of_from{from.year() / from.month() / std::chrono::last};
  const auto month = std::chrono::year_month{from.year(), from.month()} +
                     std::chrono::months{std::min(count, std::uint32_t{12'000})};
  const year_month_day last{month / std::chrono::last};
  if (from == last_of_from) return Date{last};
  return Date{std::min(year_month_day{month / from.day()}, last)};
}

Date by_school_weeks(const SchoolCalendar& calendar, Date date, std::uint32_t count) {
  const Days into_week = date - monday_of(date);
  Date monday = monday_of(date);
  for (; count > 0; --count) {
    const Date next = calendar.school_day_after(monday + Days{6}, 1);
    monday = monday_of(next);
  }
  return monday + into_week;
}

// From the item that holds the date, or the last before it, `count` items on.
template <class Item>
Date by_items(const SchoolCalendar& calendar, const std::vector<Item>& items, Date date,
              std::uint32_t count, Days usual_length) {
  const auto next =
      std::upper_bound(items.begin(), items.end(), date,
                       [](Date wanted, const Item& item) { return wanted < item.days.start; });
  if (count == 0) return date;
  const auto left = static_cast<std::size_t>(items.end() - next);
  if (next == items.begin() || count > left) {  // before or beyond all that is known
    return date + std::min(count, std::uint32_t{1'000}) * usual_length;
  }
  const Item& from = *std::prev(next);
  const Item& to = next[static_cast<std::ptrdiff_t>(count) - 1];
  if (date >= from.days.end) return to.days.end;
  const auto weeks_there = teaching_weeks(calendar, to.days);
  const auto weeks_here = teaching_weeks(calendar, from.days);
  const Date monday = monday_of(date);
  // In the break of a term the next teaching week counts.
  const auto week = static_cast<std::size_t>(
      std::lower_bound(weeks_here.begin(), weeks_here.end(), monday) - weeks_here.begin());
  if (week >= weeks_there.size()) return to.days.end;
  return std::clamp(weeks_there[week] + (date - monday), to.days.start, to.days.end);
}

Period moved(const Period& period, Days by) { return {period.start + by, period.end + by}; }

bool is_day_or_week(Calendar calendar) {
  return calendar == Calendar::day || calendar == Calendar::week;
}

std::optional<Date> first_school_day(const SchoolCalendar& calendar, const Period& period) {
  const Date first = calendar.school_day_after(period.start, 0);
  return first <= period.end ? std::optional{first} : std::nullopt;
}

const HalfTerm* half_term(const SchoolCalendar& calendar, int year, std::uint32_t number) {
  const auto& all = calendar.days().half_terms;
  const auto found = std::lower_bound(all.begin(), all.end(), std::pair{year, number},
                                      [](const HalfTerm& item, const std::pair<int, unsigned>& of) {
                                        return std::pair{item.year, item.number} < of;
                                      });
  const bool is_it = found != all.end() && found->year == year && found->number == number;
  return is_it ? &*found : nullptr;
}

template <class Item>
const Item* with_days(const std::vector<Item>& items, const Period& period) {
  const auto found =
      std::lower_bound(items.begin(), items.end(), period,
                       [](const Item& item, const Period& wanted) { return item.days < wanted; });
  return found != items.end() && found->days == period ? &*found : nullptr;
}

const Term* term(const SchoolCalendar& calendar, int year, TermName name) {
  const auto& all = calendar.terms();
  const auto found = std::lower_bound(all.begin(), all.end(), std::pair{year, name},
                                      [](const Term& item, const std::pair<int, TermName>& of) {
                                        return std::pair{item.year, item.name} < of;
                                      });
  return found != all.end() && found->year == year && found->name == name ? &*found : nullptr;
}

// A day or week a year earlier, by teaching weeks; by how many days it moves.
std::optional<Days> teaching_year_back(const SchoolCalendar& calendar, const Period& period) {
  const auto anchor = first_school_day(calendar, period);
  if (!anchor) return std::nullopt;
  const auto here = calendar.teaching_week_of(*anchor);
  if (!here) return std::nullopt;
  const HalfTerm* there = half_term(calendar, here->half_term.year - 1, here->half_term.number);
  if (there == nullptr) return std::nullopt;
  const Date monday = monday_of(there->days.start) + Days{7 * (here->number - 1)};
  if (monday > there->days.end) return std::nullopt;
  return monday - here->days.start;
}

}  // namespace

Date SchoolCalendar::after(Date date, const Span& span) const {
  constexpr std::uint32_t most_days = 1'000'000;
  switch (span.unit) {
    case Span::Unit::days:
      return date + Days{std::min(span.count, most_days)};
    case Span::Unit::school_days:
      return school_day_after(date, span.count);
    case Span::Unit::school_weeks:
      return by_school_weeks(*this, date, std::min(span.count, std::uint32_t{10'000}));
    case Span::Unit::half_terms:
      return by_items(*this, table_->days.half_terms, date, span.count, Days{61});
    case Span::Unit::terms:
      return by_items(*this, table_->terms, date, span.count, Days{122});
    case Span::Unit::months:
      return by_months(date, span.count);
    case Span::Unit::years:
      return by_months(date, 12 * std::min(span.count, std::uint32_t{1'000}));
  }
  return date;
}

Period SchoolCalendar::year_before(const Period& period, Calendar calendar) const {
  if (is_day_or_week(calendar)) {
    constexpr Days weeks_52{52 * 7};
    return moved(period, teaching_year_back(*this, period).value_or(-weeks_52));
  }
  if (calendar == Calendar::term) {
    if (const Term* here = with_days(table_->terms, period)) {
      if (const Term* there = term(*this, here->year - 1, here->name)) return there->days;
    }
    if (const HalfTerm* here = with_days(table_->days.half_terms, period)) {
      if (const HalfTerm* there = half_term(*this, here->year - 1, here->number)) {
        return there->days;
      }
    }
  }
  return kpid::year_before(period, calendar);
}

std::optional<Period> SchoolCalendar::term_before(const Period& period, Calendar calendar) const {
  if (calendar == Calendar::term) {
    if (const Term* here = with_days(table_->terms, period)) {
      if (here == table_->terms.data()) return std::nullopt;
      return std::prev(here)->days;
    }
    const HalfTerm* here = with_days(table_->days.half_terms, period);
    if (here == nullptr) return std::nullopt;
    const bool autumn = here->number <= 2;
    const HalfTerm* there = half_term(*this, here->year - (autumn ? 1 : 0),
                                      autumn ? here->number + 4 : here->number - 2);
    return there == nullptr ? std::nullopt : std::optional{there->days};
  }
  if (!is_day_or_week(calendar)) return std::nullopt;
  const auto anchor = first_school_day(*this, period);
  if (!anchor) return std::nullopt;
  const auto holds =
      std::upper_bound(table_->terms.begin(), table_->terms.end(), *anchor,
                       [](Date wanted, const Term& item) { return wanted < item.days.start; });
  if (holds - table_->terms.begin() < 2) return std::nullopt;
  const Term& here = *std::prev(holds);
  const auto weeks_here = teaching_weeks(*this, here.days);
  const auto weeks_there = teaching_weeks(*this, std::prev(holds, 2)->days);
  const Date monday = monday_of(*anchor);
  const auto week = static_cast<std::size_t>(
      std::lower_bound(weeks_here.begin(), weeks_here.end(), monday) - weeks_here.begin());
  if (week >= weeks_there.size()) return std::nullopt;
  return moved(period, weeks_there[week] - monday);
}

}  // namespace kpid
