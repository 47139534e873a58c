// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/routing.hpp"

#include <gtest/gtest.h>

namespace kpid {
namespace {

class Routing : public ::testing::Test {
 protected:
  Routing() {
    config_.destinations.resize(3);
    config_.destinations[0].name = "everyone";
    config_.destinations[1].name = "finance";
    config_.destinations[1].owners = {"finance"};
    config_.destinations[1].minimum_severity = Severity::red;
    config_.destinations[2].name = "it";
    config_.destinations[2].operational = true;
    config_.destinations[2].owners = {"it"};
    event_.type = EventType::alert_firing;
    event_.severity = Severity::red;
    event_.owner = "finance";
    event_.kpi = "finance.reserves_percent";
    event_.organisation = "900001";
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto* destination : destinations_for(event_, config_)) {
      found.push_back(destination->name);
    }
    return found;
  }
  using Names = std::vector<std::string>;
  Config config_;
  Event event_;
};

TEST_F(Routing, ByOwnerAndSeverity) {
  EXPECT_EQ(names(), (Names{"everyone", "finance"}));
  event_.severity = Severity::amber;
  EXPECT_EQ(names(), Names{"everyone"});
  event_.severity = Severity::red;
  event_.owner = "attendance";
  EXPECT_EQ(names(), Names{"everyone"});
}

TEST_F(Routing, ByKpiOrganisationAndEvent) {
  config_.destinations[0].kpis = {"roll.pupils"};
  EXPECT_EQ(names(), Names{"finance"});
  config_.destinations[1].organisations = {"900002"};
  EXPECT_TRUE(names().empty());
  config_.destinations[1].organisations = {"900002", "900001"};
  config_.destinations[1].events = {EventType::alert_resolved};
  EXPECT_TRUE(names().empty());
  event_.type = EventType::alert_resolved;
  EXPECT_EQ(names(), Names{"finance"});
}

TEST_F(Routing, ADestinationNeedNotHearThatAnAlertIsOver) {
  config_.destinations[1].resolved = false;
  EXPECT_EQ(names(), (Names{"everyone", "finance"})) << "of what is not over it hears";
  event_.type = EventType::alert_resolved;
  for (const Resolution over : {Resolution::recovered, Resolution::rule_removed}) {
    event_.resolution = over;
    EXPECT_EQ(names(), Names{"everyone"}) << to_string(over);
  }
  event_.resolution = Resolution::corrected;
  EXPECT_EQ(names(), (Names{"everyone", "finance"})) << "what it was told was wrong";
  config_.destinations[1].corrected = false;
  EXPECT_EQ(names(), Names{"everyone"});
  config_.destinations[1].resolved = true;
  EXPECT_EQ(names(), Names{"everyone"});
  event_.resolution = Resolution::recovered;
  EXPECT_EQ(names(), (Names{"everyone", "finance"}));
}

TEST_F(Routing, OperationalNewsGoesToOperatorsAlone) {
  for (const EventType type : {EventType::source_failing, EventType::source_stale,
                               EventType::source_recovered, EventType::destination_disabled}) {
    event_.type = type;
    EXPECT_EQ(names(), Names{"it"});
  }
}

TEST_F(Routing, ThatADestinationWasSwitchedOffIsToldThroughTheOthers) {
  event_.type = EventType::destination_disabled;
  event_.subject = "destination:it";
  EXPECT_TRUE(names().empty());
}

TEST_F(Routing, APingGoesWhereItsSenderSays) {
  event_.type = EventType::test_ping;
  EXPECT_TRUE(names().empty());
}

}  // namespace
}  // namespace kpid
