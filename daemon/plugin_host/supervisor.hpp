// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Runs one verb of one plugin in a child process of its own and tells what came of it. Nothing that
// the child does can hurt the caller: every frame is verified, every limit is enforced, the child
// is killed when it overstays. [loop thread]

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "fetch/fetcher.hpp"
#include "model/error.hpp"
#include "model/observation.hpp"
#include "plugin_host/manifest.hpp"

namespace kpid::plugin_host {

enum class Verb { check, pull };

struct PullLimits {
  std::chrono::milliseconds time{std::chrono::minutes{10}};
  std::chrono::milliseconds grace{std::chrono::seconds{1}};  // from cancel to SIGKILL
  std::uint64_t memory = 512ULL << 20;                       // address space
  std::uint64_t rows_without_checkpoint = 2'000'000;
  std::uint64_t bytes_without_checkpoint = 256ULL << 20;  // of frames: they wait in our memory
  std::uint64_t output_lines = 1000;                      // of stdout and stderr that reach the log
};

struct PullRequest {
  std::string source;
  std::filesystem::path library;
  std::filesystem::path host_program;  // kpid-plugin-host
  Verb verb = Verb::pull;
  std::string manifest_text;  // as the library's section has it; empty: not compared
  std::string settings_json;  // validated, defaults filled
  std::string cursor;
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
  Timestamp now{};  // what the plugin is told
  PullLimits limits;
};

// What the plugin says while it runs; called in the order in which it said it, but for log lines
// and row counts, which may overtake batches. A checkpoint covers all batches before it; the plugin
// waits until it is answered. An Error returned from on_batch or on_checkpoint ends the pull and
// is its outcome. Nothing is called after run_plugin has ended.
class PullSink {
 public:
  virtual ~PullSink() = default;
  virtual void on_document(const FetchedDocument& document) = 0;
  virtual boost::asio::awaitable<Result<void>> on_batch(ObservationBatch batch) = 0;
  virtual boost::asio::awaitable<Result<void>> on_checkpoint(std::string cursor) = 0;
  virtual void on_note(RunNote note) = 0;
  virtual void on_rows_read(std::uint64_t rows) = 0;
  virtual void on_log(int level, std::string line) = 0;  // the plugin's log calls and its output
};

struct PullOutcome {
  std::optional<Error> error;    // nothing: the plugin returned OK
  std::string developer_detail;  // its second text, or what the child died of
  std::optional<Timestamp> retry_at;
  bool crashed = false;  // by signal, exit without result, forged frames: counts towards
                         // quarantine; an orderly error does not
};

// Ends early when `cancelled` is emitted (asio cancellation of the awaiting coroutine): the plugin
// is asked to stop, killed after the grace time, and the outcome is ErrorKind::cancelled.
[[nodiscard]] boost::asio::awaitable<PullOutcome> run_plugin(PullRequest request, PullSink& sink,
                                                             fetch::Fetcher& fetcher);

// What this kernel lacks of the sandbox, a sentence each; empty where all of it is there. Probed
// once at start; kpid says it and goes on.
[[nodiscard]] std::vector<std::string> missing_sandbox_parts();

}  // namespace kpid::plugin_host
