// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Many events as one message: every format within its receiver's limits, and what it leaves out.

#include <set>

#include "unit/webhooks/event_fixture.hpp"
#include "webhooks/digest_lines.hpp"

namespace kpid::webhooks {
namespace {

json::object digest_data() { return data_of_type(EventType::digest); }

// So many alerts, each with an id of its own.
Event digest_of(std::size_t count, std::size_t length = 0) {
  json::object data = digest_data();
  json::array& items = data["items"].as_array();
  const json::object first = items.front().as_object();
  items.clear();
  for (std::size_t i = 0; i < count; ++i) {
    json::object item = first;
    item["id"] = "msg_" + std::to_string(i);
    item["subject"] = "alt_" + std::to_string(i);
    if (length > 0) item["explanation"] = std::string(length, 'x');
    items.push_back(std::move(item));
  }
  return event_with(EventType::digest, data);
}

DestinationConfig destination_for(DestinationFormat format) {
  DestinationConfig made = destination_of(format);
  if (format == DestinationFormat::email)
    made.mail = {"kpid@example.org", {"a@example.org"}, "", true};
  if (format == DestinationFormat::by_template) {
    made.template_text =
        R"({"text": "{{headline}}", "all": [{{#items}}"{{id}} {{word}}: {{where}}"{{^last}}, {{/last}}{{/items}}]})";
  }
  return made;
}

TEST(Digest, SaysOfEachWhatItIsWhereAndWhatOfIt) {
  const json::object data = digest_data();
  const Message message =
      message_of(event_with(EventType::digest, data), data, room_for(EventType::digest));
  EXPECT_EQ(message.headline(),
            "Summary: 1 red, 1 amber, 1 recovered, 1 notice about kpid since Friday 19:02");
  EXPECT_EQ(message.look, Look::bad);
  ASSERT_EQ(message.lines.size(), 4U);
  EXPECT_EQ(message.lines[0].words(),
            "Red alert: St Example's \u2013 reserves as a share of income: 3.1 % in 2024/25, below "
            "the limit of 5 %; out of line since 2023/24; the gap is worth £38,000.");
  EXPECT_EQ(message.lines[1].words(),
            "Amber warning: Alder School \u2013 absence (year 4): 7.4 % in the week of 16 November "
            "2026, above the limit of 7 %.");
  EXPECT_EQ(message.lines[2].words(),
            "Over again: Birch Primary \u2013 reserves as a share of income: 6.6 % in 2025/26; it "
            "has recovered.");
  EXPECT_EQ(message.lines[2].look, Look::good);
  EXPECT_TRUE(message.lines[3].words().starts_with("Data out of date: The source \"roll\""));
  EXPECT_EQ(message.link, "https://kpi.example");
}

TEST(Digest, WhatIsOverByNowSaysSo) {
  json::object data = digest_data();
  json::object& item = data["items"].as_array()[0].as_object();
  item["over"] = true;
  item["began_meanwhile"] = false;
  item["resolution"] = "recovered";
  item["instead_of"] = "head";
  const Message message =
      message_of(event_with(EventType::digest, data), data, room_for(EventType::digest));
  EXPECT_EQ(message.lines[0].word, "Recovered");
  EXPECT_TRUE(message.lines[0].sentence.ends_with(
      "£38,000. It is over by now. (\"head\" could not be told.)"));
}

TEST(Digest, ForPeopleAsManyAsFitAndHowManyMore) {
  for (const DestinationFormat format :
       {DestinationFormat::teams, DestinationFormat::slack, DestinationFormat::google_chat,
        DestinationFormat::discord, DestinationFormat::ntfy, DestinationFormat::email}) {
    const Rendered made = rendered(destination_for(format), digest_of(500));
    EXPECT_LE(made.body.size(), 20'000U) << to_string(format);
    EXPECT_NE(made.body.find("and 4"), std::string::npos) << to_string(format) << made.body;
    EXPECT_NE(made.body.find(" more"), std::string::npos) << to_string(format);
    EXPECT_NE(made.body.find("kpi.example"), std::string::npos) << to_string(format);
    const Rendered few = rendered(destination_for(format), digest_of(6));
    EXPECT_EQ(few.body.find("more"), std::string::npos) << to_string(format) << few.body;
  }
}

TEST(Digest, SlacksBlocksStayWithinTheirNumber) {
  const auto body = json_of(DestinationFormat::slack, digest_of(500, 5));
  EXPECT_LE(body.at("blocks").as_array().size(), 50U);
  EXPECT_GE(body.at("blocks").as_array().size(), 20U);
}

TEST(Digest, AProgramIsToldHowManyAreLeftOut) {
  for (const DestinationFormat format :
       {DestinationFormat::standard, DestinationFormat::alertmanager,
        DestinationFormat::by_template}) {
    for (const std::size_t count : {1U, 6U, 50U, 500U}) {
      const Rendered made = rendered(destination_for(format), digest_of(count));
      EXPECT_LE(made.body.size(), 20'000U);
      const json::value body = json::parse(made.body);
      std::size_t told = 0;
      if (format == DestinationFormat::standard) {
        told = body.at("data").at("items").as_array().size();
        EXPECT_EQ(body.at("data").at("and_more").to_number<std::size_t>(), made.left_out);
      } else if (format == DestinationFormat::alertmanager) {
        told = body.at("alerts").as_array().size();
        EXPECT_EQ(body.at("truncatedAlerts").to_number<std::size_t>(), made.left_out);
      } else {
        told = body.at("all").as_array().size();
      }
      EXPECT_EQ(told + made.left_out, count) << to_string(format);
      EXPECT_GT(told, 0U);
    }
    EXPECT_EQ(rendered(destination_for(format), digest_of(1, 100'000)).left_out, 0U)
        << to_string(format) << ": a single one is shortened";
  }
}

TEST(Digest, AlertmanagersGroupIsOverWhenAllOfItIs) {
  const auto group = json_of(DestinationFormat::alertmanager, of_type(EventType::digest));
  EXPECT_EQ(group.at("status"), "firing");
  const json::array& alerts = group.at("alerts").as_array();
  ASSERT_EQ(alerts.size(), 4U);
  EXPECT_EQ(alerts[2].at("status"), "resolved");
  EXPECT_EQ(alerts[2].at("endsAt"), "2026-11-22T06:31:09.000Z");
  EXPECT_EQ(group.at("groupLabels").at("instance"), "trust-1");
  // The same alert by itself has the same identity.
  const auto single = json_of(DestinationFormat::alertmanager, of_type(EventType::alert_firing));
  EXPECT_EQ(alerts[0].at("labels"), single.at("alerts").at(0).at("labels"));
  EXPECT_EQ(alerts[0].at("fingerprint"), single.at("alerts").at(0).at("fingerprint"));
  EXPECT_EQ(alerts[0].at("startsAt"), single.at("alerts").at(0).at("startsAt"));
  json::object over = digest_data();
  json::array& items = over["items"].as_array();
  items = json::array{items[2]};
  const auto ended = json_of(DestinationFormat::alertmanager, event_with(EventType::digest, over));
  EXPECT_EQ(ended.at("status"), "resolved");
}

TEST(Digest, HostileItemsStayWithinEveryFormat) {
  std::vector<Event> events;
  for (const std::string& text : hostile_texts()) {
    json::object data = digest_data();
    data["summary"] = text;
    for (json::value& one : data["items"].as_array()) {
      json::object& item = one.as_object();
      for (const char* member : {"id", "explanation", "type", "severity", "link", "rule",
                                 "subgroup_words", "resolution"}) {
        item[member] = text;
      }
      if (item["kpi"].is_object()) item["kpi"].as_object()["title"] = text;
      if (item["organisation"].is_object()) item["organisation"].as_object()["name"] = text;
    }
    events.push_back(event_with(EventType::digest, data));
  }
  for (const json::value& wrong : {json::value(7), json::value("x"), json::value(nullptr),
                                   json::value(json::array{1, nullptr, json::object{}})}) {
    json::object data = digest_data();
    data["items"] = wrong;
    events.push_back(event_with(EventType::digest, data));
  }
  std::vector<DestinationFormat> formats = kAllFormats;
  formats.push_back(DestinationFormat::email);
  for (const DestinationFormat format : formats) {
    for (const Event& event : events) {
      const Rendered made = rendered(destination_for(format), event);
      EXPECT_FALSE(made.body.empty());
      EXPECT_LE(made.body.size(), 20'000U) << to_string(format);
    }
  }
}

TEST(Digest, AMailHasATableAndIsNoAnswerToAnother) {
  const Rendered made =
      rendered(destination_for(DestinationFormat::email), of_type(EventType::digest));
  EXPECT_EQ(made.body.find("In-Reply-To"), std::string::npos);
  EXPECT_NE(made.body.find("<table"), std::string::npos);
  EXPECT_NE(made.body.find("Over again"), std::string::npos);
}

}  // namespace
}  // namespace kpid::webhooks
