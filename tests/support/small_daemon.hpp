// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// As much of a daemon as the control API needs: a real SQLite file, filled through ingest, a real
// writer's thread, and the real server on a real socket with a loop of its own. The Actions do what
// the daemon's do, through the same functions; only the plugin's figures and the receiver's answers
// are made up here.

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "alerts/operational_wording.hpp"
#include "http/server.hpp"
#include "ingest/drill.hpp"
#include "ingest/evaluate_marked.hpp"
#include "ingest/run_session.hpp"
#include "ingest/silences.hpp"
#include "store/async_write.hpp"
#include "support/temporary_folder.hpp"
#include "webhooks/example_event.hpp"
#include "webhooks/preview.hpp"

namespace kpid::testing {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return at; }
  Timestamp at{make_date(2026, 11, 24)};
};

inline const Period last_year{make_date(2025, 9, 1), make_date(2026, 8, 31)};

class SmallDaemon {
 public:
  struct Row {
    std::string organisation;
    std::string measure;
    double value = 0;
  };

  SmallDaemon() : config_(make_config()) {
    config_->socket = folder / "kpid.sock";
    database = std::move(store::Database::open(folder / "kpid.db").value());
  }
  ~SmallDaemon() {
    stop();
    queue_.reset();
  }
  SmallDaemon(const SmallDaemon&) = delete;
  SmallDaemon& operator=(const SmallDaemon&) = delete;

  [[nodiscard]] std::string socket() const { return config_->socket.string(); }
  [[nodiscard]] std::shared_ptr<Config> config() const { return config_; }

  static std::vector<Row> figures(const std::string& school, double reserves, double income) {
    return {{school, "finance.reserves", reserves}, {school, "finance.income", income}};
  }

  // One pull and its evaluation, before start().
  void pull(const std::vector<Row>& rows) {
    clock.at += std::chrono::hours{1};
    ASSERT_TRUE(database->begin());
    const auto run = pull_into(database->writer(), rows);
    ASSERT_TRUE(run) << run.error().text();
    ASSERT_TRUE(database->commit());
  }
  // A whole run that fails before it has anything.
  void fail_run(const std::string& sentence, bool crashed = false) {
    clock.at += std::chrono::hours{1};
    ASSERT_TRUE(database->begin());
    ingest::RunSession session(config_, config_->sources[0], measures());
    ASSERT_TRUE(session.begin(database->writer(), clock.at));
    ingest::RunSession::End end;
    end.error = Error{ErrorKind::source, sentence, "summary.csv, row 3"};
    end.crashed = crashed;
    end.library_fingerprint = "f00d";
    ASSERT_TRUE(session.finish(database->writer(), end, clock.at));
    ASSERT_TRUE(database->commit());
  }
  // What a receiver answered to a delivery, before start().
  void answer(std::int64_t delivery, int status, DeliveryState state, std::string error = {}) {
    DeliveryAttempt attempt;
    attempt.delivery = delivery;
    attempt.at = clock.at + std::chrono::seconds{1};
    attempt.latency_ms = 12;
    attempt.status = status;
    attempt.error = std::move(error);
    attempt.state = state;
    attempt.next_attempt_at = clock.at + std::chrono::minutes{5};
    ASSERT_TRUE(database->begin());
    ASSERT_TRUE(database->writer().record_attempt(attempt));
    ASSERT_TRUE(database->commit());
  }

