// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Files of tests: what they say, and every mistake with its place.

#include <fstream>

#include <gmock/gmock.h>

#include "replay/rule_test.hpp"
#include "support/places.hpp"
#include "support/temporary_folder.hpp"
#include "unit/replay/demo_config.hpp"

namespace kpid::replay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TestFile : public ::testing::Test {
 protected:
  RuleTests read(std::string_view content) const {
    std::ofstream{folder_ / "tests.toml", std::ios::binary} << content;
    return read_rule_tests(folder_ / "tests.toml", config_);
  }
  // "line:column: sentence"
  std::vector<std::string> faults_of(std::string_view content) const {
    std::vector<std::string> all;
    for (const ConfigFault& one : read(content).faults) {
      all.push_back(std::to_string(one.line) + ":" + std::to_string(one.column) + ": " +
                    one.sentence);
    }
    return all;
  }
  // Period and day of becoming known of each fact of a test with this series.
  std::vector<std::string> facts_of(std::string_view series) const {
    const RuleTests read_ =
        read("[[test]]\nname = \"t\"\nrule = \"electricity-up\"\nexpect = []\n[[test.series]]\n" +
             std::string(series));
    for (const ConfigFault& fault : read_.faults) ADD_FAILURE() << fault.text();
    std::vector<std::string> all;
    for (const RuleTest& test : read_.tests) {
      for (const KnownFact& one : test.facts) {
        const store::NewMeasurement& figure = one.fact.measurement;
        all.push_back(one.fact.series.measure + " " + format_date(figure.period.start) + " to " +
                      format_date(figure.period.end) + " = " + std::to_string(figure.value) +
                      " known " + format_date(one.known));
      }
    }
    return all;
  }

  kpid::testing::TemporaryFolder folder_;
  std::shared_ptr<const Config> config_ = demo_config();
};

TEST_F(TestFile, TheDemosLoads) {
  const RuleTests demo = read_rule_tests(
      std::filesystem::path{kpid::testing::source_folder()} / "config/demo/rules_test.toml",
      config_);
  for (const ConfigFault& fault : demo.faults) ADD_FAILURE() << fault.text();
  EXPECT_GE(demo.tests.size(), 6U);
}

TEST_F(TestFile, AListCountsSchoolWeeksAndBecomesKnownAfterThem) {
  EXPECT_THAT(facts_of(R"(kpi = "estates.electricity_kwh_week"
school = 900002
from = 2025-10-15
each = [1, 2, "-", 4]
known_after = 2
)"),
              ElementsAre("estates.electricity_kwh_week 2025-10-13 to 2025-10-19 = 1.000000 known "
                          "2025-10-22",
                          "estates.electricity_kwh_week 2025-10-20 to 2025-10-26 = 2.000000 known "
                          "2025-10-29",
                          "estates.electricity_kwh_week 2025-11-10 to 2025-11-16 = 4.000000 known "
                          "2025-11-19"))
      << "the week of 27 October is half-term, that of 3 November has no figure";
}

TEST_F(TestFile, MoneyIsInPoundsAndAShareBecomesItsParts) {
  const Period year = academic_year_of(make_date(2025, 8, 31));
  EXPECT_EQ(format_date(year.end), "2025-08-31");
  EXPECT_THAT(
      facts_of(R"(kpi = "finance.reserves_percent"
school = "9992001"
of = 1000
values = [{ on = 2025-08-31, value = 4.5, known = 2025-12-01 }]
)"),
      ElementsAre("finance.income 2024-09-01 to 2025-08-31 = 100000.000000 known 2025-12-01",
                  "finance.reserves 2024-09-01 to 2025-08-31 = 4500.000000 known "
                  "2025-12-01"));
  EXPECT_THAT(facts_of(R"(measure = "finance.in_year_balance"
school = "trust"
values = [{ from = 2024-09-01, to = 2025-08-31, value = -12.34, known = 2025-12-01 }]
)"),
              ElementsAre("finance.in_year_balance 2024-09-01 to 2025-08-31 = -1234.000000 known "
                          "2025-12-01"));
}

