// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: the link in a message takes note of its alert, once, whatever happens to the daemon; and a
// receiver that does not consent is sent nothing. Method: the real programs, a real receiver, curl
// as the browser: it opens the page, and sends what the page's form says.

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"
#include "support/sql_query.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

class AcknowledgeLink : public ::testing::Test {
 protected:
  void configure() {
    trust_.port = receiver_.port();
    trust_.extra = "[http]\nlisten = \"" + std::to_string(port_) + "\"\npublic_url = \"" + base() +
                   "\"\n" + more_;
    trust_.write_config();
  }
  [[nodiscard]] std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void start() {
    daemon_ = std::make_unique<Process>(
        std::vector<std::string>{kpid_program(), "--config", trust_.config()},
        trust_.folder() / "out", trust_.folder() / "log");
    ASSERT_TRUE(eventually([&] { return !daemon_->running() || kpictl({"status"}).status == 0; }))
        << daemon_->errors();
    ASSERT_TRUE(daemon_->running()) << daemon_->errors();
  }
  Ended kpictl(std::vector<std::string> words) {
    words.insert(words.begin(), {kpictl_program(), "--config", trust_.config()});
    return run_command(words);
  }
  static std::vector<std::string> curl(std::vector<std::string> words, const std::string& url) {
    words.insert(words.begin(), {"/usr/bin/curl", "--silent", "--show-error", "--noproxy", "*"});
    words.insert(words.end(), {"--write-out", "\n%{http_code}", url});
    return words;
  }
  static std::string look(const std::string& url) { return run_command(curl({}, url)).output; }
  static std::vector<std::string> pressing(const std::string& url, const std::string& name) {
    return curl({"--data-urlencode", "name=" + name, "--data-urlencode", "seen=red",
                 "--data-urlencode", "note=", "--data-urlencode", "span=5 school days"},
                url);
  }
  static std::string press(const std::string& url, const std::string& name) {
    return run_command(pressing(url, name)).output;
  }
  // The links in what the receiver got, in the order in which it did; empty where one had none.
  std::vector<std::string> links() const {
    std::vector<std::string> all;
    for (const ReceivedRequest& request : receiver_.requests()) {
      if (request.method != "POST") continue;
      const json::value body = json::parse(request.body);
      const json::object& data = body.as_object().at("data").as_object();
      const json::value* link = data.if_contains("acknowledge_url");
      all.emplace_back(link == nullptr ? std::string() : std::string(link->as_string()));
    }
    return all;
  }
  std::string value(const std::string& sql) { return query(trust_.database(), sql); }

  unsigned short port_ = free_port();
  Receiver receiver_{[](const ReceivedRequest&, std::size_t) { return Reply{}; }};
  MadeUpTrust trust_{2};
  std::string more_;
  std::unique_ptr<Process> daemon_;
};

TEST_F(AcknowledgeLink, TakesNoteOfItsAlertOnceAndOverARestart) {
  trust_.write_accounts({3000, 9000});
  configure();
  start();
  ASSERT_TRUE(eventually([&] { return links().size() == 1; })) << daemon_->errors();
  const std::string link = links().front();
  EXPECT_THAT(link, ::testing::StartsWith(base() + "/ack/"));
  EXPECT_LT(link.size(), 200U);
  for (int scanner = 0; scanner < 3; ++scanner) {
    const std::string page = look(link);
    EXPECT_THAT(page, HasSubstr("Red alert: "));
    EXPECT_THAT(page, HasSubstr("School 1"));
    EXPECT_THAT(page, HasSubstr("<form method=\"post\">"));
    EXPECT_THAT(page, ::testing::EndsWith("\n200"));
  }
  EXPECT_EQ(value("SELECT count(*) FROM link_used"), "0");
  const std::string headers = run_command(curl({"--head"}, link)).output;
  EXPECT_THAT(headers, HasSubstr("Content-Security-Policy: default-src 'none'"));
  EXPECT_THAT(headers, HasSubstr("Referrer-Policy: no-referrer"));

  daemon_->signal(SIGKILL);  // the key outlives it
  daemon_->wait();
  start();
  EXPECT_THAT(press(link, "Zoë Smith"), HasSubstr("Thank you, Zoë Smith"));
  EXPECT_THAT(press(link, "Mallory"), HasSubstr("Zoë Smith took note of the alert with it on "));
  EXPECT_EQ(value("SELECT acknowledged_by FROM alert"), "Zoë Smith (link to local)");
  ASSERT_TRUE(eventually([&] { return links().size() == 2; })) << daemon_->errors();
  EXPECT_EQ(links().back(), "") << "what was taken note of has no link";
  const std::string alert = value("SELECT id FROM alert");
  const Ended story = kpictl({"alert", "explain", alert});
  EXPECT_THAT(story.output, HasSubstr("noted by Zoë Smith (link to local)"));
  EXPECT_THAT(story.output, HasSubstr("its link was used by Zoë Smith, "));

  std::string damaged = link;
  damaged.back() = damaged.back() == 'A' ? 'B' : 'A';
  EXPECT_THAT(look(damaged), ::testing::EndsWith("\n404"));
  EXPECT_THAT(look(damaged), Not(HasSubstr("School 1")));
}

