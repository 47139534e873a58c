// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Tests of rules that pass, and tests that fail: each kind of difference is found.

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

// One line an event: what is wrong with it, else "ok".
std::vector<std::string> run(const std::string& expected, const std::string& series = R"(
kpi = "finance.reserves_percent"
school = 900001
values = [
  { on = 2025-08-31, value = 6.2, known = 2025-12-01 },
  { on = 2025-08-31, value = 7.0, known = 2025-12-15 },
]
)") {
  const kpid::testing::TemporaryFolder folder;
  std::ofstream{folder / "t.toml"} << R"([[test]]
name = "t"
rule = "reserves-below-policy"
organisations = ["900001"]
)" + expected + "[[test.series]]\n" + series;
  const RuleTests read = read_rule_tests(folder / "t.toml", demo_config());
  for (const ConfigFault& fault : read.faults) ADD_FAILURE() << fault.text();
  std::vector<std::string> lines;
  for (const RuleTest& test : read.tests) {
    const auto outcome = run_rule_test(test, plain_render());
    EXPECT_TRUE(outcome) << outcome.error().text();
    bool all_well = true;
    for (const TestedEvent& one : outcome->events) {
      all_well = all_well && one.fault.empty();
      lines.push_back(one.fault.empty() ? "ok" : one.fault);
    }
    EXPECT_EQ(outcome->passed(), all_well);
  }
  return lines;
}

std::string event(const std::string& on, const std::string& what, const std::string& more = "") {
  return "[[test.expect]]\non = " + on + "\nevent = \"" + what + "\"\nschool = 900001\n" + more;
}

TEST(RuleTestRun, EveryTestOfTheDemoPasses) {
  const RuleTests demo = read_rule_tests(
      std::filesystem::path{kpid::testing::source_folder()} / "config/demo/rules_test.toml",
      demo_config());
  for (const RuleTest& test : demo.tests) {
    const auto outcome = run_rule_test(test, plain_render());
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_TRUE(outcome->passed()) << outcome->name;
    for (const TestedEvent& one : outcome->events) {
      if (one.fault.empty()) continue;
      ADD_FAILURE() << one.fault << ": "
                    << (one.told ? format_date(one.told->day) + " " + one.told->sentence
                                 : one.expected->place);
    }
  }
}

TEST(RuleTestRun, AtWhichHourADestinationIsToldIsNotAsked) {
  auto config = std::make_shared<Config>(*demo_config());
  ASSERT_FALSE(config->destinations.empty());
  for (DestinationConfig& one : config->destinations) {
    one.digest = DigestTimes{1U, std::chrono::hours{7}};
  }
  const RuleTests demo = read_rule_tests(
      std::filesystem::path{kpid::testing::source_folder()} / "config/demo/rules_test.toml",
      config);
  ASSERT_FALSE(demo.tests.empty());
  for (const RuleTest& test : demo.tests) {
    const auto outcome = run_rule_test(test, plain_render());
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_TRUE(outcome->passed()) << test.name;
  }
}

TEST(RuleTestRun, PassesWhereEverythingIsAsExpected) {
  EXPECT_THAT(run(event("2025-12-01", "firing", "severity = \"amber\"\nsays = [\"6.2 %\"]\n") +
                  event("2025-12-15", "resolved", "to = [\"finance-team\", \"local\"]\n")),
              ElementsAre("ok", "ok"));
}

TEST(RuleTestRun, FindsWhatCameAndWasNotExpected) {
  EXPECT_THAT(run("expect = []\n"), ElementsAre("it was not expected", "it was not expected"));
}

TEST(RuleTestRun, FindsWhatWasExpectedAndDidNotCome) {
  EXPECT_THAT(run(event("2025-12-01", "firing") + event("2025-12-15", "resolved") +
                  event("2025-12-20", "firing")),
              ElementsAre("ok", "ok", "it did not come"));
  EXPECT_THAT(run(event("2025-12-02", "firing") + event("2025-12-15", "resolved")),
              ElementsAre("it was not expected", "it did not come", "ok"))
      << "a day late is another event";
}

TEST(RuleTestRun, FindsWhatCameOtherwise) {
  EXPECT_THAT(run(event("2025-12-01", "firing", "severity = \"red\"\n") +
                  event("2025-12-15", "resolved", "says = \"corrected\"\n")),
              ElementsAre("it is amber, not red", "ok"));
  EXPECT_THAT(
      run(event("2025-12-01", "firing", "says = [\"6.2 %\", \"6.3 %\"]\n") +
          event("2025-12-15", "resolved", "to = []\n")),
      ElementsAre("it does not say \"6.3 %\"", "it goes to finance-team, local, not to nobody"));
}

TEST(RuleTestRun, TheTestsOwnCalendarCounts) {
  const std::string series = R"(
kpi = "finance.reserves_percent"
school = 900001
values = [{ on = 2025-08-31, value = 6.2, known = 2025-12-01 }]
[[test]]
name = "weeks"
rule = "electricity-up"
organisations = ["900001"]
[test.calendar]
half_terms = [{ from = 2025-09-01, to = 2025-10-31 }]
closed = [{ from = 2025-09-15, to = 2025-09-19, name = "Closed by a flood" }]
[[test.expect]]
on = 2025-09-29
event = "firing"
school = 900001
[[test.series]]
kpi = "estates.electricity_kwh_week"
school = 900001
from = 2025-09-08
each = [100, 120]
)";
  EXPECT_THAT(run(event("2025-12-01", "firing"), series), ElementsAre("ok", "ok"))
      << "the second figure is that of the week of 22 September";
}

}  // namespace
}  // namespace kpid::replay
