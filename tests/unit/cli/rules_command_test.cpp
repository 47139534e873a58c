// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// `kpictl rules test` without a daemon, and `kpictl rules backtest` against the real server.

#include <fstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/places.hpp"
#include "support/run_program.hpp"
#include "support/small_daemon.hpp"

namespace kpid::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Said {
  int code = 0;
  std::string out;
  std::string err;
};

Said kpictl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kpid::testing::binary_folder() + "/bin/kpictl");
  kpid::testing::RunningProgram program(arguments, {});
  Said said;
  said.code = program.wait();
  said.out = program.out();
  said.err = program.err();
  return said;
}

const std::string demo = kpid::testing::source_folder() + "/config/demo";

class RulesTest : public ::testing::Test {
 protected:
  Said test(const std::string& content, std::vector<std::string> more = {}) {
    std::ofstream{folder_ / "t.toml"} << content;
    std::vector<std::string> arguments{"rules", "test", (folder_ / "t.toml").string(), "--config",
                                       demo + "/kpid.toml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return kpictl(std::move(arguments));
  }
  kpid::testing::TemporaryFolder folder_;
};

constexpr std::string_view falls = R"([[test]]
name = "falls"
rule = "reserves-below-policy"
organisations = ["900001"]
[[test.series]]
kpi = "finance.reserves_percent"
school = 900001
values = [{ on = 2025-08-31, value = 4.2, known = 2025-12-01 }]
[[test.expect]]
on = 2025-12-01
event = "firing"
school = 900001
)";

TEST_F(RulesTest, TheDemosTestsPassWithoutItsSecrets) {
  const Said said =
      kpictl({"rules", "test", demo + "/rules_test.toml", "--config", demo + "/kpid.toml"});
  EXPECT_EQ(said.code, 0) << said.out << said.err;
  EXPECT_THAT(said.out, StartsWith("ok    "));
  EXPECT_THAT(said.out, EndsWith(" tests passed\n"));
  EXPECT_THAT(said.out, Not(HasSubstr("FAIL")));
  EXPECT_EQ(said.err, "");
}

TEST_F(RulesTest, AFailureIsShownAsADifference) {
  const std::string place = (folder_ / "t.toml").string();
  EXPECT_EQ(test(std::string(falls)).code, 0);
  const Said said = test(std::string(falls) +
                         "severity = \"amber\"\n[[test.expect]]\n"
                         "on = 2025-12-02\nevent = \"resolved\"\n"
                         "school = 900001\n");
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.out,
            "FAIL  falls  " + place +
                ":1:1\n"
                "  ! 2025-12-01  firing, red  900001  reserves-below-policy  it is red, not amber "
                "(expected at " +
                place +
                ":9:1)\n"
                "      Alderwick Primary School – Reserves as a share of income: 4.2 % in 2024/25, "
                "below the limit of 5 %; the gap is worth £8,000.\n"
                "  - 2025-12-02  resolved  900001  reserves-below-policy  expected at " +
                place + ":14:1\n1 of 1 test failed\n");
}

TEST_F(RulesTest, SaysTheSameAsJson) {
  const Said said = test(std::string(falls), {"--json"});
  EXPECT_EQ(said.code, 0);
  const auto read = boost::json::parse(said.out);
  EXPECT_EQ(read.at("failed"), 0);
  EXPECT_EQ(read.at_pointer("/tests/0/passed"), true);
  EXPECT_EQ(read.at_pointer("/tests/0/events/0/told/severity"), "red");
  EXPECT_EQ(read.at_pointer("/tests/0/events/0/told/to"),
            boost::json::array({"local", "finance-team"}));
}

TEST_F(RulesTest, AMistakeInTheFileHasItsPlace) {
  const Said said = test("[[test]]\nname = \"a\"\nrule = \"reserves-below-polcy\"\nexpect = []\n");
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.err, (folder_ / "t.toml").string() +
                          ":3:8: error: no rule is named \"reserves-below-polcy\"; did you mean "
                          "\"reserves-below-policy\"?\n");
}

