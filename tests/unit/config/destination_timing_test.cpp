// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// When a destination is told: what the keys mean, and what is wrong with them.

#include "config/destination_timing.hpp"

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TimingConfigs : public ConfigTest {
 protected:
  // The lines begin on line 13.
  static std::string with(const std::string& lines, const std::string& format = "slack") {
    return std::string{head} + "[[destination]]\nname = \"team\"\nformat = \"" + format + "\"\n" +
           (format == "pagerduty" ? "routing_key_credential = \"routing\"\n"
                                  : "url = \"https://hooks.example.org/x\"\n") +
           lines;
  }
  DestinationConfig read(const std::string& lines) {
    const auto loaded = load(with(lines));
    EXPECT_THAT(texts_of(loaded), IsEmpty());
    return loaded.config ? loaded.config->destinations.at(0) : DestinationConfig{};
  }
};

TEST_F(TimingConfigs, WithoutAnyItIsToldAtOnce) {
  const DestinationConfig made = read("");
  EXPECT_FALSE(made.quiet.any());
  EXPECT_FALSE(made.urgent);
  EXPECT_EQ(made.group_by, Grouping::none);
  EXPECT_FALSE(made.digest);
}

TEST_F(TimingConfigs, EveryKeyIsRead) {
  const DestinationConfig made = read(
      "quiet_hours = \"18:00-07:00\"\nquiet_days = [\"weekends\", \"holidays\"]\n"
      "urgent = \"red\"\ngroup_by = \"school\"\ngroup_wait = \"2 min\"\n");
  EXPECT_EQ(made.quiet, (QuietTimes{QuietTimes::Hours{18h, 7h}, true, true}));
  EXPECT_EQ(made.urgent, Severity::red);
  EXPECT_EQ(made.group_by, Grouping::organisation);
  EXPECT_EQ(made.group_wait, 2min);
  EXPECT_EQ(read("group_by = \"run\"\n").group_wait, 30s) << "the default";
  EXPECT_EQ(read("group_by = \"kpi\"\n").group_by, Grouping::kpi);
  EXPECT_EQ(read("quiet_days = \"weekends\"\n").quiet, (QuietTimes{std::nullopt, true, false}));
  EXPECT_EQ(read("digest = \"daily 07:30\"\n").digest, (DigestTimes{std::nullopt, 7h + 30min}));
  EXPECT_EQ(read("digest = \"monday 07:30\"\nurgent = \"red\"\n").digest,
            (DigestTimes{1U, 7h + 30min}));
  EXPECT_EQ(read("digest = \"sunday 00:00\"\n").digest, (DigestTimes{7U, 0min}));
}

TEST_F(TimingConfigs, HoursAreHoursOfTheDay) {
  using config::parse_quiet_hours;
  EXPECT_EQ(parse_quiet_hours("18:00 - 07:00"), (QuietTimes::Hours{18h, 7h}));
  EXPECT_EQ(parse_quiet_hours("00:00-23:59"), (QuietTimes::Hours{0h, 23h + 59min}));
  for (const char* text : {"", "18:00", "18:00-", "-", "18-7", "24:00-07:00", "18:60-07:00",
                           "18:00-07:00-08:00", "1a:00-07:00", "18.00-07.00", "+8:00-07:00"}) {
    EXPECT_FALSE(parse_quiet_hours(text)) << text;
  }
  for (const char* text : {"", "07:30", "daily", "daily 7:30", "daily 24:00", "mondays 07:30",
                           "Monday 07:30", "daily  07:30", "daily 07:30 ", "monday,friday 07:30"}) {
    EXPECT_FALSE(config::parse_digest_times(text)) << text;
  }
}

TEST_F(TimingConfigs, MistakesAreToldWithTheirPlace) {
  EXPECT_THAT(faults_of(with("quiet_hours = \"after work\"\n")),
              ElementsAre("kpid.toml:13:15: error: \"after work\" are no hours of the day; write "
                          "for example \"18:00-07:00\""));
  EXPECT_THAT(faults_of(with("quiet_hours = \"07:00-07:00\"\n")),
              ElementsAre(HasSubstr("begins when it ends, which would be always")));
  EXPECT_THAT(faults_of(with("quiet_days = [\"weekend\"]\n")),
              ElementsAre(HasSubstr("did you mean \"weekends\"?")));
  EXPECT_THAT(faults_of(with("quiet_hours = \"18:00-07:00\"\nurgent = \"green\"\n")),
              ElementsAre(HasSubstr("kpid.toml:14:10: ")));
  EXPECT_THAT(faults_of(with("urgent = \"red\"\n")),
              ElementsAre(HasSubstr("neither \"quiet_hours\", \"quiet_days\" nor \"digest\"")));
  EXPECT_THAT(faults_of(with("group_wait = \"30 s\"\n")),
              ElementsAre(HasSubstr("say by what with \"group_by\"")));
  EXPECT_THAT(faults_of(with("group_by = \"run\"\ngroup_wait = \"2 h\"\n")),
              ElementsAre(HasSubstr("must be from 1 s to 1 h")));
  EXPECT_THAT(faults_of(with("group_by = \"trust\"\n")), ElementsAre(HasSubstr("\"school\"")));
  EXPECT_THAT(faults_of(with("digest = \"hourly\"\n")),
              ElementsAre(HasSubstr("is no time of a digest; write for example \"daily 07:30\"")));
  EXPECT_THAT(faults_of(with("digest = \"daily 07:30\"\nquiet_hours = \"18:00-07:00\"\n"
                             "group_by = \"kpi\"\n")),
              ElementsAre(HasSubstr("kpid.toml:14:15: error: \"quiet_hours\" stands beside "
                                    "\"digest\""),
                          HasSubstr("kpid.toml:15:12: error: \"group_by\" stands beside")));
}

TEST_F(TimingConfigs, PagerDutyHasItsOwn) {
  write("credentials/routing", std::string(32, 'a') + "\n");
  EXPECT_THAT(faults_of(with("quiet_hours = \"18:00-07:00\"\nurgent = \"red\"\n", "pagerduty")),
              ElementsAre(HasSubstr("kpid.toml:13:15: error: \"quiet_hours\" is not for PagerDuty, "
                                    "which has quiet times and groups of its own: set them there"),
                          HasSubstr("\"urgent\" is not for PagerDuty")));
  EXPECT_THAT(faults_of(with("digest = \"daily 07:30\"\n", "pagerduty")),
              ElementsAre(HasSubstr("\"digest\" is not for PagerDuty")));
}

TEST_F(TimingConfigs, ATemplateMustNameWhatSeveralEventsAre) {
  const std::string lines =
      "template_file = \"a.mustache\"\ncontent_type = \"text/plain\"\ndigest = \"daily 07:30\"\n";
  write("a.mustache", "{{headline}}\n");
  EXPECT_THAT(faults_of(with(lines, "template")),
              ElementsAre(HasSubstr("kpid.toml:13:17: error: the template names neither")));
  write("a.mustache",
        "{{headline}}\n{{#items}}{{word}}: {{sentence}}{{^last}}, {{/last}}{{/items}}\n");
  EXPECT_THAT(faults_of(with(lines, "template")), IsEmpty());
}

}  // namespace
}  // namespace kpid
