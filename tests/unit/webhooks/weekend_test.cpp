// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A weekend, from Friday afternoon to Tuesday morning: 1,000 events of 250 alerts, to receivers
// that are down for 72 hours, ask for rests, take their time, are gone, or well; and to people who
// want their evenings and weekends quiet, or one message a day.

#include <algorithm>
#include <atomic>

#include "weekend_fixture.hpp"

namespace kpid::webhooks {
namespace {

constexpr int schools = 250;

// What happens to one school's reserves, and when.
enum class Act { slips, sinks, is_noted, recovers };

// Each school slips, sinks, is acknowledged and recovers. The first alone, then many at once, then
// one every few minutes until Sunday; the last of them recover when all receivers are back.
std::multimap<Timestamp, std::pair<int, Act>> plan(Timestamp friday) {
  std::multimap<Timestamp, std::pair<int, Act>> acts;
  for (int school = 0; school < schools; ++school) {
    const auto wait = school == 0 ? 0min : school <= 40 ? 15min : 30min + 13min * (school - 41);
    const Timestamp begins = friday + wait;
    acts.emplace(begins, std::pair{school, Act::slips});
    acts.emplace(begins + 3h, std::pair{school, Act::sinks});
    acts.emplace(begins + 5h, std::pair{school, Act::is_noted});
    acts.emplace(begins + 28h, std::pair{school, Act::recovers});
  }
  return acts;
}

// The receivers, from the healthiest to the one that is gone.
struct Receivers {
  explicit Receivers(const Clock& clock)
      : fine(clock, [](Timestamp, std::size_t) { return Reply{}; }),
        watch(clock, [](Timestamp, std::size_t) { return Reply{}; }),
        slow(clock,
             [this](Timestamp, std::size_t) {
               gate.pass();
               return Reply{};
             }),
        limited(clock,
                [](Timestamp, std::size_t number) {
                  Reply reply;
                  if (number % 60 == 7) {
                    reply.status = 429;
                    reply.headers = {{"Retry-After", "2400"}};
                  }
                  return reply;
                }),
        down(clock,
             [this](Timestamp, std::size_t) {
               Reply reply;
               reply.status = down_status;
               return reply;
             }),
        gone(clock,
             [](Timestamp, std::size_t) {
               Reply reply;
               reply.status = 410;
               return reply;
             }),
        quiet(clock, [](Timestamp, std::size_t) { return Reply{}; }),
        board(clock, [](Timestamp, std::size_t) { return Reply{}; }),
        help(clock, [](Timestamp, std::size_t) { return Reply{}; }) {}
  ~Receivers() { gate.set(true); }
  Receivers(const Receivers&) = delete;
  Receivers& operator=(const Receivers&) = delete;

  Gate gate;
  std::atomic<unsigned> down_status{503};
  Station fine, watch, slow, limited, down, gone, quiet, board, help;
};

class TheWeekend : public WeekendTest {
 protected:
  // The loop would still be turning when the receivers are gone.
  void TearDown() override {
    if (receivers_) receivers_->gate.set(true);
    WeekendTest::TearDown();
    receivers_.reset();
  }

  void begin() {
    receivers_ = std::make_unique<Receivers>(clock_);
    Receivers& to = *receivers_;
    configure_trust(schools, destination_text("fine", to.fine) +
                                 destination_text("watch", to.watch, "operational = true") +
                                 destination_text("slow", to.slow, "timeout = \"2 min\"") +
                                 destination_text("limited", to.limited, "connections = 1") +
                                 destination_text("down", to.down) +
                                 destination_text("gone", to.gone, "fallback = \"help\"") +
                                 destination_text("help", to.help,
                                                  "operational = true\n"
                                                  "events = [\"source.failing\"]") +
                                 destination_text("quiet", to.quiet,
                                                  "quiet_hours = \"18:00-07:00\"\n"
                                                  "quiet_days = \"weekends\"") +
                                 destination_text("board", to.board, "digest = \"daily 07:30\""));
    to.down.receiver().stop();
    acts_ = plan(friday());
  }

  void act() {
    std::map<int, double> reserves;
    std::vector<int> noted;
    while (!acts_.empty() && acts_.begin()->first <= clock_.now()) {
      const auto [school, what] = acts_.begin()->second;
      acts_.erase(acts_.begin());
      if (what == Act::slips) reserves[school] = 7;
      if (what == Act::sinks) reserves[school] = 3;
      if (what == Act::is_noted) noted.push_back(school);
      if (what == Act::recovers) reserves[school] = 12;
    }
    if (!reserves.empty()) pull(reserves);
    for (const int school : noted) acknowledge(school);
    tell_what_is_due();
  }

