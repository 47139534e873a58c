// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: what an orderly plugin says and gets is what plugin.h promises, through a real child.

#include <fstream>
#include <functional>
#include <memory>

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <unistd.h>

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

TEST_F(OrderlyRun, ACheckEmitsNothing) {
  request_.verb = Verb::check;
  EXPECT_EQ(sentence(run("nothing")), "(no error)");
  EXPECT_EQ(sentence(run("many_rows")), "the plugin emitted during a check, which may not emit");
  EXPECT_THAT(sink_.events, IsEmpty());
}

TEST_F(OrderlyRun, ManyRowsComeInBatches) {
  EXPECT_EQ(sentence(run("many_rows")), "(no error)");
  EXPECT_EQ(sink_.rows, 100'000U);
  EXPECT_GT(sink_.batches.size(), 1U);
  double expected = 0;
  for (const auto& batch : sink_.batches) {
    for (const auto& row : batch.rows) EXPECT_EQ(row.value, expected++);
  }
  EXPECT_EQ(sink_.events.back(), "checkpoint many");
}

TEST_F(OrderlyRun, TooManyRowsWithoutACheckpoint) {
  request_.limits.rows_without_checkpoint = 50'000;
  const PullOutcome outcome = run("without_checkpoint");
  EXPECT_EQ(sentence(outcome),
            "the plugin emitted more than 50,000 rows without a checkpoint; raise the limit or "
            "ask its author for checkpoints");
  EXPECT_FALSE(outcome.crashed);
  EXPECT_LE(sink_.rows, 50'000U);
}

// ---- Documents -----------------------------------------------------------------------------

TEST_F(OrderlyRun, ReadsItsDocuments) {
  std::ofstream(folder_ / "a.txt") << "one\ntwo\n";
  std::ofstream(folder_ / "b.txt") << "";
  std::ofstream(folder_ / "c.txt") << std::string(3'000'000, '\n');
  EXPECT_EQ(sentence(run("read_documents")), "(no error)");
  ASSERT_EQ(sink_.documents.size(), 3U);
  EXPECT_EQ(sink_.documents[0].number, 1U);
  EXPECT_EQ(sink_.documents[2].number, 3U);
  EXPECT_EQ(sink_.documents[2].origin, (folder_ / "c.txt").string());
  ASSERT_EQ(sink_.batches.size(), 1U);
  const auto rows = sink_.batches[0].rows;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].value, 2);
  EXPECT_EQ(rows[1].value, 0);
  EXPECT_EQ(rows[2].value, 3'000'000);
  EXPECT_EQ(rows[2].fetch, 3U);
  EXPECT_EQ(rows[2].row_last, 3'000'000U);
  EXPECT_THAT(sink_.log, ::testing::Contains("0 " + sink_.documents[0].sha256 + " 8 0"));
}

TEST_F(OrderlyRun, WhatIsDiscardedIsGivenBackAndCanBeReadAgain) {
  constexpr double size = 8 << 20;
  std::ofstream(folder_ / "all.txt") << std::string(static_cast<std::size_t>(size), '\n');
  EXPECT_EQ(sentence(run("read_and_keep")), "(no error)");
  EXPECT_EQ(sentence(run("read_and_discard")), "(no error)");
  ASSERT_EQ(sink_.batches.size(), 2U);
  const ObservationRow& kept = sink_.batches[0].rows[0];
  const ObservationRow& discarded = sink_.batches[1].rows[0];
  EXPECT_EQ(kept.value, size);
  EXPECT_EQ(discarded.value, size);
  // How much the kernel brings in at once is its own affair, but 8 MiB are several times as much.
  EXPECT_GE(discarded.numerator, 3);
  EXPECT_LT(kept.numerator, discarded.numerator);
  EXPECT_EQ(discarded.stated_on, 19'999);
}

TEST_F(OrderlyRun, ManyDocumentsNeedNoManyDescriptors) {
  for (int i = 100; i < 300; ++i) std::ofstream(folder_ / (std::to_string(i) + ".txt")) << i;
  EXPECT_EQ(sentence(run("read_documents")), "(no error)");
  EXPECT_EQ(sink_.documents.size(), 200U);
}

TEST_F(OrderlyRun, AMissingDocumentKeepsItsKindAndPlace) {
  const PullOutcome outcome = run("fetch_missing");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::not_found);
  EXPECT_EQ(outcome.error->place, (folder_ / "not-there.txt").string());
  EXPECT_FALSE(outcome.crashed);
}

