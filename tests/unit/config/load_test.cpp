// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a sound config becomes: every default, every key, and the files that are shipped.

#include "config/socket_path.hpp"
#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ConfigTest, TheLeastConfigHasEveryDefault) {
  options_.plugin_directories = {"/usr/lib/kpid/plugins"};
  const auto loaded = load(head);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Config& config = *loaded.config;
  EXPECT_EQ(config.file, folder_ / "kpid.toml");
  EXPECT_EQ(config.instance, "kpid");
  EXPECT_EQ(config.timezone, "Europe/London");
  EXPECT_EQ(config.database, "/var/lib/kpid/kpid.sqlite");
  EXPECT_EQ(config.socket, "/run/kpid/kpid.sock");
  EXPECT_THAT(config.plugin_directories, ElementsAre("/usr/lib/kpid/plugins"));
  EXPECT_EQ(config.log_level, "info");
  EXPECT_EQ(config.dashboard_url, "");
  EXPECT_EQ(config.funding_per_pupil_pence, std::nullopt);
  EXPECT_EQ(config.organisations.trust().code, "trust");
  EXPECT_EQ(config.organisations.trust().name, "Trust");
  EXPECT_EQ(config.organisations.school_count(), 1U);
  EXPECT_EQ(config.organisations.find("ald")->code, "900001");
  EXPECT_EQ(config.organisations.find("900001")->joined, std::nullopt);
  EXPECT_THAT(config.sources, IsEmpty());
  EXPECT_THAT(config.rules, IsEmpty());
  EXPECT_THAT(config.destinations, IsEmpty());
}

