// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/calendar.hpp"

#include <string>
#include <vector>

#include "config/calendar_words.hpp"
#include "unit/config/calendar_files.hpp"
#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using config::CalendarEvent;
using config::Meaning;
using kpid::testing::ical_file;
using kpid::testing::ListedEvent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Date on(std::string_view text) { return parse_date(text).value(); }

std::string meanings(std::string_view name, int length, std::string_view category = {}) {
  CalendarEvent event{std::string{name}, {}, {on("2025-11-03"), on("2025-11-03")}, 1};
  event.days.end += std::chrono::days{length - 1};
  if (!category.empty()) event.categories = {std::string{category}};
  std::string text;
  for (const Meaning meaning : config::meanings_of(event)) {
    constexpr const char* names[] = {"teaching", "opens", "closes", "holiday",
                                     "inset",    "bank",  "nothing"};
    text += (text.empty() ? "" : "+") + std::string{names[static_cast<int>(meaning)]};
  }
  return text.empty() ? "unclear" : text;
}

TEST(CalendarWords, AreThoseOfSchoolsAndCouncils) {
  struct Known {
    const char* name;
    int days;
    const char* meaning;
  };
  for (const Known& known : {
           // stretches of teaching
           Known{"Autumn Term 1", 54, "teaching"},
           {"Autumn term", 108, "teaching"},
           {"Term 3", 40, "teaching"},
           {"Spring 2", 35, "teaching"},
           {"Summer Term (2nd half)", 50, "teaching"},
           {"First half term", 50, "teaching"},
           {"Half Term 2", 47, "teaching"},
           {"Term Time", 40, "teaching"},
           {"Autumn term \xE2\x80\x93 INSET 1 September", 54, "teaching"},
           // their borders
           {"Autumn term begins", 1, "opens"},
           {"Autumn Term 1 starts (All year groups)", 1, "opens"},
           {"Start of Spring Term", 1, "opens"},
           {"First day of term", 1, "opens"},
           {"Pupils return to school", 1, "opens"},
           {"School re-opens after half term", 1, "opens"},
           {"Schools reopen", 1, "opens"},
           {"Children back to school", 1, "opens"},
           {"Term Ends", 1, "closes"},
           {"Autumn term 2 ends (dismissal at 12:35pm)", 1, "closes"},
           {"End of Summer Term", 1, "closes"},
           {"Last day of term", 1, "closes"},
           {"School closes for half-term", 1, "closes"},
           {"Break up for Christmas holidays", 1, "closes"},
           {"End of first half term", 1, "closes"},
           // days off
           {"Half term", 5, "holiday"},
           {"Half-Term", 9, "holiday"},
           {"October half term", 12, "holiday"},
           {"Half term holidays", 5, "holiday"},
           {"Mid-term break", 5, "holiday"},
           {"Christmas Holiday", 14, "holiday"},
           {"Easter break", 16, "holiday"},
           {"Summer holidays", 43, "holiday"},
           {"Occasional Day (school closed)", 1, "holiday"},
           {"School closed \xE2\x80\x93 polling day", 1, "holiday"},
           // staff only
           {"INSET day", 1, "inset"},
           {"Inset Day (1 of 5)", 1, "inset"},
           {"Network Inset Day", 1, "inset"},
           {"Staff training day", 1, "inset"},
           {"Staff Training Days", 2, "inset"},
           {"Teacher training day", 1, "inset"},
           {"School closed to pupils", 1, "inset"},
           {"School Closed to Pupils: staff development", 1, "inset"},
           {"PD Day", 1, "inset"},
           {"Non-pupil day", 1, "inset"},
           {"In-service day", 1, "inset"},
           {"Autumn term begins (INSET)", 1, "inset+opens"},
           // bank holidays
           {"Good Friday", 1, "bank"},
           {"Easter Monday", 1, "bank"},
           {"Bank holiday", 1, "bank"},
           {"May Day Bank Holiday", 1, "bank"},
           {"Early May bank holiday", 1, "bank"},
           {"New Year\xE2\x80\x99s Day", 1, "bank"},
           {"Boxing Day", 1, "bank"},
           {"Easter Bank Holidays", 4, "bank"},
           // nobody can tell
           {"Half term begins", 1, "unclear"},  // the last day of school, or the first one off
           {"Christmas holidays start", 1, "unclear"},
           {"Easter holidays end", 1, "unclear"},
           {"Autumn term", 1, "unclear"},
           {"Autumn term (closed 3 November)", 108, "unclear"},
           {"Holiday", 200, "unclear"},
           {"Parents' evening", 1, "unclear"},
           {"Speech Day (half day)", 1, "unclear"},
           {"Last day for Christmas dinner orders", 1, "unclear"},
           {"Twilight INSET", 1, "unclear"},
           {"Year 6 SATs week", 5, "unclear"},
           {"Insetting the table", 1, "unclear"},
           {"", 1, "unclear"},
       }) {
    EXPECT_EQ(meanings(known.name, known.days), known.meaning)
        << known.name << ", " << known.days << " days";
  }
}