// ---- Statuses ------------------------------------------------------------------------------

struct Status {
  std::string behaviour;
  ErrorKind kind;
  std::string sentence;
  std::string detail;
};
class StatusOfRun : public PluginRun, public ::testing::WithParamInterface<Status> {};

TEST_P(StatusOfRun, BecomesAnError) {
  const PullOutcome outcome = run(GetParam().behaviour);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, GetParam().kind);
  EXPECT_EQ(outcome.error->sentence, GetParam().sentence);
  EXPECT_EQ(outcome.developer_detail, GetParam().detail);
  EXPECT_FALSE(outcome.crashed);
  EXPECT_EQ(outcome.retry_at.has_value(), GetParam().behaviour == "rate_limited");
}
INSTANTIATE_TEST_SUITE_P(
    All, StatusOfRun,
    ::testing::Values(
        Status{"refuse_settings", ErrorKind::config, "the folder is not named; set it",
               "settings.folder"},
        Status{"config", ErrorKind::config, "the key is wrong; set another", "401 from /token"},
        Status{"transient", ErrorKind::transient, "the source is down", "503"},
        Status{"rate_limited", ErrorKind::rate_limited, "too many requests", "429"},
        Status{"source", ErrorKind::source, "the column Pupils is missing", ""},
        Status{"unsupported", ErrorKind::unsupported,
               "the plugin needs something that this kpid does not offer, and did not say what",
               ""},
        Status{"cancelled_unasked", ErrorKind::plugin,
               "the plugin stopped as if it had been cancelled, but nobody had asked it to", ""},
        Status{"unknown_status", ErrorKind::plugin,
               "the plugin returned 42, which is no status of ABI 1.0", ""},
        Status{"emit_not_a_number", ErrorKind::plugin,
               "the plugin emitted an observation of the measure \"roll.pupils\" whose value is "
               "not a finite number",
               ""},
        Status{"emit_backwards", ErrorKind::plugin,
               "the plugin emitted an observation of the measure \"roll.pupils\" whose period "
               "ends before it starts",
               ""},
        Status{"emit_long_name", ErrorKind::plugin,
               "the plugin emitted an observation of the measure \"roll.pupils\" with a measure, "
               "organisation or subgroup that is not UTF-8 of at most 1000 bytes",
               ""},
        Status{"emit_not_utf8", ErrorKind::plugin,
               "the plugin emitted an observation of the measure \"roll.pupils\" with a measure, "
               "organisation or subgroup that is not UTF-8 of at most 1000 bytes",
               ""},
        Status{"emit_from_nowhere", ErrorKind::plugin,
               "the plugin emitted an observation of the measure \"roll.pupils\" from a document "
               "that was never fetched",
               ""},
        Status{"long_cursor", ErrorKind::plugin,
               "the plugin's cursor has 65537 bytes; at most 65536 are kept", ""}),
    [](const auto& about) { return about.param.behaviour; });

TEST_F(OrderlyRun, RateLimitTellsWhen) {
  EXPECT_EQ(run("rate_limited").retry_at, timestamp_from_milliseconds(1'800'000'000'000));
}

TEST_F(OrderlyRun, ALateFailureKeepsItsCheckpoints) {
  EXPECT_EQ(sentence(run("late_failure")), "the last page did not come");
  EXPECT_EQ(sink_.cursors.size(), 2U);
}