TEST_F(TestFile, MistakesHaveTheirPlaces) {
  EXPECT_THAT(faults_of("[[tests]]\n"),
              ElementsAre("1:1: there is no [[test]] in this file",
                          HasSubstr("1:3: unknown key \"tests\"; did you mean \"test\"?")));
  EXPECT_THAT(faults_of("[[test]]\n"),
              ElementsAre("1:1: [[test]] has no \"name\"", "1:1: [[test]] has no \"rule\"",
                          HasSubstr("1:1: the test expects nothing; write expect = []")));
  EXPECT_THAT(faults_of("[[test]]\nname = \"a\"\nrule = \"electricity-upp\"\nexpect = []\n"
                        "from = 2025-09-01\nto = 2025-09-30\n"),
              ElementsAre("3:8: no rule is named \"electricity-upp\"; did you mean "
                          "\"electricity-up\"?"));
  EXPECT_THAT(faults_of("[[test]]\nname = \"a\"\nrule = \"electricity-up\"\nexpect = []\n"),
              ElementsAre(HasSubstr("1:1: the test has no figures")));
  EXPECT_THAT(faults_of("[[test]]\nname = \"a\"\nrule = \"electricity-up\"\nexpect = []\n"
                        "from = 2025-09-30\nto = 2025-09-01\n"),
              ElementsAre(HasSubstr("6:6: the test runs from 2025-09-30 to 2025-09-01")));
  EXPECT_THAT(faults_of("[[test\n"), ElementsAre(HasSubstr("1:")));
}

TEST_F(TestFile, MistakesInASeriesHaveTheirPlaces) {
  const auto faults = [this](const std::string& series) {
    return faults_of(
        "[[test]]\nname = \"a\"\nrule = \"electricity-up\"\nexpect = []\n"
        "[[test.series]]\n" +
        series);
  };
  EXPECT_THAT(faults("kpi = \"estates.electricity_kwh_weak\"\nschool = 900001\neach = []\n"),
              ElementsAre("6:7: there is no KPI \"estates.electricity_kwh_weak\"; did you mean "
                          "\"estates.electricity_kwh_week\"?"));
  EXPECT_THAT(faults("measure = \"estates.electricity_kwh_wek\"\nschool = 900001\neach = []\n"),
              ElementsAre("6:11: no KPI rests on the measure \"estates.electricity_kwh_wek\"; did "
                          "you mean \"estates.electricity_kwh_week\"?"));
  EXPECT_THAT(faults("kpi = \"roll.change_in_year\"\nschool = 900001\nvalues = []\n"),
              ElementsAre("6:7: the KPI \"roll.change_in_year\" is computed; give the figures of "
                          "its measures: \"roll.pupils\""));
  EXPECT_THAT(faults("kpi = \"estates.electricity_kwh_week\"\nschool = 900005\neach = []\n"),
              ElementsAre(HasSubstr("7:10: there is no organisation \"900005\"")));
  EXPECT_THAT(faults("school = 900001\nvalues = []\n"),
              ElementsAre("5:1: a series has one of \"kpi\" and \"measure\""));
  const std::string week = "kpi = \"estates.electricity_kwh_week\"\nschool = 900001\n";
  EXPECT_THAT(faults(week), ElementsAre(HasSubstr("5:1: the series has no figures")));
  EXPECT_THAT(faults(week + "each = [1]\n"),
              ElementsAre(HasSubstr("8:8: \"each\" needs \"from\"")));
  EXPECT_THAT(faults(week + "from = 2025-09-08\neach = [1, \"x\"]\n"),
              ElementsAre("9:12: \"each\" holds numbers, and \"-\" where nothing came"));
  EXPECT_THAT(faults(week + "values = [{ on = 2025-09-08, valeu = 3 }]\n"),
              ElementsAre(HasSubstr("8:11: [[values]] has no \"value\""),
                          HasSubstr("8:30: unknown key \"valeu\"; did you mean \"value\"?")));
  EXPECT_THAT(faults(week + "values = [{ value = 3 }]\n"),
              ElementsAre(HasSubstr("8:11: a value has \"on\"")));
  EXPECT_THAT(
      faults("kpi = \"finance.reserves\"\nschool = 900001\nfrom = 2025-09-01\neach = [1]\n"),
      ElementsAre(HasSubstr("9:8: figures of a year become known at any time")));
  EXPECT_THAT(faults(week + "values = [{ on = 2025-09-08, value = 3 }]\nsubgroup = \"year 4\"\n"),
              ElementsAre(HasSubstr("9:12: \"year 4\" is no subgroup")));
}

