// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A judgement reads no more of the past than it needs. Random histories, seeded: what stands in the
// database afterwards is what the same rules say of all of the past.

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kpis/kpi_values.hpp"
#include "rules/evaluate.hpp"
#include "schedule/schedule.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::days;
using std::chrono::hours;

class ReachTest : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    Kpi kpi;
    kpi.id = kpi.title = "attendance.percent";
    kpi.unit = Unit::percent;
    kpi.definition = RatioOf{"attendance.attended", "attendance.possible"};
    config_->kpis = {kpi};
    config_->rules.clear();
    using Op = Threshold::Operator;
    for (const std::uint32_t in_a_row : {1U, 3U, 14U}) {
      rule(Comparison::number, {Op::below, 96}, in_a_row);
      rule(Comparison::period_before, {Op::below, 9}, in_a_row);
      rule(Comparison::term_before, {Op::below, 9}, in_a_row);
      rule(Comparison::year_before, {Op::below, 9}, in_a_row);
      rule(Comparison::organisation, {Op::below, 9}, in_a_row).other_organisation = "trust";
      for (const std::uint32_t window : {4U, 45U}) {
        Rule& made = rule(Comparison::forecast, {Op::below, 97}, in_a_row);
        made.forecast.window = window;
        made.forecast.sure = 0;
      }
    }
  }
  Rule& rule(Comparison compare, Threshold red, std::uint32_t in_a_row) {
    Rule made;
    made.name = "rule " + std::to_string(config_->rules.size());
    made.kpi = config_->kpis[0].id;
    made.compare = compare;
    made.red = red;
    made.for_periods = in_a_row;
    config_->rules.push_back(made);
    return config_->rules.back();
  }

  void expect_as_of_all_the_past(const std::string& where) {
    const Kpi& kpi = config_->kpis[0];
    const Date today = local_date(now_, config_->timezone);
    for (const Rule& rule : config_->rules) {
      std::vector<KpiValue> other;
      if (rule.compare == Comparison::organisation) {
        other = series_of(kpi, config_->organisations.trust());
      }
      for (const Organisation& one : config_->organisations.all()) {
        const auto series = series_of(kpi, one);
        const auto open = writer().open_alert(rule.name, one.code, "").value();
        const bool holds = open && open->state != AlertState::pending;
        const auto whole = kpid::evaluate({rule, kpi, one, config_->calendars.of(one.code), series,
                                           other, holds ? open->severity : Severity::none, today});
        const std::string what = where + ", " + rule.name + " of " + one.code;
        if (!whole) continue;
        EXPECT_EQ(open.has_value(), whole->breach != Severity::none) << what;
        EXPECT_EQ(holds, whole->severity != Severity::none) << what;
        if (!open) continue;
        // A firing alert keeps the beginning that it was told with.
        if (!holds || open->fired_at == now_) {
          EXPECT_EQ(format_date(open->since.start), format_date(whole->since.start)) << what;
          ++begun_;
        }
        EXPECT_EQ(open->value, whole->value.value) << what;
        ++compared_;
      }
    }
  }
  std::vector<KpiValue> series_of(const Kpi& kpi, const Organisation& organisation) {
    return kpi_series(kpi, organisation, "", *config_, writer(), {}).value();
  }

  // Weeks or days of some years, of which the schools miss some; bad ones come in long stretches.
  void live(Calendar calendar, unsigned seed) {
    config_->kpis[0].calendar = calendar;
    std::mt19937 random(seed);
    const auto chance = [&](int percent) {
      return std::uniform_int_distribution<>(1, 100)(random) <= percent;
    };
    const SchoolCalendar& school_year = config_->calendars.trust();
    const days length = calendar == Calendar::day ? days{1} : days{7};
    std::vector<Row> rows;
    const Date first = make_date(2023, 9, 4);
    const Date last = make_date(2026, 3, 30);
    bool bad = false;
    for (Date start = first; start < last; start += length) {
      const Period period{start, start + length - days{1}};
      if (!school_year.any_school_day(period)) continue;
      if (chance(3)) bad = !bad;
      const int missing = start < make_date(2024, 6, 1) ? 0 : 20;
      for (const char* school : {"900001", "900002"}) {
        if (chance(missing)) continue;
        const int low = bad ? 85 : 90;
        const double value = std::uniform_int_distribution<>(low, low + 10)(random);
        rows.push_back({school, "attendance.attended", value, period});
        rows.push_back({school, "attendance.possible", 100, period});
      }
      const bool soon =
          start >= make_date(2026, 1, 5) && chance(calendar == Calendar::day ? 10 : 40);
      if (!soon) continue;
      now_ = Timestamp{period.end} + hours{30};
      ASSERT_TRUE(pull(rows));
      rows.clear();
      evaluate(true);
      const std::string where = "seed " + std::to_string(seed) + " on " + format_date(period.end);
      expect_as_of_all_the_past(where);
    }
  }
  int compared_ = 0;
  int begun_ = 0;
};

TEST_F(ReachTest, WeeksAreJudgedAsWithAllOfThePastAtHand) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    live(Calendar::week, seed);
    database_.reset();
    for (const char* end : {"", "-wal", "-shm"}) {
      std::filesystem::remove((folder_ / "kpid.db").string() + end);
    }
    open();
  }
  EXPECT_GT(compared_, 300) << "where nothing is out of line nothing is shown";
  EXPECT_GT(begun_, 30);
}

TEST_F(ReachTest, DaysAreJudgedAsWithAllOfThePastAtHand) {
  live(Calendar::day, 4);
  EXPECT_GT(compared_, 100) << "where nothing is out of line nothing is shown";
  EXPECT_GT(begun_, 30);
}

}  // namespace
}  // namespace kpid::ingest
