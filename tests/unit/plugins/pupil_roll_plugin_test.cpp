// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The built pupil_roll, loaded as the daemon's child process loads it, on its own fixtures.

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <kpid/testing.hpp>

namespace kpid::plugin {
namespace {

const kpid_plugin_v1& pupil_roll() {
  static const kpid_plugin_v1& plugin = load_plugin(KPID_BINARY_DIR "/plugins/pupil_roll.so");
  return plugin;
}

void add_fixture(FakeHost& host, const std::string& name) {
  std::ifstream file(KPID_SOURCE_DIR "/plugins/pupil_roll/fixtures/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  FakeDocument document;
  document.bytes = {std::istreambuf_iterator<char>(file), {}};
  host.add_document(name, document);
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
  EXPECT_EQ(host.checkpoints()[0].cursor.find("Z9000"), std::string::npos);
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

}  // namespace
}  // namespace kpid::plugin
