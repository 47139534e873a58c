// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What must hold of every alert's life, tried on random judgements with fixed seeds.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "alerts/transition.hpp"

namespace kpid {
namespace {

class CountingIdentifiers final : public IdentifierSource {
 public:
  std::string next(std::string_view prefix, Timestamp) override {
    return std::string{prefix} + std::to_string(++count_);
  }

 private:
  int count_ = 0;
};

constexpr std::chrono::days window{40};

// One rule and series, judged once a day, its alerts kept as the store would.
class Life {
 public:
  Life(Rule rule, std::mt19937& random) : rule_(std::move(rule)), random_(random) {}

  void day(int number) {
    const Judgement judgement = judged(number);
    const Timestamp now{make_date(2025, 9, 1) + std::chrono::days{number}};
    const auto changes = static_cast<std::uint32_t>(std::count_if(
        changes_.begin(), changes_.end(), [&](Timestamp at) { return at > now - window; }));
    const auto before = open_;
    auto step = advance(open_, rule_, "900001", "", judgement, changes, now, identifiers_);
    if (step) keep(*step, before, judgement, now);
    // The same judgement once more, with what it has made of the window.
    const auto changed = static_cast<std::uint32_t>(std::count_if(
        changes_.begin(), changes_.end(), [&](Timestamp at) { return at > now - window; }));
    if (!(open_ && open_->flapping && rule_.flapping && changed <= rule_.flapping->low)) {
      EXPECT_FALSE(advance(open_, rule_, "900001", "", judgement, changed, now, identifiers_))
          << "judging again changes nothing";
    }
    if (rule_.flapping) {
      EXPECT_LE(changed, rule_.flapping->high);
    }
  }
  [[nodiscard]] const std::vector<EventType>& events() const { return events_; }

 private:
  Judgement judged(int number) {
    Judgement judgement;
    const int bad = std::uniform_int_distribution<int>{0, 3}(random_);
    judgement.breach = bad == 0 ? Severity::red : bad == 1 ? Severity::amber : Severity::none;
    const bool pending = std::uniform_int_distribution<int>{0, 3}(random_) == 0;
    const bool held = open_ && open_->state != AlertState::pending;
    judgement.severity = pending && !held ? Severity::none : judgement.breach;
    judgement.value.value = std::uniform_int_distribution<int>{0, 9}(random_);
    judgement.value.corrected = std::uniform_int_distribution<int>{0, 3}(random_) == 0;
    const Date period = make_date(2025, 9, 1) + std::chrono::days{number / 3};
    judgement.value.period = judgement.since = {period, period};
    return judgement;
  }

  void keep(const Transition& step, const std::optional<Alert>& before, const Judgement& judgement,
            Timestamp now) {
    const Alert& alert = step.alert;
    const std::uint32_t told = before ? before->seq : 0;
    EXPECT_EQ(alert.seq, told + (step.event ? 1U : 0U)) << "a number for each event";
    if (before) {
      EXPECT_EQ(alert.id, before->id) << "one life, one id";
    }
    if (step.event == EventType::alert_firing) {
      EXPECT_TRUE(!before || before->state == AlertState::pending);
      EXPECT_NE(judgement.severity, Severity::none);
    }
    if (alert.state == AlertState::resolved) {
      EXPECT_EQ(judgement.breach, Severity::none);
      EXPECT_FALSE(alert.flapping);
      EXPECT_TRUE(!before->flapping || step.settled);
      if (alert.resolution == Resolution::corrected) {
        EXPECT_TRUE(judgement.value.corrected);
        EXPECT_EQ(before->period, judgement.value.period);
      }
    }
    const bool counts =
        step.event == EventType::alert_firing || step.event == EventType::alert_resolved;
    if (counts) changes_.push_back(now);
    if (step.event) events_.push_back(*step.event);
    open_.reset();
    if (alert.state != AlertState::resolved) open_ = alert;
  }

  Rule rule_;
  std::mt19937& random_;
  CountingIdentifiers identifiers_;
  std::optional<Alert> open_;
  std::vector<Timestamp> changes_;
  std::vector<EventType> events_;
};

TEST(AlertProperties, HoldOfEveryLife) {
  std::mt19937 random{20260901};
  for (int round = 0; round < 200; ++round) {
    Rule rule;
    rule.name = "r";
    if (round % 2 == 0) {
      rule.flapping = Flapping{{40, Span::Unit::days},
                               static_cast<std::uint32_t>(round % 5 + 3),
                               static_cast<std::uint32_t>(round % 2)};
    }
    Life life{rule, random};
    for (int day = 0; day < 300; ++day) life.day(day);
    EXPECT_FALSE(life.events().empty());
  }
}

TEST(AlertProperties, FlappingKeepsTheOutboxQuiet) {
  std::mt19937 random{7};
  Rule rule;
  Life loud{rule, random};
  for (int day = 0; day < 300; ++day) loud.day(day);
  random.seed(7);
  rule.flapping = Flapping{{40, Span::Unit::days}, 4, 1};
  Life quiet{rule, random};
  for (int day = 0; day < 300; ++day) quiet.day(day);
  EXPECT_LT(quiet.events().size() * 2, loud.events().size());
}

}  // namespace
}  // namespace kpid
