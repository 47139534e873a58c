// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The built plugins, loaded as the daemon's child process loads them, on their own fixtures.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "support/places.hpp"

namespace kpid::plugin {
namespace {

const std::string kFolder = kpid::testing::source_folder() + "/plugins/";

const kpid_plugin_v1& finance() {
  static const kpid_plugin_v1& plugin =
      load_plugin(kpid::testing::binary_folder() + "/plugins/finance.so");
  return plugin;
}

const kpid_plugin_v1& pupil_roll() {
  static const kpid_plugin_v1& plugin =
      load_plugin(kpid::testing::binary_folder() + "/plugins/pupil_roll.so");
  return plugin;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

void add_fixture(FakeHost& host, const std::string& location, const std::string& path) {
  FakeDocument document;
  document.bytes = bytes_of(path);
  document.origin = path;
  document.modified_at_ms = 1711000000000;
  host.add_document(location, document);
}

// "measure organisation first value document:row", a line each.
std::string shown(const std::vector<SeenObservation>& observations) {
  std::string out;
  for (const auto& one : observations) {
    EXPECT_TRUE(one.value && !one.numerator && one.subgroup.empty() &&
                one.row_first == one.row_last);
    const std::chrono::year_month_day first{one.period.first};
    out += one.measure + " " + one.organisation + " " +
           std::to_string(static_cast<int>(first.year())) + "-" +
           std::to_string(static_cast<unsigned>(first.month())) + "-" +
           std::to_string(static_cast<unsigned>(first.day())) + " " +
           std::to_string(static_cast<std::int64_t>(*one.value)) + " " +
           std::to_string(one.document) + ":" + std::to_string(one.row_first) + "\n";
  }
  return out;
}

std::string shown(const std::vector<SeenNote>& notes) {
  std::string out;
  for (const auto& note : notes) {
    out += std::to_string(note.level) + " " + note.place + ": " + note.sentence + "\n";
  }
  return out;
}

TEST(FinancePlugin, PullsItsFixtureUnderOneCheckpoint) {
  FakeHost host(finance());
  add_fixture(host, "in/finance/summary.csv", kFolder + "finance/fixtures/summary.csv");
  const auto outcome = host.pull(
      R"({"path": "in/finance/summary.csv", "columns": {"school": "School",
          "financial_year": "Financial year", "income": "Income", "expenditure": "Expenditure",
          "staff_costs": "Staff costs", "reserves": "Reserves"}})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(shown(host.committed()),
            "finance.income 900001 2023-9-1 115000000 1:2\n"
            "finance.expenditure 900001 2023-9-1 114200000 1:2\n"
            "finance.staff_costs 900001 2023-9-1 92500025 1:2\n"
            "finance.reserves 900001 2023-9-1 19800000 1:2\n"
            "finance.in_year_balance 900001 2023-9-1 800000 1:2\n"
            "finance.income 900001 2024-9-1 123456700 1:3\n"
            "finance.expenditure 900001 2024-9-1 119800000 1:3\n"
            "finance.staff_costs 900001 2024-9-1 95125050 1:3\n"
            "finance.reserves 900001 2024-9-1 21200000 1:3\n"
            "finance.in_year_balance 900001 2024-9-1 3656700 1:3\n"
            "finance.income 900002 2023-9-1 79500000 1:4\n"
            "finance.expenditure 900002 2023-9-1 79040000 1:4\n"
            "finance.reserves 900002 2023-9-1 275500 1:4\n"
            "finance.in_year_balance 900002 2023-9-1 460000 1:4\n"
            "finance.income 900002 2024-9-1 80211000 1:5\n"
            "finance.expenditure 900002 2024-9-1 81540000 1:5\n"
            "finance.staff_costs 900002 2024-9-1 64000000 1:5\n"
            "finance.reserves 900002 2024-9-1 -1234500 1:5\n"
            "finance.in_year_balance 900002 2024-9-1 -1329000 1:5\n");
  EXPECT_EQ(host.rows_read(), 4U);
  EXPECT_TRUE(host.notes().empty()) << shown(host.notes());
  ASSERT_EQ(host.checkpoints().size(), 1U);
  EXPECT_EQ(host.checkpoints()[0].observations, 19U);
  EXPECT_EQ(host.checkpoints()[0].cursor.size(), 2U + 64U);  // "1 " and a hash
  EXPECT_TRUE(host.violations().empty());
  EXPECT_EQ(host.unreleased_documents(), 0U);
  EXPECT_EQ(host.observations().at(0).period.last, make_day(2024, 8, 31));

