// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/source_pull.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "app/fetch_terms.hpp"
#include "app/prepared_plugin.hpp"
#include "fetch/drop_folder.hpp"
#include "fetch/hook_fetcher.hpp"
#include "fetch/off_the_loop.hpp"
#include "fetch/recall.hpp"
#include "fetch/url.hpp"
#include "ingest/run_session.hpp"
#include "ingest/source_health.hpp"
#include "plugin_host/supervisor.hpp"
#include "schedule/schedule.hpp"
#include "store/async_write.hpp"
#include "store/hook_memory.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;

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
                       const Run& run, std::optional<Timestamp> retry_at,
                       std::optional<Timestamp> look_again_at, Timestamp now) {
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
  // A drop folder holds more, or something that is not complete yet.
  if (look_again_at && (!state.next_due_at || *look_again_at < *state.next_due_at)) {
    state.next_due_at = look_again_at;
  }
  return writer.save_source_state(state);
}

class Pull {
 public:
  Pull(const PullParts& parts, std::shared_ptr<const Config> config, const SourceConfig& source,
       std::shared_ptr<const PushedDocument> pushed)
      : parts_(parts),
        config_(std::move(config)),
        source_(source),
        pushed_(std::move(pushed)),
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
      well_ = *state && (*state)->failures_in_a_row == 0 && (*state)->last_succeeded_at;
      auto recalled = recall(writer);
      if (!recalled) return recalled;
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

  // What earlier runs fetched. [writer thread]
  Result<void> recall(const store::Writer& writer) {
    if (pushed_) return {};  // there is nothing to ask for again
    auto memory = writer.fetch_memory(source_.name);
    if (!memory) return tl::unexpected<Error>(std::move(memory.error()));
    memory_ = std::move(*memory);
    if (!source_.drop) return {};
    auto files = writer.files_read(source_.name);
    if (!files) return tl::unexpected<Error>(std::move(files.error()));
    files_read_ = std::move(*files);
    return {};
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
    made_by_ =
        fetch_fingerprint(*config_, source_, prepared_->fingerprint, prepared_->settings_json);
    recall_.emplace(pushed_ ? fetch::make_hook_fetcher(policy(), {pushed_, &pushed_->content})
                            : fetch::make_fetcher(policy()),
                    memory_);
    if (may_be_unchanged()) {
      const auto unchanged = co_await nothing_changed();
      if (!unchanged) {
        outcome.error = Error{ErrorKind::transient,
                              fmt::format("the source's documents could not be had within {}",
                                          format_duration(source_.time_limit)),
                              ""};
        co_return outcome;
      }
      if (*unchanged) {
        unchanged_ = true;
        sink.on_note({RunNote::Level::info, "", unchanged_sentence()});
        co_return outcome;
      }
    }
    const auto asked = co_await asio::this_coro::cancellation_state;
    if (asked.cancelled() != asio::cancellation_type::none) {
      outcome.error = Error{ErrorKind::cancelled, "kpid was asked to stop", ""};
      co_return outcome;
    }
    plugin_host::PullRequest request =
        pull_request(parts_.installation, source_, *prepared_, parts_.clock.now());
    request.cursor = cursor_;
    outcome = co_await plugin_host::run_plugin(std::move(request), sink, *recall_);
    const fetch::DropReport dropped = recall_->drop_report();
    const bool only_nothing_new = outcome.error && dropped.nothing_new && dropped.taken.empty() &&
                                  outcome.error->kind == ErrorKind::not_found;
    if (only_nothing_new) {
      unchanged_ = true;
      outcome = {};
      sink.on_note({RunNote::Level::info, "", unchanged_sentence()});
    }
    co_return outcome;
  }

  // Nothing where it takes longer than a pull may: a network share that does not answer.
  asio::awaitable<std::optional<bool>> nothing_changed() {
    using asio::experimental::awaitable_operators::operator||;
    asio::steady_timer late(co_await asio::this_coro::executor, source_.time_limit);
    auto look = recall_->nothing_changed();
    auto wait = late.async_wait(asio::use_awaitable);
    try {
      const auto first = co_await (std::move(look) || std::move(wait));
      if (first.index() == 0) co_return std::get<0>(first);
      co_return std::nullopt;
    } catch (const std::exception&) {  // both were cancelled
      co_return false;
    }
  }

