// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What must hold of every judgement, tried on random series with fixed seeds.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "kpis/forecast.hpp"
#include "unit/rules/rules_fixture.hpp"

namespace kpid {
namespace {

class Properties : public RulesTest {
 protected:
  double value_near(double middle) {
    // Quarters, so that values fall on thresholds and margins, not only beside them.
    return middle + std::uniform_int_distribution<int>{-16, 16}(random_) / 4.0;
  }
  std::vector<KpiValue> series(std::size_t length, double middle) {
    std::vector<KpiValue> made;
    Period week = week_of(2024, 9, 2);
    while (made.size() < length) {
      if (calendar_.any_school_day(week)) made.push_back(point(week, value_near(middle)));
      week = {week.start + std::chrono::days{7}, week.end + std::chrono::days{7}};
    }
    return made;
  }
  bool chance(int in_a_hundred) {
    return std::uniform_int_distribution<int>{1, 100}(random_) <= in_a_hundred;
  }
  std::mt19937 random_{20260901};
};

TEST_F(Properties, ASeverityBeginsAtItsThresholdAndEndsBeyondItsMargin) {
  rule_.clear_margin = 0.5;
  for (int round = 0; round < 300; ++round) {
    const auto all = series(40, 94.5);
    Severity held = Severity::none;
    for (std::size_t count = 1; count <= all.size(); ++count) {
      const std::vector<KpiValue> known(all.begin(),
                                        all.begin() + static_cast<std::ptrdiff_t>(count));
      const double value = known.back().value;
      const Severity now = judge(known, held).severity;
      if (now > held) {
        EXPECT_LT(value, now == Severity::red ? 93 : 95);
      }
      if (now < held) {
        EXPECT_GE(value, held == Severity::red ? 93.5 : 95.5);
        if (now == Severity::none) {
          EXPECT_GE(value, 95.5);
        }
      }
      held = now;
    }
  }
}

TEST_F(Properties, WhatIsBetterIsNeverJudgedWorse) {
  for (int round = 0; round < 300; ++round) {
    rule_.clear_margin = round % 3 * 0.25;
    rule_.for_periods = static_cast<std::uint32_t>(round % 4 + 1);
    auto known = series(20, 94.5);
    const Severity before = judge(known).severity;
    // The newest is restated upwards, or a better week follows.
    known.back().value += 0.25;
    const Severity restated = judge(known, before).severity;
    EXPECT_LE(restated, before);
    known.push_back(point(week_of(2026, 7, 13), known.back().value + 0.25));
    EXPECT_LE(judge(known, restated).severity, restated);
  }
}

TEST_F(Properties, TheOrderOfRulesNeverMatters) {
  const auto known = series(70, 94.5);
  other_ = series(70, 95);
  kpi_.target = 95;
  today_ = known.back().period.end + std::chrono::days{30};
  std::vector<Rule> rules;
  for (const Comparison comparison :
       {Comparison::number, Comparison::target, Comparison::period_before, Comparison::term_before,
        Comparison::year_before, Comparison::kpi, Comparison::organisation, Comparison::forecast,
        Comparison::stale}) {
    Rule rule = rule_;
    rule.compare = comparison;
    if (comparison == Comparison::stale) {
      rule.amber.reset();
      rule.red.reset();
    } else if (comparison != Comparison::number && comparison != Comparison::forecast) {
      rule.amber = below(-0.5);
      rule.red = below(-2);
    }
    rules.push_back(rule);
  }
  std::vector<std::size_t> order(rules.size());
  std::iota(order.begin(), order.end(), 0);
  const auto judge_in_order = [&] {
    std::vector<std::optional<Judgement>> judged(rules.size());
    for (const std::size_t index : order) {
      judged[index] = evaluate(
          {rules[index], kpi_, organisation_, calendar_, known, other_, Severity::none, today_});
    }
    return judged;
  };
  const auto first = judge_in_order();
  for (const auto& one : first) EXPECT_TRUE(one);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(order.begin(), order.end(), random_);
    const auto again = judge_in_order();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      ASSERT_EQ(again[i].has_value(), first[i].has_value());
      if (!first[i]) continue;
      EXPECT_EQ(again[i]->severity, first[i]->severity);
      EXPECT_EQ(again[i]->compared, first[i]->compared);
      EXPECT_EQ(again[i]->since, first[i]->since);
    }
  }
}

TEST_F(Properties, AnIncompleteSumChangesNoJudgement) {
  kpi_.unit = Unit::pupils;
  kpi_.definition = MeasureOf{"roll.pupils"};
  for (int round = 0; round < 200; ++round) {
    auto known = series(12, 94.5);
    for (KpiValue& value : known) value.completeness = {4, 4};
    const auto before = judge(known);
    known.push_back(point(week_of(2026, 7, 13), value_near(50)));
    known.back().completeness = {3, 4};
    const auto after = judge(known);
    EXPECT_EQ(after.severity, before.severity);
    EXPECT_EQ(after.value.period, before.value.period);
  }
}

TEST_F(Properties, ARowIsNeverLongerWithAWeekMissing) {
  rule_.for_periods = 3;
  for (int round = 0; round < 200; ++round) {
    auto known = series(20, 94);
    const auto whole = judge(known);
    known.erase(known.begin() + std::uniform_int_distribution<std::ptrdiff_t>{
                                    0, static_cast<std::ptrdiff_t>(known.size()) - 2}(random_));
    const auto holed = judge(known);
    EXPECT_LE(holed.periods_in_breach, whole.periods_in_breach);
    EXPECT_GE(holed.since, whole.since);
    EXPECT_LE(holed.severity, whole.severity);
  }
}

TEST_F(Properties, AForecastMovesWithItsSeries) {
  for (int round = 0; round < 200; ++round) {
    const auto known = series(12, 94.5);
    auto moved = known;
    for (KpiValue& value : moved) value.value = 3 * value.value - 40;
    const ForecastSpec spec;
    const auto first = forecast(known, Calendar::week, spec);
    const auto second = forecast(moved, Calendar::week, spec);
    ASSERT_TRUE(first && second);
    EXPECT_NEAR(second->value, 3 * first->value - 40, 1e-6);
    EXPECT_NEAR(second->low, 3 * first->low - 40, 1e-6);
    EXPECT_LE(first->low, first->value);
    EXPECT_LE(first->value, first->high);
  }
}

TEST_F(Properties, LatenessOnlyGrowsWhileNothingComes) {
  rule_.compare = Comparison::stale;
  rule_.amber.reset();
  rule_.red = above(8);
  for (int round = 0; round < 20; ++round) {
    const auto known = series(static_cast<std::size_t>(round) + 1, 94.5);
    double before = 0;
    Severity severity = Severity::none;
    for (int day = 0; day < 120; ++day) {
      today_ = known.back().period.end + std::chrono::days{day};
      const auto judgement = judge(known, severity);
      EXPECT_GE(judgement.compared, before);
      EXPECT_GE(judgement.severity, severity);
      if (judgement.severity > severity) {
        EXPECT_TRUE(calendar_.is_school_day(today_)) << "nothing is told on a day without school";
      }
      before = judgement.compared;
      severity = judgement.severity;
    }
    EXPECT_EQ(severity, Severity::red);
  }
}

}  // namespace
}  // namespace kpid
