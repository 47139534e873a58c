// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: whatever a receiver does, the others are told, and the admin sees what became of each
// delivery.

#include <atomic>
#include <sstream>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "model/time.hpp"
#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Reply status(unsigned number) {
  Reply reply;
  reply.status = number;
  return reply;
}

// One breach, told to eight destinations, each with a receiver of another kind.
class ReceiverFault : public ::testing::Test {
 protected:
  void SetUp() override {
    trust_.port = good_.port();
    add("flaky", flaky_.url());
    add("busy", busy_.url());
    add("gone", gone_.url());
    add("moved", moved_.url());
    add("silent", silent_.url(), "1 s");
    add("closed", "http://127.0.0.1:" + std::to_string(free_port()) + "/hook");
    add("hangs_up", hangs_up_.url());
    trust_.write_config();
    trust_.write_accounts({3000, 9000});
    daemon_ = std::make_unique<Process>(
        std::vector<std::string>{kpid_program(), "--config", trust_.config()},
        trust_.folder() / "out", trust_.folder() / "log");
    ASSERT_TRUE(eventually([&] {
      return !daemon_->running() || (kpictl({"status"}).status == 0 && outbox_rests());
    })) << kpictl({"deliveries"}).output;
    ASSERT_TRUE(daemon_->running()) << daemon_->errors();
  }

  // Only the silent one is to run out of time, however busy the machine.
  void add(const std::string& name, const std::string& url, const std::string& timeout = "60 s") {
    trust_.extra += "[[destination]]\nname = \"" + name + "\"\nformat = \"standard\"\nurl = \"" +
                    url +
                    "\"\nsigning_secret_file = \"signing-secret\"\n"
                    "allowed_networks = [\"127.0.0.0/8\"]\ntimeout = \"" +
                    timeout +
                    "\"\n"
                    "retry_schedule = [\"100 ms\"]\n";
  }

  Ended kpictl(std::vector<std::string> words) {
    words.insert(words.begin(), {kpictl_program(), "--config", trust_.config()});
    return run_command(words);
  }
  json::value ask(std::vector<std::string> words) {
    words.emplace_back("--json");
    const Ended ended = kpictl(words);
    boost::system::error_code fault;
    auto said = json::parse(ended.output, fault);
    if (fault) throw std::runtime_error("no JSON: " + ended.output + ended.errors);
    return said;
  }
  // The newest delivery of a type to a destination.
  json::value delivery(const std::string& destination,
                       const std::string& type = "kpi.alert.firing") {
    const json::value said = ask({"deliveries"});
    for (const json::value& one : said.at("deliveries").as_array()) {
      if (one.at("destination").as_string() == destination && one.at("type").as_string() == type)
        return one;
    }
    return {};
  }
  std::string state(const std::string& destination) {
    const json::value found = delivery(destination);
    return found.is_null() ? "" : std::string(found.at("state").as_string());
  }
  // Every delivery is where it stays; that to the busy receiver waits for an hour.
  bool outbox_rests() {
    const json::value said = ask({"deliveries"});
    const json::array& all = said.at("deliveries").as_array();
    std::size_t pending = 0;
    for (const json::value& one : all) {
      if (one.at("state") != "pending") continue;
      if (one.at("destination") != "busy" || one.at("attempts") == 0) return false;
      ++pending;
    }
    return all.size() == 9 && pending == 1;
  }
  std::string line_of(const std::string& table, const std::string& destination) {
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      if (line.find("  " + destination + "  ") != std::string::npos) return line;
    }
    return "(no line of " + destination + " in)\n" + table;
  }

  Receiver good_{[](const ReceivedRequest&, std::size_t) { return Reply{}; }};
  Receiver flaky_{
      [](const ReceivedRequest&, std::size_t number) { return status(number == 0 ? 500 : 200); }};
  Receiver busy_{[](const ReceivedRequest&, std::size_t) {
    Reply reply = status(429);
    reply.headers.emplace_back("Retry-After", "3600");
    return reply;
  }};
  std::atomic<bool> mended_ = false;
  Receiver gone_{
      [this](const ReceivedRequest&, std::size_t) { return status(mended_ ? 200 : 410); }};
  Receiver moved_{[this](const ReceivedRequest&, std::size_t) {
    Reply reply = status(mended_ ? 200 : 302);
    reply.headers.emplace_back("Location", good_.url("/elsewhere"));
    return reply;
  }};
  Receiver silent_{[](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.never = true;
    return reply;
  }};
  Receiver hangs_up_{[](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.hang_up = true;
    return reply;
  }};
  MadeUpTrust trust_{2};
  std::unique_ptr<Process> daemon_;
};

