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
  EXPECT_THAT(destination.allowed_networks, IsEmpty());
  EXPECT_EQ(destination.ca_file, "");
  EXPECT_EQ(destination.timeout, 20s);
  EXPECT_THAT(destination.retry_schedule, ElementsAre(5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h));
  EXPECT_EQ(destination.connections, 4U);
}

}  // namespace
}  // namespace kpid
