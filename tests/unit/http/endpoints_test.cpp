// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Every endpoint of the control API, asked over a real socket of a real server on a real database.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client.hpp"
#include "support/small_daemon.hpp"

namespace kpid::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace json = boost::json;

class Endpoints : public ::testing::Test {
 protected:
  // Ash breaches at 3 %, is corrected to 4 %; the trust stands at the same.
  void SetUp() override {
    daemon_.pull(daemon_.figures("900001", 300, 10000));
    first_known_ = daemon_.clock.at;
    daemon_.answer(1, 202, DeliveryState::delivered);
    daemon_.answer(2, 503, DeliveryState::dead, "the receiver answered 503 for three days");
    daemon_.pull(daemon_.figures("900001", 400, 10000));
    daemon_.start();
  }
  json::value get(const std::string& target) {
    const Reply reply = client_.get("/api/v1/" + target);
    EXPECT_EQ(reply.status, 200U) << reply.text;
    EXPECT_THAT(reply.text, Not(HasSubstr("hunter"))) << "a secret got out";
    return reply.body;
  }
  json::value at(const json::value& value, std::string_view pointer) {
    boost::system::error_code problem;
    const json::value* found = value.find_pointer(pointer, problem);
    EXPECT_NE(found, nullptr) << pointer << " is not in " << json::serialize(value);
    return found == nullptr ? json::value() : *found;
  }
  // The alert of Ash.
  std::string alert_id() {
    const json::value alerts = get("alerts?org=900001");
    return std::string(at(alerts, "/alerts/0/id").as_string());
  }

  testing::SmallDaemon daemon_;
  Client client_{daemon_.socket()};
  Timestamp first_known_{};
};

TEST_F(Endpoints, HealthIsAnsweredAtTheRootToo) {
  const Reply root = client_.get("/healthz");
  EXPECT_EQ(root.status, 200U);
  EXPECT_EQ(root.text, R"({"healthy":true})");
  EXPECT_EQ(root.timezone, "Europe/London");
  EXPECT_EQ(get("healthz"), root.body);
  EXPECT_EQ(client_.get("/status").status, 404U);
}

TEST_F(Endpoints, StatusHoldsItAll) {
  const json::value status = get("status");
  EXPECT_EQ(at(status, "/trust"), "Example Trust");
  EXPECT_EQ(at(status, "/now"), "2026-11-24T02:00:00.000Z");
  EXPECT_EQ(at(status, "/daemon/pid"), 4711);
  EXPECT_EQ(at(status, "/alerts"),
            json::parse(R"({"firing":2,"acknowledged":0,"pending":0,"red":2,"amber":0})"));
  EXPECT_EQ(at(status, "/outbox"), json::parse(R"({"pending":0,"delivered":1,"dead":1})"));
  EXPECT_EQ(at(status, "/sources/0/name"), "finance");
  EXPECT_EQ(at(status, "/destinations/0/host"), "hooks.example:8443");
}

TEST_F(Endpoints, ASourceHasThreeClocks) {
  const json::value sources = get("sources");
  EXPECT_EQ(at(sources, "/sources/0/last_asked_at"), "2026-11-24T02:00:00.000Z");
  EXPECT_EQ(at(sources, "/sources/0/content_changed_at"), "2026-11-24T02:00:00.000Z");
  EXPECT_EQ(at(sources, "/sources/0/data_until"), "2026-08-31");
  EXPECT_EQ(at(sources, "/sources/0/next_due_at"), "2026-11-25T02:00:00.000Z");
  EXPECT_EQ(at(sources, "/sources/0/schedule"), "daily 06:30");
  EXPECT_EQ(at(sources, "/sources/0/health"), "working");
  EXPECT_EQ(at(sources, "/sources/0/last_run/outcome"), "succeeded");
  EXPECT_EQ(at(sources, "/sources/1/health"), "never asked");
  EXPECT_EQ(at(sources, "/sources/1/last_run"), nullptr);
}

