// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "plugin_host/manifest.hpp"

namespace kpid::plugin_host {
namespace {

namespace json = boost::json;

CheckedSettings check(const std::string& schema, std::string_view settings) {
  Manifest manifest;
  manifest.settings_schema = schema;
  return check_settings(manifest, settings);
}

// "pointer: sentence", a line each.
std::string faults_of(const std::string& schema, std::string_view settings) {
  const auto checked = check(schema, settings);
  std::string text;
  for (const auto& fault : checked.faults) {
    if (!text.empty()) text += "\n";
    text += fault.pointer + ": " + fault.sentence;
  }
  EXPECT_EQ(checked.faults.empty(), !checked.json.empty());
  return text;
}

const std::string kSchema = R"({
  "type": "object", "additionalProperties": false, "required": ["path"],
  "properties": {
    "path": {"type": "string", "minLength": 1, "maxLength": 20,
             "description": "Path or pattern of the files."},
    "format": {"enum": ["gias", "census", "arbor"], "default": "gias"},
    "days": {"type": "integer", "minimum": 1, "maximum": 366, "default": 30},
    "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "step": {"type": "number", "multipleOf": 0.25},
    "since": {"type": "string", "format": "date", "description": "First day."},
    "at": {"type": "string", "format": "time"},
    "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
    "strict": {"type": "boolean", "default": true},
    "token": {"type": "string", "pattern": "^tok_", "secret": true},
    "schools": {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": true,
                "items": {"type": ["integer", "string"]}},
    "columns": {"type": "object", "additionalProperties": false,
                "properties": {"name": {"type": "string", "default": "Pupil"},
                               "urn": {"type": "string", "default": "URN"}}},
    "mapping": {"type": "object", "maxProperties": 2,
                "additionalProperties": {"type": "string"}},
    "accounts": {"type": "array", "items": {
      "type": "object", "required": ["code"],
      "properties": {"code": {"type": "integer"},
                     "sign": {"type": "integer", "default": 1}}}}
  }
})";

TEST(Settings, DefaultsAreFilledIn) {
  const auto checked = check(kSchema, R"({"path": "a.csv", "accounts": [{"code": 1}]})");
  ASSERT_TRUE(checked.faults.empty()) << checked.faults.front().sentence;
  EXPECT_EQ(json::parse(checked.json), json::parse(R"({
    "path": "a.csv", "format": "gias", "days": 30, "strict": true,
    "columns": {"name": "Pupil", "urn": "URN"}, "accounts": [{"code": 1, "sign": 1}]})"));
}

TEST(Settings, WhatIsGivenStays) {
  const auto checked = check(kSchema, R"({"path": "a.csv", "days": 1, "strict": false,
    "format": "census", "columns": {"urn": "Code"}, "mapping": {"a": "b"}})");
  ASSERT_TRUE(checked.faults.empty()) << checked.faults.front().sentence;
  EXPECT_EQ(json::parse(checked.json), json::parse(R"({
    "path": "a.csv", "days": 1, "strict": false, "format": "census",
    "columns": {"name": "Pupil", "urn": "Code"}, "mapping": {"a": "b"}})"));
}

// A table that its defaults do not complete stays away: else "required" would speak of a table
// that nobody wrote.
TEST(Settings, ATableIsNotHalfFilled) {
  const std::string schema = R"({"properties": {"proxy": {"type": "object", "required": ["host"],
    "properties": {"host": {"type": "string"}, "port": {"type": "integer", "default": 80}}}}})";
  EXPECT_EQ(check(schema, "{}").json, "{}");
  EXPECT_EQ(json::parse(check(schema, R"({"proxy": {"host": "a"}})").json),
            json::parse(R"({"proxy": {"host": "a", "port": 80}})"));
  EXPECT_EQ(faults_of(schema, R"({"proxy": {}})"), "/proxy/host: \"host\" is missing in \"proxy\"");
}

TEST(Settings, TheTextItselfIsChecked) {
  EXPECT_EQ(faults_of(kSchema, "{"), ": the settings are not valid JSON: incomplete JSON");
  EXPECT_EQ(faults_of(kSchema, "[]"), ": the settings must be a table, but they are a list");
  EXPECT_EQ(faults_of(kSchema, std::string(2'000'000, ' ')),
            ": the settings are 2000000 bytes long, the limit is 1048576; shorten them");
  EXPECT_EQ(faults_of("{\"type\": \"nonsense\"}", "{}"),
            ": the plugin's settings schema is faulty: /type is \"nonsense\", which is no type; "
            "known are \"string\", \"integer\", \"number\", \"boolean\", \"array\", \"object\" and "
            "\"null\"");
}

