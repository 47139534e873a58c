// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The formats of the roll beyond GIAS: counts by year group and group, the school census, a row a
// pupil; and what must not leave the plugin.

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "pupil_roll/roll.hpp"
#include "support/places.hpp"
#include "unit/plugins/shown.hpp"
#include "unit/readers/workbook.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

Settings of(Format format) {
  Settings settings;
  settings.format = format;
  return settings;
}

std::string read(const Settings& settings, const std::string& bytes,
                 const std::string& name = "f.csv") {
  const std::array<Document, 1> documents{{{1, name, bytes, 0}}};
  return shown(read_roll(documents, settings));
}

const std::string kByYear = "School,Date,Year group,Group,Pupils,Capacity\n";

TEST(RollCounts, SumsYearGroupsToTheWhole) {
  EXPECT_EQ(read(of(Format::counts), kByYear + "STEX,18/01/2024,Reception,,30,\n"
                                               "STEX,18/01/2024,Year 1,All,28,\n"
                                               "STEX,18/01/2024,Reception,FSM,6,\n"
                                               "STEX,18/01/2024,Year 1,FSM,7,\n"
                                               "STEX,18/01/2024,Year 1,SEN,9,\n"),
            "roll.pupils STEX 2024-01-18..2024-01-18 58 @1:0\n"
            "roll.pupils STEX [pupil_group=fsm] 2024-01-18..2024-01-18 13 @1:0\n"
            "roll.pupils STEX [year_group=1] 2024-01-18..2024-01-18 28 @1:3\n"
            "roll.pupils STEX [pupil_group=fsm;year_group=1] 2024-01-18..2024-01-18 7 @1:5\n"
            "roll.pupils STEX [pupil_group=send;year_group=1] 2024-01-18..2024-01-18 9 @1:6\n"
            "roll.pupils STEX [year_group=R] 2024-01-18..2024-01-18 30 @1:2\n"
            "roll.pupils STEX [pupil_group=fsm;year_group=R] 2024-01-18..2024-01-18 6 @1:4\n");
}

TEST(RollCounts, PrefersTheWholeThatTheFileGives) {
  EXPECT_EQ(read(of(Format::counts), kByYear + "STEX,18/01/2024,1,,30,\n"
                                               "STEX,18/01/2024,Total,,61,70\n"),
            "roll.pupils STEX 2024-01-18..2024-01-18 61 @1:3\n"
            "roll.pupils STEX [year_group=1] 2024-01-18..2024-01-18 30 @1:2\n"
            "roll.capacity STEX 2024-01-18..2024-01-18 70 @1:3\n");
}

TEST(RollCounts, SumsNothingWhereAPartIsNotKnown) {
  EXPECT_EQ(read(of(Format::counts), kByYear + "STEX,18/01/2024,1,,30,\n"
                                               "STEX,18/01/2024,2,,SUPP,\n"),
            "roll.pupils STEX [year_group=1] 2024-01-18..2024-01-18 30 @1:2\n");
  EXPECT_EQ(read(of(Format::counts), kByYear + "STEX,18/01/2024,1,,30,\n"
                                               "STEX,18/01/2024,Kittens,,20,\n"),
            "roll.pupils STEX [year_group=1] 2024-01-18..2024-01-18 30 @1:2\n"
            "skipped f.csv, row 3, column Year group: \"Kittens\" is not a year group such as R, 4 "
            "or All. The row was left out.\n");
}