TEST_F(Endpoints, RunsComeNewestFirst) {
  const json::value runs = get("sources/finance/runs");
  ASSERT_EQ(at(runs, "/runs").as_array().size(), 2U);
  EXPECT_EQ(at(runs, "/runs/0/revised"), 1);
  EXPECT_EQ(at(runs, "/runs/1/created"), 2);
  EXPECT_EQ(at(get("sources/finance/runs?limit=1"), "/runs").as_array().size(), 1U);
  EXPECT_EQ(client_.get("/api/v1/sources/finance/runs?limit=0").status, 400U);
  EXPECT_EQ(client_.get("/api/v1/sources/nobody/runs").sentence(),
            "there is no source \"nobody\": `kpictl sources` lists them");
  EXPECT_EQ(client_.get("/api/v1/sources/finanse/runs").sentence(),
            "there is no source \"finanse\"; did you mean \"finance\"?");
}

TEST_F(Endpoints, ARunIsAskedForAndItsOutcomeReturned) {
  const Reply failed = client_.post("/api/v1/sources/finance/run");
  EXPECT_EQ(failed.status, 502U);
  EXPECT_EQ(failed.text, R"({"error":{"kind":"source","sentence":"the column Income is gone",)"
                         R"("place":"summary.csv, row 1"}})");
  daemon_.next_pull = daemon_.figures("900001", 900, 10000);
  const Reply run = client_.post("/api/v1/sources/finance/run");
  EXPECT_EQ(run.status, 200U) << run.text;
  EXPECT_EQ(run.body.at("revised"), 1);
  EXPECT_EQ(run.body.at("outcome"), "succeeded");
  EXPECT_EQ(at(get("alerts"), "/alerts").as_array().size(), 0U) << "9 % is no breach";
  EXPECT_EQ(client_.post("/api/v1/sources/nobody/run").status, 404U);
}

TEST_F(Endpoints, TheNewestValueOfEachKpiIsJudgedByTheRules) {
  const json::value kpis = get("kpis");
  ASSERT_EQ(at(kpis, "/kpis").as_array().size(), 3U);
  EXPECT_EQ(at(kpis, "/kpis/0/organisation"), "trust");
  EXPECT_EQ(at(kpis, "/kpis/0/completeness"), json::parse(R"({"have":1,"of":2})"));
  EXPECT_EQ(at(kpis, "/kpis/1/organisation_name"), "Ash");
  EXPECT_EQ(at(kpis, "/kpis/1/value"), 4);
  EXPECT_EQ(at(kpis, "/kpis/1/text"), "4 %");
  EXPECT_EQ(at(kpis, "/kpis/1/severity"), "red");
  EXPECT_EQ(at(kpis, "/kpis/1/corrected"), true);
  EXPECT_EQ(at(kpis, "/kpis/2/organisation_name"), "Birch");
  EXPECT_EQ(at(kpis, "/kpis/2/severity"), "no data");
  EXPECT_EQ(at(kpis, "/kpis/2/value"), nullptr);
}

TEST_F(Endpoints, ASeriesTellsWhereItCameFrom) {
  const json::value kpi = get("kpis/finance.reserves_percent?org=s900001");
  EXPECT_EQ(at(kpi, "/organisation/code"), "900001") << "an alias, in another case";
  EXPECT_EQ(at(kpi, "/kpi/plan"), "5.2");
  EXPECT_EQ(at(kpi, "/values/0/period/label"), "2025/26");
  EXPECT_EQ(at(kpi, "/values/0/value"), 4);
  EXPECT_EQ(at(kpi, "/values/0/numerator"), 400);
  EXPECT_EQ(at(kpi, "/values/0/denominator"), 10000);
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/measure"), "finance.reserves");
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/revision"), 2);
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/run"), 2);
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/revisions/0/value"), 300);
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/revisions/1/value"), 400);
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/document/origin"), "in/summary.csv");
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/document/sha256"), json::value(std::string(64, 'a')));
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/document/row_first"), 2);
}

TEST_F(Endpoints, ThePastIsReadAsItWasKnown) {
  const std::string path = "kpis/finance.reserves_percent?org=900001&as_of=";
  const json::value then = get(path + format_timestamp(first_known_));
  EXPECT_EQ(at(then, "/values/0/value"), 3);
  EXPECT_EQ(at(then, "/values/0/inputs/0/revisions").as_array().size(), 1U);
  EXPECT_EQ(at(get(path + "2026-11-23"), "/values").as_array().size(), 0U);
  const json::value day = get(path + "2026-11-24");
  EXPECT_EQ(at(day, "/as_of"), "2026-11-24T23:59:59.999Z") << "a day is known at its end";
  EXPECT_EQ(at(day, "/values/0/value"), 4);
  EXPECT_EQ(at(get(path + "2026-07-01"), "/as_of"), "2026-07-01T22:59:59.999Z") << "summer time";
  EXPECT_EQ(client_.get("/api/v1/" + path + "yesterday").status, 400U);
}

