// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/daemon.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "app/acknowledge_by_link.hpp"
#include "app/actions.hpp"
#include "app/call_in.hpp"
#include "app/heartbeat.hpp"
#include "app/retention_task.hpp"
#include "app/source_actor.hpp"
#include "app/store_alarm.hpp"
#include "app/term_dates_end.hpp"
#include "app/waiting_room.hpp"
#include "config/load.hpp"
#include "fetch/line.hpp"
#include "http/hook_server.hpp"
#include "http/server.hpp"
#include "ingest/evaluate_due.hpp"
#include "ingest/fallback.hpp"
#include "ingest/reminders.hpp"
#include "ingest/silences.hpp"
#include "ingest/source_health.hpp"
#include "ingest/switched_off.hpp"
#include "plugin_host/supervisor.hpp"
#include "store/async_write.hpp"
#include "webhooks/render.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

// An outbox in which something is under way and nothing ends for this long has stopped moving: no
// destination's time-out is longer, not even twice, where its consent is asked first.
constexpr milliseconds outbox_may_rest{std::chrono::minutes{5}};
constexpr milliseconds look_after_every{std::chrono::minutes{1}};

Result<ingest::RenderedBody> render_event(const std::string& instance,
                                          const AcknowledgeLinks& links,
                                          const DestinationConfig& destination,
                                          const Event& event) {
  const std::optional<Event> linked = links.linked(destination, event);
  auto rendered = webhooks::render(destination, linked ? *linked : event, instance);
  if (!rendered) return tl::unexpected<Error>(std::move(rendered.error()));
  return ingest::RenderedBody{std::move(rendered->content_type), std::move(rendered->body),
                              rendered->left_out};
}

Result<ingest::Evaluation> evaluate_due_and_remind(store::Writer& writer,
                                                   const ingest::EvaluationContext& context) {
  auto evaluation = ingest::evaluate_due(writer, context);
  if (!evaluation) return evaluation;
  auto reminded = ingest::evaluate_reminders(writer, context);
  if (!reminded) return reminded;
  evaluation->deliveries.insert(evaluation->deliveries.end(), reminded->deliveries.begin(),
                                reminded->deliveries.end());
  return evaluation;
}

}  // namespace

class Daemon::Impl final : public ActionParts {
 public:
  Impl(asio::io_context& loop, const Clock& clock, EventLog& log, Installation installation)
      : loop_(loop),
        clock_(clock),
        log_(log),
        installation_(std::move(installation)),
        started_at_(clock.now()),
        sandbox_missing_(plugin_host::missing_sandbox_parts()),
        links_(clock),
        store_alarm_(loop, clock, log, identifiers_),
        look_after_timer_(loop),
        watchers_(1) {
    for (const std::string& part : sandbox_missing_) {
      log_.warning("this machine lacks a part of the plugins' sandbox", {{"part", part}});
    }
    render_ = [this](const DestinationConfig& destination, const Event& event) {
      return render_event(instance_, links_, destination, event);
    };
  }

  ~Impl() override { watchers_.join(); }

  asio::awaitable<Result<void>> open(std::shared_ptr<const Config> config) {
    config_ = std::move(config);
    instance_ = config_->instance;
    links_.configure(*config_);
    store_alarm_.configure(config_);
    auto database = store::Database::open(config_->database);
    if (!database) co_return tl::unexpected<Error>(std::move(database.error()));
    database_ = std::move(*database);
    queue_ = std::make_unique<store::WriteQueue>(*database_);
    auto recovered = co_await recover();
    if (!recovered) co_return recovered;
    auto told = co_await tell_switched_off();
    if (!told) co_return tl::unexpected<Error>(std::move(told.error()));
    outbox_ = std::make_unique<webhooks::Outbox>(loop_, *queue_, clock_);
    configure_outbox();
    outbox_->on_disabled = [this](const std::string& name, const std::string& reason) {
      tell_of_disabled(name, reason);
    };
    outbox_->on_write = [this](const Result<void>& written) { watch_store(written); };
    outbox_->on_attempt = [this](const DeliveryAttempt& attempt, const Delivery& delivery) {
      log_attempt(attempt, delivery);
      attempts_.attempted(attempt, delivery);
    };
    outbox_->on_nobody_else = [this](const Delivery& untold, const std::string& reason) {
      log_.error(
          "a fallback could not be told of what could not be delivered",
          {{"destination", untold.destination}, {"id", untold.event_id}, {"reason", reason}});
    };
    outbox_->send(std::move(*told));
    waiting_room_ =
        std::make_shared<WaitingRoom>(loop_, clock_, log_, [this] { return tell_what_is_due(); });
    auto judged = co_await judge_all();
    if (!judged) co_return tl::unexpected<Error>(std::move(judged.error()));
    judged_at_open = std::move(*judged);
    outbox_->wake();
    co_return Result<void>{};
  }

