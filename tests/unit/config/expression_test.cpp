// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The catalogue's expressions: what is read, and where a fault stands.

#include "config/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/dimension.hpp"
#include "kpis/expression.hpp"

namespace kpid::config {
namespace {

using At = Reference::At;

std::string rendered(std::string_view text) {
  const auto read = WrittenExpression::parse(text);
  if (!read) return std::to_string(read.error().offset) + ": " + read.error().sentence;
  return read->render([](const WrittenName& name) {
    std::string shown = name.name;
    if (name.subgroup) shown += "[" + *name.subgroup + "]";
    if (name.at == At::autumn_census) shown += "!census";
    if (name.at == At::year_before) shown += "!before";
    if (name.at == At::latest) shown += "!latest";
    return shown;
  });
}

TEST(WrittenExpression, BindsAsInArithmetic) {
  EXPECT_EQ(rendered("a.b"), "a.b");
  EXPECT_EQ(rendered("a.b + 2 * c.d"), "(a.b + (2 * c.d))");
  EXPECT_EQ(rendered("a.b - 1 - 2"), "((a.b - 1) - 2)");
  EXPECT_EQ(rendered("a.b / 2 / 5 * 3"), "(((a.b / 2) / 5) * 3)");
  EXPECT_EQ(rendered("(a.b - 1) * -2"), "((a.b - 1) * (-2))");
  EXPECT_EQ(rendered("-a.b ^ 2 ^ 3"), "(-(a.b ^ (2 ^ 3)))");
  EXPECT_EQ(rendered("max(0, a.b, 0.5) + abs( c.d )"), "(max(0, a.b, 0.5) + abs(c.d))");
}

TEST(WrittenExpression, NamesMayBeOfASubgroupAndOfAnotherTime) {
  EXPECT_EQ(rendered("a.b_2.c3{}"), "a.b_2.c3[]");
  EXPECT_EQ(rendered("a.b{year_group=4;pupil_group=send}@year_before"),
            "a.b[pupil_group=send;year_group=4]!before");
  EXPECT_EQ(rendered("a.b@autumn_census-a.b @latest"), "(a.b!census - a.b!latest)");
}

TEST(WrittenExpression, AFaultHasItsPlaceAndSaysWhatIsExpected) {
  EXPECT_EQ(rendered(""), "0: the expression ends where a number or a name is expected");
  EXPECT_EQ(rendered("a.b +"), "5: the expression ends where a number or a name is expected");
  EXPECT_EQ(rendered("a.b c.d"), "4: \"c.d\" is not expected here; an operator is: + - * / or ^");
  EXPECT_EQ(rendered("a.b = 1"), "4: \"= 1\" is not expected here; an operator is: + - * / or ^");
  EXPECT_EQ(rendered("a.b)"), "3: this bracket was never opened");
  EXPECT_EQ(rendered("2 * (a.b + 1"), "4: this bracket is never closed");
  EXPECT_EQ(rendered("a.b + reserves"),
            "6: \"reserves\" is no measure or KPI; one has a dot, as \"finance.reserves\"");
  EXPECT_EQ(rendered("sin(a.b)"), "0: there is no function \"sin\"; did you mean \"min\"?");
  EXPECT_EQ(rendered("round(a.b)"),
            "0: there is no function \"round\"; it can be \"abs\", \"max\", \"min\" or \"sqrt\"");
  EXPECT_EQ(rendered("1 + abs(a.b, 2)"), "4: \"abs\" takes one value");
  EXPECT_EQ(rendered("max(a.b)"), "0: \"max\" takes two values or more");
  EXPECT_EQ(rendered("max(a.b, 2"), "10: a \")\" is missing after what \"max\" takes");
  EXPECT_EQ(rendered("a.b{group}"),
            "3: \"{group}\" is no subgroup; write it as {pupil_group=send}, or {} for all pupils");
  EXPECT_EQ(rendered("a.b{x=1"), "3: this { is never closed by a }");
  EXPECT_EQ(rendered("a.b@last_year"),
            "3: \"@last_year\" is no time; it can be \"@autumn_census\", \"@year_before\" or "
            "\"@latest\"");
  EXPECT_EQ(rendered("a.b@year_befor"),
            "3: \"@year_befor\" is no time; did you mean \"@year_before\"?");
  EXPECT_EQ(rendered("a.b * 1e5"), "6: \"1e5\" is no number; write it as 12 or 0.5");
  EXPECT_EQ(rendered("a.b * 1.2.3"), "6: \"1.2.3\" is no number; write it as 12 or 0.5");
  EXPECT_EQ(rendered("1 + 2"), "0: the expression names no measure and no KPI");
  EXPECT_EQ(rendered("A.b"),
            "0: \"A\" is not expected here; a number, a measure, a KPI or a bracket is");
}

TEST(WrittenExpression, HasLimits) {
  const std::string deep(60, '(');
  EXPECT_THAT(rendered(deep + "a.b" + std::string(60, ')')),
              ::testing::HasSubstr("too many brackets within brackets"));
  EXPECT_THAT(rendered(std::string(5000, '-') + "a.b"),
              ::testing::HasSubstr("longer than 2000 bytes"));
  EXPECT_THAT(rendered(std::string(1000, '-') + "a.b"),
              ::testing::HasSubstr("too many brackets within brackets"));
  EXPECT_EQ(rendered(std::string(40, '(') + "a.b" + std::string(40, ')')), "a.b");
}

// Whatever is read here, muParser reads too, and the same: it is what works the value out.
TEST(WrittenExpression, IsWhatMuParserReads) {
  for (const auto& [text, value] : {std::pair{"a.b - 3 - 2 * 2 ^ 2", -2.0},
                                    {"-a.b ^ 2", -81.0},
                                    {"a.b / 3 / 3", 1.0},
                                    {"max(1, a.b, 3) - min(a.b, 2)", 7.0},
                                    {"abs(-a.b) + sqrt(a.b)", 12.0},
                                    {"2 ^ -1 * a.b", 4.5},
                                    {"- - a.b", 9.0}}) {
    const auto read = WrittenExpression::parse(text);
    ASSERT_TRUE(read) << text;
    auto expression =
        Expression::compile(read->render([](const WrittenName&) { return std::string{"r0"}; }), 1);
    ASSERT_TRUE(expression) << text << ": " << expression.error().sentence;
    const std::vector<double> nine{9};
    EXPECT_EQ((*expression)(nine), value) << text;
  }
}

std::string counted_in(std::string_view text) {
  const auto read = WrittenExpression::parse(text);
  EXPECT_TRUE(read) << text;
  const auto found = dimension_of(*read, [](const WrittenName& name) {
    if (name.name == "a.pence") return dimension_of(Unit::pence);
    if (name.name == "a.pupils") return dimension_of(Unit::pupils);
    if (name.name == "a.places") return dimension_of(Unit::places);
    if (name.name == "a.count") return dimension_of(Unit::count);
    if (name.name == "a.kwh") return dimension_of(Unit::kilowatt_hours);
    if (name.name == "a.m2") return dimension_of(Unit::square_metres);
    if (name.name == "a.percent_of_pence") return percent_of(dimension_of(Unit::pence));
    if (name.name == "a.percent_of_pupils") return percent_of(dimension_of(Unit::pupils));
    if (name.name == "a.percent") return dimension_of(Unit::percent);
    Dimension unknown;
    unknown.kind = Dimension::Kind::unknown;
    return unknown;
  });
  if (!found) return std::to_string(found.error().offset) + ": " + found.error().sentence;
  if (found->kind == Dimension::Kind::unknown) return "unknown";
  return describe(*found);
}

TEST(Dimensions, GoTogetherOrNot) {
  EXPECT_EQ(counted_in("a.pence + a.pence * 2 - 5"), "pence");
  EXPECT_EQ(counted_in("a.places - a.pupils"), "pupils");
  EXPECT_EQ(counted_in("a.pence / a.pupils"), "pence per pupils");
  EXPECT_EQ(counted_in("a.pence / a.pupils * (a.pupils - a.places)"), "pence");
  EXPECT_EQ(counted_in("a.pence / a.pence"), "plain numbers");
  EXPECT_EQ(counted_in("100 / a.pupils"), "numbers per pupils");
  EXPECT_EQ(counted_in("sqrt(a.m2 * a.m2) + a.m2"), "m2");
  EXPECT_EQ(counted_in("a.percent_of_pence * a.pence / 100"), "pence");
  EXPECT_EQ(counted_in("a.percent - a.percent_of_pence"), "per cent");
  EXPECT_EQ(counted_in("a.pence + a.unknown"), "pence");
  EXPECT_EQ(counted_in("a.pence * a.unknown + a.pupils"), "pupils");
  EXPECT_EQ(counted_in("max(a.kwh, 0) ^ 2"), "kWh by kWh");

  EXPECT_EQ(counted_in("a.pence + a.pupils"), "8: pence and pupils cannot be added");
  EXPECT_EQ(counted_in("a.kwh - a.pupils"), "6: kWh and pupils cannot be subtracted");
  EXPECT_EQ(counted_in("a.percent_of_pence - a.percent_of_pupils"),
            "19: per cent of pence and per cent of pupils cannot be subtracted");
  EXPECT_EQ(counted_in("a.percent + a.count"), "10: per cent and plain numbers cannot be added");
  EXPECT_EQ(counted_in("min(a.pence, a.count)"), "0: pence and plain numbers cannot be compared");
  EXPECT_EQ(counted_in("sqrt(a.pence)"), "0: pence have no square root");
  EXPECT_EQ(counted_in("a.pence ^ 0.5"), "8: pence can be raised to a whole number only");
}

TEST(Dimensions, SuitAUnitWhateverTheyArePer) {
  const Dimension kwh_per_m2 =
      divided(dimension_of(Unit::kilowatt_hours), dimension_of(Unit::square_metres));
  EXPECT_TRUE(suits(kwh_per_m2, Unit::kilowatt_hours));
  EXPECT_FALSE(suits(kwh_per_m2, Unit::square_metres));
  EXPECT_TRUE(suits(divided(dimension_of(Unit::count), dimension_of(Unit::pupils)), Unit::count));
  EXPECT_FALSE(suits(dimension_of(Unit::pence), Unit::pupils));
  EXPECT_FALSE(suits(dimension_of(Unit::pence), Unit::percent));
  EXPECT_TRUE(suits(dimension_of(Unit::percent), Unit::percent));
  EXPECT_FALSE(suits(dimension_of(Unit::percent), Unit::count));
}

}  // namespace
}  // namespace kpid::config
