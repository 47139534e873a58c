// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: the record as governors get it, a stretch of it sent again, and a drill: the real kpictl
// against the real server, to the letter.

#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/places.hpp"
#include "support/run_program.hpp"
#include "support/small_daemon.hpp"

namespace kpid::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
namespace json = boost::json;

struct Said {
  int code = 0;
  std::string out;
  std::string err;
};

class Audit : public ::testing::Test {
 protected:
  void SetUp() override {
    auto& destinations = daemon_.config()->destinations;
    destinations.push_back(destinations[0]);
    destinations.back().name = "board";
    destinations.back().format = DestinationFormat::slack;
    destinations.back().minimum_severity = Severity::red;
    daemon_.pull(daemon_.figures("900001", 600, 10000));  // amber: 1 and 2 to team
    daemon_.answer(1, 202, DeliveryState::delivered);
    daemon_.answer(2, 503, DeliveryState::dead, "=the receiver, it \"fell\" over");
    daemon_.pull(daemon_.figures("900001", 300, 10000));  // red: 3 to 6 to team and board
  }
  void start() { daemon_.start(); }
  Said run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kpid::testing::binary_folder() + "/bin/kpictl");
    arguments.insert(arguments.end(), {"--socket", daemon_.socket()});
    kpid::testing::RunningProgram program(arguments, {});
    Said said;
    said.code = program.wait();
    said.out = std::regex_replace(program.out(), std::regex("(alt|msg)_[0-9A-Z]{26}"), "$1_ID");
    said.err = program.err();
    return said;
  }
  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
  }
  std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  kpid::testing::SmallDaemon daemon_;
};

TEST_F(Audit, DeliveriesAreARowForEachAttempt) {
  start();
  const Said said = run({"export", "deliveries"});
  ASSERT_EQ(said.code, 0) << said.err;
  const auto rows = lines(said.out);
  ASSERT_EQ(rows.size(), 7U) << said.out;
  EXPECT_EQ(rows[0],
            "Event time,Event id,Event,Alert id,Rule,KPI,KPI title,School URN,School,Severity,What "
            "was said,Destination,Format,Delivery,State,Attempt,Attempted at,Answer,Error,Latency "
            "in ms,Next attempt at,Instead of,In the digest\r");
  const std::string& dead = rows[1].find(",dead,") != std::string::npos ? rows[1] : rows[2];
  EXPECT_THAT(dead, StartsWith("2026-11-24 01:00:00+00:00,msg_ID,kpi.alert.firing,alt_ID,reserves,"
                               "finance.reserves_percent,reserves as a share of income,"));
  EXPECT_THAT(dead, HasSubstr(",amber,"));
  EXPECT_THAT(dead, HasSubstr(",team,teams,2,dead,1,2026-11-24 01:00:01+00:00,503,"
                              "\"'=the receiver, it \"\"fell\"\" over\",12,,,\r"));
  EXPECT_THAT(rows[6], HasSubstr(",pending,,,,,,,,\r")) << "one that was not tried yet";
  EXPECT_THAT(said.out, HasSubstr(",board,slack,"));
  EXPECT_THAT(said.out, Not(HasSubstr("hunter"))) << "a secret got out";
}

TEST_F(Audit, AFileIsForASpreadsheetAndAPipeForAProgram) {
  start();
  const std::filesystem::path file = daemon_.folder / "told.csv";
  const Said said = run({"export", "deliveries", "--output", file.string()});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(said.out, "");
  EXPECT_THAT(read(file), StartsWith("\xEF\xBB\xBF"
                                     "Event time,"));
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".part"));
  run({"export", "deliveries", "--no-bom", "--output", file.string()});
  EXPECT_THAT(read(file), StartsWith("Event time,"));
  EXPECT_THAT(run({"export", "alerts", "--bom"}).out, StartsWith("\xEF\xBB\xBF"
                                                                 "Alert id,"));
  const Said nowhere = run({"export", "alerts", "--output", "/nowhere/at/all.csv"});
  EXPECT_EQ(nowhere.code, 3);
  EXPECT_THAT(nowhere.err, HasSubstr("/nowhere/at/all.csv cannot be made: No such file"));
}

