// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What kpictl says where there is no figure.

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "cli/show.hpp"

namespace kpid::cli {
namespace {

boost::json::value row(const std::string& kpi, const std::string& organisation,
                       const std::string& text, bool ruled, const std::string& subgroup = {}) {
  return {{"kpi", kpi},
          {"organisation", organisation},
          {"organisation_name", organisation},
          {"organisation_kind", "school"},
          {"subgroup", subgroup},
          {"ruled", ruled},
          {"text", text},
          {"severity", text.empty() ? "no data" : "none"}};
}

TEST(ShowKpis, SaysNoDataWhereAFigureIsWantedOrOthersHaveOne) {
  const boost::json::value kpis{
      {"kpis",
       boost::json::array{row("income", "Ash", "", false), row("income", "Birch", "£5", false),
                          row("reserves", "Ash", "", true), row("reserves", "Birch", "", true),
                          row("pupils", "Ash", "9", false), row("pupils", "Birch", "8", false)}}};
  EXPECT_EQ(kpis_text(kpis, Screen{}),
            "KPI       Ash      Birch\n"
            "income    no data  £5\n"
            "pupils    9        8\n"
            "reserves  no data  no data\n");
}

TEST(ShowKpis, NamesBelowWhatNobodyHasAndNoRuleWants) {
  boost::json::array rows{row("pupils", "Ash", "9", false), row("zebras", "Ash", "", false)};
  for (int i = 1; i <= 9; ++i)
    rows.push_back(row("animals." + std::to_string(i), "Ash", "", false));
  rows.push_back(row("pupils", "Ash", "", false, "year_group=4"));
  const boost::json::value kpis{{"kpis", rows}};
  Screen screen;
  screen.width = 60;
  EXPECT_EQ(kpis_text(kpis, screen),
            "KPI     Ash\n"
            "pupils  9\n"
            "\n"
            "No data and no rule: animals.1, animals.2, animals.3,\n"
            "  animals.4, animals.5, animals.6, animals.7, animals.8,\n"
            "  animals.9, pupils (year_group=4), zebras\n");
  const boost::json::value nothing{{"kpis", boost::json::array{row("zebras", "Ash", "", false)}}};
  EXPECT_EQ(kpis_text(nothing, Screen{}), "No data and no rule: zebras\n");
}

TEST(ShowKpis, SaysThatASeriesHasNoData) {
  boost::json::value kpi{{"kpi", {{"id", "parents.happy"}, {"title", "Happy"}, {"plan", "3.4"}}},
                         {"organisation", {{"name", "Ash"}}},
                         {"subgroup", ""},
                         {"as_of", nullptr},
                         {"values", boost::json::array{}}};
  EXPECT_EQ(kpi_text(kpi, Screen{}),
            "Ash: Happy (parents.happy, plan 3.4)\nNo data: no source has given a figure.\n");
  kpi.as_object()["as_of"] = "2024-01-18T06:00:00.000Z";
  EXPECT_EQ(kpi_text(kpi, Screen{}),
            "Ash: Happy (parents.happy, plan 3.4), as it was known on 18 Jan 2024 06:00Z\n"
            "No data: no figure was known then.\n");
}

}  // namespace
}  // namespace kpid::cli