// Year 2 is small; year 1 is the smallest of the others, and the whole less the others would give
// year 2 away without it.
TEST(RollSuppression, LeavesOutWhatWouldGiveASmallGroupAway) {
  EXPECT_EQ(read(of(Format::counts), kByYear + "STEX,18/01/2024,1,,20,\n"
                                               "STEX,18/01/2024,2,,4,\n"
                                               "STEX,18/01/2024,3,,25,\n"
                                               "STEX,18/01/2024,,FSM,4,\n"),
            "roll.pupils STEX 2024-01-18..2024-01-18 49 @1:0\n"
            "roll.pupils STEX [year_group=3] 2024-01-18..2024-01-18 25 @1:4\n"
            "info setting smallest_group: 2 groups of fewer than 5 pupils were left out, and 1 "
            "more from which they could be worked out.\n");
  Settings open = of(Format::counts);
  open.smallest_group = 1;
  EXPECT_EQ(read(open, kByYear + "STEX,18/01/2024,1,,20,\nSTEX,18/01/2024,2,,1,\n"),
            "roll.pupils STEX 2024-01-18..2024-01-18 21 @1:0\n"
            "roll.pupils STEX [year_group=1] 2024-01-18..2024-01-18 20 @1:2\n"
            "roll.pupils STEX [year_group=2] 2024-01-18..2024-01-18 1 @1:3\n");
}

TEST(RollSuppression, NeedsNoOtherLeftOutWhereTwoSmallGroupsHideEachOther) {
  EXPECT_EQ(read(of(Format::counts), kByYear + "STEX,18/01/2024,1,,20,\n"
                                               "STEX,18/01/2024,2,,4,\n"
                                               "STEX,18/01/2024,3,,3,\n"),
            "roll.pupils STEX 2024-01-18..2024-01-18 27 @1:0\n"
            "roll.pupils STEX [year_group=1] 2024-01-18..2024-01-18 20 @1:2\n"
            "info setting smallest_group: 2 groups of fewer than 5 pupils were left out.\n");
}

const std::string kCensus = "URN,LA,ESTAB,SCHOOLTYPE,NOR,TSENELSE,TSENELK,NUMEAL,NUMFSM\n";

TEST(RollCensus, ReadsSchoolsAndPassesOverTheCountry) {
  Settings settings = of(Format::census);
  settings.census_date = 17913;  // 2019-01-17
  EXPECT_EQ(
      read(settings, "\xEF\xBB\xBF" + kCensus +
                         "900001,999,2001,State-funded primary,572,6,37,20,51\n"
                         "900002,999,2002,State-funded primary,141,SUPP,19,2,16\n"
                         "NAT,,PRI,State-funded primary,4727089,74404,595708,1002292,745453\n"),
      "roll.pupils 900001 2019-01-17..2019-01-17 572 @1:2\n"
      "roll.pupils 900001 [pupil_group=eal] 2019-01-17..2019-01-17 20 @1:2\n"
      "roll.pupils 900001 [pupil_group=fsm] 2019-01-17..2019-01-17 51 @1:2\n"
      "roll.pupils 900001 [pupil_group=send] 2019-01-17..2019-01-17 43 @1:2\n"
      "roll.pupils 900002 2019-01-17..2019-01-17 141 @1:3\n"
      "roll.pupils 900002 [pupil_group=fsm] 2019-01-17..2019-01-17 16 @1:3\n"
      "info f.csv: 2 schools were read; left out: 1 row of an area. The day is 2019-01-17, "
      "the census_date of the settings.\n"
      "info setting smallest_group: 1 group of fewer than 5 pupils was left out.\n");
}

TEST(RollCensus, TakesTheDayFromAYearOrAName) {
  const std::string areas = "time_period,geographic_level,URN,headcount of pupils\n";
  EXPECT_EQ(read(of(Format::census),
                 areas + "202223,National,,9000000\n"
                         "202223,School,900001,781\n"
                         "2022,School,900002,781\n",
                 "census 2001-01-01.csv"),
            "roll.pupils 900001 2023-01-19..2023-01-19 781 @1:3\n"
            "skipped census 2001-01-01.csv, row 4, column time_period: \"2022\" is not an academic "
            "year such as 202223. The row was left out.\n"
            "info census 2001-01-01.csv: 1 school was read; left out: 1 row of an area. The day is "
            "the third Thursday of January in the row's academic year.\n");
  EXPECT_EQ(read(of(Format::census), kCensus + "900001,999,2001,Primary,572,,,,\n",
                 "census 2019-01-17.csv"),
            "roll.pupils 900001 2019-01-17..2019-01-17 572 @1:2\n"
            "info census 2019-01-17.csv: 1 school was read; left out: 0 rows of areas. The day is "
            "2019-01-17, the date in the file's name.\n");
}

