// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The real kpictl against the real server: what an admin reads, to the letter.

#include <array>
#include <fstream>
#include <regex>
#include <string>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>

#include "support/places.hpp"
#include "support/run_program.hpp"
#include "support/small_daemon.hpp"
#include "webhooks/signature.hpp"

namespace kpid::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Said {
  int code = 0;
  std::string out;
  std::string err;
};

Said kpictl(std::vector<std::string> arguments, const std::vector<std::string>& environment = {}) {
  arguments.insert(arguments.begin(), kpid::testing::binary_folder() + "/bin/kpictl");
  kpid::testing::RunningProgram program(arguments, environment);
  Said said;
  said.code = program.wait();
  said.out = program.out();
  said.err = program.err();
  return said;
}

class Kpictl : public ::testing::Test {
 protected:
  // Ash breaches at 3 %, is corrected to 4 %; one delivery arrived and one was given up.
  void SetUp() override {
    daemon_.pull(daemon_.figures("900001", 300, 10000));
    daemon_.answer(2, 202, DeliveryState::delivered);
    daemon_.answer(1, 503, DeliveryState::dead, "the receiver answered 503 for three days");
    daemon_.pull(daemon_.figures("900001", 400, 10000));
    daemon_.start();
  }
  Said run(std::vector<std::string> arguments, const std::vector<std::string>& environment = {}) {
    arguments.insert(arguments.end(), {"--socket", daemon_.socket()});
    Said said = kpictl(std::move(arguments), environment);
    // The ids are drawn at random.
    said.out = std::regex_replace(said.out, std::regex("alt_[0-9A-Z]{26}"), "alt_ID");
    return said;
  }
  std::string alert_id() {
    const auto listed = kpictl({"alerts", "--json", "--socket", daemon_.socket()});
    const auto alerts = boost::json::parse(listed.out);
    for (const auto& alert : alerts.at("alerts").as_array()) {
      if (alert.at("organisation") == "900001") {
        return std::string(std::string_view(alert.at("id").as_string()));
      }
    }
    return "none";
  }

  kpid::testing::SmallDaemon daemon_;
};

TEST_F(Kpictl, StatusFitsOneScreen) {
  const Said said = run({"status"});
  EXPECT_EQ(said.code, 0);
  EXPECT_EQ(
      said.out,
      R"(kpid 0.1.0 of Example Trust is running since 23 Nov 2026 00:00 (26 hours), but 1 delivery is given up.
Alerts: 2 firing, 0 acknowledged, 0 pending; 2 red, 0 amber.
Outbox: 0 waiting, 1 delivered, 1 given up.
Sandbox: this kernel has no Landlock.

SOURCE   HEALTH       LAST ASKED         CONTENT CHANGED    DATA UNTIL      NEXT
finance  working      24 Nov 2026 02:00  24 Nov 2026 02:00  31 August 2026  25 Nov 2026 02:00
roll     pulling now  never              never              none yet        every 15 min

DESTINATION  FORMAT  HOST                STATE  LAST DELIVERED
team         teams   hooks.example:8443  on     never
)");
}

TEST_F(Kpictl, Sources) {
  EXPECT_EQ(run({"sources"}).out,
            R"(SOURCE   HEALTH       LAST ASKED         CONTENT CHANGED    DATA UNTIL      NEXT
finance  working      24 Nov 2026 02:00  24 Nov 2026 02:00  31 August 2026  25 Nov 2026 02:00
roll     never asked  never              never              none yet        every 15 min
)");
}

TEST_F(Kpictl, Kpis) {
  EXPECT_EQ(run({"kpis"}).out, R"(KPI                       Ash  Birch    Example Trust
finance.reserves_percent  4 %  no data  4 %

finance.reserves_percent: the trust's figure is from 1 of 2 schools
)");
}

TEST_F(Kpictl, OneKpi) {
  EXPECT_EQ(run({"kpi", "finance.reserves_percent", "--org", "900001"}).out,
            R"(Ash: reserves as a share of income (finance.reserves_percent, plan 5.2)
PERIOD   VALUE  PARTS       KNOWN SINCE        FROM
2025/26  4 % *  £4 of £100  24 Nov 2026 02:00  finance: in/summary.csv, row 2 and 1 more

* corrected after it was first known:
finance.reserves of 900001 for 2025/26: £3 (known 24 Nov 2026 01:00, run 1), then £4 (known 24 Nov 2026 02:00, run 2)
)");
  EXPECT_EQ(
      run({"kpi", "finance.reserves_percent", "--org", "900001", "--as-of", "2026-11-24T01:30:00Z"})
          .out,
      R"(Ash: reserves as a share of income (finance.reserves_percent, plan 5.2), as it was known on 24 Nov 2026 01:30
PERIOD   VALUE  PARTS       KNOWN SINCE        FROM
2025/26  3 %    £3 of £100  24 Nov 2026 01:00  finance: in/summary.csv, row 2 and 1 more
)");
}

