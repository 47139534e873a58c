// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/retention_task.hpp"

#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
using std::chrono::hours;

const Timestamp noon = Timestamp{make_date(2026, 11, 24)} + hours{12};

TEST(Retention, IsCountedBackInTheTrustsCalendar) {
  Config config;
  config.retention.superseded = Span{18, Span::Unit::months};
  config.retention.deliveries = std::nullopt;
  const store::Keep keep = keep_of(config, noon);
  EXPECT_EQ(keep.runs, Timestamp{make_date(2023, 11, 24)});
  EXPECT_EQ(keep.deliveries, std::nullopt);
  EXPECT_EQ(keep.superseded, Timestamp{make_date(2025, 5, 24)});
  EXPECT_EQ(keep.daily, std::nullopt);
}

class RetentionTask : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = std::move(store::Database::open(folder_ / "kpid.db").value());
    store::Writer& writer = database_->writer();
    ASSERT_TRUE(database_->begin());
    const auto series = writer.series_id("roll", {"roll.pupils", "900001", ""}).value();
    for (int i = 0; i < 3; ++i) {
      const Timestamp at = noon - hours{24 * (300 - i)};
      const auto run = writer.begin_run("roll", at).value();
      store::NewMeasurement row;
      row.period = {make_date(2026, 1, 5), make_date(2026, 1, 5)};
      row.value = i;
      ASSERT_TRUE(writer.put(series, run, at, row));
    }
    ASSERT_TRUE(database_->commit());
    queue_ = std::make_unique<store::WriteQueue>(*database_);
  }
  Result<store::Dropped> retain_now() {
    store::Keep keep;
    keep.superseded = noon;
    Result<store::Dropped> result = fail(ErrorKind::internal, "it never ended");
    const RetentionParts parts{*queue_, *database_, readers_, stopping_};
    auto task = [&]() -> asio::awaitable<void> { result = co_await retain(parts, keep); };
    asio::co_spawn(loop_, task, asio::detached);
    loop_.run();
    return result;
  }

  kpid::testing::TemporaryFolder folder_;
  asio::io_context loop_;
  asio::thread_pool readers_{1};
  bool stopping_ = false;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::WriteQueue> queue_;
};

TEST_F(RetentionTask, LooksBesideTheWriterAndDropsThroughItsQueue) {
  const auto dropped = retain_now();
  ASSERT_TRUE(dropped) << dropped.error().text();
  EXPECT_EQ(dropped->measurements, 2U);
  const auto reader = database_->reader().value();
  EXPECT_EQ(reader->series({"roll.pupils", "900001", ""}, {})->front().value, 2);
}

TEST_F(RetentionTask, EndsBetweenTwoStepsWhenTheDaemonStops) {
  stopping_ = true;
  const auto dropped = retain_now();
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->all(), 0U);
}

}  // namespace
}  // namespace kpid::app
