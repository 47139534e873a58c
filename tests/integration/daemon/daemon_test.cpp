// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The daemon as an admin runs it: the real program, a real file, a real receiver.

#include <algorithm>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"
#include "support/sql_query.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;

class Daemon : public ::testing::Test {
 protected:
  void SetUp() override {
    trust_.port = receiver_.port();
    trust_.write_config();
    trust_.write_accounts({9000, 9000});
  }

  Ended once(bool as_json = false) {
    std::vector<std::string> command{kpid_program(), "--config", trust_.config(), "--once"};
    if (as_json) command.emplace_back("--json");
    return run_command(command);
  }
  Ended kpictl(std::vector<std::string> words) {
    words.insert(words.begin(), {kpictl_program(), "--config", trust_.config()});
    return run_command(words);
  }
  std::unique_ptr<Process> serve() {
    auto daemon = std::make_unique<Process>(
        std::vector<std::string>{kpid_program(), "--config", trust_.config()},
        trust_.folder() / "out", trust_.folder() / "log");
    EXPECT_TRUE(eventually([&] { return !daemon->running() || kpictl({"status"}).status == 0; }));
    if (!daemon->running()) throw std::runtime_error("kpid ended: " + daemon->errors());
    return daemon;
  }
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const ReceivedRequest& request : receiver_.requests()) {
      const auto body = json::parse(request.body);
      const auto& data = body.at("data").as_object();
      all.push_back(std::string(body.at("type").as_string()) +
                    (data.contains("organisation")
                         ? " " + std::string(data.at("organisation").at("urn").as_string())
                         : ""));
    }
    return all;
  }
  using Told = std::vector<std::string>;

  Receiver receiver_{[](const ReceivedRequest&, std::size_t) { return Reply{}; }};
  MadeUpTrust trust_{2};
};

TEST_F(Daemon, OncePullsJudgesDeliversAndSaysSo) {
  trust_.write_accounts({3000, 9000});
  const Ended ended = once();
  EXPECT_EQ(ended.status, 0) << ended.output << ended.errors;
  EXPECT_NE(ended.output.find("alerts: 1 opened, 0 changed, 0 resolved"), std::string::npos)
      << ended.output;
  EXPECT_NE(ended.output.find("deliveries: 1 delivered"), std::string::npos) << ended.output;
  EXPECT_EQ(told(), Told{"kpi.alert.firing 900001"});
  const Ended again = once();
  EXPECT_NE(again.output.find("alerts: 0 opened"), std::string::npos) << again.output;
  EXPECT_EQ(told().size(), 1U) << "the same figures again tell nothing";
}

TEST_F(Daemon, OnceAsJson) {
  const Ended ended = once(true);
  const auto said = json::parse(ended.output);
  EXPECT_EQ(said.at("ok"), true);
  EXPECT_EQ(said.at("sources").at(0).at("new").to_number<int>(), 10);
  EXPECT_EQ(said.at("sources").at(0).at("outcome"), "succeeded");
}

TEST_F(Daemon, OnceFailsWhereASourceDoes) {
  std::filesystem::remove(trust_.folder() / "in/finance.csv");
  const Ended ended = once();
  EXPECT_EQ(ended.status, 3);
  EXPECT_NE(ended.output.find("finance.csv"), std::string::npos) << ended.output;
  EXPECT_EQ(told(), Told{"source.failing"});
}

TEST_F(Daemon, OnceFailsWhereNobodyTakesTheMessage) {
  trust_.port = free_port();
  trust_.write_config();
  trust_.write_accounts({3000, 9000});
  const Ended ended = once();
  EXPECT_EQ(ended.status, 3) << ended.output;
}

TEST_F(Daemon, AFaultyConfigStopsAStartWithItsPlace) {
  write_file(trust_.config(), "[trust]\nnme = \"x\"\n");
  const Ended ended = run_command({kpid_program(), "--config", trust_.config(), "--check"});
  EXPECT_EQ(ended.status, 78);
  EXPECT_NE(ended.errors.find(trust_.config() + ":2:1: error: "), std::string::npos)
      << ended.errors;
  EXPECT_EQ(run_command({kpid_program(), "--config", trust_.config()}).status, 78);
}