TEST(RollCensus, AddsUpAYearGroupOfWhichEveryPartIsKnown) {
  const std::string header =
      "time_period,URN,headcount of pupils,Full time girls Reception,Full time boys Reception,Part "
      "time girls Reception,Part time boys Reception,Full time girls Year group 1,Full time boys "
      "Year group 1,Part time girls Year group 1,Part time boys Year group 1,Full time girls Year "
      "group 2\n";
  EXPECT_EQ(read(of(Format::census), header + "202223,900001,60,10,12,1,2,c,20,0,0,9\n"),
            "roll.pupils 900001 2023-01-19..2023-01-19 60 @1:2\n"
            "roll.pupils 900001 [year_group=R] 2023-01-19..2023-01-19 25 @1:2\n"
            "info f.csv: 1 school was read; left out: 0 rows of areas. The day is the third "
            "Thursday of January in the row's academic year.\n");
}

TEST(RollCensus, AgreesWithTheDepartmentsOwnTestRows) {
  std::ifstream file(
      kpid::testing::source_folder() + "/../shared/data/finance-layout/census_pupils.SYNTHETIC.csv",
      std::ios::binary);
  if (!file) GTEST_SKIP() << "the census layout is absent";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::array<Document, 1> documents{{{1, "census.csv", bytes, 0}}};
  const auto reading = read_roll(documents, of(Format::census));
  ASSERT_TRUE(reading) << reading.error().sentence;
  // The first school: 781 pupils, of whom 477 have free school meals and 333 another first
  // language; year 7 is 63 girls and 120 boys.
  std::string first;
  for (const Observation& one : reading->observations) {
    if (one.organisation != "130000") continue;
    first += one.subgroup + " " + std::to_string(static_cast<int>(one.value)) + "\n";
  }
  EXPECT_EQ(first,
            " 781\npupil_group=eal 333\npupil_group=fsm 477\nyear_group=10 135\n"
            "year_group=11 139\nyear_group=7 183\nyear_group=8 189\nyear_group=9 135\n");
}

TEST(RollCensus, GivesTheRealFiguresOfTheTrust) {
  std::ifstream file(kpid::testing::source_folder() + "/../shared/data/trust/census_2019-01.csv",
                     std::ios::binary);
  if (!file) GTEST_SKIP() << "the trust's census is absent";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::array<Document, 1> documents{{{1, "census_2019-01.csv", bytes, 0}}};
  Settings settings = of(Format::census);
  settings.census_date = 17913;
  const auto reading = read_roll(documents, settings);
  ASSERT_TRUE(reading) << reading.error().sentence;
  std::string wholes;
  for (const Observation& one : reading->observations) {
    if (!one.subgroup.empty()) continue;
    wholes += one.organisation + " " + std::to_string(static_cast<int>(one.value)) + "\n";
  }
  EXPECT_EQ(wholes, "139883 572\n142028 326\n146511 141\n146755 185\n");
}

const std::string kPupils =
    "School,UPN,Year group,Admission date,Leaving date,FSM,SEN status,EAL\n";

std::string pupils_of(const std::string& school, int first, int count, const std::string& rest) {
  std::string out;
  for (int i = first; i < first + count; ++i) {
    out += school + ",Z" + std::to_string(i) + "," + rest + "\n";
  }
  return out;
}

