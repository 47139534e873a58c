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
                                 Severity breach = Severity::none, bool corrected = false,
                                 std::uint32_t changes = 0) {
    Judgement judgement;
    judgement.reference = reference_;
    judgement.severity = severity;
    judgement.breach = severity == Severity::none ? breach : severity;
    judgement.value.value = value;
    const Date day = make_date(2025, 1, 1) + std::chrono::days{period};
    judgement.value.period = {day, day};
    judgement.value.corrected = corrected;
    judgement.since = judgement.value.period;
    now_ += std::chrono::hours{1};
    auto step = advance(open_, rule_, "900001", "", judgement, changes, now_, identifiers_);
    changed_ = step.has_value();
    if (!step) return std::nullopt;
    step_ = *step;
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
  Transition step_;
  std::optional<KpiValue> reference_;
  bool changed_ = false;
};

// The same with a rule that looks for flapping: four changes in a window are too many, one is few.
class Flaps : public Transitions {
 protected:
  Flaps() { rule_.flapping = Flapping{}; }
  std::optional<EventType> after(std::uint32_t changes, Severity severity, double value, int period,
                                 bool corrected = false) {
    return judge(severity, value, period, Severity::none, corrected, changes);
  }
  void flap() {  // fires, resolves, fires, and would resolve
    after(0, Severity::amber, 4, 0);
    after(1, Severity::none, 6, 1);
    after(2, Severity::amber, 4, 2);
    after(3, Severity::none, 6, 3);
    ASSERT_TRUE(open_);
    ASSERT_TRUE(open_->flapping);
  }
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

TEST_F(Transitions, AnAcknowledgementLapsesAtItsEndNotBefore) {
  judge(Severity::red, 2, 0);
  EXPECT_FALSE(lapse(*open_, now_)) << "nobody has taken note";
  const Timestamp end = now_ + std::chrono::hours{2};
  const Alert noted = acknowledge(*open_, "J. Smith", "", now_, end)->alert;
  EXPECT_EQ(noted.acknowledged_until, end);
  EXPECT_FALSE(lapse(noted, end - std::chrono::milliseconds{1}));
  const auto step = lapse(noted, end);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->event, EventType::alert_changed);
  EXPECT_EQ(step->lapsed_of, "J. Smith");
  EXPECT_EQ(step->alert.state, AlertState::firing);
  EXPECT_EQ(step->alert.seq, noted.seq + 1);
  EXPECT_EQ(step->alert.acknowledged_by, "");
  EXPECT_FALSE(lapse(step->alert, end));
  const Alert for_ever = acknowledge(*open_, "J. Smith", "", now_)->alert;
  EXPECT_FALSE(lapse(for_ever, end + std::chrono::hours{10'000}));
}

TEST_F(Transitions, ABetterSeverityIsToldAsAChange) {
  judge(Severity::red, 2, 0);
  EXPECT_EQ(judge(Severity::amber, 4, 1), EventType::alert_changed);
  EXPECT_EQ(last_.state, AlertState::firing);
  EXPECT_EQ(last_.severity, Severity::amber);
}

TEST_F(Transitions, APendingAlertThatIsStillPendingTellsNothing) {
  judge(Severity::none, 4, 0, Severity::amber);
  EXPECT_EQ(judge(Severity::none, 4, 0, Severity::amber), std::nullopt);
  EXPECT_FALSE(changed_) << "the same again";
  EXPECT_EQ(judge(Severity::none, 3, 1, Severity::amber), std::nullopt);
  EXPECT_TRUE(changed_);
  EXPECT_EQ(last_.state, AlertState::pending);
  EXPECT_EQ(last_.value, 3);
}

TEST_F(Transitions, ACorrectionOfWhatItWasHeldAgainstIsOneToo) {
  judge(Severity::red, 2, 0);
  reference_ = KpiValue{};
  reference_->corrected = true;
  EXPECT_EQ(judge(Severity::none, 2, 0), EventType::alert_resolved);
  EXPECT_EQ(last_.resolution, Resolution::corrected);
}

TEST_F(Transitions, AnEarlierCorrectionDoesNotExplainAChangedTarget) {
  judge(Severity::red, 2, 0, Severity::none, true);
  EXPECT_EQ(judge(Severity::none, 2, 0, Severity::none, true), EventType::alert_resolved);
  EXPECT_EQ(last_.resolution, Resolution::recovered);
}

TEST_F(Transitions, ALaterFigureIsARecoveryThoughTheReferenceWasCorrected) {
  judge(Severity::red, 2, 0);
  reference_ = KpiValue{};
  reference_->corrected = true;
  judge(Severity::none, 6, 1);
  EXPECT_EQ(last_.resolution, Resolution::recovered);
}

TEST_F(Flaps, AreToldOfOnce) {
  EXPECT_EQ(after(0, Severity::amber, 4, 0), EventType::alert_firing);
  EXPECT_EQ(after(1, Severity::none, 6, 1), EventType::alert_resolved);
  EXPECT_EQ(after(2, Severity::amber, 4, 2), EventType::alert_firing);
  EXPECT_FALSE(last_.flapping);
  EXPECT_EQ(after(3, Severity::none, 6, 3), EventType::alert_changed) << "the fourth";
  EXPECT_TRUE(last_.flapping);
  EXPECT_EQ(last_.state, AlertState::firing) << "held open";
  EXPECT_EQ(last_.severity, Severity::amber);
  EXPECT_EQ(last_.seq, 2U);
  EXPECT_EQ(step_.changes, 4U);
  EXPECT_FALSE(step_.settled);
}

TEST_F(Flaps, NeitherResolveNorFireAgain) {
  flap();
  EXPECT_EQ(after(3, Severity::amber, 4, 4), std::nullopt);
  EXPECT_TRUE(changed_) << "the figure is kept";
  EXPECT_EQ(last_.value, 4);
  EXPECT_EQ(after(3, Severity::none, 6, 5), std::nullopt);
  EXPECT_EQ(last_.state, AlertState::firing);
  EXPECT_EQ(after(2, Severity::none, 6, 5), std::nullopt) << "two are still more than one";
  EXPECT_FALSE(changed_);
  EXPECT_EQ(last_.seq, 2U);
}

TEST_F(Flaps, ResolveWhenTheWindowHasEmptied) {
  flap();
  EXPECT_EQ(after(1, Severity::none, 6, 3, true), EventType::alert_resolved);
  EXPECT_FALSE(last_.flapping);
  EXPECT_TRUE(step_.settled);
  EXPECT_EQ(last_.resolution, Resolution::recovered) << "an old correction explains nothing";
}

TEST_F(Flaps, ACorrectionThatEndsThemSaysSo) {
  flap();
  after(2, Severity::amber, 4, 4);
  EXPECT_EQ(after(1, Severity::none, 6, 4, true), EventType::alert_resolved);
  EXPECT_EQ(last_.resolution, Resolution::corrected);
}

TEST_F(Flaps, GoOnAsAnOrdinaryAlertWhereStillInBreach) {
  flap();
  after(2, Severity::amber, 4, 4);
  EXPECT_EQ(after(1, Severity::amber, 4, 4), EventType::alert_changed);
  EXPECT_FALSE(last_.flapping);
  EXPECT_TRUE(step_.settled);
  EXPECT_EQ(last_.state, AlertState::firing);
  EXPECT_EQ(after(1, Severity::amber, 4, 4), std::nullopt);
  EXPECT_FALSE(changed_) << "told of once";
  EXPECT_EQ(after(1, Severity::none, 6, 5), EventType::alert_resolved);
}

TEST_F(Flaps, TellOfWhatIsWorseThanWasTold) {
  flap();
  open_ = acknowledge(*open_, "J. Smith", "", now_)->alert;
  EXPECT_EQ(after(3, Severity::amber, 4, 4), std::nullopt);
  EXPECT_EQ(last_.state, AlertState::acknowledged);
  EXPECT_EQ(after(3, Severity::red, 2, 5), EventType::alert_changed);
  EXPECT_EQ(last_.state, AlertState::firing) << "nobody has taken note of a red";
  EXPECT_TRUE(last_.flapping);
  EXPECT_EQ(after(3, Severity::amber, 4, 6), std::nullopt) << "what is better waits";
  EXPECT_EQ(last_.severity, Severity::red);
  EXPECT_EQ(after(1, Severity::amber, 4, 6), EventType::alert_changed);
  EXPECT_EQ(last_.severity, Severity::amber);
}

TEST_F(Flaps, EndWhereTheRuleNoLongerLooksForThem) {
  flap();
  rule_.flapping.reset();
  EXPECT_EQ(after(0, Severity::none, 6, 3), EventType::alert_resolved);
  EXPECT_FALSE(last_.flapping);
}

TEST_F(Flaps, EndWithTheirRule) {
  flap();
  const auto step = resolve_removed(*open_, now_);
  EXPECT_FALSE(step.alert.flapping);
  EXPECT_EQ(step.event, EventType::alert_resolved);
}

TEST_F(Flaps, PendingAlertsDoNot) {
  judge(Severity::none, 4, 0, Severity::amber, false, 5);
  EXPECT_EQ(after(5, Severity::none, 6, 1), std::nullopt);
  EXPECT_EQ(last_.state, AlertState::resolved);
  EXPECT_FALSE(last_.flapping);
}

TEST_F(Transitions, WithoutFlappingEveryChangeIsTold) {
  judge(Severity::amber, 4, 0);
  EXPECT_EQ(judge(Severity::none, 6, 1, Severity::none, false, 9), EventType::alert_resolved);
}

TEST_F(Transitions, ARemovedRuleResolvesWhatItHeld) {
  judge(Severity::red, 2, 0);
  const auto step = resolve_removed(*open_, now_);
  EXPECT_EQ(step.event, EventType::alert_resolved);
  EXPECT_EQ(step.alert.resolution, Resolution::rule_removed);
}

}  // namespace
}  // namespace kpid
