// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/render.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "alerts/wording.hpp"

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

namespace json = boost::json;

constexpr std::size_t kLimit = 20'000;
const std::vector<EventType> kAllTypes{
    EventType::alert_firing,     EventType::alert_changed,        EventType::alert_acknowledged,
    EventType::alert_resolved,   EventType::source_failing,       EventType::source_stale,
    EventType::source_recovered, EventType::destination_disabled, EventType::test_ping};

bool is_alert(EventType type) {
  return type == EventType::alert_firing || type == EventType::alert_changed ||
         type == EventType::alert_acknowledged || type == EventType::alert_resolved;
}

// An alert's data as the daemon itself makes it.
struct Facts {
  Facts() {
    rule.name = "reserves-below-policy";
    rule.runbook = "Reserves policy, section 3: tell the CFO within five working days.";
    kpi.id = "finance.reserves_percent";
    kpi.title = "reserves as a share of income";
    kpi.plan = "5.2";
    kpi.unit = Unit::percent;
    kpi.decimals = 1;
    kpi.calendar = Calendar::financial_year;
    kpi.worth_rate = "pence";
    school.code = "900001";
    school.name = "St Example's";
    alert.id = "alt_01JDEXAMPLE0000000000000AA";
    alert.seq = 1;
    alert.state = AlertState::firing;
    alert.severity = Severity::red;
    alert.since = academic_year_of(make_date(2024, 1, 1));
    judgement.threshold = Threshold{Threshold::Operator::below, 5};
    judgement.compared = judgement.value.value = 3.1;
    judgement.value.period = academic_year_of(make_date(2025, 1, 1));
    judgement.value.numerator = 6'200'000;
    judgement.value.denominator = 200'000'000;
    origins = {{"finance", "/srv/in/summary_2025.csv", std::string(64, 'a'), 3, 5, {}}};
    for (int year = 2019; year <= 2025; ++year) {
      KpiValue value;
      value.period = academic_year_of(make_date(year, 1, 1));
      value.value = 3.1 + (2025 - year);
      recent.push_back(value);
    }
  }
  [[nodiscard]] Event event(EventType type) const {
    Event made;
    made.id = "msg_01JDEXAMPLE0000000000000AA";
    made.type = type;
    made.subject = alert.id;
    made.seq = alert.seq;
    made.at = *parse_timestamp("2026-11-24T06:31:07Z");
    made.severity = alert.severity;
    made.kpi = kpi.id;
    made.data =
        event_data({rule, kpi, school, alert, judgement, type, recent, origins,
                    worth_of(rule, kpi, judgement, 495'500), dashboard, compared_with, flapping});
    return made;
  }
  Rule rule;
  Kpi kpi;
  Organisation school;
  Alert alert;
  Judgement judgement;
  std::vector<KpiValue> recent;
  std::vector<FigureOrigin> origins;
  std::string dashboard = "https://kpi.example";
  std::string compared_with;
  std::optional<FlappingTold> flapping;
};

Event operational(EventType type) {
  Event made;
  made.id = "msg_01JDEXAMPLE0000000000000BB";
  made.type = type;
  made.subject = "source:roll";
  made.at = *parse_timestamp("2026-11-24T06:31:07Z");
  made.severity = Severity::red;
  made.data = R"({"source":"roll","state":"failing","reason":"no file matches in/*.csv",)"
              R"("failures_in_a_row":3,"last_succeeded_at":"2026-11-20T06:30:00.000Z",)"
              R"("explanation":"The source \"roll\" cannot be read: no file matches in/*.csv."})";
  return made;
}

Event of_type(EventType type) { return is_alert(type) ? Facts{}.event(type) : operational(type); }

json::object rendered(DestinationFormat format, const Event& event) {
  const auto made = render(format, event, "trust-1");
  EXPECT_TRUE(made) << (made ? "" : made.error().text());
  if (!made) return {};
  EXPECT_LE(made->body.size(), kLimit);
  json::error_code error;
  const json::value value = json::parse(made->body, error);
  EXPECT_FALSE(error) << error.message();
  return value.is_object() ? value.get_object() : json::object{};
}

json::object card_of(const Event& event) {
  const json::object message = rendered(DestinationFormat::teams, event);
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

// Nothing that a field of an event may hold is beyond this: megabytes, markup, broken bytes.
std::vector<std::string> hostile_texts() {
  std::string long_text(200'000, 'x');
  std::string controls(20'000, '\x01');
  std::string pounds;
  std::string marks;
  for (int i = 0; i < 10'000; ++i) {
    pounds += "£";
    marks += "*_[\\";
  }
  return {long_text, controls, pounds, marks, "\xff\xfe broken \xc3", std::string("nul\0in", 6)};
}

std::string with_member(const std::string& member, json::value value) {
  json::object data = json::parse(Facts{}.event(EventType::alert_firing).data).as_object();
  data[member] = std::move(value);
  return json::serialize(data);
}

TEST(RenderStandard, OneBodyIsACloudEventAndAStandardWebhook) {
  const Event event = Facts{}.event(EventType::alert_firing);
  const auto made = render(DestinationFormat::standard, event, "trust-1");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->content_type, "application/cloudevents+json");
  const json::object body = json::parse(made->body).as_object();
  EXPECT_EQ(body.at("specversion"), "1.0");
  EXPECT_EQ(body.at("id"), json::value(event.id));
  EXPECT_EQ(body.at("source"), "/kpid/trust-1");
  EXPECT_EQ(body.at("type"), "kpi.alert.firing");
  EXPECT_EQ(body.at("time"), "2026-11-24T06:31:07.000Z");
  EXPECT_EQ(body.at("timestamp"), body.at("time"));
  EXPECT_EQ(body.at("datacontenttype"), "application/json");
  EXPECT_EQ(body.at("data"), json::parse(event.data)) << "what fits is not touched";
  EXPECT_FALSE(body.contains("data_base64"));
}

TEST(RenderStandard, EveryTypeOfEventKeepsItsData) {
  for (const EventType type : kAllTypes) {
    const Event event = of_type(type);
    const json::object body = rendered(DestinationFormat::standard, event);
    EXPECT_EQ(body.at("type"), json::value(to_string(type)));
    EXPECT_EQ(body.at("data"), json::parse(event.data));
  }
}

TEST(RenderStandard, TheSourceIsAUriReferenceWhateverTheInstanceIsCalled) {
  const auto made =
      render(DestinationFormat::standard, Facts{}.event(EventType::test_ping), "a b/£\"");
  ASSERT_TRUE(made);
  EXPECT_EQ(json::parse(made->body).at("source"), "/kpid/a%20b%2F%C2%A3%22");
}

TEST(RenderStandard, ALongSeriesKeepsItsNewestValuesAndSaysHowManyAreMissing) {
  Facts facts;
  for (int i = 0; i < 400; ++i) facts.recent.insert(facts.recent.begin(), facts.recent.front());
  const Event event = facts.event(EventType::alert_firing);
  const json::object whole = json::parse(event.data).as_object();
  const json::object data = rendered(DestinationFormat::standard, event).at("data").as_object();
  const json::array& kept = data.at("series").as_array();
  ASSERT_FALSE(kept.empty());
  EXPECT_EQ(kept.back(), whole.at("series").as_array().back());
  EXPECT_EQ(data.at("omitted").at("series"),
            json::value("and " + std::to_string(407 - kept.size()) + " more"));
  EXPECT_EQ(data.at("provenance"), whole.at("provenance")) << "the series alone was too long";
  EXPECT_EQ(data.at("explanation"), whole.at("explanation"));
}

TEST(RenderStandard, LongProvenanceAndRunbookAreCutToo) {
  Facts facts;
  facts.origins.resize(1000, facts.origins.front());
  facts.rule.runbook = std::string(30'000, 'r');
  const json::object data =
      rendered(DestinationFormat::standard, facts.event(EventType::alert_firing))
          .at("data")
          .as_object();
  EXPECT_NE(std::string{data.at("omitted").at("provenance").as_string()}.find("more"),
            std::string::npos);
  EXPECT_NE(std::string{data.at("runbook").as_string()}.find("more characters"), std::string::npos);
  EXPECT_EQ(data.at("explanation"),
            json::parse(facts.event(EventType::alert_firing).data).at("explanation"));
}

TEST(RenderStandard, HostileDataIsNeverOversizedAndAlwaysJson) {
  for (const auto& text : hostile_texts()) {
    for (const char* member : {"runbook", "explanation", "rule", "subgroup", "link", "unknown"}) {
      Event event = Facts{}.event(EventType::alert_firing);
      event.data = with_member(member, json::value(text));
      const json::object body = rendered(DestinationFormat::standard, event);
      EXPECT_EQ(body.at("data").at("seq"), 1) << member;
      EXPECT_EQ(body.at("data").at("state"), "firing") << member;
    }
  }
  Event event = Facts{}.event(EventType::alert_firing);
  event.data = with_member("unknown", json::array(20'000, json::object{{"a", 1}}));
  EXPECT_EQ(rendered(DestinationFormat::standard, event).at("data").at("seq"), 1);
  json::object wide;
  for (int i = 0; i < 5'000; ++i) wide["member" + std::to_string(i)] = i;
  event.data = with_member("unknown", json::value(wide));
  EXPECT_EQ(rendered(DestinationFormat::standard, event).at("data").at("state"), "firing");
}

TEST(Render, DataThatIsNoObjectIsAnError) {
  for (const char* bad : {"", "[]", "{", "nonsense", "{} trailing"}) {
    Event event = Facts{}.event(EventType::alert_firing);
    event.data = bad;
    for (const auto format : {DestinationFormat::standard, DestinationFormat::teams}) {
      const auto made = render(format, event, "trust-1");
      ASSERT_FALSE(made) << bad;
      EXPECT_NE(made.error().sentence.find("is not a JSON object"), std::string::npos);
    }
  }
}

TEST(Render, IsTheSameEachTime) {
  for (const EventType type : kAllTypes) {
    for (const auto format : {DestinationFormat::standard, DestinationFormat::teams}) {
      EXPECT_EQ(render(format, of_type(type), "t")->body, render(format, of_type(type), "t")->body);
    }
  }
}

TEST(RenderTeams, AFiringAlertReadsLikeThis) {
  const json::object card = card_of(Facts{}.event(EventType::alert_firing));
  EXPECT_EQ(
      seen(card),
      "Red alert: Reserves as a share of income, St Example's\n"
      "St Example's – reserves as a share of income: 3.1 % in 2024/25, below the limit of 5 "
      "%; out of line since 2023/24; the gap is worth £38,000. Source: finance, summary\\_2025.csv "
      "rows 3 "
      "to 5.\n"
      "  Value: 3.1 %\n"
      "  Period: 2024/25\n"
      "  Since: 2023/24\n"
      "  Limit: must not fall below 5 %\n"
      "  Worth: £38,000\n"
      "  Last values: 2021/22: 6.1 %; 2022/23: 5.1 %; 2023/24: 4.1 %; 2024/25: 3.1 %; and 3 "
      "more\n"
      "  Figures from: finance, summary\\_2025.csv, rows 3 to 5\n"
      "What to do\n"
      "Reserves policy, section 3: tell the CFO within five working days.\n"
      "[Open in kpid] https://kpi.example/alerts/alt_01JDEXAMPLE0000000000000AA\n");
  EXPECT_EQ(card.at("body").at(0).at("color"), "attention");
  EXPECT_EQ(card.at("version"), "1.2");
}

TEST(RenderTeams, ARecoveryReadsLikeThis) {
  Facts facts;
  facts.alert.state = AlertState::resolved;
  facts.alert.resolution = Resolution::recovered;
  facts.judgement.value.value = facts.judgement.compared = 6.5;
  facts.judgement.threshold.reset();
  facts.recent.clear();
  facts.dashboard.clear();
  const json::object card = card_of(facts.event(EventType::alert_resolved));
  EXPECT_EQ(seen(card),
            "Recovered: Reserves as a share of income, St Example's\n"
            "St Example's – reserves as a share of income: 6.5 % in 2024/25; it has recovered. "
            "Source: finance, summary\\_2025.csv rows 3 to 5.\n"
            "  Value: 6.5 %\n"
            "  Period: 2024/25\n"
            "  Figures from: finance, summary\\_2025.csv, rows 3 to 5\n");
  EXPECT_EQ(card.at("body").at(0).at("color"), "good");
  EXPECT_FALSE(card.contains("actions")) << "no link, no button";
}

TEST(RenderTeams, AMissingFigureReadsLikeThis) {
  Facts facts;
  facts.rule.compare = Comparison::stale;
  facts.alert.severity = Severity::amber;
  facts.dashboard.clear();
  facts.rule.runbook.clear();
  facts.judgement.compared = 1;
  facts.judgement.late =
      Lateness{make_date(2025, 8, 31), make_date(2027, 3, 12), {1, Span::Unit::years}, 200};
  const json::object card = card_of(facts.event(EventType::alert_firing));
  EXPECT_EQ(seen(card),
            "Figures missing: Reserves as a share of income, St Example's\n"
            "St Example's – reserves as a share of income: no figure since 2024/25; the next was "
            "due by 12 March 2027 (1 year and 120 school days allowed). The last one came from "
            "finance, summary\\_2025.csv rows 3 to 5.\n"
            "  Last figure: 3.1 %\n"
            "  Of: 2024/25\n"
            "  Next was due: 12 March 2027\n"
            "  Allowed: 1 year and 120 school days\n"
            "  Figures from: finance, summary\\_2025.csv, rows 3 to 5\n");
  EXPECT_EQ(card.at("body").at(0).at("color"), "warning");
  facts.alert.state = AlertState::resolved;
  facts.alert.resolution = Resolution::recovered;
  const auto over = seen(card_of(facts.event(EventType::alert_resolved)));
  EXPECT_TRUE(over.starts_with("Figures come in again: ")) << over;
}

TEST(RenderTeams, AForecastReadsLikeThis) {
  Facts facts;
  facts.rule.compare = Comparison::forecast;
  facts.rule.forecast.ahead = 2;
  facts.dashboard.clear();
  facts.rule.runbook.clear();
  facts.recent.clear();
  facts.judgement.value.value = 6;
  facts.judgement.forecast = Forecast{4.1, 3.6, 4.6, -1, 4, 0.9};
  facts.judgement.compared = 4.6;
  facts.alert.since = facts.judgement.value.period;
  const json::object card = card_of(facts.event(EventType::alert_firing));
  EXPECT_EQ(seen(card),
            "Red alert: Reserves as a share of income, St Example's\n"
            "St Example's – reserves as a share of income: 6 % in 2024/25; at this trend 4.1 % in "
            "2026/27 (80 % sure: 3.6 % to 4.6 %), below the limit of 5 %; the gap is worth £8,000. "
            "Source: finance, summary\\_2025.csv rows 3 to 5.\n"
            "  Value: 6 %\n"
            "  Period: 2024/25\n"
            "  Since: 2024/25\n"
            "  Expected: 4.1 % (80 % sure: 3.6 % to 4.6 %)\n"
            "  Worth: £8,000\n"
            "  Figures from: finance, summary\\_2025.csv, rows 3 to 5\n");
}

TEST(RenderTeams, WhatItWasComparedWithHasItsName) {
  Facts facts;
  facts.rule.compare = Comparison::organisation;
  facts.rule.other_organisation = "E92000001";
  facts.compared_with = "England";
  facts.judgement.reference = facts.judgement.value;
  facts.judgement.reference->value = 5.5;
  facts.judgement.compared = -2.4;
  facts.alert.subgroup = "year_group=4";
  const std::string text = seen(card_of(facts.event(EventType::alert_firing)));
  EXPECT_NE(text.find("  England: 5.5 %\n"), std::string::npos) << text;
  EXPECT_NE(text.find("income (Year 4), St Example's"), std::string::npos) << text;
  EXPECT_EQ(text.find("  Limit: "), std::string::npos) << "of the difference, not of the value";
  EXPECT_EQ(text.find("  Before: "), std::string::npos);
}

TEST(RenderTeams, FlappingHasAHeadlineOfItsOwn) {
  Facts facts;
  facts.alert.flapping = true;
  facts.flapping = FlappingTold{false, 4, make_date(2026, 1, 5)};
  const auto begins = seen(card_of(facts.event(EventType::alert_changed)));
  EXPECT_TRUE(begins.starts_with("In and out of its limit: ")) << begins;
  facts.flapping.reset();
  const auto worse = seen(card_of(facts.event(EventType::alert_changed)));
  EXPECT_TRUE(worse.starts_with("Now red: ")) << worse;
}

TEST(RenderTeams, AFailingSourceReadsLikeThis) {
  EXPECT_EQ(seen(card_of(operational(EventType::source_failing))),
            "Data source failing: roll\n"
            "The source \"roll\" cannot be read: no file matches in/\\*.csv.\n"
            "  Source: roll\n"
            "  Reason: no file matches in/\\*.csv\n"
            "  Failed runs: 3\n"
            "  Last worked: 20 November 2026\n");
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
  Facts facts;
  facts.alert.severity = Severity::amber;
  const json::object card = card_of(facts.event(EventType::alert_changed));
  EXPECT_EQ(card.at("body").at(0).at("color"), "warning");
  EXPECT_TRUE(std::string{card.at("body").at(0).at("text").as_string()}.starts_with("Now amber: "));
}

TEST(RenderTeams, NamesAreTextAndNotMarkup) {
  Facts facts;
  facts.school.name = "*Bold* [click](https://evil.example)\n- list `code` <at>all</at>";
  const std::string text = seen(card_of(facts.event(EventType::alert_firing)));
  EXPECT_NE(text.find("\\*Bold\\* \\[click\\](https://evil.example) - list \\`code\\` "
                      "\\<at\\>all\\</at\\>"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("](https://evil.example)"), text.find("\\](https://evil.example)") + 1);
  facts.school.name = "1. First School";
  EXPECT_NE(seen(card_of(facts.event(EventType::alert_firing))).find("\n1\\. First School – "),
            std::string::npos)
      << "no list begins there";
}

TEST(RenderTeams, OnlyAWebLinkBecomesAButton) {
  for (const char* link : {"javascript:alert(1)", "", "/alerts/1", "https://a b", "file:///etc"}) {
    Event event = Facts{}.event(EventType::alert_firing);
    event.data = with_member("link", json::value(link));
    EXPECT_FALSE(card_of(event).contains("actions")) << link;
  }
}

TEST(RenderTeams, HostileDataIsNeverOversized) {
  for (const auto& text : hostile_texts()) {
    for (const char* member : {"runbook", "explanation", "subgroup", "link", "severity"}) {
      Event event = Facts{}.event(EventType::alert_firing);
      event.data = with_member(member, json::value(text));
      EXPECT_FALSE(seen(card_of(event)).empty());
    }
    Facts facts;
    facts.school.name = facts.kpi.title = text;
    facts.rule.runbook = text;
    facts.origins.resize(3, {text, text, text, 1, 2, {}});
    EXPECT_NE(seen(card_of(facts.event(EventType::alert_firing))).find("Red alert: "),
              std::string::npos);
  }
  Event event = Facts{}.event(EventType::alert_firing);
  for (const char* member :
       {"kpi", "organisation", "period", "threshold", "series", "provenance"}) {
    for (const json::value& wrong : {json::value(7), json::value("x"), json::value(json::array{1}),
                                     json::value(nullptr), json::value(json::object{})}) {
      event.data = with_member(member, wrong);
      EXPECT_FALSE(seen(card_of(event)).empty()) << member;
    }
  }
}

#ifdef KPID_HAS_VALIJSON
class Schemas : public ::testing::Test {
 protected:
  // Skips where the schemas' folder is not beside the project.
  static std::optional<json::value> load(const std::string& name) {
    const std::filesystem::path file =
        std::filesystem::path{KPID_SOURCE_DIR} / ".." / "shared" / "schemas" / name;
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
    json::object body = rendered(DestinationFormat::standard, of_type(type));
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
