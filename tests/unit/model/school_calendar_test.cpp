// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/school_calendar.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "schedule/schedule.hpp"

namespace kpid {
namespace {

using std::chrono::days;
using Unit = Span::Unit;

Date on(const char* text) { return parse_date(text).value(); }
Period range(const char* first, const char* last) { return {on(first), on(last)}; }
std::string text(Date date) { return format_date(date); }
std::string text(const Period& period) { return text(period.start) + ".." + text(period.end); }
std::string text(const std::optional<Period>& period) { return period ? text(*period) : "none"; }

// Two years whose terms are of unlike length, as authorities really set them: 2024/25 has a short
// first half of spring and starts on a Tuesday, 2025/26 a long one and starts on a Wednesday.
SchoolCalendar two_years() {
  SchoolDays made;
  made.half_terms = {
      {2024, 1, range("2024-09-03", "2024-10-18")}, {2024, 2, range("2024-11-04", "2024-12-20")},
      {2024, 3, range("2025-01-06", "2025-02-07")}, {2024, 4, range("2025-02-17", "2025-04-04")},
      {2024, 5, range("2025-04-22", "2025-05-23")}, {2024, 6, range("2025-06-02", "2025-07-22")},
      {2025, 1, range("2025-09-01", "2025-10-24")}, {2025, 2, range("2025-11-03", "2025-12-19")},
      {2025, 3, range("2026-01-05", "2026-02-13")}, {2025, 4, range("2026-02-23", "2026-03-27")},
      {2025, 5, range("2026-04-13", "2026-05-22")}, {2025, 6, range("2026-06-01", "2026-07-21")},
  };
  for (int year = 2024; year <= 2026; ++year) made.bank_holidays.merge(bank_holidays_england(year));
  made.inset_days = {{on("2025-09-01"), "INSET day"},
                     {on("2025-09-02"), "INSET day"},
                     {on("2026-06-12"), "Staff training"}};
  made.holidays = {{range("2025-10-27", "2025-10-31"), "Autumn break"},
                   {range("2026-05-01", "2026-05-01"), "Occasional day"}};
  return SchoolCalendar{std::move(made)};
}

TEST(Easter, IsTheSundayThatTheChurchesKeep) {
  for (const char* date : {"1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23",
                           "2008-03-23", "2011-04-24", "2016-03-27", "2018-04-01", "2019-04-21",
                           "2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09", "2024-03-31",
                           "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18"}) {
    const std::chrono::year_month_day wanted{on(date)};
    EXPECT_EQ(text(easter_sunday(static_cast<int>(wanted.year()))), date);
  }
}

std::vector<std::string> listed(int year) {
  std::vector<std::string> lines;
  for (const auto& [date, name] : bank_holidays_england(year)) {
    lines.push_back(text(date) + " " + name);
  }
  return lines;
}

TEST(BankHolidays, AreThoseOfAnOrdinaryYear) {
  EXPECT_EQ(listed(2025), (std::vector<std::string>{
                              "2025-01-01 New Year's Day", "2025-04-18 Good Friday",
                              "2025-04-21 Easter Monday", "2025-05-05 Early May bank holiday",
                              "2025-05-26 Spring bank holiday", "2025-08-25 Summer bank holiday",
                              "2025-12-25 Christmas Day", "2025-12-26 Boxing Day"}));
}

TEST(BankHolidays, HaveTheirOneOffDays) {
  EXPECT_EQ(
      listed(2022),
      (std::vector<std::string>{
          "2022-01-03 New Year's Day (substitute day)", "2022-04-15 Good Friday",
          "2022-04-18 Easter Monday", "2022-05-02 Early May bank holiday",
          "2022-06-02 Spring bank holiday", "2022-06-03 Platinum Jubilee of Queen Elizabeth II",
          "2022-08-29 Summer bank holiday", "2022-09-19 State Funeral of Queen Elizabeth II",
          "2022-12-26 Boxing Day", "2022-12-27 Christmas Day (substitute day)"}));
  EXPECT_EQ(listed(2023).at(4), "2023-05-08 Coronation of King Charles III");
  EXPECT_EQ(listed(2023).at(0), "2023-01-02 New Year's Day (substitute day)");
  EXPECT_EQ(listed(2020).at(3), "2020-05-08 Early May bank holiday (VE day)");
  EXPECT_FALSE(bank_holidays_england(2020).contains(on("2020-05-04")));
  EXPECT_EQ(listed(2012).at(4), "2012-06-04 Spring bank holiday");
  EXPECT_EQ(listed(2012).at(5), "2012-06-05 Diamond Jubilee of Queen Elizabeth II");
  EXPECT_EQ(listed(2011).at(3), "2011-04-29 Wedding of Prince William and Catherine Middleton");
}

TEST(BankHolidays, MoveOffAWeekend) {
  EXPECT_EQ(listed(2021).at(6), "2021-12-27 Christmas Day (substitute day)");  // a Saturday
  EXPECT_EQ(listed(2021).at(7), "2021-12-28 Boxing Day (substitute day)");
  EXPECT_EQ(listed(2020).at(6), "2020-12-25 Christmas Day");
  EXPECT_EQ(listed(2020).at(7), "2020-12-28 Boxing Day (substitute day)");
  for (int year = 2000; year <= 2060; ++year) {
    const auto all = bank_holidays_england(year);
    EXPECT_GE(all.size(), 8U) << year;
    for (const auto& [date, name] : all) {
      EXPECT_LE(std::chrono::weekday{date}.iso_encoding(), 5U) << text(date);
    }
  }
}

TEST(TypicalYear, HasTheHolidaysThatMostAuthoritiesSet) {
  struct Known {
    const char* first;
    const char* last;
  };
  const SchoolCalendar calendar;
  const auto half_terms_of = [&](int year) {
    std::vector<std::string> lines;
    for (const HalfTerm& half_term : calendar.days().half_terms) {
      if (half_term.year == year) lines.push_back(text(half_term.days));
    }
    return lines;
  };
  EXPECT_EQ(half_terms_of(2023),  // an early Easter: Good Friday is the first day of the holiday
            (std::vector<std::string>{"2023-09-04..2023-10-20", "2023-10-30..2023-12-22",
                                      "2024-01-08..2024-02-09", "2024-02-19..2024-03-28",
                                      "2024-04-15..2024-05-24", "2024-06-03..2024-07-22"}));
  EXPECT_EQ(half_terms_of(2024),  // a late one: school is back on the Tuesday after it
            (std::vector<std::string>{"2024-09-03..2024-10-25", "2024-11-04..2024-12-20",
                                      "2025-01-06..2025-02-14", "2025-02-24..2025-04-04",
                                      "2025-04-22..2025-05-23", "2025-06-02..2025-07-22"}));
  EXPECT_EQ(half_terms_of(2022),  // New Year's Day is kept on the Monday on which school would be
            (std::vector<std::string>{"2022-09-05..2022-10-21", "2022-10-31..2022-12-16",
                                      "2023-01-03..2023-02-10", "2023-02-20..2023-03-31",
                                      "2023-04-17..2023-05-26", "2023-06-05..2023-07-21"}));
}

TEST(TypicalYear, HasAboutAsManyDaysAsTheLawAsksFor) {
  const SchoolCalendar calendar;
  for (int year = 2000; year <= 2060; ++year) {
    const auto count =
        calendar.school_days_between(make_date(year, 8, 31), make_date(year + 1, 8, 31));
    EXPECT_GE(count, 184U) << year;
    EXPECT_LE(count, 196U) << year;
  }
}

TEST(TypicalYear, HasNoSchoolDayInAugustNorOnAnyBankHoliday) {
  const SchoolCalendar calendar;
  for (int year = 2001; year <= 2060; ++year) {
    EXPECT_FALSE(calendar.any_school_day({make_date(year, 7, 24), make_date(year, 9, 1)})) << year;
    for (const auto& [date, name] : bank_holidays_england(year)) {
      EXPECT_FALSE(calendar.is_school_day(date)) << text(date);
      EXPECT_EQ(calendar.day(date).kind, DayKind::bank_holiday) << text(date);
      EXPECT_EQ(calendar.day(date).name, name);
    }
  }
}

TEST(SchoolCalendarTest, SaysWhatADayIsAndWhy) {
  const SchoolCalendar calendar = two_years();
  struct Known {
    const char* date;
    DayKind kind;
    const char* name;
  };
  for (const Known& known : {
           Known{"2025-09-03", DayKind::school_day, "autumn term, first half"},
           {"2025-12-19", DayKind::school_day, "autumn term, second half"},
           {"2026-02-13", DayKind::school_day, "spring term, first half"},
           {"2026-03-27", DayKind::school_day, "spring term, second half"},
           {"2026-05-22", DayKind::school_day, "summer term, first half"},
           {"2026-07-21", DayKind::school_day, "summer term, second half"},
           {"2025-09-01", DayKind::inset, "INSET day"},
           {"2026-06-12", DayKind::inset, "Staff training"},
           {"2025-09-06", DayKind::weekend, "Saturday"},
           {"2025-09-07", DayKind::weekend, "Sunday"},
           {"2025-10-29", DayKind::holiday, "Autumn break"},
           {"2026-05-01", DayKind::holiday, "Occasional day"},
           {"2025-12-22", DayKind::holiday, "Christmas holiday"},
           {"2025-12-25", DayKind::bank_holiday, "Christmas Day"},
           {"2026-02-18", DayKind::holiday, "spring half-term"},
           {"2026-04-02", DayKind::holiday, "Easter holiday"},
           {"2026-04-03", DayKind::bank_holiday, "Good Friday"},
           {"2026-05-04", DayKind::bank_holiday, "Early May bank holiday"},
           {"2026-05-28", DayKind::holiday, "summer half-term"},
           {"2025-08-13", DayKind::holiday, "summer holiday"},
           {"2070-08-13", DayKind::holiday, "holiday"},
       }) {
    const SchoolDay day = calendar.day(on(known.date));
    EXPECT_EQ(to_string(day.kind), to_string(known.kind)) << known.date;
    EXPECT_EQ(day.name, known.name) << known.date;
    EXPECT_EQ(calendar.is_school_day(on(known.date)), known.kind == DayKind::school_day);
  }
}

TEST(SchoolCalendarTest, TrimsAHalfTermToItsSchoolDays) {
  const SchoolCalendar calendar = two_years();
  // Two INSET days stand at its start.
  EXPECT_EQ(text(calendar.half_term_of(on("2025-10-01"))->days), "2025-09-03..2025-10-24");
  EXPECT_EQ(text(calendar.term_of(on("2025-10-01"))->days), "2025-09-03..2025-12-19");
}

TEST(SchoolCalendarTest, CountsSchoolDays) {
  const SchoolCalendar calendar = two_years();
  struct Known {
    const char* from;
    std::uint32_t count;
    const char* to;
  };
  for (const Known& known : {
           Known{"2025-09-08", 0, "2025-09-08"},  // itself
           {"2025-09-06", 0, "2025-09-08"},       // a Saturday: the Monday
           {"2025-09-06", 1, "2025-09-08"},
           {"2025-09-08", 1, "2025-09-09"},
           {"2025-09-12", 1, "2025-09-15"},   // over a weekend
           {"2025-10-24", 1, "2025-11-03"},   // over a half-term
           {"2025-12-19", 10, "2026-01-16"},  // over Christmas
           {"2026-07-21", 1, "2026-09-03"},   // over the summer, into a year nobody has written
           {"2026-04-30", 1, "2026-05-05"},   // over an occasional day and a bank holiday
           {"2026-06-11", 1, "2026-06-15"},   // over an INSET day
       }) {
    EXPECT_EQ(text(calendar.school_day_after(on(known.from), known.count)), known.to)
        << known.from << " + " << known.count;
  }
  EXPECT_EQ(calendar.school_days_between(on("2025-10-24"), on("2025-11-03")), 1U);
  EXPECT_EQ(calendar.school_days_between(on("2025-10-24"), on("2025-11-02")), 0U);
  EXPECT_EQ(calendar.school_days_between(on("2025-10-23"), on("2025-10-24")), 1U);
  EXPECT_EQ(calendar.school_days_between(on("2025-10-24"), on("2025-10-24")), 0U);
  EXPECT_EQ(calendar.school_days_between(on("2025-10-24"), on("2025-10-01")), 0U);
}

TEST(SchoolCalendarTest, CountingForthAndBackAgree) {
  const SchoolCalendar calendar = two_years();
  for (Date date = on("2024-08-20"); date < on("2026-08-20"); date += days{1}) {
    for (const std::uint32_t count : {1U, 2U, 5U, 33U, 400U}) {
      const Date reached = calendar.school_day_after(date, count);
      EXPECT_TRUE(calendar.is_school_day(reached));
      ASSERT_EQ(calendar.school_days_between(date, reached), count) << text(date);
      ASSERT_EQ(calendar.school_days_between(date, reached - days{1}), count - 1) << text(date);
    }
  }
}

TEST(SchoolCalendarTest, ALeapDayIsADay) {
  const SchoolCalendar calendar;
  EXPECT_TRUE(calendar.is_school_day(on("2024-02-29")));
  EXPECT_EQ(text(calendar.school_day_after(on("2024-02-28"), 1)), "2024-02-29");
  EXPECT_EQ(text(calendar.school_day_after(on("2024-02-28"), 2)), "2024-03-01");
  EXPECT_EQ(calendar.school_days_between(on("2024-02-28"), on("2024-03-01")), 2U);
  EXPECT_EQ(calendar.school_days_between(on("2023-02-28"), on("2023-03-01")), 1U);
  EXPECT_TRUE(calendar.is_school_day(on("2028-02-29")));  // a Tuesday
  EXPECT_EQ(text(calendar.after(on("2028-02-29"), {1, Unit::years})), "2029-02-28");
  EXPECT_EQ(text(calendar.after(on("2023-02-28"), {1, Unit::years})), "2024-02-29");
  // The same Thursday of the same teaching week, not 28 February or 1 March.
  const Period leap = range("2024-02-29", "2024-02-29");
  EXPECT_EQ(text(calendar.year_before(leap, Calendar::day)), "2023-03-02..2023-03-02");
  EXPECT_EQ(text(calendar.year_before(range("2028-02-28", "2028-03-05"), Calendar::week)),
            "2027-03-01..2027-03-07");
}

TEST(SchoolCalendarTest, ADayIsADayWhereTheClocksChange) {
  const SchoolCalendar calendar;
  const std::string zone = "Europe/London";
  const auto at = [&](const char* instant) {
    return text(local_date(parse_timestamp(instant).value(), zone));
  };
  // Forward on 29 March 2026 at 01:00 UTC, back on 25 October 2026 at 01:00 UTC.
  EXPECT_EQ(at("2026-03-28T23:59:59.999Z"), "2026-03-28");
  EXPECT_EQ(at("2026-03-29T00:00:00Z"), "2026-03-29");
  EXPECT_EQ(at("2026-03-29T00:59:59.999Z"), "2026-03-29");
  EXPECT_EQ(at("2026-03-29T01:00:00Z"), "2026-03-29");
  EXPECT_EQ(at("2026-03-29T22:59:59.999Z"), "2026-03-29");
  EXPECT_EQ(at("2026-03-29T23:00:00Z"), "2026-03-30");  // the day has 23 hours
  EXPECT_EQ(at("2026-10-24T22:59:59.999Z"), "2026-10-24");
  EXPECT_EQ(at("2026-10-24T23:00:00Z"), "2026-10-25");
  EXPECT_EQ(at("2026-10-25T00:59:59.999Z"), "2026-10-25");
  EXPECT_EQ(at("2026-10-25T01:00:00Z"), "2026-10-25");
  EXPECT_EQ(at("2026-10-25T23:59:59.999Z"), "2026-10-25");  // the day has 25 hours
  EXPECT_EQ(at("2026-10-26T00:00:00Z"), "2026-10-26");
  // Counting days over either change is counting days.
  EXPECT_EQ(text(calendar.school_day_after(on("2023-03-24"), 1)), "2023-03-27");
  EXPECT_EQ(calendar.school_days_between(on("2023-03-24"), on("2023-03-31")), 5U);
  EXPECT_EQ(text(calendar.after(on("2026-10-24"), {2, Unit::days})), "2026-10-26");
  EXPECT_EQ(text(calendar.after(on("2026-03-28"), {2, Unit::days})), "2026-03-30");
}

TEST(SchoolCalendarTest, FindsTheHalfTermAndTermOfADay) {
  const SchoolCalendar calendar = two_years();
  const auto half_term = [&](const char* date) {
    const auto found = calendar.half_term_of(on(date));
    return found ? std::to_string(found->year) + " " + std::to_string(found->number) : "none";
  };
  EXPECT_EQ(half_term("2025-09-03"), "2025 1");
  EXPECT_EQ(half_term("2025-10-24"), "2025 1");
  EXPECT_EQ(half_term("2025-10-28"), "2025 1");  // its break
  EXPECT_EQ(half_term("2025-11-03"), "2025 2");
  EXPECT_EQ(half_term("2026-08-31"), "2025 6");
  EXPECT_EQ(half_term("2026-09-02"), "2025 6");  // 2026/27 begins on the 3rd
  EXPECT_EQ(half_term("1999-09-01"), "none");
  const auto term = [&](const char* date) {
    const auto found = calendar.term_of(on(date));
    return found ? std::string{to_string(found->name)} + " " + text(found->days) : "none";
  };
  EXPECT_EQ(term("2025-10-28"), "autumn 2025-09-03..2025-12-19");
  EXPECT_EQ(term("2026-01-05"), "spring 2026-01-05..2026-03-27");
  EXPECT_EQ(term("2026-01-04"), "autumn 2025-09-03..2025-12-19");
  EXPECT_EQ(term("2026-07-21"), "summer 2026-04-13..2026-07-21");
  EXPECT_EQ(term("1999-09-01"), "none");
}

TEST(SchoolCalendarTest, ATermWithoutABreakIsOneStretch) {
  SchoolDays made;
  made.half_terms = {{2025, 1, range("2025-09-03", "2025-12-19")},
                     {2025, 3, range("2026-01-05", "2026-02-13")},
                     {2025, 4, range("2026-02-23", "2026-03-27")},
                     {2025, 5, range("2026-04-13", "2026-07-21")}};
  const SchoolCalendar calendar{std::move(made)};
  EXPECT_EQ(text(calendar.term_of(on("2025-11-05"))->days), "2025-09-03..2025-12-19");
  EXPECT_EQ(text(calendar.term_of(on("2026-02-18"))->days), "2026-01-05..2026-03-27");
  EXPECT_EQ(calendar.day(on("2025-12-22")).name, "Christmas holiday");
  EXPECT_EQ(calendar.day(on("2026-04-01")).name, "Easter holiday");
  EXPECT_EQ(calendar.day(on("2025-10-28")).kind, DayKind::school_day);
}

TEST(SchoolCalendarTest, CountsTeachingWeeks) {
  const SchoolCalendar calendar = two_years();
  const auto week = [&](const char* date) {
    const auto found = calendar.teaching_week_of(on(date));
    if (!found) return std::string{"none"};
    return std::to_string(found->half_term.number) + "/" + std::to_string(found->number) + " " +
           text(found->days);
  };
  EXPECT_EQ(week("2025-09-01"), "1/1 2025-09-01..2025-09-07");  // an INSET day in the first week
  EXPECT_EQ(week("2025-09-07"), "1/1 2025-09-01..2025-09-07");
  EXPECT_EQ(week("2025-09-08"), "1/2 2025-09-08..2025-09-14");
  EXPECT_EQ(week("2025-10-24"), "1/8 2025-10-20..2025-10-26");
  EXPECT_EQ(week("2025-10-27"), "none");
  EXPECT_EQ(week("2025-11-03"), "2/1 2025-11-03..2025-11-09");
  EXPECT_EQ(week("2025-08-20"), "none");
}

TEST(SchoolCalendarTest, AYearBeforeIsTheSameTeachingWeek) {
  const SchoolCalendar calendar = two_years();
  struct Known {
    const char* first;
    const char* last;
    const char* before;
  };
  for (const Known& known : {
           // 2024/25 began on a Tuesday, 2025/26 on a Wednesday: both weeks are the first.
           Known{"2025-09-01", "2025-09-07", "2024-09-02..2024-09-08"},
           // The autumn half-term moved: 52 weeks back would be in the break.
           {"2025-11-03", "2025-11-09", "2024-11-04..2024-11-10"},
           {"2025-10-13", "2025-10-19", "2024-10-14..2024-10-20"},
           // The eighth week, which the year before did not have: 52 weeks.
           {"2025-10-20", "2025-10-26", "2024-10-21..2024-10-27"},
           {"2026-02-09", "2026-02-15", "2025-02-10..2025-02-16"},
           // Easter lies two weeks apart, so does all after it.
           {"2026-02-23", "2026-03-01", "2025-02-17..2025-02-23"},
           {"2026-04-13", "2026-04-19", "2025-04-21..2025-04-27"},
           {"2026-06-01", "2026-06-07", "2025-06-02..2025-06-08"},
           // Outside terms: 52 weeks.
           {"2025-12-22", "2025-12-28", "2024-12-23..2024-12-29"},
           {"2026-08-03", "2026-08-09", "2025-08-04..2025-08-10"},
           // A source's week may be Monday to Friday, or begin on a Sunday.
           {"2026-04-13", "2026-04-17", "2025-04-21..2025-04-25"},
           {"2026-04-12", "2026-04-18", "2025-04-20..2025-04-26"},
       }) {
    EXPECT_EQ(text(calendar.year_before(range(known.first, known.last), Calendar::week)),
              known.before)
        << known.first;
  }
  // A day keeps its weekday, whatever it then was.
  EXPECT_EQ(text(calendar.year_before(range("2026-04-14", "2026-04-14"), Calendar::day)),
            "2025-04-22..2025-04-22");
  EXPECT_EQ(text(calendar.year_before(range("2025-12-24", "2025-12-24"), Calendar::day)),
            "2024-12-25..2024-12-25");
}

TEST(SchoolCalendarTest, AYearBeforeOfATermIsItsNamesake) {
  const SchoolCalendar calendar = two_years();
  const auto before = [&](const char* first, const char* last) {
    return text(calendar.year_before(range(first, last), Calendar::term));
  };
  EXPECT_EQ(before("2025-09-03", "2025-12-19"), "2024-09-03..2024-12-20");
  EXPECT_EQ(before("2026-01-05", "2026-03-27"), "2025-01-06..2025-04-04");
  EXPECT_EQ(before("2026-04-13", "2026-07-21"), "2025-04-22..2025-07-22");
  EXPECT_EQ(before("2026-02-23", "2026-03-27"), "2025-02-17..2025-04-04");
  // A source's own idea of a term moves by a year.
  EXPECT_EQ(before("2025-09-01", "2025-12-31"), "2024-09-01..2024-12-31");
  // Other calendars are no school's.
  EXPECT_EQ(text(calendar.year_before(range("2024-02-01", "2024-02-29"), Calendar::month)),
            "2023-02-01..2023-02-28");
  EXPECT_EQ(text(calendar.year_before(range("2025-09-01", "2026-08-31"), Calendar::academic_year)),
            "2024-09-01..2025-08-31");
}

TEST(SchoolCalendarTest, ATermBeforeIsTheSameTeachingWeekOfTheTermBefore) {
  const SchoolCalendar calendar = two_years();
  const auto week = [&](const char* first, const char* last) {
    return text(calendar.term_before(range(first, last), Calendar::week));
  };
  EXPECT_EQ(week("2026-01-05", "2026-01-11"), "2025-09-01..2025-09-07");
  EXPECT_EQ(week("2026-02-23", "2026-03-01"), "2025-10-13..2025-10-19");  // week 7 of spring
  EXPECT_EQ(week("2026-03-09", "2026-03-15"), "2025-11-03..2025-11-09");  // 9: over its break
  EXPECT_EQ(week("2025-09-01", "2025-09-07"), "2025-04-21..2025-04-27");  // into the year before
  EXPECT_EQ(week("2026-06-29", "2026-07-05"), "2026-03-23..2026-03-29");  // 11, the last of spring
  EXPECT_EQ(week("2026-07-06", "2026-07-12"), "none");                    // 12: spring had 11
  EXPECT_EQ(week("2026-04-06", "2026-04-12"), "none");                    // a holiday
  EXPECT_EQ(text(calendar.term_before(range("2026-01-07", "2026-01-07"), Calendar::day)),
            "2025-09-03..2025-09-03");
  const auto term = [&](const char* first, const char* last) {
    return text(calendar.term_before(range(first, last), Calendar::term));
  };
  EXPECT_EQ(term("2026-01-05", "2026-03-27"), "2025-09-03..2025-12-19");
  EXPECT_EQ(term("2025-09-03", "2025-12-19"), "2025-04-22..2025-07-22");
  EXPECT_EQ(term("2026-02-23", "2026-03-27"), "2025-11-03..2025-12-19");  // the same half
  EXPECT_EQ(term("2025-11-03", "2025-12-19"), "2025-06-02..2025-07-22");
  EXPECT_EQ(term("2026-01-01", "2026-03-31"), "none");
  EXPECT_EQ(text(calendar.term_before(range("2025-09-01", "2026-08-31"), Calendar::academic_year)),
            "none");
}

TEST(SchoolCalendarTest, StepsForwardBySpans) {
  const SchoolCalendar calendar = two_years();
  struct Known {
    const char* from;
    Span span;
    const char* to;
  };
  for (const Known& known : {
           Known{"2025-10-22", {10, Unit::days}, "2025-11-01"},
           {"2025-10-22", {3, Unit::school_days}, "2025-11-03"},
           {"2025-10-15", {1, Unit::school_weeks}, "2025-10-22"},  // a Wednesday
           {"2025-10-22", {1, Unit::school_weeks}, "2025-11-05"},  // over the half-term
           {"2025-10-22", {0, Unit::school_weeks}, "2025-10-22"},
           {"2025-08-06", {1, Unit::school_weeks}, "2025-09-03"},
           {"2025-09-17", {1, Unit::half_terms}, "2025-11-19"},  // week 3, a Wednesday
           {"2025-10-22", {1, Unit::half_terms}, "2025-12-19"},  // week 8 of 7: the last day
           {"2025-10-24", {1, Unit::half_terms}, "2025-12-19"},  // from the last day to the last
           {"2025-10-29", {1, Unit::half_terms}, "2025-12-19"},  // and from the break
           {"2025-12-19", {2, Unit::half_terms}, "2026-03-27"},
           {"2025-12-19", {1, Unit::terms}, "2026-03-27"},
           {"2025-12-31", {1, Unit::terms}, "2026-03-27"},
           {"2025-12-31", {3, Unit::terms}, "2026-12-18"},  // into a typical year
           {"2026-01-07", {1, Unit::terms}, "2026-04-15"},
           {"2025-10-29", {1, Unit::terms}, "2026-03-11"},  // in a break: of the week that follows
           {"2025-09-03", {0, Unit::terms}, "2025-09-03"},
           {"2026-01-31", {1, Unit::months}, "2026-02-28"},
           {"2026-02-28", {1, Unit::months}, "2026-03-31"},  // a month's end stays one
           {"2026-01-30", {1, Unit::months}, "2026-02-28"},
           {"2026-01-15", {13, Unit::months}, "2027-02-15"},
           {"2025-08-31", {1, Unit::years}, "2026-08-31"},
       }) {
    EXPECT_EQ(text(calendar.after(on(known.from), known.span)), known.to)
        << known.from << " + " << format_span(known.span);
  }
}

TEST(SchoolCalendarTest, SpansNeverRunBackwards) {
  const SchoolCalendar calendar = two_years();
  for (const Span& span :
       {Span{7, Unit::days}, Span{3, Unit::school_days}, Span{2, Unit::school_weeks},
        Span{1, Unit::half_terms}, Span{2, Unit::half_terms}, Span{1, Unit::terms},
        Span{1, Unit::months}, Span{1, Unit::years}}) {
    Date before = calendar.after(on("2024-08-31"), span);
    for (Date date = on("2024-09-01"); date < on("2026-09-30"); date += days{1}) {
      const Date reached = calendar.after(date, span);
      ASSERT_GT(reached, date) << text(date) << " + " << format_span(span);
      // A school week, half-term or term keeps the weekday, so a weekend may pass a Monday by.
      ASSERT_GE(reached + days{6}, before) << text(date) << " + " << format_span(span);
      before = reached;
    }
  }
}

TEST(SchoolCalendarTest, CountsOnBeyondAllThatIsKnown) {
  const SchoolCalendar calendar;
  EXPECT_EQ(text(calendar.school_day_after(on("2061-12-30"), 5)), "2062-01-06");
  EXPECT_EQ(text(calendar.after(on("2061-08-31"), {1, Unit::terms})), "2061-12-31");
  EXPECT_GT(calendar.after(on("2100-01-01"), {1, Unit::half_terms}), on("2100-01-01"));
  EXPECT_GT(calendar.after(on("2100-01-01"), {3, Unit::school_weeks}), on("2100-01-01"));
  EXPECT_GT(calendar.after(on("2025-01-01"), {4'294'967'295U, Unit::school_days}),
            on("2100-01-01"));
  EXPECT_GT(calendar.after(on("2025-01-01"), {4'294'967'295U, Unit::terms}), on("2060-01-01"));
  EXPECT_EQ(text(calendar.year_before(range("2080-10-06", "2080-10-12"), Calendar::week)),
            "2079-10-08..2079-10-14");
}

TEST(SchoolCalendarTest, YearsThatNobodyWroteAreTypical) {
  const SchoolCalendar typical;
  const SchoolCalendar calendar = two_years();
  for (Date date = on("2026-09-01"); date <= on("2030-08-31"); date += days{1}) {
    ASSERT_EQ(calendar.day(date).name, typical.day(date).name) << text(date);
  }
  EXPECT_EQ(calendar.day(on("2019-12-25")).kind, DayKind::bank_holiday);
  EXPECT_EQ(calendar.written(), std::nullopt);
}

TEST(SchoolCalendarTest, BankHolidaysThatAreWrittenStand) {
  SchoolDays made;
  made.bank_holidays = {{on("2025-03-17"), "Saint Patrick's Day"}};
  const SchoolCalendar calendar{std::move(made)};
  EXPECT_EQ(calendar.day(on("2025-03-17")).kind, DayKind::bank_holiday);
  EXPECT_EQ(calendar.day(on("2025-12-25")).kind, DayKind::holiday);  // that year's list is theirs
  EXPECT_EQ(calendar.day(on("2024-12-25")).kind, DayKind::bank_holiday);
  EXPECT_EQ(calendar.day(on("2026-01-01")).kind, DayKind::bank_holiday);
}

TEST(SchoolCalendarsTest, HoldOneForEachSchoolThatHasItsOwn) {
  SchoolCalendars all;
  all.add("900002", two_years());
  EXPECT_TRUE(all.of("900001").is_school_day(on("2025-10-03")));
  EXPECT_EQ(all.of("900002").day(on("2026-06-12")).kind, DayKind::inset);
  EXPECT_EQ(all.trust().day(on("2026-06-12")).kind, DayKind::school_day);
  // A copy shares its days.
  const SchoolCalendar copy = all.of("900002");
  EXPECT_EQ(&copy.days(), &all.of("900002").days());
}

TEST(SpanTest, ReadsWhatPeopleWrite) {
  struct Known {
    const char* text;
    Span span;
    const char* back;
  };
  for (const Known& known : {
           Known{"10 school days", {10, Unit::school_days}, "10 school days"},
           {"1 school day", {1, Unit::school_days}, "1 school day"},
           {"2 school weeks", {2, Unit::school_weeks}, "2 school weeks"},
           {"1 half-term", {1, Unit::half_terms}, "1 half-term"},
           {"2 half-terms", {2, Unit::half_terms}, "2 half-terms"},
           {"1 half term", {1, Unit::half_terms}, "1 half-term"},
           {"1 term", {1, Unit::terms}, "1 term"},
           {"3 months", {3, Unit::months}, "3 months"},
           {"1 year", {1, Unit::years}, "1 year"},
           {"5 d", {5, Unit::days}, "5 days"},
           {"5d", {5, Unit::days}, "5 days"},
           {"5 days", {5, Unit::days}, "5 days"},
           {"1 day", {1, Unit::days}, "1 day"},
           {"0 days", {0, Unit::days}, "0 days"},
           {"2 weeks", {14, Unit::days}, "14 days"},
       }) {
    const auto span = parse_span(known.text);
    ASSERT_TRUE(span) << known.text;
    EXPECT_EQ(*span, known.span) << known.text;
    EXPECT_EQ(format_span(*span), known.back);
    EXPECT_EQ(parse_span(format_span(*span)), span);
  }
  for (const char* wrong :
       {"", "5", "days", "-1 days", "1.5 terms", "5  days", "5 days ", " 5 days", "5 hours",
        "5 Days", "101 years", "40000 days", "99999999999 days", "1 schoolday"}) {
    EXPECT_EQ(parse_span(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace kpid
