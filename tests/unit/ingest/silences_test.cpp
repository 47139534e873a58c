// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a silence holds back and what becomes of it, and acknowledgements that lapse, on a real
// SQLite file.

#include "ingest/silences.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/source_health.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::hours;

class Silenced : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    config_->rules[0].amber = Threshold{Threshold::Operator::below, 6};
    config_->rules[0].organisations = {"900001"};
    config_->destinations[0].operational = true;
  }

  template <class Work>
  auto in_transaction(Work work) {
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    auto outcome = work(context);
    EXPECT_TRUE(database_->commit());
    return outcome;
  }
  std::int64_t silence(SilenceMatchers matchers, const std::string& span = "2 h") {
    SilenceRequest request;
    request.matchers = std::move(matchers);
    request.span = span;
    request.by = "J. Smith";
    request.why = "the accounts are being moved";
    const auto made = in_transaction(
        [&](const EvaluationContext& context) { return add_silence(writer(), context, request); });
    EXPECT_TRUE(made) << made.error().sentence;
    return made ? made->id : 0;
  }
  std::vector<Delivery> comes(double percent) {  // the parts are whole pence
    EXPECT_TRUE(pull(figures("900001", percent * 10, 1000)));
    return evaluate().deliveries;
  }
  // The clock moves on; what it ends is told.
  std::vector<Delivery> later(hours by) {
    now_ += by;
    return evaluate_by(evaluate_ended).deliveries;
  }
  static std::vector<std::string> types(const std::vector<Delivery>& deliveries) {
    std::vector<std::string> names;
    for (const Delivery& one : deliveries) names.emplace_back(to_string(one.event_type));
    return names;
  }
  using Types = std::vector<std::string>;
  std::string alert_id() { return writer().alerts({true, "", 1})->at(0).id; }
  std::vector<store::EventRecord> history() { return writer().events(alert_id()).value(); }
};

TEST_F(Silenced, WhatIsHeldBackIsOnRecordAndIsToldOnceWhenTheSilenceEnds) {
  const std::int64_t id = silence({.rule = "reserves"});
  EXPECT_EQ(types(comes(3)), Types{});
  ASSERT_EQ(history().size(), 1U);
  EXPECT_EQ(history()[0].event.type, EventType::alert_firing);
  ASSERT_TRUE(history()[0].held);
  EXPECT_EQ(history()[0].held->silence, id);
  EXPECT_FALSE(history()[0].held->settled_at);
  EXPECT_EQ(writer().alert(alert_id()).value()->state, AlertState::firing);
  EXPECT_EQ(types(later(hours{0})), Types{}) << "it still holds";
  const auto told = later(hours{2});
  EXPECT_EQ(types(told), Types{"kpi.alert.firing"});
  EXPECT_EQ(told.at(0).event_id, history()[0].event.id);
  EXPECT_TRUE(history()[0].held->told);
  EXPECT_EQ(history()[0].held->settled_at, now_);
  EXPECT_EQ(history().size(), 1U);
  EXPECT_EQ(types(later(hours{1})), Types{}) << "once";
  EXPECT_EQ(types(comes(7)), Types{"kpi.alert.resolved"});
}

TEST_F(Silenced, WhatHasResolvedMeanwhileIsNotTold) {
  silence({.kpi = "finance.*"}, "9 h");
  EXPECT_EQ(types(comes(3)), Types{});
  EXPECT_EQ(types(comes(7)), Types{});
  EXPECT_EQ(types(later(hours{9})), Types{});
  EXPECT_EQ(types(later(hours{9})), Types{});
  ASSERT_EQ(history().size(), 2U);
  EXPECT_FALSE(history()[0].held->told);
  EXPECT_FALSE(history()[1].held->told);
  EXPECT_TRUE(history()[1].held->settled_at);
}

TEST_F(Silenced, WhoeverHeardOfAnAlertHearsThatItIsOverWhenTheSilenceIs) {
  EXPECT_EQ(types(comes(3)), Types{"kpi.alert.firing"});
  silence({.organisation = "S900001"}, "9 h");
  EXPECT_EQ(types(comes(7)), Types{});
  EXPECT_EQ(types(later(hours{9})), Types{"kpi.alert.resolved"});
  EXPECT_EQ(types(later(hours{9})), Types{});
}