TEST_F(RulesTest, AFaultyConfigIsToldOf) {
  std::ofstream{folder_ / "kpid.toml"} << "[trusty]\n";
  std::ofstream{folder_ / "t.toml"} << falls;
  const Said said = kpictl({"rules", "test", (folder_ / "t.toml").string(), "--config",
                            (folder_ / "kpid.toml").string()});
  EXPECT_EQ(said.code, 78);
  EXPECT_THAT(said.err, HasSubstr("kpid.toml:1:2: error: unknown key \"trusty\""));
}

class RulesBacktest : public ::testing::Test {
 protected:
  void SetUp() override {
    daemon_.pull(daemon_.figures("900001", 300, 10000));
    daemon_.clock.at += std::chrono::hours{24};
    daemon_.pull(daemon_.figures("900001", 3000, 10000));
    daemon_.start();
  }
  Said backtest(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"rules", "backtest"});
    arguments.insert(arguments.end(), {"--socket", daemon_.socket()});
    return kpictl(std::move(arguments));
  }
  kpid::testing::SmallDaemon daemon_;
};

TEST_F(RulesBacktest, ReadsAsAListOfWhatWouldHaveBeenSent) {
  const Said said = backtest({"reserves", "--from", "2026-11-24", "--to", "2026-11-25"});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out,
              StartsWith("The rule \"reserves\" as the config has it today, from 2026-11-24 to "
                         "2026-11-25, on what was known at\nthe time (3 figures, the first of "
                         "2026-11-24)\n\n24 Nov 2026 01:00  firing, red  reserves\n  Example "
                         "Trust – reserves as a share of income: 3 % in 2025/26, below"));
  EXPECT_THAT(said.out,
              HasSubstr("\n  to team\n\n24 Nov 2026 01:00  firing, red  reserves\n  Ash –"));
  EXPECT_THAT(said.out, HasSubstr("\n\n25 Nov 2026 02:00  resolved  reserves\n  Ash –"));
  EXPECT_THAT(said.out, EndsWith("\n\n2 alerts would have fired, 0 changed, 2 resolved; 0 open on "
                                 "2026-11-25.\nMessages: 4 to team.\n"));
}

TEST_F(RulesBacktest, TellsWhatWasOpenBefore) {
  const Said said = backtest({"--from", "2026-11-25", "--to", "2026-11-25"});
  EXPECT_THAT(said.out, HasSubstr("Open already on 2026-11-25\n  red, since 24 Nov 2026 01:00  "
                                  "reserves\n    Example Trust"));
  EXPECT_THAT(said.out, HasSubstr("0 alerts would have fired, 0 changed, 2 resolved; 0 open on "
                                  "2026-11-25.\nMessages: 2 to team.\n"));
}

TEST_F(RulesBacktest, SaysWhatIsNoLongerKept) {
  daemon_.config()->retention.superseded = Span{18, Span::Unit::months};
  const Said said = backtest({"--from", "2026-11-25", "--to", "2026-11-25"});
  EXPECT_THAT(said.out, HasSubstr("\nFigures that were corrected more than 18 months ago are "
                                  "replayed as corrected: their first values\nare not kept.\n"));
  EXPECT_THAT(said.out, Not(HasSubstr("Daily figures")));
}

TEST_F(RulesBacktest, GivesTheAnswerAsJsonAndRefusalsAsErrors) {
  const Said json = backtest({"--from", "2026-11-24", "--to", "2026-11-25", "--json"});
  EXPECT_EQ(boost::json::parse(json.out).at_pointer("/summary/messages/team"), 4);
  const Said unknown = backtest({"reserve", "--from", "2026-11-24", "--to", "2026-11-25"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("there is no rule \"reserve\""));
  EXPECT_EQ(backtest({"--from", "2026-11-24"}).code, 64);
}

}  // namespace
}  // namespace kpid::cli