TEST_F(Kpictl, Alerts) {
  EXPECT_EQ(
      run({"alerts"}).out,
      R"(ALERT                           SEVERITY  STATE   ORGANISATION   KPI                            VALUE  PERIOD
alt_ID  red       firing  Example Trust  reserves as a share of income  4 %    2025/26
alt_ID  red       firing  Ash            reserves as a share of income  4 %    2025/26
)");
}

TEST_F(Kpictl, AnAlertIsAStory) {
  EXPECT_EQ(run({"alert", "explain", alert_id()}).out, R"(RED  Ash: reserves as a share of income
alt_ID, firing

Ash – reserves as a share of income: 3 % in 2025/26, below the limit of 5 %; the gap is worth £2.
Source: finance, summary.csv row 2 and row 3.
The rule "reserves", owned by finance, looks at the figure itself: amber below 6.5 %, red below 5 %.
Last judged on 24 Nov 2026 02:00: 4 % for 2025/26, below 5 %.
What to do: Tell the CFO within five working days.

How the calendar counts
  24 November 2026 is a school day (autumn term, second half).
  No file has the term dates of that day: the usual English year counts.

What happened
  24 Nov 2026 01:00  opened
  24 Nov 2026 01:00  firing, red

What it rests on
  finance.reserves of 900001: £4 for 2025/26, revision 2, known since 24 Nov 2026 02:00, run 2
    before: £3, known since 24 Nov 2026 01:00
    finance: in/summary.csv, row 2, fetched 24 Nov 2026 02:00
    sha256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  finance.income of 900001: £100 for 2025/26, revision 1, known since 24 Nov 2026 01:00, run 1
    finance: in/summary.csv, row 3, fetched 24 Nov 2026 01:00
    sha256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa

What it rested on when it was told, firing, 24 Nov 2026 01:00
  finance.income of 900001: £100 for 2025/26, revision 1, known since 24 Nov 2026 01:00, run 1
    finance: in/summary.csv, row 3, fetched 24 Nov 2026 01:00
    sha256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  finance.reserves of 900001: £3 for 2025/26, revision 1, known since 24 Nov 2026 01:00, run 1
    finance: in/summary.csv, row 2, fetched 24 Nov 2026 01:00
    sha256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa

Who was told
  team, firing:
    told 24 Nov 2026 01:00 (HTTP 202)
)");
}

TEST_F(Kpictl, Deliveries) {
  EXPECT_EQ(
      run({"deliveries"}).out,
      R"(ID  CREATED            EVENT             DESTINATION  SUBJECT                         STATE
2   24 Nov 2026 01:00  kpi.alert.firing  team         alt_ID  told 24 Nov 2026 01:00 (HTTP 202)
1   24 Nov 2026 01:00  kpi.alert.firing  team         alt_ID  NOT told, given up: the receiver answered 503 for three days
)");
}

TEST(KpictlPlugins, SayWhichAreQuarantinedAndWhichRefused) {
  kpid::testing::SmallDaemon daemon;
  for (int crash = 0; crash < 3; ++crash) daemon.fail_run("the plugin crashed", true);
  daemon.start();
  EXPECT_EQ(kpictl({"plugins", "--socket", daemon.socket()}).out,
            R"(PLUGIN   VERSION  TITLE    STATE                                      FILE
finance  1.0      Finance  quarantined                                /usr/lib/kpid/finance.so
old                        refused: it was built for another machine  /usr/lib/kpid/old.so
)");
}

TEST_F(Kpictl, JsonIsWhatTheDaemonSays) {
  const Said said = run({"--json", "kpis"});
  EXPECT_EQ(boost::json::parse(said.out).at("kpis").at(1).at("value"), 4);
  const Said after = run({"alert", "explain", "alt_nobody", "--json"});
  EXPECT_EQ(after.code, 1);
  EXPECT_EQ(boost::json::parse(after.out).at("error").at("kind"), "not_found");
  EXPECT_EQ(after.err, "");
}

