// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/wording.hpp"

#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace kpid {
namespace {

class Wording : public ::testing::Test {
 protected:
  Wording() {
    rule_.name = "reserves-below-policy";
    rule_.runbook = "Tell the CFO within five working days.";
    kpi_.id = "finance.reserves_percent";
    kpi_.title = "reserves as a share of income";
    kpi_.plan = "5.2";
    kpi_.unit = Unit::percent;
    kpi_.decimals = 1;
    kpi_.calendar = Calendar::financial_year;
    kpi_.worth_rate = "pence";
    school_.code = "900001";
    school_.name = "St Example's";
    alert_.id = "alt_1";
    alert_.state = AlertState::firing;
    alert_.severity = Severity::red;
    alert_.since = academic_year_of(make_date(2024, 1, 1));
    judgement_.threshold = Threshold{Threshold::Operator::below, 5};
    judgement_.compared = judgement_.value.value = 3.1;
    judgement_.value.period = academic_year_of(make_date(2025, 1, 1));
    judgement_.value.numerator = 6'200'000;
    judgement_.value.denominator = 200'000'000;
  }
  Telling telling(EventType event) const {
    return {rule_,
            kpi_,
            school_,
            alert_,
            judgement_,
            event,
            {},
            {{"finance", "/in/summary.csv", std::string(64, 'a'), 3, 3, {}}},
            worth_of(rule_, kpi_, judgement_, 495'500),
            "https://kpi.example"};
  }
  Rule rule_;
  Kpi kpi_;
  Organisation school_;
  Alert alert_;
  Judgement judgement_;
};

TEST_F(Wording, Firing) {
  EXPECT_EQ(
      explanation(telling(EventType::alert_firing)),
      "St Example's \u2013 reserves as a share of income: 3.1 % in 2024/25, below the limit of "
      "5 %; out of line since 2023/24; the gap is worth £38,000. Source: finance, "
      "summary.csv row 3.");
}

TEST_F(Wording, TheTrustSaysHowCompleteItIs) {
  judgement_.value.completeness = {3, 4};
  EXPECT_NE(explanation(telling(EventType::alert_firing)).find(" (figure from 3 of 4 schools)."),
            std::string::npos);
}

TEST_F(Wording, NoFigureReadsAsTheLimitThatItMisses) {
  judgement_.compared = judgement_.value.value = 4.998;
  EXPECT_NE(explanation(telling(EventType::alert_firing)).find(": 4.998 %"), std::string::npos);
}

TEST_F(Wording, ResolvedSaysWhy) {
  alert_.state = AlertState::resolved;
  alert_.resolution = Resolution::corrected;
  judgement_.value.value = 6;
  EXPECT_EQ(explanation(telling(EventType::alert_resolved)),
            "St Example's \u2013 reserves as a share of income: 6 % in 2024/25; the alert is "
            "withdrawn, for the source has corrected its figure. Source: finance, summary.csv row "
            "3.");
  alert_.resolution = Resolution::recovered;
  EXPECT_NE(explanation(telling(EventType::alert_resolved)).find("; it has recovered."),
            std::string::npos);
}

TEST_F(Wording, AcknowledgedSaysByWhom) {
  alert_.acknowledged_by = "J. Smith";
  alert_.note = "with the CFO";
  EXPECT_NE(explanation(telling(EventType::alert_acknowledged))
                .find("; acknowledged by J. Smith (with the CFO)."),
            std::string::npos);
}

TEST_F(Wording, AGapInPerCentIsWorthThatShareOfWhatItWasComparedWith) {
  kpi_.unit = Unit::pence;
  kpi_.worth_rate.clear();
  rule_.compare = Comparison::year_before;
  rule_.change_in = ChangeIn::percent;
  judgement_.reference = KpiValue{};
  judgement_.reference->value = 100'000'00;
  judgement_.threshold = Threshold{Threshold::Operator::below, 5};
  judgement_.compared = 2.5;
  EXPECT_EQ(worth_of(rule_, kpi_, judgement_, {}), 2'500'00);
  rule_.compare = Comparison::number;
  judgement_.compared = 1'000'00;
  judgement_.threshold->bound = 1'500'00;
  EXPECT_EQ(worth_of(rule_, kpi_, judgement_, {}), 500'00);
}

TEST_F(Wording, ARiseOnTheWeekBeforeHasItsSign) {
  kpi_.title = "Electricity used in the week";
  kpi_.unit = Unit::kilowatt_hours;
  kpi_.worth_rate.clear();
  kpi_.calendar = Calendar::week;
  rule_.compare = Comparison::period_before;
  rule_.change_in = ChangeIn::percent;
  judgement_.value.value = 1400;
  judgement_.value.period = {make_date(2025, 11, 24), make_date(2025, 11, 30)};
  judgement_.reference = KpiValue{};
  judgement_.reference->value = 1120;
  judgement_.reference->period = {make_date(2025, 11, 17), make_date(2025, 11, 23)};
  judgement_.compared = 25;
  judgement_.threshold = Threshold{Threshold::Operator::above, 10};
  alert_.since = judgement_.value.period;
  EXPECT_EQ(
      explanation(telling(EventType::alert_firing)),
      "St Example's \u2013 Electricity used in the week: 1,400 kWh in the week of 24 November "
      "2025, +25 % against the week of 17 November 2025, above the limit of 10 %. Source: "
      "finance, summary.csv row 3.");
}

TEST_F(Wording, AFallInPupilsIsWorthItsFunding) {
  kpi_.id = "roll.pupils";
  kpi_.title = "pupils on roll";
  kpi_.unit = Unit::pupils;
  kpi_.worth_rate = "per_pupil";
  kpi_.calendar = Calendar::day;
  rule_.compare = Comparison::year_before;
  rule_.change_in = ChangeIn::percent;
  const Date now = make_date(2024, 1, 18);
  const Date before = make_date(2023, 1, 19);
  judgement_.value.value = 99;
  judgement_.value.period = {now, now};
  judgement_.reference = KpiValue{};
  judgement_.reference->value = 110;
  judgement_.reference->period = {before, before};
  judgement_.compared = -10;
  judgement_.threshold = Threshold{Threshold::Operator::below, -5};
  alert_.since = judgement_.value.period;
  EXPECT_EQ(
      explanation(telling(EventType::alert_firing)),
      "St Example's \u2013 pupils on roll: 99 pupils on 18 January 2024, -10 % against 19 "
      "January 2023, below the limit of -5 %; worth £54,505 a year in funding. Source: finance, "
      "summary.csv row 3.");
}

TEST_F(Wording, TheDataBearsWhatTheContractNames) {
  const auto data = boost::json::parse(event_data(telling(EventType::alert_firing))).as_object();
  for (const char* key :
       {"alert",        "seq",         "state",       "severity",   "rule",        "kpi",
        "organisation", "subgroup",    "period",      "value",      "previous",    "threshold",
        "target",       "since",       "series",      "provenance", "explanation", "runbook",
        "link",         "worth_pence", "completeness"}) {
    EXPECT_TRUE(data.contains(key)) << key;
  }
  EXPECT_EQ(data.at("worth_pence").as_int64(), 3'800'000);
  EXPECT_EQ(data.at("numerator").as_int64(), 6'200'000);
  EXPECT_EQ(data.at("kpi").at("plan").as_string(), "5.2");
  EXPECT_EQ(data.at("organisation").at("urn").as_string(), "900001");
  EXPECT_EQ(data.at("link").as_string(), "https://kpi.example/alerts/alt_1");
}

}  // namespace
}  // namespace kpid
