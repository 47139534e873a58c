// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The typical school year. There is no national one: each authority or academy sets its own. The
// pattern here is what most English authorities published for 2015/16 to 2025/26: about 190 days
// for pupils (195 with five INSET days, which stand at the start of September here), two weeks at
// Christmas and at Easter, and a week in each term around late October, mid-February and the last
// Monday of May. Years in which authorities differ take the more usual choice.

#include <utility>

#include "model/school_calendar.hpp"

namespace kpid {
namespace {

using std::chrono::days;
using std::chrono::Friday;
using std::chrono::Monday;
using std::chrono::weekday;

// The first such weekday on or after the date.
Date on_or_after(Date date, weekday wanted) { return date + (wanted - weekday{date}); }

// From the Monday on which a break begins back to the Friday on which school closes.
constexpr days weekend_before{3};

// The Monday on which the two weeks at Easter begin. They hold Easter where it is early, end with
// it where it is late, and lie around it otherwise.
Date easter_break(int year) {
  const Date easter = easter_sunday(year);
  if (easter <= make_date(year, 4, 4)) return easter + days{1};
  if (easter <= make_date(year, 4, 15)) return easter - days{6};
  return easter - days{13};
}

void add_break(SchoolDays& made, Date monday, int weeks, std::string_view name) {
  made.holidays.emplace_back(Period{monday, monday + days{7 * weeks - 3}}, name);
}

void add_year(SchoolDays& made, int year) {
  const int next = year + 1;
  const Date october = on_or_after(make_date(year, 10, 22), Monday);
  const Date christmas = on_or_after(make_date(year, 12, 16), Friday) + weekend_before;
  const Date february = on_or_after(make_date(next, 2, 12), Monday);
  const Date easter = easter_break(next);
  const Date may{std::chrono::year{next} / std::chrono::May / Monday[std::chrono::last]};

  std::uint32_t number = 0;
  const auto teach = [&](Date first, Date last) {
    made.half_terms.push_back({year, ++number, {first, last}});
  };
  teach(make_date(year, 9, 3), october - weekend_before);
  teach(october + days{7}, christmas - weekend_before);
  teach(christmas + days{14}, february - weekend_before);
  teach(february + days{7}, easter - weekend_before);
  teach(easter + days{14}, may - weekend_before);
  teach(may + days{7}, make_date(next, 7, 22));

  add_break(made, october, 1, "autumn half-term");
  add_break(made, christmas, 2, "Christmas holiday");
  add_break(made, february, 1, "spring half-term");
  add_break(made, easter, 2, "Easter holiday");
  add_break(made, may, 1, "summer half-term");
}

}  // namespace

SchoolDays SchoolCalendar::typical_england(int first_year, int last_year) {
  SchoolDays made;
  for (int year = first_year; year <= last_year; ++year) add_year(made, year);
  for (int year = first_year; year <= last_year + 1; ++year) {
    for (auto& [date, name] : bank_holidays_england(year)) {
      const bool inside =
          date >= make_date(first_year, 9, 1) && date <= make_date(last_year + 1, 8, 31);
      if (inside) made.bank_holidays.emplace(date, std::move(name));
    }
  }
  return made;
}

}  // namespace kpid
