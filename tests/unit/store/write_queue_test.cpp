// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "store/write_queue.hpp"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "store/async_write.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::store {
namespace {

const Timestamp noon = Timestamp{make_date(2026, 11, 24)} + std::chrono::hours{12};

class Queue : public ::testing::Test {
 protected:
  void SetUp() override { database_ = std::move(Database::open(folder_ / "kpid.db").value()); }

  static WriteQueue::Job save(const std::string& source) {
    return [source](Writer& writer) {
      SourceState state;
      state.name = source;
      return writer.save_source_state(state);
    };
  }
  bool has(const std::string& source) {
    return database_->reader().value()->source_state(source).value().has_value();
  }

  kpid::testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(Queue, WhatIsToldAsDoneIsDurable) {
  WriteQueue queue(*database_);
  std::promise<bool> seen;
  queue.submit(save("roll"), [&](Result<void> result) { seen.set_value(result && has("roll")); });
  EXPECT_TRUE(seen.get_future().get());
}

TEST_F(Queue, AFailingJobTakesNothingOfTheOthersWithIt) {
  std::atomic<int> succeeded{0};
  std::atomic<int> failed{0};
  {
    WriteQueue queue(*database_);
    const auto count = [&](Result<void> result) { ++(result ? succeeded : failed); };
    for (int i = 0; i < 100; ++i) {
      queue.submit(save("good" + std::to_string(i)), count);
      queue.submit(
          [i](Writer& writer) -> Result<void> {
            SourceState state;
            state.name = "bad" + std::to_string(i);
            (void)writer.save_source_state(state);
            if (i % 2 == 0) throw std::runtime_error("thrown on purpose");
            return fail(ErrorKind::internal, "failed on purpose");
          },
          count);
    }
  }
  EXPECT_EQ(succeeded, 100);
  EXPECT_EQ(failed, 100);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(has("good" + std::to_string(i)));
    EXPECT_FALSE(has("bad" + std::to_string(i)));
  }
}

TEST_F(Queue, ManyThreadsWriteWhileOneReads) {
  {
    WriteQueue queue(*database_);
    std::atomic<bool> ended{false};
    std::thread reading([&] {
      const auto reader = std::move(database_->reader().value());
      while (!ended) EXPECT_TRUE(reader->source_state("0-0"));
    });
    std::vector<std::thread> writing;
    for (int thread = 0; thread < 4; ++thread) {
      writing.emplace_back([&, thread] {
        for (int i = 0; i < 50; ++i) {
          queue.submit(save(std::to_string(thread) + "-" + std::to_string(i)), {});
        }
      });
    }
    for (auto& thread : writing) thread.join();
    std::promise<void> last;
    queue.submit(save("last"), [&](Result<void>) { last.set_value(); });
    last.get_future().get();
    ended = true;
    reading.join();
    EXPECT_GE(queue.committed(), 200U);
  }
  EXPECT_TRUE(has("3-49"));
}

TEST_F(Queue, AnAwaitedWriteResumesOnTheLoop) {
  WriteQueue queue(*database_);
  boost::asio::io_context loop;
  const auto loop_thread = std::this_thread::get_id();
  bool resumed = false;
  boost::asio::co_spawn(
      loop,
      [&]() -> boost::asio::awaitable<void> {
        const auto written = co_await async_write(queue, save("roll"));
        EXPECT_TRUE(written);
        EXPECT_EQ(std::this_thread::get_id(), loop_thread);
        const auto refused = co_await async_write(
            queue, [](Writer&) -> Result<void> { return fail(ErrorKind::source, "no"); });
        EXPECT_FALSE(refused);
        resumed = true;
      },
      boost::asio::detached);
  loop.run();
  EXPECT_TRUE(resumed);
  EXPECT_TRUE(has("roll"));
}

}  // namespace
}  // namespace kpid::store
