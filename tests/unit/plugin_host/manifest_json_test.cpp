// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/manifest_json.hpp"

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"
#include "unit/plugin_host/library_bytes.hpp"

namespace kpid::plugin_host {
namespace {

namespace json = boost::json;

const std::string kGood = R"({
  "id": "finance", "version": "2.0.1", "title": "Finance", "licence": "MIT",
  "requires": ["kpid.fetch/1"], "optional": ["kpid.later/2"],
  "allowed_hosts": ["api.example.org", "*.example.net", "localhost:8080"],
  "depends_on_today": true,
  "x-homepage": {"anything": true},
  "settings": {
    "type": "object", "additionalProperties": false, "required": ["path"],
    "properties": {
      "path": {"type": "string", "description": "Where the ledger lies."},
      "api_token": {"type": "string", "secret": true},
      "password": {"type": "string", "writeOnly": true},
      "key_stage": {"type": "string"}, "token_url": {"type": "string"},
      "max_tokens": {"type": "integer"}, "days": {"type": "integer", "default": 7, "minimum": 1}
    }
  },
  "measures": [
    {"id": "finance.reserves", "title": "Reserves", "unit": "pence", "calendar": "financial_year"},
    {"id": "finance.spend", "title": "Spend", "unit": "pence", "calendar": "month",
     "minimum": -5.5, "maximum": 1e12, "whole": true, "dimensions": ["phase", "year_group"]}
  ]
})";

TEST(ManifestJson, EveryKeyIsRead) {
  const auto manifest = parse_manifest(kGood);
  ASSERT_TRUE(manifest) << manifest.error().text();
  EXPECT_EQ(manifest->id, "finance");
  EXPECT_EQ(manifest->version, "2.0.1");
  EXPECT_EQ(manifest->optional_extensions, std::vector<std::string>{"kpid.later/2"});
  EXPECT_EQ(manifest->allowed_hosts,
            (std::vector<std::string>{"api.example.org", "*.example.net", "localhost:8080"}));
  EXPECT_TRUE(manifest->depends_on_today);
  ASSERT_EQ(manifest->measures.size(), 2U);
  const Measure& spend = manifest->measures[1];
  EXPECT_EQ(spend.id, "finance.spend");
  EXPECT_EQ(spend.title, "Spend");
  EXPECT_EQ(spend.unit, Unit::pence);
  EXPECT_EQ(spend.calendar, Calendar::month);
  EXPECT_EQ(spend.minimum, -5.5);
  EXPECT_EQ(spend.maximum, 1e12);
  EXPECT_TRUE(spend.whole);
  EXPECT_EQ(spend.dimensions, (std::vector<std::string>{"phase", "year_group"}));
  EXPECT_FALSE(manifest->measures[0].whole);
  EXPECT_EQ(manifest->text, kGood);
  EXPECT_NE(manifest->settings_schema.find("\"path\""), std::string::npos);
}

