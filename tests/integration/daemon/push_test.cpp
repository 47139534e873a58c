// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what a source pushes goes the whole way, once, and the sender hears what came of it when it
// is safe. Method: the real program and plugin, curl as the sender, a real receiver.

#include <array>

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "model/clock.hpp"
#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"
#include "support/sql_query.hpp"
#include "webhooks/signature.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Pushing : public ::testing::Test {
 protected:
  static constexpr const char* token = "a-token-that-nobody-guesses";
  static constexpr const char* key = "an hmac secret nobody guesses";

  void SetUp() override {
    trust_.port = receiver_.port();
    trust_.write_accounts({9000});
    write_file(trust_.folder() / "token", std::string(token) + "\n");
    write_file(trust_.folder() / "key", std::string(key) + "\n");
    trust_.extra = "[http]\nlisten = \"" + std::to_string(port_) + "\"\n" +
                   source("signed", "signing_secret_file = \"signing-secret\"") +
                   source("bearer", "token_file = \"token\"") +
                   source("digest",
                          "hmac_header = \"X-Hub-Signature-256\"\n"
                          "hmac_secret_file = \"key\"\nsize_limit = \"1 MiB\"");
    trust_.write_config();
  }
  static std::string source(const std::string& name, const std::string& hook) {
    return "[[source]]\nname = \"" + name +
           "\"\nplugin = \"finance\"\nschedule = \"pushed\"\n[source.settings]\npath = \"hook:\"\n"
           "[source.hook]\n" +
           hook + "\n";
  }
  static std::string accounts(int reserves, const std::string& year = "2025/26") {
    return "School,Financial year,Income,Expenditure,Staff costs,Reserves\r\n900002," + year +
           ",\"£100,000\",\"£99,000\",\"£70,000\",\"£" + std::to_string(reserves) + "\"\r\n";
  }
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
  // What curl says: the body, and the status on a line of its own.
  std::string push(const std::string& name, const std::string& body,
                   const std::vector<std::string>& headers) {
    const auto file = trust_.folder() / "to-push";
    write_file(file, body);
    std::vector<std::string> words{"/usr/bin/curl", "--silent", "--show-error", "--noproxy", "*"};
    for (const std::string& header : headers) words.insert(words.end(), {"--header", header});
    words.insert(words.end(),
                 {"--data-binary", "@" + file.string(), "--write-out", "\n%{http_code}",
                  "http://127.0.0.1:" + std::to_string(port_) + "/hooks/" + name});
    const Ended ended = run_command(words);
    EXPECT_EQ(ended.status, 0) << ended.errors;
    return ended.output;
  }
  static std::vector<std::string> signature(const std::string& id, const std::string& body) {
    const Secret secret(MadeUpTrust::secret());
    const Timestamp now = SystemClock().now();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    return {"webhook-id: " + id, "webhook-timestamp: " + std::to_string(seconds),
            "webhook-signature: " + webhooks::sign({&secret, 1}, id, now, body).value()};
  }
  std::string push_signed(const std::string& id, const std::string& body) {
    return push("signed", body, signature(id, body));
  }
  std::string push_bearer(const std::string& body) {
    return push("bearer", body, {"Authorization: Bearer " + std::string(token)});
  }
  std::string value(const std::string& sql) { return query(trust_.database(), sql); }
  std::string runs(const std::string& source) {
    return value("SELECT count(*) FROM run WHERE source = '" + source + "'");
  }

  unsigned short port_ = free_port();
  Receiver receiver_{[](const ReceivedRequest&, std::size_t) { return Reply{}; }};
  MadeUpTrust trust_{2};
  std::unique_ptr<Process> daemon_;
};