TEST_F(Silenced, AnAlertThatWasToldBeforeIsNotToldAgain) {
  EXPECT_EQ(types(comes(3)), Types{"kpi.alert.firing"});
  silence({.rule = "*"});
  EXPECT_EQ(types(later(hours{2})), Types{});
}

TEST_F(Silenced, ARedEscapesTheSilenceOfItsAmber) {
  silence({.rule = "reserves", .severity = "amber"}, "9 h");
  EXPECT_EQ(types(comes(5.5)), Types{});
  EXPECT_EQ(types(comes(3)), Types{"kpi.alert.changed"});
  EXPECT_EQ(types(later(hours{9})), Types{}) << "the newer event has been told";
  EXPECT_TRUE(history()[0].held->settled_at);
  EXPECT_FALSE(history()[0].held->told);
  EXPECT_EQ(types(comes(7)), Types{"kpi.alert.resolved"});
}

TEST_F(Silenced, TheLastOfWhatWasHeldBackStandsForAll) {
  silence({.rule = "reserves"}, "9 h");
  EXPECT_EQ(types(comes(5.5)), Types{});
  EXPECT_EQ(types(comes(3)), Types{});
  const auto told = later(hours{9});
  EXPECT_EQ(types(told), Types{"kpi.alert.changed"});
  EXPECT_NE(told.at(0).body.find("\"severity\":\"red\""), std::string::npos);
}

TEST_F(Silenced, ASecondSilenceTakesOverWhatTheFirstHasHeld) {
  silence({.rule = "reserves"}, "2 h");
  EXPECT_EQ(types(comes(3)), Types{});
  const std::int64_t second = silence({.severity = "red"}, "9 h");
  EXPECT_EQ(types(later(hours{2})), Types{});
  EXPECT_EQ(history()[0].held->silence, second);
  EXPECT_EQ(types(later(hours{9})), Types{"kpi.alert.firing"});
}

TEST_F(Silenced, OneThatIsRemovedTellsAtOnce) {
  const std::int64_t id = silence({.rule = "reserves"}, "30 days");
  EXPECT_EQ(types(comes(3)), Types{});
  const auto remove = [&](std::int64_t which) {
    return in_transaction([&](const EvaluationContext& context) {
      return remove_silence(writer(), context, which, "A. Jones");
    });
  };
  const auto removed = remove(id);
  ASSERT_TRUE(removed);
  EXPECT_EQ(types(removed->deliveries), Types{"kpi.alert.firing"});
  EXPECT_EQ(writer().silence(id).value()->removed_by, "A. Jones");
  EXPECT_EQ(types(later(hours{1})), Types{});
  EXPECT_EQ(remove(id).error().sentence, "the silence 1 was already removed, by A. Jones");
  EXPECT_EQ(remove(99).error().sentence,
            "there is no silence 99: `kpictl silence list` lists them");
  const std::int64_t short_one = silence({.rule = "reserves"}, "1 h");
  now_ = Timestamp{make_date(2026, 12, 24)};
  EXPECT_EQ(remove(short_one).error().sentence.find("the silence 2 is already over, since 2026-11"),
            0U);
}

TEST_F(Silenced, OneThatBeginsLaterHoldsNothingYet) {
  SilenceRequest request;
  request.matchers.rule = "reserves";
  request.from = "2026-12-01";
  request.span = "2 days";
  request.by = request.why = "x";
  ASSERT_TRUE(in_transaction(
      [&](const EvaluationContext& context) { return add_silence(writer(), context, request); }));
  EXPECT_EQ(types(comes(3)), Types{"kpi.alert.firing"});
  store::SilenceQuery live;
  live.live_at = now_;
  EXPECT_TRUE(writer().silences(live)->empty());
  store::SilenceQuery coming;
  coming.not_over_at = now_;
  EXPECT_EQ(writer().silences(coming)->size(), 1U);
}

TEST_F(Silenced, ByTheSourceOfItsFigure) {
  silence({.source = "finance"}, "9 h");
  EXPECT_EQ(types(comes(3)), Types{});
  const auto noted = in_transaction([&](const EvaluationContext& context) {
    return acknowledge_alert(writer(), context, alert_id(), "J. Smith", "");
  });
  EXPECT_EQ(types(*noted), Types{}) << "what judged nothing anew has the sources of before";
  const Alert alert = writer().alert(alert_id()).value().value();
  EXPECT_TRUE(silence_of_alert(writer(), *config_, alert, now_).value());
  EXPECT_FALSE(silence_of_alert(writer(), *config_, alert, now_ + hours{9}).value());
}