  Result<void> serve() {
    server_ = std::make_unique<http::Server>(loop_, *database_, clock_, make_actions(*this));
    server_->configure(config_);
    auto listening = server_->listen(config_->socket);
    if (!listening) return listening;
    hooks_ = std::make_unique<http::HookServer>(
        loop_, clock_, make_call_in(*this),
        [this](const http::Refusal& refusal) { log_refusal(log_, refusal); });
    hooks_->configure(config_);
    listening = hooks_->listen(config_->listen);
    if (!listening) return listening;
    start_missing_actors();
    asio::co_spawn(loop_, look_after(), asio::detached);
    waiting_room_->start();
    asio::co_spawn(loop_, check_database(), asio::detached);
    outbox_moved_at_ = clock_.now();  // or so it counts: what is under way has just begun
    heartbeat_ = std::make_unique<Heartbeat>(loop_, log_, [this] { return prove_work(); });
    heartbeat_->configure(config_);
    return {};
  }

  asio::awaitable<Result<void>> reload() override {
    LoadedConfig loaded = load_config(config_->file, load_options(installation_));
    if (!loaded.config) {
      for (const ConfigFault& fault : loaded.faults) log_.error(fault.text());
      co_return fail(ErrorKind::config,
                     fmt::format("the new config has {} fault{} and was not taken; the old one "
                                 "stays in force. The first: {}",
                                 loaded.faults.size(), loaded.faults.size() == 1 ? "" : "s",
                                 loaded.faults.front().text()),
                     config_->file.string());
    }
    if (loaded.config->database != config_->database || loaded.config->socket != config_->socket ||
        loaded.config->instance != config_->instance) {
      co_return fail(ErrorKind::config,
                     "the database, the socket or the instance is another one, which needs a "
                     "restart; the old config stays in force",
                     config_->file.string());
    }
    if (hooks_) {
      auto listening = hooks_->listen(loaded.config->listen);
      if (!listening) {
        listening.error().sentence += "; the old config stays in force";
        co_return listening;
      }
      hooks_->configure(loaded.config);
    }
    config_ = std::move(loaded.config);
    log_.set_level(config_->log_level);
    links_.configure(*config_);
    configure_outbox();
    store_alarm_.configure(config_);
    if (heartbeat_) heartbeat_->configure(config_);
    if (server_) server_->configure(config_);
    for (const auto& [name, actor] : actors_) actor->configure(config_);
    start_missing_actors();
    // From here on it is in force, whatever can be made of it at this moment.
    log_.info("the config was read anew", {{"file", config_->file.string()}});
    waiting_room_->look();
    auto judged = co_await judge_all();
    if (judged) judged = co_await judge_due();
    if (!judged) {
      log_.error("nothing could be judged by the new config yet; it is tried again",
                 {{"reason", judged.error().text()}});
      unjudged_ = true;
      day_judged_.reset();
    }
    co_return Result<void>{};
  }