TEST_F(Pushing, AFigureThatIsPushedIsStoredJudgedAndToldOf) {
  start();
  EXPECT_EQ(runs("signed"), "0") << "it waits";
  const std::string said = push_signed("msg_1", accounts(3000));
  EXPECT_THAT(said, AllOf(HasSubstr(R"("outcome":"succeeded","created":)"), HasSubstr("\n200")));
  // It is all there when the answer comes.
  EXPECT_EQ(value("SELECT value FROM measurement m JOIN series s ON s.id = m.series WHERE s.source "
                  "= 'signed' AND s.measure = 'finance.reserves'"),
            "300000.0");
  EXPECT_EQ(value("SELECT count(*) FROM alert WHERE rule = 'reserves'"), "1");
  EXPECT_THAT(value("SELECT origin FROM document WHERE source = 'signed'"),
              HasSubstr("pushed to kpid at 20"));
  ASSERT_TRUE(eventually([&] { return !receiver_.requests().empty(); }));
  const ReceivedRequest told = receiver_.requests().front();
  EXPECT_THAT(told.body, AllOf(HasSubstr("kpi.alert.firing"), HasSubstr("pushed to kpid at 20"),
                               HasSubstr("Source: signed, pushed to kpid at 20")));
}

TEST_F(Pushing, AnIdIsTakenOnceAndAFailureIsNot) {
  start();
  const std::string body = accounts(9000);
  const std::string first = push_signed("msg_1", body);
  ASSERT_THAT(first, HasSubstr("\n200"));
  const std::string run =
      std::to_string(json::parse(first.substr(0, first.rfind('\n'))).at("run").as_int64());
  EXPECT_EQ(push_signed("msg_1", body), R"({"run":)" + run + R"(,"already_taken":true})" + "\n200");
  EXPECT_EQ(runs("signed"), "1");
  // The first try was not committed, so the second is none too many.
  EXPECT_THAT(push_signed("msg_2", "no table\r\n"), HasSubstr("\n422"));
  EXPECT_THAT(push_signed("msg_2", "no table\r\n"), HasSubstr("\n422"));
  EXPECT_EQ(runs("signed"), "3");
  EXPECT_THAT(push_signed("msg_2", accounts(8000)), HasSubstr("\n200"));
  // It outlives the daemon.
  daemon_->signal(SIGKILL);
  daemon_->wait();
  start();
  EXPECT_EQ(push_signed("msg_1", body), R"({"run":)" + run + R"(,"already_taken":true})" + "\n200");
  EXPECT_EQ(value("SELECT count(*) FROM hook_seen"), "2");
}

TEST_F(Pushing, ABodyWithoutAnIdIsTakenOnceWhileNothingElseComes) {
  start();
  EXPECT_THAT(push_bearer(accounts(9000)), HasSubstr("\"created\""));
  EXPECT_THAT(push_bearer(accounts(9000)), HasSubstr("\"already_taken\":true}\n200"));
  EXPECT_THAT(push_bearer(accounts(8000)), HasSubstr("\"revised\":1"));
  EXPECT_THAT(push_bearer(accounts(9000)), HasSubstr("\"revised\":1"))
      << "a figure that was corrected, and corrected back";
  EXPECT_EQ(value("SELECT value FROM measurement m JOIN series s ON s.id = m.series WHERE s.source "
                  "= 'bearer' AND s.measure = 'finance.reserves' ORDER BY revision DESC LIMIT 1"),
            "900000.0");
}