TEST_F(Endpoints, TheAlertsAndColoursOfAPastInstantAreThoseThatWereOpenThen) {
  const std::string then = "as_of=" + format_timestamp(first_known_);
  const json::value kpis = get("kpis?" + then);
  EXPECT_EQ(at(kpis, "/kpis/1/value"), 3);
  EXPECT_EQ(at(kpis, "/kpis/1/severity"), "red");
  EXPECT_EQ(at(kpis, "/kpis/2/severity"), "no data");
  EXPECT_EQ(at(get("kpis?as_of=2026-11-23"), "/kpis/1/severity"), "no data");
  const json::value alerts = get("alerts?org=900001&" + then);
  ASSERT_EQ(at(alerts, "/alerts").as_array().size(), 1U);
  EXPECT_EQ(at(alerts, "/alerts/0/state"), "firing");
  EXPECT_EQ(at(alerts, "/alerts/0/value"), 3) << "the figure of then, corrected to 4 since";
  EXPECT_EQ(at(get("alerts?as_of=2026-11-23"), "/alerts").as_array().size(), 0U);
  daemon_.next_pull = daemon_.figures("900001", 900, 10000);
  EXPECT_EQ(client_.post("/api/v1/sources/finance/run").status, 200U);
  EXPECT_EQ(at(get("alerts?org=900001"), "/alerts").as_array().size(), 0U) << "resolved by now";
  EXPECT_EQ(at(get("alerts?org=900001&" + then), "/alerts/0/severity"), "red");
  EXPECT_EQ(client_.get("/api/v1/alerts?as_of=soon").status, 400U);
  const auto future = client_.get("/api/v1/alerts?as_of=2999-01-01");
  EXPECT_EQ(future.status, 400U);
  EXPECT_NE(future.sentence().find("still to come"), std::string::npos) << future.sentence();
}

TEST_F(Endpoints, ATrustsFigureRestsOnItsSchools) {
  const json::value kpi = get("kpis/finance.reserves_percent");
  EXPECT_EQ(at(kpi, "/organisation/kind"), "trust");
  EXPECT_EQ(at(kpi, "/values/0/completeness/have"), 1);
  EXPECT_EQ(at(kpi, "/values/0/inputs/0/organisation"), "900001");
}

TEST_F(Endpoints, QuestionsAboutKpisAreChecked) {
  const std::string path = "/api/v1/kpis/finance.reserves_percent";
  EXPECT_EQ(client_.get("/api/v1/kpis/nothing").sentence(),
            "there is no KPI \"nothing\": `kpictl kpis` lists them");
  EXPECT_EQ(client_.get("/api/v1/kpis/finance.reserve_percent").sentence(),
            "there is no KPI \"finance.reserve_percent\"; did you mean "
            "\"finance.reserves_percent\"?");
  EXPECT_EQ(client_.get(path + "?org=123456").status, 404U);
  EXPECT_EQ(client_.get(path + "?subgroup=%3D").status, 400U);
  EXPECT_EQ(client_.get(path + "?from=soon").status, 400U);
  EXPECT_EQ(client_.get(path + "?limit=-1").status, 400U);
  EXPECT_EQ(client_.get(path + "?organisation=trust").sentence(),
            "this address takes no parameter \"organisation\"");
  EXPECT_EQ(at(get("kpis/finance.reserves_percent?from=2026-09-01"), "/values").as_array().size(),
            0U);
}

