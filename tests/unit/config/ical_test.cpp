// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/ical.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kpid::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view london = "Europe/London";

std::string calendar(std::string_view events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a school//EN\r\n" + std::string{events} +
         "END:VCALENDAR\r\n";
}
std::string event(std::string_view lines) {
  return calendar("BEGIN:VEVENT\r\nUID:1@school\r\n" + std::string{lines} + "END:VEVENT\r\n");
}

std::vector<std::string> events_of(std::string_view bytes, std::string_view zone = london) {
  std::vector<std::string> lines;
  for (const CalendarEvent& found : read_ical(bytes, zone).events) {
    std::string line =
        format_date(found.days.start) + ".." + format_date(found.days.end) + " " + found.name;
    for (const auto& category : found.categories) line += " [" + category + "]";
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> faults_of(std::string_view bytes) {
  std::vector<std::string> lines;
  for (const ICalFault& fault : read_ical(bytes, london).faults) {
    lines.push_back(std::to_string(fault.line) + ": " + fault.sentence);
  }
  return lines;
}

TEST(ICal, AnAllDayEventEndsOnTheDayBeforeItsEnd) {
  EXPECT_THAT(events_of(event("DTSTART;VALUE=DATE:20251027\r\nDTEND;VALUE=DATE:20251101\r\n"
                              "SUMMARY:Half term\r\n")),
              ElementsAre("2025-10-27..2025-10-31 Half term"));
  EXPECT_THAT(events_of(event("DTSTART;VALUE=DATE:20251027\r\nSUMMARY:INSET day\r\n")),
              ElementsAre("2025-10-27..2025-10-27 INSET day"));
  // Written so by programs that take the end for included, of one day.
  EXPECT_THAT(events_of(event("DTSTART;VALUE=DATE:20251027\r\nDTEND;VALUE=DATE:20251027\r\n"
                              "SUMMARY:INSET day\r\n")),
              ElementsAre("2025-10-27..2025-10-27 INSET day"));
  EXPECT_THAT(events_of(event("DTSTART;VALUE=DATE:20240226\r\nDURATION:P1W\r\nSUMMARY:a\r\n")),
              ElementsAre("2024-02-26..2024-03-03 a"));  // over a leap day
}

TEST(ICal, TimesAreDaysOfTheTrustsZone) {
  // In summer the last hour of a UTC day is the next day in London.
  EXPECT_THAT(events_of(event("DTSTART:20250721T230000Z\r\nDTEND:20250722T225900Z\r\n"
                              "SUMMARY:Last day\r\n")),
              ElementsAre("2025-07-22..2025-07-22 Last day"));
  EXPECT_THAT(events_of(event("DTSTART:20251221T230000Z\r\nDTEND:20251221T235900Z\r\n"
                              "SUMMARY:a\r\n")),
              ElementsAre("2025-12-21..2025-12-21 a"));
  // Exchange writes whole days as midnight to midnight.
  EXPECT_THAT(events_of(event("DTSTART;TZID=Europe/London:20251027T000000\r\n"
                              "DTEND;TZID=Europe/London:20251101T000000\r\nSUMMARY:Half term\r\n")),
              ElementsAre("2025-10-27..2025-10-31 Half term"));
  EXPECT_THAT(events_of(event("DTSTART:20251026T230000Z\r\nDTEND:20251101T000000Z\r\n"
                              "SUMMARY:a\r\n")),
              ElementsAre("2025-10-26..2025-10-31 a"));
  EXPECT_THAT(events_of(event("DTSTART;TZID=GMT Standard Time:20250901T000000\r\n"
                              "DTEND;TZID=GMT Standard Time:20250902T000000\r\nSUMMARY:a\r\n")),
              ElementsAre("2025-09-01..2025-09-01 a"));
  EXPECT_THAT(events_of(event("DTSTART;TZID=\"/some.example/Tz/Europe/London\":20250901T090000\r\n"
                              "SUMMARY:a\r\n")),
              ElementsAre("2025-09-01..2025-09-01 a"));
  // A floating time is local wherever it is read; another zone is not.
  const std::string floating = event("DTSTART:20250901T003000\r\nSUMMARY:a\r\n");
  EXPECT_THAT(events_of(floating), ElementsAre("2025-09-01..2025-09-01 a"));
  const std::string in_berlin =
      event("DTSTART;TZID=Europe/Berlin:20250901T003000\r\nSUMMARY:a\r\n");
  EXPECT_THAT(events_of(in_berlin), ElementsAre("2025-08-31..2025-08-31 a"));
  EXPECT_THAT(events_of(in_berlin, "Europe/Berlin"), ElementsAre("2025-09-01..2025-09-01 a"));
  EXPECT_THAT(events_of(event("DTSTART:20250331T220000Z\r\nDURATION:PT2H\r\nSUMMARY:a\r\n")),
              ElementsAre("2025-03-31..2025-04-01 a"));
}

TEST(ICal, AnEventOnADayOnWhichTheClocksChange) {
  EXPECT_THAT(events_of(event("DTSTART:20260329T003000Z\r\nDTEND:20260329T013000Z\r\n"
                              "SUMMARY:forward\r\n")),
              ElementsAre("2026-03-29..2026-03-29 forward"));
  // 01:30 does not exist in London on that day, 00:30 exists twice in October.
  EXPECT_THAT(events_of(event("DTSTART;TZID=Europe/London:20260329T013000\r\nSUMMARY:a\r\n"),
                        "Europe/Paris"),
              ElementsAre("2026-03-29..2026-03-29 a"));
  EXPECT_THAT(events_of(event("DTSTART:20261024T230000Z\r\nDTEND:20261026T000000Z\r\n"
                              "SUMMARY:back\r\n")),
              ElementsAre("2026-10-25..2026-10-25 back"));
}

TEST(ICal, UnfoldsAndUnescapesNames) {
  EXPECT_THAT(
      events_of(event("DTSTART;VALUE=DATE:20250901\r\nSUMMARY:INSET\\, day 1\\; staff\\n\r\n"
                      "  only \\\\ \r\nCATEGORIES:INSET,Staff\\, all\r\n")),
      ElementsAre("2025-09-01..2025-09-01 INSET, day 1; staff only \\ [INSET] [Staff, all]"));
  EXPECT_THAT(events_of(event("DTSTART;VALUE=DATE:20250901\r\nSUMMARY:a\x1b[31mb\r\n")),
              ElementsAre("2025-09-01..2025-09-01 a [31mb"));
}

TEST(ICal, ReadsLinesThatEndWithoutACarriageReturnAndAByteOrderMark) {
  EXPECT_THAT(events_of("\xEF\xBB\xBF"
                        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20250901\nSUMMARY:a\n"
                        "END:VEVENT\nEND:VCALENDAR"),
              ElementsAre("2025-09-01..2025-09-01 a"));
}

TEST(ICal, LeavesOutWhatIsCancelledAndTellsDuplicatesOnce) {
  const std::string one = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20250901\r\nSUMMARY:INSET\r\nUID:";
  EXPECT_THAT(events_of(calendar(one + "1\r\nEND:VEVENT\r\n" + one + "2\r\nEND:VEVENT\r\n" + one +
                                 "3\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n" +
                                 "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20250902\r\nUID:4\r\n"
                                 "SUMMARY:gone\r\nSTATUS:cancelled\r\nEND:VEVENT\r\n")),
              ElementsAre("2025-09-01..2025-09-01 INSET"));
}

TEST(ICal, ReadsSeveralCalendarsAndOtherComponents) {
  const std::string first = event(
      "DTSTART;VALUE=DATE:20250902\r\nSUMMARY:b\r\n"
      "BEGIN:VALARM\r\nTRIGGER:-P1D\r\nACTION:DISPLAY\r\n"
      "DESCRIPTION:x\r\nEND:VALARM\r\n");
  const std::string second = calendar(
      "BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:STANDARD\r\nDTSTART:19701025T020000\r\n"
      "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
      "BEGIN:VTODO\r\nSUMMARY:not an event\r\nEND:VTODO\r\n"
      "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20250901\r\nSUMMARY:a\r\nEND:VEVENT\r\n");
  EXPECT_THAT(events_of(first + second),
              ElementsAre("2025-09-01..2025-09-01 a", "2025-09-02..2025-09-02 b"));
  const auto read = read_ical(first + second, london);
  EXPECT_EQ(read.events.at(1).line, 4U);
  EXPECT_EQ(read.events.at(0).line, 29U);
}

TEST(ICal, RepeatsWithinAWindow) {
  const auto yearly = events_of(
      event("DTSTART;VALUE=DATE:20241225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Christmas Day\r\n"));
  ASSERT_THAT(yearly, SizeIs(38));
  EXPECT_EQ(yearly.back(), "2061-12-25..2061-12-25 Christmas Day");
  EXPECT_THAT(events_of(event("DTSTART;VALUE=DATE:20250505\r\n"
                              "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1MO;COUNT=3\r\nSUMMARY:May\r\n")),
              ElementsAre("2025-05-05..2025-05-05 May", "2026-05-04..2026-05-04 May",
                          "2027-05-03..2027-05-03 May"));
  EXPECT_THAT(events_of(event("DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260107\r\n"
                              "RRULE:FREQ=WEEKLY;UNTIL=20260119\r\nEXDATE;VALUE=DATE:20260112\r\n"
                              "SUMMARY:a\r\n")),
              ElementsAre("2026-01-05..2026-01-06 a", "2026-01-19..2026-01-20 a"));
  // 29 February comes in leap years alone.
  EXPECT_THAT(events_of(event("DTSTART;VALUE=DATE:20240229\r\n"
                              "RRULE:FREQ=YEARLY;UNTIL=20330101\r\nSUMMARY:leap\r\n")),
              ElementsAre("2024-02-29..2024-02-29 leap", "2028-02-29..2028-02-29 leap",
                          "2032-02-29..2032-02-29 leap"));
  EXPECT_THAT(
      events_of(event("DTSTART;VALUE=DATE:20260105\r\nRDATE;VALUE=DATE:20260202,20260303\r\n"
                      "SUMMARY:a\r\n")),
      ElementsAre("2026-01-05..2026-01-05 a", "2026-02-02..2026-02-02 a",
                  "2026-03-03..2026-03-03 a"));
}

TEST(ICal, AnEventMayReplaceOneTimeOfAnother) {
  EXPECT_THAT(
      events_of(calendar("BEGIN:VEVENT\r\nUID:m\r\nDTSTART;VALUE=DATE:20200504\r\n"
                         "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1MO;COUNT=2\r\nSUMMARY:May\r\n"
                         "END:VEVENT\r\n"
                         "BEGIN:VEVENT\r\nUID:m\r\nRECURRENCE-ID;VALUE=DATE:20200504\r\n"
                         "DTSTART;VALUE=DATE:20200508\r\nSUMMARY:VE day\r\nEND:VEVENT\r\n")),
      ElementsAre("2020-05-08..2020-05-08 VE day", "2021-05-03..2021-05-03 May"));
}

TEST(ICal, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(faults_of(""), ElementsAre("0: the file is empty"));
  EXPECT_THAT(faults_of("\r\n\r\n"), ElementsAre("0: the file is empty"));
  EXPECT_THAT(faults_of("<!DOCTYPE html>\n<html>"),
              ElementsAre("1: this is no iCalendar file: \"<!DOCTYPE html>\" stands where "
                          "BEGIN:VCALENDAR is expected"));
  EXPECT_THAT(faults_of("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:a\r\n"),
              ElementsAre("2: the file ends before END:VEVENT: it is not complete; export it "
                          "again"));
  EXPECT_THAT(faults_of("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n"),
              ElementsAre("3: END:VCALENDAR does not close BEGIN:VEVENT of line 2"));
  EXPECT_THAT(faults_of(calendar("BEGIN:VTODO\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VTODO\r\n")),
              ElementsAre("5: an event stands within VTODO; it must stand in a VCALENDAR"));
  EXPECT_THAT(faults_of("BEGIN:VCALENDAR\r\nX-A:\xE9t\xE9\r\nEND:VCALENDAR\r\n"),
              ElementsAre("2: not UTF-8; export the calendar again as iCalendar (.ics)"));
  EXPECT_THAT(faults_of(std::string("BEGIN:VCALENDAR\r\n\0\r\nEND:VCALENDAR\r\n", 36)),
              ElementsAre("2: no text: it holds a NUL; export the calendar again as iCalendar "
                          "(.ics)"));
}

TEST(ICal, SaysWhatIsWrongWithAnEvent) {
  struct Known {
    const char* lines;
    const char* fault;
  };
  for (const Known& known : {
           Known{"SUMMARY:Term\r\n", "4: the event \"Term\": it has no DTSTART"},
           {"DTSTART;VALUE=DATE:20250901\r\nDTEND;VALUE=DATE:2025zz\r\n",
            "4: the event without a name: its DTEND cannot be read"},
           {"DTSTART;VALUE=DATE:20251301\r\nSUMMARY:a\r\n",
            "4: the event \"a\": one of its days is no day of the calendar"},
           {"DTSTART;VALUE=DATE:20250229\r\nSUMMARY:a\r\n",
            "4: the event \"a\": one of its days is no day of the calendar"},
           {"DTSTART;VALUE=DATE:02250901\r\nSUMMARY:a\r\n",
            "4: the event \"a\": the year 225 is not between 1990 and 2100"},
           {"DTSTART;VALUE=DATE:20250901\r\nDTEND;VALUE=DATE:20250828\r\nSUMMARY:a\r\n",
            "4: the event \"a\": it ends on 2025-08-27, before it begins on 2025-09-01"},
           {"DTSTART;VALUE=DATE:20250901\r\nDTEND;VALUE=DATE:20270901\r\nSUMMARY:a\r\n",
            "4: the event \"a\": it lasts from 2025-09-01 to 2027-08-31, longer than a year"},
           {"DTSTART;TZID=Mars/Olympus:20250901T000000\r\nSUMMARY:a\r\n",
            "4: the event \"a\": its time zone \"Mars/Olympus\" is not known; write whole days "
            "(VALUE=DATE), UTC or Europe/London"},
           {"DTSTART;VALUE=DATE:20250901\r\nDURATION:-P1D\r\nSUMMARY:a\r\n",
            "4: the event \"a\": its DURATION is less than nothing or more than a year"},
           {"DTSTART;VALUE=DATE:20250901\r\nRRULE:FREQ=SOMETIMES\r\nSUMMARY:a\r\n",
            "4: the event \"a\": its RRULE cannot be read"},
       }) {
    EXPECT_THAT(faults_of(event(known.lines)), ElementsAre(known.fault)) << known.lines;
  }
}

// Rules in search of which a reader may walk for minutes, or that bring thousands of days.
TEST(ICal, RefusesRulesThatNeverEndOrNeverCome) {
  const auto started = std::chrono::steady_clock::now();
  struct Known {
    const char* rule;
    const char* reason;
  };
  for (const Known& known : {
           Known{"FREQ=SECONDLY", "it does not repeat by days, weeks, months or years"},
           {"FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
            "it does not repeat by days, weeks, months or years"},
           {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "by its RRULE it never comes"},
           {"FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31", "by its RRULE it never comes"},
           {"FREQ=MONTHLY;BYDAY=6MO", "by its RRULE it never comes"},
           {"FREQ=YEARLY;BYDAY=53MO", "by its RRULE it never comes"},
           {"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "its RRULE is of a kind that kpid does not read"},
           {"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "its RRULE is of a kind that kpid does not read"},
           {"FREQ=YEARLY;BYWEEKNO=20", "its RRULE is of a kind that kpid does not read"},
           {"FREQ=YEARLY;BYYEARDAY=366", "its RRULE is of a kind that kpid does not read"},
           {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9", "its RRULE is of a kind that kpid does not read"},
       }) {
    EXPECT_THAT(faults_of(event("DTSTART;VALUE=DATE:20250901\r\nSUMMARY:a\r\nRRULE:" +
                                std::string{known.rule} + "\r\n")),
                ElementsAre("4: the event \"a\": " + std::string{known.reason} +
                            "; write an event for each time"))
        << known.rule;
  }
  EXPECT_THAT(faults_of(event("DTSTART;VALUE=DATE:20250901\r\nSUMMARY:a\r\nRRULE:FREQ=DAILY\r\n")),
              ElementsAre("4: the event \"a\": it repeats more than 1000 times; write a stretch of "
                          "days as one event"));
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{5});
}

TEST(ICal, HoldsItsLimits) {
  std::string many;
  for (int i = 0; i < 10'001; ++i) many += "BEGIN:VEVENT\r\nEND:VEVENT\r\n";
  EXPECT_THAT(
      faults_of(calendar(many)),
      ElementsAre("20004: the file has more than 10000 events; a calendar of term dates has "
                  "a few dozen: export that one alone"));
  std::string deep;
  for (int i = 0; i < 10; ++i) deep += "BEGIN:VCALENDAR\r\n";
  EXPECT_THAT(faults_of(deep), ElementsAre("6: components stand more than 5 deep in one another"));
  // A file that is wrong as a whole is told by its first faults.
  std::string wrong;
  for (int i = 0; i < 100; ++i) wrong += "BEGIN:VEVENT\r\nSUMMARY:a\r\nEND:VEVENT\r\n";
  EXPECT_THAT(faults_of(calendar(wrong)), SizeIs(20));
  std::string endless;
  for (int i = 0; i < 60; ++i) {
    endless +=
        "BEGIN:VEVENT\r\nSUMMARY:a\r\nDTSTART;VALUE=DATE:20250901\r\n"
        "RRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n";
  }
  EXPECT_THAT(faults_of(calendar(endless)), IsEmpty());
  EXPECT_THAT(events_of(calendar(endless)), SizeIs(37));  // they are all the same
}

}  // namespace
}  // namespace kpid::config
