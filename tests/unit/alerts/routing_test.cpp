// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/routing.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/plan.hpp"

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
  std::vector<std::string> names(const std::vector<std::string>& told = {}) const {
    std::vector<std::string> found;
    for (const auto* destination : destinations_for(event_, config_, told)) {
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

TEST(Objectives, AKpiServesItsOwnReferenceAndWhatStandsAboveIt) {
  for (const char* objective : {"5", "5.5", "5.5a"}) EXPECT_TRUE(serves("5.5a", objective));
  for (const char* objective : {"5.5b", "5.5aa", "51", "55", "5.", ".5", "5.5a.1", "a", ""}) {
    EXPECT_FALSE(serves("5.5a", objective)) << objective;
  }
  EXPECT_FALSE(serves("51", "5"));
  EXPECT_FALSE(serves("5.51", "5.5"));
  EXPECT_FALSE(serves("5.5ab", "5.5a"));
  EXPECT_TRUE(serves("5.5", "5.5"));
  EXPECT_TRUE(serves("5.5.1", "5.5"));
  EXPECT_FALSE(serves("", "5"));
}

TEST_F(Routing, ByObjectiveOfThePlan) {
  config_.kpis.resize(2);
  config_.kpis[0].id = "finance.reserves_percent";
  config_.kpis[0].plan = "5.5a";
  config_.kpis[1].id = "roll.pupils";
  config_.kpis[1].plan = "51";
  config_.destinations[0].objectives = {"3", "5"};
  EXPECT_EQ(names(), (Names{"everyone", "finance"}));
  event_.kpi = "roll.pupils";
  EXPECT_EQ(names(), Names{"finance"});
  event_.kpi = "roll.unknown";
  EXPECT_EQ(names(), Names{"finance"}) << "nobody knows what it serves";
  event_.type = EventType::source_failing;
  config_.destinations[0].operational = true;
  EXPECT_EQ(names(), (Names{"everyone", "it"})) << "a source serves none";
}

// heads: red alone; finance: amber too; everyone: the rest.
class FirstMatch : public Routing {
 protected:
  FirstMatch() {
    config_.first_match = true;
    config_.destinations[0].name = "heads";
    config_.destinations[0].minimum_severity = Severity::red;
    config_.destinations[1].minimum_severity = Severity::amber;
    config_.destinations[2].owners = {};
    config_.destinations[2].name = "rest";
  }
};

TEST_F(FirstMatch, OnlyTheFirstOfThoseThatWantAnAlertGetsIt) {
  EXPECT_EQ(names(), Names{"heads"});
  event_.severity = Severity::amber;
  EXPECT_EQ(names(), Names{"finance"});
  event_.owner = "site";
  EXPECT_EQ(names(), Names{"rest"});
}

TEST_F(FirstMatch, WhoeverHasAnAlertInHandHearsHowItGoesOn) {
  event_.type = EventType::alert_changed;  // amber before, red now
  EXPECT_EQ(names({"finance"}), (Names{"heads", "finance"}));
  event_.severity = Severity::amber;  // and amber again
  EXPECT_EQ(names({"finance", "heads"}), Names{"finance"}) << "heads asked for red alone";
  EXPECT_EQ(names({"heads"}), Names{"finance"}) << "whose it is from now on";
  event_.type = EventType::alert_acknowledged;
  EXPECT_EQ(names({"finance", "heads"}), Names{"finance"});
  event_.severity = Severity::red;
  EXPECT_EQ(names({"finance"}), Names{"finance"}) << "heads has not heard of it";
}

TEST_F(FirstMatch, WhoeverHeardOfTheBeginningHearsOfTheEnd) {
  event_.type = EventType::alert_resolved;
  event_.resolution = Resolution::recovered;
  event_.severity = Severity::red;
  EXPECT_EQ(names({"finance", "heads"}), (Names{"heads", "finance"}));
  EXPECT_EQ(names({"finance"}), Names{"finance"}) << "heads was not told of it";
  event_.severity = Severity::amber;
  EXPECT_EQ(names({"heads", "rest"}), (Names{"heads", "rest"})) << "whatever it is at its end";
  event_.owner = "site";
  EXPECT_EQ(names({"finance"}), Names{"finance"}) << "though it has another owner now";
  config_.destinations[1].resolved = false;
  EXPECT_TRUE(names({"finance"}).empty()) << "it asked not to be told of ends";
  EXPECT_EQ(names({"gone"}), Names{"rest"}) << "one that has left the config";
  EXPECT_EQ(names(), Names{"rest"}) << "nobody knows who was told";
}

TEST_F(FirstMatch, KpidsOwnNewsGoesToAllWhoWantIt) {
  config_.destinations[0].operational = true;
  event_.type = EventType::source_failing;
  EXPECT_EQ(names(), (Names{"heads", "rest"}));
}

TEST_F(Routing, WhereAllMatchesCountTheToldHearOfTheEndTooWhateverTheirFiltersSayToday) {
  event_.type = EventType::alert_resolved;
  event_.severity = Severity::amber;
  EXPECT_EQ(names(), Names{"everyone"});
  EXPECT_EQ(names({"finance"}), (Names{"everyone", "finance"}));
  event_.type = EventType::alert_changed;
  EXPECT_EQ(names({"finance"}), Names{"everyone"});
}

class Escalating : public Routing {
 protected:
  Escalating() {
    config_.destinations[1].unacknowledged_for = Span{3, Span::Unit::school_days};
    config_.destinations[2].owners = {};
    config_.destinations[2].repeat_every = Span{5, Span::Unit::school_days};
  }
};

TEST_F(Escalating, ItHearsOfAnAlertFirstByItsEscalation) {
  for (const bool first : {false, true}) {
    config_.first_match = first;
    const Names others = first ? Names{"everyone"} : Names{"everyone", "it"};
    for (const EventType type : {EventType::alert_firing, EventType::alert_changed,
                                 EventType::alert_acknowledged, EventType::alert_resolved}) {
      event_.type = type;
      EXPECT_EQ(names(), others) << to_string(type);
    }
    event_.type = EventType::alert_escalated;
    EXPECT_EQ(names(), Names{"finance"}) << "and nobody else";
    event_.owner = "site";
    EXPECT_TRUE(names().empty()) << "its filters hold";
    event_.owner = "finance";
  }
}

TEST_F(Escalating, FromThenOnItHearsTheRestAndTakesNothingFromTheOthers) {
  config_.first_match = true;
  std::swap(config_.destinations[0], config_.destinations[1]);
  for (const EventType type :
       {EventType::alert_changed, EventType::alert_acknowledged, EventType::alert_resolved}) {
    event_.type = type;
    EXPECT_EQ(names({"everyone", "finance"}), (Names{"finance", "everyone"})) << to_string(type);
  }
  event_.type = EventType::alert_firing;
  EXPECT_EQ(names(), Names{"everyone"});
}

TEST_F(Escalating, RemindersGoToThoseWhoWereToldAndAskedForThem) {
  event_.type = EventType::alert_reminder;
  EXPECT_EQ(names({"everyone", "it"}), Names{"it"});
  EXPECT_TRUE(names({"everyone"}).empty());
}

}  // namespace
}  // namespace kpid