TEST_F(ConfigTest, ASourceARuleAndADestinationHaveTheirDefaults) {
  options_.plugin_directories = {folder_ / "first", folder_ / "second"};
  const auto loaded = load(std::string{head} + R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "daily 06:30"

[[rule]]
name = "reserves"
kpi = "finance.reserves_percent"
red = "< 5"

[[destination]]
name = "board"
format = "standard"
url = "https://hooks.example.org/"
signing_secret_credential = "signing"
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const SourceConfig& source = loaded.config->sources.at(0);
  EXPECT_EQ(source.library, folder_ / "first/pupil_roll.so");
  EXPECT_EQ(source.settings_json, "{}");
  EXPECT_EQ(source.settings_place, (folder_ / "kpid.toml").string() + ":9:1");
  EXPECT_EQ(source.time_limit, 10min);
  EXPECT_EQ(source.memory_limit, 512ULL << 20);
  EXPECT_EQ(source.stale_after, std::nullopt);
  EXPECT_EQ(source.schedule.text, "daily 06:30");
  EXPECT_THAT(source.secrets, IsEmpty());
  EXPECT_THAT(source.allowed_hosts, IsEmpty());

  const Rule& rule = loaded.config->rules.at(0);
  EXPECT_EQ(rule.compare, Comparison::number);
  EXPECT_EQ(rule.change_in, ChangeIn::absolute);
  EXPECT_EQ(rule.red, (Threshold{Threshold::Operator::below, 5}));
  EXPECT_EQ(rule.amber, std::nullopt);
  EXPECT_EQ(rule.clear_margin, 0);
  EXPECT_EQ(rule.for_periods, 1U);
  EXPECT_THAT(rule.organisations, IsEmpty());
  EXPECT_EQ(rule.subgroup, "");
  EXPECT_EQ(rule.owner, "finance");  // the KPI's
  EXPECT_EQ(rule.runbook, "");

  const DestinationConfig& destination = loaded.config->destinations.at(0);
  EXPECT_EQ(destination.format, DestinationFormat::standard);
  EXPECT_EQ(destination.url.reveal(), "https://hooks.example.org/");
  EXPECT_THAT(destination.signing_secrets, ElementsAre(Secret{std::string{signing_secret}}));
  EXPECT_THAT(destination.owners, IsEmpty());
  EXPECT_THAT(destination.kpis, IsEmpty());
  EXPECT_THAT(destination.organisations, IsEmpty());
  EXPECT_EQ(destination.minimum_severity, Severity::amber);
  EXPECT_THAT(destination.events, IsEmpty());
  EXPECT_FALSE(destination.operational);
  EXPECT_TRUE(destination.resolved);
  EXPECT_TRUE(destination.corrected);
  EXPECT_THAT(destination.allowed_networks, IsEmpty());
  EXPECT_EQ(destination.ca_file, "");
  EXPECT_EQ(destination.timeout, 20s);
  EXPECT_THAT(destination.retry_schedule, ElementsAre(5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h));
  EXPECT_EQ(destination.connections, 4U);
}

TEST_F(ConfigTest, EveryKeyIsRead) {
  write("credentials/token", "abc\r\n");
  write("old-key", "whsec_" + std::string(32, 'B'));
  write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
  const auto loaded = load(R"([trust]
name = "Trust"
timezone = "Europe/Paris"

[daemon]
instance = "north-1"
database = "data/kpid.sqlite"
socket = "/run/north.sock"
plugin_directories = ["plugins", "/opt/plugins"]
log_level = "debug"
dashboard_url = "https://kpid.example.org/"

[[school]]
urn = "900001"
name = "Alder"
former_urns = ["900101", 900102]
joined = 2018-11-01

[[comparator]]
code = "E08000010"
name = "Wigan"
aliases = ["359"]

[[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "every 15 min"
allowed_hosts = ["data.example.org"]
time_limit = "90 s"
memory_limit = "1 GiB"
stale_after = "40 d"
[source.secrets]
token = { credential = "token" }
key = { file = "old-key" }

[[rule]]
name = "reserves"
kpi = "finance.reserves_percent"
red = "<= -5.5"
amber = "< -2"
compare = "year before"
change_in = "percent"
clear_margin = 0.25
for = 3
organisations = ["900102", "trust", " 359 ", "900001"]
subgroup = "year_group=4;pupil_group=send"
owner = "cfo"
runbook = "Tell the CFO."

[[destination]]
name = "board"
format = "standard"
url_credential = "url"
signing_secret_file = ["old-key"]
owners = ["cfo"]
kpis = ["finance.reserves_percent"]
organisations = ["359"]
minimum_severity = "red"
events = ["kpi.alert.firing", "source.failing"]
operational = true
resolved = false
corrected = false
allowed_networks = ["10.1.0.0/16", "fd00::/8", "127.0.0.1/32", "::1/128"]
ca_file = "ca.pem"
timeout = "15 s"
retry_schedule = ["1 min", "2 h"]
connections = 8
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Config& config = *loaded.config;
  EXPECT_EQ(config.timezone, "Europe/Paris");
  EXPECT_EQ(config.instance, "north-1");
  EXPECT_EQ(config.database, folder_ / "data/kpid.sqlite");
  EXPECT_EQ(config.socket, "/run/north.sock");
  EXPECT_THAT(config.plugin_directories, ElementsAre(folder_ / "plugins", "/opt/plugins"));
  EXPECT_EQ(config.log_level, "debug");
  EXPECT_EQ(config.dashboard_url, "https://kpid.example.org");
  EXPECT_EQ(config.organisations.find("900102")->code, "900001");
  EXPECT_EQ(config.organisations.find("900101")->joined, make_date(2018, 11, 1));
  EXPECT_EQ(config.organisations.find("359")->kind, OrganisationKind::comparator);

  const SourceConfig& source = config.sources.at(0);
  EXPECT_EQ(std::get<Every>(source.schedule.when).interval, 15min);
  EXPECT_THAT(source.allowed_hosts, ElementsAre("data.example.org"));
  EXPECT_EQ(source.time_limit, 90s);
  EXPECT_EQ(source.memory_limit, 1ULL << 30);
  EXPECT_EQ(source.stale_after, (Span{40, Span::Unit::days}));
  EXPECT_EQ(source.secrets.at("token").reveal(), "abc");
  EXPECT_EQ(source.secrets.at("key").reveal(), "whsec_" + std::string(32, 'B'));

  const Rule& rule = config.rules.at(0);
  EXPECT_EQ(rule.red, (Threshold{Threshold::Operator::at_most, -5.5}));
  EXPECT_EQ(rule.amber, (Threshold{Threshold::Operator::below, -2}));
  EXPECT_EQ(rule.compare, Comparison::year_before);
  EXPECT_EQ(rule.change_in, ChangeIn::percent);
  EXPECT_EQ(rule.clear_margin, 0.25);
  EXPECT_EQ(rule.for_periods, 3U);
  EXPECT_THAT(rule.organisations, ElementsAre("900001", "trust", "E08000010"));
  EXPECT_EQ(rule.subgroup, "pupil_group=send;year_group=4");
  EXPECT_EQ(rule.owner, "cfo");
  EXPECT_EQ(rule.runbook, "Tell the CFO.");

  const DestinationConfig& destination = config.destinations.at(0);
  EXPECT_EQ(destination.url.reveal(), "https://hooks.example.org/x?sig=hidden");
  EXPECT_THAT(destination.signing_secrets, ElementsAre(Secret{"whsec_" + std::string(32, 'B')}));
  EXPECT_THAT(destination.owners, ElementsAre("cfo"));
  EXPECT_THAT(destination.kpis, ElementsAre("finance.reserves_percent"));
  EXPECT_THAT(destination.organisations, ElementsAre("E08000010"));
  EXPECT_EQ(destination.minimum_severity, Severity::red);
  EXPECT_THAT(destination.events, ElementsAre(EventType::alert_firing, EventType::source_failing));
  EXPECT_TRUE(destination.operational);
  EXPECT_FALSE(destination.resolved);
  EXPECT_FALSE(destination.corrected);
  EXPECT_THAT(destination.allowed_networks,
              ElementsAre("10.1.0.0/16", "fd00::/8", "127.0.0.1/32", "::1/128"));
  EXPECT_EQ(destination.ca_file, folder_ / "ca.pem");
  EXPECT_EQ(destination.timeout, 15s);
  EXPECT_THAT(destination.retry_schedule, ElementsAre(1min, 2h));
  EXPECT_EQ(destination.connections, 8U);
}

// A rotation names the new secret first, and both sign.
TEST_F(ConfigTest, SecretsAreRotatedByAList) {
  const std::string next = "whsec_" + std::string(32, 'C');
  write("credentials/next", next);
  const auto loaded = load(std::string{head} + R"([[destination]]
name = "board"
format = "standard"
url = "http://hooks.example.org:8080/x"
signing_secret_credential = ["next", "signing"]
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_THAT(loaded.config->destinations.at(0).signing_secrets,
              ElementsAre(Secret{next}, Secret{std::string{signing_secret}}));
}

}  // namespace
}  // namespace kpid