TEST_F(Pushing, TheSenderHearsWhatIsWrong) {
  start();
  const std::string body = accounts(9000);
  EXPECT_THAT(push("bearer", body, {"Authorization: Bearer wr0ng-wr0ng-wr0ng"}),
              AllOf(HasSubstr("does not prove whom it comes from"), HasSubstr("\n401")));
  EXPECT_THAT(push("finance", body, {}), HasSubstr("\n404")) << "it is pulled";
  EXPECT_THAT(push_bearer("\xff\xd8\xff\xe0 a picture"),
              AllOf(HasSubstr("\"sentence\":"), HasSubstr("\n422")));
  const std::string long_body = body + std::string(1U << 20U, ' ');
  EXPECT_THAT(push("digest", long_body, {"X-Hub-Signature-256: 00"}),
              AllOf(HasSubstr("larger than the limit of 1048576 bytes"), HasSubstr("\n413")));
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key, static_cast<int>(std::string_view(key).size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &length);
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  EXPECT_THAT(push("digest", body, {"X-Hub-Signature-256: sha256=" + hex}), HasSubstr("\n200"));
  EXPECT_THAT(daemon_->errors() + daemon_->output(),
              AllOf(HasSubstr("a push was refused"), Not(HasSubstr("wr0ng")), Not(HasSubstr(token)),
                    Not(HasSubstr(key))));
}

TEST_F(Pushing, WhoAsksForAPullIsToldToWait) {
  const std::string address = "http://127.0.0.1:" + std::to_string(port_) + "/hooks/bearer";
  const std::string sentence = "the source \"bearer\" waits to be pushed to: POST " + address;
  const Ended once = run_command({kpid_program(), "--config", trust_.config(), "--once"});
  EXPECT_EQ(once.status, 0) << once.output << once.errors;
  EXPECT_THAT(once.output, AllOf(HasSubstr(sentence), HasSubstr("waits")));
  EXPECT_EQ(runs("bearer"), "0");
  start();
  const Ended run = kpictl({"source", "run", "bearer"});
  EXPECT_NE(run.status, 0);
  EXPECT_THAT(run.output + run.errors, HasSubstr(sentence));
  EXPECT_THAT(kpictl({"plugin", "check", "bearer"}).output, HasSubstr(sentence));
  EXPECT_THAT(kpictl({"sources"}).output,
              AllOf(HasSubstr("bearer is pushed to: POST " + address), HasSubstr("pushed")));
  EXPECT_THAT(kpictl({"status"}).output,
              HasSubstr("Listening: 127.0.0.1:" + std::to_string(port_) + "."));
  const Ended record =
      run_command({kpid_program(), "--config", trust_.config(), "--record",
                   (trust_.folder() / "recording").string(), "--source", "bearer"});
  EXPECT_THAT(record.errors, HasSubstr("somebody posts to /hooks/bearer"));
}

TEST_F(Pushing, AReloadListensElsewhere) {
  start();
  const unsigned short before = port_;
  port_ = free_port();
  const auto change = [&](unsigned short from, unsigned short to) {
    const std::string old = "listen = \"" + std::to_string(from) + "\"";
    trust_.extra.replace(trust_.extra.find(old), old.size(),
                         "listen = \"" + std::to_string(to) + "\"");
    trust_.write_config();
  };
  change(before, port_);
  ASSERT_EQ(kpictl({"reload"}).status, 0);
  EXPECT_THAT(push_bearer(accounts(9000)), HasSubstr("\n200"));
  // A port that somebody else has: the old config holds.
  change(port_, receiver_.port());
  const Ended refused = kpictl({"reload"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.output + refused.errors,
              AllOf(HasSubstr("127.0.0.1:" + std::to_string(receiver_.port())),
                    HasSubstr("another program listens on this address already"),
                    HasSubstr("the old config stays in force")));
  EXPECT_THAT(push_bearer(accounts(8000)), HasSubstr("\n200"));
}

TEST_F(Pushing, APortInUseIsNamedAtTheStart) {
  trust_.extra.replace(trust_.extra.find(std::to_string(port_)), std::to_string(port_).size(),
                       std::to_string(receiver_.port()));
  trust_.write_config();
  const Ended ended = run_command({kpid_program(), "--config", trust_.config()});
  EXPECT_EQ(ended.status, 70);
  EXPECT_THAT(ended.output + ended.errors,
              AllOf(HasSubstr("127.0.0.1:" + std::to_string(receiver_.port())),
                    HasSubstr("another program listens on this address already")));
}

}  // namespace
}  // namespace kpid::testing