TEST(CalendarWords, CategoriesComeFirst) {
  EXPECT_EQ(meanings("Parents' evening", 1, "INSET"), "inset");
  EXPECT_EQ(meanings("INSET day", 1, "Bank Holiday"), "bank");
  EXPECT_EQ(meanings("Eid", 1, "holiday"), "holiday");
  EXPECT_EQ(meanings("Weeks 1 to 7", 50, "TERM"), "teaching");
  EXPECT_EQ(meanings("Half one", 50, "HALF-TERM"), "teaching");
  EXPECT_EQ(meanings("The week off", 5, "Half_Term"), "holiday");
  EXPECT_EQ(meanings("School fair", 1, "OTHER"), "nothing");
  EXPECT_EQ(meanings("Autumn term begins", 1, "TERM"), "opens");
  EXPECT_EQ(meanings("The big day", 1, "TERM"), "unclear");
  // A category of the exporting program's own says nothing.
  EXPECT_EQ(meanings("Half term", 5, "Term dates"), "holiday");
  EXPECT_EQ(meanings("Half term", 5, "School holidays 2025"), "holiday");
}

TEST(CalendarWords, PatternsCoverNames) {
  EXPECT_TRUE(config::covers("parents' evening", "Parents\xE2\x80\x99  Evening"));
  EXPECT_FALSE(config::covers("Parents' evening", "Parents' evening, year 3"));
  EXPECT_TRUE(config::covers("Parents' evening*", "Parents' evening, year 3"));
  EXPECT_FALSE(config::covers("Parents' evening*", "No parents' evening"));
  EXPECT_TRUE(config::covers("*", "anything"));
}

// The made-up year that every shape below must come to.
const std::vector<std::string> half_terms_of_2025{
    "1 2025-09-03..2025-10-24", "2 2025-11-03..2025-12-19", "3 2026-01-05..2026-02-13",
    "4 2026-02-23..2026-03-27", "5 2026-04-13..2026-05-22", "6 2026-06-01..2026-07-21"};

class CalendarConfig : public ConfigTest {
 protected:
  // The trust's calendar by one file.
  SchoolCalendar loaded(const std::vector<ListedEvent>& events) {
    write("terms.ics", ical_file(events));
    const auto config = load(std::string{head} + "[calendar]\nfiles = [\"terms.ics\"]\n");
    EXPECT_THAT(texts_of(config), IsEmpty());
    return config.config ? config.config->calendars.trust() : SchoolCalendar{};
  }

  static std::vector<std::string> half_terms(const SchoolCalendar& calendar, int year) {
    std::vector<std::string> lines;
    for (const HalfTerm& half_term : calendar.days().half_terms) {
      if (half_term.year != year) continue;
      lines.push_back(std::to_string(half_term.number) + " " + format_date(half_term.days.start) +
                      ".." + format_date(half_term.days.end));
    }
    return lines;
  }
};