TEST(ManifestJson, WhatIsNoJsonIsRefused) {
  const auto sentence = [](std::string_view text) {
    const auto manifest = parse_manifest(text);
    return manifest ? "accepted" : manifest.error().sentence;
  };
  EXPECT_EQ(sentence(""), "the plugin's manifest is not valid JSON: incomplete JSON");
  EXPECT_EQ(sentence("{\"id\": }"), "the plugin's manifest is not valid JSON: syntax error");
  EXPECT_EQ(sentence(kGood + "{}"), "the plugin's manifest is not valid JSON: extra data");
  EXPECT_EQ(sentence("{\"id\": \"\xff\"}"),
            "the plugin's manifest is not UTF-8; save its file as UTF-8");
  EXPECT_EQ(sentence("[1]"), "the plugin's manifest must be a table, but it is a list");
  EXPECT_EQ(sentence(std::string(100'000, '[')),
            "the plugin's manifest is not valid JSON: too deep");
}

struct Case {
  const char* pointer;  // where a value is put; a null value removes the key
  const char* value;    // as JSON
  const char* says;     // after "the plugin's manifest: "
};

// The good manifest with one change.
std::string changed(const char* pointer, const char* value) {
  json::value manifest = json::parse(kGood);
  std::string path = pointer;
  const std::size_t slash = path.rfind('/');
  json::value* parent = &manifest;
  if (slash > 0) parent = &manifest.at_pointer(path.substr(0, slash));
  const std::string key = path.substr(slash + 1);
  if (parent->is_array()) {
    auto& array = parent->get_array();
    const auto index = std::stoul(key);
    if (index == array.size()) {
      array.push_back(json::parse(value));
    } else {
      array[index] = json::parse(value);
    }
  } else if (value == nullptr) {
    parent->get_object().erase(key);
  } else {
    parent->get_object()[key] = json::parse(value);
  }
  return json::serialize(manifest);
}

const std::vector<Case> kCases{
    {"/id", nullptr, "/id is missing; add it"},
    {"/version", nullptr, "/version is missing; add it"},
    {"/title", nullptr, "/title is missing; add it"},
    {"/licence", nullptr, "/licence is missing; add it"},
    {"/settings", nullptr, "/settings is missing; add it"},
    {"/measures", nullptr, "/measures is missing; add it"},
    {"/license", "\"MIT\"", "/license is not a key that kpid knows; did you mean \"licence\"?"},
    {"/\x1b[2J", "1",
     "/?[2J is not a key that kpid knows; known are \"id\", \"version\", \"title\", \"licence\", "
     "\"requires\", \"optional\", \"allowed_hosts\", "
     "\"depends_on_today\", \"settings\" and \"measures\""},
    {"/depends_on_today", "\"yes\"",
     "/depends_on_today must be true or false, but it is the text \"yes\""},
    {"/id", "5", "/id must be text, but it is the number 5"},
    {"/id", "\"Finance-2\"", "/id is \"Finance-2\", but must be a word of a to z, 0 to 9 and _"},
    {"/id", "\"../finance\"", "/id is \"../finance\", but must be a word of a to z, 0 to 9 and _"},
    {"/version", "\"\"", "/version must not be empty"},
    {"/title", "\"a\\u001b[31m\"",
     "/title holds a control character; write one line of plain text"},
    {"/title", "[]", "/title must be text, but it is a list"},
    {"/requires", "\"kpid.fetch/1\"",
     "/requires must be a list, but it is the text \"kpid.fetch/1\""},
    {"/requires/0", "\"kpid.telepathy/1\"",
     "/requires names \"kpid.telepathy/1\", which this kpid does not offer; upgrade kpid or "
     "install "
     "an older version of the plugin"},
    {"/requires/0", "\"fetch\"",
     "/requires/0 is \"fetch\", but must be an extension's name such as \"kpid.fetch/1\""},
    {"/requires/1", "\"kpid.fetch/1\"", "/requires/1 names \"kpid.fetch/1\" for the second time"},
    {"/optional/0", "7", "/optional/0 must be text, but it is the number 7"},
    {"/allowed_hosts/0", "\"https://api.example.org/\"",
     "/allowed_hosts/0 is \"https://api.example.org/\", but must be a host's name in small letters "
     "such as \"api.example.org\", without scheme and path"},
    {"/allowed_hosts/0", "\"*\"",
     "/allowed_hosts/0 is \"*\", but must be a host's name in small letters such as "
     "\"api.example.org\", without scheme and path"},
    {"/measures", "[]", "/measures is empty; declare what the plugin can emit"},
    {"/measures", "{}", "/measures must be a list, but it is a table"},
    {"/measures/0", "\"reserves\"", "/measures/0 must be a table, but it is the text \"reserves\""},
    {"/measures/0/id", "\"Finance.Reserves\"",
     "/measures/0/id is \"Finance.Reserves\", but must be words of a to z, 0 to 9 and _, joined by "
     "dots"},
    {"/measures/0/unit", nullptr, "/measures/0/unit is missing; add it"},
    {"/measures/0/unit", "\"pense\"",
     "/measures/0/unit is \"pense\", which is no unit; did you mean \"pence\"?"},
    {"/measures/0/unit", "\"furlongs\"",
     "/measures/0/unit is \"furlongs\", which is no unit; known are \"count\", \"pupils\", "
     "\"places\", \"pence\", \"percent\", \"sessions\", \"days\", \"months\", \"hours\", \"kWh\", "
     "\"kgCO2e\" and \"m2\""},
    {"/measures/0/calendar", "\"fiscal\"",
     "/measures/0/calendar is \"fiscal\", which is no calendar; known are \"day\", \"week\", "
     "\"month\", \"term\", \"academic_year\" and \"financial_year\""},
    {"/measures/0/maximun", "5",
     "/measures/0/maximun is not a key that kpid knows; did you mean \"maximum\"?"},
    {"/measures/1/id", "\"finance.reserves\"",
     "/measures/1/id declares the measure \"finance.reserves\" for the second time"},
    {"/measures/1/minimum", "\"0\"",
     "/measures/1/minimum must be a number, but it is the text \"0\""},
    {"/measures/1/maximum", "-6", "/measures/1/minimum is -5.5, which is above the maximum, -6"},
    {"/measures/1/whole", "1", "/measures/1/whole must be true or false, but it is the number 1"},
    {"/measures/1/dimensions/0", "\"Year Group\"",
     "/measures/1/dimensions/0 is \"Year Group\", but must be a word of a to z, 0 to 9 and _"},
    {"/settings", "true", "/settings must be a table (a JSON Schema), but it is true"},
    {"/settings/type", "\"array\"", "/settings/type must be \"object\": settings are a table"},
    {"/settings/type", "\"objekt\"",
     "/settings/type is \"objekt\", which is no type; did you mean \"object\"?"},
    {"/settings/properties", "[]",
     "/settings/properties must be a table of settings, but it is a list"},
    {"/settings/properties/path/type", "{}",
     "/settings/properties/path/type must be a type or a list of types; known are \"string\", "
     "\"integer\", \"number\", \"boolean\", \"array\", \"object\" and \"null\""},
    {"/settings/properties/path/description", "3",
     "/settings/properties/path/description must be text, but it is the number 3"},
    {"/settings/properties/path/pattern", "\"([a-z\"",
     "/settings/properties/path/pattern is \"([a-z\", which is no regular expression without "
     "back-references"},
    {"/settings/properties/path/pattern", "\"((a{90}){90}){90}\"",
     "/settings/properties/path/pattern is too complex: patterns have at most 500 characters and "
     "repeat at most 1000 times in all"},
    {"/settings/properties/path/enum", "[]",
     "/settings/properties/path/enum must be a list that is not empty, but it is a list"},
    {"/settings/properties/path/minLength", "-1",
     "/settings/properties/path/minLength must be a whole number, 0 or more, but it is the number "
     "-1"},
    {"/settings/properties/days/maximum", "0",
     "/settings/properties/days/minimum is 1, which is above maximum, 0"},
    {"/settings/properties/days/multipleOf", "0",
     "/settings/properties/days/multipleOf must be a number above 0, but it is the number 0"},
    {"/settings/properties/days/default", "0",
     "/settings/properties/days/default breaks its own schema: it must be at least 1, but it is "
     "the number 0"},
    {"/settings/$ref", "\"#\"",
     "/settings/$ref is not a keyword of JSON Schema that kpid checks; leave it out or write it "
     "with others"},
    {"/settings/required", "\"path\"",
     "/settings/required must be a list of names, but it is the text \"path\""},
    {"/settings/anyOf", R"([{"properties": {"path": {"pattern": "x"}}}])",
     "/settings/anyOf/0/properties/path/pattern stands inside anyOf, oneOf, not or if, where kpid "
     "does not check it; move it out"},
};

TEST(ManifestJson, EachFaultHasItsSentence) {
  for (const Case& one : kCases) {
    const auto manifest = parse_manifest(changed(one.pointer, one.value));
    EXPECT_FALSE(manifest) << one.says;
    if (manifest) continue;
    EXPECT_EQ(manifest.error().sentence, std::string("the plugin's manifest: ") + one.says);
    EXPECT_EQ(manifest.error().kind, ErrorKind::plugin);
  }
}

TEST(ManifestJson, ASecretMustBeFlagged) {
  for (const char* name :
       {"password",     "Password",    "db_password", "dbPassword",    "passphrase", "token",
        "access_token", "accessToken", "tokens",      "api_key",       "apikey",     "apiKey",
        "API_KEY",      "key",         "keys",        "client_secret", "secret2",    "secret_value",
        "bearer-token", "credentials", "pwd"}) {
    const std::string pointer = std::string("/settings/properties/") + name;
    const auto manifest = parse_manifest(changed(pointer.c_str(), R"({"type": "string"})"));
    ASSERT_FALSE(manifest) << name;
    EXPECT_EQ(manifest.error().sentence,
              "the plugin's manifest: " + pointer +
                  " looks like a password, token, key or secret, but is not flagged as one; add "
                  "\"secret\": true, or name it otherwise");
    for (const char* schema :
         {R"({"type": "string", "secret": true})", R"({"type": "string", "writeOnly": true})",
          R"({"type": "integer"})", R"({"type": "boolean"})"}) {
      EXPECT_TRUE(parse_manifest(changed(pointer.c_str(), schema))) << name << schema;
    }
    EXPECT_FALSE(parse_manifest(changed(pointer.c_str(), R"({"secret": false})"))) << name;
  }
  for (const char* name : {"keyword", "key_stage", "monkey", "token_url", "secretary", "path"}) {
    const std::string pointer = std::string("/settings/properties/") + name;
    EXPECT_TRUE(parse_manifest(changed(pointer.c_str(), R"({"type": "string"})"))) << name;
  }
}

TEST(ManifestJson, ANestedSecretMustBeFlaggedToo) {
  const char* nested = R"({"type": "array", "items": {"properties": {"token": {}}}})";
  const auto manifest = parse_manifest(changed("/settings/properties/accounts", nested));
  ASSERT_FALSE(manifest);
  EXPECT_TRUE(manifest.error().sentence.starts_with(
      "the plugin's manifest: /settings/properties/accounts/items/properties/token looks like"));
}

// The same sentences reach whoever reads a library, with its path.
TEST(ManifestJson, AFaultyManifestInALibraryNamesTheLibrary) {
  const kpid::testing::TemporaryFolder folder;
  const auto file = folder / "finance.so";
  const std::string good = testing::read_bytes(KPID_LIBRARY_GOOD);
  testing::write_bytes(file, testing::with_manifest(good, kGood));
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  const auto accepted = read_manifest(file);
  ASSERT_TRUE(accepted) << accepted.error().text();
  EXPECT_EQ(accepted->id, "finance");
  testing::write_bytes(file, testing::with_manifest(good, changed("/version", nullptr)));
  const auto refused = read_manifest(file);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text(),
            file.string() + ": the plugin's manifest: /version is missing; add it");
}

}  // namespace
}  // namespace kpid::plugin_host
