// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The mistakes that people make in what a rule compares with, each with the words that it must get.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAreArray;

struct RuleMistake {
  const char* name;
  const char* kpi;
  std::string rest;  // from line 12 on
  std::vector<std::string> faults;
};

std::vector<RuleMistake> rule_mistakes() {
  return {
      {"OtherKpiLeftOut",
       "finance.reserves",
       R"(red = "< 0"
compare = "kpi"
)",
       {"kpid.toml:13:11: error: a rule that compares with \"kpi\" needs \"other_kpi\""}},
      {"OtherKpiUnknown",
       "finance.reserves",
       R"(red = "< 0"
compare = "kpi"
other_kpi = "finance.incom"
)",
       {"kpid.toml:14:13: error: the catalogue has no KPI \"finance.incom\"; did you mean "
        "\"finance.income\"?"}},
      {"OtherKpiIsItself",
       "finance.reserves",
       R"(red = "< 0"
compare = "kpi"
other_kpi = "finance.reserves"
)",
       {"kpid.toml:14:13: error: the KPI \"finance.reserves\" would be compared with itself; name "
        "another"}},
      {"OtherKpiInAnotherUnit",
       "finance.reserves",
       R"(red = "< 0"
compare = "kpi"
other_kpi = "finance.reserves_percent"
)",
       {"kpid.toml:14:13: error: the KPI \"finance.reserves_percent\" is in percent and "
        "\"finance.reserves\" in pence: they cannot be compared"}},
      {"OtherKpiWithoutItsComparison",
       "finance.reserves",
       R"(red = "< 0"
other_kpi = "finance.income"
)",
       {"kpid.toml:13:13: error: \"other_kpi\" needs \"compare\" with \"kpi\""}},
      {"OtherOrganisationLeftOut",
       "finance.reserves",
       R"(red = "< 0"
compare = "organisation"
)",
       {"kpid.toml:13:11: error: a rule that compares with \"organisation\" needs "
        "\"other_organisation\""}},
      {"OtherOrganisationUnknown",
       "finance.reserves",
       R"(red = "< 0"
compare = "organisation"
other_organisation = "ALF"
)",
       {"kpid.toml:14:22: error: no school or comparator has the code \"ALF\"; did you mean "
        "\"ALD\"?"}},
      {"OtherOrganisationWithoutItsComparison",
       "finance.reserves",
       R"(red = "< 0"
compare = "kpi"
other_kpi = "finance.income"
other_organisation = "ALD"
)",
       {"kpid.toml:15:22: error: \"other_organisation\" needs \"compare\" with \"organisation\""}},
      {"ForecastWithoutItsComparison",
       "finance.reserves",
       R"(red = "< 0"
forecast = { ahead = 2 }
)",
       {"kpid.toml:13:12: error: \"forecast\" needs \"compare\" with \"forecast\""}},
      {"ForecastAsText",
       "finance.reserves",
       R"(red = "< 0"
compare = "forecast"
forecast = "linear"
)",
       {"kpid.toml:14:12: error: \"forecast\" in [[rule]] must be a table as in { method = \"least "
        "squares\", ahead = 2, sure = 80 }"}},
      {"ForecastMethod",
       "finance.reserves",
       R"(red = "< 0"
compare = "forecast"
forecast = { method = "linear" }
)",
       {"kpid.toml:14:23: error: \"linear\" is no method; it can be \"least squares\" or "
        "\"seasonal naive\""}},
      {"ForecastFromTwoValues",
       "finance.reserves",
       R"(red = "< 0"
compare = "forecast"
forecast = { window = 2 }
)",
       {"kpid.toml:14:23: error: \"window\" must be 3 at least: two values show no trend"}},
      {"SeasonOfHalfAYear",
       "attendance.week.attendance_percent",
       R"(red = "< 90"
compare = "forecast"
forecast = { method = "seasonal naive", window = 52 }
)",
       {"kpid.toml:14:50: error: \"window\" must hold a year and a value beyond it, here 53 at "
        "least: a seasonal forecast repeats the year before"}},
      {"ForecastOfNow",
       "finance.reserves",
       R"(red = "< 0"
compare = "forecast"
forecast = { ahead = 0 }
)",
       {"kpid.toml:14:22: error: \"ahead\" in [forecast] must be from 1 to 1000, not 0"}},
      {"ForecastThatIsCertain",
       "finance.reserves",
       R"(red = "< 0"
compare = "forecast"
forecast = { sure = 100 }
)",
       {"kpid.toml:14:21: error: \"sure\" is a percentage from 0 (the expected value alone counts) "
        "to below 100"}},
      {"ForecastsUnknownKey",
       "finance.reserves",
       R"(red = "< 0"
compare = "forecast"
forecast = { windw = 5 }
)",
       {"kpid.toml:14:14: error: unknown key \"windw\"; did you mean \"window\"?"}},
      {"ChangeOfAForecast",
       "finance.reserves",
       R"(red = "< 0"
compare = "forecast"
change_in = "percent"
)",
       {"kpid.toml:14:13: error: \"change_in\" needs \"compare\" with what gives a difference: "
        "\"target\", \"period before\", \"term before\", \"year before\", \"kpi\" or "
        "\"organisation\""}},
      {"StaleAfterWithoutItsComparison",
       "finance.reserves",
       R"(red = "< 0"
stale_after = "10 school days"
)",
       {"kpid.toml:13:15: error: \"stale_after\" needs \"compare\" with \"stale\""}},
      {"StaleAfterInOtherWords",
       "finance.reserves",
       R"(compare = "stale"
stale_after = "10 schooldays"
)",
       {"kpid.toml:13:15: error: \"10 schooldays\" is no span of time; write it as \"10 school "
        "days\", \"2 school weeks\", \"1 half-term\", \"1 term\", \"3 months\", \"1 year\" or \"5 "
        "days\""}},
      {"StaleAtOnce",
       "finance.reserves",
       R"(compare = "stale"
stale_after = "0 days"
)",
       {"kpid.toml:13:15: error: \"stale_after\" must be longer than nothing"}},
      {"StaleBelow",
       "finance.reserves",
       R"(compare = "stale"
red = "< 5"
)",
       {"kpid.toml:13:7: error: \"red\" of a rule that looks for missing figures counts the school "
        "days since one was due: write it as \"> 5\""}},
      {"StaleWithAMargin",
       "finance.reserves",
       R"(compare = "stale"
clear_margin = 2
for = 2
)",
       {"kpid.toml:13:16: error: \"clear_margin\" means nothing to a rule that looks for missing "
        "figures; \"stale_after\" says how long it waits",
        "kpid.toml:14:7: error: \"for\" means nothing to a rule that looks for missing figures; "
        "\"stale_after\" says how long it waits"}},
      {"FlappingAsText",
       "finance.reserves",
       R"(red = "< 0"
flapping = "often"
)",
       {"kpid.toml:13:12: error: \"flapping\" in [[rule]] must be true, false or a table as in { "
        "window = \"40 school days\", high = 4, low = 1 }"}},
      {"FlappingThatSettlesAtOnce",
       "finance.reserves",
       R"(red = "< 0"
flapping = { high = 4, low = 3 }
)",
       {"kpid.toml:13:12: error: \"low\" (3) must be at least 2 below \"high\" (4), or an alert "
        "would settle as soon as it flaps"}},
      {"FlappingWindow",
       "finance.reserves",
       R"(red = "< 0"
flapping = { window = "40" }
)",
       {"kpid.toml:13:23: error: \"40\" is no span of time; write it as \"10 school days\", \"2 "
        "school weeks\", \"1 half-term\", \"1 term\", \"3 months\", \"1 year\" or \"5 days\""}},
      {"CompleteBeyondAll",
       "finance.reserves",
       R"(red = "< 0"
complete_enough = 101
)",
       {"kpid.toml:13:19: error: \"complete_enough\" is the percentage of the schools that the "
        "trust's figure must come from: above 0, at most 100"}},
      {"CompleteWithNone",
       "finance.reserves",
       R"(red = "< 0"
complete_enough = 0
)",
       {"kpid.toml:13:19: error: \"complete_enough\" is the percentage of the schools that the "
        "trust's figure must come from: above 0, at most 100"}},
      {"ComparisonAtFaultHidesNothingElse",
       "finance.reserves",
       R"(red = "< 0"
compare = "forcast"
forecast = { ahead = 2 }
stale_after = "2 days"
othr_kpi = "x"
)",
       {"kpid.toml:13:11: error: \"forcast\" is no compare; did you mean \"forecast\"?",
        "kpid.toml:16:1: error: unknown key \"othr_kpi\"; did you mean \"other_kpi\"?"}},
  };
}

class ConfigRuleMistake : public ConfigTest, public ::testing::WithParamInterface<RuleMistake> {};

TEST_P(ConfigRuleMistake, IsToldInTheseWords) {
  const std::string config = std::string{head} + "[[rule]]\nname = \"low\"\nkpi = \"" +
                             GetParam().kpi + "\"\n" + GetParam().rest;
  EXPECT_THAT(faults_of(config), ElementsAreArray(GetParam().faults));
}

INSTANTIATE_TEST_SUITE_P(Table, ConfigRuleMistake, ::testing::ValuesIn(rule_mistakes()),
                         [](const auto& info) { return std::string{info.param.name}; });

TEST_F(ConfigTest, ANameThatKpidGivesItsOwnRules) {
  EXPECT_THAT(faults_of(std::string{head} + R"([[rule]]
name = "stale.finance.reserves"
kpi = "finance.reserves"
compare = "stale"
)"),
              ::testing::ElementsAre(
                  "kpid.toml:10:8: error: no rule's name may begin with \"stale.\": kpid names so "
                  "the rules that it adds itself; one of your own that compares with \"stale\" "
                  "takes the place of its KPI's"));
}

}  // namespace
}  // namespace kpid