  const auto first = host.observations();
  const std::string cursor = host.checkpoints()[0].cursor;
  for (const std::string& before : {cursor, std::string("\xFF garbage\0", 10)}) {
    Pull again;
    again.cursor = before;
    ASSERT_TRUE(host.pull(R"({"path": "in/finance/summary.csv"})", again).is_ok());
    EXPECT_EQ(host.observations(), first);
    EXPECT_EQ(host.checkpoints().at(0).cursor, cursor);
  }
}

TEST(FinancePlugin, ReadsAReturnInThousandsBelowItsTitle) {
  FakeHost host(finance());
  add_fixture(host, "r.csv", kFolder + "finance/fixtures/return_in_thousands.csv");
  const auto outcome = host.pull(R"({"path": "r.csv", "in_thousands": true})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host.committed()),
            "finance.income 900001 2024-9-1 123450000 1:5\n"
            "finance.expenditure 900001 2024-9-1 119800000 1:5\n"
            "finance.staff_costs 900001 2024-9-1 95125000 1:5\n"
            "finance.reserves 900001 2024-9-1 21200000 1:5\n"
            "finance.in_year_balance 900001 2024-9-1 3650000 1:5\n"
            "finance.income 900002 2024-9-1 80211000 1:6\n"
            "finance.expenditure 900002 2024-9-1 81540000 1:6\n"
            "finance.reserves 900002 2024-9-1 -1234500 1:6\n"
            "finance.in_year_balance 900002 2024-9-1 -1329000 1:6\n");
}

TEST(FinancePlugin, LeavesOutWhatIsWrongAndSaysWhere) {
  FakeHost host(finance());
  add_fixture(host, "f.csv", kFolder + "finance/fixtures/with_faults.csv");
  ASSERT_TRUE(host.pull(R"({"path": "f.csv"})").is_ok());
  EXPECT_EQ(shown(host.committed()),
            "finance.income 900001 2024-9-1 123456700 1:2\n"
            "finance.expenditure 900001 2024-9-1 119800000 1:2\n"
            "finance.staff_costs 900001 2024-9-1 95125050 1:2\n"
            "finance.reserves 900001 2024-9-1 21200000 1:2\n"
            "finance.in_year_balance 900001 2024-9-1 3656700 1:2\n"
            "finance.expenditure 900002 2024-9-1 81540000 1:3\n"
            "finance.staff_costs 900002 2024-9-1 64000000 1:3\n"
            "finance.reserves 900002 2024-9-1 -1234500 1:3\n");
  EXPECT_EQ(
      shown(host.notes()),
      "2 with_faults.csv, row 3, column Income: \"to follow\" is not an amount in pounds and "
      "whole pence. This amount was left out; the rest of its row counts.\n"
      "2 with_faults.csv, row 5: 900003 has figures for 2024/25 in row 4 too. Which row "
      "counts is not clear, so both were left out.\n"
      "2 with_faults.csv, row 6, column Financial year: \"last year\" is not a year such as "
      "2025/26. The row was left out.\n"
      "2 with_faults.csv, row 7: The row has 8 cells where the header has 6; look for a comma "
      "inside a cell without quotation marks. The row was left out.\n");
}

TEST(FinancePlugin, FailsWithoutAFigureAndKeepsTheNotes) {
  FakeHost host(finance());
  host.add_document("f.csv", {.bytes = "School,Financial year,Reserves\n900001,2024,5\n"});
  const auto outcome = host.pull(R"({"path": "f.csv", "columns": {"income": [],
                                     "expenditure": [], "staff_costs": []}})");
  EXPECT_EQ(outcome.status, KPID_SOURCE);
  EXPECT_EQ(outcome.operator_text,
            "None of the 1 row gave a figure; the notes of this run say why.");
  EXPECT_EQ(
      shown(host.notes()),
      "2 f.csv, row 2, column Financial year: \"2024\" is not a year such as 2025/26. The row "
      "was left out.\n");
  EXPECT_TRUE(host.checkpoints().empty());
}

TEST(FinancePlugin, PassesOnWhatTheHostSays) {
  FakeHost host(finance());
  host.fail_fetch("f.csv", config_error("There is no file f.csv; correct the path."));
  const auto outcome = host.pull(R"({"path": "f.csv"})");
  EXPECT_EQ(outcome.status, KPID_CONFIG);
  EXPECT_EQ(outcome.operator_text, "There is no file f.csv; correct the path.");
  host.withhold_fetch();
  EXPECT_EQ(host.check(R"({"path": "f.csv"})").status, KPID_UNSUPPORTED);
}

TEST(FinancePlugin, StopsWhenItIsCancelled) {
  FakeHost host(finance());
  add_fixture(host, "f.csv", kFolder + "finance/fixtures/summary.csv");
  host.cancel();
  EXPECT_EQ(host.pull(R"({"path": "f.csv"})").status, KPID_CANCELLED);
  EXPECT_TRUE(host.committed().empty());
}