TEST_F(Audit, JsonIsOneArrayWhateverItsLength) {
  start();
  const json::value rows = json::parse(run({"export", "deliveries", "--json"}).out);
  ASSERT_EQ(rows.as_array().size(), 6U);
  EXPECT_EQ(rows.at(0).at("at"), "2026-11-24T01:00:00.000Z");
  EXPECT_EQ(rows.at(0).at("destination"), "team");
  EXPECT_EQ(rows.at(5).at("attempt"), nullptr);
  const json::value none =
      json::parse(run({"export", "deliveries", "--json", "--since", "2027-01-01"}).out);
  EXPECT_EQ(none.as_array().size(), 0U);
  EXPECT_THAT(run({"export", "alerts", "--json", "--csv"}).out, StartsWith("Alert id,"));
}

TEST_F(Audit, AlertsAreARowEach) {
  start();
  const auto rows = lines(run({"export", "alerts"}).out);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0],
              StartsWith("Alert id,Rule,KPI,KPI title,School URN,School,Subgroup,State,"
                         "Since,Opened at,Fired at,Acknowledged by,Acknowledged at,Note,"));
  const std::string& ash = rows[1].find(",Ash,") != std::string::npos ? rows[1] : rows[2];
  EXPECT_THAT(ash, HasSubstr("alt_ID,reserves,finance.reserves_percent,reserves as a share of "
                             "income,900001,Ash,,firing,2025-09-01,2026-11-24 01:00:00+00:00,"));
  EXPECT_THAT(ash, HasSubstr(",red,3,3 %,"));
  EXPECT_THAT(rows[1] + rows[2], HasSubstr(",team,2026-11-24 01:00:01+00:00\r"));
}