TEST_F(Endpoints, AnAlertIsExplained) {
  const json::value story = get("alerts/" + alert_id());
  EXPECT_EQ(at(story, "/alert/state"), "firing");
  EXPECT_EQ(at(story, "/alert/organisation_name"), "Ash");
  EXPECT_EQ(at(story, "/rule/red/text"), "5 %");
  EXPECT_EQ(at(story, "/rule/runbook"), "Tell the CFO within five working days.");
  EXPECT_EQ(at(story, "/judged/value"), 4);
  EXPECT_EQ(at(story, "/judged/threshold/operator"), "<");
  EXPECT_EQ(at(story, "/judged/periods_in_breach"), 1);
  EXPECT_EQ(at(story, "/value_now/text"), "4 %");
  EXPECT_EQ(at(story, "/measurements").as_array().size(), 2U);
  EXPECT_EQ(at(story, "/measurements/1/measure"), "finance.income");
  EXPECT_EQ(at(story, "/measurements/0/document/source"), "finance");
  EXPECT_EQ(at(story, "/history/0/type"), "kpi.alert.firing");
  EXPECT_EQ(at(story, "/history/0/at"), json::value(format_timestamp(first_known_)));
  EXPECT_THAT(std::string(at(story, "/explanation").as_string()),
              HasSubstr("Ash – reserves as a share of income: 3 % in 2025/26"));
  EXPECT_EQ(at(story, "/told/0/destination"), "team");
  EXPECT_EQ(at(story, "/told/0/tries").as_array().size(), 1U);
}

TEST(PendingAlerts, AreExplainedBeforeAnybodyIsTold) {
  kpid::testing::SmallDaemon daemon;
  daemon.config()->rules[0].for_periods = 2;
  daemon.pull(daemon.figures("900001", 499, 10000));
  daemon.start();
  Client client(daemon.socket());
  const Reply alerts = client.get("/api/v1/alerts?org=900001");
  const std::string id(alerts.body.at_pointer("/alerts/0/id").as_string());
  const Reply story = client.get("/api/v1/alerts/" + id);
  EXPECT_EQ(story.body.at_pointer("/alert/state"), "pending") << story.text;
  EXPECT_EQ(story.body.at_pointer("/history").as_array().size(), 0U);
  EXPECT_EQ(story.body.at_pointer("/told").as_array().size(), 0U);
  EXPECT_EQ(story.body.at_pointer("/judged/breached"), true);
  EXPECT_EQ(story.body.at_pointer("/judged/text"), "4.99 %") << "must not read as 5 %";
  EXPECT_THAT(std::string(story.body.at_pointer("/explanation").as_string()),
              HasSubstr("Ash – reserves as a share of income: 4.99 % in 2025/26"));
}

TEST_F(Endpoints, WhatLeftTheConfigIsStillExplained) {
  const std::string id = alert_id();
  auto emptied = std::make_shared<Config>(*daemon_.config());
  emptied->rules.clear();
  emptied->kpis.clear();
  boost::asio::post(daemon_.loop, [&] { daemon_.server->configure(emptied); });
  const json::value story = get("alerts/" + id);
  EXPECT_EQ(at(story, "/rule"), nullptr);
  EXPECT_EQ(at(story, "/judged"), nullptr);
  EXPECT_EQ(at(story, "/history/0/seq"), 1);
}

TEST_F(Endpoints, ASilenceIsAddedListedAndRemoved) {
  const Reply made = client_.post("/api/v1/silences", R"({"rule":"reserves*","org":"900001"})");
  EXPECT_EQ(made.status, 400U);
  EXPECT_EQ(made.sentence(), "a silence has no \"org\"");
  const std::string whole =
      R"({"kpi":"finance.*","organisation":"S900001","until":"2026-12-05","by":"J. Smith","why":"the roof"})";
  const Reply added = client_.post("/api/v1/silences", whole);
  ASSERT_EQ(added.status, 200U) << added.text;
  EXPECT_EQ(at(added.body, "/id"), 1);
  EXPECT_EQ(at(added.body, "/state"), "live");
  EXPECT_EQ(at(added.body, "/what"), "KPI finance.*, organisation 900001");
  EXPECT_EQ(at(added.body, "/until"), "2026-12-06T07:00:00.000Z");
  EXPECT_EQ(at(get("silences"), "/silences/0/why"), "the roof");
  const json::value alerts = get("alerts?org=900001");
  EXPECT_EQ(at(alerts, "/alerts/0/silence/by"), "J. Smith");
  EXPECT_EQ(at(get("alerts?org=trust"), "/alerts/0/silence"), nullptr);
  daemon_.next_pull = daemon_.figures("900001", 900, 10000);
  EXPECT_EQ(client_.post("/api/v1/sources/finance/run").status, 200U);
  const std::string id(at(get("alerts?all=1&org=900001"), "/alerts/0/id").as_string());
  json::value story = get("alerts/" + id);
  EXPECT_EQ(at(story, "/history/0/held"), nullptr);
  EXPECT_EQ(at(story, "/history/1/held/silence/id"), 1);
  EXPECT_EQ(at(story, "/history/1/held/silence/by"), "J. Smith");
  EXPECT_EQ(at(story, "/history/1/held/told"), false);
  EXPECT_EQ(at(story, "/told").as_array().size(), 1U) << "the firing alone";
  EXPECT_EQ(client_.post("/api/v1/silences/1/remove", "{}").sentence(),
            "say who removes it: {\"by\": \"J. Smith\"}");
  const Reply removed = client_.post("/api/v1/silences/1/remove", R"({"by":"A. Jones"})");
  ASSERT_EQ(removed.status, 200U) << removed.text;
  EXPECT_EQ(at(removed.body, "/state"), "removed");
  EXPECT_EQ(at(removed.body, "/removed_by"), "A. Jones");
  story = get("alerts/" + id);
  EXPECT_EQ(at(story, "/history/1/held/told"), true) << "who heard of it hears that it is over";
  EXPECT_EQ(at(story, "/told").as_array().size(), 2U);
  EXPECT_EQ(at(get("silences"), "/silences").as_array().size(), 0U);
  EXPECT_EQ(at(get("silences?all=1"), "/silences").as_array().size(), 1U);
  EXPECT_EQ(client_.post("/api/v1/silences/1/remove", R"({"by":"x"})").status, 409U);
  EXPECT_EQ(client_.post("/api/v1/silences/2/remove", R"({"by":"x"})").status, 404U);
  EXPECT_EQ(client_.post("/api/v1/silences/one/remove", R"({"by":"x"})").status, 400U);
}

