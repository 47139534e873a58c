// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// plugin.hpp through the C table of the plugin in sample.cpp.

#include "kpid/plugin.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "kpid/testing.hpp"
#include "support/places.hpp"

namespace kpid::plugin {
namespace {

constexpr const char* fault = "The plugin has a fault: tell its author.";

std::string doing(const std::string& deed) { return R"({"do": ")" + deed + R"("})"; }

class PluginTest : public ::testing::Test {
 protected:
  FakeHost host{*kpid_plugin_entry_v1()};
};

TEST_F(PluginTest, TheTableBearsTheManifestByteForByte) {
  std::ifstream file(kpid::testing::source_folder() + "/tests/unit/sdk/sample.json",
                     std::ios::binary);
  const std::string written{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(written.empty());
  EXPECT_EQ(detail::to_view(kpid_plugin_entry_v1()->manifest), written);
  EXPECT_EQ(kpid_plugin_entry_v1()->struct_size, sizeof(kpid_plugin_v1));
  EXPECT_EQ(kpid_plugin_entry_v1()->abi_minor, 0U);
}

TEST_F(PluginTest, TheSectionsHeaderStandsBeforeTheManifest) {
  // By way of an integer: the compiler knows of no array that begins before the symbol.
  const auto manifest = reinterpret_cast<std::uintptr_t>(kpid_manifest_begin);
  const std::string_view section{reinterpret_cast<const char*>(manifest - 24), 24};
  const std::size_t length = kpid_plugin_entry_v1()->manifest.len;
  std::string expected = "KPIDPLG1";
  const auto append = [&](std::uint64_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) expected += static_cast<char>((number >> (8 * i)) & 0xFF);
  };
  append(KPID_ABI_MAJOR, 4);
  append(kpid_plugin_entry_v1()->abi_minor, 4);
  append(length, 8);
  EXPECT_EQ(section, expected);
}

TEST_F(PluginTest, EmitsInBatches) {
  const Outcome outcome = host.pull(R"({"do": "emit", "rows": 10000})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.developer_text;
  ASSERT_EQ(host.observations().size(), 10000U);
  // 5000 rows, checkpoint, 5000 rows, checkpoint.
  EXPECT_EQ(host.batches(), (std::vector<std::size_t>{4096, 904, 4096, 904}));
  EXPECT_EQ(host.checkpoints(), (std::vector<SeenCheckpoint>{{"5000", 5000}, {"10000", 10000}}));
  EXPECT_EQ(host.rows_read(), 10000U);
  for (std::size_t i = 0; i < 10000; ++i) {
    const SeenObservation& row = host.observations()[i];
    ASSERT_EQ(row.subgroup, "year_group=" + std::to_string(i));
    ASSERT_EQ(row.value, static_cast<double>(i));
    ASSERT_EQ(row.measure, "sample.pupils");
    ASSERT_EQ(row.organisation, "100001");
  }
}

TEST_F(PluginTest, ResumesFromACursor) {
  Pull pull;
  pull.cursor = "6";
  ASSERT_TRUE(host.pull(doing("emit"), pull).is_ok());
  ASSERT_EQ(host.observations().size(), 4U);
  EXPECT_EQ(host.observations().front().value, 6);
}

TEST_F(PluginTest, WhatIsEmittedWithoutACheckpointIsSentAtTheEnd) {
  ASSERT_TRUE(host.pull(doing("plain")).is_ok());
  EXPECT_EQ(host.observations().size(), 1U);
  EXPECT_EQ(host.committed().size(), 1U);
}

TEST_F(PluginTest, ExceptionsBecomeAStatusWithASentence) {
  Outcome outcome = host.pull(doing("throw"));
  EXPECT_EQ(outcome.status, KPID_INTERNAL);
  EXPECT_EQ(outcome.operator_text, fault);
  EXPECT_EQ(outcome.developer_text, "thrown in pull");

  outcome = host.pull(doing("throw number"));
  EXPECT_EQ(outcome.status, KPID_INTERNAL);
  EXPECT_EQ(outcome.developer_text, "something was thrown that is no std::exception");

  outcome = host.pull(doing("bad_alloc"));
  EXPECT_EQ(outcome.status, KPID_INTERNAL);
  EXPECT_EQ(outcome.operator_text,
            "The plugin ran out of memory: raise the source's memory limit, or let it read less at "
            "a time.");

  outcome = host.check(doing("throw in check"));
  EXPECT_EQ(outcome.developer_text, "std::bad_alloc");

  outcome = host.pull(doing("throw in create"));
  EXPECT_EQ(outcome.status, KPID_INTERNAL);
  EXPECT_EQ(outcome.developer_text, "thrown in create");
}

TEST_F(PluginTest, AFailureInTheConstructorArrivesAsItsError) {
  const Outcome outcome = host.pull(doing("fail in create"));
  EXPECT_EQ(outcome.status, KPID_CONFIG);
  EXPECT_EQ(outcome.operator_text, "The colour is wrong; choose another.");
}

TEST_F(PluginTest, SettingsOfAnotherTypeAreTheOperatorsToMend) {
  Outcome outcome = host.pull(R"({"rows": "many"})");
  EXPECT_EQ(outcome.status, KPID_CONFIG);
  EXPECT_EQ(outcome.operator_text, "settings/rows must be a whole number, and is text");
  EXPECT_EQ(host.pull(R"(["rows"])").status, KPID_CONFIG);
  EXPECT_EQ(host.pull("").status, KPID_CONFIG);
  EXPECT_EQ(host.pull("{").status, KPID_CONFIG);
  // NUL, and text that is no UTF-8.
  EXPECT_EQ(host.pull(std::string_view("{\"do\":\0}", 8)).status, KPID_CONFIG);
  EXPECT_EQ(host.pull("{\"do\":\"\xff\"}").status, KPID_CONFIG);
}

TEST_F(PluginTest, ErrorsCarryWhatToDo) {
  Outcome outcome = host.pull(doing("rate limited"));
  EXPECT_EQ(outcome.status, KPID_RATE_LIMITED);
  EXPECT_EQ(outcome.retry_at_ms, 1234);
  EXPECT_EQ(outcome.operator_text, "Too often.");
  EXPECT_EQ(outcome.developer_text, "429");

  outcome = host.pull(doing("say nothing"));
  EXPECT_EQ(outcome.status, KPID_INTERNAL);
  EXPECT_EQ(outcome.operator_text, "The plugin failed and did not say why; tell its author.");
}

TEST_F(PluginTest, LongTextsAreCutBetweenCharacters) {
  const Outcome outcome = host.pull(doing("long error"));
  EXPECT_EQ(outcome.status, KPID_SOURCE);
  EXPECT_EQ(outcome.operator_text.size(), 1000U);
  EXPECT_TRUE(host.violations().empty());
  EXPECT_EQ(detail::cut("a\u00e9", 2), "a");
  EXPECT_EQ(detail::cut("\u20ac\u20ac", 5), "\u20ac");
  EXPECT_EQ(detail::cut("\u20ac", 3), "\u20ac");
  EXPECT_EQ(detail::cut("\u20ac", 0), "");

  ASSERT_TRUE(host.pull(doing("notes")).is_ok());
  ASSERT_EQ(host.notes().size(), 3U);
  EXPECT_EQ(host.notes()[0], (SeenNote{KPID_NOTE_INFO, "a.csv", "One."}));
  EXPECT_EQ(host.notes()[1].level, KPID_NOTE_WARNING);
  EXPECT_EQ(host.notes()[2].level, KPID_NOTE_SKIPPED);
  EXPECT_EQ(host.notes()[2].place.size(), 500U);
  EXPECT_EQ(host.notes()[2].sentence.size(), 1000U);
}

TEST_F(PluginTest, StopsWhenItIsCancelled) {
  host.cancel_after(5);  // the first checkpoint of ten rows
  const Outcome outcome = host.pull(doing("emit"));
  EXPECT_EQ(outcome.status, KPID_CANCELLED);
  EXPECT_EQ(host.committed().size(), 0U);  // cancelled before the checkpoint was set
}

TEST_F(PluginTest, AFailingPullKeepsItsEarlierCheckpoints) {
  host.cancel_after(5100);
  const Outcome outcome = host.pull(R"({"do": "emit", "rows": 10000})");
  EXPECT_EQ(outcome.status, KPID_CANCELLED);
  EXPECT_EQ(host.observations().size(), 9096U);
  EXPECT_EQ(host.committed().size(), 5000U);
}

TEST_F(PluginTest, ARefusedObservationCannotBeOverlooked) {
  const Outcome outcome = host.pull(doing("forget status"));
  EXPECT_EQ(outcome.status, KPID_INTERNAL);
  EXPECT_NE(outcome.developer_text.find("finite"), std::string::npos) << outcome.developer_text;
}

TEST_F(PluginTest, PartsComeInTwos) {
  const Outcome outcome = host.pull(doing("one part"));
  EXPECT_EQ(outcome.status, KPID_INTERNAL);
  EXPECT_EQ(outcome.developer_text, "an observation of sample.pupils has one part of two");
}

TEST_F(PluginTest, ReadsDocumentsAndGivesThemBack) {
  const std::string settings = R"({"do": "fetch", "path": "in/*.csv"})";
  host.add_document("in/*.csv", {.bytes = "four", .origin = "in/b.csv"});
  host.add_document("in/*.csv", {.bytes = "", .origin = "in/a.csv"});
  ASSERT_TRUE(host.pull(settings).is_ok());
  ASSERT_EQ(host.observations().size(), 2U);
  EXPECT_EQ(host.observations()[0].document, 1U);
  EXPECT_EQ(host.observations()[0].value, 0);
  EXPECT_EQ(host.observations()[1].document, 2U);
  EXPECT_EQ(host.observations()[1].value, 4);
  EXPECT_EQ(host.observations()[1].row_last, 1U);
  EXPECT_EQ(host.log(), (std::vector<std::string>{"in/a.csv, row 1, column Pupils",
                                                  "in/b.csv, row 1, column Pupils"}));
  EXPECT_EQ(host.unreleased_documents(), 0U);
  EXPECT_TRUE(host.check(settings).is_ok());
}

TEST_F(PluginTest, TheHostsWordsAboutAFailedFetchStand) {
  host.fail_fetch("in.csv", rate_limited_error(99, "The server says: later.", "429"));
  const Outcome outcome = host.pull(R"({"do": "fetch", "path": "in.csv"})");
  EXPECT_EQ(outcome.status, KPID_RATE_LIMITED);
  EXPECT_EQ(outcome.operator_text, "The server says: later.");
  EXPECT_EQ(outcome.developer_text, "429");
  EXPECT_EQ(outcome.retry_at_ms, 99);
}

TEST_F(PluginTest, AHostWithoutFetchIsTold) {
  host.withhold_fetch();
  const Outcome outcome = host.pull(R"({"do": "fetch", "path": "in.csv"})");
  EXPECT_EQ(outcome.status, KPID_UNSUPPORTED);
  EXPECT_NE(outcome.operator_text.find("update kpid"), std::string::npos);
}

TEST_F(PluginTest, ANewerHostIsServedAndAnOlderOneIsRefusedGracefully) {
  host.pretend_table_size(sizeof(kpid_host_v1) + 64);  // members that it does not know
  EXPECT_TRUE(host.pull(doing("emit")).is_ok());
  host.pretend_table_size(offsetof(kpid_host_v1, extension));  // lacks the last, has set_error
  const Outcome outcome = host.pull(doing("emit"));
  EXPECT_EQ(outcome.status, KPID_UNSUPPORTED);
  EXPECT_EQ(outcome.operator_text, "This kpid is older than the plugin can do with; update kpid.");
  host.pretend_table_size(offsetof(kpid_host_v1, set_error));  // cannot even be told
  EXPECT_EQ(host.pull(doing("emit")).status, KPID_UNSUPPORTED);
  host.pretend_table_size(4);
  EXPECT_EQ(host.pull(doing("emit")).status, KPID_UNSUPPORTED);
}

TEST_F(PluginTest, ANullHostIsRefused) {
  void* instance = nullptr;
  EXPECT_EQ(kpid_plugin_entry_v1()->create(nullptr, {nullptr, 0}, &instance), KPID_UNSUPPORTED);
  EXPECT_EQ(instance, nullptr);
}

// A host that only keeps the last error's sentence.
kpid_host_v1 mute_host(std::string& told) {
  return {sizeof(kpid_host_v1),
          0,
          &told,
          [](const kpid_host_v1*) -> std::int32_t { return 0; },
          [](const kpid_host_v1*, std::int32_t, kpid_string) {},
          [](const kpid_host_v1* host, const kpid_error* error) {
            *static_cast<std::string*>(host->context) = detail::to_view(error->operator_text);
          },
          [](const kpid_host_v1*, const kpid_observation*, std::size_t,
             std::uint32_t) -> std::int32_t { return 99; },
          [](const kpid_host_v1*, kpid_string) -> std::int32_t { return KPID_OK; },
          [](const kpid_host_v1*, const kpid_note*) -> std::int32_t { return KPID_OK; },
          [](const kpid_host_v1*, std::uint64_t) {},
          [](const kpid_host_v1*, kpid_string) -> const void* { return nullptr; }};
}

TEST_F(PluginTest, AShortPullANullOneAndANullFunctionAreRefused) {
  const kpid_plugin_v1& table = *kpid_plugin_entry_v1();
  std::string told;
  const kpid_host_v1 mute = mute_host(told);
  void* instance = nullptr;
  constexpr std::string_view settings = R"({"rows": 1})";
  ASSERT_EQ(table.create(&mute, detail::to_c(settings), &instance), KPID_OK);

  constexpr auto older = "This kpid is older than the plugin can do with; update kpid.";
  kpid_pull request{offsetof(kpid_pull, now_ms), 0, {nullptr, 0}, 0, 0, 0};
  EXPECT_EQ(table.pull(instance, &mute, &request), KPID_UNSUPPORTED);
  EXPECT_EQ(told, older);
  told.clear();
  EXPECT_EQ(table.pull(instance, &mute, nullptr), KPID_UNSUPPORTED);
  EXPECT_EQ(told, older);
  told.clear();
  kpid_host_v1 holed = mute;
  holed.checkpoint = nullptr;
  request.struct_size = sizeof request;
  EXPECT_EQ(table.pull(instance, &holed, &request), KPID_UNSUPPORTED);
  EXPECT_EQ(told, older);

  // A status that no version knows is a fault, not a success; the host's silence is left alone.
  told.clear();
  EXPECT_EQ(table.pull(instance, &mute, &request), KPID_INTERNAL);
  EXPECT_EQ(told, "");
  EXPECT_EQ(table.create(&mute, detail::to_c(settings), nullptr), KPID_INTERNAL);
  table.destroy(instance);
}

TEST_F(PluginTest, SeveralInstancesLiveSideBySide) {
  FakeHost other{*kpid_plugin_entry_v1()};
  EXPECT_TRUE(host.pull(R"({"do": "emit", "rows": 2})").is_ok());
  EXPECT_TRUE(other.pull(R"({"do": "emit", "rows": 4})").is_ok());
  EXPECT_EQ(host.observations().size(), 2U);
  EXPECT_EQ(other.observations().size(), 4U);
}

TEST_F(PluginTest, AReadersFaultIsPlaced) {
  struct Fault {
    std::string sentence;
    std::uint32_t row;
  };
  Document document;
  document.origin = "roll.csv";
  EXPECT_EQ(source_error(document, Fault{"The quote never ends.", 7}).operator_text,
            "roll.csv, row 7: The quote never ends.");
  EXPECT_EQ(source_error(document, Fault{"The file is empty.", 0}).operator_text,
            "roll.csv: The file is empty.");
}

}  // namespace
}  // namespace kpid::plugin
