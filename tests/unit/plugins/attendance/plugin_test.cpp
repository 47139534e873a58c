// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The built plugin, loaded as the daemon's child process loads it, on its own fixtures.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "support/places.hpp"

namespace kpid::plugin {
namespace {

const std::string kFixtures = kpid::testing::source_folder() + "/plugins/attendance/fixtures/";

const kpid_plugin_v1& attendance() {
  static const kpid_plugin_v1& plugin =
      load_plugin(kpid::testing::binary_folder() + "/plugins/attendance.so");
  return plugin;
}

void add_fixture(FakeHost& host, const std::string& location, const std::string& name) {
  std::ifstream file(kFixtures + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  host.add_document(location,
                    {.bytes = {std::istreambuf_iterator<char>(file), {}}, .origin = name});
}

// "measure organisation subgroup" and the value.
std::map<std::string, double> figures(const FakeHost& host) {
  std::map<std::string, double> out;
  for (const auto& one : host.committed()) {
    const auto name =
        one.measure + " " + one.organisation + (one.subgroup.empty() ? "" : " " + one.subgroup);
    EXPECT_TRUE(out.emplace(name, *one.value).second) << name;
  }
  return out;
}

std::string notes(const FakeHost& host) {
  std::string out;
  for (const auto& note : host.notes()) {
    out += std::to_string(note.level) + " " + note.place + ": " + note.sentence + "\n";
  }
  return out;
}

TEST(AttendancePlugin, CountsMarks) {
  FakeHost host(attendance());
  add_fixture(host, "m.csv", "marks.csv");
  const auto outcome = host.pull(R"({"path": "m.csv", "weeks": "none"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_TRUE(host.violations().empty()) << host.violations().front();
  EXPECT_EQ(host.rows_read(), 160U);
  ASSERT_EQ(host.checkpoints().size(), 1U);
  EXPECT_EQ(host.unreleased_documents(), 0U);
  const auto all = figures(host);
  // Two schools of eight pupils; groups of fewer than five, and what would tell of them, are out.
  EXPECT_EQ(all.at("attendance.pupils_measured 900001"), 8);
  EXPECT_EQ(all.at("attendance.sessions_possible 900001"), 80);
  EXPECT_EQ(all.at("attendance.sessions_possible 900001 weekday=monday"), 16);
  for (const auto& [name, value] : all) {
    EXPECT_EQ(name.find("year_group"), std::string::npos) << name;
    EXPECT_EQ(name.find("pupil_group"), std::string::npos) << name;
  }
  for (const auto& one : host.committed()) {
    EXPECT_EQ(one.period.first, make_day(2025, 9, 1));
    EXPECT_EQ(one.period.last, make_day(2026, 8, 31));
    EXPECT_EQ(one.stated_on, make_day(2025, 9, 12));
  }
  const auto first = host.observations();
  ASSERT_TRUE(host.pull(R"({"path": "m.csv", "weeks": "none"})").is_ok());
  EXPECT_EQ(host.observations(), first);
}

TEST(AttendancePlugin, ReadsWeeksBelowATitle) {
  FakeHost host(attendance());
  add_fixture(host, "w.csv", "pupil_weeks.csv");
  const auto outcome = host.pull(R"({"path": "w.csv", "smallest_group": 1, "weeks": "school"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  std::map<std::string, double> weeks;
  for (const auto& one : host.committed()) {
    if (one.measure != "attendance.week.sessions_attended") continue;
    weeks[std::to_string(days_since_epoch(one.period.first))] = *one.value;
  }
  EXPECT_EQ(weeks, (std::map<std::string, double>{{"20332", 16}, {"20339", 13}}));
  for (const auto& one : host.committed()) {
    if (one.measure != "attendance.persistent_absentees" || !one.subgroup.empty()) continue;
    EXPECT_EQ(one.value, 2);  // 5 of 18 and 2 of 18
  }
}

TEST(AttendancePlugin, FollowsThePagesOfWonde) {
  FakeHost host(attendance());
  add_fixture(host, "https://api.wonde.com/v1.0/schools/A1/attendance/session",
              "wonde_page_1.json");
  add_fixture(host, "https://api.wonde.com/v1.0/schools/A1/attendance/session?page=2",
              "wonde_page_2.json");
  const std::string settings =
      R"({"path": "https://api.wonde.com/v1.0/schools/A1/attendance/session", "format": "wonde",
          "school": "900001", "smallest_group": 1, "weeks": "none"})";
  const auto outcome = host.pull(settings);
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  const auto all = figures(host);
  EXPECT_EQ(all.at("attendance.sessions_possible 900001"), 3);
  EXPECT_EQ(all.at("attendance.sessions_attended 900001 year_group=4"), 2);
  EXPECT_EQ(all.at("attendance.sessions_late 900001"), 1);
  EXPECT_EQ(all.at("attendance.severe_absentees 900001"), 1);
  EXPECT_EQ(host.rows_read(), 3U);
  EXPECT_TRUE(host.violations().empty());
  // A check looks at the first page alone.
  ASSERT_TRUE(host.check(settings).is_ok());
  EXPECT_EQ(host.rows_read(), 2U);
  EXPECT_TRUE(host.observations().empty());
}

TEST(AttendancePlugin, StopsAtAPageThatLeadsBack) {
  FakeHost host(attendance());
  const std::string url = "https://api.wonde.com/v1.0/schools/A1/attendance";
  host.add_document(url, {.bytes = R"({"data": [], "meta": {"pagination": {"more": true,
      "next": "https://api.wonde.com/v1.0/schools/A1/attendance"}}})"});
  const auto outcome = host.pull(R"({"format": "wonde", "school": "1", "path": ")" + url + "\"}");
  EXPECT_EQ(outcome.status, KPID_SOURCE);
  EXPECT_EQ(outcome.operator_text, "attendance: The pages lead back to one that was read already.");
}

