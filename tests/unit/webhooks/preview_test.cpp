// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a destination would get, for a made-up event of the trust's own config.

#include "webhooks/preview.hpp"

#include <gmock/gmock.h>

#include "unit/webhooks/event_fixture.hpp"

namespace kpid::webhooks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Preview : public ::testing::Test {
 protected:
  Preview() {
    std::vector<Organisation> all(3);
    all[0].kind = OrganisationKind::trust;
    all[0].code = trust_code;
    all[0].name = "Learning Together Trust";
    all[1].code = "900001";
    all[1].name = "Alder School";
    all[2].kind = OrganisationKind::comparator;
    all[2].code = "E92000001";
    all[2].name = "England";
    config_.organisations = Organisations(all);
    config_.dashboard_url = "https://kpi.example";
    add_kpi("finance.reserves_percent", "reserves as a share of income", Unit::percent,
            Calendar::financial_year, 1);
    add_kpi("attendance.rate", "attendance", Unit::percent, Calendar::week, 1);
    add_kpi("roll.pupils", "pupils on roll", Unit::pupils, Calendar::day, 0);
    add_rule("reserves", "finance.reserves_percent", "finance", {Threshold::Operator::below, 5});
    add_rule("attendance", "attendance.rate", "education", {Threshold::Operator::below, 92});
    add_rule("pupils", "roll.pupils", "finance", {Threshold::Operator::below, -5});
    config_.rules[2].compare = Comparison::year_before;
    config_.sources.resize(1);
    config_.sources[0].name = "finance";
    for (const DestinationFormat format : kAllFormats) {
      DestinationConfig one = destination_of(format);
      one.name = std::string{to_string(format)};
      one.url = Secret{"https://me.example:8443/secret-path?sig=secret-query"};
      one.operational = true;
      config_.destinations.push_back(one);
    }
  }

  void add_kpi(const char* id, const char* title, Unit unit, Calendar calendar, int decimals) {
    Kpi kpi;
    kpi.id = id;
    kpi.title = title;
    kpi.unit = unit;
    kpi.calendar = calendar;
    kpi.decimals = decimals;
    config_.kpis.push_back(kpi);
  }
  void add_rule(const char* name, const char* kpi, const char* owner, Threshold red) {
    Rule rule;
    rule.name = name;
    rule.kpi = kpi;
    rule.owner = owner;
    rule.red = red;
    rule.runbook = "Tell the CFO.";
    config_.rules.push_back(rule);
  }

  [[nodiscard]] json::object shown(const std::string& name,
                                   EventType type = EventType::alert_firing) const {
    auto made = preview(config_, name, type, *parse_timestamp("2026-11-24T06:31:07Z"));
    EXPECT_TRUE(made) << (made ? "" : made.error().sentence);
    return made ? *made : json::object{};
  }
  [[nodiscard]] std::string body(const std::string& name) const {
    return std::string{shown(name).at("body").as_string()};
  }

  Config config_;
};

TEST_F(Preview, TellsOfAFigureJustBeyondTheLimitOfARealRule) {
  const json::object made = shown("ntfy");
  EXPECT_EQ(made.at("format"), "ntfy");
  EXPECT_EQ(made.at("event"), "kpi.alert.firing");
  EXPECT_TRUE(made.at("withheld").is_null());
  const std::string text{made.at("body").as_string()};
  EXPECT_THAT(text, HasSubstr("[TEST] Alder School"));
  EXPECT_THAT(text, HasSubstr("reserves as a share of income"));
  EXPECT_THAT(text, HasSubstr("4.5 %"));
  EXPECT_THAT(text, HasSubstr("What to do: Tell the CFO."));
  EXPECT_EQ(made.at("bytes"), text.size());
  EXPECT_THAT(json::serialize(made.at("headers")), HasSubstr("[TEST] Red alert: "));
}

TEST_F(Preview, ShowsNoSecretOfAnyFormat) {
  for (const auto& destination : config_.destinations) {
    for (const EventType type : kAllTypes) {
      const json::object made = shown(destination.name, type);
      const std::string all = json::serialize(made);
      EXPECT_THAT(all, Not(HasSubstr("secret-"))) << destination.name;
      EXPECT_THAT(all, Not(HasSubstr("0123456789"))) << destination.name;
      EXPECT_EQ(made.at("url"), "https://me.example:8443/…");
      EXPECT_THAT(all, HasSubstr("[TEST")) << destination.name << to_string(type);
      const bool asked_for = type == EventType::alert_reminder ||
                             type == EventType::alert_escalated || type == EventType::digest;
      EXPECT_EQ(made.at("withheld").is_null(), !asked_for);
    }
  }
  EXPECT_THAT(body("pagerduty"), HasSubstr(R"("routing_key":"********")"));
  EXPECT_THAT(json::serialize(shown("ntfy")), HasSubstr("authorization: Bearer ********"));
  EXPECT_THAT(json::serialize(shown("standard")), HasSubstr("webhook-signature: v1,********"));
}

