// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A rule, a KPI and a school year written out by hand, for the tests of what is made of them.

#include <initializer_list>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "rules/evaluate.hpp"

namespace kpid {

inline Threshold below(double bound) { return {Threshold::Operator::below, bound}; }
inline Threshold above(double bound) { return {Threshold::Operator::above, bound}; }

// 2024/25 and 2025/26 as a school might keep them, and the beginning of 2026/27.
//          autumn                        spring                        summer
//  2024/25 2 Sep-25 Oct, 4 Nov-20 Dec    6 Jan-14 Feb, 24 Feb-4 Apr    22 Apr-23 May, 2 Jun-22 Jul
//  2025/26 1 Sep-24 Oct, 3 Nov-19 Dec    5 Jan-13 Feb, 23 Feb-27 Mar   13 Apr-22 May, 1 Jun-21 Jul
inline SchoolCalendar school_years() {
  SchoolDays days;
  const auto add = [&days](int year, std::uint32_t number, Date from, Date to) {
    days.half_terms.push_back({year, number, {from, to}});
  };
  add(2024, 1, make_date(2024, 9, 2), make_date(2024, 10, 25));
  add(2024, 2, make_date(2024, 11, 4), make_date(2024, 12, 20));
  add(2024, 3, make_date(2025, 1, 6), make_date(2025, 2, 14));
  add(2024, 4, make_date(2025, 2, 24), make_date(2025, 4, 4));
  add(2024, 5, make_date(2025, 4, 22), make_date(2025, 5, 23));
  add(2024, 6, make_date(2025, 6, 2), make_date(2025, 7, 22));
  add(2025, 1, make_date(2025, 9, 1), make_date(2025, 10, 24));
  add(2025, 2, make_date(2025, 11, 3), make_date(2025, 12, 19));
  add(2025, 3, make_date(2026, 1, 5), make_date(2026, 2, 13));
  add(2025, 4, make_date(2026, 2, 23), make_date(2026, 3, 27));
  add(2025, 5, make_date(2026, 4, 13), make_date(2026, 5, 22));
  add(2025, 6, make_date(2026, 6, 1), make_date(2026, 7, 21));
  add(2026, 1, make_date(2026, 9, 1), make_date(2026, 10, 23));
  days.bank_holidays = {{make_date(2025, 5, 5), "Early May bank holiday"},
                        {make_date(2026, 5, 4), "Early May bank holiday"}};
  return SchoolCalendar{days};
}

inline KpiValue point(Period period, double value) {
  KpiValue one;
  one.period = period;
  one.value = value;
  return one;
}
inline KpiValue point(Date day, double value) { return point(Period{day, day}, value); }
// Monday to Sunday.
inline Period week_of(int year, unsigned month, unsigned day) {
  const Date monday = make_date(year, month, day);
  return {monday, monday + std::chrono::days{6}};
}
inline Period year_from(int first) { return academic_year_of(make_date(first, 9, 1)); }

// A weekly percentage that is amber below 95 and red below 93.
class RulesTest : public ::testing::Test {
 protected:
  RulesTest() : calendar_(school_years()) {
    kpi_.unit = Unit::percent;
    kpi_.calendar = Calendar::week;
    rule_.red = below(93);
    rule_.amber = below(95);
    organisation_.code = "900001";
  }
  std::optional<Judgement> judged(const std::vector<KpiValue>& series,
                                  Severity held = Severity::none) {
    return evaluate({rule_, kpi_, organisation_, calendar_, series, other_, held, today_});
  }
  Judgement judge(const std::vector<KpiValue>& series, Severity held = Severity::none) {
    auto judgement = judged(series, held);
    EXPECT_TRUE(judgement);
    return judgement.value_or(Judgement{});
  }
  Kpi kpi_;
  Rule rule_;
  Organisation organisation_;
  SchoolCalendar calendar_;
  std::vector<KpiValue> other_;
  Date today_{};
};

}  // namespace kpid