// ---- Ending early --------------------------------------------------------------------------

TEST_F(OrderlyRun, ObeysACancellation) {
  sink_.when_logged = [&](const std::string& line) {
    if (line == "waiting") cancel_.emit(boost::asio::cancellation_type::terminal);
  };
  const PullOutcome outcome = run("wait_for_cancel");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
  EXPECT_EQ(outcome.developer_detail, "") << "it was not killed";
  EXPECT_FALSE(outcome.crashed);
  EXPECT_THAT(sink_.events, IsEmpty());
}

TEST_F(OrderlyRun, ObeysTheDeadline) {
  request_.limits.time = std::chrono::milliseconds(300);
  const PullOutcome outcome = run("wait_for_cancel");
  EXPECT_EQ(sentence(outcome), "the plugin did not end within 300 ms and was stopped");
  EXPECT_EQ(outcome.error->kind, ErrorKind::transient);
  EXPECT_FALSE(outcome.crashed);
}

// A source that never answers.
class DeafFetcher final : public fetch::Fetcher {
 public:
  boost::asio::awaitable<Result<std::vector<fetch::Fetched>>> fetch(
      fetch::FetchRequest request) override {
    if (asked) asked();
    boost::asio::steady_timer never(co_await boost::asio::this_coro::executor);
    never.expires_at(boost::asio::steady_timer::time_point::max());
    co_await never.async_wait(boost::asio::use_awaitable);
    co_return fail(ErrorKind::internal, "the end of time has come", request.location);
  }
  std::function<void()> asked;
};

TEST_F(OrderlyRun, ACancellationReachesTheFetch) {
  DeafFetcher fetcher;
  fetcher.asked = [&] {
    boost::asio::post(loop_, [&] { cancel_.emit(boost::asio::cancellation_type::terminal); });
  };
  const PullOutcome outcome = run("fetch_missing", fetcher);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::cancelled);
  EXPECT_EQ(outcome.developer_detail, "") << "it was not killed";
}

TEST_F(OrderlyRun, TheDeadlineReachesTheFetch) {
  DeafFetcher fetcher;
  request_.limits.time = std::chrono::milliseconds(300);
  const PullOutcome outcome = run("fetch_missing", fetcher);
  EXPECT_EQ(sentence(outcome), "the plugin did not end within 300 ms and was stopped");
  EXPECT_FALSE(outcome.crashed);
}

TEST_F(OrderlyRun, ALoopThatGoesTakesThePluginWithIt) {
  const auto fetcher = fetch::make_fetcher(policy_);
  auto loop = std::make_unique<boost::asio::io_context>();
  request_.settings_json = R"({"do":"ignore_cancel"})";
  sink_.when_logged = [&](const std::string&) { loop->stop(); };
  boost::asio::co_spawn(*loop, run_plugin(request_, sink_, *fetcher), boost::asio::detached);
  loop->run();
  EXPECT_GT(only_child_of(::getpid()), 0);
  loop.reset();
  EXPECT_EQ(only_child_of(::getpid()), 0) << "killed and reaped";
}

TEST_F(OrderlyRun, AFailedCheckpointEndsThePull) {
  sink_.checkpoint_answer = Error{ErrorKind::storage, "the disk is full", "/var/lib/kpid"};
  const PullOutcome outcome = run("whole_pull");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(*outcome.error, *sink_.checkpoint_answer);
  EXPECT_THAT(sink_.events, ElementsAre("batch 3", "checkpoint first"));
  EXPECT_FALSE(outcome.crashed);
}

TEST_F(OrderlyRun, AFailedBatchEndsThePull) {
  sink_.batch_answer = Error{ErrorKind::plugin, "an undeclared measure", {}};
  EXPECT_EQ(sentence(run("many_rows")), "an undeclared measure");
  EXPECT_EQ(sink_.batches.size(), 1U);
}

}  // namespace
}  // namespace kpid::plugin_host
