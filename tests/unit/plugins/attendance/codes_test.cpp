// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Every register code on the last day before the change of August 2024 and on the first day after.

#include "attendance/codes.hpp"

#include <gtest/gtest.h>

#include "attendance/measures.hpp"

namespace kpid::plugins::attendance {
namespace {

constexpr std::int32_t kBefore = kCodesChanged - 1;

std::string shown(std::string_view code, std::int32_t day) {
  const CodeMeaning found = meaning_of(code, day);
  if (!found.known) return "unknown";
  const std::string withdrawn = found.withdrawn ? ", withdrawn" : "";
  switch (found.meaning) {
    case Meaning::none:
      return "none" + withdrawn;
    case Meaning::not_counted:
      return "not counted" + withdrawn;
    case Meaning::unauthorised_late:
      return "unauthorised, late" + withdrawn;
    case Meaning::unauthorised:
      return "unauthorised" + withdrawn;
    case Meaning::authorised:
      return "authorised" + withdrawn;
    case Meaning::approved:
      return "approved" + withdrawn;
    case Meaning::present_late:
      return "present, late" + withdrawn;
    case Meaning::present:
      break;
  }
  return "present" + withdrawn;
}

struct Case {
  const char* code;
  const char* before;  // on 18 August 2024
  const char* from;    // on 19 August 2024
};

TEST(RegisterCodes, MeanWhatTheyMeantOnTheDay) {
  EXPECT_EQ(day_text(kCodesChanged), "2024-08-19");
  const std::vector<Case> cases{
      {"/", "present", "present"},
      {"\\", "present", "present"},
      {"L", "present, late", "present, late"},
      {"B", "approved", "approved"},
      {"K", "unknown", "approved"},
      {"P", "approved", "approved"},
      {"V", "approved", "approved"},
      {"W", "approved", "approved"},
      {"J", "approved", "approved, withdrawn"},
      {"J1", "unknown", "authorised"},
      {"C", "authorised", "authorised"},
      {"C1", "unknown", "authorised"},
      {"C2", "unknown", "authorised"},
      {"E", "authorised", "authorised"},
      {"F", "authorised, withdrawn", "authorised, withdrawn"},
      {"H", "authorised", "authorised, withdrawn"},
      {"I", "authorised", "authorised"},
      {"M", "authorised", "authorised"},
      {"R", "authorised", "authorised"},
      {"S", "authorised", "authorised"},
      {"T", "authorised", "authorised"},
      {"G", "unauthorised", "unauthorised"},
      {"N", "unauthorised", "unauthorised"},
      {"O", "unauthorised", "unauthorised"},
      {"U", "unauthorised, late", "unauthorised, late"},
      {"D", "not counted", "not counted"},
      {"X", "not counted", "not counted"},
      {"Z", "not counted", "not counted"},
      {"#", "not counted", "not counted"},
      {"Q", "unknown", "not counted"},
      {"Y", "not counted", "not counted, withdrawn"},
      {"Y1", "unknown", "not counted"},
      {"Y2", "unknown", "not counted"},
      {"Y3", "unknown", "not counted"},
      {"Y4", "unknown", "not counted"},
      {"Y5", "unknown", "not counted"},
      {"Y6", "unknown", "not counted"},
      {"Y7", "unknown", "not counted"},
      {"-", "none", "none"},
      {"", "none", "none"},
      {" ", "none", "none"},
      {"x01", "not counted", "not counted"},
      {"I02", "authorised", "authorised"},
      {" i ", "authorised", "authorised"},
      {"c1", "unknown", "authorised"},
      {"Y8", "unknown", "unknown"},
      {"A", "unknown", "unknown"},
      {"C3", "unknown", "unknown"},
      {"A01", "unknown", "unknown"},
      {"//", "unknown", "unknown"},
      {"Present", "unknown", "unknown"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(shown(one.code, kBefore), one.before) << one.code;
    EXPECT_EQ(shown(one.code, kCodesChanged), one.from) << one.code;
  }
}

TEST(RegisterCodes, KnowTheExtendedHolidayUntilItsMerger) {
  EXPECT_EQ(day_text(kCodeTableDays[1]), "2013-09-01");
  EXPECT_EQ(shown("F", kCodeTableDays[1] - 1), "authorised");
  EXPECT_EQ(shown("F", kCodeTableDays[1]), "authorised, withdrawn");
}

// The tables are made once for each time between two changes, and say the same for any code.
TEST(RegisterCodes, StandInTablesAsTheyAre) {
  for (const std::int32_t day : kCodeTableDays) {
    const CodeTable table(day);
    for (int c = 0; c < 256; ++c) {
      for (const std::string& code :
           {std::string(1, static_cast<char>(c)), std::string(1, static_cast<char>(c)) + "1"}) {
        const CodeMeaning expected = meaning_of(code, day);
        const CodeMeaning found = table.of(code);
        EXPECT_EQ(found.meaning, expected.meaning);
        EXPECT_EQ(found.known, expected.known);
        EXPECT_EQ(found.withdrawn, expected.withdrawn);
      }
    }
  }
}

TEST(RegisterCodes, BeatOneAnotherInTheirOrder) {
  const auto day = kCodesChanged;
  std::uint8_t before = 0;
  for (const char* code : {"-", "X", "O", "I", "V", "/"}) {
    const auto rank = static_cast<std::uint8_t>(meaning_of(code, day).meaning);
    EXPECT_TRUE(rank > before || before == 0) << code;
    before = rank;
  }
}

}  // namespace
}  // namespace kpid::plugins::attendance
