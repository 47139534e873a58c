// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What every format says, before it is laid out.

#include "webhooks/message.hpp"

#include "unit/webhooks/event_fixture.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::webhooks {
namespace {

std::string told(const Event& event, const Room& room = {}) {
  const auto data = data_of(event);
  EXPECT_TRUE(data);
  const Message message = message_of(event, *data, room);
  std::string text = message.headline() + "\n";
  for (const Fact& fact : message.facts) text += "  " + fact.title + ": " + fact.value + "\n";
  if (!message.what_to_do.empty()) text += "  to do: " + message.what_to_do + "\n";
  return text;
}

std::string headline(EventType type, const json::object& data) {
  const std::string text = told(event_with(type, data));
  return text.substr(0, text.find('\n'));
}

TEST(Message, OfAMissingFigureTellsWhatCameLast) {
  json::object data = data_of_type(EventType::alert_firing);
  data["comparison"] = "stale";
  data["severity"] = "amber";
  data["compared"] = 1;
  data["runbook"] = "";
  data["late"] = json::object{{"last", "2025-08-31"},
                              {"expected", "2027-03-12"},
                              {"allowed", "1 year and 120 school days"},
                              {"school_days", 200}};
  EXPECT_EQ(told(event_with(EventType::alert_firing, data)),
            "Figures missing: Reserves as a share of income, St Example's\n"
            "  Last figure: 3.1 %\n"
            "  Of: 2024/25\n"
            "  Next was due: 12 March 2027\n"
            "  Allowed: 1 year and 120 school days\n");
  data["resolution"] = "recovered";
  EXPECT_EQ(headline(EventType::alert_resolved, data),
            "Figures come in again: Reserves as a share of income, St Example's");
  data["resolution"] = "rule_removed";
  EXPECT_EQ(headline(EventType::alert_resolved, data),
            "Closed, its rule was removed: Reserves as a share of income, St Example's");
}

TEST(Message, OfAForecastTellsWhatIsExpectedAndHowSureItIs) {
  json::object data = data_of_type(EventType::alert_firing);
  data["comparison"] = "forecast";
  data["value"] = 6;
  data["compared"] = 4.6;
  data["target"] = nullptr;
  data["worth_pence"] = 800'000;
  data["series"] = json::array{};
  data["runbook"] = "";
  data["forecast"] = json::object{{"sure", 80}, {"value", 4.1}, {"low", 3.6}, {"high", 4.6}};
  EXPECT_EQ(told(event_with(EventType::alert_firing, data)),
            "Red alert: Reserves as a share of income, St Example's\n"
            "  Since: 2023/24\n"
            "  Value: 6 %\n"
            "  Period: 2024/25\n"
            "  Expected: 4.1 % (80 % sure: 3.6 % to 4.6 %)\n"
            "  Worth: £8,000\n");
}

TEST(Message, NamesWhatTheFigureWasComparedWith) {
  json::object data = data_of_type(EventType::alert_firing);
  data["comparison"] = "organisation";
  data["compared"] = -2.4;
  data["subgroup"] = "year_group=4";
  data["subgroup_words"] = "Year 4";
  data["reference"] = json::object{{"name", "England"}, {"value", 5.5}};
  const std::string text = told(event_with(EventType::alert_firing, data));
  EXPECT_TRUE(text.starts_with("Red alert: Reserves as a share of income (Year 4), St Example's\n"))
      << text;
  EXPECT_NE(text.find("  England: 5.5 %\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("  Limit: "), std::string::npos) << "of the difference, not of the value";
  EXPECT_EQ(text.find("  Before: "), std::string::npos);
}

TEST(Message, FlappingHasAHeadlineOfItsOwn) {
  json::object data = data_of_type(EventType::alert_changed);
  data["flapping"] = json::object{{"now", true}, {"changes", 4}, {"since", "2026-01-05"}};
  EXPECT_TRUE(headline(EventType::alert_changed, data).starts_with("In and out of its limit: "));
  data["flapping"] = json::object{{"now", true}, {"changes", nullptr}, {"since", nullptr}};
  EXPECT_TRUE(headline(EventType::alert_changed, data).starts_with("Now amber: "));
}

TEST(Message, ACorrectionIsWithdrawn) {
  json::object data = data_of_type(EventType::alert_resolved);
  data["resolution"] = "corrected";
  EXPECT_TRUE(headline(EventType::alert_resolved, data)
                  .starts_with("Withdrawn, the figure was corrected: "));
}

TEST(Message, ADrillSaysSoFirst) {
  json::object data = data_of_type(EventType::alert_firing);
  data["test"] = true;
  EXPECT_TRUE(headline(EventType::alert_firing, data).starts_with("[TEST] Red alert: "));
}

TEST(Message, IsCutToItsRoomAndSaysSo) {
  json::object data = data_of_type(EventType::alert_firing);
  data["runbook"] = std::string(5'000, 'r');
  EXPECT_NE(told(event_with(EventType::alert_firing, data)).find("… and 2000 more characters"),
            std::string::npos);
  EXPECT_NE(told(event_with(EventType::alert_firing, data), Room{}.half())
                .find("… and 3500 more characters"),
            std::string::npos);
}

TEST(Cleaned, WhatSteersAScreenIsABlank) {
  EXPECT_EQ(cleaned("a\x1b[31mb\x7f"), "a [31mb ");
  EXPECT_EQ(cleaned("a\xC2\x85z"), "a z") << "a C1 control";
  EXPECT_EQ(cleaned("a\xE2\x80\xAEz\xE2\x81\xA6y"), "a z y") << "right to left, isolate";
  EXPECT_EQ(cleaned("£ – ’ \xE2\x80\xA6"), "£ – ’ \xE2\x80\xA6") << "their neighbours stay";
  EXPECT_EQ(cleaned("\xE2"), "\xE2");
}

TEST(MessageInstead, EveryFormatSaysForWhomItCameHere) {
  for (const DestinationFormat format : kAllFormats) {
    for (const EventType type : {EventType::alert_firing, EventType::source_failing}) {
      Event event = of_type(type);
      const std::string words =
          "The message for finance-team could not be delivered, so it came here. ";
      const std::string before = rendered(destination_of(format), event).body;
      EXPECT_EQ(before.find("finance-team could not"), std::string::npos);
      event.instead_of = "finance-team";
      const std::string body = rendered(destination_of(format), event).body;
      const bool told = format == DestinationFormat::standard
                            ? body.find("\"instead_of\":\"finance-team\"") != std::string::npos
                            : body.find(words) != std::string::npos;
      EXPECT_TRUE(told) << to_string(format) << ": " << body;
    }
  }
}

TEST(MessageUnnoted, MissingFiguresAreStillMissing) {
  for (const auto& [type, words] :
       {std::pair{EventType::alert_reminder, "Figures still missing"},
        std::pair{EventType::alert_escalated, "Figures missing, and nobody has taken note"}}) {
    json::object data = data_of_type(type);
    data["comparison"] = "stale";
    const Message message = message_of(event_with(type, data), data, Room{});
    EXPECT_EQ(message.word, words);
    ASSERT_FALSE(message.facts.empty());
    EXPECT_EQ(message.facts[0].title, "Nobody took note for");
  }
}

}  // namespace
}  // namespace kpid::webhooks
