// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: a drill goes the whole way with the real programs and says what it came to; a destination
// that is new, or was down, is told what it missed, each event once, also while the outbox is at
// work and after a kill.

#include <atomic>
#include <csignal>
#include <set>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "model/clock.hpp"
#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

class AuditedDaemon : public ::testing::Test {
 protected:
  void start(const std::vector<int>& reserves) {
    trust_.port = good_.port();
    trust_.write_config();
    trust_.write_accounts(reserves);
    run();
    ASSERT_TRUE(eventually([&] { return kpictl({"status"}).status == 0; })) << daemon_->errors();
  }
  void run() {
    daemon_ = std::make_unique<Process>(
        std::vector<std::string>{kpid_program(), "--config", trust_.config()},
        trust_.folder() / "out", trust_.folder() / "log");
  }
  void add(const std::string& name, const std::string& url, const std::string& more = {}) {
    trust_.extra += "[[destination]]\nname = \"" + name + "\"\nformat = \"standard\"\nurl = \"" +
                    url +
                    "\"\nsigning_secret_file = \"signing-secret\"\n"
                    "allowed_networks = [\"127.0.0.0/8\"]\ntimeout = \"60 s\"\n"
                    "retry_schedule = [\"100 ms\"]\n" +
                    more;
  }
  Ended kpictl(std::vector<std::string> words) {
    words.insert(words.begin(), {kpictl_program(), "--config", trust_.config()});
    return run_command(words);
  }
  std::size_t pending() {
    words_ = kpictl({"status", "--json"}).output;
    boost::system::error_code fault;
    const auto said = json::parse(words_, fault);
    return fault ? 99 : static_cast<std::size_t>(said.at("outbox").at("pending").as_int64());
  }
  static std::string yesterday() {
    return format_date(std::chrono::floor<std::chrono::days>(SystemClock().now()) -
                       std::chrono::days{1});
  }
  static std::vector<std::string> ids(const Receiver& receiver) {
    std::vector<std::string> all;
    for (const ReceivedRequest& one : receiver.requests()) all.push_back(one.header("webhook-id"));
    return all;
  }
  static std::set<std::string> distinct(const std::vector<std::string>& all) {
    return {all.begin(), all.end()};
  }

  Receiver good_{[](const ReceivedRequest&, std::size_t) { return Reply{}; }};
  std::atomic<bool> mended_ = false;
  Receiver ill_{[this](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = mended_ ? 200 : 400;
    return reply;
  }};
  MadeUpTrust trust_{40};
  std::unique_ptr<Process> daemon_;
  std::string words_;
};

TEST_F(AuditedDaemon, ADrillSaysWhatItCameToAtEachDestination) {
  add("closed", "http://127.0.0.1:" + std::to_string(free_port()) + "/hook");
  add("site", ill_.url(), "organisations = [\"900001\"]\n");
  start(std::vector<int>(40, 9000));  // nothing is wrong
  const Ended drill = kpictl({"webhook", "drill", "--rule", "reserves", "--school", "900003"});
  EXPECT_EQ(drill.status, 3) << "one has not accepted it";
  EXPECT_THAT(drill.output, HasSubstr("kpi.alert.firing, red, rule reserves, School 3\n"));
  EXPECT_THAT(drill.output, HasSubstr("accepted: 200 in "));
  EXPECT_THAT(drill.output, HasSubstr("NOT accepted: the connection was refused; tried again "));
  EXPECT_THAT(drill.output, HasSubstr("it hears of the organisations 900001 alone, and this is of "
                                      "900003"));
  ASSERT_EQ(good_.requests().size(), 1U);
  const ReceivedRequest told = good_.requests().at(0);
  EXPECT_THAT(told.body, HasSubstr("[TEST] School 3"));
  EXPECT_THAT(told.body, HasSubstr("\"test\":true"));
  EXPECT_THAT(told.header("webhook-signature"), HasSubstr("v1,")) << "signed like any other";
  EXPECT_TRUE(ill_.requests().empty());
  EXPECT_EQ(kpictl({"alerts"}).output, "No alert is open.\n") << "it is no alert";
  const Ended record = kpictl({"export", "deliveries", "--json"});
  EXPECT_THAT(record.output, HasSubstr("[TEST] School 3"));

  // The same for programs, once more: the one that is down is tried at once all the same.
  const Ended well = kpictl({"webhook", "drill", "--json"});
  const auto said = json::parse(well.output);
  EXPECT_EQ(said.at("accepted"), false);
  EXPECT_EQ(said.at("told").at(0).at("state"), "delivered");
  EXPECT_EQ(said.at("told").at(1).at("destination"), "closed");
}

TEST_F(AuditedDaemon, WhatANewDestinationMissedComesOnceWhileTheOutboxIsAtWork) {
  start(std::vector<int>(40, 3000));
  ASSERT_TRUE(eventually([&] { return distinct(ids(good_)).size() >= 40 && pending() == 0; }));
  add("new", ill_.url());
  mended_ = true;
  trust_.write_config();
  ASSERT_EQ(kpictl({"reload"}).status, 0);
  const std::vector<std::string> missed{"delivery", "replay",  "--missed-by",
                                        "new",      "--since", "2020-01-01"};
  EXPECT_EQ(kpictl(missed).status, 1) << "the record goes back three years";
  std::vector<std::string> lately = missed;
  lately.back() = yesterday();
  auto first = lately;
  first.emplace_back("--dry-run");
  const Ended dry = kpictl(first);
  EXPECT_EQ(dry.status, 0) << dry.errors;
  EXPECT_TRUE(ill_.requests().empty());
  const Ended once = kpictl(lately);
  const Ended twice = kpictl(lately);
  EXPECT_THAT(once.output, HasSubstr("new: 40 events that it missed go out"));
  EXPECT_THAT(twice.output, HasSubstr("new: it has missed nothing that it need be told"));
  ASSERT_TRUE(eventually([&] { return ids(ill_).size() >= 40 && pending() == 0; }));
  EXPECT_EQ(ids(ill_).size(), 40U) << "each once";
  EXPECT_EQ(distinct(ids(ill_)), distinct(ids(good_))) << "under the ids of then";
}

TEST_F(AuditedDaemon, AStretchThatWasGivenUpIsSentAgainAlsoAfterAKill) {
  add("ill", ill_.url());
  start(std::vector<int>(40, 3000));
  ASSERT_TRUE(eventually([&] { return ill_.requests().size() >= 40 && pending() == 0; }));
  mended_ = true;
  const std::vector<std::string> again{"delivery", "replay", "--since", yesterday()};
  const Ended sent = kpictl(again);
  daemon_->signal(SIGKILL);
  daemon_->wait();
  EXPECT_THAT(sent.output, HasSubstr("ill: 40 deliveries go out again, under the same ids\n"));
  run();
  ASSERT_TRUE(eventually([&] { return kpictl({"status"}).status == 0 && pending() == 0; }));
  const Ended rest = kpictl(again);
  EXPECT_EQ(rest.output, "nothing was given up in that time\n") << rest.output;
  EXPECT_EQ(distinct(ids(ill_)).size(), 40U);
  EXPECT_EQ(distinct(ids(ill_)), distinct(ids(good_)));
  EXPECT_EQ(good_.requests().size(), 40U) << "what had arrived was left alone";
}

}  // namespace
}  // namespace kpid::testing