TEST_F(Daemon, ASourceWithNoSchoolThatItCanMatchIsAMistakeOfTheConfig) {
  trust_.extra = R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "daily 06:30"
[source.settings]
format = "gias"
path = "in/*.csv"
only_urns = [123456, 123457]
)";
  trust_.write_config();
  const Ended ended = run_command({kpid_program(), "--config", trust_.config(), "--check"});
  EXPECT_EQ(ended.status, 78);
  EXPECT_EQ(ended.errors, trust_.config() +
                              ":48:13: error: this source has no school to match: none of the 2 "
                              "named here is a [[school]] of this config\n");
}

TEST_F(Daemon, ASecondDaemonOnTheSameDatabaseSaysSo) {
  const auto daemon = serve();
  const Ended ended = once();
  EXPECT_EQ(ended.status, 70);
  EXPECT_NE(ended.errors.find("belongs to a running kpid"), std::string::npos) << ended.errors;
}

TEST_F(Daemon, SigtermEndsItInGoodOrder) {
  const auto daemon = serve();
  daemon->signal(SIGTERM);
  EXPECT_EQ(daemon->wait(std::chrono::seconds{5}), 0) << daemon->errors();
  EXPECT_FALSE(std::filesystem::exists(trust_.socket()));
  EXPECT_FALSE(std::filesystem::exists(trust_.database().string() + "-wal"))
      << "an end in good order leaves no log to fold in";
}

TEST_F(Daemon, AReloadThatIsFaultyKeepsTheOldConfig) {
  const auto daemon = serve();
  write_file(trust_.config(), "[trust]\nnme = \"x\"\n");
  daemon->signal(SIGHUP);
  EXPECT_TRUE(eventually(
      [&] { return daemon->errors().find("the config was not taken") != std::string::npos; }));
  const std::string socket = trust_.socket().string();
  EXPECT_EQ(run_command({kpictl_program(), "--socket", socket, "source", "run", "finance"}).status,
            0);
}

TEST_F(Daemon, AReloadTakesNewRulesAtOnce) {
  trust_.write_accounts({3000, 9000});
  const auto daemon = serve();
  ASSERT_TRUE(eventually([&] { return told() == Told{"kpi.alert.firing 900001"}; }));
  trust_.extra = R"([[rule]]
name = "income"
kpi = "finance.income"
amber = "< 200000"
organisations = ["900002"]
)";
  trust_.write_config();
  EXPECT_EQ(kpictl({"reload"}).status, 0);
  EXPECT_TRUE(eventually([&] { return told().size() == 2; }));
  EXPECT_EQ(told().back(), "kpi.alert.firing 900002");
}

TEST_F(Daemon, TheSchoolYearIsThatOfItsFile) {
  const auto terms = [&](const std::string& inset) {
    write_file(trust_.folder() / "terms.ics",
               "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20250903\r\n"
               "DTEND;VALUE=DATE:20251220\r\nSUMMARY:Autumn term\r\nEND:VEVENT\r\n"
               "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20251107\r\nSUMMARY:" +
                   inset + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  };
  terms("INSET day");
  trust_.extra = "[calendar]\nfiles = [\"terms.ics\"]\n";
  trust_.write_config();
  const auto daemon = serve();
  const Ended year = kpictl({"calendar", "--year", "2025"});
  EXPECT_EQ(year.status, 0) << year.errors;
  EXPECT_NE(year.output.find("speak of 1 September 2025 to 19 December 2025"), std::string::npos)
      << year.output;
  const Ended day = kpictl({"calendar", "--on", "2025-11-07", "--org", "900001"});
  EXPECT_NE(day.output.find("Friday 7 November 2025 is an INSET day."), std::string::npos)
      << day.output;
  EXPECT_EQ(kpictl({"calendar", "--year", "25"}).status, 1);
  // An event that nobody can tell changes nothing; one that is no closure does.
  terms("Wreath making");
  const Ended refused = kpictl({"reload"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.errors.find("\"Wreath making\" on 2025-11-07"), std::string::npos)
      << refused.errors;
  EXPECT_NE(kpictl({"calendar", "--on", "2025-11-07"}).output.find("INSET day"), std::string::npos);
  terms("Wreath making\r\nCATEGORIES:OTHER");
  EXPECT_EQ(kpictl({"reload"}).status, 0);
  EXPECT_NE(kpictl({"calendar", "--on", "2025-11-07"}).output.find("is a school day"),
            std::string::npos);
}

TEST_F(Daemon, AMissingPluginOrFileStopsNothingElse) {
  trust_.extra = R"([[source]]
name = "ghost"
plugin = "ghost"
schedule = "every 1 h"

[[source]]
name = "nowhere"
plugin = "finance"
schedule = "every 1 h"
[source.settings]
path = "in/nowhere.csv"
)";
  trust_.write_config();
  trust_.write_accounts({3000, 9000});
  const auto daemon = serve();
  EXPECT_TRUE(eventually([&] { return told().size() >= 3; }));
  auto all = told();
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (Told{"kpi.alert.firing 900001", "source.failing", "source.failing"}));
  const Ended sources = kpictl({"sources"});
  EXPECT_NE(sources.output.find("ghost"), std::string::npos) << sources.output;
}

