// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "store/write_queue.hpp"

#include <atomic>
#include <csignal>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "store/async_write.hpp"
#include "store/sqlite.hpp"
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

// Submits the jobs so that they share one transaction: the writer is held in a job of its own
// until all of them wait. What each was told, in their order.
std::vector<Result<void>> write_as_one_group(WriteQueue& queue, std::vector<WriteQueue::Job> jobs) {
  std::promise<void> entered;
  std::promise<void> gate;
  queue.submit(
      [&](Writer&) -> Result<void> {
        entered.set_value();
        gate.get_future().wait();
        return {};
      },
      {});
  entered.get_future().wait();
  std::vector<Result<void>> told(jobs.size());
  std::promise<void> last;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    queue.submit(std::move(jobs[i]), [&, i](Result<void> result) {
      told[i] = std::move(result);
      if (i + 1 == told.size()) last.set_value();
    });
  }
  gate.set_value();
  last.get_future().wait();
  return told;
}

// On a full disk SQLite rolls back the whole transaction by itself, in the middle of a group. No
// job may then commit alone, and none may be told the opposite of what is in the file.
TEST_F(Queue, ATransactionThatSqliteRolledBackFailsTheWholeGroup) {
  Connection(folder_ / "kpid.db", Connection::Mode::read_write)
      .execute(
          "CREATE TRIGGER full BEFORE INSERT ON source WHEN NEW.name = 'too much'"
          " BEGIN SELECT RAISE(ROLLBACK, 'as a full disk does'); END");
  WriteQueue queue(*database_);
  const auto ignores_its_error = [](Writer& writer) -> Result<void> {
    (void)save("too much")(writer);
    return save("after the rollback")(writer);
  };
  for (const WriteQueue::Job& breaking : {save("too much"), WriteQueue::Job{ignores_its_error}}) {
    const auto told = write_as_one_group(queue, {save("before"), breaking, save("after")});
    for (const auto& result : told) {
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().kind, ErrorKind::storage);
    }
    for (const auto* name : {"before", "too much", "after the rollback", "after"}) {
      EXPECT_FALSE(has(name)) << name;
    }
  }
  const auto told = write_as_one_group(queue, {save("later")});
  EXPECT_TRUE(told[0]);
  EXPECT_TRUE(has("later"));
}

// The soft limit on the size of files stands for a disk that has no room left.
class NoRoomOnDisk {
 public:
  NoRoomOnDisk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{1, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~NoRoomOnDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  NoRoomOnDisk(const NoRoomOnDisk&) = delete;
  NoRoomOnDisk& operator=(const NoRoomOnDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(Queue, AFailingCommitIsToldToEveryJobAndTheNextOneSucceeds) {
  WriteQueue queue(*database_);
  ASSERT_TRUE(write_as_one_group(queue, {save("first")})[0]);
  {
    const NoRoomOnDisk full;
    const auto told = write_as_one_group(queue, {save("a"), save("b"), save("c")});
    for (const auto& result : told) {
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().kind, ErrorKind::storage);
    }
  }
  EXPECT_TRUE(has("first"));
  for (const auto* name : {"a", "b", "c"}) EXPECT_FALSE(has(name)) << name;
  EXPECT_TRUE(write_as_one_group(queue, {save("a")})[0]);
  EXPECT_TRUE(has("a"));
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
