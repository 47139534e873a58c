// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "common/document_day.hpp"
#include "pupil_roll/roll.hpp"
#include "support/places.hpp"
#include "unit/plugins/shown.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

const std::string kHeader =
    "\"URN\",\"EstablishmentStatus (name)\",\"SchoolCapacity\",\"CensusDate\",\"NumberOfPupils\"\n";

std::string read(const std::string& bytes, const Settings& settings = {},
                 const std::string& name = "gias.csv", std::int64_t modified_at_ms = 0) {
  const std::array<Document, 1> documents{{{1, name, bytes, modified_at_ms}}};
  return shown(read_roll(documents, settings));
}

TEST(PupilRoll, ReadsOpenSchoolsOfAnExtract) {
  EXPECT_EQ(read(kHeader + "100001,\"Open\",180,\"21-01-2021\",\"138\"\n"
                           "100002,\"Open, but proposed to close\",90,\"21-01-2021\",\"\"\n"
                           "100003,\"Closed\",90,\"16-01-2020\",\"70\"\n"
                           "100004,\"Proposed to open\",90,\"\",\"\"\n"),
            "roll.pupils 100001 2021-01-21..2021-01-21 138 @1:2\n"
            "roll.capacity 100001 2021-01-21..2021-01-21 180 @1:2\n"
            "roll.capacity 100002 2021-01-21..2021-01-21 90 @1:3\n"
            "info gias.csv: 2 open schools were read; left out: 2 schools that are not open.\n");
}

TEST(PupilRoll, DatesASchoolWithoutACensus) {
  const std::string bytes = kHeader + "100001,Open,180,,\n";
  const std::string summary = ": 1 open school was read; left out: 0 schools that are not open.\n";
  EXPECT_EQ(read(bytes, {}, "edubasealldata20220420.csv"),
            "roll.capacity 100001 2022-04-20..2022-04-20 180 @1:2\n"
            "info edubasealldata20220420.csv" +
                summary +
                "info edubasealldata20220420.csv: 1 school has no date; their figures are dated "
                "2022-04-20, the date in the file's name.\n");
  EXPECT_EQ(
      read(bytes, {}, "gias.csv", 1650412800000),
      "roll.capacity 100001 2022-04-20..2022-04-20 180 @1:2\n"
      "info gias.csv" +
          summary +
          "info gias.csv: 1 school has no date; their figures are dated 2022-04-20, the day the "
          "file was last changed.\n");
  Settings settings;
  settings.census_date = 18648;
  EXPECT_EQ(read(bytes, settings, "edubasealldata20220420.csv"),
            "roll.capacity 100001 2021-01-21..2021-01-21 180 @1:2\n"
            "info edubasealldata20220420.csv" +
                summary +
                "info edubasealldata20220420.csv: 1 school has no date; their figures are dated "
                "2021-01-21, the census_date of the settings.\n");
  EXPECT_EQ(read(bytes),
            "skipped gias.csv, row 2, column CensusDate: The row has no date; set census_date for "
            "such rows. The row was left out.\n"
            "info gias.csv: 0 open schools were read; left out: 0 schools that are not open.\n");
}

TEST(PupilRoll, FindsTheDayInAName) {
  const auto day = [](const std::string& name) {
    const auto found = document_day({1, name, "", 0});
    return found ? day_text(found->day) : std::string("none");
  };
  EXPECT_EQ(day("20220420_gias.csv"), "2022-04-20");
  EXPECT_EQ(day("roll 2024-01-18.csv"), "2024-01-18");
  EXPECT_EQ(day("edubasealldata20240118.csv"), "2024-01-18");
  EXPECT_EQ(day("v2-20241318-20240118.csv"), "2024-01-18");
  EXPECT_EQ(day("120240118.csv"), "none");
  EXPECT_EQ(day("202401180.csv"), "none");
  EXPECT_EQ(day("roll.csv"), "none");
  EXPECT_EQ(day(""), "none");
}

TEST(PupilRoll, KeepsToTheUrnsAskedFor) {
  Settings settings;
  settings.only_urns = {100001, 100009};
  EXPECT_EQ(
      read(kHeader + "100001,Open,180,21-01-2021,138\n100002,Open,90,21-01-2021,80\n", settings),
      "roll.pupils 100001 2021-01-21..2021-01-21 138 @1:2\n"
      "roll.capacity 100001 2021-01-21..2021-01-21 180 @1:2\n"
      "info gias.csv: 1 open school was read; left out: 0 schools that are not open, 1 not "
      "in only_urns.\n"
      "warning setting only_urns: No open school has the URN 100009; a school gets a new URN "
      "when it becomes an academy.\n");
}

