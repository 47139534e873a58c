// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What the API says of a KPI in words.

#include "http/json_parts.hpp"

#include <gtest/gtest.h>

namespace kpid::http {
namespace {

std::string definition_of(KpiDefinition definition) {
  Kpi kpi;
  kpi.definition = std::move(definition);
  return definition_text(kpi);
}

TEST(KpiInWords, HasItsDefinitionAsTheCatalogueWouldWriteIt) {
  EXPECT_EQ(definition_of(MeasureOf{"a.b"}), "a.b");
  EXPECT_EQ(definition_of(RatioOf{"a.b", "c.d"}), "a.b / c.d");
  EXPECT_EQ(definition_of(DifferenceOf{"a.b", "c.d"}), "a.b - c.d");
  EXPECT_EQ(definition_of(ChangeSinceAutumnCensus{"a.b"}), "a.b - a.b@autumn_census");
  EXPECT_EQ(definition_of(ChangeSinceYearBefore{"a.b"}), "a.b - a.b@year_before");
  EXPECT_EQ(definition_of(Formula{"a.b{} * 2", {}, "(r0 * 2)", ""}), "a.b{} * 2");
  MonthsUntil months;
  months.kpi = "a.b";
  months.crosses = {Threshold::Operator::at_most, 5};
  EXPECT_EQ(definition_of(months), "months until a.b is <= 5");
  months.target = true;
  EXPECT_EQ(definition_of(months), "months until a.b crosses its target");
}

TEST(KpiInWords, SaysWhereATrendIsFollowedNoFurther) {
  Kpi kpi;
  kpi.unit = Unit::months;
  EXPECT_EQ(value_text(kpi, 120), "120 months");
  kpi.definition = MonthsUntil{};
  EXPECT_EQ(value_text(kpi, 119), "119 months");
  EXPECT_EQ(value_text(kpi, 120), "over 120 months");
}

TEST(KpiInWords, APartOfAFormulaIsNotInTheKpisUnit) {
  Kpi kpi;
  kpi.unit = Unit::kilowatt_hours;
  kpi.definition = MeasureOf{"a.b"};
  EXPECT_EQ(part_text(513, kpi), "513 kWh");
  kpi.definition = Formula{"", {}, "r0", "r1"};
  EXPECT_EQ(part_text(513, kpi), "513");
}

}  // namespace
}  // namespace kpid::http
