// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Never lost, never double: the daemon is killed with SIGKILL at random instants, during pulls,
// commits and deliveries, and started again. KPID_KILLS says how often (script/soak: 1,000),
// KPID_SEED repeats a run.

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/process.hpp"
#include "support/receiver.hpp"
#include "support/sql_query.hpp"
#include "webhooks/signature.hpp"

namespace kpid::testing {
namespace {

unsigned from_environment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

bool verified(const ReceivedRequest& request) {
  const std::string id = request.header("webhook-id");
  const std::string timestamp = request.header("webhook-timestamp");
  const std::string signature = request.header("webhook-signature");
  const auto now = std::strtoll(timestamp.c_str(), nullptr, 10);
  return webhooks::verify(Secret{MadeUpTrust::secret()}, {id, timestamp, signature}, request.body,
                          Timestamp{std::chrono::seconds{now}})
      .has_value();
}

}  // namespace

TEST(Kill, NothingIsLostAndNothingToldUnderTwoIds) {
#ifdef KPID_SANITIZED
  const unsigned kills = from_environment("KPID_KILLS", 30);
#else
  const unsigned kills = from_environment("KPID_KILLS", 100);
#endif
  const unsigned seed = from_environment("KPID_SEED", std::random_device{}());
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  const std::size_t schools = 200;

  // Slow enough that a kill often strikes between the receiver's knowing and the daemon's.
  Receiver receiver([](const ReceivedRequest&, std::size_t) {
    sleep_for(std::chrono::milliseconds{10});
    return Reply{};
  });
  MadeUpTrust trust(schools);
  trust.port = receiver.port();
  trust.destination_extra = "connections = 1";
  trust.write_config();
  // School after school slips below 5 % and stays there.
  std::vector<int> reserves(schools, 9000);
  trust.write_accounts(reserves);

  // How long a start takes until nothing is left to do: the instants that are worth a kill.
  long worth_a_kill = 0;
  {
    const auto start = std::chrono::steady_clock::now();
    Process daemon({kpid_program(), "--config", trust.config()}, trust.folder() / "out",
                   trust.folder() / "log");
    ASSERT_TRUE(eventually([&] {
      return daemon.errors().find("a run has ended") != std::string::npos;
    })) << daemon.errors();
    worth_a_kill = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::steady_clock::now() - start)
                       .count() +
                   30;  // and the deliveries
  }

  std::size_t broken = 0;
  int in_a_run = 0;
  int before_the_evaluation = 0;
  int in_a_delivery = 0;
  for (unsigned kill = 0; kill < kills; ++kill) {
    const std::size_t should = (kill + 1) * schools / kills;
    while (broken < should) reserves[broken++] = 3000;
    trust.write_accounts(reserves);
    {
      Process daemon({kpid_program(), "--config", trust.config()}, trust.folder() / "out",
                     trust.folder() / "log");
      sleep_for(std::chrono::milliseconds{random() %
                                          static_cast<std::mt19937::result_type>(worth_a_kill)});
      ASSERT_TRUE(daemon.running()) << "seed " << seed << ": " << daemon.errors();
      daemon.signal(SIGKILL);
      ASSERT_EQ(daemon.wait(), 128 + SIGKILL);
    }
    if (!std::filesystem::exists(trust.database())) continue;  // killed before it was made
    ASSERT_EQ(query(trust.database(), "PRAGMA integrity_check"), "ok") << "seed " << seed;
    const auto left = [&](const std::string& where) {
      return query(trust.database(), "SELECT count(*) FROM " + where) != "0" ? 1 : 0;
    };
    in_a_run += left("run WHERE ended_at IS NULL");
    before_the_evaluation += left("mark");
    in_a_delivery += left("delivery WHERE state = 0");
    // A cursor without the rows that it covers would lose them.
    ASSERT_EQ(query(trust.database(),
                    "SELECT count(*) FROM source WHERE cursor <> '' AND NOT EXISTS"
                    " (SELECT 1 FROM document d WHERE instr(source.cursor, d.sha256) > 0)"),
              "0")
        << "seed " << seed << " kill " << kill;
  }

  std::printf("kills in a run: %d, between commit and evaluation: %d, in a delivery: %d\n",
              in_a_run, before_the_evaluation, in_a_delivery);
  EXPECT_GT(in_a_run + before_the_evaluation, 0) << "no kill struck where it matters";
  EXPECT_GT(in_a_delivery, 0) << "no kill struck where it matters";

  Process daemon({kpid_program(), "--config", trust.config()}, trust.folder() / "out",
                 trust.folder() / "log");
  const auto pending = [&] {
    return query(trust.database(), "SELECT count(*) FROM delivery WHERE state = 0");
  };
  const auto told = [&](const std::string& type) {
    return query(trust.database(), "SELECT count(*) FROM event WHERE type = '" + type + "'");
  };
  const std::string all = std::to_string(schools);
  ASSERT_TRUE(eventually([&] { return told("kpi.alert.firing") == all && pending() == "0"; },
                         std::chrono::seconds{60}))
      << "seed " << seed << ": " << told("kpi.alert.firing") << " told, " << pending()
      << " pending\n"
      << daemon.errors();
  trust.write_accounts(std::vector<int>(schools, 9000));
  ASSERT_TRUE(eventually([&] { return told("kpi.alert.resolved") == all && pending() == "0"; },
                         std::chrono::seconds{60}))
      << "seed " << seed << ": " << told("kpi.alert.resolved") << " told, " << pending()
      << " pending";
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0) << daemon.errors();

  // What the receiver saw: by school and event exactly one id, and every signature good.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> ids;
  std::map<std::string, std::string> bodies;
  for (const ReceivedRequest& request : receiver.requests()) {
    EXPECT_TRUE(verified(request));
    const auto body = boost::json::parse(request.body);
    const std::string id(body.at("id").as_string());
    EXPECT_EQ(id, request.header("webhook-id"));
    const auto [first, fresh] = bodies.emplace(id, request.body);
    EXPECT_EQ(first->second, request.body) << "the same id with other bytes";
    const std::string type(body.at("type").as_string());
    if (!type.starts_with("kpi.alert.")) continue;  // a source that was cut off is told of too
    const std::string urn(body.at("data").at("organisation").at("urn").as_string());
    ids[{urn, type}].insert(id);
  }
  EXPECT_EQ(ids.size(), 2 * schools);
  for (const auto& [key, seen] : ids) {
    EXPECT_EQ(seen.size(), 1U) << "seed " << seed << ": " << key.first << " " << key.second;
  }
  EXPECT_EQ(query(trust.database(), "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(query(trust.database(), "SELECT count(*) FROM mark"), "0");
}

}  // namespace kpid::testing
