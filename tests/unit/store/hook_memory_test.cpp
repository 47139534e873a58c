// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What is remembered of pushes, on a real file.

#include "store/hook_memory.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace kpid::store {
namespace {

const Timestamp noon = Timestamp{make_date(2026, 11, 24)} + std::chrono::hours{12};

class HookMemories : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = std::move(Database::open(folder_ / "kpid.db").value());
    ASSERT_TRUE(database_->begin());
  }
  HookMemory& memory() { return hook_memory(database_->writer()); }
  void took(const std::string& source, const std::string& id, Timestamp at, RunId run) {
    ASSERT_TRUE(memory().add_hook_seen(source, id, at, run));
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(HookMemories, AnIdIsASourcesOwn) {
  took("roll", "msg_1", noon, 7);
  EXPECT_FALSE(memory().hook_seen("roll", "msg_2").value());
  EXPECT_FALSE(memory().hook_seen("meters", "msg_1").value());
  const auto seen = memory().hook_seen("roll", "msg_1").value();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->run, 7);
  EXPECT_EQ(seen->at, noon);
  EXPECT_TRUE(seen->newest);
}

TEST_F(HookMemories, OnlyTheLastOfASourceIsItsNewest) {
  took("roll", "msg_1", noon, 7);
  took("meters", "msg_1", noon, 8);
  EXPECT_TRUE(memory().hook_seen("roll", "msg_1").value()->newest) << "another source's is later";
  took("roll", "msg_2", noon, 9);
  EXPECT_FALSE(memory().hook_seen("roll", "msg_1").value()->newest);
  took("roll", "msg_1", noon + std::chrono::minutes{6}, 10);
  EXPECT_TRUE(memory().hook_seen("roll", "msg_1").value()->newest);
  EXPECT_FALSE(memory().hook_seen("roll", "msg_2").value()->newest);
}

TEST_F(HookMemories, WhatIsOlderThanADayGoesWithTheNext) {
  took("roll", "msg_1", noon, 7);
  took("meters", "msg_2", noon + std::chrono::hours{24}, 8);
  EXPECT_TRUE(memory().hook_seen("roll", "msg_1").value());
  took("meters", "msg_3", noon + std::chrono::hours{24} + std::chrono::milliseconds{1}, 9);
  EXPECT_FALSE(memory().hook_seen("roll", "msg_1").value());
  EXPECT_TRUE(memory().hook_seen("meters", "msg_2").value());
}

TEST_F(HookMemories, WhatIsRolledBackWasNeverTaken) {
  took("roll", "msg_1", noon, 7);
  ASSERT_TRUE(database_->rollback());
  ASSERT_TRUE(database_->begin());
  EXPECT_FALSE(memory().hook_seen("roll", "msg_1").value());
}

}  // namespace
}  // namespace kpid::store