struct Case {
  const char* settings;  // beside "path"
  const char* says;
};

TEST(Settings, EachFaultHasItsSentence) {
  const std::vector<Case> cases{
      {R"("pth": "x")", "/pth: \"pth\" is not a setting of this plugin; did you mean \"path\"?"},
      {R"("columns": {"nmae": "x"})",
       "/columns/nmae: \"nmae\" is not a setting of this plugin; did you mean \"name\"?"},
      {R"("columns": {"a/b~": "x"})",
       "/columns/a~1b~0: \"a/b~\" is not a setting of this plugin; known are \"name\" and "
       "\"urn\""},
      {R"("format": "cencus")",
       "/format: \"format\" must be \"gias\", \"census\" or \"arbor\", but it is the text "
       "\"cencus\"; did you mean \"census\"?"},
      {R"("format": 3)",
       "/format: \"format\" must be \"gias\", \"census\" or \"arbor\", but it is the number 3"},
      {R"("days": "30")", "/days: \"days\" must be a whole number, but it is the text \"30\""},
      {R"("days": 30.5)", "/days: \"days\" must be a whole number, but it is the number 30.5"},
      {R"("days": null)", "/days: \"days\" must be a whole number, but it is nothing (null)"},
      {R"("days": 0)", "/days: \"days\" must be at least 1, but it is the number 0"},
      {R"("days": 367)", "/days: \"days\" must be at most 366, but it is the number 367"},
      {R"("share": 0)", "/share: \"share\" must be above 0, but it is the number 0"},
      {R"("share": 1.0)", "/share: \"share\" must be below 1, but it is the number 1.0"},
      {R"("step": 0.3)", "/step: \"step\" must be a multiple of 0.25, but it is the number 0.3"},
      {R"("strict": "yes")",
       "/strict: \"strict\" must be true or false, but it is the text \"yes\""},
      {R"("since": "1 May")",
       "/since: \"since\" must be a date such as 2026-09-01, but it is the text \"1 May\"; it is "
       "described as \"First day.\""},
      {R"("since": "2026-02-31")",
       "/since: \"since\" must be a date such as 2026-09-01, but it is the text \"2026-02-31\"; it "
       "is described as \"First day.\""},
      {R"("at": "6:30")",
       "/at: \"at\" must be a time with a zone such as 06:30:00Z, but it is the text \"6:30\""},
      {R"("month": "May")",
       "/month: \"month\" must be of the form ^[0-9]{4}-[0-9]{2}$, but it is the text \"May\""},
      {R"("token": "hunter2")", "/token: \"token\" must be of the form ^tok_, but it is not"},
      {R"("token": 12345)", "/token: \"token\" must be text, but it is not"},
      {R"("schools": "900001")",
       "/schools: \"schools\" must be a list, but it is the text \"900001\""},
      {R"("schools": [])", "/schools: \"schools\" must have at least 1 item, but it has 0"},
      {R"("schools": [1, 2, 3, 4])",
       "/schools: \"schools\" must have at most 3 items, but it has 4"},
      {R"("schools": [1, 1])", "/schools: \"schools\" names the same item twice; remove one"},
      {R"("schools": [1, true])",
       "/schools/1: item 2 of \"schools\" must be a whole number or text, but it is true"},
      {R"("accounts": [{"code": 1}, {"sign": -1}])",
       "/accounts/1/code: \"code\" is missing in item 2 of \"accounts\""},
      {R"("mapping": {"a": 1})", "/mapping/a: \"a\" must be text, but it is the number 1"},
      {R"("mapping": {"a": "1", "b": "2", "c": "3"})",
       "/mapping: \"mapping\" must have at most 2 settings, but has 3"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(faults_of(kSchema, std::string("{\"path\": \"x\", ") + one.settings + "}"), one.says);
  }
}

TEST(Settings, TheDescriptionSaysWhatIsMissing) {
  EXPECT_EQ(faults_of(kSchema, "{}"),
            "/path: \"path\" is missing; it is described as \"Path or pattern of the files.\"");
  EXPECT_EQ(faults_of(kSchema, R"({"path": ""})"),
            "/path: \"path\" must not be empty; it is described as \"Path or pattern of the "
            "files.\"");
  EXPECT_EQ(faults_of(kSchema, R"({"path": "123456789012345678901"})"),
            "/path: \"path\" must be at most 20 characters long; it is described as \"Path or "
            "pattern of the files.\"");
}

TEST(Settings, AllFaultsAreToldAtOnce) {
  const auto checked = check(kSchema, R"({"days": 0, "strict": 1, "wrong": 2})");
  ASSERT_EQ(checked.faults.size(), 4U);
  EXPECT_EQ(checked.faults[0].pointer, "/path");
  EXPECT_EQ(checked.faults[1].pointer, "/days");
  EXPECT_EQ(checked.faults[2].pointer, "/strict");
  EXPECT_EQ(checked.faults[3].pointer, "/wrong");
}

TEST(Settings, CombinationsAreExplained) {
  const std::string one_of = R"({"type": "object", "oneOf": [
    {"required": ["path"]}, {"required": ["url"]}]})";
  EXPECT_EQ(faults_of(one_of, R"({"path": "a"})"), "");
  EXPECT_EQ(faults_of(one_of, "{}"),
            ": the settings must take one of 2 forms, but takes none: \"path\" or \"url\"");
  EXPECT_EQ(faults_of(one_of, R"({"path": "a", "url": "b"})"),
            ": the settings must take only one of 2 forms, but takes 2: \"path\" or \"url\"");

  const std::string condition = R"({"properties": {"kind": {"enum": ["file", "web"]}},
    "if": {"properties": {"kind": {"const": "web"}}, "required": ["kind"]},
    "then": {"required": ["url"], "properties": {"retries": {"default": 3}}},
    "else": {"required": ["path"]}, "allOf": [{"properties": {"days": {"default": 7}}}],
    "not": {"required": ["forbidden"]}})";
  EXPECT_EQ(faults_of(condition, R"({"kind": "web"})"), "/url: \"url\" is missing; add it");
  EXPECT_EQ(faults_of(condition, R"({"kind": "file"})"), "/path: \"path\" is missing; add it");
  EXPECT_EQ(faults_of(condition, R"({"path": "a", "forbidden": 1})"),
            ": the settings must not be of a form that the plugin excludes");
  EXPECT_EQ(json::parse(check(condition, R"({"kind": "web", "url": "u"})").json),
            json::parse(R"({"kind": "web", "url": "u", "days": 7, "retries": 3})"));
}

