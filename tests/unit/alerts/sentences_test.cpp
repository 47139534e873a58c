// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The sentence of each comparison, word by word, as somebody reads it at seven in the morning.

#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "alerts/subgroup_words.hpp"
#include "alerts/wording.hpp"

namespace kpid {
namespace {

namespace json = boost::json;

KpiValue figure(Period period, double value) {
  KpiValue one;
  one.period = period;
  one.value = value;
  return one;
}
Period week_of(int year, unsigned month, unsigned day) {
  const Date monday = make_date(year, month, day);
  return {monday, monday + std::chrono::days{6}};
}
Period year_from(int first) { return academic_year_of(make_date(first, 9, 1)); }
Threshold below(double bound) { return {Threshold::Operator::below, bound}; }

// The weekly attendance of a school, in breach of "below -1 percentage point".
class Sentences : public ::testing::Test {
 protected:
  Sentences() {
    kpi_.id = "attendance.week.attendance_percent";
    kpi_.title = "Attendance";
    kpi_.unit = Unit::percent;
    kpi_.decimals = 1;
    kpi_.calendar = Calendar::week;
    school_.code = "900001";
    school_.name = "Example Primary";
    alert_.state = AlertState::firing;
    alert_.severity = Severity::amber;
    judgement_.value = figure(week_of(2026, 1, 5), 92.1);
    judgement_.threshold = below(-1);
    alert_.since = judgement_.value.period;
  }
  void compare(Comparison comparison, Period period, double value) {
    rule_.compare = comparison;
    judgement_.reference = figure(period, value);
    judgement_.compared = judgement_.value.value - value;
  }
  Telling telling(EventType event = EventType::alert_firing) const {
    Telling one{rule_, kpi_, school_, alert_, judgement_, event, {}, origins_, worth_, ""};
    one.compared_with = compared_with_;
    one.flapping = flapping_;
    return one;
  }
  std::string said(EventType event = EventType::alert_firing) const {
    return explanation(telling(event));
  }
  json::object data(EventType event = EventType::alert_firing) const {
    return json::parse(event_data(telling(event))).as_object();
  }
  Rule rule_;
  Kpi kpi_;
  Organisation school_;
  Alert alert_;
  Judgement judgement_;
  std::vector<FigureOrigin> origins_;
  std::optional<double> worth_;
  std::string compared_with_;
  std::optional<FlappingTold> flapping_;
};

TEST_F(Sentences, TheTermBefore) {
  compare(Comparison::term_before, week_of(2025, 9, 1), 95.3);
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026, -3.2 percentage "
            "points against the same week of the term before (week of 1 September 2025), below "
            "the limit of -1 percentage point.");
  EXPECT_EQ(data().at("comparison").as_string(), "term_before");
  EXPECT_EQ(data().at("change_in").as_string(), "absolute");
  EXPECT_EQ(data().at("previous").as_double(), 95.3);
  kpi_.calendar = Calendar::term;
  judgement_.value.period = {make_date(2026, 1, 5), make_date(2026, 3, 27)};
  alert_.since = judgement_.value.period;
  judgement_.reference->period = {make_date(2025, 9, 1), make_date(2025, 12, 19)};
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % from 5 January 2026 to 27 March 2026, -3.2 "
            "percentage points against the term before (1 September 2025 to 19 December 2025), "
            "below the limit of -1 percentage point.");
  kpi_.calendar = Calendar::day;
  judgement_.value.period = {make_date(2026, 1, 5), make_date(2026, 1, 5)};
  alert_.since = judgement_.value.period;
  judgement_.reference->period = {make_date(2025, 9, 1), make_date(2025, 9, 1)};
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % on 5 January 2026, -3.2 percentage points "
            "against the same day of the term before (1 September 2025), below the limit of -1 "
            "percentage point.");
}

TEST_F(Sentences, TheSameWeekLastYear) {
  compare(Comparison::year_before, week_of(2025, 1, 6), 95.3);
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026, -3.2 percentage "
            "points against the same week last year (week of 6 January 2025), below the limit of "
            "-1 percentage point.");
  kpi_.calendar = Calendar::academic_year;
  judgement_.value.period = year_from(2025);
  judgement_.reference->period = year_from(2024);
  alert_.since = year_from(2025);
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in 2025/26, -3.2 percentage points against "
            "2024/25, below the limit of -1 percentage point.");
}