TEST_F(Audit, AStretchIsDaysOfTheTrustOrTimes) {
  start();
  const auto count = [&](const std::string& since, const std::string& until) {
    return lines(run({"export", "deliveries", "--since", since, "--until", until}).out).size() - 1;
  };
  EXPECT_EQ(count("2026-11-24", "2026-11-24"), 6U) << "the last day is in it";
  EXPECT_EQ(count("2026-11-23", "2026-11-23"), 0U);
  EXPECT_EQ(count("2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z"), 2U);
  const Said wrong = run({"export", "deliveries", "--since", "yesterday"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_EQ(wrong.out, "") << "no heading without rows";
  EXPECT_EQ(wrong.err,
            "kpictl: since must be a day such as 2026-09-01 or a time such as "
            "2026-09-01T06:30:00Z\n");
}

TEST_F(Audit, AStretchIsSentAgain) {
  start();
  const Said dry = run({"delivery", "replay", "--since", "2026-11-24", "--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("team: 1 delivery would go out again, under the same id; 2 are "
                                 "still under way and are tried again by themselves\n"));
  EXPECT_THAT(dry.out, HasSubstr("24 Nov 2026 01:00  kpi.alert.firing  team"));
  const Said sent = run({"delivery", "replay", "--since", "2026-11-24", "--destination", "team"});
  EXPECT_EQ(sent.out,
            "team: 1 delivery goes out again, under the same id; 2 are still under way "
            "and are tried again by themselves\n");
  const Said all = run({"delivery", "replay", "--since", "2026-11-24", "--all"});
  EXPECT_EQ(all.code, 64) << "nobody is there to be asked";
  EXPECT_THAT(all.err, HasSubstr("--all sends again what has arrived, too"));
  const Said yes = run({"delivery", "replay", "--since", "2026-11-24", "--all", "--yes"});
  EXPECT_EQ(yes.code, 0) << yes.err;
  EXPECT_THAT(yes.out, HasSubstr("team: 1 delivery goes out again"));
  EXPECT_EQ(run({"delivery", "replay", "--since", "2030-01-01"}).out,
            "nothing was given up in that time\n");
}

TEST_F(Audit, ANewDestinationIsToldWhatItMissed) {
  auto& destinations = daemon_.config()->destinations;
  destinations.push_back(destinations[0]);
  destinations.back().name = "new";
  start();
  const std::vector<std::string> missed{"delivery", "replay",  "--missed-by",
                                        "new",      "--since", "2026-11-01"};
  auto dry = missed;
  dry.emplace_back("--dry-run");
  EXPECT_THAT(run(dry).out, HasSubstr("new: 2 events that it missed would go out, under the ids of "
                                      "then\n"));
  EXPECT_EQ(run(missed).out, "new: 2 events that it missed go out, under the ids of then\n");
  EXPECT_EQ(run(missed).out,
            "new: it has missed nothing that it need be told; 2 are out of date by now\n");
  const Said typo = run({"delivery", "replay", "--missed-by", "teem", "--since", "2026-11-01"});
  EXPECT_EQ(typo.code, 1);
  EXPECT_EQ(typo.err, "kpictl: there is no destination \"teem\"; did you mean \"team\"?\n");
}

TEST_F(Audit, ADrillGoesToWhoeverWouldBeToldAndSaysWhyTheOthersAreNot) {
  auto& destinations = daemon_.config()->destinations;
  destinations.push_back(destinations[0]);
  destinations.back().name = "site";
  destinations.back().owners = {"estates"};
  start();
  const Said said = run({"webhook", "drill", "--rule", "reserves", "--school", "S900002"});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, StartsWith("kpi.alert.firing, red, rule reserves, Birch\n  [TEST] Birch"));
  EXPECT_THAT(said.out, HasSubstr("DESTINATION  FORMAT  CAME TO\n"
                                  "team         teams   accepted: 202 in 12 ms\n"
                                  "board        slack   accepted: 202 in 12 ms\n"));
  EXPECT_THAT(said.out,
              HasSubstr("site      teams   it hears of the owners estates alone, and this "
                        "is of finance\n"));
  const Said amber = run({"webhook", "drill", "--severity", "amber"});
  EXPECT_THAT(amber.out, HasSubstr("board     slack   it wants red alone, and this is amber\n"));
  // On record, and no alert.
  EXPECT_THAT(run({"export", "deliveries"}).out, HasSubstr("[TEST] Birch"));
  EXPECT_EQ(lines(run({"export", "alerts"}).out).size(), 3U);
  EXPECT_EQ(run({"delivery", "replay", "--missed-by", "site", "--since", "2026-11-01"}).out,
            "site: it has missed nothing that it need be told\n");
}

TEST_F(Audit, ADrillEndsAtASilence) {
  start();
  run({"silence", "add", "--org", "900002", "--for", "2 h", "--by", "J. Smith", "--why", "roof"});
  const Said said = run({"webhook", "drill", "--school", "900002"});
  EXPECT_EQ(said.code, 3) << "nobody has accepted it";
  EXPECT_THAT(said.out,
              HasSubstr("It ends here: the silence 1 of J. Smith (organisation 900002: \"roof\") "
                        "holds it back until 24 Nov 2026 04:00. Nobody was told.\n"));
  EXPECT_THAT(run({"export", "deliveries"}).out, Not(HasSubstr("[TEST]")));
}

TEST_F(Audit, ADrillOfWhatThereIsNotIsRefused) {
  start();
  EXPECT_EQ(run({"webhook", "drill", "--rule", "reserve"}).err,
            "kpictl: no rule of the config is named \"reserve\"; did you mean \"reserves\"?\n");
  EXPECT_THAT(run({"webhook", "drill", "--school", "123456"}).err,
              HasSubstr("no organisation of the config is \"123456\""));
  EXPECT_THAT(run({"webhook", "drill", "--event", "kpi.alert.fired"}).err,
              HasSubstr("\"kpi.alert.fired\" is no event"));
  EXPECT_THAT(run({"webhook", "drill", "--event", "test.ping"}).err,
              HasSubstr("`kpictl webhook test NAME` tries one destination"));
  EXPECT_THAT(run({"webhook", "drill", "--severity", "blue"}).err,
              HasSubstr("severity must be amber or red"));
  EXPECT_THAT(run({"webhook", "drill", "--event", "source.failing", "--severity", "red"}).err,
              HasSubstr("source.failing is of no rule, no school and no severity of its own"));
}

}  // namespace
}  // namespace kpid::cli