  asio::awaitable<void> stop(milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    stopping_ = true;
    look_after_timer_.cancel();
    if (waiting_room_) waiting_room_->stop();
    if (heartbeat_) heartbeat_->stop();
    if (server_) server_->stop();
    if (hooks_) hooks_->stop();
    for (const auto& [name, actor] : actors_) actor->stop();
    asio::steady_timer timer(loop_);
    const auto all_ended = [this] {
      return std::all_of(actors_.begin(), actors_.end(),
                         [](const auto& one) { return one.second->ended(); });
    };
    while (!all_ended() && std::chrono::steady_clock::now() < end) {
      timer.expires_after(milliseconds{20});
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    const auto left =
        std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
    if (outbox_) co_await outbox_->stop(std::max(left, milliseconds{100}));
  }

  void close() {
    server_.reset();  // its readers
    hooks_.reset();
    if (checking_ || retaining_) return;
    queue_.reset();
    database_.reset();
  }

  asio::awaitable<Result<PullReport>> pull_once(const std::string& source) {
    const std::shared_ptr<const Config> config = config_;
    auto report = co_await pull_source(pull_parts(), config, *config->source(source));
    log_report(source, report);
    if (report) outbox_->send(report->evaluation.deliveries);
    co_return report;
  }

  asio::awaitable<Result<ingest::Evaluation>> judge_due() {
    const Date day = ingest::judged_day(clock_.now(), config_->timezone);
    auto judged = co_await judge(evaluate_due_and_remind);
    if (judged) day_judged_ = day;
    for (const std::string& one : term_dates_that_end(*config_, day)) log_.warning(one);
    co_return judged;
  }

  asio::awaitable<Result<ingest::Bundles>> tell_waiting() { return waiting_room_->flush(); }

  asio::awaitable<Result<void>> prove_progress() {
    // The loop turns, or this would not run. Nothing is written: the transaction stays empty.
    store::WriteQueue::Job job = [](store::Writer&) -> Result<void> { return {}; };
    auto answered = co_await store::async_write(*queue_, std::move(job));
    // A store that answers with a failure has answered: the admin is told, and a restart would mend
    // nothing. One that does not answer never gets here.
    watch_store_failure(answered);
    const auto counters = outbox_->counters();
    const Timestamp now = clock_.now();
    const bool may_wait = counters.under_way == 0 || store_alarm_.failing();
    if (may_wait || counters.attempts != attempts_seen_) {
      attempts_seen_ = counters.attempts;
      outbox_moved_at_ = now;
    }
    if (now - outbox_moved_at_ > outbox_may_rest) {
      co_return fail(ErrorKind::internal, "the outbox has stopped moving");
    }
    co_return Result<void>{};
  }

  // For whoever watches from outside: what cannot be stored is not seen by anybody here.
  asio::awaitable<Result<void>> prove_work() {
    auto proven = co_await prove_progress();
    if (proven && store_alarm_.failing()) {
      co_return fail(ErrorKind::storage, "the database cannot be written");
    }
    co_return proven;
  }

  // ---- ActionParts: what actions.cpp works with -------------------------------------------------
  std::shared_ptr<const Config> config() const override { return config_; }
  const Installation& installation() const override { return installation_; }
  const Clock& clock() const override { return clock_; }
  Timestamp started_at() const override { return started_at_; }
  const std::vector<std::string>& sandbox_missing() const override { return sandbox_missing_; }
  store::WriteQueue& queue() override { return *queue_; }
  webhooks::Outbox& outbox() override { return *outbox_; }
  EventLog& log() override { return log_; }
  std::shared_ptr<fetch::Lines> lines() const override { return lines_; }
  asio::io_context& loop() override { return loop_; }
  std::string listening() const override { return hooks_ ? hooks_->address() : std::string(); }
  AttemptWatch& attempts() override { return attempts_; }
  const AcknowledgeLinks& links() const override { return links_; }
  const std::map<std::string, std::shared_ptr<SourceActor>>& actors() const override {
    return actors_;
  }
  ingest::EvaluationContext context(const Config& config) override {
    return {config, identifiers_, render_, clock_.now(), on_waiting()};
  }

  ingest::Evaluation judged_at_open;

 private:
  PullParts pull_parts() {
    return {*queue_, clock_, identifiers_, render_, log_, installation_, lines_, on_waiting()};
  }

  std::function<void(Timestamp)> on_waiting() const {
    return [room = std::weak_ptr<WaitingRoom>(waiting_room_)](Timestamp due) {
      if (const auto open = room.lock()) open->hear(due);
    };
  }

  asio::awaitable<Result<ingest::Bundles>> tell_what_is_due() {
    const std::shared_ptr<const Config> config = config_;
    ingest::Bundles made;
    store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
      auto told = ingest::evaluate_waiting(writer, context(*config));
      if (!told) return tl::unexpected<Error>(std::move(told.error()));
      made = std::move(*told);
      return {};
    };
    const auto done = co_await store::async_write(*queue_, std::move(job));
    watch_store_failure(done);
    if (!done) co_return tl::unexpected(done.error());
    outbox_->send(std::move(made.deliveries));
    co_return made;
  }

