// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/source_pull.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "app/prepared_plugin.hpp"
#include "ingest/run_session.hpp"
#include "ingest/source_health.hpp"
#include "plugin_host/supervisor.hpp"
#include "schedule/schedule.hpp"
#include "store/async_write.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;

// Passes fetches on and remembers what was asked for.
class RememberingFetcher final : public fetch::Fetcher {
 public:
  explicit RememberingFetcher(std::unique_ptr<fetch::Fetcher> inner) : inner_(std::move(inner)) {}
  asio::awaitable<Result<std::vector<fetch::Fetched>>> fetch(fetch::FetchRequest request) override {
    constexpr std::size_t most = 100;
    if (locations.size() < most) locations.push_back(request);
    co_return co_await inner_->fetch(std::move(request));
  }
  std::vector<fetch::FetchRequest> locations;

 private:
  std::unique_ptr<fetch::Fetcher> inner_;
};

// Takes what the plugin says and hands each checkpoint to the writer.
class SessionSink final : public plugin_host::PullSink {
 public:
  SessionSink(const PullParts& parts, const std::string& source, ingest::RunSession& session)
      : parts_(parts), source_(source), session_(session) {}

  void on_document(const FetchedDocument& document) override {
    open_.documents.push_back(document);
  }
  asio::awaitable<Result<void>> on_batch(ObservationBatch batch) override {
    open_.batches.push_back(std::move(batch));
    co_return Result<void>{};
  }
  asio::awaitable<Result<void>> on_checkpoint(std::string cursor) override {
    open_.cursor = std::move(cursor);
    open_.has_cursor = true;
    co_return co_await commit();
  }
  void on_note(RunNote note) override {
    if (end.notes.size() < max_run_notes) end.notes.push_back(std::move(note));
  }
  void on_rows_read(std::uint64_t rows) override { end.rows_read = rows; }
  void on_log(int level, std::string line) override {
    constexpr std::array levels{EventLog::Level::debug, EventLog::Level::info,
                                EventLog::Level::warning, EventLog::Level::error};
    const auto known = level >= 0 && level < 4 ? static_cast<std::size_t>(level) : 1;
    parts_.log.write(levels[known], line, {{"source", source_}, {"from", "plugin"}});
  }

  // What was emitted after the last checkpoint. Only a run that succeeded may take it along.
  [[nodiscard]] ingest::Checkpoint take_rest() { return std::exchange(open_, {}); }
  ingest::RunSession::End end;

 private:
  asio::awaitable<Result<void>> commit() {
    const ingest::Checkpoint checkpoint = std::exchange(open_, {});
    const Timestamp now = parts_.clock.now();
    store::WriteQueue::Job job = [&](store::Writer& writer) {
      return session_.apply(writer, checkpoint, now);
    };
    co_return co_await store::async_write(parts_.queue, std::move(job));
  }

  const PullParts& parts_;
  const std::string& source_;
  ingest::RunSession& session_;
  ingest::Checkpoint open_;
};

// When the source is asked again, from how its run ended. [writer thread]
Result<void> plan_next(store::Writer& writer, const Config& config, const SourceConfig& source,
                       const Run& run, std::optional<Timestamp> retry_at, Timestamp now) {
  auto found = writer.source_state(source.name);
  if (!found) return tl::unexpected<Error>(std::move(found.error()));
  if (!*found) return fail(ErrorKind::internal, "the state of a source that ran is missing");
  SourceState state = std::move(**found);
  ScheduleInput input;
  input.last_asked_at = state.last_asked_at;
  // What only the operator can mend is not tried again before the schedule says so.
  const bool may_mend = run.error_kind != ErrorKind::config;
  input.failures_in_a_row = may_mend ? state.failures_in_a_row : 0;
  input.retry_at = retry_at;
  input.jitter_seed = jitter_seed(source.name);
  state.next_due_at = next_due(source.schedule, input, config.timezone, now);
  return writer.save_source_state(state);
}

class Pull {
 public:
  Pull(const PullParts& parts, std::shared_ptr<const Config> config, const SourceConfig& source)
      : parts_(parts),
        config_(std::move(config)),
        source_(source),
        prepared_(prepare_plugin(source)) {}

  asio::awaitable<Result<PullReport>> run() {
    // A cancellation ends the plugin; what follows it must still be written.
    co_await asio::this_coro::throw_if_cancelled(false);
    session_ = std::make_unique<ingest::RunSession>(
        config_, source_, prepared_ ? prepared_->manifest.measures : std::vector<Measure>{});
    auto begun = co_await begin();
    if (!begun) co_return tl::unexpected<Error>(std::move(begun.error()));
    SessionSink sink(parts_, source_.name, *session_);
    const plugin_host::PullOutcome outcome = co_await run_plugin(sink);
    auto ended = co_await finish(sink, outcome);
    if (!ended) co_return tl::unexpected<Error>(std::move(ended.error()));
    auto judged = co_await evaluate();
    if (!judged) co_return tl::unexpected<Error>(std::move(judged.error()));
    co_return std::move(report_);
  }

