// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Runs a test plugin in a real child and keeps what it said, in the order in which it said it.

#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "plugin_host/supervisor.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::plugin_host {

class RecordingSink final : public PullSink {
 public:
  void on_document(const FetchedDocument& document) override { documents.push_back(document); }
  boost::asio::awaitable<Result<void>> on_batch(ObservationBatch batch) override {
    events.push_back("batch " + std::to_string(batch.rows.size()));
    rows += batch.rows.size();
    batches.push_back(std::move(batch));
    if (batch_answer) co_return tl::unexpected(*batch_answer);
    co_return Result<void>();
  }
  boost::asio::awaitable<Result<void>> on_checkpoint(std::string cursor) override {
    events.push_back("checkpoint " + cursor);
    cursors.push_back(std::move(cursor));
    if (checkpoint_answer) co_return tl::unexpected(*checkpoint_answer);
    co_return Result<void>();
  }
  void on_note(RunNote note) override {
    events.push_back("note");
    notes.push_back(std::move(note));
  }
  void on_rows_read(std::uint64_t read) override { rows_read = read; }
  void on_log(int level, std::string line) override {
    log.push_back(std::to_string(level) + " " + line);
    if (when_logged) when_logged(line);
  }

  std::vector<std::string> events;
  std::vector<FetchedDocument> documents;
  std::vector<ObservationBatch> batches;
  std::vector<std::string> cursors;
  std::vector<RunNote> notes;
  std::vector<std::string> log;
  std::uint64_t rows = 0;
  std::uint64_t rows_read = 0;
  std::optional<Error> batch_answer;
  std::optional<Error> checkpoint_answer;
  std::function<void(const std::string&)> when_logged;
};

class PluginRun : public ::testing::Test {
 protected:
  PluginRun() {
    policy_.base = folder_.path();
    policy_.scratch = folder_.path();
    request_.source = "test";
    request_.library = plugin("behaving_plugin");
    request_.host_program = KPID_PLUGIN_HOST_PROGRAM;
    request_.limits.time = std::chrono::seconds(60);
    request_.limits.grace = std::chrono::seconds(10);
  }
  static std::filesystem::path plugin(const std::string& name) {
    return std::filesystem::path(KPID_BAD_PLUGINS) / (name + ".so");
  }
  PullOutcome run(fetch::Fetcher& fetcher) {
    std::optional<PullOutcome> outcome;
    boost::asio::co_spawn(loop_, run_plugin(request_, sink_, fetcher),
                          boost::asio::bind_cancellation_slot(
                              cancel_.slot(), [&](std::exception_ptr fault, PullOutcome result) {
                                EXPECT_EQ(fault, nullptr);
                                outcome = std::move(result);
                              }));
    loop_.run();
    loop_.restart();
    if (!outcome) {
      ADD_FAILURE() << "the run never ended";
      return {};
    }
    return std::move(*outcome);
  }
  PullOutcome run(const std::string& behaviour, fetch::Fetcher& fetcher) {
    request_.settings_json = "{\"do\":\"" + behaviour + "\"}";
    return run(fetcher);
  }
  PullOutcome run(const std::string& behaviour) {
    const auto fetcher = fetch::make_fetcher(policy_);
    return run(behaviour, *fetcher);
  }
  static pid_t only_child_of(pid_t process) {  // 0: none
    const std::string id = std::to_string(process);
    std::ifstream children("/proc/" + id + "/task/" + id + "/children");
    pid_t child = 0;
    children >> child;
    return child;
  }
  static std::string sentence(const PullOutcome& outcome) {
    return outcome.error ? outcome.error->sentence : "(no error)";
  }

  kpid::testing::TemporaryFolder folder_;
  fetch::FetchPolicy policy_;
  PullRequest request_;
  RecordingSink sink_;
  boost::asio::io_context loop_;
  boost::asio::cancellation_signal cancel_;
};

}  // namespace kpid::plugin_host
