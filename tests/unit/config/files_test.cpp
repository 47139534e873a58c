// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Files that are no config, many faults at once, what a plugin says of its settings, and the
// control socket beside a faulty config.

#include <sys/stat.h>

#include "config/socket_path.hpp"
#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(ConfigTest, AFileThatIsNotThereIsTold) {
  EXPECT_THAT(texts_of(load_config(folder_ / "none.toml", options_)),
              ElementsAre("none.toml:1:1: error: cannot be read: No such file or directory"));
}

TEST_F(ConfigTest, AFolderOrAPipeIsNoConfigAndStopsNobody) {
  EXPECT_THAT(texts_of(load_config(folder_ / "credentials", options_)),
              ElementsAre("credentials:1:1: error: cannot be read: it is not a regular file"));
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(texts_of(load_config(folder_ / "pipe", options_)),
              ElementsAre("pipe:1:1: error: cannot be read: it is not a regular file"));
}

TEST_F(ConfigTest, APictureIsNoConfig) {
  using namespace std::string_view_literals;
  EXPECT_THAT(faults_of("\xFF\xD8\xFF\xE0\x00\x10JFIF\x00\x01"sv),
              ElementsAre("kpid.toml:1:1: error: byte 0xFF is not UTF-8; a config must be a UTF-8 "
                          "text file"));
}

TEST_F(ConfigTest, AByteThatIsNotUtf8HasItsPlace) {
  EXPECT_THAT(faults_of("[trust]\nname = \"St Zo\xEB\x22\n"),  // Windows-1252
              ElementsAre("kpid.toml:2:14: error: byte 0xEB is not UTF-8; a config must be a UTF-8 "
                          "text file"));
  for (const std::string_view bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    const auto faults = faults_of("# \xC2\xA3 " + std::string{bad});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_THAT(faults[0], HasSubstr("kpid.toml:1:5: error: byte 0x"));
  }
}