  // A quarter of an hour. What the slow one is sent lies there until whoever is well has
  // everything, and for four minutes more: were anybody to wait for it, this would never end.
  void quarter() {
    Receivers& to = *receivers_;
    to.gate.set(false);
    act();
    until([&] {
      return to.fine.accepted() == sent_to_["fine"] && to.watch.accepted() == sent_to_["watch"];
    });
    clock_.advance(4min);
    to.gate.set(true);
    drain();
    clock_.advance(11min);
  }

  void pass_until(Timestamp end) {
    while (clock_.now() < end && !HasFatalFailure()) quarter();
  }

  // All that stands in a digest, and as what it is counted: an alert slips (amber), sinks and is
  // noted (red), and is over.
  static void expect_right_counts(const Arrival& digest, const Truth& events) {
    const auto body = boost::json::parse(digest.request.body);
    const auto& data = body.at("data");
    std::map<std::string, std::int64_t> seen;
    for (const auto& item : data.at("items").as_array()) {
      const auto event = events.find(std::string(item.at("id").as_string()));
      EXPECT_NE(event, events.end());
      if (event == events.end()) continue;
      const std::uint32_t seq = event->second.seq;
      ++seen[seq == 1 ? "amber" : seq < 4 ? "red" : "over"];
    }
    const auto count = [&](const char* what) { return data.at("counts").at(what).as_int64(); };
    EXPECT_EQ(count("red"), seen["red"]);
    EXPECT_EQ(count("amber"), seen["amber"]);
    EXPECT_EQ(count("recovered") + count("withdrawn"), seen["over"]);
    EXPECT_EQ(count("events"), static_cast<std::int64_t>(told_by(digest).size()));
  }

  // From Friday, 18:00, to Monday, 07:00, nothing; then all of it at once.
  void expect_quiet_times_kept(const Truth& events) {
    const auto arrivals = receivers_->quiet.arrivals();
    const Timestamp from = friday() + 2h;
    const Timestamp until = friday() + 63h;
    std::set<std::string> in_digests;
    for (const Arrival& one : arrivals) {
      EXPECT_FALSE(one.at >= from && one.at < until) << format_timestamp(one.at);
      if (!is_digest(one)) continue;
      EXPECT_LT(one.at, until + 15min);
      expect_right_counts(one, events);
      for (std::string& id : told_by(one)) in_digests.insert(std::move(id));
    }
    // What comes up at seven, of an alert that still waits then, joins it; nothing else does.
    for (const auto& [id, happened] : events) {
      const bool held = happened.at >= from && happened.at < until;
      EXPECT_TRUE(held == in_digests.contains(id) || happened.at == until) << id;
    }
    expect_trustworthy("quiet", arrivals);
    expect_all_once_in_order("quiet", arrivals, events);
  }

  void expect_a_digest_a_day(const Truth& events) {
    const auto arrivals = receivers_->board.arrivals();
    std::set<Date> on;
    for (const Arrival& one : arrivals) {
      const Date day = std::chrono::floor<std::chrono::days>(one.at);
      on.insert(day);
      EXPECT_GE(one.at - Timestamp{day}, 7h + 30min);
      EXPECT_LT(one.at - Timestamp{day}, 7h + 45min);
      if (is_digest(one)) expect_right_counts(one, events);
    }
    EXPECT_EQ(on.size(), 4U) << "Saturday to Tuesday";
    expect_trustworthy("board", arrivals);
    expect_all_once_in_order("board", arrivals, events);
  }