TEST_F(CalendarConfig, TermsByTheirHalves) {
  const SchoolCalendar calendar = loaded({
      {"Autumn Term 1", "2025-09-01", "2025-10-24"},
      {"Autumn Term 2", "2025-11-03", "2025-12-19"},
      {"Spring Term 1", "2026-01-05", "2026-02-13"},
      {"Spring Term 2", "2026-02-23", "2026-03-27"},
      {"Summer Term 1", "2026-04-13", "2026-05-22"},
      {"Summer Term 2", "2026-06-01", "2026-07-21"},
      {"INSET day", "2025-09-01", "2025-09-02"},
      {"Staff training day", "2026-06-12"},
  });
  EXPECT_EQ(half_terms(calendar, 2025), half_terms_of_2025);
  EXPECT_EQ(calendar.day(on("2025-09-01")).kind, DayKind::inset);
  EXPECT_EQ(calendar.day(on("2026-06-12")).name, "Staff training day");
  EXPECT_EQ(calendar.day(on("2026-05-04")).kind, DayKind::bank_holiday);
  EXPECT_EQ(calendar.written(), (Period{on("2025-09-01"), on("2026-08-31")}));
  // The years beside it are typical.
  EXPECT_EQ(half_terms(calendar, 2026), half_terms(SchoolCalendar{}, 2026));
}

TEST_F(CalendarConfig, TermsWithTheirHalfTermBreaks) {
  const SchoolCalendar calendar = loaded({
      {"Autumn Term", "2025-09-03", "2025-12-19"},
      {"October half term", "2025-10-27", "2025-10-31"},
      {"Christmas Holiday", "2025-12-20", "2026-01-04"},
      {"Spring Term", "2026-01-05", "2026-03-27"},
      {"Half term", "2026-02-16", "2026-02-20"},
      {"Summer Term", "2026-04-13", "2026-07-21"},
      {"Half term", "2026-05-25", "2026-05-29"},
  });
  EXPECT_EQ(half_terms(calendar, 2025), half_terms_of_2025);
  EXPECT_EQ(calendar.day(on("2025-10-29")).name, "October half term");
  EXPECT_EQ(calendar.day(on("2026-04-01")).name, "Easter holiday");  // by what is usual there
}

TEST_F(CalendarConfig, TermsTogetherWithTheirHalves) {
  const SchoolCalendar calendar = loaded({
      {"Autumn Term", "2025-09-03", "2025-12-19"},
      {"Autumn 1", "2025-09-03", "2025-10-24"},
      {"Autumn 2", "2025-11-03", "2025-12-19"},
      {"Spring Term", "2026-01-05", "2026-03-27"},
      {"Half term", "2026-02-16", "2026-02-20"},
      {"Summer 1", "2026-04-13", "2026-05-22"},
      {"Summer 2", "2026-06-01", "2026-07-21"},
      {"Summer Term", "2026-04-13", "2026-07-21"},
  });
  EXPECT_EQ(half_terms(calendar, 2025), half_terms_of_2025);
}

TEST_F(CalendarConfig, FirstAndLastDays) {
  const SchoolCalendar calendar = loaded({
      {"INSET", "2025-09-01", "2025-09-02"},
      {"Autumn term begins", "2025-09-03"},
      {"Half term", "2025-10-27", "2025-10-31"},
      {"Autumn term ends", "2025-12-19"},
      {"Spring term begins", "2026-01-05"},
      {"Half term", "2026-02-16", "2026-02-20"},
      {"Spring term ends", "2026-03-27"},
      {"Summer term begins", "2026-04-13"},
      {"Half term", "2026-05-25", "2026-05-29"},
      {"Summer term ends", "2026-07-21"},
  });
  EXPECT_EQ(half_terms(calendar, 2025), half_terms_of_2025);
}

// As schools' pages have it: a border that is not told is where a holiday is.
TEST_F(CalendarConfig, FirstDaysAndHolidays) {
  const SchoolCalendar calendar = loaded({
      {"Term Begins (INSET)", "2025-09-01"},
      {"Pupils return", "2025-09-03"},
      {"Half Term", "2025-10-27", "2025-10-31"},
      {"Term Begins", "2025-11-03"},
      {"Term Ends", "2025-12-19"},
      {"Term Begins", "2026-01-05"},
      {"Half Term", "2026-02-16", "2026-02-20"},
      {"Term Ends", "2026-03-27"},
      {"Easter Holiday", "2026-03-30", "2026-04-10"},
      {"End of first half term", "2026-05-22"},  // it began after Easter
      {"Half Term", "2026-05-25", "2026-05-29"},
      {"Term Begins", "2026-06-01"},
      {"Summer holiday", "2026-07-22", "2026-08-31"},
  });
  EXPECT_EQ(half_terms(calendar, 2025), half_terms_of_2025);
}