TEST(PupilRollPlugin, PullsItsFixture) {
  FakeHost host(pupil_roll());
  add_fixture(host, "in/roll/*.csv", kFolder + "pupil_roll/fixtures/edubasealldata20240321.csv");
  const auto outcome = host.pull(R"({"format": "gias", "path": "in/roll/*.csv", "select": "all"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(shown(host.committed()),
            "roll.pupils 900001 2024-1-18 203 1:2\n"
            "roll.capacity 900001 2024-1-18 210 1:2\n"
            "roll.pupils 900002 2024-1-18 94 1:3\n"
            "roll.capacity 900002 2024-1-18 90 1:3\n"
            "roll.capacity 900003 2024-1-18 60 1:4\n"
            "roll.capacity 900005 2024-3-21 600 1:6\n");
  EXPECT_EQ(shown(host.notes()),
            "0 edubasealldata20240321.csv: 4 open schools were read; left out: 2 schools that are "
            "not open.\n"
            "0 edubasealldata20240321.csv: 1 school has no date; their figures are dated "
            "2024-03-21, the date in the file's name.\n");
  EXPECT_TRUE(host.violations().empty());
}

TEST(PupilRollPlugin, ReadsACountsTable) {
  FakeHost host(pupil_roll());
  add_fixture(host, "c.csv", kFolder + "pupil_roll/fixtures/counts.csv");
  const auto outcome = host.pull(R"({"format": "counts", "path": "c.csv",
      "columns": {"school": ["Academy"], "pupils": "On roll"}})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host.committed()),
            "roll.pupils ECOL 2024-1-18 94 1:4\n"
            "roll.capacity ECOL 2024-1-18 90 1:4\n"
            "roll.pupils STEX 2024-1-18 203 1:2\n"
            "roll.capacity STEX 2024-1-18 210 1:2\n"
            "roll.pupils STEX 2024-10-3 1206 1:3\n");
}

TEST(PupilRollPlugin, ChecksWithoutEmitting) {
  FakeHost host(pupil_roll());
  const std::string path = kFolder + "pupil_roll/fixtures/edubasealldata20240321.csv";
  add_fixture(host, "g.csv", path);
  const auto outcome = host.check(R"({"path": "g.csv", "only_urns": [900001, 900009]})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_TRUE(host.observations().empty());
  EXPECT_EQ(
      shown(host.notes()),
      "0 edubasealldata20240321.csv: Columns read: \"URN\", \"CensusDate\", \"NumberOfPupils\", "
      "\"SchoolCapacity\", \"EstablishmentStatus (name)\"; not used: 15 others.\n"
      "0 edubasealldata20240321.csv: 1 open school was read; left out: 2 schools that are "
      "not open, 3 not in only_urns.\n"
      "1 setting only_urns: No open school has the URN 900009; a school gets a new URN when "
      "it becomes an academy.\n"
      "0 g.csv: 6 rows of 1 file give 2 figures of 1 school: roll.capacity 1, roll.pupils 1; "
      "from 2024-01-18 to 2024-01-18.\n");
}

TEST(PupilRollPlugin, RefusesSettingsThatCannotBeMeant) {
  FakeHost host(pupil_roll());
  auto outcome = host.pull(R"({"path": "c.csv", "census_date": "2024-02-30"})");
  EXPECT_EQ(outcome.status, KPID_CONFIG);
  EXPECT_EQ(outcome.operator_text,
            "The setting census_date is not a day between 1990-01-01 and 2099-12-31, as "
            "YYYY-MM-DD: \"2024-02-30\".");
  for (const char* settings :
       {"", "[]", "{}", R"({"path": 5})", R"({"path": "c", "columns": []})",
        R"({"path": "c", "columns": {"school": 5}})",
        R"({"path": "c", "columns": {"school": [5]}})", R"({"path": "c", "only_urns": ["x"]})",
        R"({"path": "c", "only_urns": 900001})"}) {
    outcome = host.pull(settings);
    EXPECT_EQ(outcome.status, KPID_CONFIG) << settings;
    EXPECT_FALSE(outcome.operator_text.empty()) << settings;
  }
}

TEST(PupilRollPlugin, GivesTheKnownFiguresOfARealExtract) {
  const std::string path =
      kpid::testing::source_folder() + "/../shared/data/gias/20220420_gias.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the GIAS extract is absent";
  FakeHost host(pupil_roll());
  add_fixture(host, "in/roll/*.csv", path);
  const auto outcome = host.pull(R"({"format": "gias", "path": "in/roll/*.csv", "select": "all"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  std::map<std::string, std::map<std::string, double>> schools;
  for (const auto& one : host.committed()) schools[one.organisation][one.measure] = *one.value;
  int both = 0, over = 0;
  double on_roll = 0, places = 0;
  for (auto& [code, figures] : schools) {
    if (figures.size() < 2) continue;
    ++both;
    on_roll += figures["roll.pupils"];
    places += figures["roll.capacity"];
    over += figures["roll.pupils"] > figures["roll.capacity"] ? 1 : 0;
  }
  EXPECT_EQ(both, 717);
  EXPECT_EQ(on_roll, 201202);
  EXPECT_EQ(places, 215636);
  EXPECT_EQ(over, 135);
  EXPECT_EQ(host.rows_read(), 1096U);
  EXPECT_TRUE(host.violations().empty());
}

}  // namespace
}  // namespace kpid::plugin
