// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: whoever is not told, it is said why; whoever is told, nothing is said; and never otherwise.

#include "alerts/routing_reasons.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "alerts/routing.hpp"

namespace kpid {
namespace {

class Reasons : public ::testing::Test {
 protected:
  Reasons() {
    config_.destinations.resize(1);
    config_.destinations[0].name = "team";
    event_.type = EventType::alert_firing;
    event_.severity = Severity::amber;
    event_.owner = "finance";
    event_.kpi = "finance.reserves_percent";
    event_.organisation = "900001";
  }
  DestinationConfig& team() { return config_.destinations[0]; }
  std::string why() { return reason_not_told(team(), event_, config_); }

  Config config_;
  Event event_;
};

TEST_F(Reasons, NoneWhereItIsTold) { EXPECT_EQ(why(), ""); }

TEST_F(Reasons, EachFilterHasItsSentence) {
  team().minimum_severity = Severity::red;
  EXPECT_EQ(why(), "it wants red alone, and this is amber");
  team().minimum_severity = Severity::amber;
  team().organisations = {"900002", "900003"};
  EXPECT_EQ(why(), "it hears of the organisations 900002 and 900003 alone, and this is of 900001");
  team().kpis = {"roll.pupils"};
  EXPECT_EQ(why(),
            "it hears of the KPIs roll.pupils alone, and this is of finance.reserves_percent");
  team().owners = {"it", "estates", "hr"};
  EXPECT_EQ(why(), "it hears of the owners it, estates and hr alone, and this is of finance");
  event_.owner.clear();
  EXPECT_EQ(why(), "it hears of the owners it, estates and hr alone, and this is of none");
  team().events = {EventType::alert_resolved};
  EXPECT_EQ(why(), "its events are kpi.alert.resolved, and this is kpi.alert.firing");
}

TEST_F(Reasons, SwitchesHaveTheirs) {
  event_.type = EventType::alert_resolved;
  event_.resolution = Resolution::recovered;
  team().resolved = false;
  EXPECT_EQ(why(), "it is not told that an alert is over");
  event_.resolution = Resolution::corrected;
  EXPECT_EQ(why(), "");
  team().corrected = false;
  EXPECT_EQ(why(), "it is not told that an alert is withdrawn");
  event_.type = EventType::source_failing;
  EXPECT_EQ(why(), "it is told of alerts alone (operational = false)");
  team().operational = true;
  EXPECT_EQ(why(), "");
}

// Every combination of filters that fit and do not, for every kind of event that is routed.
TEST_F(Reasons, AgreeWithTheRouting) {
  constexpr EventType types[] = {EventType::alert_firing,       EventType::alert_changed,
                                 EventType::alert_acknowledged, EventType::alert_resolved,
                                 EventType::source_failing,     EventType::destination_disabled};
  int told = 0;
  int untold = 0;
  for (const EventType type : types) {
    for (unsigned bits = 0; bits < 1024; ++bits) {
      const auto bit = [bits](unsigned number) { return (bits >> number & 1U) != 0; };
      team() = DestinationConfig{};
      team().name = "team";
      team().owners = bit(0) ? std::vector<std::string>{"it"} : std::vector<std::string>{"finance"};
      if (bit(1)) team().kpis = {"roll.pupils"};
      if (bit(2)) team().organisations = {"900002"};
      team().minimum_severity = bit(3) ? Severity::red : Severity::amber;
      if (bit(4)) team().events = {EventType::alert_changed, EventType::source_stale};
      team().operational = bit(5);
      team().resolved = bit(6);
      team().corrected = bit(7);
      event_.type = type;
      event_.resolution = bit(8) ? Resolution::corrected : Resolution::recovered;
      event_.severity = bit(9) ? Severity::red : Severity::amber;
      const bool chosen = !destinations_for(event_, config_).empty();
      EXPECT_EQ(why().empty(), chosen) << to_string(type) << " " << bits << ": " << why();
      ++(chosen ? told : untold);
    }
  }
  EXPECT_GT(told, 100);
  EXPECT_GT(untold, 100);
}

}  // namespace
}  // namespace kpid
