// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what an orderly plugin says and gets is what plugin.h promises, through a real child.

#include <fstream>

#include <gmock/gmock.h>

#include "plugin_run.hpp"

namespace kpid::plugin_host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OrderlyRun : public PluginRun {};

TEST_F(OrderlyRun, EverythingArrivesInOrder) {
  request_.cursor = "from last time";
  request_.since = timestamp_from_milliseconds(1000);
  request_.until = timestamp_from_milliseconds(2000);
  request_.now = timestamp_from_milliseconds(3000);
  const PullOutcome outcome = run("whole_pull");
  EXPECT_EQ(sentence(outcome), "(no error)");
  EXPECT_FALSE(outcome.crashed);
  EXPECT_THAT(sink_.events, ElementsAre("batch 3", "checkpoint first", "note", "batch 2",
                                        std::string("checkpoint se\0cond", 18)));
  EXPECT_EQ(sink_.rows_read, 3U);
  EXPECT_THAT(sink_.log, ::testing::UnorderedElementsAre(
                             "1 cursor=from last time since=1000 until=2000 now=3000",
                             "1 printed to stdout", "2 printed to stderr,  [31mred, \xEF\xBF\xBD"));
  EXPECT_THAT(sink_.notes,
              ElementsAre(RunNote{RunNote::Level::skipped, "roll.csv, row 4",
                                  "the value \"n/a\" is not a number; the row was left out"}));
  const ObservationBatch& batch = sink_.batches.at(0);
  const ObservationRow& row = batch.rows[2];
  EXPECT_EQ(batch.strings[row.measure], "roll.pupils");
  EXPECT_EQ(batch.strings[row.organisation], "900001");
  EXPECT_EQ(batch.strings[row.subgroup], "");
  EXPECT_EQ(row.period_start, 2);
  EXPECT_EQ(row.period_end, 2);
  EXPECT_EQ(row.flags, ObservationRow::has_value);
  EXPECT_EQ(row.value, 2);
}

}  // namespace
}  // namespace kpid::plugin_host
