// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What the API tells of the waiting room, over a real store.

#include "http/waiting_view.hpp"

#include "http/alert_view.hpp"
#include "unit/ingest/waiting_fixture.hpp"

namespace kpid::ingest {
namespace {

class WaitingView : public Waiting {
 protected:
  json::value told() {
    return http::alert_view(writer(), *config_, writer().alerts({true, "", 1})->at(0).id, now_)
        .value();
  }
};

TEST_F(WaitingView, SaysForWhomItWaitsUntilWhenAndWhy) {
  comes("900001", 3);
  tell_of_source(EventType::source_failing);
  const json::value view = http::waiting_view(writer(), *config_, "", now_).value();
  ASSERT_EQ(view.at("waiting").as_array().size(), 2U);
  const json::value& one = view.at("waiting").at(0);
  EXPECT_EQ(one.at("destination"), "team");
  EXPECT_EQ(one.at("type"), "kpi.alert.firing");
  EXPECT_EQ(one.at("until"), "Monday 07:00");
  EXPECT_EQ(one.at("why"), "quiet hours");
  EXPECT_EQ(one.at("due_at"), "2026-11-30T07:00:00.000Z");
  EXPECT_TRUE(http::waiting_view(writer(), *config_, "board", now_)
                  .value()
                  .at("waiting")
                  .as_array()
                  .empty());
  const json::object counts = http::waiting_counts(writer(), *config_, now_).value();
  EXPECT_EQ(counts.at("events"), 2);
  EXPECT_EQ(counts.at("until"), "Monday 07:00");
  EXPECT_EQ(told().at_pointer("/history/0/waiting/0/until"), "Monday 07:00");
  EXPECT_TRUE(told().at("told").as_array().empty());
}

TEST_F(WaitingView, AnAlertsStoryNamesTheDigestThatToldOfIt) {
  comes("900001", 3);
  comes("900002", 3);
  at("2026-11-30T07:00:00Z");
  const auto digest = flush().deliveries;
  const json::value story = told();
  EXPECT_TRUE(story.at_pointer("/history/0/waiting").as_array().empty());
  ASSERT_EQ(story.at("told").as_array().size(), 1U);
  EXPECT_EQ(story.at_pointer("/told/0/event"), json::value(digest.at(0).event_id));
  EXPECT_EQ(story.at_pointer("/told/0/type"), "kpi.digest");
  EXPECT_EQ(story.at_pointer("/told/0/told_event"), story.at_pointer("/history/0/event"));
  EXPECT_EQ(story.at_pointer("/told/0/told_type"), "kpi.alert.firing");
  EXPECT_EQ(story.at_pointer("/told/0/state"), "pending");
  EXPECT_EQ(http::waiting_counts(writer(), *config_, now_).value().at("events"), 0);
}

TEST_F(WaitingView, WhatASilenceHoldsLongerIsSaidToWaitForThat) {
  comes("900001", 3);
  SilenceRequest request;
  request.matchers.rule = "reserves";
  request.until = "2026-12-02";
  request.by = "J. Smith";
  request.why = "known";
  in_transaction(
      [&](const EvaluationContext& context) { return add_silence(writer(), context, request); });
  at("2026-11-30T07:00:00Z");
  EXPECT_EQ(flush().waiting, 1U);
  const json::value view = http::waiting_view(writer(), *config_, "", now_).value();
  EXPECT_EQ(view.at("waiting").at(0).at("why"), "the silence 1");
  EXPECT_EQ(view.at("waiting").at(0).at("until"), "Thursday 07:00");
}

}  // namespace
}  // namespace kpid::ingest
