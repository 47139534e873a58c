// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Every hostile input of every reader and plugin, each with the exact error that it must get.

#include "unit/plugins/hostile.hpp"

#include <cstdio>
#include <set>

#include <gtest/gtest.h>

namespace kpid::plugins {

HostileSuite hostile_attendance();
HostileSuite hostile_estates();
HostileSuite hostile_finance();
HostileSuite hostile_parental_survey();
HostileSuite hostile_pupil_roll();
HostileSuite hostile_readers();

namespace {

std::vector<HostileSuite> suites() {
  return {
      hostile_readers(), hostile_attendance(),      hostile_estates(),
      hostile_finance(), hostile_parental_survey(), hostile_pupil_roll(),
  };
}

TEST(HostileInput, GetsItsExactError) {
  for (const HostileSuite& suite : suites()) {
    for (const Hostile& one : suite.cases) {
      SCOPED_TRACE(suite.of + ": " + one.name);
      ASSERT_FALSE(one.expected.empty()) << "an input that nothing is said of is not hostile";
      const Told told = suite.tell(one);
      EXPECT_EQ(told.text, one.expected);
      EXPECT_EQ(told.figures, one.figures);
    }
  }
}

TEST(HostileInput, IsCountedOnce) {
  constexpr std::size_t kLeast = 120;
  std::size_t count = 0;
  for (const HostileSuite& suite : suites()) {
    std::set<std::string> names;
    for (const Hostile& one : suite.cases) {
      EXPECT_TRUE(names.insert(one.name).second) << suite.of << ": " << one.name << " twice";
    }
    std::printf("%4zu hostile inputs: %s\n", suite.cases.size(), suite.of.c_str());
    count += suite.cases.size();
  }
  EXPECT_GE(count, kLeast);
}

}  // namespace
}  // namespace kpid::plugins