TEST_F(Endpoints, WhatIsWrongWithASilenceIsSaid) {
  const auto sentence = [&](const std::string& body, unsigned status) {
    const Reply reply = client_.post("/api/v1/silences", body);
    EXPECT_EQ(reply.status, status) << reply.text;
    return reply.sentence();
  };
  EXPECT_EQ(sentence(R"({"rule":7})", 400), "\"rule\" must be a text");
  EXPECT_EQ(sentence(R"({"long":"yes"})", 400), "\"long\" must be true or false");
  EXPECT_EQ(
      sentence(R"({"by":"x","why":"y","for":"2 h"})", 422),
      "say what is silenced: a rule, a KPI, an organisation, a subgroup, a severity, an owner "
      "or a source; the rule \"*\" is everything");
  EXPECT_EQ(sentence(R"({"by":"x","why":"y","kpi":"roll"})", 422),
            "there is no KPI \"roll\": `kpictl kpis` lists them");
  EXPECT_EQ(sentence(R"({"why":"y","kpi":"*"})", 422), "say who silences it, with --by");
}

TEST_F(Endpoints, AnAcknowledgementMayEnd) {
  const std::string path = "/api/v1/alerts/" + alert_id() + "/acknowledge";
  EXPECT_EQ(client_.post(path, R"({"by":"J. Smith","for":"soon"})").status, 422U);
  const Reply done = client_.post(path, R"({"by":"J. Smith","for":"3 school days"})");
  ASSERT_EQ(done.status, 200U) << done.text;
  EXPECT_EQ(at(done.body, "/alert/acknowledged_until"), "2026-11-27T02:00:00.000Z");
}

TEST_F(Endpoints, AnAlertIsAcknowledgedOnce) {
  const std::string path = "/api/v1/alerts/" + alert_id() + "/acknowledge";
  EXPECT_EQ(client_.post(path, "{}").status, 400U);
  EXPECT_EQ(client_.post(path, "[]").status, 400U);
  const Reply done = client_.post(path, R"({"by":"J. Smith","note":"with the CFO"})");
  EXPECT_EQ(done.status, 200U) << done.text;
  EXPECT_EQ(at(done.body, "/alert/acknowledged_by"), "J. Smith");
  EXPECT_EQ(at(done.body, "/history/1/type"), "kpi.alert.acknowledged");
  const Reply again = client_.post(path, R"({"by":"J. Smith"})");
  EXPECT_EQ(again.status, 409U);
  EXPECT_EQ(again.sentence(), "the alert is acknowledged: only a firing one can be acknowledged");
  EXPECT_EQ(client_.post("/api/v1/alerts/alt_0/acknowledge", R"({"by":"x"})").status, 404U);
}

