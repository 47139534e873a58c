// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/silence.hpp"

#include <gtest/gtest.h>

#include "alerts/silence_request.hpp"
#include "schedule/schedule.hpp"

namespace kpid {
namespace {

using std::chrono::days;
using std::chrono::hours;

const std::vector<std::string> sources{"finance", "roll"};

SilenceSubject subject() {
  return {"reserves-low",  "finance.reserves_percent",
          "900001",        "phase=primary",
          Severity::amber, "finance",
          sources};
}

TEST(SilenceMatching, EachMatcherIsAWordOrItsBeginning) {
  struct Case {
    SilenceMatchers matchers;
    bool fits;
  };
  const std::vector<Case> cases{
      {{}, true},
      {{.rule = "reserves-low"}, true},
      {{.rule = "reserves"}, false},
      {{.rule = "reserves*"}, true},
      {{.rule = "reserves-low*"}, true},
      {{.rule = "*"}, true},
      {{.rule = "*low"}, false},
      {{.kpi = "finance.*"}, true},
      {{.kpi = "roll.*"}, false},
      {{.organisation = "900001"}, true},
      {{.organisation = "900002"}, false},
      {{.organisation = "9000*"}, true},
      {{.subgroup = "phase=primary"}, true},
      {{.subgroup = "phase=secondary"}, false},
      {{.severity = "amber"}, true},
      {{.severity = "red"}, false},
      {{.owner = "finance"}, true},
      {{.owner = "estates"}, false},
      {{.source = "roll"}, true},
      {{.source = "rol*"}, true},
      {{.source = "estates"}, false},
      {{.rule = "reserves*", .organisation = "900001"}, true},
      {{.rule = "reserves*", .organisation = "900002"}, false},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(matches(one.matchers, subject()), one.fits) << matcher_words(one.matchers);
  }
  SilenceSubject without = subject();
  without.sources = {};
  EXPECT_FALSE(matches({.source = "finance"}, without));
  EXPECT_TRUE(matches({.source = "*"}, without)) << "whatever it is, and none too";
}

TEST(SilenceMatching, ARedEscapesTheSilenceOfAnAmber) {
  SilenceSubject red = subject();
  red.severity = Severity::red;
  EXPECT_FALSE(matches({.rule = "reserves-low", .severity = "amber"}, red));
}

TEST(SilenceMatching, OfSeveralTheLongestIsNamed) {
  Silence silence;
  silence.matchers.rule = "*";
  const Timestamp now{make_date(2026, 11, 24)};
  std::vector<Silence> live(3, silence);
  for (std::size_t i = 0; i < live.size(); ++i) live[i].id = static_cast<std::int64_t>(i) + 1;
  live[0].until = now + hours{1};
  live[1].until = now + hours{3};
  live[2].until = now + hours{9};
  live[2].matchers.rule = "another";
  EXPECT_EQ(silence_for(subject(), live).value().id, 2);
  EXPECT_FALSE(silence_for(subject(), {}));
}

TEST(SilenceMatching, ItIsLiveFromItsBeginningToItsEndOrItsRemoval) {
  Silence silence;
  silence.from = Timestamp{make_date(2026, 11, 24)};
  silence.until = silence.from + hours{2};
  EXPECT_FALSE(is_live(silence, silence.from - hours{1}));
  EXPECT_TRUE(is_live(silence, silence.from));
  EXPECT_TRUE(is_live(silence, silence.from + hours{1}));
  EXPECT_FALSE(is_live(silence, silence.until));
  silence.removed_at = silence.from + hours{1};
  EXPECT_TRUE(is_live(silence, silence.from));
  EXPECT_FALSE(is_live(silence, silence.from + hours{1}));
}

TEST(SilenceMatching, ATestAndASwitchedOffDestinationAreAlwaysTold) {
  EXPECT_FALSE(can_be_silenced(EventType::test_ping));
  EXPECT_FALSE(can_be_silenced(EventType::destination_disabled));
  EXPECT_TRUE(can_be_silenced(EventType::alert_firing));
  EXPECT_TRUE(can_be_silenced(EventType::source_failing));
}

class SilenceAsked : public ::testing::Test {
 protected:
  SilenceAsked() {
    Organisation trust;
    trust.kind = OrganisationKind::trust;
    trust.code = trust_code;
    Organisation school;
    school.code = school.name = "900001";
    school.aliases = {"ASH"};
    config_.organisations = Organisations({trust, school});
    config_.kpis.resize(1);
    config_.kpis[0].id = "finance.reserves_percent";
    config_.kpis[0].owner = "finance";
    config_.rules.resize(1);
    config_.rules[0].name = "reserves";
    config_.sources.resize(1);
    config_.sources[0].name = "finance";
    request_.matchers.rule = "reserves";
    request_.until = "2026-12-05";
    request_.by = "J. Smith";
    request_.why = "the roof is being mended";
  }
  std::string refusal() {
    const auto made = make_silence(request_, config_, now_);
    if (made) return "taken";
    EXPECT_EQ(made.error().kind, ErrorKind::config);
    return made.error().sentence;
  }
  std::string end() {
    const auto made = make_silence(request_, config_, now_);
    return made ? format_timestamp(made->until) : made.error().sentence;
  }
  Config config_;
  SilenceRequest request_;
  Timestamp now_ = Timestamp{make_date(2026, 11, 26)} + hours{10};  // a Thursday
};

TEST_F(SilenceAsked, ADayIsIncludedToTheNextMorning) {
  const auto made = make_silence(request_, config_, now_);
  ASSERT_TRUE(made) << made.error().sentence;
  EXPECT_EQ(made->from, now_);
  EXPECT_EQ(format_timestamp(made->until), "2026-12-06T07:00:00.000Z");
  EXPECT_EQ(made->by, "J. Smith");
  EXPECT_EQ(made->why, "the roof is being mended");
  request_.from = "2026-12-01";
  EXPECT_EQ(format_timestamp(make_silence(request_, config_, now_)->from),
            "2026-12-01T00:00:00.000Z");
  request_.until = "2026-12-05T16:30:00Z";
  EXPECT_EQ(end(), "2026-12-05T16:30:00.000Z");
}

TEST_F(SilenceAsked, ASpanIsCountedInTheSchoolsDays) {
  request_.until.clear();
  request_.span = "3 school days";
  EXPECT_EQ(end(), "2026-12-01T10:00:00.000Z") << "Friday, Monday, Tuesday";
  request_.span = "4 h";
  EXPECT_EQ(end(), "2026-11-26T14:00:00.000Z");
  SchoolDays days = SchoolCalendar::typical_england();
  days.inset_days[make_date(2026, 11, 30)] = "INSET";
  config_.calendars.add("900001", SchoolCalendar(days));
  request_.span = "3 school days";
  request_.matchers.organisation = "ASH";
  EXPECT_EQ(end(), "2026-12-02T10:00:00.000Z") << "its own INSET day is none";
  EXPECT_EQ(make_silence(request_, config_, now_)->matchers.organisation, "900001");
}

TEST_F(SilenceAsked, TheTimeOfDayIsKeptWhenTheClocksChange) {
  now_ = Timestamp{make_date(2026, 10, 22)} + hours{9};  // 10:00 in summer
  request_.until.clear();
  request_.span = "7 days";
  EXPECT_EQ(end(), "2026-10-29T10:00:00.000Z");
}

TEST_F(SilenceAsked, ItAlwaysEndsAndSoon) {
  request_.until.clear();
  EXPECT_EQ(refusal(),
            "say when it ends, with --until DAY or --for \"5 school days\": a silence always ends");
  request_.span = "0 days";
  EXPECT_EQ(refusal(),
            "\"0 days\" is no span of time; write \"5 school days\", \"2 weeks\", \"1 "
            "half-term\" or \"4 h\"");
  request_.span = "90 days";
  EXPECT_EQ(refusal(), "taken");
  request_.span = "92 days";
  EXPECT_EQ(refusal(),
            "the silence would last more than 90 days; where that is meant, say so with "
            "--long");
  request_.may_be_long = true;
  EXPECT_EQ(refusal(), "taken");
  request_.span = "3 years";
  EXPECT_EQ(refusal(), "a silence of more than two years is not taken: rather change the rule");
  request_.until = "2026-12-05";
  EXPECT_EQ(refusal(), "--until and --for exclude each other");
  request_.span.clear();
  request_.until = "2026-11-25";
  EXPECT_EQ(refusal(), "the silence would end at 2026-11-26T07:00:00.000Z, which is past");
  request_.until = "2026-12-05";
  request_.from = "2026-12-24";
  EXPECT_EQ(refusal(),
            "the silence would end at 2026-12-06T07:00:00.000Z, which is before it begins");
  request_.from = "tomorrow";
  EXPECT_EQ(refusal(),
            "--from must be a day such as 2026-12-05 or a time such as "
            "2026-12-05T16:00:00Z, not \"tomorrow\"");
}

TEST_F(SilenceAsked, WhatItNamesMustBeThere) {
  request_.matchers = {};
  EXPECT_EQ(
      refusal(),
      "say what is silenced: a rule, a KPI, an organisation, a subgroup, a severity, an owner "
      "or a source; the rule \"*\" is everything");
  const std::vector<std::pair<SilenceMatchers, std::string>> cases{
      {{.rule = "reserve"}, "no rule of the config is named \"reserve\""},
      {{.rule = "roof*"}, "no rule of the config begins as \"roof*\""},
      {{.rule = "res*"}, "taken"},
      {{.rule = "*"}, "taken"},
      {{.kpi = "roll"}, "there is no KPI \"roll\": `kpictl kpis` lists them"},
      {{.kpi = "roll.*"}, "no KPI begins as \"roll.*\": `kpictl kpis` lists them"},
      {{.source = "rol"}, "there is no source \"rol\": `kpictl sources` lists them"},
      {{.organisation = "123456"},
       "no organisation of the config is \"123456\": give a school's URN, one of its aliases, or "
       "\"trust\""},
      {{.subgroup = "="}, "subgroup must look like \"year_group=4\" or \"phase=primary;sex=f\""},
      {{.severity = "blue"}, "\"blue\" is no severity; it is \"amber\" or \"red\""},
      {{.owner = "nobody"}, "no rule and no KPI has the owner \"nobody\""},
      {{.owner = "finance"}, "taken"},
  };
  for (const auto& [matchers, expected] : cases) {
    request_.matchers = matchers;
    EXPECT_EQ(refusal(), expected);
  }
}

TEST_F(SilenceAsked, WhoAndWhyAreAsked) {
  request_.by.clear();
  EXPECT_EQ(refusal(), "say who silences it, with --by");
  request_.by = "J. Smith";
  request_.why.clear();
  EXPECT_EQ(refusal(), "say why it is silenced, with --why");
}

}  // namespace
}  // namespace kpid
