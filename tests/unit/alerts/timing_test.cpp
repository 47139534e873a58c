// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// When a destination is told: nights, weekends, holidays, both clock changes, groups and digests.

#include "alerts/timing.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kpid {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view london = "Europe/London";

Timestamp at(std::string_view text) {
  const auto parsed = parse_timestamp(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Timestamp{});
}

DestinationConfig nightly(int from = 18, int until = 7) {
  DestinationConfig made;
  made.name = "finance-team";
  made.quiet.hours = QuietTimes::Hours{std::chrono::hours{from}, std::chrono::hours{until}};
  return made;
}

Event amber() {
  Event event;
  event.type = EventType::alert_firing;
  event.severity = Severity::amber;
  event.organisation = "900001";
  event.kpi = "finance.reserves_percent";
  return event;
}

class Timing : public ::testing::Test {
 protected:
  TimingInput input(const DestinationConfig& destination) const {
    return {destination, london, calendar_};
  }
  std::string quiet(const DestinationConfig& destination, std::string_view now) const {
    const auto end = quiet_until(input(destination), at(now));
    return end ? format_timestamp(*end).substr(0, 16) : "loud";
  }
  std::string told(const DestinationConfig& destination, const Event& event,
                   std::string_view now) const {
    const auto wait = wait_of(input(destination), event, at(now));
    return wait ? wait->bundle + " " + format_timestamp(wait->due_at).substr(0, 19) : "now";
  }
  SchoolCalendar calendar_;  // the typical year
};

struct Case {
  const char* now;
  const char* end;
};

TEST_F(Timing, ANightGoesOverMidnight) {
  const DestinationConfig destination = nightly();
  // 26 November 2026 is a Thursday; winter time is UTC.
  for (const Case& one : std::vector<Case>{{"2026-11-26T17:59:59.999Z", "loud"},
                                           {"2026-11-26T18:00:00Z", "2026-11-27T07:00"},
                                           {"2026-11-26T23:59:59Z", "2026-11-27T07:00"},
                                           {"2026-11-27T00:00:00Z", "2026-11-27T07:00"},
                                           {"2026-11-27T06:59:59.999Z", "2026-11-27T07:00"},
                                           {"2026-11-27T07:00:00Z", "loud"},
                                           {"2026-07-01T17:00:00Z", "2026-07-02T06:00"},
                                           {"2026-07-01T16:59:00Z", "loud"}}) {
    EXPECT_EQ(quiet(destination, one.now), one.end) << one.now;
  }
}

TEST_F(Timing, HoursWithinADayStayThere) {
  const DestinationConfig destination = nightly(12, 14);
  EXPECT_EQ(quiet(destination, "2026-11-26T11:59:00Z"), "loud");
  EXPECT_EQ(quiet(destination, "2026-11-26T12:00:00Z"), "2026-11-26T14:00");
  EXPECT_EQ(quiet(destination, "2026-11-26T14:00:00Z"), "loud");
  const DestinationConfig evening = nightly(18, 0);
  EXPECT_EQ(quiet(evening, "2026-11-26T23:00:00Z"), "2026-11-27T00:00");
  EXPECT_EQ(quiet(evening, "2026-11-27T00:00:00Z"), "loud");
}

TEST_F(Timing, AWeekendReachesFromFridayEveningToMondayMorning) {
  DestinationConfig destination = nightly();
  destination.quiet.weekends = true;
  for (const Case& one : std::vector<Case>{{"2026-11-27T17:00:00Z", "loud"},
                                           {"2026-11-27T18:00:00Z", "2026-11-30T07:00"},
                                           {"2026-11-28T12:00:00Z", "2026-11-30T07:00"},
                                           {"2026-11-29T23:30:00Z", "2026-11-30T07:00"},
                                           {"2026-11-30T06:00:00Z", "2026-11-30T07:00"},
                                           {"2026-11-30T07:00:00Z", "loud"}}) {
    EXPECT_EQ(quiet(destination, one.now), one.end) << one.now;
  }
  destination.quiet.hours.reset();
  EXPECT_EQ(quiet(destination, "2026-11-27T23:59:00Z"), "loud");
  EXPECT_EQ(quiet(destination, "2026-11-28T00:00:00Z"), "2026-11-30T00:00");
}

