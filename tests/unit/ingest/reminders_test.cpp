// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Alerts of which nobody takes note, and who hears what where the first match wins, on a real
// SQLite file.

#include "ingest/reminders.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/silences.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {
namespace {

namespace json = boost::json;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// "head" hears of what nobody takes note of for three school days. What is told is written as
// "destination: event".
class Reminded : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    config_->rules[0].amber = Threshold{Threshold::Operator::below, 6};
    config_->rules[0].organisations = {"900001"};
    DestinationConfig head;
    head.name = "head";
    head.unacknowledged_for = Span{3, Span::Unit::school_days};
    config_->destinations.push_back(head);
  }

  using Said = std::vector<std::string>;
  Said said(const std::vector<Delivery>& deliveries) {
    Said all;
    for (const Delivery& one : deliveries) {
      const std::string type{to_string(one.event_type)};
      all.push_back(one.destination + ": " + type.substr(type.rfind('.') + 1));
      arrives(one);
    }
    return all;
  }
  // As the outbox writes it down.
  void arrives(const Delivery& delivery, DeliveryState state = DeliveryState::delivered) {
    if (!arriving_) return;
    DeliveryAttempt attempt;
    attempt.delivery = delivery.id;
    attempt.at = attempt.next_attempt_at = now_;
    attempt.state = state;
    ASSERT_TRUE(database_->begin());
    EXPECT_TRUE(writer().record_attempt(attempt));
    ASSERT_TRUE(database_->commit());
  }
  Said comes(double percent) {  // the parts are whole pence
    EXPECT_TRUE(pull(figures("900001", percent * 10, 1000)));
    return said(evaluate().deliveries);
  }
  // As the daemon looks after it, once a minute.
  Said look() {
    std::vector<Delivery> told = evaluate_by(evaluate_ended).deliveries;
    for (Delivery& one : evaluate_by(evaluate_reminders).deliveries) told.push_back(one);
    last_ = told;
    return said(told);
  }
  Said at(Date day, hours time = hours{12}) {
    now_ = Timestamp{day} + time;
    return look();
  }
  Said note(const std::string& span = "") {
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    auto told = acknowledge_alert(writer(), context, alert().id, "J. Smith", "", span);
    EXPECT_TRUE(told);
    EXPECT_TRUE(database_->commit());
    return told ? said(*told) : Said{};
  }
  void silence(const std::string& span) {
    SilenceRequest request;
    request.matchers.rule = "reserves";
    request.span = span;
    request.by = request.why = "x";
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    EXPECT_TRUE(add_silence(writer(), context, request));
    EXPECT_TRUE(database_->commit());
  }
  Alert alert() { return writer().alerts({true, "", 1})->at(0); }
  json::object data_of_last() { return json::parse(last_.at(0).body).as_object(); }
  std::string explanation() { return std::string{data_of_last()["explanation"].as_string()}; }
  static Date november(unsigned day) { return make_date(2026, 11, day); }

  std::vector<Delivery> last_;
  bool arriving_ = true;
};

// The 24th of November 2026 is a Tuesday; pull() comes an hour after midnight.
TEST_F(Reminded, AnAlertEscalatesOnceAfterItsSchoolDays) {
  EXPECT_THAT(comes(3), ElementsAre("team: firing"));
  EXPECT_THAT(at(november(26)), IsEmpty());
  EXPECT_THAT(at(november(27), hours{0}), IsEmpty()) << "an hour is missing";
  EXPECT_THAT(at(november(27), hours{1}), ElementsAre("head: escalated"));
  EXPECT_THAT(look(), IsEmpty()) << "again changes nothing";
  EXPECT_THAT(at(make_date(2026, 12, 11)), IsEmpty()) << "once";
  const auto records = writer().events(alert().id).value();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].event.type, EventType::alert_escalated);
  EXPECT_EQ(records[1].event.seq, 2U);
  EXPECT_EQ(records[1].event.severity, Severity::red);
  EXPECT_EQ(alert().seq, 2U);
  EXPECT_EQ(alert().state, AlertState::firing);
}