TEST_F(Sentences, Englands) {
  compare(Comparison::organisation, week_of(2026, 1, 5), 94.2);
  rule_.other_organisation = "E92000001";
  compared_with_ = "England";
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026, -2.1 percentage "
            "points against England (94.2 %), below the limit of -1 percentage point.");
  const auto reference = data().at("reference").as_object();
  EXPECT_EQ(reference.at("organisation").as_string(), "E92000001");
  EXPECT_EQ(reference.at("name").as_string(), "England");
  EXPECT_EQ(reference.at("value").as_double(), 94.2);
  EXPECT_TRUE(data().at("previous").is_null()) << "England's figure is not the school's earlier";
  judgement_.reference->period = year_from(2024);
  EXPECT_NE(said().find("against England (94.2 % from 1 September 2024 to 31 August 2025),"),
            std::string::npos)
      << said();
  compared_with_.clear();
  EXPECT_NE(said().find("against E92000001 ("), std::string::npos) << "what has no name";
}

TEST_F(Sentences, AnotherKpi) {
  kpi_.title = "Spend to date";
  kpi_.unit = Unit::pence;
  kpi_.calendar = Calendar::financial_year;
  kpi_.decimals = 0;
  judgement_.value = figure(year_from(2025), 418'000'00);
  alert_.since = year_from(2025);
  compare(Comparison::kpi, year_from(2025), 400'000'00);
  rule_.other_kpi = "finance.budget";
  compared_with_ = "Budget to date";
  judgement_.threshold = Threshold{Threshold::Operator::above, 10'000'00};
  EXPECT_EQ(said(),
            "Example Primary – Spend to date: £418,000 in 2025/26, +£18,000 against Budget to date "
            "(£400,000), above the limit of +£10,000.");
  EXPECT_EQ(data().at("reference").at("kpi").as_string(), "finance.budget");
  EXPECT_EQ(worth_of(rule_, kpi_, judgement_, {}), 8'000'00);
}

TEST_F(Sentences, ATargetOnItsWay) {
  rule_.compare = Comparison::target;
  kpi_.target = 90;
  judgement_.target = 94.5;
  judgement_.compared = 92.1 - 94.5;
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026, -2.4 percentage "
            "points against the target of 94.5 %, below the limit of -1 percentage point.");
  Target way;
  way.days = Period{make_date(2025, 9, 1), make_date(2028, 8, 31)};
  way.value = 94;
  way.value_at_end = 96;
  kpi_.targets = {way};
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026, -2.4 percentage "
            "points against the target of 94.5 % (on the way from 94 % on 1 September 2025 to 96 % "
            "on 31 August 2028), below the limit of -1 percentage point.");
  kpi_.targets[0].organisation = "900002";
  EXPECT_EQ(said().find("on the way"), std::string::npos) << "another school's";
  kpi_.targets[0].organisation = "900001";
  kpi_.targets[0].days->end = make_date(2026, 1, 10);
  EXPECT_EQ(said().find("on the way"), std::string::npos) << "over by then";
}

TEST_F(Sentences, AnAlertThatIsOnlyRememberedClaimsNoDifference) {
  rule_.compare = Comparison::target;
  alert_.resolution = Resolution::rule_removed;
  judgement_.compared = judgement_.value.value;
  judgement_.threshold.reset();
  EXPECT_EQ(said(EventType::alert_resolved),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026; the alert is "
            "closed, for its rule was removed.");
}

TEST_F(Sentences, AForecastSaysHowSure) {
  rule_.compare = Comparison::forecast;
  rule_.forecast = {ForecastSpec::Method::least_squares, 12, 2, 80};
  kpi_.title = "Reserves as a share of income";
  kpi_.calendar = Calendar::financial_year;
  judgement_.value = figure(year_from(2024), 6);
  judgement_.threshold = below(5);
  judgement_.forecast = Forecast{4.1, 3.6, 4.6, -0.95, 4, 0.98};
  judgement_.compared = 4.6;
  alert_.since = year_from(2024);
  EXPECT_EQ(said(),
            "Example Primary – Reserves as a share of income: 6 % in 2024/25; at this trend 4.1 % "
            "in 2026/27 (80 % sure: 3.6 % to 4.6 %), below the limit of 5 %.");
  const auto forecast = data().at("forecast").as_object();
  EXPECT_EQ(forecast.at("method").as_string(), "least squares");
  EXPECT_EQ(forecast.at("ahead").as_int64(), 2);
  EXPECT_EQ(forecast.at("sure").as_int64(), 80);
  EXPECT_EQ(forecast.at("high").as_double(), 4.6);
  EXPECT_EQ(forecast.at("points").as_int64(), 4);
  EXPECT_EQ(forecast.at("r_squared").as_double(), 0.98);
  EXPECT_TRUE(data().at("change_in").is_null());
  rule_.forecast.sure = 0;
  EXPECT_EQ(said(),
            "Example Primary – Reserves as a share of income: 6 % in 2024/25; at this trend 4.1 % "
            "in 2026/27, below the limit of 5 %.");
  rule_.forecast.method = ForecastSpec::Method::seasonal_naive;
  EXPECT_NE(said().find("; if it goes as it did a year before, 4.1 % in 2026/27"),
            std::string::npos);
  alert_.resolution = Resolution::recovered;
  judgement_.forecast->value = 5.6;
  EXPECT_EQ(said(EventType::alert_resolved),
            "Example Primary – Reserves as a share of income: 6 % in 2024/25; if it goes as it did "
            "a year before, 5.6 % in 2026/27; it has recovered.");
}

