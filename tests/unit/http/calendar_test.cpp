// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The school year over the API: of a trust whose files speak of 2025/26, and of a school of its
// own.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "client.hpp"
#include "support/small_daemon.hpp"

namespace kpid::http {
namespace {

namespace json = boost::json;

SchoolDays days_of_2025() {
  SchoolDays made;
  made.half_terms = {
      {2025, 1, {make_date(2025, 9, 1), make_date(2025, 10, 24)}},
      {2025, 2, {make_date(2025, 11, 3), make_date(2025, 12, 19)}},
      {2025, 3, {make_date(2026, 1, 5), make_date(2026, 2, 13)}},
      {2025, 4, {make_date(2026, 2, 23), make_date(2026, 3, 27)}},
      {2025, 5, {make_date(2026, 4, 13), make_date(2026, 5, 22)}},
      {2025, 6, {make_date(2026, 6, 1), make_date(2026, 7, 21)}},
  };
  for (int year = 2025; year <= 2026; ++year) made.bank_holidays.merge(bank_holidays_england(year));
  made.inset_days = {{make_date(2025, 9, 1), "INSET day"}, {make_date(2025, 9, 2), "INSET day"}};
  return made;
}

class CalendarEndpoint : public ::testing::Test {
 protected:
  void SetUp() override {
    SchoolCalendar trust{days_of_2025()};
    trust.set_written({make_date(2025, 9, 1), make_date(2026, 8, 31)});
    SchoolDays own = days_of_2025();
    own.inset_days[make_date(2026, 6, 12)] = "Staff training";
    own.holidays = {{{make_date(2026, 5, 7), make_date(2026, 5, 8)}, "Occasional days"}};
    daemon_.config()->calendars = SchoolCalendars{trust};
    daemon_.config()->calendars.add("900002", SchoolCalendar{own});
    daemon_.start();
  }
  json::value get(const std::string& target) {
    const Reply reply = client_.get("/api/v1/calendar" + target);
    EXPECT_EQ(reply.status, 200U) << reply.text;
    return reply.body;
  }
  static json::value at(const json::value& value, std::string_view pointer) {
    boost::system::error_code problem;
    const json::value* found = value.find_pointer(pointer, problem);
    EXPECT_NE(found, nullptr) << pointer << " is not in " << json::serialize(value);
    return found == nullptr ? json::value() : *found;
  }
  // "kind first..last name" of every stretch of days off.
  static std::vector<std::string> closed(const json::value& year) {
    std::vector<std::string> lines;
    const json::value all = at(year, "/closed");
    for (const json::value& off : all.as_array()) {
      lines.push_back(std::string(at(off, "/kind").as_string()) + " " +
                      std::string(at(off, "/start").as_string()) + ".." +
                      std::string(at(off, "/end").as_string()) + " " +
                      std::string(at(off, "/name").as_string()));
    }
    return lines;
  }