TEST_F(Reminded, WhatIsSaidIsWhoWasToldAndSinceWhen) {
  comes(3);
  at(november(30));
  EXPECT_THAT(explanation(),
              StartsWith("For 4 school days, since 24 November 2026, nobody has taken note of "
                         "this; team had been told. School 900001 – reserves as a share of "
                         "income: 3 % in 2025/26"));
  const json::object data = data_of_last();
  EXPECT_EQ(data.at("seq").to_number<int>(), 2);
  EXPECT_EQ(data.at("state").as_string(), "firing");
  const json::object& unnoted = data.at("unacknowledged").as_object();
  EXPECT_EQ(unnoted.at("since").as_string(), "2026-11-24T01:00:00.000Z");
  EXPECT_EQ(unnoted.at("for").as_string(), "4 school days");
  EXPECT_EQ(unnoted.at("to"), (json::array{"head"}));
  EXPECT_EQ(unnoted.at("told"), (json::array{"team"}));
  EXPECT_TRUE(data.at("newest").is_null());
}

TEST_F(Reminded, WhoeverCouldNotBeToldIsNamedToo) {
  arriving_ = false;
  comes(3);
  at(november(30));
  EXPECT_THAT(explanation(),
              HasSubstr("nobody had been told; the message for team has not arrived."));
}

TEST_F(Reminded, AFigureThatHasComeSinceIsNamed) {
  comes(3);
  comes(2.9);  // a correction, just as bad: nothing is told
  at(november(27), hours{1});
  EXPECT_THAT(explanation(), Not(HasSubstr("newest"))) << "to the eye it is the same";
  config_->kpis[0].decimals = 1;
  config_->destinations[1].name = "other";
  at(november(30));
  EXPECT_THAT(explanation(), HasSubstr(" 3 % in 2025/26"));
  EXPECT_THAT(explanation(), ::testing::EndsWith(" The newest figure is 2.9 % in 2025/26."));
}

TEST_F(Reminded, AHolidayDoesNotCount) {
  now_ = Timestamp{make_date(2026, 12, 16)};  // the last Wednesday before Christmas
  comes(3);
  EXPECT_THAT(at(make_date(2026, 12, 31)), IsEmpty());
  const SchoolCalendar& calendar = config_->calendars.of("900001");
  const Date due = calendar.school_day_after(make_date(2026, 12, 16), 3);
  ASSERT_GT(due, make_date(2027, 1, 1)) << "the calendar of the test has a holiday there";
  EXPECT_THAT(at(due - std::chrono::days{1}), IsEmpty());
  EXPECT_THAT(at(due), ElementsAre("head: escalated"));
  EXPECT_THAT(explanation(), StartsWith("For 3 school days, since 16 December 2026,"));
}

TEST_F(Reminded, WhatIsTakenNoteOfInTimeDoesNotEscalate) {
  comes(3);
  at(november(26));
  EXPECT_THAT(note(), ElementsAre("team: acknowledged")) << "head has not heard of it";
  EXPECT_THAT(at(make_date(2027, 3, 1)), IsEmpty());
  EXPECT_THAT(comes(7), ElementsAre("team: resolved"));
}

TEST_F(Reminded, AnAcknowledgementThatLapsesBeginsTheCountAnew) {
  comes(3);
  at(november(25));
  note("2 school days");
  EXPECT_THAT(at(november(27)), ElementsAre("team: changed")) << "it fires again, on a Friday";
  EXPECT_THAT(at(make_date(2026, 12, 1)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 2)), ElementsAre("head: escalated"));
  EXPECT_THAT(explanation(), StartsWith("For 3 school days, since 27 November 2026,"));
  EXPECT_THAT(note("1 school days"), ElementsAre("team: acknowledged", "head: acknowledged"));
  EXPECT_THAT(at(make_date(2026, 12, 3)), ElementsAre("team: changed", "head: changed"));
  EXPECT_THAT(at(make_date(2026, 12, 4)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 8)), ElementsAre("head: escalated")) << "this firing's once";
  EXPECT_THAT(at(make_date(2026, 12, 9)), IsEmpty());
}