// The plugin's author decides how many names there are; the operator's line stays a line.
TEST(Settings, ManyNamesAreCutShort) {
  std::string schema = R"({"properties": {"a": {"enum": [0)";
  for (int i = 1; i < 5000; ++i) schema += "," + std::to_string(i);
  EXPECT_EQ(
      faults_of(schema + "]}}}", R"({"a": "x"})"),
      "/a: \"a\" must be 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 "
      "or 4980 more, but it is the text \"x\"");
  std::string settings = "{\"b0\": 1";
  for (int i = 1; i < 5000; ++i) settings += ",\"b" + std::to_string(i) + "\": 1";
  EXPECT_EQ(check(R"({"additionalProperties": false})", settings + "}").faults.size(), 100U);
}

// Patterns that bring a backtracking matcher to its knees, or down.
TEST(Settings, AHostilePatternEndsNothing) {
  const std::string schema = R"({"properties": {"a": {"pattern": "^(a+)+$"}}})";
  const std::string text(200, 'a');
  EXPECT_NE(faults_of(schema, R"({"a": ")" + text + R"(!"})"), "");
  EXPECT_EQ(faults_of(schema, R"({"a": ")" + text + R"("})"), "");
  const std::string long_text(200'000, 'a');
  const std::string flat = R"({"properties": {"a": {"pattern": "^(a|b)*$"}}})";
  EXPECT_EQ(faults_of(flat, R"({"a": ")" + long_text + R"("})"), "");
  const std::string deep = R"({"properties": {"a": {"pattern": "^(((a?)?)?){1000}$"}}})";
  EXPECT_EQ(faults_of(deep, R"({"a": "aaa"})"), "");
  const std::string nested = R"({"properties": {"a": {"pattern": ")" + std::string(250, '(') +
                             std::string(250, ')') + R"("}}})";
  EXPECT_EQ(faults_of(nested, R"({"a": "aaa"})"), "");
}

TEST(Settings, ALongValueIsCutBetweenCharacters) {
  std::string umlauts = "x";
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  const auto checked =
      check(R"({"properties": {"a": {"type": "integer"}}})", R"({"a": ")" + umlauts + R"("})");
  ASSERT_EQ(checked.faults.size(), 1U);
  std::string shown = "x";
  for (int i = 0; i < 29; ++i) shown += "ü";
  EXPECT_EQ(checked.faults[0].sentence,
            "\"a\" must be a whole number, but it is the text \"" + shown + "…\"");
}

}  // namespace
}  // namespace kpid::plugin_host
