// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "kpid/json.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace kpid::plugin {
namespace {

TEST(Json, ReadsAndWritesEveryKind) {
  const std::string text =
      R"({"a":null,"b":[true,false],"c":-3,"d":2.5,"e":"\"\\\u000a £","f":{},"g":[]})";
  const Result<Json> json = parse_json(text);
  ASSERT_TRUE(json);
  EXPECT_EQ(to_text(*json), text);
  EXPECT_EQ(*json->find("c")->get<std::int64_t>(), -3);
  EXPECT_EQ(json->find("e")->kind(), "text");
  EXPECT_EQ(json->find("h"), nullptr);
  EXPECT_EQ(json->find("c")->find("x"), nullptr);
}

TEST(Json, KeepsWhatNoInt64HoldsAsDouble) {
  const Result<Json> json = parse_json("18446744073709551615");
  ASSERT_TRUE(json);
  double storage = 0;
  EXPECT_EQ(*json->number(storage), 18446744073709551615.0);
}

TEST(Json, WritesNoNumberThatJsonLacks) {
  EXPECT_EQ(to_text({std::numeric_limits<double>::infinity()}), "null");
}

TEST(Json, RefusesWhatIsNone) {
  for (const auto* text : {"", " ", "{", "{\"a\":}", "[1,]", "nul", "1 2", "\"\xff\"", "{'a':1}"}) {
    const Result<Json> json = parse_json(text);
    ASSERT_FALSE(json) << text;
    EXPECT_EQ(json.error().status, KPID_CONFIG);
    EXPECT_NE(json.error().operator_text.find("this is not JSON: "), std::string::npos);
  }
}

TEST(Json, RefusesWhatIsTooDeepOrTooLarge) {
  EXPECT_TRUE(parse_json(std::string(60, '[') + std::string(60, ']')));
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(parse_json(std::string(100'000, '[')));
  EXPECT_FALSE(parse_json(std::string(std::size_t{17} << 20, ' ')));
}

}  // namespace
}  // namespace kpid::plugin
