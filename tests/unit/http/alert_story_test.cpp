// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What is told of an alert whose rule looks at the calendar, at another figure or at the future:
// the story is read from a database that was lived through day by day.

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/alert_view.hpp"
#include "support/live_street.hpp"

namespace kpid::http {
namespace {

namespace json = boost::json;
using kpid::testing::LiveStreet;
using kpid::testing::StreetRow;
using ::testing::HasSubstr;

constexpr std::string_view electricity = "estates.electricity_kwh_week";

Organisation organisation(OrganisationKind kind, std::string code, std::string name) {
  Organisation made;
  made.kind = kind;
  made.code = std::move(code);
  made.name = std::move(name);
  return made;
}

std::shared_ptr<Config> config_with(Rule rule) {
  auto config = std::make_shared<Config>();
  config->organisations =
      Organisations({organisation(OrganisationKind::trust, std::string(trust_code), "Trust"),
                     organisation(OrganisationKind::school, "900001", "Ash"),
                     organisation(OrganisationKind::school, "900002", "Birch")});
  Kpi kpi;
  kpi.id = electricity;
  kpi.title = "Electricity used in the week";
  kpi.unit = Unit::kilowatt_hours;
  kpi.calendar = Calendar::week;
  kpi.definition = MeasureOf{std::string(electricity)};
  kpi.inputs = {{std::string(electricity), std::nullopt}};
  config->kpis = {kpi};
  rule.name = "rule";
  rule.kpi = kpi.id;
  rule.organisations = {"900001"};
  config->rules = {rule};
  return config;
}

Period week_of(Date monday) { return {monday, monday + std::chrono::days{6}}; }

class Story {
 public:
  explicit Story(Rule rule) : street_(config_with(std::move(rule))) {}

  void read(const std::string& school, Date monday, double value) {
    street_.pull("energy", Timestamp{monday + std::chrono::days{8}} + std::chrono::hours{9},
                 {{std::string(electricity), school, week_of(monday), value}});
  }
  void look(Date day) { street_.look_at_day(Timestamp{day} + std::chrono::hours{7}); }

  json::value tell() {
    const auto alerts = street_.writer().alerts({true, "", 10});
    EXPECT_TRUE(alerts);
    EXPECT_EQ(alerts->size(), 1U);
    if (!alerts || alerts->empty()) return {};
    auto story = alert_view(street_.writer(), *street_.config(), alerts->front().id,
                            alerts->front().changed_at);
    EXPECT_TRUE(story) << story.error().text();
    return std::move(*story);
  }

 private:
  LiveStreet street_;
};

TEST(AlertStory, OfASilenceSaysHowTheCalendarCounted) {
  Rule rule;
  rule.compare = Comparison::stale;
  Story story(rule);
  story.read("900001", make_date(2025, 10, 20), 1000);
  for (Date day = make_date(2025, 10, 28); day <= make_date(2025, 11, 18);
       day += std::chrono::days{1}) {
    story.look(day);
  }
  const json::value told = story.tell();
  EXPECT_EQ(told.at_pointer("/calendar/late"),
            json::parse(R"({"last":"2025-10-26","due":"2025-11-14",
                            "allowed":"10 school days","school_days":1})"))
      << json::serialize(told.at("calendar"));
  EXPECT_EQ(told.at_pointer("/calendar/closed"),
            json::parse(R"([{"from":"2025-10-27","to":"2025-10-31","name":"autumn half-term"}])"));
  EXPECT_EQ(told.at_pointer("/calendar/day/date"), "2025-11-17") << "the day on which it fired";
  EXPECT_EQ(told.at_pointer("/calendar/typical"), true);
  EXPECT_THAT(std::string(told.at("explanation").as_string()), HasSubstr("no figure since"));
}

TEST(AlertStory, OfAYearBeforeNamesTheTeachingWeek) {
  Rule rule;
  rule.compare = Comparison::year_before;
  rule.change_in = ChangeIn::percent;
  rule.red = Threshold{Threshold::Operator::above, 20};
  Story story(rule);
  story.read("900001", make_date(2024, 11, 25), 1000);
  story.read("900001", make_date(2025, 11, 24), 1300);
  const json::value told = story.tell();
  EXPECT_EQ(told.at_pointer("/calendar/compared/period/start"), "2024-11-25");
  EXPECT_EQ(told.at_pointer("/calendar/compared/teaching_week"),
            "week 4 of autumn term, second half");
  EXPECT_EQ(told.at_pointer("/calendar/breach/school_days"), 7) << "24 November to 2 December";
  EXPECT_EQ(told.at_pointer("/judged/reference/value"), 1000);
  const auto& evidence = told.at_pointer("/history/0/evidence").as_array();
  ASSERT_EQ(evidence.size(), 2U) << "the week, and the one that it was held against";
  EXPECT_EQ(evidence[0].at("value"), 1000);
  EXPECT_EQ(evidence[1].at("value"), 1300);
  EXPECT_EQ(evidence[1].at_pointer("/document/sha256"), json::string(std::string(64, 'a')));
}

TEST(AlertStory, OfAnotherOrganisationKnowsItsFigure) {
  Rule rule;
  rule.compare = Comparison::organisation;
  rule.other_organisation = "900002";
  rule.amber = Threshold{Threshold::Operator::above, 50};
  Story story(rule);
  story.read("900002", make_date(2025, 11, 10), 1000);
  story.read("900001", make_date(2025, 11, 10), 1100);
  const json::value told = story.tell();
  EXPECT_EQ(told.at_pointer("/judged/compared"), 100);
  EXPECT_EQ(told.at_pointer("/judged/breached"), true);
  EXPECT_EQ(told.at_pointer("/judged/reference/value"), 1000);
  EXPECT_EQ(told.at_pointer("/rule/other_organisation"), "900002");
}

TEST(AlertStory, OfAForecastTellsHowSureItIs) {
  Rule rule;
  rule.compare = Comparison::forecast;
  rule.forecast.ahead = 2;
  rule.amber = Threshold{Threshold::Operator::above, 1150};
  Story story(rule);
  for (int week = 0; week < 4; ++week) {
    story.read("900001", make_date(2025, 11, 3) + std::chrono::days{7 * week}, 1000 + 40 * week);
  }
  const json::value told = story.tell();
  EXPECT_EQ(told.at_pointer("/judged/forecast/points"), 4);
  EXPECT_EQ(told.at_pointer("/judged/forecast/value"), 1200);
  EXPECT_EQ(told.at_pointer("/judged/forecast/ahead"), 2);
}

}  // namespace
}  // namespace kpid::http
