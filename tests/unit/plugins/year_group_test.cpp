// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "common/year_group.hpp"

#include <gtest/gtest.h>

namespace kpid::plugins {
namespace {

std::string year(std::string_view text) { return year_group(text).value_or("none"); }
std::string group(std::string_view text) { return pupil_group(text).value_or("none"); }

TEST(YearGroup, HasOneSpellingForAllThatSourcesWrite) {
  for (const char* text : {"4", "04", "Y4", "y04", "Year 4", "year group 4", " Year_4 "}) {
    EXPECT_EQ(year(text), "4") << text;
  }
  for (const char* text : {"R", "r", "Reception", "YR", "Year R", "0"}) {
    EXPECT_EQ(year(text), "R") << text;
  }
  EXPECT_EQ(year("Year 14"), "14");
  EXPECT_EQ(year("N2"), "N2");
  EXPECT_EQ(year("Nursery 1"), "N1");
  EXPECT_EQ(year("nursery"), "N");
  EXPECT_EQ(year("Early 2"), "E2");
}

TEST(YearGroup, KnowsNoOther) {
  for (const char* text :
       {"", "Year", "15", "Y99", "KG", "4A", "-", "Year N1", "44444444444", "4;5"}) {
    EXPECT_EQ(year(text), "none") << text;
  }
}

TEST(PupilGroup, HasOneSpellingForAllThatSourcesWrite) {
  EXPECT_EQ(group("FSM"), "fsm");
  EXPECT_EQ(group("Free School Meals"), "fsm");
  EXPECT_EQ(group("SEN"), "send");
  EXPECT_EQ(group("send"), "send");
  EXPECT_EQ(group("EAL"), "eal");
  EXPECT_EQ(group("Pupil Premium"), "pupil_premium");
  EXPECT_EQ(group(""), "");
  EXPECT_EQ(group("All pupils"), "");
  EXPECT_EQ(group("Left-handed"), "none");
}

TEST(Subgroup, IsWrittenInTheOrderOfItsNames) {
  EXPECT_EQ(subgroup_of("4", "send"), "pupil_group=send;year_group=4");
  EXPECT_EQ(subgroup_of("R", ""), "year_group=R");
  EXPECT_EQ(subgroup_of("", "eal"), "pupil_group=eal");
  EXPECT_EQ(subgroup_of("", ""), "");
}

}  // namespace
}  // namespace kpid::plugins
