// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "kpid/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kpid::plugin {
namespace {

Settings read(std::string_view json) { return Settings::parse(json).value(); }

// The sentence of the Failure that `call` throws.
template <class Call>
std::string fault(Call call) {
  try {
    static_cast<void>(call());
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().status, KPID_CONFIG);
    return failure.error().operator_text;
  }
  return "nothing was thrown";
}

TEST(Settings, ReadEveryType) {
  const Settings settings = read(
      R"({"t":"in/*.csv","i":12,"w":12.0,"n":0.5,"b":true,"l":["a","b"],"o":{"x":1},"z":null,
          "os":[{"x":1},{"x":2}]})");
  EXPECT_EQ(settings.text("t"), "in/*.csv");
  EXPECT_EQ(settings.integer("i"), 12);
  EXPECT_EQ(settings.integer("w"), 12);
  EXPECT_EQ(settings.number("n"), 0.5);
  EXPECT_EQ(settings.number("i"), 12.0);
  EXPECT_TRUE(settings.truth("b"));
  EXPECT_THAT(settings.texts("l"), testing::ElementsAre("a", "b"));
  EXPECT_EQ(settings.object("o").integer("x"), 1);
  EXPECT_EQ(settings.objects("os").at(1).integer("x"), 2);
  EXPECT_FALSE(settings.has("z"));
  EXPECT_THAT(settings.object("o").names(), testing::ElementsAre("x"));
}

TEST(Settings, ReadListsOfWholeNumbers) {
  const Settings settings = read(R"({"u":[900001,-2.0],"e":[],"t":[1,"2"],"n":[0.5],"i":3})");
  EXPECT_THAT(settings.integers("u"), testing::ElementsAre(900001, -2));
  EXPECT_TRUE(settings.integers("e").empty());
  EXPECT_TRUE(settings.integers("x").empty());
  EXPECT_EQ(fault([&] { return settings.integers("t"); }),
            "settings/t/1 must be a whole number, and is text");
  EXPECT_EQ(fault([&] { return settings.integers("n"); }),
            "settings/n/0 must be a whole number, and is a number");
  EXPECT_EQ(fault([&] { return settings.integers("i"); }),
            "settings/i must be a list of whole numbers, and is a number");
}

TEST(Settings, GiveTheOtherValueWhereTheyAreMissing) {
  const Settings settings = read("{}");
  EXPECT_EQ(settings.text("x", "y"), "y");
  EXPECT_EQ(settings.integer("x", 3), 3);
  EXPECT_EQ(settings.number("x", 0.5), 0.5);
  EXPECT_TRUE(settings.truth("x", true));
  EXPECT_TRUE(settings.texts("x").empty());
  EXPECT_TRUE(settings.objects("x").empty());
  EXPECT_EQ(settings.object("x").object("y").text("z", "deep"), "deep");
}

TEST(Settings, SayWhatIsMissing) {
  const Settings settings = read(R"({"o":{}})");
  EXPECT_EQ(fault([&] { return settings.text("path"); }),
            "settings/path is missing; it must be text");
  EXPECT_EQ(fault([&] { return settings.object("o").integer("rows"); }),
            "settings/o/rows is missing; it must be a whole number");
  EXPECT_EQ(fault([&] { return settings.truth("b"); }),
            "settings/b is missing; it must be true or false");
}

TEST(Settings, SayWhatIsOfAnotherType) {
  const Settings settings =
      read(R"({"t":"x","i":1,"n":1.5,"huge":1e300,"l":["a",2],"o":[1],"os":[{},3]})");
  EXPECT_EQ(fault([&] { return settings.text("i"); }), "settings/i must be text, and is a number");
  EXPECT_EQ(fault([&] { return settings.text("i", "y"); }),
            "settings/i must be text, and is a number");
  EXPECT_EQ(fault([&] { return settings.integer("n"); }),
            "settings/n must be a whole number, and is a number");
  EXPECT_EQ(fault([&] { return settings.integer("huge"); }),
            "settings/huge must be a whole number, and is a number");
  EXPECT_EQ(fault([&] { return settings.integer("t"); }),
            "settings/t must be a whole number, and is text");
  EXPECT_EQ(fault([&] { return settings.number("t"); }),
            "settings/t must be a number, and is text");
  EXPECT_EQ(fault([&] { return settings.truth("t"); }),
            "settings/t must be true or false, and is text");
  EXPECT_EQ(fault([&] { return settings.texts("l"); }),
            "settings/l/1 must be text, and is a number");
  EXPECT_EQ(fault([&] { return settings.texts("i"); }),
            "settings/i must be a list of texts, and is a number");
  EXPECT_EQ(fault([&] { return settings.object("o"); }),
            "settings/o must be an object, and is a list");
  EXPECT_EQ(fault([&] { return settings.objects("os"); }),
            "settings/os/1 must be an object, and is a number");
}

TEST(Settings, MustBeAnObject) {
  EXPECT_EQ(Settings::parse("[1]").error().operator_text,
            "settings: this must be an object, and is a list");
  const Result<Settings> cut = Settings::parse(R"({"a":)");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().status, KPID_CONFIG);
  EXPECT_EQ(cut.error().operator_text.rfind("settings: this is not JSON", 0), 0U);
}

TEST(Settings, LiveOnInTheirParts) {
  const Settings part = read(R"({"o":{"x":"kept"}})").object("o");  // the whole is gone
  EXPECT_EQ(part.text("x"), "kept");
}

}  // namespace
}  // namespace kpid::plugin