  testing::SmallDaemon daemon_;
  Client client_{daemon_.socket()};
};

TEST_F(CalendarEndpoint, TellsAYear) {
  const json::value year = get("?year=2025");
  EXPECT_EQ(at(year, "/organisation/code"), "trust");
  EXPECT_EQ(at(year, "/year"), "2025/26");
  EXPECT_EQ(at(year, "/days"), json::parse(R"({"start":"2025-09-01","end":"2026-08-31"})"));
  EXPECT_EQ(at(year, "/written"), json::parse(R"({"start":"2025-09-01","end":"2026-08-31"})"));
  EXPECT_EQ(at(year, "/school_days"), 194);
  ASSERT_EQ(at(year, "/half_terms").as_array().size(), 6U);
  EXPECT_EQ(at(year, "/half_terms/0"),
            json::parse(R"({"start":"2025-09-03","end":"2025-10-24","year":2025,"number":1,
                            "name":"autumn term, first half","school_days":38,"weeks":8,
                            "from":"file"})"));
  EXPECT_EQ(closed(year),
            (std::vector<std::string>{"inset 2025-09-01..2025-09-02 INSET day",
                                      "holiday 2025-10-27..2025-10-31 autumn half-term",
                                      "holiday 2025-12-22..2026-01-02 Christmas holiday",
                                      "bank_holiday 2025-12-25..2025-12-25 Christmas Day",
                                      "bank_holiday 2025-12-26..2025-12-26 Boxing Day",
                                      "bank_holiday 2026-01-01..2026-01-01 New Year's Day",
                                      "holiday 2026-02-16..2026-02-20 spring half-term",
                                      "holiday 2026-03-30..2026-04-10 Easter holiday",
                                      "bank_holiday 2026-04-03..2026-04-03 Good Friday",
                                      "bank_holiday 2026-04-06..2026-04-06 Easter Monday",
                                      "bank_holiday 2026-05-04..2026-05-04 Early May bank holiday",
                                      "bank_holiday 2026-05-25..2026-05-25 Spring bank holiday",
                                      "holiday 2026-05-26..2026-05-29 summer half-term",
                                      "holiday 2026-07-22..2026-08-28 summer holiday",
                                      "bank_holiday 2026-08-31..2026-08-31 Summer bank holiday"}));
}

TEST_F(CalendarEndpoint, TheYearIsTodaysWhereNoneIsNamed) {
  EXPECT_EQ(at(get(""), "/year"), "2026/27");  // the clock stands in November 2026
  EXPECT_EQ(at(get(""), "/half_terms/0/from"), "typical");
  EXPECT_EQ(at(get("?org="), "/organisation/code"), "trust");
}

TEST_F(CalendarEndpoint, ASchoolHasItsOwn) {
  const json::value year = get("?org=900002&year=2025");
  EXPECT_EQ(at(year, "/organisation/name"), "Birch");
  EXPECT_EQ(at(year, "/school_days"), 191);
  EXPECT_EQ(at(year, "/written"), nullptr);
  const auto lines = closed(year);
  EXPECT_EQ(
      std::count(lines.begin(), lines.end(), "holiday 2026-05-07..2026-05-08 Occasional days"), 1);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "inset 2026-06-12..2026-06-12 Staff training"),
            1);
}

TEST_F(CalendarEndpoint, TellsADay) {
  const json::value day = get("?on=2025-10-22");
  EXPECT_EQ(at(day, "/kind"), "school_day");
  EXPECT_EQ(at(day, "/weekday"), "Wednesday");
  EXPECT_EQ(at(day, "/from"), "file");
  EXPECT_EQ(at(day, "/week/number"), 8);
  EXPECT_EQ(at(day, "/week/start"), "2025-10-20");
  EXPECT_EQ(at(day, "/next_school_day"), "2025-10-23");
  EXPECT_EQ(at(day, "/week_before"), json::parse(R"({"start":"2024-10-21","end":"2024-10-27"})"));
  EXPECT_EQ(at(day, "/year_before/date"), "2024-10-23");
  EXPECT_EQ(at(day, "/year_before/kind"), "school_day");
  const json::value friday = get("?on=2026-04-03");
  EXPECT_EQ(at(friday, "/kind"), "bank_holiday");
  EXPECT_EQ(at(friday, "/name"), "Good Friday");
  EXPECT_EQ(at(friday, "/week"), nullptr);
  EXPECT_EQ(at(friday, "/next_school_day"), "2026-04-13");
  EXPECT_EQ(at(get("?on=2026-06-12&org=900002"), "/from"), "file");
  EXPECT_EQ(at(get("?on=2030-06-12"), "/from"), "typical");
}

TEST_F(CalendarEndpoint, RefusesWhatIsNoYearAndNobody) {
  for (const char* year : {"25", "1999", "2061", "2025/26", "x", "-2025", "99999999999"}) {
    const Reply reply = client_.get("/api/v1/calendar?year=" + std::string{year});
    EXPECT_EQ(reply.status, 400U) << year;
    EXPECT_EQ(
        reply.sentence(),
        "year must be the one in which the school year begins: 2025 for 2025/26, from 2000 to "
        "2060");
  }
  for (const char* day : {"2025-02-29", "yesterday", "1999-12-31", "2062-01-01"}) {
    const Reply reply = client_.get("/api/v1/calendar?on=" + std::string{day});
    EXPECT_EQ(reply.status, 400U) << day;
    EXPECT_EQ(reply.sentence(), "on must be a day such as 2026-09-01, from 2000 to 2061");
  }
  EXPECT_EQ(client_.get("/api/v1/calendar?org=123456").status, 404U);
  EXPECT_EQ(client_.get("/api/v1/calendar?when=now").status, 400U);
  EXPECT_EQ(client_.post("/api/v1/calendar").status, 405U);
}

}  // namespace
}  // namespace kpid::http