TEST(RollPupils, CountsThoseOnRollOnTheDayOfTheFile) {
  const std::string bytes = kPupils + pupils_of("STEX", 0, 6, "4,01/09/2020,,Y,K,N") +
                            pupils_of("STEX", 6, 5, "5,04/09/2023,,N,N,Y") +
                            pupils_of("STEX", 11, 2, "5,01/09/2019,20/12/2023,N,N,N") +
                            pupils_of("STEX", 13, 1, "5,01/09/2019,18/01/2024,N,N,N") +
                            pupils_of("STEX", 14, 1, "5,01/09/2019,21/07/2023,N,N,N") +
                            pupils_of("STEX", 15, 3, "4,19/02/2024,,Y,K,N") +
                            pupils_of("STBA", 0, 1, "R,,,,,");
  EXPECT_EQ(read(of(Format::pupils), bytes, "pupils-2024-01-18.csv"),
            "roll.pupils STBA 2024-01-18..2024-01-18 1 @1:0\n"
            "roll.pupils STEX 2024-01-18..2024-01-18 12 @1:0\n"
            "roll.pupils STEX [pupil_group=eal] 2024-01-18..2024-01-18 5 @1:0\n"
            "roll.pupils STEX [pupil_group=fsm] 2024-01-18..2024-01-18 6 @1:0\n"
            "roll.pupils STEX [pupil_group=send] 2024-01-18..2024-01-18 6 @1:0\n"
            "roll.pupils STEX [year_group=4] 2024-01-18..2024-01-18 6 @1:0\n"
            "roll.pupils STEX [pupil_group=fsm;year_group=4] 2024-01-18..2024-01-18 6 @1:0\n"
            "roll.pupils STEX [pupil_group=send;year_group=4] 2024-01-18..2024-01-18 6 @1:0\n"
            "roll.pupils STEX [year_group=5] 2024-01-18..2024-01-18 6 @1:0\n"
            "roll.pupils STEX [pupil_group=eal;year_group=5] 2024-01-18..2024-01-18 5 @1:0\n"
            "roll.joiners STBA 2023-09-01..2024-08-31 0 @1:0\n"
            "roll.leavers STBA 2023-09-01..2024-08-31 0 @1:0\n"
            "roll.joiners STEX 2023-09-01..2024-08-31 5 @1:0\n"
            "roll.leavers STEX 2023-09-01..2024-08-31 3 @1:0\n"
            "warning pupils-2024-01-18.csv: 1 pupil has no admission date; they count as on roll, "
            "not as joiners.\n"
            "info pupils-2024-01-18.csv: 19 pupils were read, of whom 13 are on roll on "
            "2024-01-18.\n"
            "info setting smallest_group: 1 group of fewer than 5 pupils was left out.\n");
}

// 45170 is 1 September 2023 as a workbook counts days.
TEST(RollPupils, ReadsTheSheetOfAWorkbookByItsName) {
  const auto text = [](const std::string& cell) {
    return "<c t=\"inlineStr\"><is><t>" + cell + "</t></is></c>";
  };
  std::string rows = "<row>" + text("School") + text("Admission date") + "</row>";
  for (int i = 0; i < 3; ++i) rows += "<row>" + text("STEX") + "<c s=\"1\"><v>45170</v></c></row>";
  const std::string bytes = readers::testing::bytes_of(
      {{{"Notes", "<row>" + text("Printed on Friday") + "</row>"}, {"Pupils", rows}},
       {},
       "",
       "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"});
  Settings settings = of(Format::pupils);
  settings.sheet = {"Pupils"};
  EXPECT_EQ(read(settings, bytes, "p20240118.xlsx"),
            "roll.pupils STEX 2024-01-18..2024-01-18 3 @1:0\n"
            "roll.joiners STEX 2023-09-01..2024-08-31 3 @1:0\n"
            "info p20240118.xlsx: 3 pupils were read, of whom 3 are on roll on 2024-01-18.\n");
}

TEST(RollPupils, CountsAPupilWhoStandsTwiceOnce) {
  Settings settings = of(Format::pupils);
  settings.school = "STEX";
  EXPECT_EQ(read(settings, "UPN,Year\nA1,4\nA1,4\nA2,4\n", "p20240118.csv"),
            "roll.pupils STEX 2024-01-18..2024-01-18 2 @1:0\n"
            "info p20240118.csv: 2 pupils were read (1 row told of one again), of whom 2 are on "
            "roll on 2024-01-18.\n"
            "info setting smallest_group: 1 group of fewer than 5 pupils was left out.\n");
}

