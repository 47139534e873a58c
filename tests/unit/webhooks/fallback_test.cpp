// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Who is told instead of a destination that cannot be told: with receivers on loopback, and a store
// that may refuse. "team" falls back to "it", "it" to "board".

#include "ingest/fallback.hpp"

#include <map>

#include <sqlite3.h>

#include "ingest/silences.hpp"
#include "outbox_fixture.hpp"

namespace kpid::webhooks {
namespace {

class Fallback : public OutboxTest {
 protected:
  void configure_with(const Receiver& team, const Receiver& it, const Receiver& board) {
    destination("team", team.url()).fallback = "it";
    destination("it", it.url()).fallback = "board";
    destination("board", board.url());
    for (DestinationConfig& one : config_.destinations) one.owners = {one.name};
    config_.destinations[0].connections = 1;
    apply_config();
  }
  void apply_config() {
    shared_ = std::make_shared<const Config>(config_);
    outbox_->stand_in = [this, config = shared_](store::Writer& writer, const Delivery& untold) {
      return ingest::stand_in_for(writer, context(*config), untold);
    };
    outbox_->configure(shared_);
  }
  ingest::EvaluationContext context(const Config& config) {
    return {config, identifiers_, render_, clock_.now()};
  }
  // An event as the daemon tells it now.
  std::vector<Delivery> tell(EventType type, const std::string& owner,
                             const std::string& subject = "alt_new", std::uint32_t seq = 0) {
    Event event;
    event.type = type;
    event.seq = seq;
    event.subject = subject;
    event.severity = Severity::red;
    event.owner = owner;
    event.data = R"({"explanation":"A sentence."})";
    std::vector<Delivery> made;
    write([&](store::Writer& writer) -> Result<void> {
      auto told = ingest::tell(writer, context(*shared_), event);
      if (!told) return tl::unexpected(told.error());
      made = std::move(*told);
      return {};
    });
    return made;
  }
  std::vector<Delivery> all() {  // oldest first
    auto found = reader()->deliveries({}).value();
    std::reverse(found.begin(), found.end());
    return found;
  }
  // "it: msg_1 instead of team, delivered"
  std::vector<std::string> stood_in() {
    std::vector<std::string> words;
    for (const Delivery& one : all()) {
      if (one.instead_of.empty()) continue;
      words.push_back(one.destination + ": " + one.event_id + " instead of " + one.instead_of +
                      ", " + std::string{to_string(one.state)});
    }
    return words;
  }
  using Words = std::vector<std::string>;
  void execute(const std::string& statement) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "kpid.db").c_str(), &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 10'000);
    EXPECT_EQ(sqlite3_exec(database, statement.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  std::shared_ptr<const Config> shared_;
  RandomIdentifierSource identifiers_;
  ingest::Render render_ = [](const DestinationConfig& to,
                              const Event& event) -> Result<ingest::RenderedBody> {
    auto made = render(to, event, "test");
    if (!made) return tl::unexpected(made.error());
    return ingest::RenderedBody{made->content_type, made->body};
  };
};

TEST_F(Fallback, WhatIsRefusedGoesToTheFallbackAndSaysSo) {
  Receiver team(always(400));
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  const Delivery refused = add("msg_1", "team", "alt_1", R"({"explanation":"A sentence."})");
  outbox_->send({refused});
  drain();
  EXPECT_EQ(row(refused).state, DeliveryState::dead);
  EXPECT_EQ(stood_in(), Words{"it: msg_1 instead of team, delivered"});
  ASSERT_EQ(it.requests().size(), 1U);
  EXPECT_EQ(it.requests()[0].header("webhook-id"), "msg_1") << "the same event";
  EXPECT_NE(it.requests()[0].body.find(R"("instead_of":"team")"), std::string::npos)
      << it.requests()[0].body;
  EXPECT_TRUE(board.requests().empty());
  later(240h);
  EXPECT_EQ(it.requests().size(), 1U);
}

TEST_F(Fallback, AReceiverThatIsGoneLeavesAllThatWaitsForItToTheFallback) {
  Receiver team(always(410));
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  outbox_->send({add("msg_1", "team", "alt_1"), add("msg_2", "team", "alt_2"),
                 add("msg_3", "team", "alt_2")});
  drain();
  EXPECT_EQ(team.requests().size(), 1U);
  EXPECT_EQ(stood_in(),
            (Words{"it: msg_1 instead of team, delivered", "it: msg_2 instead of team, delivered",
                   "it: msg_3 instead of team, delivered"}));
  EXPECT_EQ(it.requests().size(), 3U);

  // What comes while it is off goes to both: it is kept for the day on which that ends.
  outbox_->send(tell(EventType::alert_firing, "team"));
  drain();
  EXPECT_EQ(it.requests().size(), 4U);
  EXPECT_EQ(team.requests().size(), 1U);
  outbox_->send(tell(EventType::alert_firing, "board"));
  drain();
  EXPECT_EQ(it.requests().size(), 4U) << "what was not meant for it stays away";

  Receiver repaired(always(200));
  config_.destinations[0].url = Secret{repaired.url()};
  apply_config();
  drain();
  EXPECT_EQ(repaired.requests().size(), 3U) << "all but the one that was given up";
  outbox_->send(tell(EventType::alert_firing, "team", "alt_newer"));
  drain();
  EXPECT_EQ(it.requests().size(), 4U) << "it works again";
  EXPECT_EQ(repaired.requests().size(), 4U);
}

TEST_F(Fallback, FiveDaysOfFailureEndThereToo) {
  Receiver team(always(503));
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  config_.destinations[0].retry_schedule.assign(20, 24h);
  apply_config();
  outbox_->send({add("msg_1", "team", "alt_1")});
  drain();
  for (int day = 0; day < 8 && disabled_.empty(); ++day) {
    EXPECT_TRUE(it.requests().empty()) << "it is still tried";
    later(29h);
  }
  ASSERT_EQ(disabled_.size(), 1U);
  drain();
  EXPECT_EQ(stood_in(), Words{"it: msg_1 instead of team, delivered"});
}

TEST_F(Fallback, AScheduleThatEndsGivesUpAndGoesToTheFallback) {
  Receiver team(always(503));
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  config_.destinations[0].retry_schedule = {1min};
  apply_config();
  outbox_->send({add("msg_1", "team")});
  drain();
  EXPECT_TRUE(it.requests().empty());
  later(5min);
  EXPECT_EQ(it.requests().size(), 1U);
}

TEST_F(Fallback, AFallbackThatFailsHasItsOwnAndTheFirstIsNamed) {
  Receiver team(always(400));
  Receiver it(always(410));
  Receiver board(always(200));
  configure_with(team, it, board);
  outbox_->send({add("msg_1", "team", "alt_1")});
  drain();
  EXPECT_EQ(stood_in(),
            (Words{"it: msg_1 instead of team, dead", "board: msg_1 instead of team, delivered"}));
  ASSERT_EQ(board.requests().size(), 1U);
  EXPECT_NE(board.requests()[0].body.find(R"("instead_of":"team")"), std::string::npos);
  outbox_->send({add("msg_2", "team", "alt_2")});
  drain();
  EXPECT_EQ(board.requests().size(), 2U) << "it is off: what is kept for it goes on";
  EXPECT_EQ(it.requests().size(), 1U);
}

TEST_F(Fallback, WhereAllFailNothingGoesRound) {
  Receiver none(always(400));
  configure_with(none, none, none);
  config_.destinations[2].fallback = "team";  // a ring, which no config that loads has
  apply_config();
  outbox_->send({add("msg_1", "team", "alt_1")});
  drain();
  EXPECT_EQ(none.requests().size(), 3U);
  EXPECT_EQ(stood_in(),
            (Words{"it: msg_1 instead of team, dead", "board: msg_1 instead of team, dead"}));
}

TEST_F(Fallback, WhoeverGetsTheEventAnywayGetsItOnce) {
  Receiver team(always(400));
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  config_.destinations[1].owners = {};
  apply_config();
  const auto made = tell(EventType::alert_firing, "team");
  ASSERT_EQ(made.size(), 2U);
  outbox_->send(made);
  drain();
  EXPECT_EQ(it.requests().size(), 1U);
  EXPECT_TRUE(stood_in().empty());
  EXPECT_TRUE(board.requests().empty());
}

TEST_F(Fallback, WhoStoodInForTheBeginningHearsTheEnd) {
  Receiver team([](const ReceivedRequest&, std::size_t number) {
    Reply reply;
    reply.status = number == 0 ? 400 : 200;
    return reply;
  });
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  outbox_->send(tell(EventType::alert_firing, "team", "alt_1"));
  drain();
  outbox_->send(tell(EventType::alert_resolved, "team", "alt_1"));
  drain();
  EXPECT_EQ(team.requests().size(), 2U);
  EXPECT_EQ(it.requests().size(), 2U);
}

TEST_F(Fallback, WhoHearsLateOfWhatIsOverHearsThatItIs) {
  Receiver team([](const ReceivedRequest&, std::size_t number) {
    Reply reply;
    reply.status = number == 0 ? 503 : number == 1 ? 400 : 200;
    return reply;
  });
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  outbox_->send(tell(EventType::alert_firing, "team", "alt_1", 1));
  drain();
  outbox_->send(tell(EventType::alert_resolved, "team", "alt_1", 2));
  drain();
  EXPECT_TRUE(it.requests().empty());
  for (int i = 0; i < 10 && team.requests().size() < 3; ++i) later(1h);
  EXPECT_EQ(team.requests().size(), 3U) << "it takes the end itself";
  ASSERT_EQ(it.requests().size(), 2U) << "and so does who was told of the beginning";
  EXPECT_NE(it.requests()[0].body.find("kpi.alert.firing"), std::string::npos);
  EXPECT_NE(it.requests()[1].body.find("kpi.alert.resolved"), std::string::npos);
}

TEST_F(Fallback, OldNewsIsNotTold) {
  Receiver team([](const ReceivedRequest&, std::size_t number) {
    Reply reply;
    reply.status = number == 0 ? 503 : 400;
    return reply;
  });
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  outbox_->send(tell(EventType::alert_firing, "team", "alt_1", 1));
  drain();
  outbox_->send(tell(EventType::alert_changed, "it", "alt_1", 2));
  drain();
  ASSERT_EQ(it.requests().size(), 1U);
  for (int i = 0; i < 10 && team.requests().size() < 2; ++i) later(1h);
  EXPECT_EQ(it.requests().size(), 1U) << "it knows more already";
}

TEST_F(Fallback, ATestAndItsOwnSwitchingOffNeverGoThere) {
  Receiver team(always(400));
  Receiver it(always(410));
  Receiver board(always(200));
  configure_with(team, it, board);
  Delivery ping = add("msg_ping", "team", "test:1");
  execute("UPDATE delivery SET event_type = 'test.ping' WHERE id = " + std::to_string(ping.id));
  outbox_->send({ping});
  drain();
  EXPECT_TRUE(it.requests().empty());

  // That "it" was switched off is told to "team"; refused there, it must not come back to "it".
  outbox_->send({add("msg_1", "it", "alt_1")});
  drain();
  ASSERT_TRUE(state("it").disabled);
  const std::size_t before = board.requests().size();
  config_.destinations[0].operational = true;
  apply_config();
  outbox_->send(tell(EventType::destination_disabled, "", "destination:it"));
  drain();
  EXPECT_EQ(it.requests().size(), 1U);
  EXPECT_EQ(board.requests().size(), before + 1) << "the next in the row hears of it";
  for (const Delivery& one : all()) {
    EXPECT_FALSE(one.destination == "it" && one.subject == "destination:it");
  }
}

TEST_F(Fallback, AWriterThatFailsLeavesNothingHalf) {
  Receiver team(always(410));
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  const Delivery first = add("msg_1", "team", "alt_1");
  const Delivery second = add("msg_2", "team", "alt_2");
  // The second stand-in cannot be written: neither may the first, nor what brought them about.
  execute(
      "CREATE TRIGGER full BEFORE INSERT ON delivery WHEN NEW.instead_of <> ''"
      " AND NEW.event = 'msg_2' BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  outbox_->send({first, second});
  until([&] { return team.requests().size() == 1; });
  loop_.restart();
  loop_.run_for(300ms);  // it has tried to write, in vain
  EXPECT_EQ(row(first).state, DeliveryState::pending);
  EXPECT_FALSE(state("team").disabled);
  EXPECT_TRUE(reader()->attempts(first.id)->empty());
  EXPECT_TRUE(stood_in().empty());
  EXPECT_TRUE(it.requests().empty());
  EXPECT_TRUE(disabled_.empty());
  execute("DROP TRIGGER full");
  until([&] { return it.requests().size() == 2; });
  drain();
  EXPECT_TRUE(state("team").disabled);
  EXPECT_EQ(team.requests().size(), 1U);
  EXPECT_EQ(stood_in(), (Words{"it: msg_1 instead of team, delivered",
                               "it: msg_2 instead of team, delivered"}));
}

TEST_F(Fallback, AMessageThatCannotBeMadeIsToldAndHoldsNothingUp) {
  Receiver team(always(400));
  Receiver it(always(200));
  Receiver board(always(200));
  render_ = [](const DestinationConfig&, const Event&) -> Result<ingest::RenderedBody> {
    return fail(ErrorKind::internal, "no room");
  };
  configure_with(team, it, board);
  std::vector<std::string> reasons;
  outbox_->on_nobody_else = [&](const Delivery& untold, const std::string& reason) {
    reasons.push_back(untold.event_id + ": " + reason);
  };
  const Delivery refused = add("msg_1", "team");
  outbox_->send({refused});
  drain();
  EXPECT_EQ(row(refused).state, DeliveryState::dead);
  EXPECT_EQ(reasons, Words{"msg_1: no room"});
}

TEST_F(Fallback, MoreThanIsKeptInMemoryIsSentAllTheSame) {
  Receiver team(always(410));
  Receiver it(always(200));
  Receiver board(always(200));
  configure_with(team, it, board);
  constexpr int count = 700;
  std::vector<Delivery> waiting;
  for (int i = 0; i < count; ++i) {
    waiting.push_back(add("msg_" + std::to_string(i), "team", "alt_" + std::to_string(i % 50)));
  }
  outbox_->send(waiting);
  drain();
  std::map<std::string, int> times;
  for (const auto& request : it.requests()) ++times[request.header("webhook-id")];
  EXPECT_EQ(times.size(), static_cast<std::size_t>(count));
  for (const auto& [id, number] : times) EXPECT_EQ(number, 1) << id;
}

}  // namespace
}  // namespace kpid::webhooks