  void watch_store_failure(const Result<void>& written) {
    if (!written && written.error().kind == ErrorKind::storage) {
      store_alarm_.failed(written.error());
    }
  }
  void watch_store(const Result<void>& written) {
    watch_store_failure(written);
    if (written) store_alarm_.worked();
  }

  // The config is the one of now: the writer's thread must not look at one that is exchanged.
  void configure_outbox() {
    outbox_->stand_in = [this, config = config_](store::Writer& writer, const Delivery& untold) {
      return ingest::stand_in_for(writer, context(*config), untold);
    };
    outbox_->configure(config_);
  }

  asio::awaitable<Result<void>> recover() {
    std::size_t interrupted = 0;
    std::size_t released = 0;
    store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
      auto closed = writer.close_interrupted_runs(clock_.now());
      if (!closed) return tl::unexpected<Error>(std::move(closed.error()));
      interrupted = *closed;
      auto freed = writer.release_claims();
      if (!freed) return tl::unexpected<Error>(std::move(freed.error()));
      released = *freed;
      return links_.open(writer);
    };
    auto done = co_await store::async_write(*queue_, std::move(job));
    if (done && interrupted + released > 0) {
      log_.info("went on where the last kpid ended",
                {{"interrupted_runs", std::to_string(interrupted)},
                 {"deliveries_to_resend", std::to_string(released)}});
    }
    co_return done;
  }

  asio::awaitable<Result<ingest::Evaluation>> judge_all() { return judge(ingest::evaluate_all); }

  using Evaluate = Result<ingest::Evaluation> (*)(store::Writer&, const ingest::EvaluationContext&);
  asio::awaitable<Result<ingest::Evaluation>> judge(Evaluate evaluate) {
    const std::shared_ptr<const Config> config = config_;
    ingest::Evaluation judged;
    store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
      auto evaluation = evaluate(writer, context(*config));
      if (!evaluation) return tl::unexpected<Error>(std::move(evaluation.error()));
      judged = std::move(*evaluation);
      return {};
    };
    auto done = co_await store::async_write(*queue_, std::move(job));
    if (!done) co_return tl::unexpected<Error>(std::move(done.error()));
    outbox_->send(std::move(judged.deliveries));
    co_return judged;
  }

  // Of what an earlier daemon switched off, and was killed before it could say so.
  asio::awaitable<Result<std::vector<Delivery>>> tell_switched_off() {
    const std::shared_ptr<const Config> config = config_;
    std::vector<Delivery> deliveries;
    store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
      auto told = ingest::tell_all_switched_off(writer, context(*config));
      if (!told) return tl::unexpected<Error>(std::move(told.error()));
      deliveries = std::move(*told);
      return {};
    };
    auto done = co_await store::async_write(*queue_, std::move(job));
    if (!done) co_return tl::unexpected<Error>(std::move(done.error()));
    co_return deliveries;
  }

  // All of the file, while the daemon already works: a start need not wait for it.
  asio::awaitable<void> check_database() {
    auto check = [](const store::Database& database) -> asio::awaitable<Result<void>> {
      co_return database.check();
    };
    checking_ = true;
    const auto sound = co_await asio::co_spawn(watchers_, check(*database_), asio::use_awaitable);
    checking_ = false;
    if (!sound) store_alarm_.damaged(sound.error());
  }

  // What nothing else would bring up: marks that an evaluation which failed has left, sources that
  // are read and bring nothing new, silences and acknowledgements whose time is over.
  asio::awaitable<void> look_after() {
    for (;;) {
      look_after_timer_.expires_after(look_after_every);
      const auto [stopped] =
          co_await look_after_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
      if (stopped) co_return;
      const std::shared_ptr<const Config> config = config_;
      std::vector<Delivery> deliveries;
      store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
        auto judged = ingest::evaluate_marked(writer, context(*config));
        if (!judged) return tl::unexpected<Error>(std::move(judged.error()));
        auto told = ingest::tell_stale_sources(writer, context(*config));
        if (!told) return tl::unexpected<Error>(std::move(told.error()));
        auto ended = ingest::evaluate_ended(writer, context(*config));
        if (!ended) return tl::unexpected<Error>(std::move(ended.error()));
        auto reminded = ingest::evaluate_reminders(writer, context(*config));
        if (!reminded) return tl::unexpected<Error>(std::move(reminded.error()));
        deliveries = std::move(judged->deliveries);
        deliveries.insert(deliveries.end(), told->begin(), told->end());
        for (const auto* more : {&*ended, &*reminded}) {
          deliveries.insert(deliveries.end(), more->deliveries.begin(), more->deliveries.end());
        }
        return {};
      };
      const auto done = co_await store::async_write(*queue_, std::move(job));
      watch_store_failure(done);
      if (done) outbox_->send(std::move(deliveries));
      if (!done && done.error().kind != ErrorKind::storage) {
        log_.error("what is due could not be looked at; it is tried again",
                   {{"reason", done.error().text()}});
      }
      if (std::exchange(unjudged_, false)) {  // a reload's
        const auto again = co_await judge_all();
        unjudged_ = !again;
      }
      if (!is_new_day()) continue;
      const auto judged = co_await judge_due();
      if (!judged) {
        log_.error("what is due today could not be judged; it is tried again",
                   {{"reason", judged.error().text()}});
        continue;
      }
      if (!retaining_) asio::co_spawn(loop_, retain_today(), asio::detached);
    }
  }

  // What is being read at this moment may be just what is missing: a little patience.
  bool is_new_day() {
    constexpr int longest_patience = 15;  // rounds of look_after()
    const Date day = ingest::judged_day(clock_.now(), config_->timezone);
    if (day_judged_ == day) return false;
    const bool pulling = std::any_of(actors_.begin(), actors_.end(),
                                     [](const auto& one) { return one.second->pulling(); });
    if (pulling && ++patience_ < longest_patience) return false;
    patience_ = 0;
    return true;
  }

  asio::awaitable<void> retain_today() {
    retaining_ = true;
    const store::Keep keep = keep_of(*config_, clock_.now());
    const auto dropped =
        co_await retain(RetentionParts{*queue_, *database_, watchers_, stopping_}, keep);
    retaining_ = false;
    if (!dropped) {
      log_.warning("what need not be kept could not be dropped; it is tried again tomorrow",
                   {{"reason", dropped.error().text()}});
    } else if (dropped->all() > 0) {
      log_.info("dropped what need not be kept",
                {{"runs", std::to_string(dropped->runs)},
                 {"deliveries", std::to_string(dropped->deliveries)},
                 {"measurements", std::to_string(dropped->measurements)},
                 {"documents", std::to_string(dropped->documents)}});
    }
  }

  void start_missing_actors() {
    std::erase_if(actors_, [](const auto& one) { return one.second->ended(); });
    for (const SourceConfig& source : config_->sources) {
      if (actors_.contains(source.name)) continue;
      auto actor = std::make_shared<SourceActor>(
          loop_, watchers_, pull_parts(), source.name,
          [this](const std::string& name, Result<PullReport>& report) {
            log_report(name, report);
            if (report) outbox_->send(std::move(report->evaluation.deliveries));
          });
      actor->configure(config_);
      actor->start();
      actors_.emplace(source.name, std::move(actor));
    }
  }

  void log_report(const std::string& source, const Result<PullReport>& report) {
    if (!report) {
      log_.error("the source could not be pulled",
                 {{"source", source}, {"reason", report.error().text()}});
      watch_store_failure(tl::unexpected(report.error()));
      return;
    }
    store_alarm_.worked();
    const Run& run = report->run;
    const auto level =
        run.outcome == RunOutcome::failed ? EventLog::Level::warning : EventLog::Level::info;
    log_.write(level, "a run has ended",
               {{"source", source},
                {"outcome", std::string(to_string(run.outcome))},
                {"reason", run.reason},
                {"rows", std::to_string(run.counts.rows_read)},
                {"new", std::to_string(run.counts.created)},
                {"revised", std::to_string(run.counts.revised)},
                {"unchanged", std::to_string(run.counts.unchanged)},
                {"refused", std::to_string(run.counts.refused)},
                {"alerts_opened", std::to_string(report->evaluation.alerts_opened)},
                {"alerts_resolved", std::to_string(report->evaluation.alerts_resolved)}});
  }

  void log_attempt(const DeliveryAttempt& attempt, const Delivery& delivery) {
    const auto level = attempt.state == DeliveryState::delivered ? EventLog::Level::info
                                                                 : EventLog::Level::warning;
    log_.write(level, "a delivery was tried",
               {{"destination", delivery.destination},
                {"event", std::string(to_string(delivery.event_type))},
                {"id", delivery.event_id},
                {"attempt", std::to_string(attempt.number)},
                {"state", std::string(to_string(attempt.state))},
                {"status", std::to_string(attempt.status)},
                {"error", attempt.error}});
  }

  void tell_of_disabled(const std::string& name, const std::string& reason) {
    log_.error("a destination was switched off", {{"destination", name}, {"reason", reason}});
    asio::co_spawn(
        loop_,
        [this, name, reason]() -> asio::awaitable<void> {
          auto told = co_await tell_destination_disabled(*this, name, reason);
          if (!told) {
            log_.error("nobody could be told that a destination was switched off",
                       {{"destination", name}, {"reason", told.error().text()}});
          }
        },
        asio::detached);
  }

  asio::io_context& loop_;
  const Clock& clock_;
  EventLog& log_;
  Installation installation_;
  Timestamp started_at_;
  RandomIdentifierSource identifiers_;
  ingest::Render render_;
  std::shared_ptr<const Config> config_;
  std::string instance_;  // read by the writer's thread: it never changes once the queue works
  std::vector<std::string> sandbox_missing_;
  AcknowledgeLinks links_;
  StoreAlarm store_alarm_;
  std::unique_ptr<Heartbeat> heartbeat_;
  std::shared_ptr<WaitingRoom> waiting_room_;
  asio::steady_timer look_after_timer_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<webhooks::Outbox> outbox_;
  AttemptWatch attempts_;
  bool checking_ = false;  // the database, in a watcher's thread
  bool retaining_ = false;
  bool stopping_ = false;
  bool unjudged_ = false;           // what a reload has changed could not be judged by yet
  std::optional<Date> day_judged_;  // since the start, or since the config was read anew
  int patience_ = 0;
  std::uint64_t attempts_seen_ = 0;
  Timestamp outbox_moved_at_{};
  std::shared_ptr<fetch::Lines> lines_ = std::make_shared<fetch::Lines>();
  asio::thread_pool watchers_;
  std::map<std::string, std::shared_ptr<SourceActor>> actors_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::HookServer> hooks_;
  std::unique_ptr<store::WriteQueue> queue_;  // last: its thread ends first
};

