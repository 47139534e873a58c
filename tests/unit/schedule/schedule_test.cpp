// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "schedule/schedule.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace kpid {
namespace {

constexpr std::string_view london = "Europe/London";

Timestamp at(const char* text) { return parse_timestamp(text).value(); }

std::string next(const char* schedule, const char* last, const char* now,
                 ScheduleInput input = {}) {
  input.last_asked_at = at(last);
  const auto due = next_due(parse_schedule(schedule).value(), input, london, at(now));
  return due ? format_timestamp(*due) : "never";
}

TEST(ParseSchedule, EveryMistakeIsNamed) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"",
       "\"\" is no schedule; write \"every 15 min\", \"daily 06:30\", five cron fields, "
       "\"on change\", or \"pushed\""},
      {"hourly",
       "\"hourly\" is no schedule; write \"every 15 min\", \"daily 06:30\", five cron "
       "fields, \"on change\", or \"pushed\""},
      {"every 5 s",
       "\"every 5 s\" names no interval of at least 10 s; write for example \"every "
       "15 min\" or \"every 2 h\""},
      {"every fortnight",
       "\"every fortnight\" names no interval of at least 10 s; write for "
       "example \"every 15 min\" or \"every 2 h\""},
      {"daily 6:30", "\"6:30\" is no time of day; write for example \"daily 06:30\""},
      {"daily 24:00", "\"24:00\" is no time of day; write for example \"daily 06:30\""},
      {"60 6 * * *", "\"60\" is no minute of a cron line"},
      {"0 6 * * mo", "\"mo\" is no weekday of a cron line"},
      {"0 6 * foo *", "\"foo\" is no month of a cron line"},
      {"*/0 6 * * *", "\"*/0\" is no minute of a cron line"},
      {"0 9-7 * * *", "\"9-7\" is no hour of a cron line"},
      {"0 6 30 2 *", "the cron line names a day that no month has"},
  };
  for (const auto& [text, sentence] : cases) {
    const auto spec = parse_schedule(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().sentence, sentence);
  }
}

TEST(NextDue, ASourceThatNeverRanIsDueNow) {
  const Timestamp now = at("2026-11-24T09:00:00Z");
  for (const char* text : {"every 15 min", "daily 06:30", "0 6 * * *", "on change"}) {
    EXPECT_EQ(next_due(parse_schedule(text).value(), {}, london, now), now) << text;
  }
}

TEST(NextDue, WhatIsPushedIsNeverDue) {
  const Timestamp now = at("2026-11-24T09:00:00Z");
  EXPECT_FALSE(next_due(parse_schedule("pushed").value(), {}, london, now)) << "nor at the start";
  ScheduleInput failed;
  failed.failures_in_a_row = 3;
  EXPECT_EQ(next("pushed", "2026-11-24T07:00:00Z", "2026-11-24T09:00:00Z", failed), "never")
      << "whoever pushed it pushes it again";
}

TEST(NextDue, EachKindOfSchedule) {
  const char* tuesday = "2026-11-24T07:00:00Z";
  EXPECT_EQ(next("every 15 min", tuesday, tuesday), "2026-11-24T07:15:00.000Z");
  EXPECT_EQ(next("daily 06:30", tuesday, tuesday), "2026-11-25T06:30:00.000Z");
  EXPECT_EQ(next("30 6 * * 1-5", "2026-11-27T07:00:00Z", "2026-11-27T07:00:00Z"),
            "2026-11-30T06:30:00.000Z");
  EXPECT_EQ(next("0 6 1 * *", tuesday, tuesday), "2026-12-01T06:00:00.000Z");
  EXPECT_EQ(next("0 6 29 feb *", tuesday, tuesday), "2028-02-29T06:00:00.000Z");
  EXPECT_EQ(next("0 6 13 * fri", tuesday, tuesday), "2026-11-27T06:00:00.000Z")
      << "both given: either matches";
  EXPECT_EQ(next("0 6 * * 7", tuesday, tuesday), "2026-11-29T06:00:00.000Z");
  EXPECT_EQ(next("*/20 * * * *", tuesday, tuesday), "2026-11-24T07:20:00.000Z");
  EXPECT_EQ(next("on change", tuesday, tuesday), "never");
  EXPECT_EQ(next("pushed", tuesday, tuesday), "never");
}