TEST_F(Endpoints, ResolvedAlertsAreShownOnRequest) {
  daemon_.next_pull = daemon_.figures("900001", 900, 10000);
  ASSERT_EQ(client_.post("/api/v1/sources/finance/run").status, 200U);
  EXPECT_EQ(at(get("alerts"), "/alerts").as_array().size(), 0U);
  const json::value all = get("alerts?all=1");
  ASSERT_EQ(at(all, "/alerts").as_array().size(), 2U);
  EXPECT_EQ(at(all, "/alerts/0/resolution"), "corrected");
}

TEST_F(Endpoints, DeliveriesAreListedAndReplayed) {
  EXPECT_EQ(at(get("deliveries"), "/deliveries").as_array().size(), 2U);
  const json::value failed = get("deliveries?failed=1");
  ASSERT_EQ(at(failed, "/deliveries").as_array().size(), 1U);
  EXPECT_EQ(at(failed, "/deliveries/0/state"), "dead");
  const json::value one = get("deliveries/2");
  EXPECT_EQ(at(one, "/tries/0/status"), 503);
  EXPECT_EQ(at(one, "/tries/0/error"), "the receiver answered 503 for three days");
  EXPECT_THAT(std::string(at(one, "/body").as_string()), HasSubstr("\"explanation\""));
  EXPECT_EQ(client_.post("/api/v1/deliveries/2/replay").text, R"({"replayed":1})");
  EXPECT_EQ(at(get("deliveries/2"), "/state"), "pending");
  const Reply stretch = client_.post("/api/v1/deliveries/replay?since=2026-11-01");
  EXPECT_EQ(at(stretch.body, "/replayed"), 0);
  EXPECT_EQ(at(stretch.body, "/destinations/0/under_way"), 1);
  EXPECT_EQ(client_.post("/api/v1/deliveries/replay").status, 400U);
  EXPECT_EQ(client_.post("/api/v1/deliveries/99/replay").status, 404U);
  EXPECT_EQ(client_.get("/api/v1/deliveries/99").status, 404U);
  EXPECT_EQ(client_.get("/api/v1/deliveries/two").status, 400U);
}

TEST_F(Endpoints, TheRecordIsReadPageByPage) {
  const json::value first = get("export/deliveries?limit=1");
  ASSERT_EQ(at(first, "/rows").as_array().size(), 1U);
  EXPECT_EQ(at(first, "/rows/0/delivery"), 1);
  EXPECT_EQ(at(first, "/next"), 1);
  const json::value second = get("export/deliveries?limit=1&after=1");
  EXPECT_EQ(at(second, "/rows/0/delivery"), 2);
  EXPECT_EQ(at(second, "/rows/0/status"), 503);
  const json::value last = get("export/deliveries?limit=1&after=2");
  EXPECT_EQ(at(last, "/rows").as_array().size(), 0U);
  EXPECT_EQ(at(last, "/next"), nullptr);
  const json::value alerts = get("export/alerts?limit=1");
  const std::string next(at(alerts, "/next").as_string());
  EXPECT_EQ(at(alerts, "/rows/0/alert"), json::value(next));
  EXPECT_EQ(at(get("export/alerts?after=" + next), "/rows").as_array().size(), 1U);
}

TEST_F(Endpoints, QuestionsAboutTheRecordAreChecked) {
  for (const char* wrong :
       {"export/deliveries?limit=0", "export/deliveries?limit=1001", "export/deliveries?after=x",
        "export/deliveries?after=-1", "export/alerts?since=soon", "export/alerts?until=2026-13-01",
        "export/alerts?since=2026-11-24&until=2026-11-01"}) {
    EXPECT_EQ(client_.get(std::string("/api/v1/") + wrong).status, 400U) << wrong;
  }
  EXPECT_EQ(client_.get("/api/v1/export/alerts?organisation=trust").sentence(),
            "this address takes no parameter \"organisation\"");
  EXPECT_EQ(client_.get("/api/v1/export/kpis").status, 404U);
  const std::string replay = "/api/v1/deliveries/replay?since=2026-11-01";
  EXPECT_EQ(client_.post(replay + "&missed_by=team&destination=team").status, 400U);
  EXPECT_EQ(client_.post(replay + "&missed_by=nobody").status, 404U);
  EXPECT_EQ(client_.post(replay + "&until=never").status, 400U);
  EXPECT_EQ(client_.post("/api/v1/deliveries/replay?since=2026-11-24&until=2026-11-23").sentence(),
            "until must not be before since");
}