TEST_F(Preview, PrefersWhatTheDestinationIsToldOf) {
  config_.destinations[7].owners = {"education"};
  EXPECT_THAT(body("ntfy"), HasSubstr("attendance"));
  config_.destinations[7].owners.clear();
  config_.destinations[7].organisations = {std::string{trust_code}};
  EXPECT_THAT(body("ntfy"), HasSubstr("Learning Together Trust"));
  config_.destinations[7].organisations.clear();
  config_.destinations[7].kpis = {"roll.pupils"};
  EXPECT_THAT(body("ntfy"), HasSubstr("pupils on roll"));
}

TEST_F(Preview, SaysWhatTheFiltersKeepAway) {
  config_.destinations[7].owners = {"nobody"};
  EXPECT_THAT(std::string{shown("ntfy").at("withheld").as_string()}, HasSubstr("its filters"));
  config_.destinations[7].owners.clear();
  config_.destinations[7].operational = false;
  EXPECT_FALSE(shown("ntfy", EventType::source_failing).at("withheld").is_null());
  EXPECT_TRUE(shown("ntfy", EventType::test_ping).at("withheld").is_null());
}

TEST_F(Preview, ShowsWhatIsSaidWhenNobodyTakesNote) {
  DestinationConfig& ntfy = config_.destinations[7];
  ASSERT_EQ(ntfy.name, "ntfy");
  EXPECT_THAT(std::string{shown("ntfy", EventType::alert_escalated).at("withheld").as_string()},
              HasSubstr("no \"unacknowledged_for\""));
  EXPECT_THAT(std::string{shown("ntfy", EventType::alert_reminder).at("withheld").as_string()},
              HasSubstr("no \"repeat_every\""));
  ntfy.unacknowledged_for = Span{3, Span::Unit::school_days};
  ntfy.repeat_every = Span{2, Span::Unit::days};
  const json::object escalated = shown("ntfy", EventType::alert_escalated);
  EXPECT_TRUE(escalated.at("withheld").is_null());
  EXPECT_THAT(std::string{escalated.at("body").as_string()},
              HasSubstr("[TEST] For 3 school days, since "));
  EXPECT_TRUE(shown("ntfy", EventType::alert_reminder).at("withheld").is_null());
  EXPECT_TRUE(shown("ntfy", EventType::alert_resolved).at("withheld").is_null());
  EXPECT_THAT(std::string{shown("ntfy").at("withheld").as_string()},
              HasSubstr("only once nobody has taken note of it for 3 school days"));
}

TEST_F(Preview, SaysWhoTakesAnEventBefore) {
  config_.first_match = true;
  EXPECT_TRUE(shown(config_.destinations[0].name).at("withheld").is_null());
  EXPECT_THAT(std::string{shown("ntfy").at("withheld").as_string()},
              HasSubstr("a destination before it"));
}

TEST_F(Preview, WithoutARuleOrADestinationItSaysWhatToDo) {
  config_.rules.clear();
  const auto none = preview(config_, "ntfy", EventType::alert_firing, Timestamp{});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().sentence,
            "the config has no rule with a limit to make an example of; try --event test.ping");
  EXPECT_TRUE(preview(config_, "ntfy", EventType::source_failing, Timestamp{}));
  EXPECT_FALSE(preview(config_, "nobody", EventType::test_ping, Timestamp{}));
}

// Whatever a rule compares with and however its KPI's periods run: a sentence comes of it.
TEST_F(Preview, EveryComparisonAndCalendarGivesAnExample) {
  config_.rules.resize(1);
  for (const Comparison compare :
       {Comparison::number, Comparison::target, Comparison::period_before, Comparison::term_before,
        Comparison::year_before, Comparison::kpi, Comparison::organisation, Comparison::forecast,
        Comparison::stale}) {
    for (const Calendar calendar : {Calendar::day, Calendar::week, Calendar::month, Calendar::term,
                                    Calendar::academic_year, Calendar::financial_year}) {
      config_.rules[0].compare = compare;
      config_.kpis[0].calendar = calendar;
      for (const EventType type : kAllTypes) {
        const json::object made = shown("standard", type);
        const json::value sent = json::parse(made.at("body").as_string());
        EXPECT_THAT(std::string{sent.at("data").at("explanation").as_string()},
                    HasSubstr("[TEST] "));
      }
    }
  }
}

}  // namespace
}  // namespace kpid::webhooks
