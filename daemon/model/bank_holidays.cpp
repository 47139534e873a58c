// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The bank holidays of England and Wales as gov.uk/bank-holidays lists them: eight a year by the
// Banking and Financial Dealings Act 1971, and what a proclamation has moved or added since.

#include <array>
#include <string_view>
#include <utility>

#include "model/school_calendar.hpp"

namespace kpid {
namespace {

using std::chrono::days;
using std::chrono::Monday;
using std::chrono::weekday;

struct OneOff {
  int year;
  unsigned month;
  unsigned day;
  std::string_view name;
};

constexpr std::array<OneOff, 7> one_off_days{{
    {1999, 12, 31, "Millennium bank holiday"},
    {2002, 6, 3, "Golden Jubilee of Queen Elizabeth II"},
    {2011, 4, 29, "Wedding of Prince William and Catherine Middleton"},
    {2012, 6, 5, "Diamond Jubilee of Queen Elizabeth II"},
    {2022, 6, 3, "Platinum Jubilee of Queen Elizabeth II"},
    {2022, 9, 19, "State Funeral of Queen Elizabeth II"},
    {2023, 5, 8, "Coronation of King Charles III"},
}};

bool on_weekend(Date date) {
  const unsigned day = weekday{date}.iso_encoding();
  return day > 5;
}

// The weekday itself, or the next one that nothing else has taken.
void add_with_substitute(std::map<Date, std::string>& all, Date date, std::string name) {
  bool moved = false;
  while (on_weekend(date) || all.contains(date)) {
    date += days{1};
    moved = true;
  }
  if (moved) name += " (substitute day)";
  all.emplace(date, std::move(name));
}

Date early_may(int year) {
  // Moved to the 50th and the 75th anniversary of the end of the war in Europe.
  if (year == 1995 || year == 2020) return make_date(year, 5, 8);
  return Date{std::chrono::year{year} / std::chrono::May / Monday[1]};
}

Date spring(int year) {
  // Moved beside the days of three jubilees.
  if (year == 2002 || year == 2012) return make_date(year, 6, 4);
  if (year == 2022) return make_date(year, 6, 2);
  return Date{std::chrono::year{year} / std::chrono::May / Monday[std::chrono::last]};
}

}  // namespace

// The Gregorian computus: the Sunday after the church's full moon on or after 21 March.
Date easter_sunday(int year) {
  const int golden = year % 19;
  const int century = year / 100;
  const int skipped_leap_days = century - century / 4;
  const int moon_correction = (8 * century + 13) / 25;
  int moon = (19 * golden + skipped_leap_days - moon_correction + 15) % 30;
  // The two epacts that would give a lunation of 31 days.
  if (moon == 29 || (moon == 28 && golden > 10)) --moon;
  const Date full_moon = make_date(year, 3, 21) + days{moon};
  return full_moon + days{7 - static_cast<int>(weekday{full_moon}.c_encoding())};
}

std::map<Date, std::string> bank_holidays_england(int year) {
  std::map<Date, std::string> all;
  const Date easter = easter_sunday(year);
  add_with_substitute(all, make_date(year, 1, 1), "New Year's Day");
  all.emplace(easter - days{2}, "Good Friday");
  all.emplace(easter + days{1}, "Easter Monday");
  all.emplace(early_may(year), year == 1995 || year == 2020 ? "Early May bank holiday (VE day)"
                                                            : "Early May bank holiday");
  all.emplace(spring(year), "Spring bank holiday");
  all.emplace(Date{std::chrono::year{year} / std::chrono::August / Monday[std::chrono::last]},
              "Summer bank holiday");
  const Date christmas = make_date(year, 12, 25);
  // Where Christmas Day is a Sunday, Boxing Day keeps its Monday and Christmas Day moves past it.
  if (weekday{christmas} == std::chrono::Sunday) {
    all.emplace(christmas + days{1}, "Boxing Day");
    add_with_substitute(all, christmas, "Christmas Day");
  } else {
    add_with_substitute(all, christmas, "Christmas Day");
    add_with_substitute(all, christmas + days{1}, "Boxing Day");
  }
  for (const OneOff& one_off : one_off_days) {
    if (one_off.year == year) {
      all.emplace(make_date(year, one_off.month, one_off.day), one_off.name);
    }
  }
  return all;
}

}  // namespace kpid