TEST_F(Endpoints, ADrillIsChecked) {
  EXPECT_EQ(client_.post("/api/v1/drill", R"({"school":"900001"})").sentence(),
            "a drill has no \"school\"");
  EXPECT_EQ(client_.post("/api/v1/drill", R"({"rule":7})").status, 400U);
  EXPECT_EQ(client_.post("/api/v1/drill", R"({"severity":"none"})").status, 400U);
  EXPECT_EQ(client_.post("/api/v1/drill", R"({"rule":"nothing"})").status, 404U);
  EXPECT_EQ(client_.get("/api/v1/drill").status, 405U);
  const Reply drill = client_.post("/api/v1/drill", R"({"organisation":"900002"})");
  ASSERT_EQ(drill.status, 200U) << drill.text;
  EXPECT_EQ(at(drill.body, "/accepted"), true);
  EXPECT_EQ(at(drill.body, "/told/0/destination"), "team");
}

TEST_F(Endpoints, DestinationsShowTheirHostAlone) {
  const json::value destinations = get("destinations");
  EXPECT_EQ(at(destinations, "/destinations/0/format"), "teams");
  EXPECT_EQ(at(destinations, "/destinations/0/host"), "hooks.example:8443");
  EXPECT_EQ(at(destinations, "/destinations/0/disabled"), false);
  const Reply test = client_.post("/api/v1/destinations/team/test");
  EXPECT_EQ(test.status, 200U) << test.text;
  EXPECT_EQ(at(test.body, "/type"), "test.ping");
  EXPECT_EQ(at(test.body, "/last_status"), 202);
  EXPECT_EQ(client_.post("/api/v1/destinations/team/enable").text,
            R"({"destination":"team","enabled":true})");
  EXPECT_EQ(client_.post("/api/v1/destinations/nobody/test").status, 404U);
  EXPECT_EQ(at(get("destinations/team/preview"), "/event"), "kpi.alert.firing");
  EXPECT_EQ(client_.get("/api/v1/destinations/nobody/preview").status, 404U);
  EXPECT_EQ(client_.get("/api/v1/destinations/team/preview?event=x").status, 400U);
  EXPECT_EQ(client_.post("/api/v1/destinations/nobody/enable").status, 404U);
}

TEST_F(Endpoints, PluginsAreListedAndReleased) {
  EXPECT_EQ(at(get("plugins"), "/plugins/1/refused"), "it was built for another machine");
  EXPECT_EQ(client_.post("/api/v1/plugins/finance/release").status, 200U);
  EXPECT_EQ(client_.post("/api/v1/plugins/old/release").status, 404U);
}

TEST(PluginEndpoint, APluginIsQuarantinedWhereOneOfItsSourcesIs) {
  testing::SmallDaemon daemon;
  for (int crash = 0; crash < 3; ++crash) daemon.fail_run("the plugin crashed", true);
  daemon.start();
  const json::value held = Client(daemon.socket()).get("/api/v1/plugins").body;
  EXPECT_EQ(held.at_pointer("/plugins/0/quarantined"), true);
  EXPECT_EQ(held.at_pointer("/plugins/1/quarantined"), false);
}

TEST(PluginEndpoint, APluginThatCrashedTwiceIsNotQuarantined) {
  testing::SmallDaemon daemon;
  for (int crash = 0; crash < 2; ++crash) daemon.fail_run("the plugin crashed", true);
  daemon.start();
  const json::value free = Client(daemon.socket()).get("/api/v1/plugins").body;
  EXPECT_EQ(free.at_pointer("/plugins/0/quarantined"), false);
}

TEST_F(Endpoints, AFaultyReloadSaysWhere) {
  EXPECT_EQ(client_.post("/api/v1/reload").text, R"({"reloaded":true})");
  daemon_.reload_fault = Error{ErrorKind::config, "unknown key \"urnn\"", "kpid.toml:7:1"};
  const Reply faulty = client_.post("/api/v1/reload");
  EXPECT_EQ(faulty.status, 422U);
  EXPECT_EQ(at(faulty.body, "/error/place"), "kpid.toml:7:1");
}

}  // namespace
}  // namespace kpid::http
