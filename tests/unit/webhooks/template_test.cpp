// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The operator's own template, filled. That it is a good one, config/ checks.

#include <set>
#include <string_view>

#include "model/message_template.hpp"
#include "unit/webhooks/event_fixture.hpp"

namespace kpid::webhooks {
namespace {

DestinationConfig with_template(const std::string& text,
                                const std::string& type = "application/json") {
  DestinationConfig destination = destination_of(DestinationFormat::by_template);
  destination.template_text = text;
  destination.template_content_type = type;
  return destination;
}

std::string filled(const std::string& text, const Event& event,
                   const std::string& type = "text/plain") {
  return rendered(with_template(text, type), event).body;
}

TEST(RenderTemplate, FillsWhatTheDataHolds) {
  const Event event = of_type(EventType::alert_firing);
  EXPECT_EQ(
      filled("{{kpi.title}} of {{organisation.name}}: {{value}} since {{since.label}}", event),
      "reserves as a share of income of St Example's: 3.1 since 2023/24");
  EXPECT_EQ(filled("{{#kpi}}{{title}}, {{plan}}{{/kpi}}", event),
            "reserves as a share of income, 5.2");
  EXPECT_EQ(filled("{{id}} {{type}} {{time}} {{instance}}", event),
            "msg_01JDEXAMPLE0000000000000AA kpi.alert.firing 2026-11-24T06:31:07.000Z trust-1");
  EXPECT_EQ(filled("{{#provenance}}{{source}} {{row_first}}-{{row_last}}{{/provenance}}", event),
            "finance 3-5");
}

TEST(RenderTemplate, WhatIsAbsentOpensNoSection) {
  const Event event = of_type(EventType::source_failing);
  EXPECT_EQ(filled("[{{kpi.title}}{{#kpi}}x{{/kpi}}{{#subgroup}}x{{/subgroup}}{{value}}]", event),
            "[]");
  EXPECT_EQ(filled("{{#quarantined}}yes{{/quarantined}}{{^quarantined}}no{{/quarantined}}", event),
            "no");
  EXPECT_EQ(filled("{{^resolved_at}}open{{/resolved_at}}", of_type(EventType::alert_firing)),
            "open");
}

TEST(RenderTemplate, EachContentTypeEscapesInItsOwnWay) {
  json::object data = data_of_type(EventType::alert_firing);
  data["organisation"].as_object()["name"] = "A \"B\" <c> & d\n\\e=£";
  const Event event = event_with(EventType::alert_firing, data);
  EXPECT_EQ(filled("{\"n\":\"{{organisation.name}}\"}", event, "application/json"),
            R"({"n":"A \"B\" <c> & d \\e=£"})");
  EXPECT_EQ(filled("{\"n\":\"{{organisation.name}}\"}", event, "application/vnd.x+json; v=1"),
            R"({"n":"A \"B\" <c> & d \\e=£"})");
  EXPECT_EQ(filled("<p>{{organisation.name}}</p>", event, "text/html"),
            "<p>A &quot;B&quot; &lt;c&gt; &amp; d \\e=£</p>");
  EXPECT_EQ(filled("n={{organisation.name}}", event, "application/x-www-form-urlencoded"),
            "n=A%20%22B%22%20%3Cc%3E%20%26%20d%20%5Ce%3D%C2%A3");
  EXPECT_EQ(filled("{{organisation.name}}", event), "A \"B\" <c> & d \\e=£");
}

TEST(RenderTemplate, DataCannotBringItsOwnTags) {
  json::object data = data_of_type(EventType::alert_firing);
  data["organisation"].as_object()["name"] = "{{id}} {{{link}}} {{#facts}}x{{/facts}}";
  EXPECT_EQ(filled("{{organisation.name}}", event_with(EventType::alert_firing, data)),
            "{{id}} {{{link}}} {{#facts}}x{{/facts}}");
}

TEST(RenderTemplate, LongListsAreCutAndSayHowManyAreMissing) {
  json::object data = data_of_type(EventType::alert_firing);
  const json::value row = data["provenance"].as_array()[0];
  data["provenance"] = json::array(10'000, row);
  EXPECT_EQ(filled("{{#provenance}}{{row_first}},{{/provenance}} {{provenance_omitted}}",
                   event_with(EventType::alert_firing, data)),
            "3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3, and 9980 more");
  json::array series;
  for (int i = 0; i < 50; ++i) series.push_back(json::object{{"value", i}});
  data["series"] = series;
  const std::string newest = filled("{{#series}}{{value}} {{/series}}{{series_omitted}}",
                                    event_with(EventType::alert_firing, data));
  EXPECT_TRUE(newest.starts_with("30 31 ")) << newest;
  EXPECT_TRUE(newest.ends_with(" 49 and 30 more")) << newest;
}

// The config's check has let it through, and still: the alert must be told.
TEST(RenderTemplate, WhatMakesNoBodyIsToldWithoutTheTemplate) {
  const Event event = of_type(EventType::alert_firing);
  const char* sentence = "tell";
  for (const std::string& bad : {std::string("{\"value\": {{previous}}}"), std::string("{{#kpi}}"),
                                 std::string(""), "{\"x\":\"" + std::string(30'000, 'x') + "\"}"}) {
    const Rendered made = rendered(with_template(bad), event);
    const json::object body = json::parse(made.body).as_object();
    EXPECT_EQ(body.at("headline"), "Red alert: Reserves as a share of income, St Example's")
        << sentence;
    EXPECT_FALSE(body.at("explanation").as_string().empty());
  }
  EXPECT_TRUE(filled("", event).starts_with("Red alert: "));
  EXPECT_TRUE(filled("", event, "text/html").starts_with("<p>Red alert: "));
  EXPECT_TRUE(
      filled("", event, "application/x-www-form-urlencoded").starts_with("headline=Red%20alert"));
}

TEST(RenderTemplate, EveryMemberOfTheDataHasAVariable) {
  const auto known = [](std::string_view name) {
    const auto all = template_variables();
    return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  };
  // A digest that is too much for a template is split, so that nothing is left out of it; of the
  // events that a newer one stands for there are only ids.
  const std::set<std::string_view> for_programs{"also", "and_more"};
  for (const EventType type : kAllTypes) {
    for (const auto& member : data_of_type(type)) {
      EXPECT_TRUE(known(member.key()) || for_programs.contains(member.key())) << member.key();
    }
  }
}

}  // namespace
}  // namespace kpid::webhooks