TEST(RollPupils, CountsNoLeaversWhereTheFileHoldsThoseOnRollAlone) {
  Settings settings = of(Format::pupils);
  settings.school = "STEX";
  EXPECT_EQ(read(settings, "Year,Leaving date\n4,\n4,\n", "p20240118.csv"),
            "roll.pupils STEX 2024-01-18..2024-01-18 2 @1:0\n"
            "warning p20240118.csv: No pupil has left by 2024-01-18, so the file seems to hold "
            "none who have; leavers are not counted.\n"
            "info p20240118.csv: 2 pupils were read, of whom 2 are on roll on 2024-01-18.\n"
            "info setting smallest_group: 1 group of fewer than 5 pupils was left out.\n");
}

TEST(RollPupils, CountsNoGroupOfWhichAPupilIsNotKnown) {
  std::string bytes = "School,FSM,SEN\n";
  for (int i = 0; i < 9; ++i) bytes += "STEX,Yes,K - SEN support\n";
  EXPECT_EQ(read(of(Format::pupils), bytes + "STEX,perhaps,\n", "p20240118.csv"),
            "roll.pupils STEX 2024-01-18..2024-01-18 10 @1:0\n"
            "roll.pupils STEX [pupil_group=send] 2024-01-18..2024-01-18 9 @1:0\n"
            "skipped p20240118.csv, row 11, column FSM: The value is neither yes nor no. It is not "
            "known whether the pupil belongs to the group.\n"
            "warning p20240118.csv: 1 pupil's membership of the group fsm is not known; the group "
            "is not counted at their schools.\n"
            "info p20240118.csv: 10 pupils were read, of whom 10 are on roll on 2024-01-18.\n");
}

// Two pulls of one file each leave the earlier 6 and the later 145 in the store; so does one of
// both.
TEST(RollCensus, KeepsWhatALaterFileDoesNotSay) {
  Settings settings = of(Format::census);
  settings.census_date = 19740;
  const std::string earlier = kCensus + "900001,999,2001,Primary,141,,,7,6\n";
  const std::string later = kCensus + "900001,999,2001,Primary,145,,,8,4\n";
  const std::array<Document, 2> documents{
      {{1, "census 2024-03-01.csv", later, 0}, {2, "census 2024-02-01.csv", earlier, 0}}};
  const auto reading = read_roll(documents, settings);
  std::string told;
  for (const Observation& one : reading.value().observations) {
    told += one.subgroup + " " + std::to_string(static_cast<int>(one.value)) + " " +
            day_text(one.stated_on) + "\n";
  }
  EXPECT_EQ(told, " 145 2024-03-01\npupil_group=eal 8 2024-03-01\npupil_group=fsm 6 2024-02-01\n");
}

TEST(RollPupils, TakesTheLaterOfTwoFilesInWhateverOrder) {
  Settings settings = of(Format::pupils);
  settings.school = "STEX";
  const std::string header = "Admission date,Leaving date\n";
  std::vector<Document> documents{
      {1, "p20240118.csv", "", 0}, {2, "p20240301.csv", "", 0}, {3, "p20230901.csv", "", 0}};
  const std::string january = header + "2020-09-01,\n2020-09-01,\n";
  const std::string march = header + "2020-09-01,\n2020-09-01,2024-02-09\n2024-02-26,\n";
  const std::string september = header + "2020-09-01,\n";
  documents[0].bytes = january;
  documents[1].bytes = march;
  documents[2].bytes = september;
  const auto figures = [&] {
    const auto reading = read_roll(documents, settings);
    std::string out;
    for (const Observation& one : reading.value().observations) {
      out += std::string(one.measure) + " " + day_text(one.period_start) + " " +
             std::to_string(static_cast<int>(one.value)) + "\n";
    }
    return out;
  };
  std::sort(documents.begin(), documents.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  do {
    EXPECT_EQ(figures(),
              "roll.pupils 2023-09-01 1\nroll.pupils 2024-01-18 2\nroll.pupils 2024-03-01 2\n"
              "roll.joiners 2023-09-01 1\nroll.leavers 2023-09-01 1\n");
  } while (std::next_permutation(documents.begin(), documents.end(),
                                 [](const auto& a, const auto& b) { return a.number < b.number; }));
}

}  // namespace
}  // namespace kpid::plugins::pupil_roll
