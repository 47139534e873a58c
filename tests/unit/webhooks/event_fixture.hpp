// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Events with fixed data (tests/golden/webhooks/data), and destinations of every format.

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "support/places.hpp"
#include "webhooks/acknowledge_link.hpp"
#include "webhooks/delivery_request.hpp"
#include "webhooks/render.hpp"

namespace kpid::webhooks {

namespace json = boost::json;

inline const std::vector<EventType> kAllTypes{
    EventType::alert_firing,     EventType::alert_changed,        EventType::alert_acknowledged,
    EventType::alert_resolved,   EventType::source_failing,       EventType::source_stale,
    EventType::source_recovered, EventType::destination_disabled, EventType::test_ping,
    EventType::alert_reminder,   EventType::alert_escalated,      EventType::digest};

inline const std::vector<DestinationFormat> kAllFormats{
    DestinationFormat::standard,     DestinationFormat::teams,   DestinationFormat::slack,
    DestinationFormat::google_chat,  DestinationFormat::discord, DestinationFormat::pagerduty,
    DestinationFormat::alertmanager, DestinationFormat::ntfy,    DestinationFormat::by_template};

// As long as a real one.
inline const std::string kAcknowledgeLink =
    "https://kpid.example/ack/"
    "AQBqLQXLHm1zZ18wMUpERVhBTVBMRTAwMDAwMDAwMDAwMDBBQWJvYXJk9cT3SlB1Xxd2vQ0gkz8uZw";

inline bool is_alert(EventType type) { return to_string(type).starts_with("kpi.alert."); }

inline std::filesystem::path golden_folder() {
  return std::filesystem::path{kpid::testing::source_folder()} / "tests/golden/webhooks";
}

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline json::object data_of_type(EventType type) {
  const std::string name = std::string{to_string(type)} + ".json";
  return json::parse(content_of(golden_folder() / "data" / name)).as_object();
}

inline Event event_with(EventType type, const json::object& data) {
  Event made;
  made.id = "msg_01JDEXAMPLE0000000000000AA";
  made.type = type;
  made.at = *parse_timestamp("2026-11-24T06:31:07Z");
  const bool quiet = type == EventType::source_recovered || type == EventType::test_ping;
  made.severity = quiet ? Severity::none : Severity::red;
  if (is_alert(type)) {
    made.subject = "alt_01JDEXAMPLE0000000000000AA";
    made.owner = "finance";
    made.kpi = "finance.reserves_percent";
    made.organisation = "900001";
  } else if (type == EventType::destination_disabled) {
    made.subject = "destination:board";
  } else if (type == EventType::digest) {
    made.subject = "digest:board";
  } else {
    made.subject = type == EventType::test_ping ? "test:" + made.id : "source:roll";
  }
  if (can_be_acknowledged(type)) made.acknowledge_link = kAcknowledgeLink;
  made.data = json::serialize(data);
  if (type == EventType::digest) {
    if (auto linked = with_links(made, [](const std::string&) { return kAcknowledgeLink; })) {
      return *linked;
    }
  }
  return made;
}

inline Event of_type(EventType type) { return event_with(type, data_of_type(type)); }

inline Event firing_with(const std::string& member, json::value value) {
  json::object data = data_of_type(EventType::alert_firing);
  data[member] = std::move(value);
  return event_with(EventType::alert_firing, data);
}

// The template of the tests: JSON, with a section, a list and what is left out.
inline constexpr const char* kTemplate = R"({
  "subject": "{{headline}}",
  "urgent": "{{#is_red}}yes{{/is_red}}{{^is_red}}no{{/is_red}}",
  "where": "{{organisation.name}}",
  "text": "{{explanation}}",
  "facts": [{{#facts}}
    {"name": "{{title}}", "is": "{{value}}"}{{^last}},{{/last}}{{/facts}}
  ],
  "history": "{{#series}}{{label}}: {{value}}{{^last}}, {{/last}}{{/series}}{{#series_omitted}}, {{series_omitted}}{{/series_omitted}}",
  "todo": "{{what_to_do}}",
  "from": "{{figures_from}}",
  "link": "{{link}}"{{#acknowledge_link}},
  "seen": "{{acknowledge_link}}"{{/acknowledge_link}}
}
)";

inline DestinationConfig destination_of(DestinationFormat format) {
  DestinationConfig made;
  made.name = "board";
  made.format = format;
  made.url = Secret{"https://receiver.example/hook"};
  if (format == DestinationFormat::standard) {
    made.signing_secrets = {Secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
  }
  if (format == DestinationFormat::pagerduty) {
    made.access_key = Secret{"0123456789abcdef0123456789abcdef"};
  }
  if (format == DestinationFormat::ntfy) made.access_key = Secret{"tk_0123456789"};
  if (format == DestinationFormat::by_template) {
    made.template_text = kTemplate;
    made.template_content_type = "application/json";
  }
  return made;
}

inline Rendered rendered(const DestinationConfig& destination, const Event& event) {
  auto made = render(destination, event, "trust-1");
  EXPECT_TRUE(made) << (made ? "" : made.error().text());
  return made ? std::move(*made) : Rendered{};
}

inline json::object json_of(DestinationFormat format, const Event& event) {
  const Rendered made = rendered(destination_of(format), event);
  json::error_code error;
  const json::value value = json::parse(made.body, error);
  EXPECT_FALSE(error) << error.message() << ": " << made.body.substr(0, 300);
  return value.is_object() ? value.get_object() : json::object{};
}

// The request as it goes out.
inline HttpRequest request_of(const DestinationConfig& destination, const Event& event) {
  const Rendered made = rendered(destination, event);
  Delivery delivery;
  delivery.event_id = event.id;
  delivery.content_type = made.content_type;
  delivery.body = made.body;
  auto signer = signer_for(destination);
  EXPECT_TRUE(signer);
  auto request = request_for(destination, *signer, delivery, event.at);
  EXPECT_TRUE(request);
  return request ? std::move(*request) : HttpRequest{};
}

inline std::string header_in(const HttpRequest& request, const std::string& name) {
  for (const std::string& header : request.headers) {
    if (header.starts_with(name + ": ")) return header.substr(name.size() + 2);
  }
  return {};
}

// Nothing that a field of an event may hold is beyond this: megabytes, markup, broken bytes.
inline std::vector<std::string> hostile_texts() {
  std::string pounds;
  std::string marks;
  std::string angles;
  for (int i = 0; i < 3'000; ++i) {
    pounds += "£";
    marks += "*_[\\";
    angles += "<!here>&\"{{x}}\r\nX: y";
  }
  return {std::string(60'000, 'x'),
          std::string(20'000, '\x01'),
          pounds,
          marks,
          angles,
          "\xff\xfe broken \xc3",
          std::string("nul\0in", 6),
          "<!channel> <users/all> @everyone </at> ${jndi:x} \xE2\x80\xAE reversed"};
}

// The firing alert with each of the hostile texts in each place that a message looks at.
inline std::vector<Event> hostile_events() {
  std::vector<Event> events;
  for (const std::string& text : hostile_texts()) {
    json::object data = data_of_type(EventType::alert_firing);
    for (const char* member : {"runbook", "explanation", "subgroup", "rule", "severity", "link"}) {
      json::object one = data;
      one[member] = text;
      events.push_back(event_with(EventType::alert_firing, one));
    }
    data["runbook"] = data["explanation"] = data["subgroup"] = data["rule"] = text;
    data["kpi"].as_object()["title"] = text;
    data["kpi"].as_object()["id"] = text;
    data["organisation"].as_object()["name"] = text;
    data["period"].as_object()["label"] = text;
    data["since"].as_object()["label"] = text;
    for (auto& one : data["series"].as_array()) one.as_object()["label"] = text;
    for (const char* member : {"source", "origin"}) {
      data["provenance"].as_array()[0].as_object()[member] = text;
    }
    events.push_back(event_with(EventType::alert_firing, data));
    events.push_back(event_with(EventType::alert_acknowledged, data));
    for (const EventType type : {EventType::source_failing, EventType::destination_disabled}) {
      json::object own = data_of_type(type);
      for (const char* member : {"source", "destination", "reason", "explanation"}) {
        own[member] = text;
      }
      events.push_back(event_with(type, own));
    }
  }
  json::object rows = data_of_type(EventType::alert_firing);
  const json::value row = rows["provenance"].as_array()[0];
  const json::value period = rows["series"].as_array()[0];
  for (int i = 0; i < 10'000; ++i) {
    rows["provenance"].as_array().push_back(row);
    rows["series"].as_array().push_back(period);
  }
  events.push_back(event_with(EventType::alert_firing, rows));
  for (const char* member : {"kpi", "organisation", "period", "threshold", "series", "provenance",
                             "value", "explanation", "severity", "link", "runbook"}) {
    for (const json::value& wrong :
         {json::value(7), json::value(-1e300), json::value("x"), json::value(json::array{1}),
          json::value(nullptr), json::value(json::object{}), json::value(true)}) {
      events.push_back(firing_with(member, wrong));
    }
  }
  events.push_back(event_with(EventType::alert_firing, {}));
  events.push_back(event_with(EventType::test_ping, {}));
  return events;
}

}  // namespace kpid::webhooks
