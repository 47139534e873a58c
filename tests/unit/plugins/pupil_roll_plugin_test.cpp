// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The built pupil_roll, loaded as the daemon's child process loads it, on its own fixtures.

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "support/places.hpp"

namespace kpid::plugin {
namespace {

const kpid_plugin_v1& pupil_roll() {
  static const kpid_plugin_v1& plugin =
      load_plugin(kpid::testing::binary_folder() + "/plugins/pupil_roll.so");
  return plugin;
}

void add_fixture(FakeHost& host, const std::string& name, const std::string& location = {}) {
  std::ifstream file(kpid::testing::source_folder() + "/plugins/pupil_roll/fixtures/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file) << name;
  FakeDocument document;
  document.bytes = {std::istreambuf_iterator<char>(file), {}};
  document.origin = location.empty() || location.find("://") == std::string::npos ? name : location;
  document.fetched_at_ms = 1705561200000;  // 2024-01-18
  host.add_document(location.empty() ? name : location, document);
}

// "measure organisation [subgroup] days value", a line each.
std::string shown(const std::vector<SeenObservation>& observations) {
  std::string out;
  for (const auto& one : observations) {
    EXPECT_TRUE(one.value && !one.numerator);
    out += one.measure + " " + one.organisation + " [" + one.subgroup + "] " +
           std::to_string((one.period.last - one.period.first).count() + 1) + " " +
           std::to_string(static_cast<std::int64_t>(one.value.value_or(-1))) + "\n";
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

// No name, id or other text of a pupil's row is in anything that leaves the plugin.
void expect_nothing_of(const FakeHost& host, const std::vector<std::string>& texts) {
  std::string told = shown(host.notes()) + shown(host.observations());
  for (const auto& checkpoint : host.checkpoints()) told += checkpoint.cursor + "\n";
  for (const std::string& line : host.log()) told += line + "\n";
  for (const std::string& text : texts) {
    EXPECT_EQ(told.find(text), std::string::npos) << text << " in " << told;
  }
}

TEST(PupilRollPlugin, CountsPupilsAndTellsNothingOfThem) {
  FakeHost host(pupil_roll());
  add_fixture(host, "pupils-2024-01-18.csv");
  const auto outcome = host.pull(R"({"format": "pupils", "path": "pupils-2024-01-18.csv"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(shown(host.committed()),
            "roll.pupils STEX [] 1 11\n"
            "roll.pupils STEX [pupil_group=fsm] 1 5\n"
            "roll.pupils STEX [year_group=1] 1 6\n"
            "roll.pupils STEX [pupil_group=fsm;year_group=1] 1 5\n"
            "roll.pupils STEX [year_group=R] 1 5\n"
            "roll.joiners STEX [] 366 6\n"
            "roll.leavers STEX [] 366 1\n");
  EXPECT_EQ(shown(host.notes()),
            "0 pupils-2024-01-18.csv: 13 pupils were read, of whom 11 are on roll on 2024-01-18.\n"
            "0 setting smallest_group: 4 groups of fewer than 5 pupils were left out.\n");
  EXPECT_EQ(host.rows_read(), 13U);
  EXPECT_TRUE(host.violations().empty());
  ASSERT_EQ(host.checkpoints().size(), 1U);
  expect_nothing_of(host, {"Z9000"});
}

TEST(PupilRollPlugin, ReadsTheSchoolCensus) {
  FakeHost host(pupil_roll());
  add_fixture(host, "england_census.csv");
  const auto outcome = host.pull(
      R"({"format": "census", "path": "england_census.csv", "census_date": "2024-01-18"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(shown(host.committed()),
            "roll.pupils 900001 [] 1 203\n"
            "roll.pupils 900001 [pupil_group=eal] 1 20\n"
            "roll.pupils 900001 [pupil_group=fsm] 1 31\n"
            "roll.pupils 900001 [pupil_group=send] 1 31\n"
            "roll.pupils 900002 [] 1 94\n"
            "roll.pupils 900002 [pupil_group=fsm] 1 8\n");
  EXPECT_TRUE(host.violations().empty());
}

TEST(PupilRollPlugin, ReadsCountsByYearGroup) {
  FakeHost host(pupil_roll());
  add_fixture(host, "counts_by_year.csv");
  const auto outcome = host.pull(R"({"format": "counts", "path": "counts_by_year.csv"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  // Year 2 has four pupils; without year 3, the smallest of the others, they could be worked out.
  EXPECT_EQ(shown(host.committed()),
            "roll.pupils STEX [] 1 88\n"
            "roll.pupils STEX [year_group=1] 1 28\n"
            "roll.pupils STEX [year_group=R] 1 30\n"
            "roll.pupils STEX [pupil_group=fsm;year_group=R] 1 6\n");
  EXPECT_TRUE(host.violations().empty());
}

// Alderwick has eleven pupils; of Birchcombe's six the enrolments alone tell the school; one pupil
// is disabled, one to be deleted, and one belongs to no school.
const std::string kOfOneRoster =
    "roll.pupils 900001 [] 1 11\n"
    "roll.pupils 900001 [year_group=4] 1 6\n"
    "roll.pupils 900001 [year_group=R] 1 5\n"
    "roll.pupils 900002 [] 1 6\n"
    "roll.pupils 900002 [year_group=5] 1 6\n";

TEST(PupilRollPlugin, ReadsAOneRosterArchive) {
  FakeHost host(pupil_roll());
  add_fixture(host, "oneroster-2024-01-18.zip");
  const auto outcome = host.pull(R"({"format": "one_roster", "path": "oneroster-2024-01-18.zip"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(shown(host.committed()), kOfOneRoster);
  const std::string users = "oneroster-2024-01-18.zip (users.csv)";
  EXPECT_EQ(shown(host.notes()),
            "1 " + users +
                ": 1 pupil belongs to no school of orgs.csv; they are not counted.\n"
                "0 " +
                users +
                ": 1 user is no pupil, 2 pupils are deleted or disabled.\n"
                "0 oneroster-2024-01-18.zip: 17 pupils were read, of whom 17 are on roll on "
                "2024-01-18.\n");
  EXPECT_TRUE(host.violations().empty());
  expect_nothing_of(host, {"Given", "Family", "u21", "u12"});
}

TEST(PupilRollPlugin, ReadsAOneRosterFolder) {
  FakeHost host(pupil_roll());
  for (const char* file : {"orgs.csv", "users.csv", "enrollments.csv", "manifest.csv"}) {
    add_fixture(host, std::string("oneroster/") + file, "in/*.csv");
  }
  const std::string settings =
      R"({"format": "one_roster", "path": "in/*.csv", "select": "all", "census_date": "2024-01-18"})";
  const auto outcome = host.pull(settings);
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(shown(host.committed()), kOfOneRoster);
  EXPECT_EQ(host.rows_read(), 31U);
}

TEST(PupilRollPlugin, ReadsACommonTransferFile) {
  FakeHost host(pupil_roll());
  add_fixture(host, "ctf.xml");
  const auto outcome = host.pull(R"({"format": "ctf", "path": "ctf.xml"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  // The one pupil of the reception year would show in the total beside year 6.
  EXPECT_EQ(shown(host.committed()), "roll.pupils 900001 [] 1 6\n");
  EXPECT_EQ(shown(host.notes()),
            "0 ctf.xml: 6 pupils were read (1 row told of one again), of whom 6 are on roll on "
            "2024-01-18.\n"
            "0 setting smallest_group: 1 group of fewer than 5 pupils was left out, and 1 "
            "more from which they could be worked out.\n");
  EXPECT_TRUE(host.violations().empty());
  expect_nothing_of(host, {"Z9000", "TEMP", "Made"});
}

TEST(PupilRollPlugin, ReadsYearGroupsOfACommonTransferFileByTheSettings) {
  FakeHost host(pupil_roll());
  add_fixture(host, "ctf.xml");
  const auto outcome = host.pull(
      R"({"format": "ctf", "path": "ctf.xml", "smallest_group": 1, "year_groups": {"6": "5"}})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(shown(host.committed()),
            "roll.pupils 900001 [] 1 6\n"
            "roll.pupils 900001 [year_group=5] 1 5\n"
            "roll.pupils 900001 [year_group=R] 1 1\n");
}

const std::string kWonde =
    "https://api.wonde.com/v1.0/schools/W900001/students?include=education_details,"
    "extended_details&per_page=200";
const std::string kWondeSettings =
    R"({"format": "wonde", "schools": [{"id": "W900001", "school": "900001"}]})";

TEST(PupilRollPlugin, ReadsEveryPageOfWonde) {
  FakeHost host(pupil_roll());
  add_fixture(host, "wonde_students_1.json", kWonde);
  add_fixture(host, "wonde_students_2.json", kWonde + "&page=2");
  const auto outcome = host.pull(kWondeSettings);
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  // Six are on roll: one of the seven has left. Wonde gives no list of leavers.
  EXPECT_EQ(shown(host.committed()),
            "roll.pupils 900001 [] 1 6\n"
            "roll.pupils 900001 [pupil_group=fsm] 1 5\n"
            "roll.pupils 900001 [pupil_group=pupil_premium] 1 5\n"
            "roll.pupils 900001 [year_group=4] 1 6\n"
            "roll.pupils 900001 [pupil_group=fsm;year_group=4] 1 5\n"
            "roll.pupils 900001 [pupil_group=pupil_premium;year_group=4] 1 5\n"
            "roll.joiners 900001 [] 366 1\n");
  EXPECT_EQ(shown(host.notes()),
            "0 900001: 7 pupils were read, of whom 6 are on roll on 2024-01-18.\n"
            "0 setting smallest_group: 4 groups of fewer than 5 pupils were left out.\n");
  EXPECT_EQ(host.rows_read(), 7U);
  EXPECT_TRUE(host.violations().empty());
  expect_nothing_of(host, {"A1", "A6", "Made", "Up"});
  EXPECT_EQ(host.unreleased_documents(), 0U);
  EXPECT_TRUE(host.check(kWondeSettings).is_ok());
  EXPECT_TRUE(host.observations().empty());
}

TEST(PupilRollPlugin, PassesOnWhatWondeSays) {
  FakeHost host(pupil_roll());
  host.fail_fetch(kWonde, config_error("api.wonde.com answered 401; look at the token."));
  const auto outcome = host.pull(kWondeSettings);
  EXPECT_EQ(outcome.status, KPID_CONFIG);
  EXPECT_EQ(outcome.operator_text, "api.wonde.com answered 401; look at the token.");
}

// A list that goes round, or leads to another host, ends the pull and nothing is committed.
TEST(PupilRollPlugin, FollowsNoPageOfWondeTwiceOrElsewhere) {
  const auto list = [](const std::string& next) {
    return R"({"data": [], "meta": {"pagination": {"more": true, "next": ")" + next + R"("}}})";
  };
  const auto say = [&](const std::string& bytes) {
    FakeHost host(pupil_roll());
    host.add_document(kWonde, {.bytes = bytes, .fetched_at_ms = 1705561200000});
    const auto outcome = host.pull(kWondeSettings);
    EXPECT_EQ(outcome.status, KPID_SOURCE);
    EXPECT_TRUE(host.committed().empty());
    return outcome.operator_text;
  };
  EXPECT_EQ(say(list(kWonde)), "Wonde's list does not end: page 2 was asked for before.");
  EXPECT_EQ(say(list("https://api.wonde.com.example.org/v1.0/x")),
            "students, page 1: The next page is not on https://api.wonde.com, so it was not asked "
            "for.");
  EXPECT_EQ(say(R"({"data": [], "meta": {"pagination": {"more": true, "next": null}}})"),
            "students, page 1: The answer says that there are more pages and does not say where.");
  EXPECT_EQ(say(R"({"error": "school not found"})"),
            "students, page 1: The answer is no list of Wonde's: it has no data or no "
            "meta.pagination.more; look whether the school's id is right.");
}

}  // namespace
}  // namespace kpid::plugin