TEST_F(CalendarConfig, OnlyTheHolidays) {
  const SchoolCalendar calendar = loaded({
      {"Summer holiday", "2025-07-22", "2025-09-02"},
      {"Autumn half term", "2025-10-25", "2025-11-02"},
      {"Christmas Holiday", "2025-12-22", "2026-01-02"},
      {"February half term", "2026-02-16", "2026-02-20"},
      {"Easter holiday", "2026-03-30", "2026-04-10"},
      {"Good Friday", "2026-04-03"},
      {"May half term", "2026-05-25", "2026-05-29"},
      {"Summer holiday", "2026-07-22", "2026-09-01"},
  });
  EXPECT_EQ(half_terms(calendar, 2025), half_terms_of_2025);
  EXPECT_EQ(calendar.written(), (Period{on("2025-09-01"), on("2026-08-31")}));
  EXPECT_EQ(calendar.day(on("2026-08-05")).name, "Summer holiday");
  EXPECT_EQ(calendar.day(on("2026-04-03")).name, "Good Friday");
}

TEST_F(CalendarConfig, AHolidayMayBeginOnTheDayThatSchoolCloses) {
  const SchoolCalendar calendar = loaded({
      {"Autumn Term 1", "2025-09-03", "2025-10-24"},
      {"Half term", "2025-10-24", "2025-11-03"},
      {"Autumn Term 2", "2025-11-03", "2025-12-19"},
      {"Christmas holidays", "2025-12-19", "2026-01-05"},
      {"Spring Term 1", "2026-01-05", "2026-02-13"},
      {"Spring Term 2", "2026-02-23", "2026-03-27"},
      {"Summer Term 1", "2026-04-13", "2026-05-22"},
      {"Summer Term 2", "2026-06-01", "2026-07-21"},
  });
  EXPECT_EQ(half_terms(calendar, 2025), half_terms_of_2025);
  EXPECT_EQ(calendar.day(on("2025-10-27")).name, "Half term");
}

TEST_F(CalendarConfig, AFewClosuresAreNoYear) {
  const SchoolCalendar calendar = loaded({
      {"Occasional day", "2025-10-03"},
      {"October half term", "2025-10-20", "2025-10-31"},
  });
  EXPECT_EQ(calendar.written(), std::nullopt);
  EXPECT_EQ(calendar.day(on("2025-10-03")).name, "Occasional day");
  const auto typical = half_terms(SchoolCalendar{}, 2025);
  auto found = half_terms(calendar, 2025);
  EXPECT_EQ(found.at(0), "1 2025-09-03..2025-10-17");  // a week shorter than is usual
  found.at(0) = typical.at(0);
  EXPECT_EQ(found, typical);
}

TEST_F(CalendarConfig, AnOccasionalDayPartsNoHalfTerm) {
  const SchoolCalendar calendar = loaded({
      {"Autumn Term 1", "2025-09-03", "2025-10-24"},
      {"Occasional days", "2025-10-13", "2025-10-14"},
      {"Autumn Term 2", "2025-11-03", "2025-12-19"},
      {"School closed (flood)", "2025-11-24", "2025-11-28"},
  });
  const auto found = half_terms(calendar, 2025);
  EXPECT_EQ(found.at(0), half_terms_of_2025.at(0));
  EXPECT_EQ(found.at(1), half_terms_of_2025.at(1));
  EXPECT_EQ(calendar.school_days_between(on("2025-10-10"), on("2025-10-15")), 1U);
  EXPECT_EQ(calendar.day(on("2025-11-26")).name, "School closed (flood)");
  EXPECT_EQ(calendar.teaching_week_of(on("2025-11-26")), std::nullopt);
}