TEST_F(TestFile, MistakesInWhatIsExpectedHaveTheirPlaces) {
  const auto faults = [this](const std::string& expected) {
    return faults_of(
        "[[test]]\nname = \"a\"\nrule = [\"electricity-up\", \"attendance-low\"]\n"
        "from = 2025-09-01\nto = 2025-09-30\n[[test.expect]]\n" +
        expected);
  };
  EXPECT_THAT(faults("school = 900001\nrule = \"attendance-low\"\n"),
              ElementsAre("6:1: [[expect]] has no \"on\"", "6:1: [[expect]] has no \"event\""));
  const std::string good = "on = 2025-09-03\nevent = \"firing\"\nschool = 900001\n";
  EXPECT_THAT(faults(good), ElementsAre(HasSubstr("6:1: the test looks at several rules")));
  EXPECT_THAT(faults(good + "rule = \"attendance-low\"\n"), IsEmpty());
  EXPECT_THAT(faults(good + "rule = \"parents-positive\"\n"),
              ElementsAre(HasSubstr("10:8: the test does not look at the rule")));
  EXPECT_THAT(faults(good + "rule = \"attendance-low\"\nto = [\"locale\"]\n"),
              ElementsAre("11:7: no destination is named \"locale\"; did you mean \"local\"?"));
  EXPECT_THAT(faults("on = 2025-09-03\nevent = \"fired\"\nschool = 1\nrule = \"attendance-low\"\n"),
              ElementsAre("8:9: \"fired\" is no event; it can be \"firing\", \"changed\" or "
                          "\"resolved\"",
                          HasSubstr("9:10: there is no organisation \"1\"")));
  EXPECT_THAT(faults(good + "rule = \"attendance-low\"\nseverity = \"yellow\"\n"),
              ElementsAre("11:12: \"yellow\" is no severity; it can be \"amber\" or \"red\""));
}

TEST_F(TestFile, NeedsNoSecrets) {
  kpid::testing::TemporaryFolder empty;
  std::ofstream{empty / "kpid.toml"} << R"([trust]
name = "Trust"
[[school]]
urn = 900001
name = "Alder"
[[rule]]
name = "reserves"
kpi = "finance.reserves_percent"
red = "< 5"
owner = "finance"
[[source]]
name = "finance"
plugin = "finance"
schedule = "daily 06:30"
[source.secrets]
token = { credential = "not-here" }
[source.http]
bearer = "{{secret:token}}"
[source.settings]
path = "https://data.example.org/finance.csv"
[[destination]]
name = "team"
format = "standard"
url_credential = "not-here-either"
signing_secret_file = "nor-here"
)";
  LoadOptions options;
  options.catalogue_directory =
      std::filesystem::path{kpid::testing::source_folder()} / "config/catalogue";
  EXPECT_EQ(load_config(empty / "kpid.toml", options).config, nullptr);
  options.without_secrets = true;
  const LoadedConfig loaded = load_config(empty / "kpid.toml", options);
  for (const ConfigFault& fault : loaded.faults) ADD_FAILURE() << fault.text();
}

}  // namespace
}  // namespace kpid::replay