TEST_F(ReceiverFault, EachIsShownAsItWas) {
  const Ended table = kpictl({"deliveries"});
  const std::string all = table.output;
  EXPECT_THAT(line_of(all, "local"), HasSubstr("(HTTP 200)"));
  EXPECT_THAT(line_of(all, "flaky"), HasSubstr("(HTTP 200)"));
  EXPECT_EQ(delivery("flaky").at("attempts"), 2);
  EXPECT_THAT(line_of(all, "busy"),
              HasSubstr("not told yet (429: the receiver asks for fewer requests), next attempt "));
  EXPECT_THAT(line_of(all, "gone"),
              HasSubstr("NOT told, given up: 410: the receiver is gone and wants no more; give the "
                        "destination a new URL"));
  EXPECT_THAT(line_of(all, "moved"),
              HasSubstr("NOT told, given up: 302: answered with a redirect, which is never "
                        "followed; set the destination's URL to the address it points to"));
  EXPECT_THAT(line_of(all, "silent"),
              HasSubstr("NOT told, given up: no answer within 1 s; every retry has been used"));
  EXPECT_THAT(
      line_of(all, "closed"),
      HasSubstr("NOT told, given up: the connection was refused; every retry has been used"));
  EXPECT_THAT(line_of(all, "hangs_up"),
              HasSubstr("NOT told, given up: the connection was closed before an answer; every "
                        "retry has been used"));
  EXPECT_EQ(gone_.requests().size(), 1U);
  EXPECT_EQ(moved_.requests().size(), 1U);
  EXPECT_EQ(busy_.requests().size(), 1U);

  const std::string failed = kpictl({"deliveries", "--failed"}).output;
  for (const char* name : {"busy", "gone", "moved", "silent", "closed", "hangs_up"}) {
    EXPECT_THAT(failed, HasSubstr(std::string(" ") + name + " ")) << name;
  }
  EXPECT_THAT(failed, Not(HasSubstr(" local ")));

  // The receiver's wish outweighs the schedule, by an hour.
  const json::value busy = delivery("busy");
  const auto next = parse_timestamp(std::string_view(busy.at("next_attempt_at").as_string()));
  const auto created = parse_timestamp(std::string_view(busy.at("created_at").as_string()));
  ASSERT_TRUE(next && created);
  EXPECT_GE(*next - *created, std::chrono::hours{1});
}

TEST_F(ReceiverFault, OneThatIsGoneIsSwitchedOffAndTheOthersAreTold) {
  EXPECT_TRUE(delivery("gone", "destination.disabled").is_null()) << "told to itself";
  const json::value told = delivery("local", "destination.disabled");
  ASSERT_FALSE(told.is_null());
  EXPECT_EQ(told.at("state"), "delivered");
  const std::string status = kpictl({"status"}).output;
  EXPECT_THAT(status, HasSubstr("1 destination is switched off"));
  EXPECT_THAT(status, HasSubstr("off: 410: the receiver is gone and wants no more"));
  EXPECT_THAT(status, HasSubstr("failing since"));

  const Ended test = kpictl({"webhook", "test", "gone"});
  EXPECT_EQ(test.status, 1) << test.output;
  EXPECT_THAT(test.errors, HasSubstr("is switched off"));

  // What was given up goes out again once it is enabled, under the id that it had.
  mended_ = true;
  const std::string id = std::to_string(delivery("gone").at("id").as_int64());
  const Ended too_early = kpictl({"delivery", "replay", id});
  EXPECT_EQ(too_early.status, 1);
  EXPECT_THAT(too_early.errors, HasSubstr("`kpictl destination enable gone`"));
  EXPECT_EQ(kpictl({"destination", "enable", "gone"}).status, 0);
  EXPECT_EQ(kpictl({"delivery", "replay", id}).status, 0);
  EXPECT_TRUE(eventually([&] { return state("gone") == "delivered"; }));
  const auto requests = gone_.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].header("webhook-id"), requests[1].header("webhook-id"));
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_THAT(kpictl({"status"}).output, Not(HasSubstr("switched off")));
}

TEST_F(ReceiverFault, ATestAndAReplayAreToldAsTheyEnd) {
  const Ended good = kpictl({"webhook", "test", "local"});
  EXPECT_EQ(good.status, 0);
  EXPECT_EQ(good.output, "test to local: delivered (HTTP 200)\n");
  const Ended moved = kpictl({"webhook", "test", "moved"});
  EXPECT_EQ(moved.status, 3);
  EXPECT_THAT(moved.output, HasSubstr("test to moved: NOT delivered: 302: answered with a"));
  const Ended closed = kpictl({"webhook", "test", "closed"});
  EXPECT_EQ(closed.status, 3);
  EXPECT_EQ(closed.output, "test to closed: NOT delivered: the connection was refused\n");
  const Ended silent = kpictl({"webhook", "test", "silent"});
  EXPECT_EQ(silent.status, 3);
  EXPECT_EQ(silent.output, "test to silent: NOT delivered: no answer within 1 s\n");
  const Ended nobody = kpictl({"webhook", "test", "nobody"});
  EXPECT_EQ(nobody.status, 1);
  EXPECT_THAT(nobody.errors, HasSubstr("there is no destination \"nobody\""));

  mended_ = true;
  const std::string id = std::to_string(delivery("moved").at("id").as_int64());
  const Ended replay = kpictl({"delivery", "replay", id});
  EXPECT_EQ(replay.status, 0) << replay.errors;
  EXPECT_EQ(replay.output, "1 delivery goes out again, under the same id\n");
  EXPECT_TRUE(eventually([&] { return state("moved") == "delivered"; }));
  const Ended waiting =
      kpictl({"delivery", "replay", std::to_string(delivery("busy").at("id").as_int64())});
  EXPECT_EQ(waiting.status, 1);
  EXPECT_THAT(waiting.errors, HasSubstr("is still on its way"));
  EXPECT_EQ(kpictl({"delivery", "replay", "4711"}).status, 1);
  EXPECT_EQ(kpictl({"delivery", "replay", "x"}).status, 1);
}

}  // namespace
}  // namespace kpid::testing