TEST_F(Reminded, WhatGetsWorseUnderAnAcknowledgementBeginsTheCountAnew) {
  comes(5.5);
  note();
  now_ = Timestamp{november(25)};
  EXPECT_THAT(comes(3), ElementsAre("team: changed"));
  EXPECT_THAT(at(november(27)), IsEmpty());
  EXPECT_THAT(at(november(30)), ElementsAre("head: escalated"));
}

TEST_F(Reminded, WhatGetsBetterUnderAnAcknowledgementStaysNoted) {
  comes(3);
  note();
  now_ = Timestamp{november(25)};
  EXPECT_THAT(comes(5.5), ElementsAre("team: changed"));
  EXPECT_THAT(at(make_date(2026, 12, 24)), IsEmpty());
}

TEST_F(Reminded, WhoeverItEscalatedToHearsTheRest) {
  comes(5.5);
  EXPECT_THAT(at(november(27)), ElementsAre("head: escalated"));
  EXPECT_THAT(comes(3), ElementsAre("team: changed", "head: changed"));
  EXPECT_THAT(note(), ElementsAre("team: acknowledged", "head: acknowledged"));
  EXPECT_THAT(comes(7), ElementsAre("team: resolved", "head: resolved"));
  EXPECT_THAT(comes(3), ElementsAre("team: firing")) << "a new alert";
}

TEST_F(Reminded, ARestartForgetsNothing) {
  comes(3);
  open();
  EXPECT_THAT(at(november(27)), ElementsAre("head: escalated"));
  open();
  EXPECT_THAT(at(november(27), hours{13}), IsEmpty());
  EXPECT_THAT(comes(7), ElementsAre("team: resolved", "head: resolved"));
}

TEST_F(Reminded, EachDestinationHasItsOwnPatience) {
  DestinationConfig board = config_->destinations[1];
  board.name = "board";
  board.unacknowledged_for = Span{5, Span::Unit::school_days};
  DestinationConfig trustees = board;
  trustees.name = "trustees";
  config_->destinations.push_back(board);
  config_->destinations.push_back(trustees);
  comes(3);
  EXPECT_THAT(at(november(27)), ElementsAre("head: escalated"));
  EXPECT_THAT(at(november(30)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 1)), ElementsAre("board: escalated", "trustees: escalated"));
  EXPECT_EQ(last_[0].event_id, last_[1].event_id) << "one event for those that are due together";
  EXPECT_THAT(explanation(), HasSubstr("; head and team had been told."));
  EXPECT_THAT(at(make_date(2026, 12, 18)), IsEmpty());
}

TEST_F(Reminded, ItsFiltersHold) {
  config_->destinations[1].minimum_severity = Severity::red;
  comes(5.5);
  EXPECT_THAT(at(november(30)), IsEmpty());
  comes(3);
  EXPECT_THAT(look(), ElementsAre("head: escalated")) << "it has been there for long enough";
}

TEST_F(Reminded, ASilenceHoldsItBack) {
  comes(3);
  at(november(26));
  silence("5 days");
  EXPECT_THAT(at(november(30)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 1)), ElementsAre("head: escalated"));
  EXPECT_THAT(explanation(), StartsWith("For 5 school days,"));
}

TEST_F(Reminded, WhatASilenceHeldBackIsCountedFromWhenItWasTold) {
  silence("5 days");
  EXPECT_THAT(comes(3), IsEmpty());
  EXPECT_THAT(at(november(30)), ElementsAre("team: firing"));  // the silence ended on the 29th
  EXPECT_THAT(at(make_date(2026, 12, 2)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 3)), ElementsAre("head: escalated"));
  EXPECT_THAT(explanation(), StartsWith("For 3 school days, since 30 November 2026,"));
}