TEST_F(Kpictl, PreviewShowsTheRequestWithoutItsSecrets) {
  const Said said = run({"webhook", "preview", "team"});
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.out, StartsWith("What team (teams) would get for kpi.alert.firing; nothing is "
                                   "sent.\n\nPOST https://"));
  EXPECT_THAT(said.out, HasSubstr("content-type: application/json\n\n{\n  \"type\": \"message\""));
  EXPECT_THAT(said.out, HasSubstr("[TEST\\\\] Red alert: Reserves as a share of income, Ash"));
  EXPECT_THAT(said.out, Not(HasSubstr("hunter")));
  const Said kept = run({"webhook", "preview", "team", "--event", "source.failing"});
  EXPECT_THAT(kept.out, HasSubstr("It would NOT get it: its filters"));
}

TEST_F(Kpictl, PreviewSaysWhichEventsThereAre) {
  const Said wrong = run({"webhook", "preview", "team", "--event", "kpi.alert.fireing"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("\"kpi.alert.fireing\" is no event; it is for example "));
  const Said nobody = run({"webhook", "preview", "nobody"});
  EXPECT_EQ(nobody.code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("there is no destination \"nobody\""));
}

TEST_F(Kpictl, ActionsSayWhatTheyDid) {
  EXPECT_EQ(run({"alert", "ack", alert_id(), "--by", "J. Smith", "--note", "with the CFO"}).out,
            "noted: alt_ID by J. Smith\n");
  EXPECT_THAT(run({"alert", "explain", alert_id()}).out,
              HasSubstr("alt_ID, acknowledged, noted by J. Smith (\"with the CFO\")\n"));
  EXPECT_EQ(run({"delivery", "replay", "1"}).out, "1 delivery goes out again, under the same id\n");
  EXPECT_EQ(run({"delivery", "replay", "--since", "2026-11-01"}).out,
            "team: 0 deliveries go out again, under the same ids; 2 are still under way and are "
            "tried again by themselves\n");
  EXPECT_EQ(run({"webhook", "test", "team"}).out, "test to team: delivered (HTTP 202)\n");
  EXPECT_EQ(run({"destination", "enable", "team"}).out,
            "team is on; what waited for it goes out now\n");
  EXPECT_EQ(run({"plugin", "release", "finance"}).out,
            "finance is released; its sources run again when they are due\n");
  EXPECT_EQ(run({"reload"}).out, "the new config is in force\n");
}

TEST_F(Kpictl, ASilenceFromItsBeginningToItsEnd) {
  EXPECT_EQ(run({"silence", "list"}).out, "Nothing is silenced.\n");
  const Said added = run({"silence", "add", "--rule", "reserves*", "--org", "900001", "--for",
                          "5 school days", "--by", "J. Smith", "--why", "the roof is mended"});
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_EQ(added.out,
            "silence 1: rule reserves*, organisation 900001, from 24 Nov 2026 02:00 until 1 Dec "
            "2026 02:00\n");
  EXPECT_THAT(run({"silence", "list"}).out, HasSubstr("rule reserves*, organisation 900001"));
  EXPECT_THAT(run({"alerts"}).out, HasSubstr("firing, silenced"));
  EXPECT_THAT(run({"alert", "explain", alert_id()}).out,
              HasSubstr("Silenced by J. Smith until 1 Dec 2026 02:00: the roof is mended (silence "
                        "1).\n"));
  EXPECT_EQ(run({"alert", "ack", alert_id(), "--by", "A. Jones", "--for", "2 h"}).code, 0);
  const std::string story = run({"alert", "explain", alert_id()}).out;
  EXPECT_THAT(story, HasSubstr("acknowledged, noted by A. Jones until 24 Nov 2026 04:00\n"));
  EXPECT_THAT(story, HasSubstr("held back by the silence 1 of J. Smith (\"the roof is mended\")"));
  const Said removed = run({"silence", "remove", "1", "--by", "A. Jones"});
  EXPECT_EQ(removed.out,
            "the silence 1 is removed; what it held back and still holds is told now\n");
  EXPECT_EQ(run({"silence", "list"}).out, "Nothing is silenced.\n");
  EXPECT_THAT(run({"silence", "list", "--all"}).out, HasSubstr("removed by A. Jones"));
  const auto listed = boost::json::parse(run({"silence", "list", "--all", "--json"}).out);
  EXPECT_EQ(listed.at_pointer("/silences/0/by"), "J. Smith");
}

TEST_F(Kpictl, ASilenceSaysWhatItLacks) {
  EXPECT_EQ(run({"silence", "add", "--rule", "x", "--for", "2 h", "--by", "me"}).code, 64);
  EXPECT_EQ(run({"silence", "add", "--rule", "*", "--for", "2 h", "--until", "2026-12-05", "--by",
                 "me", "--why", "y"})
                .code,
            64);
  const Said endless = run({"silence", "add", "--rule", "*", "--by", "me", "--why", "y"});
  EXPECT_EQ(endless.code, 1);
  EXPECT_EQ(endless.err,
            "kpictl: say when it ends, with --until DAY or --for \"5 school days\": a silence "
            "always ends\n");
  EXPECT_EQ(run({"silence", "remove", "7", "--by", "me"}).err,
            "kpictl: there is no silence 7: `kpictl silence list` lists them\n");
}

TEST_F(Kpictl, APullIsWaitedForAndItsOutcomeTold) {
  const Said failed = run({"source", "run", "finance"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_EQ(failed.err, "kpictl: summary.csv, row 1: the column Income is gone\n");
  daemon_.next_pull = daemon_.figures("900001", 900, 10000);
  daemon_.next_pull->push_back({"123456", "finance.income", 1});
  const Said said = run({"source", "run", "finance"});
  EXPECT_EQ(said.code, 0);
  EXPECT_EQ(
      said.out,
      "finance: succeeded\n"
      "3 rows read; 0 measurements new, 1 revised, 1 unchanged, 1 refused\n"
      "  skipped: row 4: the organisation \"123456\" is not in the config; its rows were left "
      "out\n");
  EXPECT_EQ(said.err, "") << "no progress where stderr is no terminal";
  EXPECT_EQ(run({"alerts"}).out, "No alert is open.\n");
  daemon_.next_pull = std::vector<kpid::testing::SmallDaemon::Row>{{"123456", "finance.income", 1}};
  EXPECT_EQ(run({"source", "run", "finance"}).code, 3) << "the run itself failed";
  EXPECT_THAT(run({"status"}).out, HasSubstr("but 1 source fails, 1 delivery is given up."));
}

TEST_F(Kpictl, TheDaemonsRefusalIsPassedOn) {
  daemon_.reload_fault = Error{ErrorKind::config, "unknown key \"urnn\"", "kpid.toml:7:1"};
  const Said said = run({"reload"});
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err, "kpictl: kpid.toml:7:1: unknown key \"urnn\"\n");
  EXPECT_EQ(run({"kpi", "no/such kpi?"}).err,
            "kpictl: there is no KPI \"no/such kpi?\": `kpictl kpis` lists them\n");
}

TEST_F(Kpictl, TheSocketsPathComesFromTheConfig) {
  const std::string file = daemon_.folder / "kpid.toml";
  std::ofstream(file) << "[daemon]\nsocket = \"" << daemon_.socket() << "\"\n";
  EXPECT_EQ(kpictl({"reload", "--config", file}).out, "the new config is in force\n");
  const Said none = kpictl({"status", "--config", daemon_.folder / "none.toml"});
  EXPECT_EQ(none.code, 78);
  EXPECT_THAT(none.err, HasSubstr("none.toml"));
}

TEST_F(Kpictl, ColoursAreForTerminalsAlone) {
  const auto on_terminal = [this](const std::vector<std::string>& environment) {
    int ours = -1;
    int theirs = -1;
    EXPECT_EQ(::openpty(&ours, &theirs, nullptr, nullptr, nullptr), 0);
    kpid::testing::RunningProgram program(
        {kpid::testing::binary_folder() + "/bin/kpictl", "alerts", "--socket", daemon_.socket()},
        environment, theirs);
    EXPECT_EQ(program.wait(), 0);
    ::close(theirs);
    std::string text;
    std::array<char, 4096> piece{};  // a terminal hands over what it has, line by line
    for (ssize_t count = 0; (count = ::read(ours, piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(count));
    }
    ::close(ours);
    return text;
  };
  EXPECT_THAT(on_terminal({"TERM=xterm"}), HasSubstr("\x1b[31mred\x1b[0m"));
  EXPECT_THAT(on_terminal({"TERM=xterm", "NO_COLOR=1"}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(on_terminal({"TERM=dumb"}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(run({"alerts"}, {"TERM=xterm"}).out, Not(HasSubstr("\x1b")));
}

TEST(KpictlAlone, ADaemonThatIsNotRunningIsAnAnswer) {
  const kpid::testing::TemporaryFolder folder;
  const std::string path = folder / "kpid.sock";
  const Said said = kpictl({"status", "--socket", path});
  EXPECT_EQ(said.code, 69);
  EXPECT_EQ(said.err, "kpictl: kpid is not running (nothing listens on " + path +
                          "); start it with `systemctl start kpid`\n");
  const Said json = kpictl({"status", "--json", "--socket", path});
  EXPECT_EQ(json.code, 69);
  EXPECT_EQ(boost::json::parse(json.out).at("error").at("kind"), "transient");
}

TEST(KpictlAlone, WrongArgumentsAreUsageErrors) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {},
           {"stauts"},
           {"alert"},
           {"alert", "ack", "alt_1"},
           {"kpi"},
           {"kpi", "x", "--last", "0"},
           {"delivery", "replay"},
           {"delivery", "replay", "1", "--since", "2026-01-01"},
           {"delivery", "replay", "1", "--all"},
           {"delivery", "replay", "--until", "2026-01-01"},
           {"delivery", "replay", "--missed-by", "team"},
           {"delivery", "replay", "--since", "2026-01-01", "--missed-by", "a", "--destination",
            "b"},
           {"export"},
           {"export", "kpis"},
           {"export", "alerts", "--bom", "--no-bom"},
           {"listen", "--port", "70000"},
           {"listen", "--port", "0", "--secret", "whsec_short"},
           {"listen", "--port", "0", "--secret", "whpk_short"},
           {"webhook", "keygen"},
           {"listen", "--port", "0", "--address", "nowhere"},
           {"listen", "--port", "0", "--secret-file", "/no/such/file"}}) {
    const Said said = kpictl(wrong);
    EXPECT_EQ(said.code, 64) << ::testing::PrintToString(wrong) << said.out << said.err;
    EXPECT_NE(said.err, "");
  }
}

TEST(KpictlAlone, MakesASigningKeyThatNoOneElseCanRead) {
  const kpid::testing::TemporaryFolder folder;
  const std::filesystem::path file = folder / "key";
  const Said made = kpictl({"webhook", "keygen", file.string()});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms{0600});
  std::string secret;
  std::getline(std::ifstream(file) >> std::ws, secret);
  ASSERT_TRUE(made.out.starts_with("whpk_")) << made.out;
  EXPECT_EQ((made.out + made.err).find(secret), std::string::npos) << "only the file holds it";
  const std::array keys{Secret{secret}};
  const Timestamp at = SystemClock().now();
  const std::string list = webhooks::sign(keys, "msg_1", at, "{}").value();
  const std::string seconds = std::to_string(milliseconds_since_epoch(at) / 1000);
  const Secret public_half{made.out.substr(0, made.out.size() - 1)};
  EXPECT_TRUE(webhooks::verify(public_half, {"msg_1", seconds, list}, "{}", at));

  const Said again = kpictl({"webhook", "keygen", file.string()});
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.err.find("is there already"), std::string::npos) << again.err;
  std::string kept;
  std::getline(std::ifstream(file) >> std::ws, kept);
  EXPECT_EQ(kept, secret);
}

TEST(KpictlAlone, MakesASharedSecret) {
  const kpid::testing::TemporaryFolder folder;
  const std::filesystem::path file = folder / "key";
  const Said made = kpictl({"--json", "webhook", "keygen", "--shared", file.string()});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(boost::json::parse(made.out).at("public_key"), nullptr);
  std::string secret;
  std::getline(std::ifstream(file) >> std::ws, secret);
  EXPECT_EQ(webhooks::decode_secret(Secret{secret}).value().size(), 32U);
}

TEST(KpictlAlone, AnUnknownCommandIsNamed) {
  EXPECT_EQ(kpictl({"kpiz"}).err,
            "kpictl: there is no command \"kpiz\"; kpictl --help lists them\n");
}

TEST(KpictlAlone, HelpDocumentsTheExitCodes) {
  const Said help = kpictl({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("69  kpid is not running"));
  EXPECT_EQ(kpictl({"--version"}).code, 0);
}

}  // namespace
}  // namespace kpid::cli
