// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/transition.hpp"

#include <string>

#include <gtest/gtest.h>

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

class Transitions : public ::testing::Test {
 protected:
  // The next judgement of the same series; keeps the alert as the store would.
  std::optional<EventType> judge(Severity severity, double value, int period,
                                 Severity breach = Severity::none, bool corrected = false) {
    Judgement judgement;
    judgement.severity = severity;
    judgement.breach = severity == Severity::none ? breach : severity;
    judgement.value.value = value;
    const Date day = make_date(2025, 1, 1) + std::chrono::days{period};
    judgement.value.period = {day, day};
    judgement.value.corrected = corrected;
    judgement.since = judgement.value.period;
    now_ += std::chrono::hours{1};
    auto step = advance(open_, rule_, "900001", "", judgement, 0, now_, identifiers_);
    changed_ = step.has_value();
    if (!step) return std::nullopt;
    last_ = step->alert;
    open_.reset();
    if (last_.state != AlertState::resolved) open_ = last_;
    return step->event;
  }

  Transitions() {
    rule_.name = "reserves";
    rule_.kpi = "finance.reserves_percent";
  }

  Rule rule_;
  CountingIdentifiers identifiers_;
  Timestamp now_{make_date(2025, 2, 1)};
  std::optional<Alert> open_;
  Alert last_;
  bool changed_ = false;
};

TEST_F(Transitions, NothingHappensWhileAllIsWell) {
  EXPECT_EQ(judge(Severity::none, 6, 0), std::nullopt);
  EXPECT_FALSE(changed_);
}

TEST_F(Transitions, ALifeFromFiringToResolved) {
  EXPECT_EQ(judge(Severity::amber, 4, 0), EventType::alert_firing);
  EXPECT_EQ(last_.seq, 1U);
  EXPECT_EQ(judge(Severity::red, 2, 1), EventType::alert_changed);
  EXPECT_EQ(last_.seq, 2U);
  EXPECT_EQ(judge(Severity::none, 6, 2), EventType::alert_resolved);
  EXPECT_EQ(last_.seq, 3U);
  EXPECT_EQ(last_.id, "alt_1") << "one life, one id";
  EXPECT_EQ(last_.resolution, Resolution::recovered);
  EXPECT_EQ(judge(Severity::amber, 4, 3), EventType::alert_firing);
  EXPECT_EQ(last_.id, "alt_2") << "the next breach is another alert";
  EXPECT_EQ(last_.seq, 1U);
}

TEST_F(Transitions, TheSameJudgementAgainChangesNothing) {
  judge(Severity::red, 2, 0);
  EXPECT_EQ(judge(Severity::red, 2, 0), std::nullopt);
  EXPECT_FALSE(changed_);
}

TEST_F(Transitions, ANewFigureOfTheSameSeverityIsKeptButNotTold) {
  judge(Severity::red, 2, 0);
  EXPECT_EQ(judge(Severity::red, 1, 1), std::nullopt);
  EXPECT_TRUE(changed_);
  EXPECT_EQ(last_.value, 1);
  EXPECT_EQ(last_.seq, 1U);
}

TEST_F(Transitions, APendingAlertThatRecoversWasNeverHeardOf) {
  EXPECT_EQ(judge(Severity::none, 4, 0, Severity::amber), std::nullopt);
  EXPECT_EQ(last_.state, AlertState::pending);
  EXPECT_EQ(judge(Severity::none, 6, 1), std::nullopt);
  EXPECT_EQ(last_.state, AlertState::resolved);
  EXPECT_EQ(last_.seq, 0U);
}

TEST_F(Transitions, APendingAlertFiresUnderItsOwnId) {
  judge(Severity::none, 4, 0, Severity::amber);
  const std::string id = last_.id;
  EXPECT_EQ(judge(Severity::amber, 4, 1), EventType::alert_firing);
  EXPECT_EQ(last_.id, id);
  EXPECT_LT(last_.opened_at, *last_.fired_at);
}

TEST_F(Transitions, ACorrectionOfTheVeryPeriodSaysThatItIsOne) {
  judge(Severity::red, 2, 0);
  EXPECT_EQ(judge(Severity::none, 6, 0, Severity::none, true), EventType::alert_resolved);
  EXPECT_EQ(last_.resolution, Resolution::corrected);
}

TEST_F(Transitions, ARestatedLaterPeriodIsARecovery) {
  judge(Severity::red, 2, 0);
  judge(Severity::none, 6, 1, Severity::none, true);
  EXPECT_EQ(last_.resolution, Resolution::recovered);
}

TEST_F(Transitions, AnAcknowledgementEndsWhenItGetsWorse) {
  judge(Severity::amber, 4, 0);
  auto step = acknowledge(*open_, "J. Smith", "looking into it", now_);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->event, EventType::alert_acknowledged);
  EXPECT_EQ(step->alert.seq, 2U);
  EXPECT_FALSE(acknowledge(step->alert, "again", "", now_));
  open_ = step->alert;
  EXPECT_EQ(judge(Severity::amber, 3.9, 1), std::nullopt);
  EXPECT_EQ(last_.state, AlertState::acknowledged);
  EXPECT_EQ(judge(Severity::red, 2, 2), EventType::alert_changed);
  EXPECT_EQ(last_.state, AlertState::firing);
  EXPECT_EQ(last_.acknowledged_by, "");
}

TEST_F(Transitions, AnAcknowledgementOutlivesAnImprovement) {
  judge(Severity::red, 2, 0);
  open_ = acknowledge(*open_, "J. Smith", "", now_)->alert;
  EXPECT_EQ(judge(Severity::amber, 4, 1), EventType::alert_changed);
  EXPECT_EQ(last_.state, AlertState::acknowledged);
}

TEST_F(Transitions, ARemovedRuleResolvesWhatItHeld) {
  judge(Severity::red, 2, 0);
  const auto step = resolve_removed(*open_, now_);
  EXPECT_EQ(step.event, EventType::alert_resolved);
  EXPECT_EQ(step.alert.resolution, Resolution::rule_removed);
}

}  // namespace
}  // namespace kpid
