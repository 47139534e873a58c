// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The school year as an admin reads it.

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "cli/show.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;

json::value year() {
  return json::parse(R"({
    "organisation": {"code": "trust", "name": "Example Trust"},
    "year": "2025/26", "school_days": 191,
    "written": {"start": "2025-09-01", "end": "2026-01-05"},
    "half_terms": [
      {"start": "2025-09-03", "end": "2025-10-24", "number": 1, "name": "autumn term, first half",
       "school_days": 38, "weeks": 8, "from": "file"},
      {"start": "2026-01-06", "end": "2026-02-13", "number": 3, "name": "spring term, first half",
       "school_days": 29, "weeks": 6, "from": "typical"}],
    "closed": [
      {"start": "2025-09-01", "end": "2025-09-02", "kind": "inset", "name": "INSET day"},
      {"start": "2025-10-27", "end": "2025-10-31", "kind": "holiday", "name": "October\u001b[2J"},
      {"start": "2025-12-25", "end": "2025-12-25", "kind": "bank_holiday",
       "name": "Christmas Day"}]})");
}

TEST(ShowCalendar, AYear) {
  EXPECT_EQ(
      calendar_text(year(), Screen{}),
      "Example Trust: 2025/26, 191 school days\n"
      "The calendar's files speak of 1 September 2025 to 5 January 2026; the rest is the "
      "typical English year.\n"
      "\n"
      "HALF-TERM                FIRST DAY             LAST DAY              DAYS  WEEKS  FROM\n"
      "autumn term, first half  Wed 3 September 2025  Fri 24 October 2025   38    8      file\n"
      "spring term, first half  Tue 6 January 2026    Fri 13 February 2026  29    6      "
      "typical year\n"
      "\n"
      "CLOSED        FROM                  TO                    NAME\n"
      "INSET day     Mon 1 September 2025  Tue 2 September 2025  INSET day\n"
      "holiday       Mon 27 October 2025   Fri 31 October 2025   October?[2J\n"
      "bank holiday  Thu 25 December 2025                        Christmas Day\n");
}

TEST(ShowCalendar, AYearOfWhichNoFileSpeaks) {
  json::value typical = year();
  typical.as_object()["written"] = nullptr;
  EXPECT_NE(calendar_text(typical, Screen{})
                .find("\nNo calendar file speaks of any term: this is the typical English year.\n"),
            std::string::npos);
}

TEST(ShowCalendar, ASchoolDay) {
  const json::value day = json::parse(R"({
    "organisation": {"name": "Ash"}, "date": "2025-10-22", "weekday": "Wednesday",
    "kind": "school_day", "name": "autumn term, first half", "from": "file",
    "week": {"start": "2025-10-20", "end": "2025-10-26", "number": 8,
             "half_term": {"name": "autumn term, first half", "weeks": 8}},
    "next_school_day": "2025-10-23",
    "week_before": {"start": "2024-10-21", "end": "2024-10-27"},
    "year_before": {"date": "2024-10-23", "weekday": "Wednesday", "kind": "holiday",
                    "name": "autumn half-term", "week": null}})");
  EXPECT_EQ(
      calendar_text(day, Screen{}),
      "Ash: Wednesday 22 October 2025 is a school day: autumn term, first half, week 8 of 8.\n"
      "Its teaching week is 20 October 2025 to 26 October 2025, week 8 of the autumn term, "
      "first half.\n"
      "The same week last year is 21 October 2024 to 27 October 2024; the same day Wednesday "
      "23 October 2024, a holiday: autumn half-term.\n"
      "The next school day is Thu 23 October 2025.\n"
      "This is what the calendar's files say.\n");
}

TEST(ShowCalendar, ADayOff) {
  const json::value day = json::parse(R"({
    "organisation": {"name": "Ash"}, "date": "2026-04-03", "weekday": "Friday",
    "kind": "bank_holiday", "name": "Good Friday", "from": "typical", "week": null,
    "next_school_day": "2026-04-13",
    "week_before": {"start": "2025-03-31", "end": "2025-04-06"},
    "year_before": {"date": "2025-04-04", "weekday": "Friday", "kind": "inset",
                    "name": "INSET day", "week": null}})");
  EXPECT_EQ(calendar_text(day, Screen{}),
            "Ash: Friday 3 April 2026 is a bank holiday: Good Friday.\n"
            "Its week has no school day.\n"
            "The same week last year is 31 March 2025 to 6 April 2025; the same day Friday 4 April "
            "2025, an INSET day.\n"
            "The next school day is Mon 13 April 2026.\n"
            "No file speaks of this day: it is the typical English year's.\n");
}

}  // namespace
}  // namespace kpid::cli
