// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Whom an alert reaches: objectives, first match, fallbacks, escalation and repeats, and what is
// wrong with each.

#include "config/destination_routing.hpp"

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DestinationRouting : public ConfigTest {
 protected:
  // The head ends with line 8 and the rules with line 17; the destination's own lines stand from
  // line 22 on.
  static std::string with(const std::string& lines, const std::string& more = {}) {
    return std::string{head} +
           "[[rule]]\nname = \"reserves\"\nkpi = \"finance.reserves_percent\"\nred = \"< 5\"\n"
           "[[rule]]\nname = \"absence\"\nkpi = \"attendance.gap_send\"\nred = \"> 6\"\n\n" +
           named("team", lines) + more;
  }
  static std::string named(const std::string& name, const std::string& lines = {}) {
    return "[[destination]]\nname = \"" + name +
           "\"\nformat = \"slack\"\nurl = \"https://hooks.example.org/x\"\n" + lines;
  }
};

TEST_F(DestinationRouting, WithoutTheKeysAllMatchesCountAndNothingIsRepeated) {
  const auto loaded = load(with(""));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_FALSE(loaded.config->first_match);
  const DestinationConfig& team = loaded.config->destinations.at(0);
  EXPECT_THAT(team.objectives, IsEmpty());
  EXPECT_EQ(team.fallback, "");
  EXPECT_FALSE(team.unacknowledged_for);
  EXPECT_FALSE(team.repeat_every);
}

TEST_F(DestinationRouting, EveryKeyIsRead) {
  const auto loaded = load(with(
      "objectives = [\"5\", \"3.6\"]\nfallback = \"it-team\"\nrepeat_every = \"5 school days\"\n"
      "events = [\"kpi.alert.reminder\", \"kpi.alert.firing\"]\n",
      named("it-team", "unacknowledged_for = \"3 school days\"\n") + "[routing]\nmatch = "
                                                                     "\"first\"\n"));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_TRUE(loaded.config->first_match);
  const DestinationConfig& team = loaded.config->destinations.at(0);
  EXPECT_THAT(team.objectives, ElementsAre("5", "3.6"));
  EXPECT_EQ(team.fallback, "it-team");
  EXPECT_EQ(team.repeat_every, (Span{5, Span::Unit::school_days}));
  EXPECT_EQ(loaded.config->destinations.at(1).unacknowledged_for,
            (Span{3, Span::Unit::school_days}));
  EXPECT_FALSE(load(with("", "[routing]\nmatch = \"all\"\n")).config->first_match);
}

TEST_F(DestinationRouting, AnObjectiveThatNoRuleServesIsToldWithThoseThatAre) {
  EXPECT_THAT(faults_of(with("objectives = [\"5\", \"51\"]\n")),
              ElementsAre("kpid.toml:22:20: error: no KPI that a rule looks at serves the "
                          "objective \"51\"; those that are served are \"3.6\" and \"5.2\""));
  EXPECT_THAT(faults_of(std::string{head} + named("team", "objectives = [\"5\"]\n")),
              ElementsAre(HasSubstr("serves the objective \"5\": none of them has a place in the "
                                    "plan")));
}

TEST_F(DestinationRouting, ASpanThatIsNoneIsToldWithItsPlace) {
  for (const char* key : {"unacknowledged_for", "repeat_every"}) {
    for (const char* wrong : {"soon", "0 school days", "3 h", ""}) {
      EXPECT_THAT(faults_of(with(std::string{key} + " = \"" + wrong + "\"\n")),
                  ElementsAre(HasSubstr(" is no stretch of days; write it as")))
          << key << " " << wrong;
    }
  }
}

TEST_F(DestinationRouting, EventsAndKeysGoTogether) {
  EXPECT_THAT(faults_of(with("events = [\"kpi.alert.escalated\"]\n")),
              ElementsAre("kpid.toml:22:11: error: \"kpi.alert.escalated\" is sent to destinations "
                          "with \"unacknowledged_for\" only"));
  EXPECT_THAT(faults_of(with("events = [\"kpi.alert.reminder\"]\n")),
              ElementsAre("kpid.toml:22:11: error: \"kpi.alert.reminder\" is sent to destinations "
                          "with \"repeat_every\" only"));
  EXPECT_THAT(faults_of(with("digest = \"daily 07:30\"\nevents = [\"kpi.digest\"]\n")),
              ElementsAre("kpid.toml:23:11: error: \"kpi.digest\" is what \"digest\", "
                          "\"group_by\" and quiet times make of other events; name those, or leave "
                          "\"events\" out"));
  EXPECT_THAT(faults_of(with("operational = true\nevents = [\"kpi.alert.firing\"]\n")),
              ElementsAre("kpid.toml:23:10: error: \"operational = true\" is of no use here, for "
                          "\"events\" leaves out all that it is about: source.failing, "
                          "source.stale, source.recovered and destination.disabled"));
  EXPECT_THAT(
      faults_of(with("unacknowledged_for = \"3 d\"\nevents = [\"kpi.alert.resolved\"]\n")),
      ElementsAre("kpid.toml:23:10: error: \"unacknowledged_for\" is of no use here, for "
                  "\"events\" leaves out \"kpi.alert.escalated\": by that event it would hear of "
                  "an alert first"));
  EXPECT_THAT(faults_of(with("repeat_every = \"3 d\"\nevents = [\"kpi.alert.firing\"]\n")),
              ElementsAre(HasSubstr("nothing would be repeated")));
  EXPECT_THAT(faults_of(with("events = [\"kpi.alert.remindr\"]\n")),
              ElementsAre(HasSubstr("did you mean \"kpi.alert.reminder\"?")));
}

TEST_F(DestinationRouting, AFallbackIsAnotherDestination) {
  EXPECT_THAT(faults_of(with("fallback = \"it-taem\"\n", named("it-team"))),
              ElementsAre("kpid.toml:22:12: error: no destination is named \"it-taem\"; did you "
                          "mean \"it-team\"?"));
  EXPECT_THAT(faults_of(with("fallback = \"team\"\n")),
              ElementsAre("kpid.toml:22:12: error: a destination cannot be its own fallback"));
  EXPECT_THAT(faults_of(with("fallback = \"\"\n")),
              ElementsAre(HasSubstr("\"fallback\" in [[destination]] is empty")));
}

TEST_F(DestinationRouting, FallbacksThatComeBackAreToldOfOnce) {
  const std::string line = "fallback = \"";
  EXPECT_THAT(
      faults_of(with(line + "b\"\n", named("b", line + "c\"\n") + named("c", line + "team\"\n") +
                                         named("outside", line + "b\"\n"))),
      ElementsAre("kpid.toml:22:12: error: the fallbacks go in a ring: team → b → c → team; the "
                  "last of them must do without"));
  EXPECT_THAT(faults_of(with(line + "b\"\n", named("b", line + "c\"\n") + named("c"))), IsEmpty())
      << "a row is none";
}

TEST_F(DestinationRouting, TheTableHasNothingElse) {
  EXPECT_THAT(faults_of(with("", "[routing]\nmatch = \"frist\"\n")),
              ElementsAre(HasSubstr("did you mean \"first\"?")));
  EXPECT_THAT(faults_of(with("", "[routing]\nmtach = \"first\"\n")),
              ElementsAre(HasSubstr("did you mean \"match\"?")));
}

}  // namespace
}  // namespace kpid