TEST_F(Sentences, AForecastNamesItsPeriodInEachCalendar) {
  rule_.compare = Comparison::forecast;
  rule_.forecast.ahead = 3;
  rule_.forecast.sure = 0;
  judgement_.forecast = Forecast{};
  judgement_.threshold.reset();
  const auto expect = [&](Calendar calendar, Period period, const char* words) {
    kpi_.calendar = calendar;
    judgement_.value.period = period;
    EXPECT_NE(said().find(std::string("at this trend 0 % ") + words + "."), std::string::npos)
        << said();
  };
  expect(Calendar::day, {make_date(2026, 2, 27), make_date(2026, 2, 27)}, "on 2 March 2026");
  expect(Calendar::week, week_of(2026, 1, 5), "in the week of 26 January 2026");
  expect(Calendar::month, {make_date(2025, 11, 1), make_date(2025, 11, 30)}, "in February 2026");
  expect(Calendar::term, {make_date(2026, 1, 5), make_date(2026, 3, 27)}, "3 terms later");
  expect(Calendar::academic_year, year_from(2025), "in 2028/29");
  rule_.forecast.ahead = 1;
  expect(Calendar::term, {make_date(2026, 1, 5), make_date(2026, 3, 27)}, "a term later");
}

TEST_F(Sentences, AMissingFigure) {
  rule_.compare = Comparison::stale;
  judgement_.value.period = week_of(2026, 3, 2);
  judgement_.late =
      Lateness{make_date(2026, 3, 8), make_date(2026, 3, 20), {10, Span::Unit::school_days}, 11};
  judgement_.compared = 1;
  judgement_.threshold = Threshold{Threshold::Operator::above, 0};
  EXPECT_EQ(said(),
            "Example Primary – Attendance: no figure since the week of 2 March 2026; the next was "
            "due by 20 March (10 school days allowed).");
  origins_ = {{"attendance", "/in/week_10.csv", "", 3, 9, {}}};
  alert_.severity = Severity::red;
  EXPECT_EQ(said(EventType::alert_changed),
            "Example Primary – Attendance: no figure since the week of 2 March 2026; the next was "
            "due by 20 March (10 school days allowed); now red. The last one came from attendance, "
            "week_10.csv rows 3 to 9.");
  const auto late = data().at("late").as_object();
  EXPECT_EQ(late.at("last").as_string(), "2026-03-08");
  EXPECT_EQ(late.at("expected").as_string(), "2026-03-20");
  EXPECT_EQ(late.at("allowed").as_string(), "10 school days");
  EXPECT_EQ(late.at("school_days").as_int64(), 11);
  EXPECT_EQ(worth_of(rule_, kpi_, judgement_, 495'500), std::nullopt);
  alert_.acknowledged_by = "J. Smith";
  judgement_.late.reset();  // whoever acknowledges has only the alert
  origins_.clear();
  EXPECT_EQ(said(EventType::alert_acknowledged),
            "Example Primary – Attendance: no figure since the week of 2 March 2026; acknowledged "
            "by J. Smith.");
}

TEST_F(Sentences, AMissingYear) {
  rule_.compare = Comparison::stale;
  kpi_.calendar = Calendar::financial_year;
  judgement_.value.period = year_from(2023);
  judgement_.late =
      Lateness{make_date(2024, 8, 31), make_date(2026, 3, 13), {1, Span::Unit::years}, 300};
  EXPECT_EQ(said(),
            "Example Primary – Attendance: no figure since 2023/24; the next was due by 13 March "
            "2026 (1 year and 120 school days allowed).");
  kpi_.calendar = Calendar::term;
  rule_.stale_after = Span{1, Span::Unit::terms};
  judgement_.value.period = {make_date(2025, 9, 1), make_date(2025, 12, 19)};
  EXPECT_EQ(said(),
            "Example Primary – Attendance: no figure since that of 1 September 2025 to 19 December "
            "2025; the next was due by 13 March 2026 (1 term allowed).");
}

TEST_F(Sentences, AMissingFigureThatHasCome) {
  rule_.compare = Comparison::stale;
  alert_.state = AlertState::resolved;
  alert_.resolution = Resolution::recovered;
  judgement_.late = Lateness{};
  EXPECT_EQ(said(EventType::alert_resolved),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026; figures come in "
            "again.");
  judgement_.late.reset();
  EXPECT_EQ(said(EventType::alert_resolved),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026; no further figure "
            "is expected, for the school has left.");
  alert_.resolution = Resolution::rule_removed;
  EXPECT_EQ(said(EventType::alert_resolved),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026; the alert is "
            "closed, for its rule was removed.");
}

TEST_F(Sentences, Flapping) {
  rule_.compare = Comparison::number;
  judgement_.value.value = judgement_.compared = 95.1;
  judgement_.threshold = below(95);
  alert_.flapping = true;
  flapping_ = FlappingTold{false, 4, make_date(2025, 11, 3)};
  EXPECT_EQ(said(EventType::alert_changed),
            "Example Primary – Attendance: 95.1 % in the week of 5 January 2026; it has gone in "
            "and out of its limit 4 times since 3 November 2025 and is held open until it "
            "settles.");
  auto told = data(EventType::alert_changed).at("flapping").as_object();
  EXPECT_TRUE(told.at("now").as_bool());
  EXPECT_EQ(told.at("changes").as_int64(), 4);
  EXPECT_EQ(told.at("since").as_string(), "2025-11-03");
  // It grows worse in the meantime.
  flapping_.reset();
  judgement_.value.value = judgement_.compared = 92;
  judgement_.threshold = below(93);
  alert_.severity = Severity::red;
  EXPECT_EQ(said(EventType::alert_changed),
            "Example Primary – Attendance: 92 % in the week of 5 January 2026, below the limit of "
            "93 %; now red, and still in and out of its limit.");
  // And settles, on either side.
  alert_.flapping = false;
  flapping_ = FlappingTold{true, 0, {}};
  EXPECT_EQ(said(EventType::alert_changed),
            "Example Primary – Attendance: 92 % in the week of 5 January 2026, below the limit of "
            "93 %; it has settled out of line; now red.");
  judgement_.value.value = 96;
  alert_.resolution = Resolution::recovered;
  EXPECT_EQ(said(EventType::alert_resolved),
            "Example Primary – Attendance: 96 % in the week of 5 January 2026; it has recovered "
            "and no longer goes in and out of its limit.");
  told = data(EventType::alert_resolved).at("flapping").as_object();
  EXPECT_FALSE(told.at("now").as_bool());
  EXPECT_TRUE(told.at("changes").is_null());
}

TEST_F(Sentences, ACorrectedReference) {
  compare(Comparison::organisation, week_of(2026, 1, 5), 92);
  compared_with_ = "England";
  judgement_.reference->corrected = true;
  alert_.resolution = Resolution::corrected;
  EXPECT_EQ(said(EventType::alert_resolved),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026, +0.1 percentage "
            "points against England (92 %); the alert is withdrawn, for what it was compared with "
            "has been corrected.");
}

TEST_F(Sentences, WithinTheMarginItIsNotYetClear) {
  rule_.compare = Comparison::number;
  judgement_.value.value = judgement_.compared = 95.1;
  judgement_.threshold = below(95);
  alert_.since = week_of(2025, 12, 1);
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 95.1 % in the week of 5 January 2026, not yet clear of "
            "the limit of 95 %; out of line since the week of 1 December 2025.");
}

TEST_F(Sentences, AllSourcesWhereTheyAreFew) {
  rule_.compare = Comparison::number;
  judgement_.threshold.reset();
  origins_ = {{"finance", "/in/summary.csv", "", 3, 3, {}},
              {"roll", "https://example.org/x/gias.csv", "", 2, 9, {}},
              {"estates", "bills.csv", "", 0, 0, {}}};
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026. Sources: finance, "
            "summary.csv row 3; roll, gias.csv rows 2 to 9; estates, bills.csv.");
  origins_.push_back(origins_[0]);
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026. Sources: finance, "
            "summary.csv row 3 and 3 more.");
}