TEST_F(Silenced, TheNewsOfASource) {
  const auto says = [&](EventType type) {
    now_ += hours{1};
    Event event;
    event.type = type;
    event.subject = "source:finance";
    event.severity = Severity::red;
    event.data = "{}";
    return in_transaction(
        [&](const EvaluationContext& context) { return tell(writer(), context, event); });
  };
  silence({.source = "finance"}, "4 h");
  EXPECT_EQ(types(*says(EventType::source_failing)), Types{});
  EXPECT_EQ(types(later(hours{4})), Types{"source.failing"}) << "it still fails";
  EXPECT_EQ(types(*says(EventType::source_recovered)), Types{"source.recovered"});
  silence({.source = "fin*"}, "4 h");
  EXPECT_EQ(types(*says(EventType::source_failing)), Types{});
  EXPECT_EQ(types(*says(EventType::source_recovered)), Types{});
  EXPECT_EQ(types(later(hours{4})), Types{}) << "nobody had heard of it";
}

class Noted : public Silenced {
 protected:
  std::vector<Delivery> note(const std::string& span) {
    const auto told = in_transaction([&](const EvaluationContext& context) {
      return acknowledge_alert(writer(), context, alert_id(), "J. Smith", "with the CFO", span);
    });
    EXPECT_TRUE(told) << told.error().sentence;
    return told ? *told : std::vector<Delivery>{};
  }
  Alert alert() { return writer().alert(alert_id()).value().value(); }
};

TEST_F(Noted, AnAcknowledgementThatLapsesIsToldOnceAndTheAlertFiresAgain) {
  comes(3);  // on Tuesday the 24th
  const auto noted = note("3 school days");
  ASSERT_EQ(types(noted), Types{"kpi.alert.acknowledged"});
  EXPECT_NE(noted[0].body.find("acknowledged by J. Smith (with the CFO) until 27 November 2026"),
            std::string::npos)
      << noted[0].body;
  EXPECT_EQ(types(later(hours{71})), Types{});
  const auto told = later(hours{1});
  ASSERT_EQ(types(told), Types{"kpi.alert.changed"});
  EXPECT_NE(
      told[0].body.find("still red, and the time is over for which J. Smith had acknowledged it"),
      std::string::npos)
      << told[0].body;
  EXPECT_EQ(alert().state, AlertState::firing);
  EXPECT_EQ(alert().acknowledged_by, "");
  EXPECT_FALSE(alert().acknowledged_until);
  EXPECT_EQ(types(later(hours{100})), Types{});
  EXPECT_EQ(types(note("2 h")), Types{"kpi.alert.acknowledged"}) << "it can be noted anew";
}

TEST_F(Noted, WhatGetsWorseOrResolvesEndsIt) {
  comes(5.5);
  note("1 week");
  EXPECT_EQ(types(comes(3)), Types{"kpi.alert.changed"});
  EXPECT_EQ(alert().state, AlertState::firing);
  EXPECT_FALSE(alert().acknowledged_until);
  note("1 week");
  EXPECT_EQ(types(comes(7)), Types{"kpi.alert.resolved"});
  EXPECT_EQ(types(later(hours{200})), Types{});
  EXPECT_EQ(alert().state, AlertState::resolved);
}

TEST_F(Noted, WithoutASpanItHolds) {
  comes(3);
  note("");
  EXPECT_EQ(types(later(hours{24 * 300})), Types{});
  EXPECT_EQ(alert().state, AlertState::acknowledged);
}

TEST_F(Noted, ASpanThatIsNoneChangesNothing) {
  comes(3);
  const auto told = in_transaction([&](const EvaluationContext& context) {
    return acknowledge_alert(writer(), context, alert_id(), "J. Smith", "", "soon");
  });
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().sentence,
            "\"soon\" is no span of time; write \"5 school days\", \"2 weeks\", \"1 half-term\" "
            "or \"4 h\"");
  EXPECT_EQ(alert().state, AlertState::firing);
}

}  // namespace
}  // namespace kpid::ingest
