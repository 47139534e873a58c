// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what is exported opens in a spreadsheet as it is meant, and does nothing there.

#include "cli/csv.hpp"

#include <gtest/gtest.h>

namespace kpid::cli {
namespace {

std::string one(const std::string& text) {
  std::string line = csv_line({{text, false}});
  EXPECT_TRUE(line.ends_with("\r\n"));
  line.resize(line.size() - 2);
  return line;
}

TEST(Csv, QuotesAsTheStandardHasIt) {
  EXPECT_EQ(csv_line({{"a", false}, {"", false}, {"c", false}}), "a,,c\r\n");
  EXPECT_EQ(one("a,b"), "\"a,b\"");
  EXPECT_EQ(one("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(one("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(one("two\r\nlines"), "\"two\nlines\"");
  EXPECT_EQ(one("£34,685 – a year"), "\"£34,685 – a year\"");
  EXPECT_EQ(csv_line({}), "\r\n");
}

TEST(Csv, AFormulaStaysAText) {
  EXPECT_EQ(one("=1+1"), "'=1+1");
  EXPECT_EQ(one("+44 161"), "'+44 161");
  EXPECT_EQ(one("-7 pupils"), "'-7 pupils");
  EXPECT_EQ(one("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(one("\t=1"), "'?=1");
  EXPECT_EQ(one("\n=1"), "\"'\n=1\"");
  EXPECT_EQ(one("=HYPERLINK(\"http://a.example\",\"click\")"),
            "\"'=HYPERLINK(\"\"http://a.example\"\",\"\"click\"\")\"");
  EXPECT_EQ(one("\xEF\xBC\x9D"
                "1"),
            "'\xEF\xBC\x9D"
            "1")
      << "the wide form";
  EXPECT_EQ(one("a=1"), "a=1");
}

TEST(Csv, ANumberStaysANumber) {
  EXPECT_EQ(csv_line({{"-7.5", true}, {"-7.5", false}}), "-7.5,'-7.5\r\n");
}

TEST(Csv, WhatSteersATerminalDoesNot) { EXPECT_EQ(one("a\x1B[2Jb"), "a?[2Jb"); }

}  // namespace
}  // namespace kpid::cli