TEST_F(Sentences, ADocumentIsNamedOnceForAllItsRows) {
  rule_.compare = Comparison::number;
  judgement_.threshold.reset();
  origins_ = {{"finance", "/in/summary.csv", "", 3, 3, {}},
              {"finance", "/in/summary.csv", "", 7, 9, {}}};
  EXPECT_EQ(said(),
            "Example Primary – Attendance: 92.1 % in the week of 5 January 2026. Source: finance, "
            "summary.csv row 3 and rows 7 to 9.");
}

TEST_F(Sentences, AGroupInWords) {
  alert_.subgroup = "pupil_group=pupil_premium;year_group=4";
  rule_.compare = Comparison::number;
  judgement_.threshold.reset();
  EXPECT_EQ(said(),
            "Example Primary – Attendance (pupil premium pupils, Year 4): 92.1 % in the week of 5 "
            "January 2026.");
  EXPECT_EQ(data().at("subgroup").as_string(), "pupil_group=pupil_premium;year_group=4");
  EXPECT_EQ(data().at("subgroup_words").as_string(), "pupil premium pupils, Year 4");
}

TEST_F(Sentences, TheTargetIsToldWhateverIsCompared) {
  rule_.compare = Comparison::number;
  kpi_.target = 95;
  EXPECT_EQ(data().at("target").as_int64(), 95);
  judgement_.target = 94;
  EXPECT_EQ(data().at("target").as_int64(), 94);
}