// A file that covers a part of a year: the rest is typical, and it says so.
TEST_F(CalendarConfig, WhatAYearsFileLeavesOpenIsTypical) {
  const SchoolCalendar calendar = loaded({
      {"Spring Term 1", "2026-01-05", "2026-02-13"},
      {"Spring Term 2", "2026-02-23", "2026-03-27"},
  });
  const auto typical = half_terms(SchoolCalendar{}, 2025);
  EXPECT_THAT(half_terms(calendar, 2025),
              ElementsAre(typical[0], typical[1], half_terms_of_2025[2], half_terms_of_2025[3],
                          typical[4], typical[5]));
  EXPECT_EQ(calendar.written(), (Period{on("2026-01-05"), on("2026-03-27")}));
}

TEST_F(CalendarConfig, ATermMayHaveNoBreakAndSixTermsAreSixHalves) {
  const SchoolCalendar calendar = loaded({
      {"Term 1", "2025-08-27", "2025-10-10"},  // Leicestershire is back in August
      {"Term 2", "2025-10-20", "2025-12-19"},
      {"Term 3", "2026-01-05", "2026-03-27"},
      {"Term 5", "2026-04-13", "2026-05-22"},
      {"Term 6", "2026-06-01", "2026-07-10"},
  });
  EXPECT_THAT(half_terms(calendar, 2025),
              ElementsAre("1 2025-08-27..2025-10-10", "2 2025-10-20..2025-12-19",
                          "3 2026-01-05..2026-03-27", "5 2026-04-13..2026-05-22",
                          "6 2026-06-01..2026-07-10"));
  EXPECT_EQ(calendar.written(), (Period{on("2025-08-27"), on("2026-08-31")}));
  EXPECT_EQ(calendar.term_of(on("2026-02-18"))->days.start, on("2026-01-05"));
}

