// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/record.hpp"

#include <optional>
#include <system_error>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "app/prepared_plugin.hpp"
#include "app/run_once.hpp"
#include "fetch/line.hpp"
#include "fetch/recording.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;

// The figures are not wanted; what the plugin says of its reading is.
class ListeningSink final : public plugin_host::PullSink {
 public:
  void on_document(const FetchedDocument&) override {}
  asio::awaitable<Result<void>> on_batch(ObservationBatch batch) override {
    observations += batch.rows.size();
    co_return Result<void>{};
  }
  asio::awaitable<Result<void>> on_checkpoint(std::string) override { co_return Result<void>{}; }
  void on_note(RunNote note) override {
    fmt::print("  {}{}{}\n", note.place, note.place.empty() ? "" : ": ", note.sentence);
  }
  void on_rows_read(std::uint64_t) override {}
  void on_log(int, std::string) override {}
  std::uint64_t observations = 0;
};

int refuse(const Error& error) {
  fmt::print(stderr, "kpid: {}\n", error.text());
  return error.kind == ErrorKind::config ? exit_config : exit_software;
}

}  // namespace

int record_source(const Config& config, const Installation& installation, const RecordWish& wish) {
  const SourceConfig* source = config.source(wish.source);
  if (source == nullptr) {
    return refuse({ErrorKind::config, fmt::format("the config has no source \"{}\"", wish.source),
                   config.file});
  }
  const auto prepared = prepare_plugin(*source);
  if (!prepared) return refuse(prepared.error());
  const SystemClock clock;
  asio::io_context loop;
  const auto lines = std::make_shared<fetch::Lines>();
  fetch::FetchPolicy policy = fetch_policy(config, *source, *prepared, clock, lines);
  std::error_code missing;
  if (!std::filesystem::is_directory(policy.scratch, missing)) {
    policy.scratch = std::filesystem::temp_directory_path();
  }
  auto recorder = fetch::Recorder::make(fetch::make_fetcher(std::move(policy)), wish.folder,
                                        {wish.masks, source->secrets});
  if (!recorder) return refuse(recorder.error());
  ListeningSink sink;
  std::optional<plugin_host::PullOutcome> outcome;
  plugin_host::PullRequest request = pull_request(installation, *source, *prepared, clock.now());
  asio::co_spawn(loop, plugin_host::run_plugin(std::move(request), sink, **recorder),
                 [&](const std::exception_ptr& fault, plugin_host::PullOutcome ended) {
                   if (!fault) outcome = std::move(ended);
                 });
  loop.run();
  lines->close();
  const auto summary = (*recorder)->finish();
  if (!summary) return refuse(summary.error());
  fmt::print("{}: {} document{} recorded, from which the plugin made {} observations\n",
             wish.folder, summary->documents, summary->documents == 1 ? "" : "s",
             sink.observations);
  for (const Error& one : summary->left_out) fmt::print("left out: {}\n", one.text());
  if (outcome && !outcome->error) return exit_ok;
  fmt::print(stderr, "the pull failed, which is recorded too: {}\n",
             outcome ? outcome->error->text() : std::string("by an exception"));
  return exit_failed_part;
}

}  // namespace kpid::app