TEST(SubgroupWords, KnowWhatPeopleSay) {
  EXPECT_EQ(subgroup_words(""), "");
  EXPECT_EQ(subgroup_words("year_group=R"), "Reception");
  EXPECT_EQ(subgroup_words("year_group=11"), "Year 11");
  EXPECT_EQ(subgroup_words("year_group=N1"), "Nursery 1");
  EXPECT_EQ(subgroup_words("pupil_group=send"), "pupils with SEND");
  EXPECT_EQ(subgroup_words("phase=primary"), "primary schools");
  EXPECT_EQ(subgroup_words("weekday=monday"), "Mondays");
  EXPECT_EQ(subgroup_words("age_band=over_90"), "open for over 90 days");
  EXPECT_EQ(subgroup_words("priority=priority_1_urgent"), "priority 1 urgent");
  EXPECT_EQ(subgroup_words("outcome=partly_upheld"), "outcome partly upheld");
  EXPECT_EQ(subgroup_words("year_group=mixed"), "year group mixed") << "what nobody foresaw";
  EXPECT_EQ(subgroup_words("nonsense"), "nonsense");
}

TEST(ComparedWith, NamesWhatTheRuleNames) {
  Config config;
  Kpi budget;
  budget.id = "finance.budget";
  budget.title = "Budget to date";
  config.kpis = {budget};
  Organisation trust;
  trust.kind = OrganisationKind::trust;
  trust.code = "trust";
  Organisation england;
  england.kind = OrganisationKind::comparator;
  england.code = "E92000001";
  england.name = "England";
  config.organisations = Organisations{{trust, england}};
  Rule rule;
  EXPECT_EQ(compared_with(rule, config), "");
  rule.compare = Comparison::kpi;
  rule.other_kpi = "finance.budget";
  EXPECT_EQ(compared_with(rule, config), "Budget to date");
  rule.other_kpi = "finance.gone";
  EXPECT_EQ(compared_with(rule, config), "finance.gone");
  rule.compare = Comparison::organisation;
  rule.other_organisation = "E92000001";
  EXPECT_EQ(compared_with(rule, config), "England");
}

TEST(FlappingTold, IsOfTheTransitionsThatBeginOrEndIt) {
  Transition step;
  EXPECT_FALSE(flapping_told(step, make_date(2025, 11, 3)));
  step.changes = 4;
  const auto begins = flapping_told(step, make_date(2025, 11, 3));
  ASSERT_TRUE(begins);
  EXPECT_EQ(begins->changes, 4U);
  EXPECT_EQ(begins->since, make_date(2025, 11, 3));
  EXPECT_FALSE(begins->settled);
  step.changes = 0;
  step.settled = true;
  ASSERT_TRUE(flapping_told(step, {}));
  EXPECT_TRUE(flapping_told(step, {})->settled);
}

TEST(Worth, OfPupilsIsTheirFunding) {
  Rule rule;
  Kpi kpi;
  kpi.unit = Unit::pupils;
  kpi.worth_rate = "per_pupil";
  Judgement judgement;
  judgement.value.value = 400;
  judgement.target = 420;
  rule.compare = Comparison::target;
  EXPECT_EQ(worth_of(rule, kpi, judgement, 495'500), -20 * 495'500.0);
  rule.compare = Comparison::forecast;
  EXPECT_EQ(worth_of(rule, kpi, judgement, 495'500), std::nullopt) << "what is only expected";
}

}  // namespace
}  // namespace kpid
