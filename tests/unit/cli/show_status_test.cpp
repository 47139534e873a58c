// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What kpictl status says of destinations to which nothing goes for a while.

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/show.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

json::value destination(const std::string& name, bool disabled = false) {
  return {{"name", name},
          {"format", "slack"},
          {"host", "hooks.example.org"},
          {"disabled", disabled},
          {"disabled_reason", disabled ? "410: gone" : ""},
          {"failing_since", nullptr},
          {"last_delivered_at", nullptr}};
}

TEST(ShowStatus, SaysWhyADestinationWaitsAndUntilWhen) {
  const json::value status{
      {"daemon",
       {{"waiting",
         json::array{
             {{"destination", "down"},
              {"failures", 7},
              {"next_try", "2026-11-24T14:05:00Z"},
              {"deliveries", 3}},
             {{"destination", "busy"},
              {"failures", 0},
              {"next_try", "2026-11-24T15:00:00Z"},
              {"deliveries", 1}},
             {{"destination", "asked"}, {"failures", 1}, {"next_try", nullptr}, {"deliveries", 0}},
             {{"destination", "gone"},
              {"failures", 5},
              {"next_try", nullptr},
              {"deliveries", 0}}}}}},
      {"destinations", json::array{destination("down"), destination("busy"), destination("asked"),
                                   destination("fine"), destination("gone", true)}}};
  const std::string text = status_text(status, Screen{});
  EXPECT_THAT(text, HasSubstr("waiting: 7 failures in a row, next try 24 Nov 2026 14:05"));
  EXPECT_THAT(text, HasSubstr("waiting: it asked for a rest, next try 24 Nov 2026 15:00"));
  EXPECT_THAT(text, HasSubstr("waiting: 1 failure in a row  "));
  EXPECT_THAT(text, HasSubstr("off: 410: gone"));
  EXPECT_THAT(text, Not(HasSubstr("5 failures in a row"))) << "that it is off says more";
}

}  // namespace
}  // namespace kpid::cli
