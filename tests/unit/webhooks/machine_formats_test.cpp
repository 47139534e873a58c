// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// PagerDuty, Alertmanager and ntfy: the members that their receivers ask for.

#include <regex>
#include <set>

#include "unit/webhooks/event_fixture.hpp"

namespace kpid::webhooks {
namespace {

std::string text_of(const json::value& value) { return std::string{value.as_string()}; }

std::vector<Event> all_events() {
  std::vector<Event> events = hostile_events();
  for (const EventType type : kAllTypes) events.push_back(of_type(type));
  return events;
}

// --- PagerDuty ---------------------------------------------------------------------------------

TEST(RenderPagerDuty, EachEventHasItsActionAndSeverity) {
  struct Case {
    EventType type;
    const char* action;
    const char* severity;
    const char* key;
  };
  const std::vector<Case> cases{
      {EventType::alert_firing, "trigger", "critical", "alt_01JDEXAMPLE0000000000000AA"},
      {EventType::alert_changed, "trigger", "warning", "alt_01JDEXAMPLE0000000000000AA"},
      {EventType::alert_acknowledged, "acknowledge", "critical", "alt_01JDEXAMPLE0000000000000AA"},
      {EventType::alert_resolved, "resolve", "critical", "alt_01JDEXAMPLE0000000000000AA"},
      {EventType::source_failing, "trigger", "error", "source:roll"},
      {EventType::source_stale, "trigger", "warning", "source:roll"},
      {EventType::source_recovered, "resolve", "info", "source:roll"},
      {EventType::destination_disabled, "trigger", "error", "destination:board"},
      {EventType::test_ping, "trigger", "info", "test:msg_01JDEXAMPLE0000000000000AA"}};
  for (const Case& one : cases) {
    const json::object body = json_of(DestinationFormat::pagerduty, of_type(one.type));
    EXPECT_EQ(body.at("event_action"), one.action) << to_string(one.type);
    EXPECT_EQ(body.at("payload").at("severity"), one.severity) << to_string(one.type);
    EXPECT_EQ(body.at("dedup_key"), one.key) << to_string(one.type);
  }
}

TEST(RenderPagerDuty, KeepsToTheLimitsOfEvents) {
  for (const Event& event : all_events()) {
    const json::object body = json_of(DestinationFormat::pagerduty, event);
    EXPECT_LE(body.at("dedup_key").as_string().size(), 255U);
    const json::object& payload = body.at("payload").as_object();
    EXPECT_GE(payload.at("summary").as_string().size(), 1U);
    EXPECT_LE(payload.at("summary").as_string().size(), 1024U);
    EXPECT_GE(payload.at("source").as_string().size(), 1U);
    const std::set<std::string> known{"critical", "error", "warning", "info"};
    EXPECT_TRUE(known.contains(text_of(payload.at("severity"))));
    EXPECT_TRUE(parse_timestamp(text_of(payload.at("timestamp"))));
    EXPECT_FALSE(body.contains("routing_key")) << "a secret, which is not stored";
  }
}

// --- Alertmanager ------------------------------------------------------------------------------

void expect_texts(const json::object& object) {
  const std::regex name{"[a-zA-Z_][a-zA-Z0-9_]*"};
  for (const auto& member : object) {
    EXPECT_TRUE(member.value().is_string()) << member.key();
    EXPECT_TRUE(std::regex_match(std::string{member.key()}, name)) << member.key();
  }
}

TEST(RenderAlertmanager, HasEveryMemberOfVersion4) {
  for (const Event& event : all_events()) {
    const json::object body = json_of(DestinationFormat::alertmanager, event);
    EXPECT_EQ(body.at("version"), "4");
    EXPECT_EQ(body.at("receiver"), "board");
    EXPECT_EQ(body.at("truncatedAlerts"), 0);
    EXPECT_TRUE(body.at("groupKey").is_string());
    EXPECT_TRUE(body.at("externalURL").is_string());
    for (const char* member : {"groupLabels", "commonLabels", "commonAnnotations"}) {
      expect_texts(body.at(member).as_object());
    }
    const json::array& alerts = body.at("alerts").as_array();
    ASSERT_FALSE(alerts.empty());
    EXPECT_TRUE(alerts.size() == 1 || event.type == EventType::digest);
    for (const json::value& one : alerts) {
      const json::object& alert = one.as_object();
      EXPECT_TRUE(alerts.size() > 1 || alert.at("status") == body.at("status"));
      expect_texts(alert.at("labels").as_object());
      expect_texts(alert.at("annotations").as_object());
      EXPECT_FALSE(alert.at("labels").at("alertname").as_string().empty());
      EXPECT_TRUE(parse_timestamp(text_of(alert.at("startsAt"))));
      EXPECT_TRUE(alert.at("generatorURL").is_string());
      const std::regex fingerprint{"[0-9a-f]{16}"};
      EXPECT_TRUE(std::regex_match(text_of(alert.at("fingerprint")), fingerprint));
    }
  }
}

TEST(RenderAlertmanager, EndsWhenTheAlertDoes) {
  const auto alert_of = [](EventType type) {
    return json_of(DestinationFormat::alertmanager, of_type(type)).at("alerts").at(0).as_object();
  };
  const json::object firing = alert_of(EventType::alert_firing);
  EXPECT_EQ(firing.at("status"), "firing");
  EXPECT_EQ(firing.at("startsAt"), "2026-11-24T06:31:07.000Z");
  EXPECT_EQ(firing.at("endsAt"), "0001-01-01T00:00:00Z");
  const json::object resolved = alert_of(EventType::alert_resolved);
  EXPECT_EQ(resolved.at("status"), "resolved");
  EXPECT_EQ(resolved.at("startsAt"), firing.at("startsAt"));
  EXPECT_EQ(resolved.at("endsAt"), "2027-01-12T06:31:09.000Z");
  EXPECT_EQ(resolved.at("fingerprint"), firing.at("fingerprint"));
  EXPECT_EQ(resolved.at("labels"), firing.at("labels"));
  EXPECT_EQ(alert_of(EventType::source_recovered).at("labels"),
            alert_of(EventType::source_failing).at("labels"));
  EXPECT_EQ(alert_of(EventType::source_recovered).at("fingerprint"),
            alert_of(EventType::source_stale).at("fingerprint"));
  EXPECT_NE(alert_of(EventType::source_recovered).at("fingerprint"), firing.at("fingerprint"));
}

// --- ntfy --------------------------------------------------------------------------------------

TEST(RenderNtfy, KeepsToTheLimitsOfMessages) {
  const DestinationConfig destination = destination_of(DestinationFormat::ntfy);
  for (const Event& event : all_events()) {
    const HttpRequest request = request_of(destination, event);
    EXPECT_GE(request.body.size(), 1U);
    EXPECT_LE(request.body.size(), 4096U);
    EXPECT_EQ(header_in(request, "content-type"), "text/plain; charset=utf-8");
    const std::string priority = header_in(request, "priority");
    EXPECT_TRUE(priority >= "1" && priority <= "5" && priority.size() == 1) << priority;
    EXPECT_FALSE(header_in(request, "title").empty());
    for (const std::string& header : request.headers) {
      for (const char c : header) {
        EXPECT_TRUE(c >= 0x20 && c < 0x7F) << header;
      }
    }
  }
}

TEST(RenderNtfy, RedIsLoudAndARecoveryIsQuiet) {
  const auto headers = [](EventType type) {
    const HttpRequest request = request_of(destination_of(DestinationFormat::ntfy), of_type(type));
    return header_in(request, "priority") + " " + header_in(request, "tags");
  };
  EXPECT_EQ(headers(EventType::alert_firing), "4 red_circle,kpid");
  EXPECT_EQ(headers(EventType::alert_changed), "3 orange_circle,kpid");
  EXPECT_EQ(headers(EventType::alert_acknowledged), "2 large_blue_circle,kpid");
  EXPECT_EQ(headers(EventType::alert_resolved), "2 green_circle,kpid");
}

}  // namespace
}  // namespace kpid::webhooks
