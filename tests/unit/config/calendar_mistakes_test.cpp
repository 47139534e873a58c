// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What is told of a calendar that is wrong, in its exact words.

#include "unit/config/calendar_files.hpp"
#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using kpid::testing::ical_file;
using kpid::testing::ListedEvent;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

class CalendarMistake : public ConfigTest {
 protected:
  std::vector<std::string> faults_by(const std::vector<ListedEvent>& events) {
    write("terms.ics", ical_file(events));
    return faults_of(std::string{head} + "[calendar]\nfiles = [\"terms.ics\"]\n");
  }
};

TEST_F(CalendarMistake, AnEventThatNobodyCanTell) {
  EXPECT_THAT(
      faults_by({{"Half term", "2025-10-27", "2025-10-31"},
                 {"Parents' evening", "2025-11-11"},
                 {"Half term begins", "2025-10-24"},
                 {"Wraparound", "2025-09-01", "2025-12-19"}}),
      ElementsAre(
          "terms.ics:9:1: error: \"Parents' evening\" on 2025-11-11 says neither that the school "
          "is open nor that it is closed; give the event CATEGORIES: TERM, HALF-TERM, HOLIDAY, "
          "INSET, BANK-HOLIDAY or, if it closes no school, OTHER; or name it in \"ignore\" of "
          "[calendar]",
          "terms.ics:14:1: error: \"Half term begins\" on 2025-10-24 says neither that the school "
          "is open nor that it is closed; give the event CATEGORIES: TERM, HALF-TERM, HOLIDAY, "
          "INSET, BANK-HOLIDAY or, if it closes no school, OTHER; or name it in \"ignore\" of "
          "[calendar]",
          "terms.ics:19:1: error: \"Wraparound\" from 2025-09-01 to 2025-12-19 says neither that "
          "the school is open nor that it is closed; give the event CATEGORIES: TERM, HALF-TERM, "
          "HOLIDAY, INSET, BANK-HOLIDAY or, if it closes no school, OTHER; or name it in "
          "\"ignore\" of [calendar]"));
}

TEST_F(CalendarMistake, TermsThatOverlap) {
  EXPECT_THAT(faults_by({{"Autumn term", "2025-09-03", "2025-12-19"},
                         {"Spring term", "2025-12-10", "2026-03-27"}}),
              ElementsAre("terms.ics:9:1: error: \"Spring term\" from 2025-12-10 to 2026-03-27 "
                          "overlaps \"Autumn term\" from 2025-09-03 to 2025-12-19; one of them is "
                          "wrong"));
}

TEST_F(CalendarMistake, AHolidayThatRunsIntoATerm) {
  EXPECT_THAT(faults_by({{"Autumn term", "2025-09-03", "2025-12-19"},
                         {"Christmas holiday", "2025-12-15", "2026-01-02"}}),
              ElementsAre("terms.ics:9:1: error: \"Christmas holiday\" from 2025-12-15 to "
                          "2026-01-02 runs into \"Autumn term\" from 2025-09-03 to 2025-12-19; one "
                          "of them is wrong"));
}

TEST_F(CalendarMistake, ATermThatNeverEnds) {
  EXPECT_THAT(faults_by({{"Autumn term begins", "2025-09-03"}}),
              ElementsAre("terms.ics:4:1: error: \"Autumn term begins\" on 2025-09-03 begins a "
                          "stretch of school that no event ends; add the last day of that term"));
  EXPECT_THAT(faults_by({{"Autumn term begins", "2025-09-03"},
                         {"Spring term begins", "2026-01-05"},
                         {"Spring term ends", "2026-03-27"}}),
              ElementsAre("terms.ics:9:1: error: \"Spring term begins\" on 2026-01-05 begins a "
                          "stretch of school while that of 2025-09-03 has not ended; add the last "
                          "day of the term between them"));
}

TEST_F(CalendarMistake, ATermThatNeverBegan) {
  EXPECT_THAT(faults_by({{"Autumn term ends", "2025-12-19"}}),
              ElementsAre("terms.ics:4:1: error: \"Autumn term ends\" on 2025-12-19 ends a stretch "
                          "of school that no event begins; add the first day of that term"));
}

TEST_F(CalendarMistake, YearsWithAHoleBetween) {
  EXPECT_THAT(faults_by({{"Autumn term", "2024-09-03", "2024-12-20"},
                         {"Summer term", "2025-04-22", "2025-07-22"}}),
              ElementsAre("terms.ics:9:1: error: by this calendar there is no school from "
                          "2024-12-21 to 2025-04-21; add the terms between"));
  EXPECT_THAT(faults_by({{"Summer term", "2025-04-22", "2025-07-22"},
                         {"Autumn term", "2026-09-03", "2026-12-18"}}),
              ElementsAre("terms.ics:9:1: error: by this calendar there is no school from "
                          "2025-07-23 to 2026-09-02; add the terms between"));
}

TEST_F(CalendarMistake, AFileThatCannotBeRead) {
  write("login.ics", "<!DOCTYPE html>\n");
  write("big.ics", std::string((std::size_t{4} << 20) + 1, 'x'));
  write("half.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n");
  EXPECT_THAT(
      faults_of(std::string{head} +
                "calendar = [\"half.ics\"]\n"
                "[calendar]\nfiles = [\"none.ics\", \"login.ics\", \"big.ics\", \"half.ics\"]\n"
                "bank_holidays = [\"login.ics\"]\n"),
      ElementsAre(
          "kpid.toml:11:10: error: the calendar file none.ics: No such file or directory",
          "kpid.toml:11:35: error: the calendar file big.ics: it is larger than 4096 KiB",
          "login.ics:1:1: error: this is no iCalendar file: \"<!DOCTYPE html>\" stands where "
          "BEGIN:VCALENDAR is expected",
          "half.ics:2:1: error: the file ends before END:VEVENT: it is not complete; export it "
          "again"));
}

TEST_F(CalendarMistake, AnEventThatCannotBeRead) {
  write("terms.ics",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Half term\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  EXPECT_THAT(faults_of(std::string{head} + "[calendar]\nfiles = [\"terms.ics\"]\n"),
              ElementsAre("terms.ics:2:1: error: the event \"Half term\": it has no DTSTART"));
}

TEST_F(CalendarMistake, Keys) {
  EXPECT_THAT(
      faults_of(std::string{head} + "[calendar]\nbank_holidays = \"englnd\"\nfile = \"a.ics\"\n"),
      ElementsAre("kpid.toml:10:17: error: \"englnd\" is no set of bank holidays; write "
                  "\"england\" or a list of .ics files",
                  "kpid.toml:11:1: error: unknown key \"file\"; did you mean \"files\"?"));
  EXPECT_THAT(faults_of(std::string{head} + "[calendar]\nbank_holidays = 3\nfiles = [1]\n"),
              ElementsAre("kpid.toml:10:17: error: \"bank_holidays\" in [calendar] must be a "
                          "string, not an integer",
                          "kpid.toml:11:10: error: \"files\" in [calendar] must hold strings, not "
                          "an integer"));
}

TEST_F(CalendarMistake, ASchoolThatLeftBeforeItJoined) {
  for (const char* left : {"2018-12-31", "2019-01-01"}) {
    EXPECT_THAT(faults_of(std::string{head} + "joined = 2019-01-01\nleft = " + left + "\n"),
                ElementsAre("kpid.toml:10:8: error: the school left on " + std::string{left} +
                            ", and did not join before 2019-01-01; \"left\" is the first day on "
                            "which it was no longer in the trust"));
  }
}

}  // namespace
}  // namespace kpid
