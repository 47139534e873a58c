// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Figures that should have come and did not. The days are counted by hand on the fixture's years.

#include "rules/lateness.hpp"

#include <string>

#include "unit/rules/rules_fixture.hpp"

namespace kpid {
namespace {

class LatenessTest : public RulesTest {
 protected:
  LatenessTest() {
    rule_.compare = Comparison::stale;
    rule_.red.reset();
    rule_.amber.reset();
  }
  Judgement on(Date today, const std::vector<KpiValue>& series) {
    today_ = today;
    return judge(series);
  }
  std::string due(Calendar of, Date last, std::optional<Span> allowed = std::nullopt) {
    return format_date(expected_by(calendar_, of, last, allowed));
  }
};

TEST_F(LatenessTest, EachCalendarAllowsItsOwn) {
  EXPECT_EQ(due(Calendar::day, make_date(2026, 3, 6)), "2026-03-16");
  EXPECT_EQ(due(Calendar::week, make_date(2026, 3, 8)), "2026-03-20");
  EXPECT_EQ(due(Calendar::month, make_date(2026, 1, 31)), "2026-03-13")
      << "28 February, then ten school days from 2 March";
  EXPECT_EQ(due(Calendar::term, make_date(2025, 12, 19)), "2026-05-11")
      << "the spring term, then twenty school days; 4 May is a bank holiday";
  EXPECT_EQ(due(Calendar::academic_year, make_date(2024, 8, 31)), "2026-03-13")
      << "40 + 35 + 30 school days to 13 February, then fifteen";
  EXPECT_EQ(due(Calendar::financial_year, make_date(2024, 8, 31)), "2026-03-13");
}

TEST_F(LatenessTest, HolidaysDoNotCount) {
  EXPECT_EQ(due(Calendar::week, make_date(2026, 3, 22)), "2026-04-17") << "Easter";
  EXPECT_EQ(due(Calendar::month, make_date(2025, 6, 30)), "2025-09-12") << "the summer";
}

TEST_F(LatenessTest, WhatIsDueInTheHolidaysIsDueOnTheNextSchoolDay) {
  const Span five_days{5, Span::Unit::days};
  EXPECT_EQ(due(Calendar::week, make_date(2026, 7, 26), five_days), "2026-09-01");
  EXPECT_EQ(due(Calendar::week, make_date(2026, 3, 9), five_days), "2026-03-16") << "a Saturday";
}

TEST_F(LatenessTest, IsToldOnceAWholeSchoolDayHasPassed) {
  const std::vector<KpiValue> series{point(week_of(2026, 3, 2), 94)};
  for (unsigned day = 9; day <= 22; ++day) {
    EXPECT_EQ(on(make_date(2026, 3, day), series).severity, Severity::none) << day;
  }
  const auto late = on(make_date(2026, 3, 23), series);
  EXPECT_EQ(late.severity, Severity::amber);
  EXPECT_EQ(late.breach, Severity::amber);
  EXPECT_EQ(late.compared, 1);
  EXPECT_EQ(late.threshold, above(0));
  EXPECT_EQ(late.since, week_of(2026, 3, 2));
  EXPECT_EQ(late.periods_in_breach, 1U);
  ASSERT_TRUE(late.late);
  EXPECT_EQ(late.late->last, make_date(2026, 3, 8));
  EXPECT_EQ(late.late->expected, make_date(2026, 3, 20));
  EXPECT_EQ(late.late->allowed, (Span{10, Span::Unit::school_days}));
  EXPECT_EQ(late.late->school_days, 11U);
}

TEST_F(LatenessTest, NothingIsLateForTheFirstTimeInAugust) {
  for (const Calendar calendar : {Calendar::day, Calendar::week, Calendar::month, Calendar::term}) {
    kpi_.calendar = calendar;
    // The last figures of the year: due in September at the earliest.
    const std::vector<KpiValue> series{point(week_of(2026, 7, 13), 94)};
    for (Date day = make_date(2026, 7, 22); day <= make_date(2026, 8, 31);
         day += std::chrono::days{1}) {
      EXPECT_EQ(on(day, series).severity, Severity::none) << format_date(day);
    }
  }
}

TEST_F(LatenessTest, WhatWasLateBeforeTheHolidaysStaysLate) {
  const std::vector<KpiValue> series{point(week_of(2026, 6, 1), 94)};
  const auto before = on(make_date(2026, 7, 21), series);
  const auto during = on(make_date(2026, 8, 15), series);
  EXPECT_EQ(before.severity, Severity::amber);
  EXPECT_EQ(during.severity, Severity::amber);
  EXPECT_EQ(during.compared, before.compared) << "no school day has passed";
}

TEST_F(LatenessTest, TheRulesSpanComesBeforeTheKpis) {
  const std::vector<KpiValue> series{point(week_of(2026, 3, 2), 94)};
  kpi_.stale_after = Span{3, Span::Unit::school_days};
  EXPECT_EQ(on(make_date(2026, 3, 12), series).late->expected, make_date(2026, 3, 11));
  EXPECT_EQ(on(make_date(2026, 3, 12), series).late->allowed, *kpi_.stale_after);
  rule_.stale_after = Span{1, Span::Unit::school_days};
  EXPECT_EQ(on(make_date(2026, 3, 12), series).late->expected, make_date(2026, 3, 9));
}

TEST_F(LatenessTest, IsRedWhereTheRuleSaysSo) {
  const std::vector<KpiValue> series{point(week_of(2026, 3, 2), 94)};
  rule_.amber = above(0);
  rule_.red = above(3);
  EXPECT_EQ(on(make_date(2026, 3, 25), series).severity, Severity::amber);
  EXPECT_EQ(on(make_date(2026, 3, 26), series).severity, Severity::red);
  rule_.amber.reset();
  EXPECT_EQ(on(make_date(2026, 3, 25), series).severity, Severity::none);
}

TEST_F(LatenessTest, AnOrganisationThatNeverHadAValueIsNotLate) {
  today_ = make_date(2026, 3, 23);
  EXPECT_FALSE(judged({}));
}

TEST_F(LatenessTest, ASchoolThatHasLeftOwesNothing) {
  const std::vector<KpiValue> series{point(week_of(2026, 3, 2), 94)};
  organisation_.left = make_date(2026, 3, 20);
  const auto judgement = on(make_date(2026, 6, 1), series);
  EXPECT_EQ(judgement.breach, Severity::none);
  EXPECT_FALSE(judgement.late);
  organisation_.left = make_date(2026, 3, 21);  // it was still there when the figure was due
  EXPECT_EQ(on(make_date(2026, 6, 1), series).breach, Severity::amber);
}

TEST_F(LatenessTest, APeriodThatIsNotOverIsNotLate) {
  kpi_.calendar = Calendar::financial_year;
  const auto judgement = on(make_date(2026, 3, 1), {point(year_from(2025), 3)});
  EXPECT_EQ(judgement.severity, Severity::none);
  EXPECT_EQ(judgement.late->school_days, 0U);
}

TEST_F(LatenessTest, TheNewestIsTheOneThatEndsLast) {
  // The year so far begins before the weeks do.
  const std::vector<KpiValue> series{point({make_date(2025, 9, 1), make_date(2026, 3, 8)}, 94),
                                     point(week_of(2026, 2, 23), 93)};
  EXPECT_EQ(on(make_date(2026, 3, 10), series).late->last, make_date(2026, 3, 8));
}

TEST_F(LatenessTest, AnIncompleteFigureHasComeUnlessTheRuleSaysHowFullItMustBe) {
  std::vector<KpiValue> series{point(week_of(2026, 3, 2), 94), point(week_of(2026, 3, 9), 95)};
  series[0].completeness = {4, 4};
  series[1].completeness = {1, 4};
  EXPECT_EQ(on(make_date(2026, 3, 23), series).late->last, make_date(2026, 3, 15));
  rule_.complete_enough = 75;
  EXPECT_EQ(on(make_date(2026, 3, 23), series).late->last, make_date(2026, 3, 8));
}

TEST_F(LatenessTest, InWords) {
  EXPECT_EQ(allowance_words(Calendar::week, std::nullopt), "10 school days");
  EXPECT_EQ(allowance_words(Calendar::month, std::nullopt), "1 month and 10 school days");
  EXPECT_EQ(allowance_words(Calendar::term, std::nullopt), "1 term and 20 school days");
  EXPECT_EQ(allowance_words(Calendar::financial_year, std::nullopt), "1 year and 120 school days");
  EXPECT_EQ(allowance_words(Calendar::week, Span{2, Span::Unit::school_weeks}), "2 school weeks");
}

}  // namespace
}  // namespace kpid