 private:
  asio::awaitable<Result<void>> begin() {
    store::WriteQueue::Job job = [this](store::Writer& writer) {
      auto state = writer.source_state(source_.name);
      if (!state) return Result<void>(tl::unexpected<Error>(std::move(state.error())));
      if (*state) cursor_ = (*state)->cursor;
      if (*state && prepared_ && !(*state)->quarantined_library.empty()) {
        if ((*state)->quarantined_library == prepared_->fingerprint) return quarantined();
        (*state)->quarantined_library.clear();  // another library: a new chance
        (*state)->crashes_in_a_row = 0;
        auto saved = writer.save_source_state(**state);
        if (!saved) return saved;
      }
      return session_->begin(writer, parts_.clock.now());
    };
    co_return co_await store::async_write(parts_.queue, std::move(job));
  }

  Result<void> quarantined() const {
    return fail(ErrorKind::conflict,
                fmt::format("the plugin \"{0}\" crashed three times in a row and is not run again "
                            "until it changes; `kpictl plugin release {0}` lets it try again",
                            source_.plugin),
                source_.library.string());
  }

  asio::awaitable<plugin_host::PullOutcome> run_plugin(SessionSink& sink) {
    plugin_host::PullOutcome outcome;
    if (!prepared_) {
      outcome.error = prepared_.error();
      co_return outcome;
    }
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      outcome.error = Error{ErrorKind::cancelled, "kpid was asked to stop", ""};
      co_return outcome;
    }
    RememberingFetcher fetcher(fetch::make_fetcher(
        fetch_policy(*config_, source_, *prepared_, parts_.clock, parts_.lines)));
    plugin_host::PullRequest request =
        pull_request(parts_.installation, source_, *prepared_, parts_.clock.now());
    request.cursor = cursor_;
    outcome = co_await plugin_host::run_plugin(std::move(request), sink, fetcher);
    report_.locations = std::move(fetcher.locations);
    co_return outcome;
  }

  asio::awaitable<Result<void>> finish(SessionSink& sink, const plugin_host::PullOutcome& outcome) {
    sink.end.error = outcome.error;
    sink.end.developer_detail = outcome.developer_detail;
    sink.end.crashed = outcome.crashed;
    if (prepared_) sink.end.library_fingerprint = prepared_->fingerprint;
    if (!outcome.error) {
      const ingest::Checkpoint rest = sink.take_rest();
      store::WriteQueue::Job job = [&](store::Writer& writer) {
        auto done = session_->apply(writer, rest, parts_.clock.now());
        return done ? close(writer, sink.end, outcome.retry_at) : done;
      };
      auto applied = co_await store::async_write(parts_.queue, std::move(job));
      if (applied) co_return applied;
      sink.end.error = std::move(applied.error());  // none of it stands: the run has failed
    }
    store::WriteQueue::Job job = [&](store::Writer& writer) {
      return close(writer, sink.end, outcome.retry_at);
    };
    co_return co_await store::async_write(parts_.queue, std::move(job));
  }

  // [writer thread]
  Result<void> close(store::Writer& writer, const ingest::RunSession::End& end,
                     std::optional<Timestamp> retry_at) {
    const Timestamp now = parts_.clock.now();
    auto run = session_->finish(writer, end, now);
    if (!run) return tl::unexpected<Error>(std::move(run.error()));
    report_.run = std::move(*run);
    return plan_next(writer, *config_, source_, report_.run, retry_at, now);
  }

  asio::awaitable<Result<void>> evaluate() {
    store::WriteQueue::Job job = [this](store::Writer& writer) {
      const ingest::EvaluationContext context{*config_, parts_.identifiers, parts_.render,
                                              parts_.clock.now()};
      auto evaluation = ingest::evaluate_marked(writer, context);
      if (!evaluation) return Result<void>(tl::unexpected<Error>(std::move(evaluation.error())));
      report_.evaluation = std::move(*evaluation);
      auto told = ingest::tell_source_health(writer, context, report_.run);
      if (!told) return Result<void>(tl::unexpected<Error>(std::move(told.error())));
      for (Delivery& one : *told) report_.evaluation.deliveries.push_back(std::move(one));
      return Result<void>{};
    };
    co_return co_await store::async_write(parts_.queue, std::move(job));
  }

  const PullParts& parts_;
  std::shared_ptr<const Config> config_;
  const SourceConfig& source_;
  Result<PreparedPlugin> prepared_;
  std::unique_ptr<ingest::RunSession> session_;
  std::string cursor_;
  PullReport report_;
};

}  // namespace

std::uint64_t jitter_seed(std::string_view name) noexcept {  // FNV-1a
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

asio::awaitable<Result<PullReport>> pull_source(PullParts parts,
                                                std::shared_ptr<const Config> config,
                                                const SourceConfig& source) {
  Pull pull(parts, std::move(config), source);
  co_return co_await pull.run();
}

}  // namespace kpid::app
