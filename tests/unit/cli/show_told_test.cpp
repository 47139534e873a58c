// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What kpictl says of who was told instead of whom, and to whom an alert escalated.

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/show.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

json::object delivery(const std::string& to, const std::string& instead_of) {
  return {{"id", 7},
          {"type", "kpi.alert.firing"},
          {"destination", to},
          {"instead_of", instead_of},
          {"subject", "alt_1"},
          {"state", "delivered"},
          {"attempts", 1},
          {"created_at", "2026-11-24T06:31:07Z"},
          {"finished_at", "2026-11-24T06:31:08Z"},
          {"last_status", 200},
          {"last_error", ""}};
}

TEST(ShowTold, DeliveriesSayForWhomTheyStandIn) {
  const json::value all{
      {"deliveries", json::array{delivery("it-team", "finance-team"), delivery("heads", "")}}};
  const std::string text = deliveries_text(all, Screen{});
  EXPECT_THAT(text, HasSubstr("it-team instead of finance-team"));
  EXPECT_THAT(text, Not(HasSubstr("heads instead")));
}

TEST(ShowTold, TheStoryOfAnAlertSaysToWhomItEscalatedAndWhoWasReminded) {
  const auto event = [](const char* type, json::array to) {
    return json::object{{"type", type},
                        {"at", "2026-11-27T06:31:07Z"},
                        {"severity", "red"},
                        {"explanation", "Words."},
                        {"held", nullptr},
                        {"evidence", json::array{}},
                        {"data", {{"unacknowledged", {{"to", std::move(to)}}}}}};
  };
  const json::value story{{"alert",
                           {{"id", "alt_1"},
                            {"state", "firing"},
                            {"severity", "red"},
                            {"organisation_name", "Alder School"},
                            {"title", "Reserves"},
                            {"opened_at", "2026-11-24T06:31:07Z"}}},
                          {"history", json::array{event("kpi.alert.firing", {}),
                                                  event("kpi.alert.escalated", {"heads", "board"}),
                                                  event("kpi.alert.reminder", {"finance-team"})}},
                          {"told", json::array{delivery("it-team", "finance-team")}}};
  const std::string text = story_text(story, Screen{});
  EXPECT_THAT(text, HasSubstr("escalated to heads, board\n"));
  EXPECT_THAT(text, HasSubstr("reminder to finance-team\n"));
  EXPECT_THAT(text, HasSubstr("  it-team instead of finance-team, firing:\n"));
}

}  // namespace
}  // namespace kpid::cli
