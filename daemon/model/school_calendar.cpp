// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How a calendar's table is made, and what is read off it. Counting is binary search in one sorted
// list of all school days: a rule over ten years costs no more than one over a week.

#include "model/school_calendar.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "model/school_weeks.hpp"

namespace kpid {
namespace {

using Days = std::chrono::days;
using std::chrono::weekday;

constexpr int first_filled_year = 2000;
constexpr int last_filled_year = 2060;

bool on_weekend(Date date) noexcept { return weekday{date}.iso_encoding() > 5; }

int year_of(Date date) { return static_cast<int>(std::chrono::year_month_day{date}.year()); }

// Whole academic years that nobody has written are the typical ones, with the bank holidays of
// those calendar years of which none is written.
void fill_years(SchoolDays& made) {
  std::set<int> written;
  for (const HalfTerm& half_term : made.half_terms) written.insert(half_term.year);
  std::set<int> listed;
  for (const auto& [date, name] : made.bank_holidays) listed.insert(year_of(date));
  for (int year = first_filled_year; year <= last_filled_year; ++year) {
    if (written.contains(year)) continue;
    SchoolDays typical = SchoolCalendar::typical_england(year, year);
    std::move(typical.half_terms.begin(), typical.half_terms.end(),
              std::back_inserter(made.half_terms));
    std::move(typical.holidays.begin(), typical.holidays.end(), std::back_inserter(made.holidays));
    for (auto& [date, name] : typical.bank_holidays) {
      if (!listed.contains(year_of(date))) made.bank_holidays.emplace(date, std::move(name));
    }
  }
  std::sort(made.half_terms.begin(), made.half_terms.end(),
            [](const HalfTerm& a, const HalfTerm& b) { return a.days < b.days; });
  std::sort(made.holidays.begin(), made.holidays.end());
}

TermName term_name(std::uint32_t half_term) {
  if (half_term <= 2) return TermName::autumn;
  return half_term <= 4 ? TermName::spring : TermName::summer;
}

std::vector<Term> terms_of(const std::vector<HalfTerm>& half_terms) {
  std::vector<Term> terms;
  for (const HalfTerm& half_term : half_terms) {
    const TermName name = term_name(half_term.number);
    if (!terms.empty() && terms.back().year == half_term.year && terms.back().name == name) {
      terms.back().days.end = half_term.days.end;
    } else {
      terms.push_back({half_term.year, name, half_term.days});
    }
  }
  return terms;
}

// The last item that starts on or before the date.
template <class Item>
const Item* last_begun(const std::vector<Item>& items, Date date) {
  const auto next =
      std::upper_bound(items.begin(), items.end(), date,
                       [](Date wanted, const Item& item) { return wanted < item.days.start; });
  return next == items.begin() ? nullptr : &*std::prev(next);
}

// The holiday before a half-term, by what usually stands there.
std::string_view break_before(std::uint32_t number) {
  constexpr std::array<std::string_view, 6> names{"summer holiday",    "autumn half-term",
                                                  "Christmas holiday", "spring half-term",
                                                  "Easter holiday",    "summer half-term"};
  return number >= 1 && number <= names.size() ? names[number - 1] : "holiday";
}

// `count` weekdays on; for the years that nobody has written or could have.
Date weekday_after(Date date, std::uint32_t count) {
  constexpr std::uint32_t most = 100'000;
  count = std::min(count, most);
  date += Days{7 * (count / 5)};
  for (count %= 5; count > 0;) {
    date += Days{1};
    if (!on_weekend(date)) --count;
  }
  while (on_weekend(date)) date += Days{1};
  return date;
}

}  // namespace

std::string_view to_string(DayKind kind) noexcept {
  switch (kind) {
    case DayKind::school_day:
      return "school_day";
    case DayKind::weekend:
      return "weekend";
    case DayKind::holiday:
      return "holiday";
    case DayKind::bank_holiday:
      return "bank_holiday";
    case DayKind::inset:
      return "inset";
  }
  return {};
}

std::string_view to_string(TermName name) noexcept {
  switch (name) {
    case TermName::autumn:
      return "autumn";
    case TermName::spring:
      return "spring";
    case TermName::summer:
      return "summer";
  }
  return {};
}

std::string name_of(const HalfTerm& half_term) {
  return fmt::format("{} term, {} half", to_string(term_name(half_term.number)),
                     half_term.number % 2 == 1 ? "first" : "second");
}

std::shared_ptr<const SchoolCalendar::Table> SchoolCalendar::make_table(SchoolDays given) {
  fill_years(given);
  std::set<Date> closed;
  for (const auto& [period, name] : given.holidays) {
    const Date start = period.start;
    const Date end = std::min(period.end, start + Days{366});
    for (Date date = start; date <= end; date += Days{1}) closed.insert(closed.end(), date);
  }
  for (const auto& [date, name] : given.bank_holidays) closed.insert(date);
  for (const auto& [date, name] : given.inset_days) closed.insert(date);

  auto table = std::make_shared<Table>();
  for (HalfTerm& half_term : given.half_terms) {
    const Date begin = half_term.days.start;
    const auto before = table->school_days.size();
    for (Date date = begin; date <= half_term.days.end; date += Days{1}) {
      const bool known = !table->school_days.empty() && date <= table->school_days.back();
      if (!known && !on_weekend(date) && !closed.contains(date)) table->school_days.push_back(date);
    }
    if (table->school_days.size() == before) continue;  // not a single day of school
    half_term.days = {table->school_days[before], table->school_days.back()};
    table->days.half_terms.push_back(half_term);
  }
  table->terms = terms_of(table->days.half_terms);
  table->days.bank_holidays = std::move(given.bank_holidays);
  table->days.inset_days = std::move(given.inset_days);
  table->days.holidays = std::move(given.holidays);
  return table;
}

SchoolCalendar::SchoolCalendar() {
  // Never changed, and the same for everybody: made once.
  static const std::shared_ptr<const Table> typical = make_table({});
  table_ = typical;
}

SchoolCalendar::SchoolCalendar(SchoolDays days) : table_(make_table(std::move(days))) {}

bool SchoolCalendar::is_school_day(Date date) const {
  return std::binary_search(table_->school_days.begin(), table_->school_days.end(), date);
}

SchoolDay SchoolCalendar::day(Date date) const {
  const SchoolDays& all = table_->days;
  if (on_weekend(date)) {
    return {DayKind::weekend, weekday{date} == std::chrono::Saturday ? "Saturday" : "Sunday"};
  }
  if (is_school_day(date)) return {DayKind::school_day, name_of(*half_term_of(date))};
  if (const auto found = all.bank_holidays.find(date); found != all.bank_holidays.end()) {
    return {DayKind::bank_holiday, found->second};
  }
  if (const auto found = all.inset_days.find(date); found != all.inset_days.end()) {
    return {DayKind::inset, found->second};
  }
  // The shortest one that has a name for it: a day's closure within a longer break is told.
  const std::pair<Period, std::string>* named = nullptr;
  for (const auto& holiday : all.holidays) {
    if (holiday.first.start > date) break;
    if (holiday.first.end < date) continue;
    const auto length = [](const Period& period) { return period.end - period.start; };
    if (named == nullptr || length(holiday.first) < length(named->first)) named = &holiday;
  }
  if (named != nullptr) return {DayKind::holiday, named->second};
  const auto next = std::upper_bound(
      all.half_terms.begin(), all.half_terms.end(), date,
      [](Date wanted, const HalfTerm& half_term) { return wanted < half_term.days.start; });
  return {DayKind::holiday,
          std::string{next == all.half_terms.end() ? "holiday" : break_before(next->number)}};
}

Date SchoolCalendar::school_day_after(Date date, std::uint32_t count) const {
  const std::vector<Date>& all = table_->school_days;
  const auto next = count == 0 ? std::lower_bound(all.begin(), all.end(), date)
                               : std::upper_bound(all.begin(), all.end(), date);
  const auto left = static_cast<std::size_t>(all.end() - next);
  const std::size_t wanted = count == 0 ? 0 : count - 1;
  if (wanted < left) return next[static_cast<std::ptrdiff_t>(wanted)];
  return weekday_after(all.empty() ? date : std::max(date, all.back()),
                       count - static_cast<std::uint32_t>(left));
}

std::uint32_t SchoolCalendar::school_days_between(Date from, Date to) const {
  if (to <= from) return 0;
  const std::vector<Date>& all = table_->school_days;
  const auto first = std::upper_bound(all.begin(), all.end(), from);
  return static_cast<std::uint32_t>(std::upper_bound(first, all.end(), to) - first);
}

std::optional<HalfTerm> SchoolCalendar::half_term_of(Date date) const {
  const HalfTerm* found = last_begun(table_->days.half_terms, date);
  return found == nullptr ? std::nullopt : std::optional{*found};
}

std::optional<Term> SchoolCalendar::term_of(Date date) const {
  const Term* found = last_begun(table_->terms, date);
  return found == nullptr ? std::nullopt : std::optional{*found};
}

bool SchoolCalendar::any_school_day(const Period& period) const {
  const std::vector<Date>& all = table_->school_days;
  const auto first = std::lower_bound(all.begin(), all.end(), period.start);
  return first != all.end() && *first <= period.end;
}

std::optional<TeachingWeek> SchoolCalendar::teaching_week_of(Date date) const {
  const Date monday = monday_of(date);
  const std::vector<Date>& all = table_->school_days;
  const auto first = std::lower_bound(all.begin(), all.end(), monday);
  if (first == all.end() || *first > monday + Days{6}) return std::nullopt;
  const auto half_term = half_term_of(*first);
  return TeachingWeek{
      *half_term, weeks_from(half_term->days.start, monday) + 1, {monday, monday + Days{6}}};
}

}  // namespace kpid
