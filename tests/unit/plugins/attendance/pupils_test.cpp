// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Rows of pupils: marks, days and weeks, counted into figures. All pupils are made up.

#include "attendance/pupils.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "unit/plugins/attendance/shown.hpp"

namespace kpid::plugins::attendance {
namespace {

const std::string kHeader = "urn,pupil_id,year_group,pupil_premium,sen,date,session,mark\n";

Settings lenient() {
  Settings out;
  out.tally.smallest_group = 1;
  out.tally.weeks = WeekDetail::none;
  return out;
}

tl::expected<Reading, Failure> reading_of(const std::string& bytes, const Settings& settings,
                                          Format format = Format::marks,
                                          Rows rows = Rows::many_at_once) {
  const std::array<Document, 1> documents{{{1, "m.csv", bytes, 0}}};
  auto pupils = read_pupils(documents, format, settings, rows);
  if (!pupils) return tl::unexpected(pupils.error());
  return to_reading(std::move(*pupils));
}

// Both ways of telling rows apart must give the same.
std::string read(const std::string& bytes, const Settings& settings = lenient(),
                 Format format = Format::marks) {
  const std::string fast = shown(reading_of(bytes, settings, format));
  EXPECT_EQ(shown(reading_of(bytes, settings, format, Rows::one_by_one)), fast);
  return fast;
}

// The figures of one subgroup alone: "possible attended authorised unauthorised late" and, where
// pupils are counted, "of pupils: persistent severe".
std::string figures(const tl::expected<Reading, Failure>& reading, const std::string& subgroup,
                    const std::string& span = "attendance.") {
  if (!reading) return reading.error().sentence;
  std::string out;
  for (const Observation& one : reading->observations) {
    const std::string_view rest = one.measure.substr(span.size());
    if (one.subgroup != subgroup || !one.measure.starts_with(span) ||
        rest.find('.') != std::string_view::npos || rest == "sessions_absent") {
      continue;
    }
    out += (out.empty() ? "" : " ") + digits_of(one.value);
  }
  return out;
}

std::string row(const std::string& pupil, const std::string& day, const std::string& session,
                const std::string& mark, const std::string& traits = "4,N,N") {
  return "100001," + pupil + "," + traits + "," + day + "," + session + "," + mark + "\n";
}

TEST(Marks, AreCountedByWhatTheyMeantOnTheDay) {
  const auto reading = reading_of(kHeader + row("1", "2024-07-01", "AM", "J") +  // approved
                                      row("1", "2024-07-01", "PM", "Y") +        // not possible
                                      row("1", "2024-09-02", "AM", "/") +        //
                                      row("1", "2024-09-02", "PM", "L") +        // late
                                      row("1", "2024-09-03", "AM", "J1") +       // authorised
                                      row("1", "2024-09-03", "PM", "U") +        // late, absent
                                      row("1", "2024-09-04", "AM", "K") +        // approved
                                      row("1", "2024-09-04", "PM", "Y3") +       // not possible
                                      row("1", "2024-09-05", "AM", "-") +        // no mark
                                      row("1", "2024-09-05", "PM", "G"),         // unauthorised
                                  lenient());
  ASSERT_TRUE(reading) << reading.error().sentence;
  std::string before, after;
  for (const Observation& one : reading->observations) {
    if (!one.subgroup.empty()) continue;
    EXPECT_EQ(one.organisation, "100001");
    (day_text(one.period_start) == "2023-09-01" ? before : after) += digits_of(one.value) + " ";
  }
  // possible attended absent authorised unauthorised late; pupils persistent severe
  EXPECT_EQ(before, "1 1 0 0 0 0 1 0 0 ");
  EXPECT_EQ(after, "6 3 3 1 2 2 1 1 1 ");
  EXPECT_EQ(shown(reading->notes),
            "info m.csv: 1 session has no mark; they count neither as possible nor as missed.\n");
}

TEST(Marks, GiveEveryFigureWithItsPeriodAndTheDayItIsStated) {
  const auto reading = reading_of(kHeader + row("1", "2024-09-03", "AM", "/"), [] {
    Settings settings = lenient();
    settings.tally.weeks = WeekDetail::groups;
    return settings;
  }());
  ASSERT_TRUE(reading) << reading.error().sentence;
  for (const Observation& one : reading->observations) {
    EXPECT_EQ(day_text(one.stated_on), "2024-09-03");
    EXPECT_EQ(one.document, 1U);
  }
  const std::string year = " 2024-09-01..2025-08-31 ";
  const std::string week = " 2024-09-02..2024-09-08 ";
  std::string expected;
  for (const char* subgroup :
       {"", " [year_group=4]", " [pupil_group=not_pupil_premium]", " [pupil_group=not_send]"}) {
    const std::string where = std::string(" 100001") + subgroup + year;
    expected += "sessions_possible" + where + "1 @1:0\nsessions_attended" + where +
                "1 @1:0\nsessions_absent" + where + "0 @1:0\nsessions_authorised_absence" + where +
                "0 @1:0\nsessions_unauthorised_absence" + where + "0 @1:0\nsessions_late" + where +
                "0 @1:0\npupils_measured" + where + "1 @1:0\npersistent_absentees" + where +
                "0 @1:0\nsevere_absentees" + where + "0 @1:0\n";
  }
  for (const auto& [prefix, subgroup, when] :
       {std::array<std::string, 3>{"", " [weekday=tuesday]", year},
        std::array<std::string, 3>{"week.", "", week},
        std::array<std::string, 3>{"week.", " [year_group=4]", week},
        std::array<std::string, 3>{"week.", " [pupil_group=not_pupil_premium]", week},
        std::array<std::string, 3>{"week.", " [pupil_group=not_send]", week}}) {
    const std::string where = " 100001" + subgroup + when;
    expected += prefix + "sessions_possible" + where + "1 @1:0\n" + prefix + "sessions_attended" +
                where + "1 @1:0\n" + prefix + "sessions_absent" + where + "0 @1:0\n" + prefix +
                "sessions_authorised_absence" + where + "0 @1:0\n" + prefix +
                "sessions_unauthorised_absence" + where + "0 @1:0\n" + prefix + "sessions_late" +
                where + "0 @1:0\n";
  }
  EXPECT_EQ(shown(reading), expected);
}

// 10 % and 50 % of the pupil's own possible sessions, exactly, are persistent and severe.
TEST(Marks, CountPersistentAndSevereAbsenceOfEachPupilsOwnYear) {
  std::string bytes = kHeader;
  const auto pupil = [&](const std::string& id, int present, int absent, int uncounted) {
    for (int i = 0; i < present + absent + uncounted; ++i) {
      const int day = 2 + i / 2;
      bytes += row(id, "2024-09-" + std::string(day < 10 ? "0" : "") + std::to_string(day),
                   i % 2 == 0 ? "AM" : "PM",
                   i < present            ? "/"
                   : i < present + absent ? "I"
                                          : "X");
    }
  };
  pupil("nine of ten", 9, 1, 10);    // exactly 10 %: persistent
  pupil("ten of eleven", 10, 1, 0);  // 9.09 %
  pupil("one of two", 1, 1, 0);      // exactly 50 %: severe
  pupil("eleven of 21", 11, 10, 0);  // 47.6 %: persistent only
  pupil("never possible", 0, 0, 4);  // no pupil to measure
  const auto reading = reading_of(bytes, lenient());
  EXPECT_EQ(figures(reading, ""), "44 31 13 0 0 4 3 1");
}

TEST(Marks, TakeTheBetterOfTwoInOneSession) {
  const auto reading =
      reading_of(kHeader + row("1", "2024-09-03", "AM", "N") + row("1", "2024-09-03", "AM", "/") +
                     row("1", "2024-09-03", "PM", "V") + row("1", "2024-09-03", "PM", "I") +
                     row("1", "2024-09-04", "AM", "I") + row("1", "2024-09-04", "AM", "N") +
                     row("1", "2024-09-04", "PM", "X") + row("1", "2024-09-04", "PM", "O"),
                 lenient());
  EXPECT_EQ(figures(reading, ""), "4 2 1 1 0 1 1 1");
  EXPECT_EQ(shown(reading->notes),
            "warning : 4 marks are of a session that has one already; of the two counts the "
            "better: present, approved activity, authorised, unauthorised, not counted.\n");
}

TEST(Marks, TakeTheLaterDocumentsWordInWhateverOrder) {
  const std::string first =
      kHeader + row("1", "2024-09-03", "AM", "/") + row("1", "2024-09-03", "PM", "N");
  const std::string second = kHeader + row("1", "2024-09-03", "AM", "N") +
                             row("1", "2024-09-03", "PM", "I") + row("2", "2024-09-03", "AM", "/");
  const std::array<Document, 2> in_order{
      {{1, "2024-09-03.csv", first, 0}, {2, "2024-09-10.csv", second, 0}}};
  const std::array<Document, 2> reversed{{in_order[1], in_order[0]}};
  for (const auto& documents : {in_order, reversed}) {
    auto pupils = read_pupils(documents, Format::marks, lenient());
    ASSERT_TRUE(pupils);
    EXPECT_EQ(pupils->duplicates, 0U);
    const Reading reading = to_reading(std::move(*pupils));
    EXPECT_EQ(figures(reading, ""), "3 1 1 1 0 2 1 1");
    EXPECT_EQ(day_text(reading.observations.at(0).stated_on), "2024-09-10");
  }
}

// The schools of the first document are counted and forgotten when the second comes back to them.
TEST(Marks, ReadDocumentsAgainThatComeBackToASchool) {
  const std::string other = "100002,1,4,N,N,2024-09-03,AM,/\n";
  const std::string first = kHeader + row("1", "2024-09-03", "AM", "/") + other;
  const std::string second = kHeader + row("1", "2024-09-03", "AM", "I");
  const std::array<Document, 2> documents{
      {{1, "2024-09-03.csv", first, 0}, {2, "2024-09-10.csv", second, 0}}};
  auto pupils = read_pupils(documents, Format::marks, lenient());
  ASSERT_TRUE(pupils);
  EXPECT_TRUE(pupils->read_twice);
  EXPECT_EQ(pupils->rows, 3U);
  EXPECT_EQ(pupils->schools.size(), 2U);
  EXPECT_EQ(figures(to_reading(std::move(*pupils)), "").substr(0, 5), "1 0 1");
}

// Closures are entered ahead of time; they do not make a figure a later word.
TEST(Marks, AreStatedOnTheLastDayWithAPossibleSession) {
  const auto reading = reading_of(
      kHeader + row("1", "2024-09-03", "PM", "I") + row("1", "2025-07-31", "AM", "#"), lenient());
  ASSERT_TRUE(reading);
  EXPECT_EQ(day_text(reading->observations.at(0).stated_on), "2024-09-03");
}

TEST(Marks, CountAPupilInTheGroupsOfTheLatestDay) {
  const auto reading = reading_of(kHeader + row("1", "2024-09-04", "AM", "/", "5,Y,K") +
                                      row("1", "2024-09-03", "AM", "I", "4,N,N"),
                                  lenient());
  EXPECT_EQ(figures(reading, "year_group=5"), "2 1 1 0 0 1 1 1");
  EXPECT_EQ(figures(reading, "year_group=4"), "");
  EXPECT_EQ(figures(reading, "pupil_group=send"), "2 1 1 0 0 1 1 1");
  EXPECT_EQ(figures(reading, "pupil_group=pupil_premium"), "2 1 1 0 0 1 1 1");
}

// Groups of fewer than five are left out, and so is the other half where the whole would tell it.
TEST(Marks, LeaveSmallGroupsOut) {
  std::string bytes = kHeader;
  const auto pupils = [&](const std::string& name, int count, const std::string& traits) {
    for (int i = 0; i < count; ++i) {
      bytes += row(name + std::to_string(i), "2024-09-03", "AM", "/", traits);
    }
  };
  pupils("a", 6, "4,N,N");
  pupils("b", 4, "5,Y,N");
  pupils("c", 9, "6,N,K");
  Settings settings = lenient();
  settings.tally.smallest_group = 5;
  settings.tally.weeks = WeekDetail::groups;
  const auto reading = reading_of(bytes, settings);
  EXPECT_EQ(figures(reading, ""), "19 19 0 0 0 19 0 0");
  EXPECT_EQ(figures(reading, "year_group=4"),
            "");  // the whole less years 4 and 6 would tell year 5
  EXPECT_EQ(figures(reading, "year_group=5"), "");
  EXPECT_EQ(figures(reading, "year_group=6"), "9 9 0 0 0 9 0 0");
  EXPECT_EQ(figures(reading, "pupil_group=pupil_premium"), "");
  EXPECT_EQ(figures(reading, "pupil_group=not_pupil_premium"), "");
  EXPECT_EQ(figures(reading, "pupil_group=send"), "9 9 0 0 0 9 0 0");
  EXPECT_EQ(figures(reading, "pupil_group=not_send"), "10 10 0 0 0 10 0 0");
  EXPECT_EQ(figures(reading, "year_group=5", "attendance.week."), "");
  EXPECT_EQ(figures(reading, "year_group=6", "attendance.week."), "9 9 0 0 0");
  EXPECT_EQ(shown(reading->notes),
            "info : 4 groups and 4 weeks of groups were left out, because figures of fewer than 5 "
            "pupils could be told from them (smallest_group).\n");
  settings.tally.weeks = WeekDetail::school;
  EXPECT_EQ(
      shown(reading_of(bytes, settings)->notes),
      "info : 4 groups were left out, because figures of fewer than 5 pupils could be told from "
      "them (smallest_group).\n");
}

TEST(Marks, LeaveASmallSchoolOut) {
  Settings settings = lenient();
  settings.tally.smallest_group = 2;
  settings.tally.weeks = WeekDetail::school;
  const auto reading = reading_of(kHeader + row("1", "2024-09-03", "AM", "/"), settings);
  ASSERT_TRUE(reading);
  EXPECT_TRUE(reading->observations.empty());
}

TEST(Marks, StandInOneRowADayToo) {
  EXPECT_EQ(figures(reading_of("URN;Pupil ID;Date;AM;PM\n100001;1;03/09/2024;/;\\\n"
                               "100001;1;04/09/2024;I;\n",
                               lenient()),
                    ""),
            "3 2 1 0 0 1 1 0");
}

TEST(Marks, OfOneSchoolNeedNoColumnForIt) {
  Settings settings = lenient();
  settings.school_code = "STEX";
  const auto reading =
      reading_of("School,Student,Date,Session,Code\nSt Example's,1,2024-09-03,am,/\n", settings);
  ASSERT_TRUE(reading) << reading.error().sentence;
  EXPECT_EQ(reading->observations.at(0).organisation, "STEX");
}

TEST(Marks, OfWeeksAcrossTheFirstOfSeptemberMakeOneWeek) {
  Settings settings = lenient();
  settings.tally.weeks = WeekDetail::school;
  // 31 August 2026 is a Monday.
  const auto reading = reading_of(
      kHeader + row("1", "2026-08-31", "AM", "/") + row("1", "2026-09-01", "AM", "I"), settings);
  ASSERT_TRUE(reading);
  std::string weeks;
  for (const Observation& one : reading->observations) {
    if (one.measure == "attendance.week.sessions_possible") {
      weeks += day_text(one.period_start) + " " + digits_of(one.value) + " ";
    }
  }
  EXPECT_EQ(weeks, "2026-08-31 2 ");
}

const std::string kWeeks = "urn,pupil_id,year_group,week_commencing,marks\n";

TEST(PupilWeeks, HoldTheMarksOfMondayToFriday) {
  const Settings settings = lenient();
  const auto reading = reading_of(kWeeks +
                                      "100001,1,4,2024-09-02,/\\/\\LUX#C1I\n"
                                      "100001,1,4,2024-09-11,/ \\ / \\ / \\ / \\ - Y1 - -\n"
                                      "100001,1,4,2024-09-16,//////////////\n"
                                      "100001,1,4,2024-09-23,////\n",
                                  settings, Format::pupil_weeks);
  ASSERT_TRUE(reading) << reading.error().sentence;
  EXPECT_EQ(shown(reading->notes),
            "skipped m.csv, row 3, column marks: The value does not hold the 10 marks of Monday to "
            "Friday, AM and PM, or 14. The row was left out.\n"
            "skipped m.csv, row 5, column marks: The value does not hold the 10 marks of Monday to "
            "Friday, AM and PM, or 14. The row was left out.\n");
  EXPECT_EQ(figures(reading, ""), "22 19 2 1 2 1 1 0");
  EXPECT_EQ(figures(reading, "weekday=saturday"), "2 2 0 0 0");
}

// The week of Monday 31 August lies in two academic years, that of 19 August 2024 in one with two
// sets of codes.
TEST(PupilWeeks, AreReadDayByDay) {
  const auto reading = reading_of(kWeeks +
                                      "100001,1,4,2026-08-31,IIIIIIIIII\n"
                                      "100001,1,4,2024-08-12,K---------\n"
                                      "100001,1,4,2024-08-19,K---------\n",
                                  lenient(), Format::pupil_weeks);
  ASSERT_TRUE(reading) << reading.error().sentence;
  std::string possible;
  for (const Observation& one : reading->observations) {
    if (one.measure == "attendance.sessions_possible" && one.subgroup.empty()) {
      possible += day_text(one.period_start) + " " + digits_of(one.value) + " ";
    }
  }
  EXPECT_EQ(possible, "2023-09-01 1 2025-09-01 2 2026-09-01 8 ");
}

TEST(PupilWeeks, MayBeCounted) {
  Settings settings = lenient();
  settings.tally.weeks = WeekDetail::school;
  const auto reading = reading_of(
      "URN,UPN,Week commencing,Attended,Authorised,Unauthorised,Late\n"
      "100001,A,2024-09-02,8,1,1,2\n100001,A,2024-09-09,10,0,,\n100001,B,2024-09-02,10,0,0,0\n"
      "100001,B,2024-09-02,9,1,0,0\n100001,B,2024-09-09,15,0,0,0\n100001,B,2024-09-09,9,9,0,0\n",
      settings, Format::pupil_weeks);
  ASSERT_TRUE(reading) << reading.error().sentence;
  EXPECT_EQ(figures(reading, ""), "30 28 1 1 2 2 1 0");
  EXPECT_EQ(figures(reading, "", "attendance.week."), "20 18 1 1 2 10 10 0 0 0");
  EXPECT_EQ(shown(reading->notes),
            "skipped m.csv, row 6, column Attended: The value is no number of sessions of a week, "
            "0 to 14. The row was left out.\n"
            "skipped m.csv, row 7, column Attended: The value and the absences make more than the "
            "14 sessions of a week. The row was left out.\n"
            "warning m.csv: 1 row gives other counts than an earlier row of the same pupil and "
            "week; the earlier row counts.\n");
}

// ---- The two ways of taking rows
// ------------------------------------------------------------------------

std::vector<std::string> made_up_rows(unsigned seed) {
  std::mt19937 random(seed);
  const auto one_of = [&](const std::vector<std::string>& all) {
    return all[random() % all.size()];
  };
  std::vector<std::string> out;
  for (int school = 0; school < 3; ++school) {
    for (int pupil = 0; pupil < 12; ++pupil) {
      const std::string who = std::to_string(100001 + school) + "," + std::to_string(pupil) + "," +
                              std::to_string(pupil % 3 + 4) + "," + one_of({"Y", "N"}) + "," +
                              one_of({"N", "K", "E", ""});
      for (int day = 1; day < 28; ++day) {
        const std::string date =
            one_of({"2024-09-", "2024-11-"}) + (day < 10 ? "0" : "") + std::to_string(day);
        for (const char* session : {"AM", "PM"}) {
          out.push_back(who + "," + date + "," + session + "," +
                        one_of({"/", "/", "/", "\\", "L", "I", "N", "U", "X", "C1", "V", "-", ""}));
        }
      }
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& rows, const std::string& line_end) {
  std::string out = kHeader;
  for (const std::string& one : rows) out += one + line_end;
  return out;
}

std::string utf16(const std::string& ascii, bool with_mark) {
  std::string out = with_mark ? "\xFF\xFE" : "";
  for (const char c : ascii) {
    out.push_back(c);
    out.push_back('\0');
  }
  return out;
}

// Every cell in quotation marks, as some exports have it.
std::string quoted(const std::string& bytes) {
  std::string out = "\"";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == ',') {
      out += "\",\"";
    } else if (bytes[i] == '\n') {
      out += "\"\r\n";
      if (i + 1 < bytes.size()) out += "\"";
    } else {
      out += bytes[i];
    }
  }
  return out;
}

// Whatever is not clean in a file, and wherever it stands, both ways see the same rows.
TEST(RowsOfPupils, GiveTheSameFiguresAndNotes) {
  Settings settings;
  settings.tally.weeks = WeekDetail::groups;
  settings.tally.smallest_group = 3;
  const auto rows = made_up_rows(7);
  const std::string expected = read(joined(rows, "\n"), settings);
  EXPECT_NE(expected.find("week.sessions_possible 100003 [pupil_group=send]"), std::string::npos);
  EXPECT_EQ(read(joined(rows, "\r\n"), settings), expected);
  EXPECT_EQ(read("\xEF\xBB\xBF" + joined(rows, "\n"), settings), expected);
  EXPECT_EQ(read(utf16(joined(rows, "\r\n"), true), settings), expected);
  EXPECT_EQ(read(utf16(joined(rows, "\n"), false), settings), expected);
  EXPECT_EQ(read(quoted(joined(rows, "\n")), settings), expected);
  std::string without_end = joined(rows, "\n");
  without_end.pop_back();
  EXPECT_EQ(read(without_end, settings), expected);
  std::mt19937 random(3);
  const std::vector<std::string> odd{
      "\"100001\",\"0\",4,N,N,2024-09-03,AM,\"N\"",
      "100001,0,4,N,N,2024-09-03,AM",
      "100001,0,4,N,N,2024-09-03,AM,/,",
      "100001,0,4,N,N,2024-09-03,AM,/,extra",
      "",
      " , ,,,,,,",
      "100001,0,4,N,N,31/02/2024,AM,/",
      "100001,0,4,N,N,2024-09-03,noon,/",
      "100001,0,4,N,N,2024-09-03,AM,present",
      "100001,Zo\xC3\xAB,4,N,N,2024-09-03,AM,/",
      "100001,Zo\xEB,4,N,N,2024-09-03,AM,/",
      ",0,4,N,N,2024-09-03,AM,/",
      "100001,,4,N,N,2024-09-03,AM,/",
      "100001,0,40,?,?,2024-09-30,AM,/",
      "100001,0,4,N,N,,AM,/",
      "100001,\"a\nb\",4,N,N,2024-09-03,AM,/",
      "100001,0,4,N,N,2024-09-03,AM,/\r100001,1,4,N,N,2024-09-03,AM,I"};
  for (const std::string& one : odd) {
    for (int where = 0; where < 2; ++where) {
      auto with = rows;
      const auto at = where == 0 ? 0 : random() % (rows.size() + 1);
      with.insert(with.begin() + static_cast<std::ptrdiff_t>(at), one);
      SCOPED_TRACE(one + " at " + std::to_string(at));
      read(joined(with, "\n"), settings);
    }
  }
}

// Rows that come back to a school make a second reading, which gives the same.
TEST(RowsOfPupils, GiveTheSameFiguresForShuffledRows) {
  Settings settings;
  settings.tally.weeks = WeekDetail::groups;
  settings.tally.smallest_group = 3;
  auto rows = made_up_rows(11);
  const std::string expected = read(joined(rows, "\n"), settings);
  std::shuffle(rows.begin(), rows.end(), std::mt19937(5));
  const std::string bytes = joined(rows, "\n");
  EXPECT_EQ(read(bytes, settings), expected);
  const std::array<Document, 1> documents{{{1, "m.csv", bytes, 0}}};
  EXPECT_TRUE(read_pupils(documents, Format::marks, settings)->read_twice);
}

TEST(RowsOfPupils, GiveBackWhatTheyHaveRead) {
  std::string bytes = kHeader;
  while (bytes.size() < 12'000'000) bytes += row("1", "2024-09-03", "AM", "/");
  std::vector<std::uint64_t> told;
  std::array<Document, 1> documents{{{1, "m.csv", bytes, 0}}};
  documents[0].discard = [&](std::uint64_t length) { told.push_back(length); };
  ASSERT_TRUE(read_pupils(documents, Format::marks, lenient()));
  EXPECT_GE(told.size(), 2U);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_LE(told.back(), bytes.size());
}

}  // namespace
}  // namespace kpid::plugins::attendance
