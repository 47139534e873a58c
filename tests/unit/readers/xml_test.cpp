// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/xml.hpp"

#include <gtest/gtest.h>

namespace kpid::readers {
namespace {

constexpr std::string_view kFile = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE CTfile [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<ct:CTfile version="3" xmlns:ct="urn:example">
  <Header><SourceSchool><LEA>380</LEA><URN>107258</URN></SourceSchool></Header>
  <CTFpupilData>
    <Pupil id="1"><BasicDetails><NCyearActual>6</NCyearActual></BasicDetails>
      <Income currency="GBP">&#163;1,234.50</Income><Day>18/01/2024</Day></Pupil>
    <Other/>
    <Pupil id="2"><BasicDetails><NCyearActual>SUPP</NCyearActual></BasicDetails>
      <Income><![CDATA[x < y]]></Income></Pupil>
  </CTFpupilData>
  <CTFpupilData/>
  <CTFpupilData><Pupil id="3"><Bomb>&b;</Bomb><Odd>&#xD800;</Odd></Pupil></CTFpupilData>
</ct:CTfile>)";

TEST(Xml, ReadsRecordsByPath) {
  const auto document = XmlDocument::open(kFile);
  ASSERT_TRUE(document) << document.error().sentence;
  EXPECT_EQ(document->root().integer("Header/SourceSchool/URN")->value(), 107258);
  EXPECT_EQ(document->root().integer("@version")->value(), 3);
  auto pupils = document->records("CTfile/CTFpupilData/Pupil");
  ASSERT_TRUE(pupils) << pupils.error().sentence;
  ASSERT_TRUE(pupils->next());
  const auto& pupil = pupils->record();
  EXPECT_EQ(pupil.text("@id")->value(), "1");
  EXPECT_EQ(pupil.integer("BasicDetails/NCyearActual")->value(), 6);
  EXPECT_EQ(pupil.pence("Income")->value(), 123450);
  EXPECT_EQ(pupil.text("Income/@currency")->value(), "GBP");
  EXPECT_EQ(pupil.date("Day", DateOrder::day_month_year)->value(), 19740);
  EXPECT_TRUE(pupil.has("Day"));
  EXPECT_FALSE(pupil.has("Day/@zone"));
  ASSERT_TRUE(pupils->next());
  EXPECT_EQ(*pupil.integer("BasicDetails/NCyearActual"), std::nullopt);
  EXPECT_EQ(*pupil.date("Day", DateOrder::either), std::nullopt);
  EXPECT_EQ(pupil.text("Income")->value(), "x < y");
  EXPECT_EQ(pupil.pence("Income").error().sentence,
            "The value is not an amount in pounds and whole pence.");
  EXPECT_EQ(pupil.pence("Income").error().row, 2U);
  EXPECT_EQ(pupil.pence("Income").error().column, "Income");
  ASSERT_TRUE(pupils->next());
  EXPECT_EQ(pupils->row(), 3U);
  EXPECT_EQ(pupil.text("Bomb")->value(), "&b;");
  EXPECT_EQ(pupil.text("Odd").error().sentence, "The value holds a character that does not exist.");
  EXPECT_FALSE(pupils->next());
  EXPECT_FALSE(pupils->next());
  EXPECT_FALSE(document->records("CTfile/Nothing/Pupil")->next());
}

TEST(Xml, ReadsEncodings) {
  const auto name = [](const std::string& bytes) {
    const auto document = XmlDocument::open(bytes);
    return document ? document->root().text("")->value_or("-") : document.error().sentence;
  };
  EXPECT_EQ(name("\xEF\xBB\xBF<a>\u00C9cole</a>"), "\u00C9cole");
  EXPECT_EQ(name("<?xml version='1.0' encoding='Windows-1252'?><a>\x80</a>"), "\u20AC");
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("<a>b</a>")) wide += {c, '\0'};
  EXPECT_EQ(name(wide), "b");
  EXPECT_EQ(name("<a>\x80</a>"),
            "The XML is in no encoding that it names; export it again as XML in UTF-8.");
}

}  // namespace
}  // namespace kpid::readers