TEST_F(ConfigTest, NestingWithoutEndIsRefused) {
  const auto faults = faults_of("a = " + std::string(100'000, '['));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_THAT(faults[0], HasSubstr("not valid TOML"));
}

// toml++ bounds nested values, not dotted keys: a tree of a million levels ends the stack.
TEST_F(ConfigTest, AKeyOfAMillionPartsIsRefused) {
  std::string dots;
  for (int i = 0; i < 1'000'000; ++i) dots += "a.";
  EXPECT_THAT(faults_of("# a.b\n[x." + dots + "a]\n"),
              ElementsAre("kpid.toml:2:65: error: a dotted key has more than 32 parts"));
  EXPECT_THAT(faults_of("s = \"\"\"...\\\"\"\"\"\"\nsettings." + dots + "a = 1\n"),
              ElementsAre("kpid.toml:2:71: error: a dotted key has more than 32 parts"));
  write("kpid.toml", "[daemon." + dots + "a]\n");
  EXPECT_FALSE(control_socket(folder_ / "kpid.toml"));
}

TEST_F(ConfigTest, DotsInTextAndCommentsAreNoKeys) {
  const std::string dots(100, '.');
  EXPECT_THAT(faults_of("# " + dots + "\n[trust]\nname = '" + dots + "'\n[[school]]\n" +
                        "urn = 900001\nname = \"\"\"" + dots + "\\\"\"" + dots +
                        "\"\"\"\"\"\n[funding]\nper_pupil = 1.5\n"),
              IsEmpty());
}

// The deepest tree that gets by: every value that may be nested, each under the longest key.
TEST_F(ConfigTest, TheDeepestTreeIsWalkedWithoutHarm) {
  std::string key = "a";
  for (int i = 1; i < 32; ++i) key += ".a";
  std::string content = std::string{head} + "[[source]]\nname = \"roll\"\nplugin = \"p\"\n" +
                        "schedule = \"on change\"\n[source.settings]\n" + key + " = ";
  for (int i = 0; i < 200; ++i) content += "{" + key + " = ";
  content += "1" + std::string(200, '}') + "\n";
  EXPECT_THAT(faults_of(content),
              ElementsAre("kpid.toml:14:68: error: settings must not be nested deeper than 32"));
}

TEST_F(ConfigTest, AllFaultsAreToldInTheOrderOfTheirPlaces) {
  EXPECT_THAT(
      faults_of(R"([[destination]]
name = "board"
format = "standard"
url = "ftp://x"

[[rule]]
name = "low"
kpi = "finance.reserve"
red = "about 5"

[[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "sometimes"
cursor = 5

[trust]
timezone = "GMT+25"
)"),
      ElementsAre(
          "kpid.toml:1:1: error: there is no school; write [[school]] with urn and name for each",
          "kpid.toml:1:1: error: a standard destination signs what it sends; name its secret with "
          "\"signing_secret_credential\" or \"signing_secret_file\"",
          "kpid.toml:4:7: error: the destination's URL must start with https:// or http://",
          "kpid.toml:8:7: error: the catalogue has no KPI \"finance.reserve\"; did you mean "
          "\"finance.reserves\"?",
          "kpid.toml:9:7: error: \"about 5\" is no threshold; write it as \"< 5\", \"<= 5\", \"> "
          "5\" or \">= 5\"",
          "kpid.toml:11:1: error: this source has no school to match: there is no [[school]]",
          "kpid.toml:14:12: error: \"sometimes\" is no schedule; write \"every 15 min\", \"daily "
          "06:30\", five cron fields, \"on change\", or \"pushed\"",
          "kpid.toml:15:1: error: unknown key \"cursor\"; [[source]] knows \"name\", \"plugin\", "
          "\"library\", \"schedule\", \"allowed_hosts\", \"time_limit\", \"memory_limit\", "
          "\"stale_after\", \"secrets\", \"allowed_networks\", \"size_limit\", \"http\", \"sftp\", "
          "\"drop\", \"hook\" and \"settings\"",
          "kpid.toml:17:1: error: [trust] has no \"name\"",
          "kpid.toml:18:12: error: \"GMT+25\" is no time zone; write for example "
          "\"Europe/London\""));
}

TEST_F(ConfigTest, ACredentialNeedsItsDirectory) {
  options_.credentials_directory.clear();
  EXPECT_THAT(faults_of(std::string{head} + R"([[destination]]
name = "finance-team"
format = "teams"
url_credential = "url"
)"),
              ElementsAre("kpid.toml:12:18: error: the credential \"url\" cannot be read: "
                          "$CREDENTIALS_DIRECTORY is not set; start kpid by systemd with "
                          "LoadCredential=url:FILE, or name a file instead"));
}

TEST_F(ConfigTest, NoFaultShowsASecret) {
  write("credentials/secret-url", "ftp://hooks.example.org/?sig=hidden");
  write("credentials/secret-key", "whsec_hidden!");
  for (const auto& fault : faults_of(std::string{head} + R"([[destination]]
name = "board"
format = "standard"
url_credential = "secret-url"
signing_secret_credential = "secret-key"

[[destination]]
name = "other"
format = "standard"
url = "https://me:hidden@hooks.example.org/"
signing_secret = "whsec_hidden!"
)")) {
    EXPECT_THAT(fault, Not(HasSubstr("hidden")));
  }
}

constexpr std::string_view source = R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "on change"
[source.settings]
path = "in/*.csv"
columns = { school = "School", "a/b" = 5 }
list = [1,
  2]
)";

TEST_F(ConfigTest, AFaultOfTheSettingsStandsWhereTheSettingStands) {
  options_.check_settings = [](const std::filesystem::path&, std::string_view) {
    LoadOptions::PluginSettings settings;
    settings.faults = {{"", "\"format\" is missing"},
                       {"/columns/a~1b", "must be text"},
                       {"/list/1", "is too large"},
                       {"/columns/absent", "is missing"}};
    return Result<LoadOptions::PluginSettings>{settings};
  };
  EXPECT_THAT(
      faults_of(std::string{head}.append(source)),
      ElementsAre("kpid.toml:13:1: error: \"format\" is missing",
                  "kpid.toml:15:11: error: is missing", "kpid.toml:15:40: error: must be text",
                  "kpid.toml:17:3: error: is too large"));
}

TEST_F(ConfigTest, SettingsBecomeJsonAndComeBackWithTheirDefaults) {
  std::string asked;
  std::filesystem::path library;
  options_.plugin_directories = {folder_ / "plugins"};
  options_.check_settings = [&](const std::filesystem::path& file, std::string_view json) {
    asked = json;
    library = file;
    return Result<LoadOptions::PluginSettings>{{R"({"filled":true})", {}, {}, {}}};
  };
  const auto loaded = load(std::string{head} + R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "on change"
settings = { path = "a\"b", on = true, day = 2025-10-02, n = -3, share = 0.5, deep = { x = [] } }
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(library, folder_ / "plugins/pupil_roll.so");
  EXPECT_EQ(asked, R"({"day":"2025-10-02","deep":{"x":[]},"n":-3,"on":true,"path":"a\"b",)"
                   R"("share":5E-1})");
  EXPECT_EQ(loaded.config->sources.at(0).settings_json, R"({"filled":true})");
  EXPECT_EQ(loaded.config->sources.at(0).settings_place,
            (folder_ / "kpid.toml").string() + ":13:12");
}

TEST_F(ConfigTest, APluginThatCannotBeReadIsNoConfigFault) {
  options_.check_settings = [](const std::filesystem::path&, std::string_view) {
    return Result<LoadOptions::PluginSettings>{
        tl::unexpected(Error{ErrorKind::plugin, "no such file", ""})};
  };
  // Its measures are not known, so the rule may be right.
  EXPECT_THAT(faults_of(std::string{head}.append(source) + R"([[rule]]
name = "low"
kpi = "finance.reserves"
red = "< 0"
)"),
              IsEmpty());
}

TEST_F(ConfigTest, ARuleWhoseFiguresNoSourceProvidesIsASlip) {
  options_.check_settings = [](const std::filesystem::path&, std::string_view) {
    return Result<LoadOptions::PluginSettings>{{"{}", {}, {"finance.reserves"}, {}}};
  };
  EXPECT_THAT(faults_of(std::string{head}.append(source) + R"([[rule]]
name = "low"
kpi = "finance.reserves"
red = "< 0"

[[rule]]
name = "share"
kpi = "finance.reserves_percent"
red = "< 5"
)"),
              ElementsAre("kpid.toml:25:7: error: no configured source provides "
                          "\"finance.income\", which the KPI \"finance.reserves_percent\" needs"));
}

TEST_F(ConfigTest, ThePluginIsTakenFromTheFirstFolderThatHasIt) {
  for (const char* folder : {"first", "second", "third"}) {
    std::filesystem::create_directory(folder_ / folder);
  }
  write("second/pupil_roll.so", "");
  write("third/pupil_roll.so", "");
  const auto loaded = load(std::string{head} +
                           "[daemon]\nplugin_directories = [\"first\", \"second\", \"third\"]\n" +
                           std::string{source} + R"([[source]]
name = "own"
plugin = "pupil_roll"
library = "my/own.so"
schedule = "on change"
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(loaded.config->sources.at(0).library, folder_ / "second/pupil_roll.so");
  EXPECT_EQ(loaded.config->sources.at(1).library, folder_ / "my/own.so");
}

TEST_F(ConfigTest, TheSocketIsKnownBesideAFaultyConfig) {
  write("kpid.toml", "[daemon]\nsocket = \"run/kpid.sock\"\nlog_level = 5\n[deamon]\n");
  ASSERT_THAT(load_config(folder_ / "kpid.toml", options_).faults, Not(IsEmpty()));
  EXPECT_EQ(control_socket(folder_ / "kpid.toml").value(), folder_ / "run/kpid.sock");
  write("kpid.toml", "[daemon]\nsocket = \"/run/other.sock\"\n");
  EXPECT_EQ(control_socket(folder_ / "kpid.toml").value(), "/run/other.sock");
  write("kpid.toml", "");
  EXPECT_EQ(control_socket(folder_ / "kpid.toml").value(), "/run/kpid/kpid.sock");
  write("kpid.toml", "daemon = 3\n");
  EXPECT_EQ(control_socket(folder_ / "kpid.toml").value(), "/run/kpid/kpid.sock");
}

TEST_F(ConfigTest, ASocketThatCannotBeKnownIsAnError) {
  const std::string file = (folder_ / "kpid.toml").string();
  EXPECT_EQ(control_socket(folder_ / "kpid.toml").error().text(),
            file + ": cannot be read: No such file or directory");
  write("kpid.toml", "\n[daemon]\nsocket = 5\n");
  EXPECT_EQ(control_socket(folder_ / "kpid.toml").error().text(),
            file + ":3:10: \"socket\" in [daemon] must be a path");
  write("kpid.toml", "[daemon\n");
  EXPECT_EQ(control_socket(folder_ / "kpid.toml").error().text(),
            file +
                ":1:8: not valid TOML: error while parsing table header: expected ']', saw "
                "'\\n'");
}

}  // namespace
}  // namespace kpid