// The spring change is on 29 March 2026 at 01:00 UTC, the autumn change on 25 October 2026.
TEST_F(Timing, AClockChangeNeitherLosesNorRepeatsAnHour) {
  const DestinationConfig destination = nightly();
  EXPECT_EQ(quiet(destination, "2026-03-28T20:00:00Z"), "2026-03-29T06:00") << "07:00 BST";
  EXPECT_EQ(quiet(destination, "2026-10-24T20:00:00Z"), "2026-10-25T07:00") << "07:00 GMT";
  DestinationConfig weekend = nightly();
  weekend.quiet.weekends = true;
  EXPECT_EQ(quiet(weekend, "2026-03-27T20:00:00Z"), "2026-03-30T06:00");
  EXPECT_EQ(quiet(weekend, "2026-10-23T20:00:00Z"), "2026-10-26T07:00");

  DestinationConfig skipped = nightly();
  skipped.quiet.hours = QuietTimes::Hours{22h, 1h + 30min};  // 01:30 does not exist on 29 March
  EXPECT_EQ(quiet(skipped, "2026-03-28T23:00:00Z"), "2026-03-29T01:00") << "the change itself";
  EXPECT_EQ(quiet(skipped, "2026-03-29T01:00:00Z"), "loud");

  DestinationConfig twice = nightly();
  twice.quiet.hours = QuietTimes::Hours{22h, 1h + 30min};  // 01:30 exists twice on 25 October
  EXPECT_EQ(quiet(twice, "2026-10-24T23:00:00Z"), "2026-10-25T00:30") << "01:30 BST, the first";
  EXPECT_EQ(quiet(twice, "2026-10-25T00:30:00Z"), "loud");
  EXPECT_EQ(quiet(twice, "2026-10-25T01:10:00Z"), "loud") << "01:10 GMT: no night is quiet twice";

  DestinationConfig begins = nightly();
  begins.quiet.hours = QuietTimes::Hours{1h + 30min, 5h};
  EXPECT_EQ(quiet(begins, "2026-03-29T00:59:00Z"), "loud");
  EXPECT_EQ(quiet(begins, "2026-03-29T01:00:00Z"), "2026-03-29T04:00");
  EXPECT_EQ(quiet(begins, "2026-10-25T00:30:00Z"), "2026-10-25T05:00");
}

TEST_F(Timing, HolidaysAreTheTrustsOwn) {
  DestinationConfig destination = nightly();
  destination.quiet.weekends = destination.quiet.holidays = true;
  SchoolDays days;
  days.half_terms = {{2026, 1, {make_date(2026, 9, 3), make_date(2026, 10, 23)}},
                     {2026, 2, {make_date(2026, 11, 2), make_date(2026, 12, 18)}}};
  days.inset_days[make_date(2026, 11, 27)] = "INSET day";
  days.bank_holidays[make_date(2026, 12, 1)] = "a bank holiday";
  calendar_ = SchoolCalendar(days);
  // Half-term ends with Sunday, 1 November.
  EXPECT_EQ(quiet(destination, "2026-10-23T18:00:00Z"), "2026-11-02T07:00");
  EXPECT_EQ(quiet(destination, "2026-10-28T12:00:00Z"), "2026-11-02T07:00");
  EXPECT_EQ(quiet(destination, "2026-11-30T19:00:00Z"), "2026-12-02T07:00") << "a bank holiday";
  EXPECT_EQ(quiet(destination, "2026-11-27T12:00:00Z"), "loud") << "on an INSET day staff work";
  destination.quiet.weekends = false;
  EXPECT_EQ(quiet(destination, "2026-10-31T12:00:00Z"), "loud") << "term begins on Monday";
  EXPECT_EQ(quiet(destination, "2026-11-28T12:00:00Z"), "loud") << "an ordinary Saturday";
}

TEST_F(Timing, AWeekendWithinHolidaysIsOfThem) {
  DestinationConfig destination;
  destination.quiet.holidays = true;
  // Christmas 2026: the typical year has 26 and 27 December within its holiday.
  ASSERT_NE(calendar_.day(make_date(2026, 12, 25)).kind, DayKind::school_day);
  ASSERT_NE(calendar_.day(make_date(2026, 12, 28)).kind, DayKind::school_day);
  const auto end = quiet_until(input(destination), at("2026-12-26T12:00:00Z"));
  ASSERT_TRUE(end);
  EXPECT_GT(*end, at("2026-12-29T00:00:00Z"));
}

TEST_F(Timing, WhatIsUrgentGoesThroughAndWhatIsOverNeverIs) {
  DestinationConfig destination = nightly();
  destination.urgent = Severity::red;
  Event event = amber();
  EXPECT_EQ(told(destination, event, "2026-11-26T20:00:00Z"), "quiet 2026-11-27T07:00:00");
  event.severity = Severity::red;
  EXPECT_EQ(told(destination, event, "2026-11-26T20:00:00Z"), "now");
  event.type = EventType::alert_resolved;
  EXPECT_EQ(told(destination, event, "2026-11-26T20:00:00Z"), "quiet 2026-11-27T07:00:00");
  event.type = EventType::alert_acknowledged;
  EXPECT_EQ(told(destination, event, "2026-11-26T20:00:00Z"), "quiet 2026-11-27T07:00:00");
  destination.urgent.reset();
  event.type = EventType::alert_firing;
  EXPECT_EQ(told(destination, event, "2026-11-26T20:00:00Z"), "quiet 2026-11-27T07:00:00");
}

