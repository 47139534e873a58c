// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The config files that come with kpid: the reference, and the demo trust.

#include <iterator>
#include <regex>

#include "model/message_template.hpp"
#include "support/places.hpp"
#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::filesystem::path shipped =
    std::filesystem::path{kpid::testing::source_folder()} / "config";

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream{file};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

class ShippedConfig : public ConfigTest {
 protected:
  ShippedConfig() {
    write("credentials/webhook-signing", signing_secret);
    write("credentials/finance-teams-url", "https://example.org/flow?sig=x");
  }
};

TEST_F(ShippedConfig, TheReferenceLoads) {
  const auto loaded = load_config(shipped / "kpid.toml", options_);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(loaded.config->sources.at(0).settings_json,
            R"({"format":"gias","path":"in/roll/*.csv"})");
  EXPECT_EQ(loaded.config->organisations.find("EXMP")->joined, make_date(2018, 11, 1));
  EXPECT_EQ(loaded.config->organisations.find("England")->kind, OrganisationKind::comparator);
}

// What the reference calls a default is the default: taken out, the config is the same.
TEST_F(ShippedConfig, TheReferencesDefaultsAreTheDefaults) {
  options_.plugin_directories = {"/usr/lib/kpid/plugins"};
  const auto with = load_config(shipped / "kpid.toml", options_);
  const std::regex defaults{"\n[a-z_]+ = [^\n#]*# default[^:\n][^\n]*"};
  const auto text = content_of(shipped / "kpid.toml");
  const auto without = load(std::regex_replace(text, defaults, ""));
  ASSERT_THAT(texts_of(with), IsEmpty());
  ASSERT_THAT(texts_of(without), IsEmpty());
  EXPECT_GT(std::distance(std::sregex_iterator(text.begin(), text.end(), defaults), {}), 15);
  const Config& a = *with.config;
  const Config& b = *without.config;
  EXPECT_EQ(a.instance, b.instance);
  EXPECT_EQ(a.timezone, b.timezone);
  EXPECT_EQ(a.database, b.database);
  EXPECT_EQ(a.socket, b.socket);
  EXPECT_EQ(a.log_level, b.log_level);
  EXPECT_EQ(a.dashboard_url, b.dashboard_url);
  EXPECT_EQ(a.sources[0].time_limit, b.sources[0].time_limit);
  EXPECT_EQ(a.sources[0].memory_limit, b.sources[0].memory_limit);
  EXPECT_EQ(a.sources[0].allowed_hosts, b.sources[0].allowed_hosts);
  EXPECT_EQ(a.rules[0].compare, b.rules[0].compare);
  EXPECT_EQ(a.rules[0].clear_margin, b.rules[0].clear_margin);
  EXPECT_EQ(a.rules[0].for_periods, b.rules[0].for_periods);
  EXPECT_EQ(a.destinations[0].minimum_severity, b.destinations[0].minimum_severity);
  EXPECT_EQ(a.destinations[0].timeout, b.destinations[0].timeout);
  EXPECT_EQ(a.destinations[0].retry_schedule, b.destinations[0].retry_schedule);
  EXPECT_EQ(a.destinations[0].connections, b.destinations[0].connections);
  EXPECT_EQ(a.destinations[0].rates, b.destinations[0].rates);
}

// The loader names every key it knows where it meets one that it does not; the reference has all.
TEST_F(ShippedConfig, TheReferenceShowsEveryKey) {
  const std::string reference = content_of(shipped / "kpid.toml");
  const std::regex known_key{"\"([a-z_]+)\""};
  for (const char* table : {"[trust]", "[daemon]", "[funding]", "[calendar]", "[catalogue]",
                            "[[school]]", "[[comparator]]", "[[source]]", "[[rule]]",
                            "[[destination]]", "[heartbeat]", "[routing]", "[http]"}) {
    const auto faults = faults_of(std::string{table} + "\nqqqqqqqqqqqq = 1\n");
    std::string listing;
    for (const auto& fault : faults) {
      if (fault.find("qqqq") != std::string::npos) listing = fault.substr(fault.find(';'));
    }
    ASSERT_FALSE(listing.empty()) << table;
    for (std::sregex_iterator at{listing.begin(), listing.end(), known_key}, end; at != end; ++at) {
      const std::string key = (*at)[1];
      if (key == "term_dates") continue;  // it has moved to [calendar]
      if (key == "signing_secret" || key == "signing_secrets") continue;  // refused
      const bool is_table = key == "settings" || key == "secrets" || key == "http" ||
                            key == "sftp" || key == "drop" || key == "hook";
      EXPECT_THAT(reference, HasSubstr(is_table ? "[source." + key + "]" : key + " = ")) << table;
    }
  }
}

// Likewise those of a source's own tables, which stand there as examples.
TEST_F(ShippedConfig, TheReferenceShowsEveryKeyOfFetching) {
  const std::string reference = content_of(shipped / "kpid.toml");
  const std::regex known_key{"\"([a-z_0-9]+)\""};
  for (const char* table : {"http", "http.oauth2", "http.basic", "sftp", "drop", "hook"}) {
    const auto faults =
        faults_of("[[source]]\n[source." + std::string(table) + "]\nqqqqqqqqqqqq = 1\n");
    std::string listing;
    for (const auto& fault : faults) {
      if (fault.find("qqqq") != std::string::npos) listing = fault.substr(fault.find(';'));
    }
    ASSERT_FALSE(listing.empty()) << table;
    for (std::sregex_iterator at{listing.begin(), listing.end(), known_key}, end; at != end; ++at) {
      const std::string key = (*at)[1];
      const bool secret = key == "signing_secret" || key == "token" || key == "hmac_secret";
      if (secret && std::string(table) == "hook") continue;  // refused
      const bool a_file = key.ends_with("_file") && std::string(table) == "hook";
      EXPECT_THAT(reference, HasSubstr(key + (a_file ? "" : " = "))) << table;
    }
  }
}

// And they load, once their comments are taken away.
TEST_F(ShippedConfig, TheReferencesExamplesOfFetchingLoad) {
  write("credentials/roll-token", "abc\n");
  std::string text = content_of(shipped / "kpid.toml");
  const auto from = text.find("# [source.secrets]");
  const auto to = text.find("# [source.hook]");
  std::string part = std::regex_replace(text.substr(from, to - from), std::regex{"\n# "}, "\n");
  part = part.substr(2);
  for (const char* line : {"basic = ", "oauth2 = ", "password = ", "ca_file = ", "passphrase = "}) {
    part = std::regex_replace(part, std::regex{"\n" + std::string(line) + "[^\n]*"}, "");
  }
  part = std::regex_replace(part, std::regex{"\\{\\{secret:[a-z]+\\}\\}"}, "{{secret:token}}");
  part = std::regex_replace(part, std::regex{"\"done\""}, "\".\"");
  const auto loaded = load(text.replace(from, to - from, part));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SourceConfig& source = loaded.config->sources.at(0);
  EXPECT_EQ(source.http.bearer, "{{secret:token}}");
  EXPECT_EQ(source.http.headers.size(), 2U);
  EXPECT_EQ(source.http.requests_per_minute, 60U);
  EXPECT_EQ(source.sftp.host_keys.size(), 1U);
  EXPECT_EQ(source.drop->complete_after, std::chrono::seconds{30});
}

// So does what is pushed, with each of the three proofs.
TEST_F(ShippedConfig, TheReferencesExampleOfAHookLoads) {
  write("credentials/roll-hook", signing_secret);
  std::string text = content_of(shipped / "kpid.toml");
  const auto from = text.find("# [source.hook]");
  const auto to = text.find("# When a KPI calls for attention.");
  std::string part = std::regex_replace(text.substr(from, to - from), std::regex{"\n# "}, "\n");
  text.replace(from, to - from, part.substr(2));
  text = std::regex_replace(text, std::regex{"# \\[http\\]\n# listen"}, "[http]\nlisten");
  text = std::regex_replace(text, std::regex{"\n# public_url"}, "\npublic_url");
  text = std::regex_replace(text, std::regex{"daily 06:30\"  "}, "pushed\"");
  text = std::regex_replace(text, std::regex{"in/roll/\\*.csv"}, "hook:");
  const auto only = [&](const std::string& others) {
    return load(std::regex_replace(text, std::regex{"\n" + others + "[a-z_]+ = [^\n]*"}, ""));
  };
  using Proof = HookConfig::Proof;
  for (const auto& [proof, others] : {std::pair{Proof::standard_webhooks, "(token|hmac)_"},
                                      std::pair{Proof::bearer, "(signing_secret|hmac)_"},
                                      std::pair{Proof::hmac, "(signing_secret|token)_"}}) {
    // The destination of the reference signs, too.
    std::string with = std::string(others) + "(?!credential = \"webhook)";
    const auto loaded = only(with);
    ASSERT_THAT(texts_of(loaded), IsEmpty());
    EXPECT_EQ(loaded.config->sources.at(0).hook->proof, proof);
    EXPECT_EQ(loaded.config->sources.at(0).hook->size_limit, HookConfig{}.size_limit);
    EXPECT_EQ(loaded.config->listen->public_url, "https://kpid.example.org");
  }
}

// Nor do those of rules stand there untried.
TEST_F(ShippedConfig, TheReferencesExamplesOfRulesLoad) {
  std::string text = content_of(shipped / "kpid.toml");
  const auto from = text.find("# [[rule]]");
  const auto to = text.find("# Who is told.");
  std::string part = std::regex_replace(text.substr(from, to - from),
                                        std::regex{"\n# ([a-z_]+ = |\\[\\[)"}, "\n$1");
  part = part.substr(2);
  const auto loaded = load(text.replace(from, to - from, part));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Config& config = *loaded.config;
  ASSERT_EQ(config.rules.size(), 6U);
  EXPECT_EQ(config.rules[1].compare, Comparison::target);
  EXPECT_EQ(config.rules[2].other_kpi, "attendance.attendance_percent");
  EXPECT_EQ(config.rules[3].other_organisation, "E92000001");
  EXPECT_EQ(config.rules[4].forecast,
            (ForecastSpec{ForecastSpec::Method::least_squares, 12, 2, 80}));
  EXPECT_EQ(config.rules[5].stale_after, (Span{10, Span::Unit::school_days}));
}

// Those of the destinations' formats alike.
TEST_F(ShippedConfig, TheReferencesExamplesOfFormatsLoad) {
  for (const char* name : {"site-slack-url", "help-desk-url"}) {
    write("credentials/" + std::string{name}, "https://example.org/x");
  }
  write("credentials/pagerduty-key", std::string(32, 'a'));
  write("credentials/monitoring-token", "abc");
  write("credentials/ntfy-token", "abc");
  write("credentials/mail-password", "abc");
  const std::string form = content_of(shipped / "examples/help-desk.mustache");
  write("help-desk.mustache", form);
  std::string text = content_of(shipped / "kpid.toml");
  const auto from = text.find("# [[destination]]");
  std::string part = std::regex_replace("\n" + text.substr(from), std::regex{"\n# "}, "\n");
  part = std::regex_replace(
      part, std::regex{"\n(routing_key_file|token_file|password_file) = [^\n]*"}, "");
  part = std::regex_replace(part, std::regex{"\n[^\n=]*[^\n= ] [^\n=]*(?=\n)"}, "");  // sentences
  const auto loaded = load(text.replace(from, std::string::npos, part));
  ASSERT_THAT(texts_of(loaded), IsEmpty()) << part;
  std::vector<DestinationFormat> formats;
  for (const auto& one : loaded.config->destinations) formats.push_back(one.format);
  EXPECT_THAT(formats, ElementsAre(DestinationFormat::standard, DestinationFormat::teams,
                                   DestinationFormat::slack, DestinationFormat::pagerduty,
                                   DestinationFormat::alertmanager, DestinationFormat::ntfy,
                                   DestinationFormat::by_template, DestinationFormat::email));
}

// The example's comment lists every variable, members behind their group.
TEST_F(ShippedConfig, TheExampleTemplateNamesEveryVariable) {
  const std::string form = content_of(shipped / "examples/help-desk.mustache");
  const std::string comment = form.substr(0, form.find("}}"));
  for (const TemplateVariable& variable : template_variables()) {
    const std::string name{variable.name};
    const auto dot = name.find('.');
    const std::string pattern =
        dot == std::string::npos
            ? "[ (]" + name + "[ )\n]"
            : " " + name.substr(0, dot) + " \\(([a-z0-9_]+ )*" + name.substr(dot + 1) + "[ )]";
    EXPECT_TRUE(std::regex_search(comment, std::regex{pattern})) << name;
  }
}

TEST_F(ShippedConfig, TheDemoLoadsWithoutCredentials) {
  options_.credentials_directory.clear();
  const auto loaded = load_config(shipped / "demo/kpid.toml", options_);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Config& config = *loaded.config;
  EXPECT_EQ(config.organisations.school_count(), 4U);
  EXPECT_EQ(config.database,
            std::filesystem::path{kpid::testing::source_folder()} / "build/demo/kpid.sqlite");
  EXPECT_EQ(config.sources.size(), 7U);
  EXPECT_EQ(config.rules.size(), 10U);
  ASSERT_EQ(config.destinations.size(), 2U);
  EXPECT_EQ(config.destinations[0].signing_secrets.size(), 1U);
  EXPECT_THAT(config.destinations[1].owners, ElementsAre("finance"));
}

TEST_F(ShippedConfig, TheDemosCalendarsSpeakOfThreeYears) {
  const auto loaded = load_config(shipped / "demo/kpid.toml", options_);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SchoolCalendars& all = loaded.config->calendars;
  EXPECT_EQ(all.trust().written(), (Period{make_date(2024, 9, 1), make_date(2027, 8, 31)}));
  for (int year = 2024; year <= 2026; ++year) {
    // 195 days less the INSET days and a bank holiday in May.
    const auto open =
        all.trust().school_days_between(make_date(year, 8, 31), make_date(year + 1, 8, 31));
    EXPECT_GE(open, 184U) << year;
    EXPECT_LE(open, 191U) << year;
  }
  EXPECT_TRUE(all.trust().is_school_day(make_date(2025, 10, 22)));
  const SchoolCalendar& own = all.of("900004");
  EXPECT_EQ(own.day(make_date(2025, 10, 22)).name, "Half term");
  EXPECT_EQ(own.day(make_date(2025, 11, 28)).kind, DayKind::inset);
  EXPECT_EQ(own.day(make_date(2026, 5, 7)).name, "School closed: polling day");
  EXPECT_TRUE(own.is_school_day(make_date(2026, 7, 22)));
  EXPECT_EQ(own.half_term_of(make_date(2027, 3, 1)),
            all.trust().half_term_of(make_date(2027, 3, 1)));
}

// By their holidays in one authority, by their terms in the other.
TEST_F(ShippedConfig, TheExamplesSchoolsStandInTwoAuthorities) {
  const auto loaded = load_config(shipped / "examples/learning-together-trust.toml", options_);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SchoolCalendars& all = loaded.config->calendars;
  EXPECT_EQ(all.trust().written(), (Period{make_date(2025, 9, 1), make_date(2027, 8, 31)}));
  const Date october = make_date(2025, 10, 29);
  EXPECT_FALSE(all.of("139883").is_school_day(october));
  EXPECT_TRUE(all.of("146755").is_school_day(october));
  EXPECT_FALSE(all.of("146755").is_school_day(make_date(2026, 6, 3)));
  EXPECT_EQ(all.of("142028").day(make_date(2025, 9, 1)).kind, DayKind::inset);
}

// Every school of the demo's files is known by the name that stands there, the strangers are not.
TEST_F(ShippedConfig, TheDemosFilesSpeakOfTheDemosSchools) {
  const auto loaded = load_config(shipped / "demo/kpid.toml", options_);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Organisations& organisations = loaded.config->organisations;
  std::istringstream finance{content_of(shipped / "demo/in/finance/summary.csv")};
  std::string line;
  std::getline(finance, line);
  int rows = 0;
  for (; std::getline(finance, line); ++rows) {
    EXPECT_NE(organisations.find(line.substr(0, line.find(','))), nullptr) << line;
  }
  EXPECT_EQ(rows, 12);
  for (const char* file : {"20251010_gias.csv", "20260123_gias.csv"}) {
    std::istringstream roll{content_of(shipped / "demo/in/roll" / file)};
    std::getline(roll, line);
    int known = 0;
    int strangers = 0;
    while (std::getline(roll, line)) {
      ++(organisations.find(line.substr(0, line.find(','))) != nullptr ? known : strangers);
    }
    EXPECT_EQ(known, 4) << file;
    EXPECT_EQ(strangers, 2) << file;
  }
}

}  // namespace
}  // namespace kpid