  [[nodiscard]] fetch::FetchPolicy policy() const {
    fetch::FetchPolicy policy =
        fetch_policy(*config_, source_, *prepared_, parts_.clock, parts_.lines);
    policy.files_read = files_read_;
    for (const FetchedBefore& one : memory_.documents) policy.last_hashes.push_back(one.sha256);
    return policy;
  }

  // Whether the same documents would give the same figures: the last run succeeded, the same plugin
  // with the same settings, and it asks for what the settings name, not for what a day or its
  // cursor makes of it.
  [[nodiscard]] bool may_be_unchanged() const {
    if (!well_ || memory_.documents.empty() || memory_.made_by != made_by_ ||
        prepared_->manifest.depends_on_today) {
      return false;
    }
    const auto texts = fetch::texts_in_settings(prepared_->settings_json);
    return std::all_of(memory_.documents.begin(), memory_.documents.end(), [&](const auto& one) {
      return std::find(texts.begin(), texts.end(), one.location) != texts.end();
    });
  }

  [[nodiscard]] std::string unchanged_sentence() const {
    if (source_.drop) return "there is no new file in the drop folder";
    return fmt::format("nothing has changed since the last pull; {} document{} compared",
                       memory_.documents.size(), memory_.documents.size() == 1 ? " was" : "s were");
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
        if (done) done = close(writer, sink.end, outcome.retry_at);
        return done ? remember(writer) : done;
      };
      auto applied = co_await store::async_write(parts_.queue, std::move(job));
      if (applied) co_await move_what_was_read();
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
    std::optional<Timestamp> look_again_at;
    if (recall_) {
      report_.locations = recall_->locations();
      if (!end.error) look_again_at = recall_->drop_report().look_again_at;
    }
    return plan_next(writer, *config_, source_, report_.run, retry_at, look_again_at, now);
  }

  // What the next run need not read again, in the transaction of this one's success.
  // [writer thread]
  Result<void> remember(store::Writer& writer) {
    if (!recall_ || report_.run.outcome == RunOutcome::failed) return {};
    for (const fetch::DroppedFile& file : recall_->drop_report().taken) {
      auto added = writer.add_file_read(source_.name, report_.run.id, file.about);
      if (!added) return added;
    }
    if (pushed_) {
      return store::hook_memory(writer).add_hook_seen(source_.name, pushed_->id, parts_.clock.now(),
                                                      report_.run.id);
    }
    if (unchanged_) return {};
    return writer.save_fetch_memory(source_.name, recall_->memory(made_by_));
  }

  // After the commit: a file that is moved has been read for good.
  asio::awaitable<void> move_what_was_read() {
    if (!recall_ || !source_.drop || source_.drop->move_to.empty() ||
        report_.run.outcome == RunOutcome::failed) {
      co_return;
    }
    const fetch::DropReport report = recall_->drop_report();
    std::vector<fetch::DroppedFile> files = report.taken;
    files.insert(files.end(), report.old.begin(), report.old.end());
    if (files.empty()) co_return;
    std::function<Result<std::vector<Error>>()> move = [files, to = source_.drop->move_to] {
      return Result<std::vector<Error>>(fetch::move_files(files, to));
    };
    std::function<void()> on_cancel;  // it is soon done
    const auto errors = co_await fetch::off_the_loop(std::move(move), std::move(on_cancel));
    if (!errors) co_return;
    for (const Error& error : *errors) {
      parts_.log.warning(error.text(), {{"source", source_.name}});
    }
  }

  asio::awaitable<Result<void>> evaluate() {
    store::WriteQueue::Job job = [this](store::Writer& writer) {
      const ingest::EvaluationContext context{*config_, parts_.identifiers, parts_.render,
                                              parts_.clock.now(), parts_.on_waiting};
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
  std::shared_ptr<const PushedDocument> pushed_;  // null: it is pulled
  Result<PreparedPlugin> prepared_;
  std::unique_ptr<ingest::RunSession> session_;
  std::string cursor_;
  bool well_ = false;  // the last run succeeded
  FetchMemory memory_;
  std::vector<FileRead> files_read_;
  std::string made_by_;
  std::optional<fetch::Recall> recall_;
  bool unchanged_ = false;  // found out without the plugin, or with nothing for it to do
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
                                                const SourceConfig& source,
                                                std::shared_ptr<const PushedDocument> pushed) {
  Pull pull(parts, std::move(config), source, std::move(pushed));
  co_return co_await pull.run();
}

}  // namespace kpid::app