TEST(AttendancePlugin, ReadsPublishedDays) {
  FakeHost host(attendance());
  add_fixture(host, "d.csv", "daily.csv");
  const auto outcome = host.pull(R"({"path": "d.csv", "only": ["E06999999"]})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  EXPECT_EQ(figures(host),
            (std::map<std::string, double>{
                {"attendance.day.sessions_possible E06999999 phase=primary", 3800},
                {"attendance.day.sessions_attended E06999999 phase=primary", 3620},
                {"attendance.day.sessions_absent E06999999 phase=primary", 180},
                {"attendance.day.sessions_authorised_absence E06999999 phase=primary", 110},
                {"attendance.day.sessions_unauthorised_absence E06999999 phase=primary", 70},
                {"attendance.day.sessions_late E06999999 phase=primary", 30}}));
  EXPECT_EQ(
      notes(host),
      "0 daily.csv: 1 row is suppressed at the source and left out.\n"
      "0 daily.csv: 1 row is of a place that the setting only does not name, and left out.\n");
}

TEST(AttendancePlugin, ReadsTheLongShape) {
  FakeHost host(attendance());
  const std::string before = "2025,Week 37,Monday,National,E92000001,England,,,,,,2025-09-08,";
  host.add_document(
      "l.csv",
      {.bytes = "time_period,time_identifier,time_frame,geographic_level,country_code,"
                "country_name,region_code,region_name,new_la_code,la_name,old_la_code,"
                "reference_date,education_phase,attendance_status,attendance_type,"
                "attendance_reason,session_count,session_percent\n" +
                before + "All schools,Attendance,Present,All present,12946834,x\n" + before +
                "All schools,Attendance,Overall attendance,Overall attendance,12989271,95.34\n" +
                before + "All schools,Absence,Authorised,All authorised,400000,x\n" + before +
                "All schools,Absence,Unauthorised,All unauthorised,234000,x\n" + before +
                "All schools,Absence,Overall absence,Overall absence,634000,4.66\n" +
                "2025,Week 37,Week,National,E92000001,England,,,,,,2025-09-08,"
                "All schools,Absence,Overall absence,Overall absence,634000,4.66\n"});
  const auto outcome = host.pull(R"({"path": "l.csv"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << notes(host);
  const auto all = figures(host);
  EXPECT_EQ(all.at("attendance.day.sessions_possible E92000001"), 13623271);
  EXPECT_EQ(all.at("attendance.day.sessions_absent E92000001"), 634000);
  EXPECT_EQ(all.size(), 5U);  // late sessions are not known
  EXPECT_EQ(notes(host),
            "0 l.csv: 1 row is of a longer time than a day, and left out: the days are read.\n");
}

TEST(AttendancePlugin, ChecksWithoutEmitting) {
  FakeHost host(attendance());
  add_fixture(host, "absence_2018-19.csv", "absence_2018-19.csv");
  const auto outcome = host.check(R"({"path": "absence_2018-19.csv"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_TRUE(host.observations().empty());
  EXPECT_EQ(notes(host),
            "0 absence_2018-19.csv: Columns read: \"URN\", \"LA\", \"PERCTOT\", \"PPERSABS10\"; "
            "not in the "
            "file: \"PPERSABS15\"; not used: 1 others.\n"
            "0 absence_2018-19.csv: 3 schools were read, 1 of them without a published figure; "
            "left out: 1 national row.\n"
            "0 absence_2018-19.csv: 4 rows of 1 file give 3 figures of 2 schools: "
            "attendance.published_attendance_percent 2, "
            "attendance.published_persistent_absence_percent 1; from 2018-09-01 to 2019-08-31.\n");
}

TEST(AttendancePlugin, StopsWhenItIsCancelled) {
  FakeHost host(attendance());
  add_fixture(host, "m.csv", "marks.csv");
  host.cancel();
  EXPECT_EQ(host.pull(R"({"path": "m.csv"})").status, KPID_CANCELLED);
  EXPECT_TRUE(host.committed().empty());
}

// Nothing that a plugin hands over or says holds a pupil's id.
TEST(AttendancePlugin, TellsNothingOfAPupil) {
  FakeHost host(attendance());
  host.add_document("m.csv", {.bytes = "urn,pupil_id,sen,date,session,mark\n"
                                       "900001,SECRET1,SECRET2,2025-09-08,AM,SECRET3\n"
                                       "900001,SECRET1,SECRET2,2025-09-99,AM,/\n"
                                       "900001,SECRET1,N,2025-09-08,SECRET4,/\n"
                                       "900001,SECRET1,N,2025-09-08,AM,/\n"
                                       "\"900001\",\"SECRET1\",N,2025-09-08,AM,H,SECRET5\n"});
  ASSERT_TRUE(host.pull(R"({"path": "m.csv", "smallest_group": 1})").is_ok());
  std::string told = notes(host);
  for (const auto& one : host.observations()) told += one.organisation + one.subgroup;
  for (const auto& line : host.log()) told += line;
  for (const auto& checkpoint : host.checkpoints()) told += checkpoint.cursor;
  EXPECT_EQ(told.find("SECRET"), std::string::npos) << told;
  EXPECT_EQ(std::count_if(host.notes().begin(), host.notes().end(),
                          [](const auto& note) { return note.level == KPID_NOTE_SKIPPED; }),
            5);
}

}  // namespace
}  // namespace kpid::plugin