  std::unique_ptr<Receivers> receivers_;
  std::multimap<Timestamp, std::pair<int, Act>> acts_;
};

TEST_F(TheWeekend, EachLivingReceiverHearsOfEverythingOnceAndInOrder) {
  begin();
  Receivers& to = *receivers_;
  pass_until(friday() + 36h);
  to.down.receiver().start();  // there again, and not at work: 503
  pass_until(friday() + 72h);
  const Timestamp back = clock_.now();
  to.down_status = 200;
  pass_until(friday() + 89h);  // Tuesday, 09:00
  ASSERT_FALSE(HasFatalFailure());

  const Truth events = truth();
  ASSERT_EQ(events.size(), 4U * schools);
  std::map<std::string, unsigned> of_alert;
  for (const auto& [id, event] : events) ++of_alert[event.alert];
  EXPECT_EQ(of_alert.size(), std::size_t{schools});

  const std::vector<std::pair<std::string, Station*>> living{{"fine", &to.fine},
                                                             {"watch", &to.watch},
                                                             {"slow", &to.slow},
                                                             {"limited", &to.limited},
                                                             {"down", &to.down}};
  for (const auto& [name, station] : living) {
    const auto arrivals = station->arrivals();
    expect_trustworthy(name, arrivals);
    expect_all_once_in_order(name, arrivals, events);
    EXPECT_EQ(sent_to_[name], events.size() + (name == "watch" ? 1 : 0)) << name;
  }
  expect_quiet_times_kept(events);
  expect_a_digest_a_day(events);
  EXPECT_EQ(to.fine.arrivals().size(), events.size());
  EXPECT_EQ(to.slow.arrivals().size(), events.size()) << "slow is not failed";

  // The one that was down: asked a few times an hour, and told within an hour when it was back.
  const auto down = to.down.arrivals();
  const auto first =
      std::find_if(down.begin(), down.end(), [](auto& one) { return one.accepted(); });
  ASSERT_NE(first, down.end());
  EXPECT_LE(first->at - back, 15min);
  EXPECT_LE(std::distance(down.begin(), first), 36 * 5);
  std::size_t within_the_hour = 0;
  std::size_t until_back = 0;
  for (const Arrival& one : down) {
    if (one.accepted() && one.at <= back + 1h) ++within_the_hour;
  }
  for (const Arrival& one : to.fine.arrivals()) {
    if (one.at < back) ++until_back;
  }
  EXPECT_GE(within_the_hour, until_back) << "what waited goes out soon";
  EXPECT_EQ(state("down").failing_since, std::nullopt);

  // The one that asks for rests gets each of them.
  Timestamp rests_until{};
  std::size_t rests = 0;
  for (const Arrival& one : to.limited.arrivals()) {
    EXPECT_GE(one.at, rests_until);
    if (one.status != 429) continue;
    rests_until = one.at + 2400s;
    ++rests;
  }
  EXPECT_GE(rests, 16U);

  // What it could not be told went to its fallback, which is told of nothing else.
  const auto helped = to.help.arrivals();
  expect_trustworthy("help", helped);
  expect_all_once_in_order("help", helped, events);
  EXPECT_EQ(helped.size(), events.size());
  for (const Arrival& one : helped) {
    EXPECT_NE(one.request.body.find(R"("instead_of":"gone")"), std::string::npos);
  }

  // The one that is gone is left alone, and told of elsewhere, once.
  EXPECT_EQ(to.gone.arrivals().size(), 1U);
  ASSERT_EQ(disabled_.size(), 1U);
  EXPECT_EQ(disabled_[0].first, "gone");
  std::size_t told_of_it = 0;
  for (const auto& [name, station] : living) {
    for (const Arrival& one : station->arrivals()) {
      if (events.contains(one.id())) continue;
      EXPECT_EQ(name, "watch");
      EXPECT_NE(one.request.body.find("\"destination.disabled\""), std::string::npos)
          << one.request.body;
      EXPECT_NE(one.request.body.find("\"gone\""), std::string::npos) << one.request.body;
      ++told_of_it;
    }
  }
  EXPECT_EQ(told_of_it, 1U);

  // Nothing is left but what waits for the one that was switched off.
  const auto counts = reader()->outbox_counts();
  store::DeliveryQuery of_gone;
  of_gone.destination = "gone";
  of_gone.limit = 10'000;
  const auto left = reader()->deliveries(of_gone);
  ASSERT_TRUE(counts && left);
  EXPECT_EQ(counts->dead, 1U) << "what it said 410 to";
  EXPECT_EQ(counts->pending, events.size() - 1);
  EXPECT_EQ(left->size(), events.size());
  EXPECT_EQ(counts->delivered,
            6 * events.size() + 1 + to.quiet.arrivals().size() + to.board.arrivals().size());
  for (const Delivery& one : *left) EXPECT_NE(one.state, DeliveryState::delivered);
}

// One alert alone, of Friday afternoon: nothing else goes to its receiver all weekend.
TEST_F(WeekendTest, ALoneAlertOfFridayIsToldWhenItsReceiverIsBackOnMonday) {
  Station down(clock_, [](Timestamp, std::size_t) { return Reply{}; });
  configure_trust(1, destination_text("down", down));
  down.receiver().stop();
  pull({{0, 7}});
  drain();
  while (clock_.now() < friday() + 64h) later(15min);  // Monday, 08:00
  EXPECT_EQ(reader()->outbox_counts()->pending, 1U) << "not given up";
  down.receiver().start();
  later(15min);
  EXPECT_EQ(down.accepted(), 1U);
  expect_all_once_in_order("down", down.arrivals(), truth());
}

}  // namespace
}  // namespace kpid::webhooks
