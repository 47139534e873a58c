// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What kpictl says of what waits for its destination's time.

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/show.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

json::value waits_for(const std::string& destination) {
  return {{"event", "msg_1"},           {"type", "kpi.alert.firing"},
          {"subject", "alt_1"},         {"severity", "red"},
          {"destination", destination}, {"since", "2026-11-27T19:00:00.000Z"},
          {"until", "Monday 07:00"},    {"why", "quiet hours"}};
}

TEST(ShowWaiting, SaysForWhomUntilWhenAndWhy) {
  const std::string text =
      waiting_text(json::object{{"waiting", json::array{waits_for("finance-team")}}}, Screen{});
  EXPECT_THAT(text, HasSubstr("DESTINATION   UNTIL         WHY"));
  EXPECT_THAT(text, HasSubstr("finance-team  Monday 07:00  quiet hours  kpi.alert.firing  alt_1"));
  EXPECT_EQ(waiting_text(json::object{{"waiting", json::array{}}}, Screen{}), "Nothing waits.\n");
}

TEST(ShowWaiting, AStatusCountsThem) {
  json::object status{{"waiting", json::object{{"events", 3}, {"until", "Monday 07:00"}}}};
  EXPECT_THAT(status_text(status, Screen{}),
              HasSubstr("3 events wait for the time of a destination, the first until Monday "
                        "07:00.\n"));
  status["waiting"].as_object()["events"] = 0;
  EXPECT_THAT(status_text(status, Screen{}), Not(HasSubstr("for the time of")));
}

TEST(ShowWaiting, AnAlertsStorySaysWhatWaitsAndWhichDigestTold) {
  const json::value story{
      {"alert", {{"id", "alt_1"}, {"severity", "red"}, {"opened_at", "2026-11-27T19:00:00Z"}}},
      {"history",
       json::array{{{"event", "msg_1"},
                    {"type", "kpi.alert.firing"},
                    {"at", "2026-11-27T19:00:00Z"},
                    {"severity", "red"},
                    {"waiting", json::array{waits_for("finance-team"), waits_for("head")}}}}},
      {"told", json::array{{{"event", "msg_9"},
                            {"type", "kpi.digest"},
                            {"told_event", "msg_1"},
                            {"told_type", "kpi.alert.firing"},
                            {"destination", "board"},
                            {"state", "delivered"},
                            {"attempts", 1},
                            {"finished_at", "2026-11-30T07:00:01Z"},
                            {"last_status", 204}}}}};
  const std::string text = story_text(story, Screen{});
  EXPECT_THAT(text, HasSubstr("waits for finance-team until Monday 07:00, quiet hours; for head "
                              "until Monday 07:00,"));
  EXPECT_THAT(text, HasSubstr("  board, firing, in the digest msg_9:\n    told 30 Nov 2026 07:00Z "
                              "(HTTP 204)\n"));
}

}  // namespace
}  // namespace kpid::cli