TEST(NextDue, LocalTimeFollowsTheClockChanges) {
  EXPECT_EQ(next("daily 06:30", "2026-06-01T06:00:00Z", "2026-06-01T06:00:00Z"),
            "2026-06-02T05:30:00.000Z");
  // 28 March 2027: 01:00 becomes 02:00, so 01:30 is not there; it runs at the change.
  EXPECT_EQ(next("daily 01:30", "2027-03-27T01:30:00Z", "2027-03-27T02:00:00Z"),
            "2027-03-28T01:00:00.000Z");
  EXPECT_EQ(next("daily 01:30", "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"),
            "2027-03-29T00:30:00.000Z");
  // 25 October 2026: 01:30 comes twice; it runs at the first.
  EXPECT_EQ(next("daily 01:30", "2026-10-24T00:30:00Z", "2026-10-24T01:00:00Z"),
            "2026-10-25T00:30:00.000Z");
  EXPECT_EQ(next("daily 01:30", "2026-10-25T00:30:00Z", "2026-10-25T00:31:00Z"),
            "2026-10-26T01:30:00.000Z");
}

TEST(NextDue, WhatWasMissedIsDueAtOnceAndOnce) {
  // Down for three days: the missed instant lies in the past, so the source is due; then tomorrow.
  EXPECT_EQ(next("daily 06:30", "2026-11-20T06:30:00Z", "2026-11-24T09:00:00Z"),
            "2026-11-21T06:30:00.000Z");
  EXPECT_EQ(next("daily 06:30", "2026-11-24T09:00:00Z", "2026-11-24T09:00:01Z"),
            "2026-11-25T06:30:00.000Z");
}

TEST(NextDue, FailuresBackOffUpToACapAndNeverPastTheSchedule) {
  const char* last = "2026-11-24T07:00:00Z";
  const std::vector<std::pair<std::uint32_t, const char*>> cases{
      {1, "2026-11-24T07:00:30.000Z"},
      {2, "2026-11-24T07:01:00.000Z"},
      {6, "2026-11-24T07:15:00.000Z"},
      {4'000'000'000, "2026-11-24T07:15:00.000Z"}};
  for (const auto& [failures, due] : cases) {
    ScheduleInput input;
    input.failures_in_a_row = failures;
    EXPECT_EQ(next("daily 06:30", last, last, input), due);
    EXPECT_EQ(next("on change", last, last, input), due);
  }
  ScheduleInput input;
  input.failures_in_a_row = 6;
  EXPECT_EQ(next("every 5 min", last, last, input), "2026-11-24T07:05:00.000Z");
  input.retry_at = at("2026-11-24T08:00:00Z");
  EXPECT_EQ(next("every 5 min", last, last, input), "2026-11-24T08:00:00.000Z");
}

TEST(NextDue, JitterIsSmallAndTheSameForTheSameSource) {
  const char* last = "2026-11-24T07:00:00Z";
  for (const std::uint64_t seed : {1ULL, 29'999ULL, 123'456'789ULL}) {
    ScheduleInput input;
    input.jitter_seed = seed;
    const auto due = at(next("every 1 min", last, last, input).c_str());
    EXPECT_GE(due, at("2026-11-24T07:01:00Z"));
    EXPECT_LE(due, at("2026-11-24T07:01:03Z"));
    EXPECT_EQ(next("daily 06:30", last, last, input), next("daily 06:30", last, last, input));
    EXPECT_LE(at(next("daily 06:30", last, last, input).c_str()), at("2026-11-25T06:30:30Z"));
  }
}

TEST(NextDue, AClockThatWasSetBackDoesNotStopASource) {
  EXPECT_EQ(next("every 15 min", "2027-11-24T07:00:00Z", "2026-11-24T07:00:00Z"),
            "2026-11-24T07:15:00.000Z");
}

TEST(LocalDate, IsTheTrustsOwn) {
  EXPECT_EQ(local_date(at("2026-06-30T23:30:00Z"), london), make_date(2026, 7, 1));
  EXPECT_EQ(local_date(at("2026-12-31T23:30:00Z"), london), make_date(2026, 12, 31));
  EXPECT_TRUE(is_time_zone("Europe/London"));
  EXPECT_FALSE(is_time_zone("Europe/Wigan"));
  EXPECT_FALSE(is_time_zone(""));
}

}  // namespace
}  // namespace kpid
