// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Slack, Google Chat and Discord: their limits, and that nothing from outside is read as markup or
// as a mention.

#include <functional>

#include "unit/webhooks/event_fixture.hpp"

namespace kpid::webhooks {
namespace {

std::string text_of(const json::value& value) { return std::string{value.as_string()}; }

// Every string of a JSON value.
void each_text(const json::value& value, const std::function<void(const std::string&)>& look) {
  if (value.is_string()) look(text_of(value));
  if (value.is_array()) {
    for (const auto& one : value.get_array()) each_text(one, look);
  }
  if (value.is_object()) {
    for (const auto& one : value.get_object()) each_text(one.value(), look);
  }
}

std::vector<Event> all_events() {
  std::vector<Event> events = hostile_events();
  for (const EventType type : kAllTypes) events.push_back(of_type(type));
  return events;
}

Event with_school(const std::string& name) {
  json::object data = data_of_type(EventType::alert_firing);
  data["organisation"].as_object()["name"] = name;
  data["explanation"] = name + " has a breach";
  return event_with(EventType::alert_firing, data);
}

// --- Slack -------------------------------------------------------------------------------------

void expect_slack_text(const json::object& text, std::size_t most) {
  const std::string words = text_of(text.at("text"));
  EXPECT_GE(words.size(), 1U);
  EXPECT_LE(words.size(), most);
  const bool plain = text.at("type") == "plain_text";
  EXPECT_EQ(plain ? text.at("emoji") : !text.at("verbatim").as_bool(), json::value(false))
      << "no emoji and no mention is looked for";
}

void expect_slack_block(const json::object& block) {
  const std::string type = text_of(block.at("type"));
  if (type == "header") {
    EXPECT_EQ(block.at("text").at("type"), "plain_text");
    return expect_slack_text(block.at("text").as_object(), 150);
  }
  if (type == "context") {
    EXPECT_LE(block.at("elements").as_array().size(), 10U);
    for (const auto& one : block.at("elements").as_array()) {
      expect_slack_text(one.as_object(), 2000);
    }
    return;
  }
  ASSERT_EQ(type, "section");
  ASSERT_NE(block.contains("text"), block.contains("fields"));
  if (block.contains("text")) return expect_slack_text(block.at("text").as_object(), 3000);
  const json::array& fields = block.at("fields").as_array();
  EXPECT_GE(fields.size(), 1U);
  EXPECT_LE(fields.size(), 10U);
  for (const auto& field : fields) expect_slack_text(field.as_object(), 2000);
}

TEST(RenderSlack, KeepsToTheLimitsOfBlocks) {
  for (const Event& event : all_events()) {
    const json::object message = json_of(DestinationFormat::slack, event);
    EXPECT_FALSE(message.at("text").as_string().empty());
    const json::array& blocks = message.at("blocks").as_array();
    EXPECT_LE(blocks.size(), 50U);
    EXPECT_LE(json::serialize(blocks).size(), 12'000U);
    for (const auto& block : blocks) expect_slack_block(block.as_object());
  }
}

// "<" begins a mention, a link or a command; kpid's own link alone may have one.
TEST(RenderSlack, NobodyIsMentionedAndNothingIsMarkup) {
  for (const Event& event : all_events()) {
    each_text(json_of(DestinationFormat::slack, event), [](const std::string& text) {
      const bool own_link = text.starts_with("<http") && (text.ends_with("|Open in kpid>") ||
                                                          text.ends_with("|I have seen this>"));
      const auto angle = own_link ? text.find('<', 1) : text.find_first_of("<>");
      EXPECT_EQ(angle, std::string::npos) << text;
    });
  }
  const json::object message =
      json_of(DestinationFormat::slack, with_school("<!here> & *St* <@U1|x> &lt; @channel"));
  const std::string header = text_of(message.at("blocks").at(0).at("text").at("text"));
  EXPECT_NE(header.find("&lt;!here&gt; &amp; *St* &lt;@U1|x&gt; &amp;lt; @channel"),
            std::string::npos)
      << header;
}

TEST(RenderSlack, ALongHeadlineIsCutBetweenCharactersAndEscapes) {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "&£";
  const json::object message = json_of(DestinationFormat::slack, with_school(name));
  const std::string header = text_of(message.at("blocks").at(0).at("text").at("text"));
  EXPECT_LE(header.size(), 150U);
  EXPECT_NE(header.find(" more characters"), std::string::npos) << header;
  for (std::size_t at = header.find('&'); at != std::string::npos; at = header.find('&', at + 1)) {
    EXPECT_EQ(header.substr(at, 5), "&amp;") << header;
  }
}

// --- Google Chat -------------------------------------------------------------------------------

TEST(RenderGoogleChat, IsOneCardOfKnownWidgets) {
  for (const Event& event : all_events()) {
    const json::object message = json_of(DestinationFormat::google_chat, event);
    EXPECT_FALSE(message.contains("text")) << "it would be read as markup";
    const json::array& cards = message.at("cardsV2").as_array();
    ASSERT_EQ(cards.size(), 1U);
    const json::object& card = cards[0].at("card").as_object();
    EXPECT_FALSE(card.at("header").at("title").as_string().empty());
    const json::array& widgets = card.at("sections").at(0).at("widgets").as_array();
    EXPECT_GE(widgets.size(), 1U);
    EXPECT_LE(widgets.size(), 100U);
    for (const auto& widget : widgets) {
      ASSERT_EQ(widget.as_object().size(), 1U);
      const std::string kind{widget.as_object().begin()->key()};
      EXPECT_TRUE(kind == "textParagraph" || kind == "decoratedText" || kind == "buttonList");
    }
  }
}

TEST(RenderGoogleChat, NamesAreNeitherHtmlNorMentions) {
  const json::object message =
      json_of(DestinationFormat::google_chat, with_school("<users/all> <a href=\"x\">St</a> & Co"));
  const json::object& card = message.at("cardsV2").at(0).at("card").as_object();
  const json::array& widgets = card.at("sections").at(0).at("widgets").as_array();
  EXPECT_EQ(text_of(widgets.at(0).at("textParagraph").at("text")),
            "<b>Reserves as a share of income, &lt;users/all&gt; &lt;a href=&quot;x&quot;&gt;St"
            "&lt;/a&gt; &amp; Co</b>");
  EXPECT_EQ(text_of(widgets.at(1).at("textParagraph").at("text")),
            "&lt;users/all&gt; &lt;a href=&quot;x&quot;&gt;St&lt;/a&gt; &amp; Co has a breach");
  EXPECT_EQ(text_of(card.at("header").at("title")).find('<'), std::string::npos);
}

TEST(RenderGoogleChat, WhatIsToldOfOneAlertIsOneThread) {
  const json::object first =
      json_of(DestinationFormat::google_chat, of_type(EventType::alert_firing));
  const json::object last =
      json_of(DestinationFormat::google_chat, of_type(EventType::alert_resolved));
  EXPECT_EQ(first.at("thread"), last.at("thread"));
  EXPECT_EQ(first.at("thread").at("threadKey"), "alt_01JDEXAMPLE0000000000000AA");
}

// --- Discord -----------------------------------------------------------------------------------

std::size_t length_of(const json::object& from, const char* member) {
  return from.contains(member) ? from.at(member).as_string().size() : 0;
}

TEST(RenderDiscord, KeepsToTheLimitsOfEmbeds) {
  for (const Event& event : all_events()) {
    const json::object message = json_of(DestinationFormat::discord, event);
    EXPECT_GE(length_of(message, "content"), 1U);
    EXPECT_LE(length_of(message, "content"), 2000U);
    const json::array& embeds = message.at("embeds").as_array();
    ASSERT_EQ(embeds.size(), 1U);
    const json::object& embed = embeds[0].as_object();
    EXPECT_LE(length_of(embed, "description"), 4096U);
    std::size_t all = length_of(embed, "description");
    if (embed.contains("fields")) {
      EXPECT_LE(embed.at("fields").as_array().size(), 25U);
      for (const auto& one : embed.at("fields").as_array()) {
        const json::object& field = one.as_object();
        EXPECT_GE(length_of(field, "value"), 1U);
        EXPECT_LE(length_of(field, "name"), 256U);
        EXPECT_LE(length_of(field, "value"), 1024U);
        all += length_of(field, "name") + length_of(field, "value");
      }
    }
    EXPECT_LE(all, 6000U);
    EXPECT_EQ(message.at("allowed_mentions"), json::parse(R"({"parse":[]})"));
  }
}

TEST(RenderDiscord, NamesAreTextAndNotMarkdown) {
  const json::object message = json_of(
      DestinationFormat::discord, with_school("**St** [x](https://evil) <@1> @everyone ||s||"));
  EXPECT_EQ(text_of(message.at("embeds").at(0).at("description")),
            R"(\*\*St\*\* \[x\]\(https://evil\) \<\@1\> \@everyone \|\|s\|\| has a breach)");
  const json::object listed = json_of(DestinationFormat::discord, with_school("# Big"));
  EXPECT_EQ(text_of(listed.at("embeds").at(0).at("description")), R"(\# Big has a breach)");
}

}  // namespace
}  // namespace kpid::webhooks
