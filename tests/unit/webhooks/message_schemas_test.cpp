// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Every golden message, and what the renderers make of hostile data, against the receivers'
// schemas: those of the standards where they are beside the project, and of ours for what has none
// (tests/receivers). Whatever files there are is looked at, so that a new event is looked at too.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "support/places.hpp"
#include "unit/webhooks/every_event.hpp"

namespace kpid::webhooks {
namespace {

using Spoil = std::function<void(json::object& message)>;

class Schema {
 public:
  explicit Schema(const std::filesystem::path& file) : text_(json::parse(content_of(file))) {
    valijson::SchemaParser parser;
    const valijson::adapters::BoostJsonAdapter adapter(text_);
    parser.populateSchema(adapter, schema_);
  }
  // One a line; empty: it is valid.
  [[nodiscard]] std::string faults(const json::value& document) const {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    const valijson::adapters::BoostJsonAdapter adapter(document);
    if (validator.validate(schema_, adapter, &results)) return {};
    std::string text;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const auto& part : error.context) text += part;
      text += ": " + error.description + "\n";
    }
    return text.empty() ? "not valid" : text;
  }

 private:
  json::value text_;
  valijson::Schema schema_;
};

struct Seen {
  std::string name;
  json::object message;
};

// The golden files of a format, and what it makes of every event of today.
std::vector<Seen> messages(DestinationFormat format) {
  std::vector<Seen> all;
  for (const auto& file : files_in(golden_folder() / std::string{to_string(format)})) {
    all.push_back({file.filename().string(), json::parse(content_of(file)).as_object()});
  }
  for (const Event& event : golden_and_hostile_events()) {
    all.push_back({event.id + " " + event.data.substr(0, 200), json_of(format, event)});
  }
  return all;
}

std::filesystem::path of_ours(const std::string& name) {
  return std::filesystem::path{kpid::testing::source_folder()} / "tests/receivers" / name;
}

std::filesystem::path of_a_standard(const std::string& name) {
  return std::filesystem::path{kpid::testing::source_folder()} / ".." / "shared" / "schemas" / name;
}

// Each of these changes makes a message that the schema does not take: that it is looked at.
void expect_faults(const Schema& schema, const json::object& message,
                   const std::vector<Spoil>& spoils) {
  EXPECT_EQ(schema.faults(message), "");
  for (std::size_t i = 0; i < spoils.size(); ++i) {
    json::object spoiled = message;
    spoils[i](spoiled);
    EXPECT_NE(schema.faults(spoiled), "") << "change " << i;
  }
}

void expect_part_of(const json::object& part, const json::object& whole) {
  for (const auto& [name, value] : part) {
    ASSERT_TRUE(whole.contains(name)) << name;
    EXPECT_EQ(whole.at(name), value) << name;
  }
}

TEST(MessageSchemas, AlertmanagersReceiversKnowEveryMember) {
  const Schema schema(of_ours("alertmanager.schema.json"));
  for (const auto& [name, message] : messages(DestinationFormat::alertmanager)) {
    EXPECT_EQ(schema.faults(message), "") << name;
    bool all_over = true;
    for (const auto& alert : message.at("alerts").as_array()) {
      const json::object& labels = alert.at("labels").as_object();
      expect_part_of(message.at("groupLabels").as_object(), labels);
      expect_part_of(message.at("commonLabels").as_object(), labels);
      expect_part_of(message.at("commonAnnotations").as_object(),
                     alert.at("annotations").as_object());
      all_over = all_over && alert.at("status") == "resolved";
    }
    EXPECT_EQ(message.at("status") == "resolved", all_over) << name;
  }
}

TEST(MessageSchemas, AlertmanagersSchemaFindsFaults) {
  const auto alert = [](json::object& message) -> json::object& {
    return message["alerts"].as_array()[0].as_object();
  };
  expect_faults(
      Schema(of_ours("alertmanager.schema.json")),
      json_of(DestinationFormat::alertmanager, of_type(EventType::alert_firing)),
      {[](auto& m) { m["version"] = 4; }, [](auto& m) { m["status"] = "acknowledged"; },
       [](auto& m) { m.erase("groupKey"); }, [](auto& m) { m["truncated"] = 0; },
       [](auto& m) { m["truncatedAlerts"] = "0"; }, [](auto& m) { m["alerts"] = json::array{}; },
       [](auto& m) { m["commonLabels"].as_object()["a-b"] = "x"; },
       [&](auto& m) { alert(m)["labels"].as_object()["value"] = 3.1; },
       [&](auto& m) { alert(m)["labels"].as_object().erase("alertname"); },
       [&](auto& m) { alert(m)["endsAt"] = nullptr; },
       [&](auto& m) { alert(m)["startsAt"] = "yesterday"; },
       [&](auto& m) { alert(m)["fingerprint"] = "12"; }});
}