TEST_F(AcknowledgeLink, IsNotInAPreview) {
  trust_.write_accounts({9000, 9000});
  configure();
  start();
  const Ended preview = kpictl({"webhook", "preview", "local"});
  EXPECT_EQ(preview.status, 0) << preview.errors;
  EXPECT_THAT(preview.output, HasSubstr(base() + "/ack/THE-REAL-MESSAGE-HAS-ITS-OWN-LINK-HERE"));
  EXPECT_THAT(look(base() + "/ack/THE-REAL-MESSAGE-HAS-ITS-OWN-LINK-HERE"),
              ::testing::EndsWith("\n404"));
}

// However the daemon dies between two clicks, the link was used once or not at all, and then the
// alert is acknowledged and told of once or not at all.
TEST_F(AcknowledgeLink, IsUsedOnceWhateverInstantTheDaemonIsKilledAt) {
  std::mt19937 random(std::random_device{}());
  trust_.write_accounts({3000, 9000});
  configure();
  start();
  ASSERT_TRUE(eventually([&] { return links().size() == 1; })) << daemon_->errors();
  const std::string link = links().front();
  int before = 0;
  for (int kill = 0; kill < 10 && value("SELECT count(*) FROM link_used") == "0"; ++kill) {
    {
      Process first(pressing(link, "First"), trust_.folder() / "first",
                    trust_.folder() / "first-e");
      Process second(pressing(link, "Second"), trust_.folder() / "second",
                     trust_.folder() / "second-e");
      sleep_for(std::chrono::milliseconds{random() % 30U});
      daemon_->signal(SIGKILL);
      daemon_->wait();
      first.wait();
      second.wait();
    }
    const std::string used = value("SELECT count(*) FROM link_used");
    before += used == "0" ? 1 : 0;
    EXPECT_EQ(value("SELECT count(*) FROM event WHERE type = 'kpi.alert.acknowledged'"), used);
    EXPECT_EQ(value("SELECT count(*) FROM alert WHERE acknowledged_by <> ''"), used);
    start();
  }
  RecordProperty("killed_before_the_commit", before);
  press(link, "First");
  EXPECT_EQ(value("SELECT count(*) FROM link_used"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM event WHERE type = 'kpi.alert.acknowledged'"), "1");
  const std::string by = value("SELECT by FROM link_used");
  EXPECT_EQ(value("SELECT acknowledged_by FROM alert"), by + " (link to local)");
  EXPECT_THAT(press(link, "Third"), HasSubstr(by + " took note of the alert with it on "));
  ASSERT_TRUE(eventually([&] {
    return value("SELECT count(*) FROM delivery WHERE state = 0") == "0";
  })) << daemon_->errors();
}

TEST_F(AcknowledgeLink, AReceiverThatGivesNoConsentIsSentNothingAndTheAdminReadsWhy) {
  std::atomic<bool> consents{false};
  Receiver asked([&](const ReceivedRequest& request, std::size_t) {
    Reply reply;
    if (request.method == "OPTIONS" && consents) {
      reply.headers = {{"WebHook-Allowed-Origin", request.header("webhook-request-origin")}};
    }
    return reply;
  });
  more_ = "[[destination]]\nname = \"asked\"\nformat = \"standard\"\nhandshake = true\nurl = \"" +
          asked.url() +
          "\"\nsigning_secret_file = \"signing-secret\"\nallowed_networks = [\"127.0.0.0/8\"]\n";
  trust_.write_accounts({9000, 9000});
  configure();
  start();
  const Ended refused = kpictl({"webhook", "test", "asked"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.output + refused.errors, HasSubstr("WebHook-Allowed-Origin: 127.0.0.1"));
  consents = true;
  const Ended taken = kpictl({"webhook", "test", "asked"});
  EXPECT_EQ(taken.status, 0) << taken.output << taken.errors;
  std::vector<std::string> methods;
  for (const ReceivedRequest& request : asked.requests()) methods.push_back(request.method);
  const auto first = std::find(methods.begin(), methods.end(), "POST");
  ASSERT_NE(first, methods.end());
  EXPECT_GE(first - methods.begin(), 2) << "asked and refused, then asked again";
  EXPECT_EQ(std::count(methods.begin(), first, "OPTIONS"), first - methods.begin());
}

}  // namespace
}  // namespace kpid::testing