TEST_F(Reminded, NeitherAPendingNorAFlappingAlertEscalates) {
  config_->rules[0].for_periods = 2;
  EXPECT_THAT(comes(3), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 4)), IsEmpty());
  Alert held = alert();
  EXPECT_EQ(held.state, AlertState::pending);
  config_->rules[0].for_periods = 1;
  EXPECT_THAT(comes(2), ElementsAre("team: firing"));
  held = alert();
  held.flapping = true;
  ASSERT_TRUE(database_->begin());
  ASSERT_TRUE(writer().save_alert(held));
  ASSERT_TRUE(database_->commit());
  EXPECT_THAT(at(make_date(2026, 12, 18)), IsEmpty());
}

TEST_F(Reminded, AFailureLeavesNothingHalf) {
  comes(3);
  now_ = Timestamp{november(30)};
  const Render broken = [](const DestinationConfig&, const Event&) -> Result<RenderedBody> {
    return fail(ErrorKind::internal, "no room");
  };
  const EvaluationContext context{*config_, identifiers_, broken, now_};
  ASSERT_TRUE(database_->begin());
  EXPECT_FALSE(evaluate_reminders(writer(), context));
  ASSERT_TRUE(database_->rollback());
  EXPECT_EQ(alert().seq, 1U);
  EXPECT_THAT(look(), ElementsAre("head: escalated"));
}

class Repeated : public Reminded {
 protected:
  void SetUp() override {
    Reminded::SetUp();
    config_->destinations.resize(1);
    config_->destinations[0].repeat_every = Span{5, Span::Unit::school_days};
  }
};

TEST_F(Repeated, WhileNobodyTakesNoteItIsToldAgain) {
  comes(3);
  EXPECT_THAT(at(november(30)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 1)), ElementsAre("team: reminder"));
  EXPECT_THAT(explanation(), StartsWith("For 5 school days nobody has taken note of this. School "
                                        "900001 – reserves as a share of income: 3 %"));
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 7)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 8)), ElementsAre("team: reminder"));
  EXPECT_THAT(explanation(), StartsWith("For 10 school days nobody has taken note of this. School "
                                        "900001"))
      << "not what the one before said";
  EXPECT_EQ(alert().seq, 3U);
  note();
  EXPECT_THAT(at(make_date(2027, 2, 1)), IsEmpty());
  EXPECT_THAT(comes(7), ElementsAre("team: resolved"));
}

TEST_F(Repeated, ItIsCountedFromWhatWasToldLast) {
  comes(5.5);
  now_ = Timestamp{november(27)};
  EXPECT_THAT(comes(3), ElementsAre("team: changed"));
  EXPECT_THAT(at(make_date(2026, 12, 3)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 4)), ElementsAre("team: reminder"));
}

TEST_F(Repeated, NothingIsRepeatedThatIsStillUnderWay) {
  arriving_ = false;
  EXPECT_TRUE(pull(figures("900001", 30, 1000)));
  const auto fired = evaluate().deliveries;
  EXPECT_THAT(at(make_date(2026, 12, 18)), IsEmpty());
  arriving_ = true;
  arrives(fired.at(0), DeliveryState::dead);
  EXPECT_THAT(look(), IsEmpty()) << "it has just been tried for the last time";
  EXPECT_THAT(at(make_date(2027, 1, 15)), ElementsAre("team: reminder"));
}

