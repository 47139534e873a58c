// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The published files themselves, in each of their 23 versions: renamed and added columns,
// suppressed rows, restated figures, a counter that falls back, and a new year each September.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "attendance/published.hpp"
#include "support/places.hpp"

namespace kpid::plugins::attendance {
namespace {

const std::filesystem::path kData = kpid::testing::source_folder() + "/../shared/data";

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Version {
  std::string name;
  std::string bytes;
};

std::vector<Version> versions() {
  std::vector<Version> out;
  std::error_code error;
  for (std::filesystem::directory_iterator at(kData / "attendance-ytd", error), end;
       !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with("20")) out.push_back({name, bytes_of(at->path())});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

using Current = std::map<std::string, double>;  // "measure organisation subgroup first-day"

Current current(const std::vector<plugin::SeenObservation>& seen) {
  Current out;
  for (const auto& one : seen) {
    out[one.measure + " " + one.organisation + " " + one.subgroup + " " +
        std::to_string(plugin::days_since_epoch(one.period.first))] = *one.value;
  }
  return out;
}

Current pulled(const std::vector<Version>& files) {
  plugin::FakeHost host(
      plugin::load_plugin(kpid::testing::binary_folder() + "/plugins/attendance.so"));
  for (const Version& one : files) {
    host.add_document("in/ytd/*.csv", {.bytes = one.bytes, .origin = "in/ytd/" + one.name});
  }
  const auto outcome = host.pull(R"({"path": "in/ytd/*.csv", "select": "all"})");
  EXPECT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_TRUE(host.violations().empty());
  return current(host.committed());
}

double percent(const Current& all, const std::string& place, int year) {
  const auto first = plugin::academic_year_from(year).first;
  const std::string series =
      " " + place + " phase=primary " + std::to_string(plugin::days_since_epoch(first));
  return 100.0 * all.at("attendance.sessions_attended" + series) /
         all.at("attendance.sessions_possible" + series);
}

TEST(RealAttendance, EndsWithTheKnownFiguresInWhateverOrder) {
  auto files = versions();
  if (files.empty()) GTEST_SKIP() << "the published attendance files are absent";
  ASSERT_EQ(files.size(), 23U);
  const Current in_order = pulled(files);
  EXPECT_NEAR(percent(in_order, "E92000001", 2022), 94.0265, 5e-5);
  EXPECT_NEAR(percent(in_order, "E08000010", 2022), 94.2574, 5e-5);
  EXPECT_NEAR(percent(in_order, "E10000017", 2022), 94.4235, 5e-5);
  EXPECT_NEAR(percent(in_order, "E92000001", 2023), 94.4725, 5e-5);
  EXPECT_NEAR(percent(in_order, "E08000010", 2023), 94.3072, 5e-5);
  EXPECT_NEAR(percent(in_order, "E10000017", 2023), 94.5067, 5e-5);
  EXPECT_NEAR(percent(in_order, "E92000001", 2024), 94.7527, 5e-5);
  EXPECT_NEAR(percent(in_order, "E08000010", 2024), 94.8412, 5e-5);
  EXPECT_NEAR(percent(in_order, "E10000017", 2024), 94.8967, 5e-5);
  const std::string last_year =
      " phase=primary " +
      std::to_string(plugin::days_since_epoch(plugin::academic_year_from(2024).first));
  EXPECT_NEAR(in_order.at("attendance.published_persistent_absence_percent E08000010" + last_year),
              12.41, 5e-3);
  std::mt19937 random(1);
  std::shuffle(files.begin(), files.end(), random);
  EXPECT_EQ(pulled(files), in_order);
}

// Every row that is not suppressed passes the check that attendance, absence and their parts add
// up, or a note would say that it was left out.
TEST(RealAttendance, AddsUpInEveryRowThatIsNotSuppressed) {
  const auto files = versions();
  if (files.empty()) GTEST_SKIP() << "the published attendance files are absent";
  std::uint64_t rows = 0, suppressed = 0, read = 0;
  for (const Version& one : files) {
    const std::vector<Document> documents{{1, one.name, one.bytes, 0}};
    const auto reading = read_years(documents, {});
    ASSERT_TRUE(reading) << reading.error().sentence;
    rows += reading->rows;
    read += static_cast<std::uint64_t>(
        std::count_if(reading->observations.begin(), reading->observations.end(),
                      [](const auto& each) { return each.measure == "attendance.sessions_late"; }));
    for (const Note& note : reading->notes) {
      ASSERT_EQ(note.level, Note::Level::info) << note.place << ": " << note.sentence;
      suppressed += std::stoul(note.sentence);
    }
  }
  EXPECT_EQ(rows, read + suppressed);
  EXPECT_EQ(suppressed, 137U);
  EXPECT_EQ(read, 11177U);
}

// 5,911,473 possible sessions at Wigan's primary schools became 5,037,248 a fortnight later: the
// lower figure is the later word.
TEST(RealAttendance, TakesACounterThatFallsAsACorrection) {
  auto files = versions();
  if (files.empty()) GTEST_SKIP() << "the published attendance files are absent";
  const auto named = [&](const std::string& name) {
    return *std::find_if(files.begin(), files.end(), [&](auto& one) { return one.name == name; });
  };
  const std::string wigan =
      "attendance.sessions_possible E08000010 phase=primary " +
      std::to_string(plugin::days_since_epoch(plugin::academic_year_from(2022).first));
  EXPECT_EQ(pulled({named("2023-05-18.csv")}).at(wigan), 5911473);
  EXPECT_EQ(pulled({named("2023-06-01.csv"), named("2023-05-18.csv")}).at(wigan), 5037248);
}

TEST(RealAttendance, GivesTheTrustsOwnSchoolsAsPublished) {
  const auto path = kData / "trust/absence_2018-19.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the trust's absence file is absent";
  plugin::FakeHost host(
      plugin::load_plugin(kpid::testing::binary_folder() + "/plugins/attendance.so"));
  host.add_document("a.csv", {.bytes = bytes_of(path), .origin = path.string()});
  const auto outcome = host.pull(R"({"path": "a.csv"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  const Current all = current(host.committed());
  const auto attendance = [&](const std::string& urn) {
    return all.at("attendance.published_attendance_percent " + urn + "  17775");
  };
  EXPECT_EQ(attendance("142028"), 95.0);
  EXPECT_EQ(attendance("146511"), 93.9);
  EXPECT_EQ(attendance("139883"), 96.5);
  EXPECT_EQ(attendance("146755"), 96.7);
  EXPECT_EQ(all.size(), 8U);
  EXPECT_EQ(all.at("attendance.published_persistent_absence_percent 146511  17775"), 18.5);
}

}  // namespace
}  // namespace kpid::plugins::attendance
