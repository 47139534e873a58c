// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Across versions: a plugin of 1.0 in today's host, today's plugin in a host of 1.0. Both of 1.0
// are C compiled against the frozen header, and both plugins are loaded from their libraries.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host_v1_0.h"
#include "kpid/testing.hpp"

namespace kpid::plugin {
namespace {

const kpid_plugin_v1& old_plugin() { return load_plugin(KPID_ABI_V1_0_PLUGIN); }
const kpid_plugin_v1& new_plugin() { return load_plugin(KPID_SDK_SAMPLE); }

TEST(Abi, APluginOf1_0RunsInTodaysHost) {
  FakeHost host(old_plugin());
  host.add_document("numbers.txt", {.bytes = "100001=5\nnonsense\n100002=7", .origin = "a"});
  host.add_document("numbers.txt", {.bytes = "100003=1\n", .origin = "b"});
  const Outcome outcome = host.pull("{}");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
  ASSERT_EQ(host.observations().size(), 3U);
  const SeenObservation& second = host.observations()[1];
  EXPECT_EQ(second.measure, "abi.number");
  EXPECT_EQ(second.organisation, "100002");
  EXPECT_EQ(second.value, 7);
  EXPECT_EQ(second.numerator, 7);
  EXPECT_EQ(second.denominator, 1);
  EXPECT_EQ(second.row_first, 3U);
  EXPECT_EQ(second.document, 1U);
  EXPECT_EQ(second.stated_on, std::nullopt) << "came with 1.1";
  EXPECT_EQ(days_since_epoch(second.period.first), 20000);
  EXPECT_EQ(host.observations()[2].document, 2U);
  EXPECT_EQ(host.checkpoints(), (std::vector<SeenCheckpoint>{{"done", 3}}));
  EXPECT_EQ(host.notes().size(), 1U);
  EXPECT_THAT(host.log(), testing::ElementsAre("first"));
  EXPECT_EQ(host.unreleased_documents(), 0U);
  EXPECT_TRUE(host.check("{}").is_ok());
}

TEST(Abi, APluginOf1_0MeetsANewerHostsErrorsAndLongerTable) {
  FakeHost host(old_plugin());
  host.pretend_table_size(sizeof(kpid_host_v1) + 128);
  host.fail_fetch("numbers.txt", transient_error("The server does not answer."));
  EXPECT_EQ(host.pull("{}").operator_text, "The server does not answer.");

  FakeHost bare(old_plugin());
  bare.withhold_fetch();
  EXPECT_EQ(bare.pull("{}").status, KPID_UNSUPPORTED);

  FakeHost refusing(old_plugin());
  refusing.add_document("numbers.txt", {.bytes = "100001=-5"});
  EXPECT_EQ(refusing.pull("{}").status, KPID_INTERNAL);
  EXPECT_EQ(refusing.violations().size(), 1U);

  FakeHost cancelling(old_plugin());
  cancelling.add_document("numbers.txt", {.bytes = "1=1\n2=2\n3=3\n"});
  cancelling.cancel_after(1);
  EXPECT_EQ(cancelling.pull("{}").status, KPID_CANCELLED);
}

TEST(Abi, TodaysPluginRunsInAHostOf1_0) {
  for (const int unknown_bytes : {0, 8, 4096}) {
    const host_v1_0_result result =
        host_v1_0_pull(&new_plugin(), R"({"do": "emit", "rows": 5000})", nullptr, unknown_bytes);
    EXPECT_EQ(result.status, KPID_OK) << result.operator_text;
    EXPECT_EQ(result.observations, 5000U);
    EXPECT_EQ(result.sum, 4999.0 * 5000.0 / 2);
    EXPECT_EQ(result.checkpoints, 2U);
    EXPECT_STREQ(result.cursor, "5000");
    EXPECT_EQ(result.refused_by_host, 0);
    EXPECT_EQ(result.destroyed, 1);
  }
}

TEST(Abi, TodaysPluginFetchesFromAHostOf1_0) {
  constexpr auto settings = R"({"do": "fetch", "path": "in.csv", "rows": 1})";
  host_v1_0_result result = host_v1_0_pull(&new_plugin(), settings, "twelve bytes", 0);
  EXPECT_EQ(result.status, KPID_OK) << result.operator_text;
  EXPECT_EQ(result.sum, 12);
  EXPECT_EQ(result.refused_by_host, 0);
  result = host_v1_0_pull(&new_plugin(), settings, nullptr, 0);
  EXPECT_EQ(result.status, KPID_UNSUPPORTED);
  EXPECT_NE(result.operator_text[0], '\0');
}

TEST(Abi, TodaysPluginRefusesAHostThatLacksWhatItNeeds) {
  constexpr auto settings = R"({"do": "emit", "rows": 1})";
  for (const int missing : {-1, -8, -16, -40}) {  // set_error ends 40 bytes before the end
    const host_v1_0_result result = host_v1_0_pull(&new_plugin(), settings, nullptr, missing);
    EXPECT_EQ(result.status, KPID_UNSUPPORTED) << missing;
    EXPECT_EQ(result.created, 0);
    EXPECT_STREQ(result.operator_text,
                 "This kpid is older than the plugin can do with; update kpid.");
  }
  for (const int missing : {-41, -48, -64, -76}) {  // nothing is left to tell it with
    const host_v1_0_result result = host_v1_0_pull(&new_plugin(), settings, nullptr, missing);
    EXPECT_EQ(result.status, KPID_UNSUPPORTED) << missing;
    EXPECT_STREQ(result.operator_text, "");
  }
}

TEST(Abi, ThePluginsTableSaysWhatItNeeds) {
  EXPECT_EQ(old_plugin().abi_minor, 0U);
  // A minor version above 0 here shuts hosts of 1.0 out: a decision, not an accident.
  EXPECT_EQ(new_plugin().abi_minor, 0U);
  EXPECT_GE(new_plugin().struct_size, 56U);
}

}  // namespace
}  // namespace kpid::plugin