  void start() {
    queue_ = std::make_unique<store::WriteQueue>(*database);
    server = std::make_unique<http::Server>(loop, *database, clock, actions());
    server->configure(config_);
    const auto listens = server->listen(config_->socket);
    ASSERT_TRUE(listens) << listens.error().text();
    thread_ = std::thread([this] { loop.run(); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    boost::asio::post(loop, [this] { server.reset(); });
    work_.reset();
    thread_.join();
  }

  TemporaryFolder folder;
  FixedClock clock;
  std::unique_ptr<store::Database> database;
  ingest::Render render = [](const DestinationConfig&,
                             const Event& event) -> Result<ingest::RenderedBody> {
    return ingest::RenderedBody{"application/json", event.data};
  };
  boost::asio::io_context loop;
  std::unique_ptr<http::Server> server;
  // What the next pull that the API asks for finds; nothing: the source fails.
  std::optional<std::vector<Row>> next_pull;
  std::optional<Error> reload_fault;

 private:
  static std::shared_ptr<Config> make_config() {
    auto config = std::make_shared<Config>();
    Organisation trust;
    trust.kind = OrganisationKind::trust;
    trust.code = trust_code;
    trust.name = "Example Trust";
    std::vector<Organisation> all{trust};
    for (const auto& [urn, name] : {std::pair{"900001", "Ash"}, std::pair{"900002", "Birch"}}) {
      Organisation school;
      school.code = urn;
      school.name = name;
      school.aliases = {std::string("S") + urn};
      all.push_back(school);
    }
    config->organisations = Organisations(all);
    Kpi kpi;
    kpi.id = "finance.reserves_percent";
    kpi.title = "reserves as a share of income";
    kpi.plan = "5.2";
    kpi.unit = Unit::percent;
    kpi.calendar = Calendar::financial_year;
    kpi.definition = RatioOf{"finance.reserves", "finance.income"};
    kpi.worth_rate = "pence";
    kpi.owner = "finance";
    kpi.decimals = 1;
    config->kpis = {kpi};
    Rule rule;
    rule.name = "reserves";
    rule.kpi = kpi.id;
    rule.red = Threshold{Threshold::Operator::below, 5};
    rule.amber = Threshold{Threshold::Operator::below, 6.5};
    rule.runbook = "Tell the CFO within five working days.";
    config->rules = {rule};
    config->sources.resize(2);
    config->sources[0].name = "finance";
    config->sources[0].plugin = "finance";
    config->sources[0].library = "/usr/lib/kpid/finance.so";
    config->sources[0].schedule.text = "daily 06:30";
    config->sources[0].settings_json = R"({"password":"hunter2"})";
    config->sources[0].secrets.emplace("token", Secret("hunter3"));
    config->sources[1].name = "roll";
    config->sources[1].plugin = "pupil_roll";
    config->sources[1].schedule.text = "every 15 min";
    config->destinations.resize(1);
    config->destinations[0].name = "team";
    config->destinations[0].format = DestinationFormat::teams;
    config->destinations[0].owners = {"finance"};
    config->destinations[0].url =
        Secret("https://me:hunter4@hooks.example:8443/hunter5?sig=hunter6");
    config->destinations[0].signing_secrets = {Secret("whsec_hunter7")};
    return config;
  }

  static std::vector<Measure> measures() {
    std::vector<Measure> all(2);
    all[0].id = "finance.reserves";
    all[1].id = "finance.income";
    for (auto& measure : all) {
      measure.unit = Unit::pence;
      measure.whole = true;
      measure.calendar = Calendar::financial_year;
    }
    return all;
  }

  // Rows as they come over the wire.
  static ObservationBatch batch(const std::vector<Row>& rows) {
    struct Storage {
      std::vector<Row> rows;
      std::vector<ObservationRow> wire;
    };
    auto storage = std::make_shared<Storage>();
    storage->rows = rows;
    ObservationBatch made;
    made.strings.emplace_back("");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ObservationRow wire;
      wire.measure = static_cast<std::uint32_t>(made.strings.size());
      made.strings.push_back(storage->rows[i].measure);
      wire.organisation = static_cast<std::uint32_t>(made.strings.size());
      made.strings.push_back(storage->rows[i].organisation);
      wire.period_start = days_since_epoch(last_year.start);
      wire.period_end = days_since_epoch(last_year.end);
      wire.flags = ObservationRow::has_value;
      wire.value = storage->rows[i].value;
      wire.fetch = 1;
      wire.row_first = wire.row_last = static_cast<std::uint32_t>(i + 2);
      storage->wire.push_back(wire);
    }
    made.rows = storage->wire;
    made.storage = storage;
    return made;
  }

  [[nodiscard]] ingest::EvaluationContext context() {
    return {*config_, identifiers_, render, clock.at};
  }

  Result<Run> pull_into(store::Writer& writer, const std::vector<Row>& rows) {
    ingest::RunSession session(config_, config_->sources[0], measures());
    auto begun = session.begin(writer, clock.at);
    if (!begun) return tl::unexpected(begun.error());
    ingest::Checkpoint checkpoint;
    checkpoint.batches.push_back(batch(rows));
    FetchedDocument document;
    document.number = 1;
    document.origin = "in/summary.csv";
    document.sha256 = std::string(64, 'a');
    document.fetched_at_ms = milliseconds_since_epoch(clock.at);
    checkpoint.documents.push_back(document);
    checkpoint.cursor = "c";
    checkpoint.has_cursor = true;
    auto applied = session.apply(writer, checkpoint, clock.at);
    if (!applied) return tl::unexpected(applied.error());
    ingest::RunSession::End end;
    end.rows_read = rows.size();
    end.next_due_at = clock.at + std::chrono::hours{24};
    auto run = session.finish(writer, end, clock.at);
    if (!run) return run;
    auto evaluation = ingest::evaluate_marked(writer, context());
    if (!evaluation) return tl::unexpected(evaluation.error());
    return run;
  }

  template <class T>
  boost::asio::awaitable<Result<T>> write(std::function<Result<T>(store::Writer&)> job) {
    auto kept = std::make_shared<std::optional<T>>();
    store::WriteQueue::Job work = [kept, job](store::Writer& writer) -> Result<void> {
      auto made = job(writer);
      if (!made) return tl::unexpected(made.error());
      *kept = std::move(*made);
      return {};
    };
    auto done = co_await store::async_write(*queue_, std::move(work));
    if (!done) co_return tl::unexpected(done.error());
    co_return std::move(**kept);
  }

  template <class Work>
  Result<ingest::Sent> in_steps(store::Writer& writer, Work work) {
    for (bool more = true; more;) {
      auto stepped = work.step(writer, context());
      if (!stepped) return tl::unexpected(stepped.error());
      more = *stepped;
    }
    return work.sent();
  }

  // Each receiver answers 202, after 12 ms.
  Result<boost::json::object> drill(store::Writer& writer, const DrillRequest& request) {
    const std::string id = identifiers_.next("msg_", clock.at);
    auto event = webhooks::drill_event(*config_, request, id, clock.at);
    if (!event) return tl::unexpected(event.error());
    auto made = ingest::drill(writer, context(), *event);
    if (!made) return tl::unexpected(made.error());
    std::vector<DeliveryAttempt> attempts;
    for (const ingest::DrillTold& told : made->told) {
      if (!told.delivery) continue;
      DeliveryAttempt attempt;
      attempt.delivery = told.delivery->id;
      attempt.at = clock.at;
      attempt.latency_ms = 12;
      attempt.status = 202;
      attempt.state = DeliveryState::delivered;
      auto recorded = writer.record_attempt(attempt);
      if (!recorded) return tl::unexpected(recorded.error());
      attempts.push_back(attempt);
    }
    return ingest::drill_json(*made, *config_, attempts);
  }

  Result<Delivery> ping(store::Writer& writer, const std::string& destination) {
    Event event;
    event.subject = "destination:" + destination;
    event.data = test_ping_data(destination, "Example Trust");
    auto told = ingest::tell(writer, context(), event, destination);
    if (!told) return tl::unexpected(told.error());
    DeliveryAttempt attempt;
    attempt.delivery = told->front().id;
    attempt.at = clock.at;
    attempt.status = 202;
    attempt.state = DeliveryState::delivered;
    auto recorded = writer.record_attempt(attempt);
    if (!recorded) return tl::unexpected(recorded.error());
    return **writer.delivery(told->front().id);
  }

  http::Actions actions() {
    namespace asio = boost::asio;
    http::Actions made;
    made.status = [] {
      return boost::json::object{
          {"pid", 4711},
          {"version", "0.1.0"},
          {"started_at", "2026-11-23T00:00:00.000Z"},
          {"sandbox_missing", boost::json::array{"this kernel has no Landlock"}},
          {"running", boost::json::array{"roll"}},
          {"loop_lag_ms", 1}};
    };
    made.plugins = [] {
      return boost::json::array{
          boost::json::object{{"id", "finance"},
                              {"version", "1.0"},
                              {"title", "Finance"},
                              {"file", "/usr/lib/kpid/finance.so"},
                              {"measures", boost::json::array{"finance.income"}},
                              {"refused", nullptr}},
          boost::json::object{{"id", "old"},
                              {"version", ""},
                              {"title", ""},
                              {"file", "/usr/lib/kpid/old.so"},
                              {"measures", boost::json::array{}},
                              {"refused", "it was built for another machine"}}};
    };
    made.run_source = [this](std::string) -> asio::awaitable<Result<Run>> {
      if (!next_pull) {
        co_return fail(ErrorKind::source, "the column Income is gone", "summary.csv, row 1");
      }
      std::function<Result<Run>(store::Writer&)> job = [this](store::Writer& writer) {
        return pull_into(writer, *next_pull);
      };
      co_return co_await write<Run>(job);
    };
    made.check_source = [](std::string name) -> asio::awaitable<Result<boost::json::object>> {
      boost::json::object report{{"source", name}, {"error", nullptr}, {"figures", 3}};
      co_return report;
    };
    made.replay_delivery = [this](std::int64_t id) -> asio::awaitable<Result<void>> {
      store::WriteQueue::Job job = [this, id](store::Writer& writer) {
        return writer.replay_delivery(id, clock.at);
      };
      co_return co_await store::async_write(*queue_, job);
    };
    made.send_again =
        [this](ingest::AgainRequest request) -> asio::awaitable<Result<ingest::Sent>> {
      std::function<Result<ingest::Sent>(store::Writer&)> job = [this,
                                                                 request](store::Writer& writer) {
        return in_steps(writer, ingest::SendAgain(request));
      };
      co_return co_await write<ingest::Sent>(job);
    };
    made.send_missed =
        [this](ingest::MissedRequest request) -> asio::awaitable<Result<ingest::Sent>> {
      std::function<Result<ingest::Sent>(store::Writer&)> job =
          [this, request](store::Writer& writer) -> Result<ingest::Sent> {
        ingest::SendMissed work(request);
        auto possible = work.check(*config_, clock.at);
        if (!possible) return tl::unexpected(possible.error());
        return in_steps(writer, std::move(work));
      };
      co_return co_await write<ingest::Sent>(job);
    };
    made.drill = [this](DrillRequest request) -> asio::awaitable<Result<boost::json::object>> {
      std::function<Result<boost::json::object>(store::Writer&)> job =
          [this, request](store::Writer& writer) { return drill(writer, request); };
      co_return co_await write<boost::json::object>(job);
    };
    made.test_destination = [this](std::string name) -> asio::awaitable<Result<Delivery>> {
      std::function<Result<Delivery>(store::Writer&)> job = [this, name](store::Writer& writer) {
        return ping(writer, name);
      };
      co_return co_await write<Delivery>(job);
    };
    made.preview_destination = [this](const Config& config, const std::string& name,
                                      EventType type) {
      return webhooks::preview(config, name, type, clock.at);
    };
    made.add_silence = [this](SilenceRequest request) -> asio::awaitable<Result<Silence>> {
      std::function<Result<Silence>(store::Writer&)> job = [this, request](store::Writer& writer) {
        return ingest::add_silence(writer, context(), request);
      };
      co_return co_await write<Silence>(job);
    };
    made.remove_silence = [this](std::int64_t id, std::string by) -> asio::awaitable<Result<void>> {
      store::WriteQueue::Job job = [this, id, by](store::Writer& writer) -> Result<void> {
        auto told = ingest::remove_silence(writer, context(), id, by);
        if (!told) return tl::unexpected(told.error());
        return {};
      };
      co_return co_await store::async_write(*queue_, job);
    };
    made.acknowledge = [this](std::string id, std::string by, std::string note,
                              std::string span) -> asio::awaitable<Result<void>> {
      store::WriteQueue::Job job = [this, id, by, note,
                                    span](store::Writer& writer) -> Result<void> {
        auto told = ingest::acknowledge_alert(writer, context(), id, by, note, span);
        if (!told) return tl::unexpected(told.error());
        return {};
      };
      co_return co_await store::async_write(*queue_, job);
    };
    made.release_quarantine = [](std::string name) -> asio::awaitable<Result<void>> {
      if (name == "finance") co_return Result<void>{};
      co_return fail(ErrorKind::not_found, "no plugin \"" + name + "\" is held in quarantine");
    };
    made.enable_destination = [this](std::string name) -> asio::awaitable<Result<void>> {
      store::WriteQueue::Job job = [name](store::Writer& writer) {
        store::DestinationState state;
        state.name = name;
        return writer.save_destination_state(state);
      };
      co_return co_await store::async_write(*queue_, job);
    };
    made.render = [this](const Config&) { return render; };
    made.reload = [this]() -> asio::awaitable<Result<void>> {
      if (reload_fault) co_return tl::unexpected(*reload_fault);
      co_return Result<void>{};
    };
    return made;
  }

  std::shared_ptr<Config> config_;
  RandomIdentifierSource identifiers_;
  std::unique_ptr<store::WriteQueue> queue_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      loop.get_executor()};
  std::thread thread_;
};

}  // namespace kpid::testing
