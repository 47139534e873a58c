// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// npm's adaptivecards, as a client that knows version 1.2, finds no fault in a message for Teams.

#include <functional>

#include <gmock/gmock.h>

#include "integration/receivers/receivers_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::webhooks {
namespace {

using kpid::testing::Ended;
using kpid::testing::run_command;
using kpid::testing::write_file;
using ::testing::HasSubstr;

class Cards : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!libraries_are_here()) GTEST_SKIP() << kNoLibraries;
  }
  static Ended read(const std::filesystem::path& folder) {
    return run_command({"/usr/bin/env", "node", receivers_script("cards.mjs"),
                        modules_folder().string(), folder.string()});
  }
  // What is said of the firing alert's message after this was done to its card.
  std::string said_of(const std::function<void(json::object& card)>& spoil) {
    json::object message =
        json_of(DestinationFormat::teams,
                event_with(EventType::alert_firing, data_of_type(EventType::alert_firing)));
    spoil(message["attachments"].as_array()[0].as_object()["content"].as_object());
    write_file(folder_ / "spoiled.json", json::serialize(message));
    const Ended ended = read(folder_.path());
    EXPECT_EQ(ended.status, 1) << ended.output;
    return ended.output + ended.errors;
  }

  kpid::testing::TemporaryFolder folder_;
};

TEST_F(Cards, EveryGoldenMessageIsRead) {
  const auto folder = golden_folder() / "teams";
  const auto count = std::distance(std::filesystem::directory_iterator{folder},
                                   std::filesystem::directory_iterator{});
  const Ended ended = read(folder);
  EXPECT_EQ(ended.status, 0) << ended.output << ended.errors;
  EXPECT_EQ(ended.output, fmt::format("{} cards read, 0 with faults\n", count));
}

TEST_F(Cards, WhateverTheDataHoldsTheMessageIsRead) {
  const std::vector<Event> events = golden_and_hostile_events();
  for (const Event& event : events) {
    write_file(folder_ / (event.id + ".json"),
               rendered(destination_of(DestinationFormat::teams), event).body);
  }
  const Ended ended = read(folder_.path());
  EXPECT_EQ(ended.status, 0) << ended.output.substr(0, 3000) << ended.errors;
  EXPECT_EQ(ended.output, fmt::format("{} cards read, 0 with faults\n", events.size()));
}

// What would be wrong is found: without this the two above could not fail.
TEST_F(Cards, FaultsAreFound) {
  const auto push = [](json::object element) {
    return [element](json::object& card) { card["body"].as_array().push_back(element); };
  };
  EXPECT_THAT(said_of(push({{"type", "Sparkline"}, {"data", "1"}})), HasSubstr("Sparkline"));
  EXPECT_THAT(said_of(push({{"type", "Table"}, {"columns", json::array{}}})),
              HasSubstr("left out"));
  EXPECT_THAT(said_of(push({{"type", "TextBlock"}, {"text", "x"}, {"size", "gigantic"}})),
              HasSubstr("gigantic"));
  EXPECT_THAT(said_of([](json::object& card) { card["version"] = "1.6"; }), HasSubstr("1.6"));
  EXPECT_THAT(said_of([](json::object& card) {
                card["actions"].as_array().push_back(
                    json::object{{"type", "Action.OpenUrl"}, {"title", "x"}});
              }),
              HasSubstr("url"));
  EXPECT_THAT(said_of([](json::object& card) {
                card["actions"].as_array().push_back(
                    json::object{{"type", "Action.Execute"}, {"title", "x"}});
              }),
              HasSubstr("left out"));
}

}  // namespace
}  // namespace kpid::webhooks
