// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What must hold of any history: made-up schools whose figures come, are corrected and go missing
// at random, seeded, so that a failure can be had again.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kpis/kpi_values.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr int schools = 4;
constexpr int runs = 25;

std::string urn(int school) { return std::to_string(900'001 + school); }

class Property : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    auto all = config_->organisations.all();
    all.resize(1);
    for (int i = 0; i < schools; ++i) {
      Organisation school;
      school.code = school.name = urn(i);
      all.push_back(school);
    }
    config_->organisations = Organisations(all);
    Kpi attendance;
    attendance.id = attendance.title = "attendance.percent";
    attendance.unit = Unit::percent;
    attendance.calendar = Calendar::day;
    attendance.definition = RatioOf{"attendance.attended", "attendance.possible"};
    Kpi persistent;
    persistent.id = persistent.title = "attendance.persistent";
    persistent.calendar = Calendar::day;
    persistent.definition = MeasureOf{"attendance.persistent"};
    config_->kpis = {attendance, persistent};
    const auto rule = [&](const std::string& name, const Kpi& kpi, Comparison compare,
                          Threshold red) -> Rule& {
      Rule made;
      made.name = name;
      made.kpi = kpi.id;
      made.compare = compare;
      made.red = red;
      config_->rules.push_back(made);
      return config_->rules.back();
    };
    config_->rules.clear();
    using Op = Threshold::Operator;
    rule("low", attendance, Comparison::number, {Op::below, 90}).clear_margin = 1;
    rule("low for two", attendance, Comparison::number, {Op::below, 92}).for_periods = 2;
    rule("fell", attendance, Comparison::period_before, {Op::below, -3});
    rule("many", persistent, Comparison::number, {Op::above, 30}).flapping = Flapping{};
    rule("below the trust", attendance, Comparison::organisation, {Op::below, -4})
        .other_organisation = "trust";
    Rule& stale = rule("stale", attendance, Comparison::stale, {Op::above, 0});
    stale.stale_after = Span{2, Span::Unit::school_days};
  }

  // What the sources say, run after run: a day's figures, some missing, some corrected later.
  std::vector<std::vector<Row>> history(unsigned seed) const {
    std::mt19937 random(seed);
    const auto chance = [&](int percent) {
      return std::uniform_int_distribution<>(1, 100)(random) <= percent;
    };
    std::vector<std::vector<Row>> all;
    Date day = make_date(2026, 9, 7);
    for (int run = 0; run < runs; ++run) {
      std::vector<Row> rows;
      const bool outage = run >= 10 && run < 15;
      for (int school = 0; school < schools; ++school) {
        if (outage ? school != 0 || chance(50) : chance(15)) continue;
        const Date of =
            chance(15) ? day - days{std::uniform_int_distribution<>(1, 4)(random)} : day;
        const Period period{of, of};
        rows.push_back({urn(school), "attendance.attended",
                        double(std::uniform_int_distribution<>(84, 99)(random)), period});
        rows.push_back({urn(school), "attendance.possible", 100, period});
        rows.push_back({urn(school), "attendance.persistent",
                        double(std::uniform_int_distribution<>(0, 15)(random)), period});
      }
      all.push_back(std::move(rows));
      day = config_->calendars.trust().school_day_after(day, 1);
    }
    return all;
  }

  std::vector<std::string> told(const Evaluation& evaluation) {
    std::vector<std::string> lines;
    const auto alerts = writer().alerts({true, "", 100'000}).value();
    for (const Alert& alert : alerts) {
      const auto records = writer().events(alert.id).value();
      for (const auto& record : records) {
        lines.push_back(alert.rule + " " + alert.organisation + " " +
                        std::to_string(record.event.seq) + " " +
                        std::string(to_string(record.event.type)) + " " +
                        std::string(to_string(record.event.severity)) + " " +
                        format_timestamp(record.event.at) + " evidence " +
                        std::to_string(writer().evidence(record.event.id)->size()));
      }
      lines.push_back(alert.rule + " " + alert.organisation + " is " +
                      std::string(to_string(alert.state)) + " with " + std::to_string(alert.value) +
                      " since " + format_date(alert.since.start));
    }
    lines.push_back(std::to_string(evaluation.series_judged));
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  // Lives through the history on an empty database; everything that was told, and how it stands.
  template <class Between>
  std::vector<std::string> live(const std::vector<std::vector<Row>>& history, Between between) {
    database_.reset();
    for (const char* end : {"", "-wal", "-shm"}) {
      std::filesystem::remove((folder_ / "kpid.db").string() + end);
    }
    open();
    Evaluation last;
    Date day = make_date(2026, 9, 7);
    for (const auto& rows : history) {
      now_ = Timestamp{day} + hours{7};
      evaluate_by(evaluate_due);
      if (!rows.empty()) {
        EXPECT_TRUE(pull(rows));
      }
      last = evaluate();
      between(rows);
      day = config_->calendars.trust().school_day_after(day, 1);
    }
    return told(last);
  }
  static void nothing(const std::vector<Row>&) {}
};

TEST_F(Property, TheOrderOfRulesOrganisationsAndRowsNeverMatters) {
  for (const unsigned seed : {1U, 3U}) {
    auto history = this->history(seed);
    const auto expected = live(history, nothing);
    ASSERT_GT(expected.size(), 40U) << "a history in which nothing happens shows nothing";
    std::mt19937 random(seed);
    std::shuffle(config_->rules.begin(), config_->rules.end(), random);
    std::shuffle(config_->kpis.begin(), config_->kpis.end(), random);
    auto organisations = config_->organisations.all();
    std::shuffle(organisations.begin() + 1, organisations.end(), random);
    config_->organisations = Organisations(organisations);
    for (auto& rows : history) std::shuffle(rows.begin(), rows.end(), random);
    const auto other = live(history, nothing);
    std::vector<std::string> differences;
    std::set_symmetric_difference(expected.begin(), expected.end(), other.begin(), other.end(),
                                  std::back_inserter(differences));
    EXPECT_EQ(differences, std::vector<std::string>{}) << "seed " << seed;
  }
}

TEST_F(Property, TheSameAgainNeverChangesAnAlert) {
  for (const unsigned seed : {5U}) {
    const auto history = this->history(seed);
    live(history, [&](const std::vector<Row>& rows) {
      const auto before = told({});
      if (!rows.empty()) {
        const auto again = pull(rows);
        ASSERT_TRUE(again) << again.error().text();
        EXPECT_EQ(again->outcome, RunOutcome::unchanged);
      }
      EXPECT_EQ(evaluate().deliveries.size(), 0U);
      EXPECT_EQ(evaluate(true).deliveries.size(), 0U) << "nor does a look at everything";
      EXPECT_EQ(evaluate_by(evaluate_due).deliveries.size(), 0U);
      EXPECT_EQ(told({}), before);
    });
  }
}

TEST_F(Property, AViewAsOfNowIsTheViewNow) {
  live(history(7), [&](const std::vector<Row>&) {
    for (const Kpi& kpi : config_->kpis) {
      for (const Organisation& organisation : config_->organisations.all()) {
        const auto now = kpi_series(kpi, organisation, "", *config_, writer(), {}).value();
        const auto as_of =
            kpi_series(kpi, organisation, "", *config_, writer(), {now_, {}}).value();
        ASSERT_EQ(now.size(), as_of.size());
        for (std::size_t i = 0; i < now.size(); ++i) {
          EXPECT_EQ(now[i].period, as_of[i].period);
          EXPECT_EQ(now[i].value, as_of[i].value);
          EXPECT_EQ(now[i].completeness, as_of[i].completeness);
        }
      }
    }
  });
}

TEST_F(Property, APastViewStaysAsItWas) {
  struct View {
    Timestamp at;
    std::vector<double> values;
  };
  const auto values_at = [&](const Window& window) {
    std::vector<double> values;
    const auto& trust = config_->organisations.trust();
    const auto series = kpi_series(config_->kpis[0], trust, "", *config_, writer(), window).value();
    for (const auto& one : series) {
      values.push_back(one.value);
    }
    return values;
  };
  std::vector<View> views;
  live(history(8), [&](const std::vector<Row>&) { views.push_back({now_, values_at({})}); });
  for (const View& view : views) EXPECT_EQ(values_at({view.at, {}}), view.values);
}

TEST_F(Property, IncrementallyComesToTheSameAsAllOfIt) {
  for (const unsigned seed : {9U}) {
    const auto history = this->history(seed);
    const auto open_alerts = [&] {
      std::vector<std::string> lines;
      const auto alerts = writer().alerts({}).value();
      for (const Alert& alert : alerts) {
        lines.push_back(alert.rule + " " + alert.organisation + " " +
                        std::string(to_string(alert.state)));
      }
      std::sort(lines.begin(), lines.end());
      return lines;
    };
    live(history, [&](const std::vector<Row>&) {
      const auto before = open_alerts();
      evaluate(true);
      EXPECT_EQ(open_alerts(), before) << "something was not judged that had changed";
    });
  }
}

}  // namespace
}  // namespace kpid::ingest