TEST_F(Repeated, ThoseThatAreDueTogetherShareAnEvent) {
  DestinationConfig other = config_->destinations[0];
  other.name = "other";
  config_->destinations.push_back(other);
  DestinationConfig slower = other;
  slower.name = "slower";
  slower.repeat_every = Span{6, Span::Unit::school_days};
  config_->destinations.push_back(slower);
  comes(3);
  EXPECT_THAT(at(make_date(2026, 12, 1)), ElementsAre("team: reminder", "other: reminder"));
  EXPECT_EQ(last_[0].event_id, last_[1].event_id);
  EXPECT_THAT(at(make_date(2026, 12, 2)), ElementsAre("slower: reminder"));
  EXPECT_EQ(alert().seq, 3U);
}

TEST_F(Repeated, WhoeverWasNotToldIsNotReminded) {
  comes(3);
  DestinationConfig late = config_->destinations[0];
  late.name = "late";
  config_->destinations.push_back(late);
  EXPECT_THAT(at(make_date(2026, 12, 1)), ElementsAre("team: reminder"));
}

TEST_F(Repeated, ASilenceHoldsItBackAndEndsWithOneReminder) {
  comes(3);
  silence("20 days");
  EXPECT_THAT(at(make_date(2026, 12, 10)), IsEmpty());
  EXPECT_THAT(at(make_date(2026, 12, 15)), ElementsAre("team: reminder"));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(Repeated, AnEscalationAndAReminderMayComeTogether) {
  DestinationConfig head = config_->destinations[0];
  head.name = "head";
  head.unacknowledged_for = Span{5, Span::Unit::school_days};
  config_->destinations.push_back(head);
  comes(3);
  EXPECT_THAT(at(make_date(2026, 12, 1)), ElementsAre("head: escalated", "team: reminder"));
  EXPECT_THAT(at(make_date(2026, 12, 8)), ElementsAre("team: reminder", "head: reminder"));
}

// heads hears of red alone, team of amber too; only the first of both that wants an event gets it.
class First : public Reminded {
 protected:
  void SetUp() override {
    Reminded::SetUp();
    config_->first_match = true;
    config_->destinations[1] = config_->destinations[0];
    config_->destinations[0].name = "heads";
    config_->destinations[0].minimum_severity = Severity::red;
  }
};

TEST_F(First, WhatGoesAmberRedRecoveredIsToldToTheEndToBoth) {
  EXPECT_THAT(comes(5.5), ElementsAre("team: firing"));
  EXPECT_THAT(comes(3), ElementsAre("heads: changed", "team: changed"));
  EXPECT_THAT(comes(7), ElementsAre("heads: resolved", "team: resolved"));
}

TEST_F(First, WhatGoesRedAmberRecoveredIsToldToTheEndToBoth) {
  EXPECT_THAT(comes(3), ElementsAre("heads: firing"));
  EXPECT_THAT(comes(5.5), ElementsAre("team: changed"));
  EXPECT_THAT(comes(7), ElementsAre("heads: resolved", "team: resolved"));
}

TEST_F(First, WhatWasRedAloneIsToldToTheFirstAlone) {
  EXPECT_THAT(comes(3), ElementsAre("heads: firing"));
  EXPECT_THAT(note(), ElementsAre("heads: acknowledged"));
  EXPECT_THAT(comes(7), ElementsAre("heads: resolved"));
}

TEST_F(First, ANewOrderOfTheFileTakesTheEndFromNobody) {
  EXPECT_THAT(comes(5.5), ElementsAre("team: firing"));
  std::swap(config_->destinations[0], config_->destinations[1]);
  config_->destinations[0].owners = {"site"};
  EXPECT_THAT(comes(7), ElementsAre("team: resolved"));
}

TEST_F(First, WhoeverHeardNothingOfASilencedRedHearsNothingOfItsEnd) {
  config_->first_match = false;
  EXPECT_THAT(comes(5.5), ElementsAre("team: firing"));
  silence("9 h");
  EXPECT_THAT(comes(3), IsEmpty());
  EXPECT_THAT(comes(7), IsEmpty());
  now_ += hours{9};
  EXPECT_THAT(look(), ElementsAre("team: resolved"));
}

}  // namespace
}  // namespace kpid::ingest