TEST_F(CalendarConfig, ASchoolHasItsOwnTermsAndTheTrustsElsewhere) {
  write("terms.ics", ical_file({
                         {"Autumn Term 1", "2025-09-03", "2025-10-24"},
                         {"Autumn Term 2", "2025-11-03", "2025-12-19"},
                         {"Spring Term 1", "2026-01-05", "2026-02-13"},
                         {"Spring Term 2", "2026-02-23", "2026-03-27"},
                         {"Summer Term 1", "2026-04-13", "2026-05-22"},
                         {"Summer Term 2", "2026-06-01", "2026-07-21"},
                         {"Autumn Term 1", "2026-09-02", "2026-10-23"},
                         {"INSET day", "2026-06-12"},
                         {"Occasional day", "2026-06-26"},
                     }));
  write("alder.ics", ical_file({
                         {"Autumn term", "2025-09-04", "2025-12-19"},
                         {"Half term", "2025-10-20", "2025-10-31"},
                         {"INSET day", "2026-07-03"},
                     }));
  write("birch.ics", ical_file({{"Staff training day", "2025-10-10"},
                                {"School closed: polling day", "2026-05-07"}}));
  const auto loaded = load(R"([trust]
name = "Trust"
[calendar]
files = ["terms.ics"]
[[school]]
urn = 900001
name = "Alder"
calendar = "alder.ics"
[[school]]
urn = 900002
name = "Birch"
calendar = ["birch.ics"]
[[school]]
urn = 900003
name = "Cedar"
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SchoolCalendars& all = loaded.config->calendars;
  const SchoolCalendar& alder = all.of("900001");
  EXPECT_THAT(half_terms(alder, 2025),
              ElementsAre("1 2025-09-04..2025-10-17", "2 2025-11-03..2025-12-19",
                          half_terms_of_2025[2], half_terms_of_2025[3], half_terms_of_2025[4],
                          half_terms_of_2025[5]));  // what its year leaves open is the trust's
  EXPECT_EQ(alder.day(on("2025-09-03")).kind, DayKind::holiday);
  EXPECT_EQ(alder.day(on("2026-06-12")).kind, DayKind::inset);  // the trust's
  EXPECT_EQ(alder.day(on("2026-07-03")).kind, DayKind::inset);  // and its own
  EXPECT_EQ(alder.day(on("2026-06-26")).name, "Occasional day");
  EXPECT_EQ(half_terms(alder, 2026), half_terms(all.trust(), 2026));

  const SchoolCalendar& birch = all.of("900002");
  EXPECT_EQ(half_terms(birch, 2025), half_terms_of_2025);
  EXPECT_EQ(birch.day(on("2025-10-10")).name, "Staff training day");
  EXPECT_EQ(birch.day(on("2026-05-07")).name, "School closed: polling day");
  EXPECT_EQ(birch.written(), all.trust().written());

  EXPECT_EQ(&all.of("900003"), &all.trust());
  EXPECT_EQ(all.trust().day(on("2025-10-10")).kind, DayKind::school_day);
  EXPECT_EQ(all.trust().day(on("2026-07-03")).kind, DayKind::school_day);
}

// A holiday of the trust's must not close a school whose own terms say that it is open.
TEST_F(CalendarConfig, ATrustsBreakDoesNotCloseASchoolOfOtherTerms) {
  write("terms.ics", ical_file({
                         {"Autumn term", "2025-09-03", "2025-12-19"},
                         {"Half term", "2025-10-27", "2025-10-31"},
                     }));
  write("alder.ics", ical_file({
                         {"Autumn term", "2025-09-03", "2025-12-19"},
                         {"Half term", "2025-10-20", "2025-10-24"},
                     }));
  const auto loaded = load(std::string{head} + "calendar = \"alder.ics\"\n" +
                           "[calendar]\nfiles = [\"terms.ics\"]\n");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SchoolCalendar& alder = loaded.config->calendars.of("900001");
  EXPECT_TRUE(alder.is_school_day(on("2025-10-28")));
  EXPECT_FALSE(alder.is_school_day(on("2025-10-21")));
}

TEST_F(CalendarConfig, WithoutFilesEveryYearIsTypical) {
  const auto loaded = load(head);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SchoolCalendar& trust = loaded.config->calendars.trust();
  EXPECT_EQ(trust.written(), std::nullopt);
  const SchoolCalendar typical;
  for (Date date = on("2015-01-01"); date < on("2035-01-01"); date += std::chrono::days{1}) {
    ASSERT_EQ(trust.day(date).name, typical.day(date).name) << format_date(date);
  }
}

TEST_F(CalendarConfig, BankHolidaysByAFile) {
  write("bank.ics", ical_file({{"Saint Patrick", "2026-03-17"}, {"Boxing Day", "2026-12-26"}}));
  const auto loaded = load(std::string{head} + "[calendar]\nbank_holidays = [\"bank.ics\"]\n");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SchoolCalendar& trust = loaded.config->calendars.trust();
  EXPECT_EQ(trust.day(on("2026-03-17")).name, "Saint Patrick");
  EXPECT_EQ(trust.day(on("2026-05-04")).kind, DayKind::school_day);    // not in that year's list
  EXPECT_EQ(trust.day(on("2027-05-03")).kind, DayKind::bank_holiday);  // a year without a list
}

TEST_F(CalendarConfig, EventsThatAreNamedAreIgnored) {
  write("terms.ics", ical_file({{"Parents' evening, year 3", "2025-11-11"},
                                {"Nativity", "2025-12-11"},
                                {"School fair", "2025-12-12", "", "OTHER"},
                                {"INSET day", "2025-11-28"}}));
  const auto loaded =
      load(std::string{head} +
           "[calendar]\nfiles = [\"terms.ics\"]\nignore = [\"Parents' evening*\", \"NATIVITY\"]\n");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SchoolCalendar& trust = loaded.config->calendars.trust();
  EXPECT_EQ(trust.day(on("2025-11-11")).kind, DayKind::school_day);
  EXPECT_EQ(trust.day(on("2025-12-12")).kind, DayKind::school_day);
  EXPECT_EQ(trust.day(on("2025-11-28")).kind, DayKind::inset);
}

TEST_F(CalendarConfig, ASchoolMayHaveLeftTheTrust) {
  const auto loaded = load(std::string{head} + "joined = 2019-01-01\nleft = 2026-03-31\n");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Organisation& school = *loaded.config->organisations.find("900001");
  EXPECT_TRUE(school.member_on(on("2026-03-30")));
  EXPECT_FALSE(school.member_on(on("2026-03-31")));
}

}  // namespace
}  // namespace kpid
