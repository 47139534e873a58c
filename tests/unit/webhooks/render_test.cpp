// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The standard body, Teams' card, and what holds for every format.

#include <algorithm>
#include <functional>
#include <set>

#include "support/places.hpp"
#include "unit/webhooks/event_fixture.hpp"

#if __has_include(<valijson/adapters/boost_json_adapter.hpp>)
#define KPID_HAS_VALIJSON
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#endif

namespace kpid::webhooks {
namespace {

constexpr std::size_t kLimit = 20'000;

json::object card_of(const Event& event) {
  const json::object message = json_of(DestinationFormat::teams, event);
  return message.at("attachments").at(0).at("content").as_object();
}

// Every text of a card, one a line, in reading order: what the person sees.
std::string seen(const json::object& card) {
  std::string text;
  const std::function<void(const json::array&)> walk = [&](const json::array& elements) {
    for (const auto& element : elements) {
      const std::string type{element.at("type").as_string()};
      if (type == "TextBlock") text += std::string{element.at("text").as_string()} + "\n";
      if (type == "Container") walk(element.at("items").as_array());
      if (type != "FactSet") continue;
      for (const auto& fact : element.at("facts").as_array()) {
        text += "  " + std::string{fact.at("title").as_string()} + ": " +
                std::string{fact.at("value").as_string()} + "\n";
      }
    }
  };
  walk(card.at("body").as_array());
  if (const auto* actions = card.if_contains("actions")) {
    for (const auto& action : actions->as_array()) {
      text += "[" + std::string{action.at("title").as_string()} + "] " +
              std::string{action.at("url").as_string()} + "\n";
    }
  }
  return text;
}

json::object standard_of(const Event& event) { return json_of(DestinationFormat::standard, event); }

TEST(RenderStandard, OneBodyIsACloudEventAndAStandardWebhook) {
  const Event event = of_type(EventType::alert_firing);
  const Rendered made = rendered(destination_of(DestinationFormat::standard), event);
  EXPECT_EQ(made.content_type, "application/cloudevents+json");
  const json::object body = json::parse(made.body).as_object();
  EXPECT_EQ(body.at("specversion"), "1.0");
  EXPECT_EQ(body.at("id"), json::value(event.id));
  EXPECT_EQ(body.at("source"), "/kpid/trust-1");
  EXPECT_EQ(body.at("type"), "kpi.alert.firing");
  EXPECT_EQ(body.at("time"), "2026-11-24T06:31:07.000Z");
  EXPECT_EQ(body.at("timestamp"), body.at("time"));
  EXPECT_EQ(body.at("datacontenttype"), "application/json");
  json::object data = json::parse(event.data).as_object();
  data["acknowledge_url"] = event.acknowledge_link;
  EXPECT_EQ(body.at("data"), json::value(data)) << "what fits is not touched";
  EXPECT_FALSE(body.contains("data_base64"));
}

TEST(RenderStandard, EveryTypeOfEventKeepsItsData) {
  for (const EventType type : kAllTypes) {
    Event event = of_type(type);
    event.acknowledge_link.clear();
    const json::object body = standard_of(event);
    EXPECT_EQ(body.at("type"), json::value(to_string(type)));
    EXPECT_EQ(body.at("data"), json::parse(event.data));
  }
}

TEST(RenderStandard, TheSourceIsAUriReferenceWhateverTheInstanceIsCalled) {
  const auto made =
      render(destination_of(DestinationFormat::standard), of_type(EventType::test_ping), "a b/£\"");
  ASSERT_TRUE(made);
  EXPECT_EQ(json::parse(made->body).at("source"), "/kpid/a%20b%2F%C2%A3%22");
}

TEST(RenderStandard, ALongSeriesKeepsItsNewestValuesAndSaysHowManyAreMissing) {
  json::object whole = data_of_type(EventType::alert_firing);
  json::array& series = whole["series"].as_array();
  for (int i = 0; i < 400; ++i) series.insert(series.begin(), json::value(series.front()));
  const std::size_t all = series.size();
  const json::object data =
      standard_of(event_with(EventType::alert_firing, whole)).at("data").as_object();
  const json::array& kept = data.at("series").as_array();
  ASSERT_FALSE(kept.empty());
  EXPECT_EQ(kept.back(), series.back());
  EXPECT_EQ(data.at("omitted").at("series"),
            json::value("and " + std::to_string(all - kept.size()) + " more"));
  EXPECT_EQ(data.at("provenance"), whole.at("provenance")) << "the series alone was too long";
  EXPECT_EQ(data.at("explanation"), whole.at("explanation"));
}

TEST(RenderStandard, LongProvenanceAndRunbookAreCutToo) {
  json::object whole = data_of_type(EventType::alert_firing);
  const json::value row = whole["provenance"].as_array()[0];
  whole["provenance"] = json::array(1000, row);
  whole["runbook"] = std::string(30'000, 'r');
  const json::object data =
      standard_of(event_with(EventType::alert_firing, whole)).at("data").as_object();
  EXPECT_NE(std::string{data.at("omitted").at("provenance").as_string()}.find("more"),
            std::string::npos);
  EXPECT_NE(std::string{data.at("runbook").as_string()}.find("more characters"), std::string::npos);
  EXPECT_EQ(data.at("explanation"), whole.at("explanation"));
}

TEST(RenderStandard, HostileDataKeepsWhatIdentifiesTheEvent) {
  for (const auto& text : hostile_texts()) {
    for (const char* member : {"runbook", "explanation", "rule", "subgroup", "link", "unknown"}) {
      const json::object body = standard_of(firing_with(member, json::value(text)));
      EXPECT_EQ(body.at("data").at("seq"), 1) << member;
      EXPECT_EQ(body.at("data").at("state"), "firing") << member;
    }
  }
  const json::value rows(json::array(20'000, json::object{{"a", 1}}));
  EXPECT_EQ(standard_of(firing_with("unknown", rows)).at("data").at("seq"), 1);
  json::object wide;
  for (int i = 0; i < 5'000; ++i) wide["member" + std::to_string(i)] = i;
  EXPECT_EQ(standard_of(firing_with("unknown", wide)).at("data").at("state"), "firing");
}

class EveryFormat : public ::testing::TestWithParam<DestinationFormat> {
 protected:
  const DestinationConfig destination_ = destination_of(GetParam());
};

class EveryFormatInWords : public EveryFormat {};  // the standard one bears the data itself

TEST_P(EveryFormat, DataThatIsNoObjectIsAnError) {
  for (const char* bad : {"", "[]", "{", "nonsense", "{} trailing"}) {
    Event event = of_type(EventType::alert_firing);
    event.data = bad;
    const auto made = render(destination_, event, "trust-1");
    ASSERT_FALSE(made) << bad;
    EXPECT_NE(made.error().sentence.find("is not a JSON object"), std::string::npos);
  }
}

TEST_P(EveryFormat, IsTheSameEachTime) {
  for (const EventType type : kAllTypes) {
    EXPECT_EQ(rendered(destination_, of_type(type)).body,
              rendered(destination_, of_type(type)).body);
  }
}

// Whatever the data holds: a body, valid JSON, no larger than the receiver takes, and no secret.
TEST_P(EveryFormat, HostileDataIsNeverOversizedAndAlwaysJson) {
  for (const Event& event : hostile_events()) {
    const Rendered made = rendered(destination_, event);
    ASSERT_FALSE(made.body.empty());
    EXPECT_LE(made.body.size(), kLimit);
    json::error_code error;
    const json::value value = json::parse(made.body, error);
    EXPECT_FALSE(error) << error.message() << made.body.substr(0, 200);
    EXPECT_TRUE(value.is_object());
    EXPECT_EQ(made.body.find("0123456789"), std::string::npos) << "the key stays out of the store";
    for (const std::string& header : request_of(destination_, event).headers) {
      EXPECT_EQ(header.find_first_of(std::string("\r\n\0", 3)), std::string::npos) << header;
    }
  }
}

// The reader finds the same things in the same order, whatever receives them.
TEST_P(EveryFormatInWords, SaysTheSameThingsInTheSameOrder) {
  const std::string body = request_of(destination_, of_type(EventType::alert_firing)).body;
  // First the sentence, which tells it all in its own words; then each thing by itself.
  std::size_t last = body.find("below the limit of 5 %");
  ASSERT_NE(last, std::string::npos) << body;
  last = body.find("rows 3 to 5", last);
  for (const char* part :
       {"2023/24", "3.1 %", "must not fall below 5 %", "£38,000", "tell the CFO", "rows 3 to 5"}) {
    const std::size_t at = body.find(part, last + 1);
    ASSERT_NE(at, std::string::npos) << part << " in " << body;
    last = at;
  }
}

TEST_P(EveryFormat, ADrillSaysThatItIsOne) {
  const HttpRequest request = request_of(destination_, firing_with("test", true));
  const std::string body = header_in(request, "title") + request.body;
  const bool marked = body.find("[TEST] Red alert") != std::string::npos ||
                      body.find("\\\\[TEST\\\\] Red alert") != std::string::npos ||
                      body.find("\"test\":true") != std::string::npos;
  EXPECT_TRUE(marked) << body.substr(0, 500);
}

std::string case_name(const ::testing::TestParamInfo<DestinationFormat>& one) {
  std::string name{to_string(one.param)};
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, ::testing::ValuesIn(kAllFormats), case_name);
INSTANTIATE_TEST_SUITE_P(Formats, EveryFormatInWords,
                         ::testing::ValuesIn(kAllFormats.begin() + 1, kAllFormats.end()),
                         case_name);

TEST(RenderTeams, AFiringAlertReadsLikeThis) {
  const json::object card = card_of(of_type(EventType::alert_firing));
  EXPECT_EQ(
      seen(card),
      "Red alert: Reserves as a share of income, St Example's\n"
      "St Example's – reserves as a share of income: 3.1 % in 2024/25, below the limit of 5 "
      "%; out of line since 2023/24; the gap is worth £38,000. Source: finance, summary\\_2025.csv "
      "rows 3 "
      "to 5.\n"
      "  Since: 2023/24\n"
      "  Value: 3.1 %\n"
      "  Period: 2024/25\n"
      "  Limit: must not fall below 5 %\n"
      "  Target: 6.5 %\n"
      "  Last values: 2021/22: 6.1 %; 2022/23: 5.1 %; 2023/24: 4.1 %; 2024/25: 3.1 %; and 3 "
      "more before\n"
      "  Worth: £38,000\n"
      "What to do\n"
      "Reserves policy, section 3: tell the CFO within five working days.\n"
      "Figures from: finance, summary\\_2025.csv, rows 3 to 5\n"
      "[Open in kpid] https://kpi.example/alerts/alt_01JDEXAMPLE0000000000000AA\n"
      "[I have seen this] " +
          kAcknowledgeLink + "\n");
  EXPECT_EQ(card.at("body").at(0).at("color"), "attention");
  EXPECT_EQ(card.at("version"), "1.2");
}

TEST(RenderTeams, ARecoveryHasNoWorthAndNothingToDo) {
  const json::object card = card_of(of_type(EventType::alert_resolved));
  const std::string text = seen(card);
  EXPECT_TRUE(text.starts_with("Recovered: Reserves as a share of income, St Example's\n")) << text;
  EXPECT_EQ(text.find("What to do"), std::string::npos);
  EXPECT_EQ(text.find("Since"), std::string::npos);
  EXPECT_EQ(card.at("body").at(0).at("color"), "good");
  json::object data = data_of_type(EventType::alert_resolved);
  data.erase("link");
  EXPECT_FALSE(card_of(event_with(EventType::alert_resolved, data)).contains("actions"))
      << "no link, no button";
}

TEST(RenderTeams, EveryTypeHasAHeadlineOfItsOwn) {
  std::set<std::string> headlines;
  for (const EventType type : kAllTypes) {
    const json::object card = card_of(of_type(type));
    const std::string headline{card.at("body").at(0).at("text").as_string()};
    headlines.insert(headline.substr(0, headline.find(':')));
  }
  EXPECT_EQ(headlines.size(), kAllTypes.size());
}

TEST(RenderTeams, AmberIsAWarning) {
  const json::object card = card_of(of_type(EventType::alert_changed));
  EXPECT_EQ(card.at("body").at(0).at("color"), "warning");
  EXPECT_TRUE(std::string{card.at("body").at(0).at("text").as_string()}.starts_with("Now amber: "));
}

TEST(RenderTeams, NamesAreTextAndNotMarkup) {
  const auto told = [](const char* name) {
    json::object data = data_of_type(EventType::alert_firing);
    data["organisation"].as_object()["name"] = name;
    data["explanation"] = std::string(name) + " – 3.1 %";
    return seen(card_of(event_with(EventType::alert_firing, data)));
  };
  const std::string text = told("*Bold* [click](https://evil.example)\n- list `code` <at>all</at>");
  EXPECT_NE(text.find("\\*Bold\\* \\[click\\](https://evil.example) - list \\`code\\` "
                      "\\<at\\>all\\</at\\>"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("](https://evil.example)"), text.find("\\](https://evil.example)") + 1);
  EXPECT_NE(told("1. First School").find("\n1\\. First School – "), std::string::npos)
      << "no list begins there";
}

TEST(RenderTeams, OnlyAWebLinkBecomesAButton) {
  for (const char* link : {"javascript:alert(1)", "", "/alerts/1", "https://a b", "file:///etc"}) {
    Event event = firing_with("link", json::value(link));
    event.acknowledge_link = link;
    EXPECT_FALSE(card_of(event).contains("actions")) << link;
  }
}

#ifdef KPID_HAS_VALIJSON
class Schemas : public ::testing::Test {
 protected:
  // Skips where the schemas' folder is not beside the project.
  static std::optional<json::value> load(const std::string& name) {
    const std::filesystem::path file =
        std::filesystem::path{kpid::testing::source_folder()} / ".." / "shared" / "schemas" / name;
    std::ifstream in(file);
    if (!in) return std::nullopt;
    std::stringstream text;
    text << in.rdbuf();
    return json::parse(text.str());
  }
  static std::string faults(const json::value& schema_text, const json::value& document) {
    valijson::Schema schema;
    valijson::SchemaParser parser;
    valijson::adapters::BoostJsonAdapter schema_adapter(schema_text);
    parser.populateSchema(schema_adapter, schema);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    valijson::adapters::BoostJsonAdapter adapter(document);
    std::string text;
    if (validator.validate(schema, adapter, &results)) return text;
    text = "not valid: ";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const auto& part : error.context) text += part;
      text += ": " + error.description + "\n";
    }
    return text;
  }
};

TEST_F(Schemas, StandardBodiesAreCloudEvents) {
  const auto schema = load("cloudevents.json");
  if (!schema) GTEST_SKIP() << "../shared/schemas/cloudevents.json is not here";
  for (const EventType type : kAllTypes) {
    json::object body = json_of(DestinationFormat::standard, of_type(type));
    EXPECT_EQ(faults(*schema, body), "") << to_string(type);
    body.erase("id");
    EXPECT_NE(faults(*schema, body), "") << "the schema is looked at";
  }
}

TEST_F(Schemas, TeamsCardsAreAdaptiveCardsOfVersion12) {
  const auto schema = load("adaptive-card-1.2.0.json");
  if (!schema) GTEST_SKIP() << "../shared/schemas/adaptive-card-1.2.0.json is not here";
  for (const EventType type : kAllTypes) {
    json::object card = card_of(of_type(type));
    card.erase("msteams");  // Teams' own member
    EXPECT_EQ(faults(*schema, card), "") << to_string(type);
    card["body"].as_array().push_back(json::object{{"type", "Table"}});
    EXPECT_NE(faults(*schema, card), "") << "a Table came with 1.5";
  }
}
#endif

}  // namespace
}  // namespace kpid::webhooks