TEST(MessageSchemas, SlackTakesEveryMessage) {
  const Schema schema(of_ours("slack.schema.json"));
  for (const auto& [name, message] : messages(DestinationFormat::slack)) {
    EXPECT_EQ(schema.faults(message), "") << name;
    EXPECT_LT(json::serialize(message.at("blocks")).size(), 12'000U) << name;
  }
}

TEST(MessageSchemas, SlacksSchemaFindsFaults) {
  const auto block = [](const char* type, const char* member, json::value value) {
    return [=](json::object& message) {
      message["blocks"].as_array().push_back(json::object{{"type", type}, {member, value}});
    };
  };
  const auto words = [](const char* type, std::size_t size) {
    return json::object{{"type", type}, {"text", std::string(size, 'x')}};
  };
  const json::object message = json_of(DestinationFormat::slack, of_type(EventType::alert_firing));
  const Schema schema(of_ours("slack.schema.json"));
  json::object fits = message;
  block("header", "text", words("plain_text", 150))(fits);
  block("section", "text", words("mrkdwn", 3000))(fits);
  block("section", "fields", json::array(10, words("mrkdwn", 2000)))(fits);
  EXPECT_EQ(schema.faults(fits), "");
  expect_faults(schema, message,
                {block("header", "text", words("plain_text", 151)),
                 block("header", "text", words("mrkdwn", 10)),
                 block("section", "text", words("mrkdwn", 3001)),
                 block("section", "text", words("mrkdwn", 0)),
                 block("section", "fields", json::array(11, words("mrkdwn", 1))),
                 block("section", "fields", json::array(1, words("mrkdwn", 2001))),
                 block("context", "elements", json::array(11, words("mrkdwn", 1))),
                 block("table", "text", words("mrkdwn", 1)),
                 [](auto& m) {
                   m["blocks"] = json::array(51, json::object{{"type", "divider"}});
                 },
                 [](auto& m) { m["text"] = ""; }, [](auto& m) { m.erase("text"); }});
}

TEST(MessageSchemas, EveryStandardBodyIsACloudEvent) {
  const auto file = of_a_standard("cloudevents.json");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const Schema schema(file);
  for (const auto& [name, message] : messages(DestinationFormat::standard)) {
    EXPECT_EQ(schema.faults(message), "") << name;
  }
  expect_faults(schema, json_of(DestinationFormat::standard, of_type(EventType::test_ping)),
                {[](auto& m) { m.erase("id"); }, [](auto& m) { m["id"] = ""; },
                 [](auto& m) { m.erase("source"); }, [](auto& m) { m["type"] = 7; },
                 [](auto& m) { m.erase("specversion"); }});
}

TEST(MessageSchemas, EveryCardIsOneOfVersion12) {
  const auto file = of_a_standard("adaptive-card-1.2.0.json");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const Schema schema(file);
  const auto card_of = [](const json::object& message) {
    json::object card = message.at("attachments").at(0).at("content").as_object();
    card.erase("msteams");  // Teams' own member
    return card;
  };
  for (const auto& [name, message] : messages(DestinationFormat::teams)) {
    EXPECT_EQ(schema.faults(card_of(message)), "") << name;
  }
  expect_faults(schema,
                card_of(json_of(DestinationFormat::teams, of_type(EventType::alert_firing))),
                {[](auto& m) {
                   m["body"].as_array().push_back(json::object{{"type", "Table"}});
                 },
                 [](auto& m) {
                   m["body"].as_array().push_back(json::object{{"text", "x"}});
                 },
                 [](auto& m) {
                   m["actions"].as_array().push_back(
                       json::object{{"type", "Action.Execute"}, {"title", "x"}});
                 }});
}

}  // namespace
}  // namespace kpid::webhooks