TEST(PupilRoll, ReadsTheDocumentThatIsDatedLaterLast) {
  const std::array<Document, 5> documents{{{1, "b-20240118.csv", "", 0},
                                           {2, "a-20240118.csv", "", 0},
                                           {3, "roll.csv", "", 1650412800000},
                                           {4, "later than 2024-02-01.csv", "", 1},
                                           {5, "undated.csv", "", 0}}};
  std::string order;
  for (const Document* document : in_order_of_day(documents)) {
    order += std::to_string(document->number);
  }
  EXPECT_EQ(order, "53214");
}

// Both extracts carry the census of 2021; reading them in either order gives the later one's
// figures once, so that a pull of both never revises a figure to and fro.
TEST(PupilRoll, TakesTheLaterOfTwoExtractsOfOneCensus) {
  const std::string older = kHeader + "100001,Open,180,21-01-2021,138\n";
  const std::string newer =
      kHeader + "100001,Open,210,21-01-2021,\n100001,Open,210,20-01-2022,150\n";
  const std::array<Document, 2> documents{
      {{1, "gias20220420.csv", newer, 0}, {2, "gias20210420.csv", older, 0}}};
  EXPECT_EQ(shown(read_roll(documents, {})),
            "roll.pupils 100001 2021-01-21..2021-01-21 138 @2:2\n"
            "roll.capacity 100001 2021-01-21..2021-01-21 210 @1:2\n"
            "roll.pupils 100001 2022-01-20..2022-01-20 150 @1:3\n"
            "roll.capacity 100001 2022-01-20..2022-01-20 210 @1:3\n"
            "info gias20210420.csv: 1 open school was read; left out: 0 schools that are not "
            "open.\n"
            "info gias20220420.csv: 2 open schools were read; left out: 0 schools that are not "
            "open.\n");
}

TEST(PupilRoll, ReadsASimpleTableOfCounts) {
  Settings settings;
  settings.format = Format::counts;
  EXPECT_EQ(read("School,Date,Pupils,Places\nSTEX,18/01/2024,\"1,603\",\nSTBA,2024-01-18,0,210\n",
                 settings, "roll.csv"),
            "roll.pupils STBA 2024-01-18..2024-01-18 0 @1:3\n"
            "roll.capacity STBA 2024-01-18..2024-01-18 210 @1:3\n"
            "roll.pupils STEX 2024-01-18..2024-01-18 1603 @1:2\n");
  settings.columns[column::school] = std::vector<std::string>{"Academy"};
  settings.columns[column::pupils] = std::vector<std::string>{"On roll"};
  settings.columns[column::capacity] = std::vector<std::string>{};
  settings.census_date = 19740;
  EXPECT_EQ(read("Academy,On roll\nSTEX,12\n", settings, "roll.csv"),
            "roll.pupils STEX 2024-01-18..2024-01-18 12 @1:2\n"
            "info roll.csv: 1 row has no date; their figures are dated 2024-01-18, the "
            "census_date of the settings.\n");
}

TEST(PupilRoll, GivesTheKnownFiguresOfARealExtract) {
  std::ifstream file(kpid::testing::source_folder() + "/../shared/data/gias/20220420_gias.csv",
                     std::ios::binary);
  if (!file) GTEST_SKIP() << "the GIAS extract is absent";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::array<Document, 1> documents{{{1, "20220420_gias.csv", bytes, 0}}};
  auto reading = read_roll(documents, {});
  ASSERT_TRUE(reading) << reading.error().sentence;
  std::map<std::string, std::array<double, 2>> schools;
  for (const Observation& one : reading->observations) {
    schools[one.organisation].at(one.measure == "roll.pupils" ? 0 : 1) = one.value;
  }
  int both = 0, over = 0;
  double on_roll = 0, places = 0;
  for (const auto& [code, counts] : schools) {
    if (counts[0] == 0 || counts[1] == 0) continue;
    ++both;
    on_roll += counts[0];
    places += counts[1];
    over += counts[0] > counts[1] ? 1 : 0;
  }
  EXPECT_EQ(both, 717);
  EXPECT_EQ(on_roll, 201202);
  EXPECT_EQ(places, 215636);
  EXPECT_EQ(over, 135);
  EXPECT_EQ(reading->rows, 1096U);
  ASSERT_EQ(reading->notes.size(), 2U);
  EXPECT_EQ(reading->notes[0].sentence,
            "728 open schools were read; left out: 368 schools that are not open.");
  EXPECT_EQ(reading->notes[1].sentence,
            "11 schools have no date; their figures are dated 2022-04-20, the date in the file's "
            "name.");
}

}  // namespace
}  // namespace kpid::plugins::pupil_roll