TEST_F(Daemon, ABreachThatOpensAndClosesWhileTheReceiverIsDownIsToldAfterwards) {
  receiver_.stop();
  trust_.write_accounts({3000, 9000});
  const auto daemon = serve();
  ASSERT_TRUE(
      eventually([&] { return kpictl({"alerts"}).output.find("School 1") != std::string::npos; }));
  trust_.write_accounts({9000, 9000});
  ASSERT_EQ(kpictl({"source", "run", "finance"}).status, 0);
  ASSERT_TRUE(
      eventually([&] { return kpictl({"alerts"}).output.find("School 1") == std::string::npos; }));
  receiver_.start();
  ASSERT_TRUE(eventually([&] { return told().size() >= 2; }));
  EXPECT_EQ(told(), (Told{"kpi.alert.firing 900001", "kpi.alert.resolved 900001"}));
  const auto first = json::parse(receiver_.requests()[0].body);
  const auto second = json::parse(receiver_.requests()[1].body);
  EXPECT_LT(std::string(first.at("time").as_string()), std::string(second.at("time").as_string()));
  EXPECT_EQ(second.at("data").at("fired_at"), first.at("data").at("fired_at"));
  EXPECT_EQ(second.at("data").at("seq").to_number<int>(),
            first.at("data").at("seq").to_number<int>() + 1);
}

TEST_F(Daemon, WhenTheDatabaseFailsTheAdminIsToldPastIt) {
  const auto daemon = serve();
  ASSERT_EQ(kpictl({"source", "run", "finance"}).status, 0);
  // Stands in for a full disk: every run fails to begin, while the file itself stays sound.
  query(trust_.database(),
        "CREATE TRIGGER full BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  trust_.write_accounts({3000, 9000});
  const Ended failed = kpictl({"source", "run", "finance"});
  EXPECT_NE(failed.status, 0) << failed.output;
  ASSERT_TRUE(eventually([&] { return told() == Told{"source.failing"}; })) << daemon->errors();
  EXPECT_NE(receiver_.requests()[0].body.find("kpid cannot write to its database"),
            std::string::npos)
      << receiver_.requests()[0].body;
  query(trust_.database(), "DROP TRIGGER full");
  EXPECT_EQ(kpictl({"source", "run", "finance"}).status, 0);
  ASSERT_TRUE(eventually([&] { return told().size() == 3; }));
  auto all = told();
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (Told{"kpi.alert.firing 900001", "source.failing", "source.recovered"}));
}

TEST_F(Daemon, ACorrectionIsARevisionAndTheOldViewCanBeReadAgain) {
  trust_.write_accounts({3000, 9000});
  const auto daemon = serve();
  ASSERT_TRUE(eventually([&] { return told().size() == 1; }));
  sleep_for(std::chrono::milliseconds{20});
  const Ended before = kpictl({"status", "--json"});
  const std::string then(json::parse(before.output).at("now").as_string());
  EXPECT_EQ(kpictl({"source", "run", "finance"}).status, 0);
  EXPECT_EQ(told().size(), 1U) << "the same value changes nothing";
  trust_.write_accounts({7000, 9000});
  EXPECT_EQ(kpictl({"source", "run", "finance"}).status, 0);
  ASSERT_TRUE(eventually([&] { return told().size() == 2; }));
  const auto body = json::parse(receiver_.requests()[1].body);
  EXPECT_EQ(body.at("type"), "kpi.alert.resolved");
  EXPECT_EQ(body.at("data").at("resolution"), "corrected");
  const std::string kpi = "finance.reserves_percent";
  const Ended now = kpictl({"kpi", kpi, "--org", "900001"});
  EXPECT_NE(now.output.find("7 %"), std::string::npos) << now.output << now.errors;
  const Ended past = kpictl({"kpi", kpi, "--org", "900001", "--as-of", then});
  EXPECT_EQ(past.output.find("7 %"), std::string::npos) << past.output;
  EXPECT_NE(past.output.find("3 %"), std::string::npos) << past.output << past.errors;
}

}  // namespace
}  // namespace kpid::testing