Daemon::Daemon(asio::io_context& loop, const Clock& clock, EventLog& log, Installation installation)
    : impl_(std::make_unique<Impl>(loop, clock, log, std::move(installation))) {}
Daemon::~Daemon() = default;
asio::awaitable<Result<void>> Daemon::open(std::shared_ptr<const Config> config) {
  return impl_->open(std::move(config));
}
Result<void> Daemon::serve() { return impl_->serve(); }
void Daemon::close() { impl_->close(); }
std::shared_ptr<const Config> Daemon::config() const { return impl_->config(); }
asio::awaitable<Result<void>> Daemon::reload() { return impl_->reload(); }
asio::awaitable<void> Daemon::stop(milliseconds limit) { return impl_->stop(limit); }
asio::awaitable<Result<PullReport>> Daemon::pull_once(const std::string& source) {
  return impl_->pull_once(source);
}
asio::awaitable<Result<ingest::Evaluation>> Daemon::judge_due() { return impl_->judge_due(); }
asio::awaitable<Result<ingest::Bundles>> Daemon::tell_waiting() { return impl_->tell_waiting(); }
const ingest::Evaluation& Daemon::judged_at_open() const noexcept { return impl_->judged_at_open; }
webhooks::Outbox& Daemon::outbox() { return impl_->outbox(); }
asio::awaitable<Result<void>> Daemon::prove_progress() { return impl_->prove_progress(); }

}  // namespace kpid::app