TEST_F(Timing, GroupsWaitForTheirLike) {
  DestinationConfig destination;
  destination.group_wait = 30s;
  const std::string due = " 2026-11-26T10:00:30";
  const auto group = [&](Grouping by, const Event& event) {
    destination.group_by = by;
    return told(destination, event, "2026-11-26T10:00:00Z");
  };
  EXPECT_EQ(group(Grouping::organisation, amber()), "school:900001" + due);
  EXPECT_EQ(group(Grouping::kpi, amber()), "kpi:finance.reserves_percent" + due);
  EXPECT_EQ(group(Grouping::run, amber()), "run:1795687200000" + due);
  EXPECT_EQ(group(Grouping::none, amber()), "now");
  Event of_kpid;
  of_kpid.type = EventType::source_failing;
  EXPECT_EQ(group(Grouping::organisation, of_kpid), "now") << "it is of no school";
  EXPECT_EQ(group(Grouping::run, of_kpid), "run:1795687200000" + due);
}

TEST_F(Timing, ADigestTakesEverythingButATest) {
  DestinationConfig destination;
  destination.digest = DigestTimes{std::nullopt, 7h + 30min};
  EXPECT_EQ(told(destination, amber(), "2026-11-26T07:29:59Z"), "digest 2026-11-26T07:30:00");
  EXPECT_EQ(told(destination, amber(), "2026-11-26T07:30:00Z"), "digest 2026-11-26T07:30:00");
  EXPECT_EQ(told(destination, amber(), "2026-11-26T07:30:00.001Z"), "digest 2026-11-27T07:30:00");
  EXPECT_EQ(told(destination, amber(), "2026-07-01T12:00:00Z"), "digest 2026-07-02T06:30:00");
  destination.digest->weekday = 1;
  EXPECT_EQ(told(destination, amber(), "2026-11-26T07:30:00Z"), "digest 2026-11-30T07:30:00");
  EXPECT_EQ(told(destination, amber(), "2026-11-30T07:30:01Z"), "digest 2026-12-07T07:30:00");
  Event event;
  event.severity = Severity::red;
  for (const EventType type : {EventType::source_failing, EventType::destination_disabled}) {
    event.type = type;
    EXPECT_EQ(told(destination, event, "2026-11-26T08:00:00Z"), "digest 2026-11-30T07:30:00");
  }
  event.type = EventType::test_ping;
  EXPECT_EQ(told(destination, event, "2026-11-26T08:00:00Z"), "now");
  destination.urgent = Severity::red;
  event.type = EventType::alert_firing;
  EXPECT_EQ(told(destination, event, "2026-11-26T08:00:00Z"), "now");
}

TEST_F(Timing, ADigestTimeThatAClockChangeSkipsOrRepeatsComesOnce) {
  const DigestTimes times{std::nullopt, 1h + 30min};
  const auto next = [&](std::string_view now) {
    return format_timestamp(next_digest(times, london, at(now))).substr(0, 16);
  };
  EXPECT_EQ(next("2026-03-28T12:00:00Z"), "2026-03-29T01:00");
  EXPECT_EQ(next("2026-03-29T01:00:01Z"), "2026-03-30T00:30");
  EXPECT_EQ(next("2026-10-24T12:00:00Z"), "2026-10-25T00:30");
  EXPECT_EQ(next("2026-10-25T00:30:01Z"), "2026-10-26T01:30");
}

TEST_F(Timing, MomentsAreSaidAsPeopleDo) {
  const Timestamp now = at("2026-11-27T09:00:00Z");
  EXPECT_EQ(moment_words(at("2026-11-30T07:00:00Z"), now, london), "Monday 07:00");
  EXPECT_EQ(moment_words(at("2026-11-27T18:05:00Z"), now, london), "today 18:05");
  EXPECT_EQ(moment_words(at("2026-11-21T18:00:00Z"), now, london), "Saturday 18:00");
  EXPECT_EQ(moment_words(at("2026-11-20T18:00:00Z"), now, london), "20 November 2026 18:00");
  EXPECT_EQ(moment_words(at("2026-07-01T17:00:00Z"), now, london), "1 July 2026 18:00");
}

TEST_F(Timing, ABundleThatTheConfigNoLongerMakesIsKnown) {
  DestinationConfig destination = nightly();
  EXPECT_TRUE(is_bundle_of(destination, "quiet"));
  EXPECT_FALSE(is_bundle_of(destination, "digest"));
  EXPECT_FALSE(is_bundle_of(destination, "school:900001"));
  destination.group_by = Grouping::organisation;
  EXPECT_TRUE(is_bundle_of(destination, "school:900001"));
  EXPECT_FALSE(is_bundle_of(destination, "run:1"));
}

}  // namespace
}  // namespace kpid
