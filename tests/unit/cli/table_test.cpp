// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cli/table.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace kpid::cli {
namespace {

TEST(Table, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("\u00a3250"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("\u6f22"), 2U);
  EXPECT_EQ(display_width("\xe2\x82"), 1U);  // cut off: must end, and not read beyond
}

TEST(Table, AlignsAndLeavesNoSpaceAtTheEnd) {
  EXPECT_EQ(table_text({{{"A"}, {"B"}}, {{"\u00a32"}, {"x"}}, {{"y"}}}, false),
            "A   B\n\u00a32  x\ny\n");
}

TEST(Table, AnEscapeSequenceInANameIsNotPassedOn) {
  EXPECT_EQ(printable("a\x1b[2J\n"), "a?[2J?");
  EXPECT_EQ(printable("a\u009bb"), "a?b");
}

TEST(KpiTable, PaintsBySeverityOnlyWhereAsked) {
  const auto rows = boost::json::parse(
      R"([{"kpi":"k","organisation":"a","value":"1","severity":"none"},
          {"kpi":"k","organisation":"b","value":"2","severity":"red"},
          {"kpi":"k","organisation":"c","value":"","severity":"no data"},
          {"kpi":"k","organisation":"d","value":"3","severity":"amber"},
          {"kpi":7}, "junk"])");
  EXPECT_EQ(kpi_table_text(rows.get_array(), false),
            "KPI  a  b  c        d\nk    1  2  no data  3\n");
  EXPECT_EQ(kpi_table_text(rows.get_array(), true),
            "KPI  a  b  c        d\nk    \x1b[32m1\x1b[0m  \x1b[31m2\x1b[0m  no data  "
            "\x1b[33m3\x1b[0m\n");
}

TEST(KpiTable, PercentagePointsTakeNoWideColumn) {
  const auto rows = boost::json::parse(
      R"([{"kpi":"gap","organisation":"a","value":"10.3 percentage points","severity":"none"},
          {"kpi":"gap","organisation":"b","value":"1 percentage point","severity":"none"}])");
  EXPECT_EQ(kpi_table_text(rows.get_array(), false),
            "KPI  a            b\ngap  10.3 points  1 point\n");
}

}  // namespace
}  // namespace kpid::cli
