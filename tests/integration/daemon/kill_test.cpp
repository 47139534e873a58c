// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Never lost, never double: the daemon is killed with SIGKILL at random instants, during pulls,
// commits and deliveries to five receivers of which only one is well, and started again. KPID_KILLS
// says how often (script/soak: 1,000), KPID_SEED repeats a run.

#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "kill_receivers.hpp"
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

// School after school slips below 8 % and 5 %, recovers and slips again: what the summary says of
// them after so many of these steps.
std::vector<int> reserves_after(std::size_t steps, std::size_t schools) {
  static constexpr std::array<int, 5> pounds{9000, 7000, 3000, 9000, 7000};
  std::vector<int> reserves;
  for (std::size_t school = 0; school < schools; ++school) {
    reserves.push_back(pounds.at(steps / schools + (school < steps % schools ? 1 : 0)));
  }
  return reserves;
}

StoredEvents events_of_alerts(const MadeUpTrust& trust) {
  std::istringstream rows(query(trust.database(),
                                "SELECT group_concat(id || ' ' || subject || ' ' || seq, ' ')"
                                " FROM event WHERE type LIKE 'kpi.alert.%'"));
  StoredEvents events;
  std::string id;
  std::string alert;
  std::uint32_t seq = 0;
  while (rows >> id >> alert >> seq) events[id] = {alert, seq};
  return events;
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
  const std::size_t schools = 250;
  const std::size_t steps = 4 * schools;

  KilledReceivers receivers;
  MadeUpTrust trust(schools);
  trust.rule_extra = "amber = \"< 8\"";
  receivers.write_into(trust);
  trust.write_config();
  trust.write_accounts(reserves_after(0, schools));

  // How long a start takes until nothing is left to do: the instants that are worth a kill.
  long worth_a_kill = 0;
  {
    const auto start = std::chrono::steady_clock::now();
    Process daemon({kpid_program(), "--config", trust.config()}, trust.folder() / "out",
                   trust.folder() / "log");
    ASSERT_TRUE(eventually([&] {
      return daemon.errors().find("a run has ended") != std::string::npos;
    })) << daemon.errors();
    const auto until_judged = std::chrono::steady_clock::now() - start;
    worth_a_kill = std::chrono::duration_cast<std::chrono::milliseconds>(
                       2 * until_judged)  // and the deliveries
                       .count();
  }

  int in_a_run = 0;
  int before_the_evaluation = 0;
  int in_a_delivery = 0;
  int while_one_is_down = 0;
  std::optional<std::size_t> asked_of_gone;  // by when it was known to be gone
  for (unsigned kill = 0; kill < kills; ++kill) {
    if (kill == kills / 3) receivers.down.start();  // there again, and not at work: 503
    if (kill == 2 * kills / 3) receivers.down_is_back = true;
    trust.write_accounts(reserves_after((kill + 1) * steps / kills, schools));
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
    in_a_delivery += left("delivery WHERE state = 0 AND claimed = 1 AND destination = 'local'");
    while_one_is_down += left("delivery WHERE state = 0 AND destination = 'down'");
    if (!asked_of_gone && left("destination WHERE name = 'gone' AND disabled") == 1) {
      asked_of_gone = receivers.gone.requests().size();
    }
    // A cursor without the rows that it covers would lose them.
    ASSERT_EQ(query(trust.database(),
                    "SELECT count(*) FROM source WHERE cursor <> '' AND NOT EXISTS"
                    " (SELECT 1 FROM document d WHERE instr(source.cursor, d.sha256) > 0)"),
              "0")
        << "seed " << seed << " kill " << kill;
  }

  std::printf(
      "%u kills; in a run: %d, between commit and evaluation: %d, in a delivery to the receiver "
      "that"
      " is well: %d, with something waiting for the one that is down: %d\n",
      kills, in_a_run, before_the_evaluation, in_a_delivery, while_one_is_down);
  EXPECT_GT(in_a_run + before_the_evaluation, 0) << "no kill struck where it matters";
  EXPECT_GT(in_a_delivery, 0) << "no kill struck where it matters";
  EXPECT_GT(while_one_is_down, 0) << "no kill struck where it matters";

  Process daemon({kpid_program(), "--config", trust.config()}, trust.folder() / "out",
                 trust.folder() / "log");
  const auto count = [&](const std::string& where) {
    return query(trust.database(), "SELECT count(*) FROM " + where);
  };
  const auto settled = [&](const std::string& open_alerts) {
    return eventually(
        [&] {
          return count("alert WHERE resolved_at IS NULL") == open_alerts &&
                 count("delivery WHERE state = 0 AND destination <> 'gone'") == "0" &&
                 count("destination WHERE name = 'gone' AND disabled") == "1";
        },
        std::chrono::seconds{120});
  };
  ASSERT_TRUE(settled(std::to_string(schools))) << "seed " << seed << "\n" << daemon.errors();
  trust.write_accounts(std::vector<int>(schools, 9000));
  ASSERT_TRUE(settled("0")) << "seed " << seed << "\n" << daemon.errors();
  ASSERT_TRUE(eventually([&] { return count("event WHERE type LIKE '%disabled'") == "1"; }));
  ASSERT_TRUE(settled("0")) << "seed " << seed;
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0) << daemon.errors();

  // Each event has one number of its alert, and the numbers are without a gap.
  const StoredEvents events = events_of_alerts(trust);
  EXPECT_EQ(count("(SELECT 1 FROM event WHERE type LIKE 'kpi.alert.%' GROUP BY subject, seq"
                  " HAVING count(*) > 1)"),
            "0")
      << "one thing under two ids";
  EXPECT_EQ(count("alert a WHERE seq <> (SELECT count(*) FROM event WHERE subject = a.id)"), "0");
  EXPECT_GE(events.size(), steps / 2);
  EXPECT_EQ(count("delivery WHERE state = 2 AND destination <> 'gone'"), "0") << "given up";
  EXPECT_EQ(count("delivery WHERE state = 1 AND destination = 'gone'"), "0");

  std::size_t again = 0;
  const auto local = receivers.fine.requests();
  again += KilledReceivers::check("local", local, events);
  again += KilledReceivers::check("slow", receivers.slow.requests(), events);
  again += KilledReceivers::check("limited", receivers.accepted_by_limited(), events);
  again += KilledReceivers::check("down", receivers.accepted_by_down(), events);
  std::printf(
      "%zu events, each at all four living receivers; %zu messages came again, as they were\n",
      events.size(), again);

  // The receiver that is gone was left alone once that stood, and told of where it should be.
  if (asked_of_gone) {
    EXPECT_EQ(receivers.gone.requests().size(), *asked_of_gone);
  }
  std::set<std::string> told_of_gone;
  std::map<std::pair<std::string, std::int64_t>, std::set<std::string>> ids;
  for (const ReceivedRequest& request : local) {
    EXPECT_TRUE(verified(request));
    const auto body = boost::json::parse(request.body);
    const std::string id(body.at("id").as_string());
    EXPECT_EQ(id, request.header("webhook-id"));
    const std::string type(body.at("type").as_string());
    if (type.ends_with("disabled")) told_of_gone.insert(id);
    if (!type.starts_with("kpi.alert.")) continue;  // a source that was cut off is told of too
    const auto& data = body.at("data").as_object();
    ids[{std::string(data.at("alert").as_string()), data.at("seq").as_int64()}].insert(id);
  }
  EXPECT_EQ(told_of_gone.size(), 1U);
  EXPECT_EQ(ids.size(), events.size());
  for (const auto& [key, seen] : ids) {
    EXPECT_EQ(seen.size(), 1U) << "seed " << seed << ": " << key.first << " " << key.second;
  }
  EXPECT_EQ(query(trust.database(), "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(query(trust.database(), "SELECT count(*) FROM mark"), "0");
}

}  // namespace kpid::testing
