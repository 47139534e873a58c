// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "replay/replay.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "ingest/evaluate_due.hpp"
#include "replay/scratch_folder.hpp"
#include "schedule/schedule.hpp"

namespace kpid::replay {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// The same history gives the same ids. Every event takes its id here, which tells what was told.
class CountedIdentifiers final : public IdentifierSource {
 public:
  std::string next(std::string_view prefix, Timestamp) override {
    std::string id = fmt::format("{}{:026}", prefix, ++count_);
    if (prefix == "msg_") events_.push_back(id);
    return id;
  }
  std::vector<std::string> take_events() { return std::exchange(events_, {}); }

 private:
  std::uint64_t count_ = 0;
  std::vector<std::string> events_;
};

// What the rules would have told and to whom, on the day on which it came up: at which hour of it,
// or in which digest, is not asked here.
std::shared_ptr<const Config> told_at_once(std::shared_ptr<const Config> config) {
  auto plain = std::make_shared<Config>(*config);
  for (DestinationConfig& destination : plain->destinations) {
    destination.quiet = {};
    destination.group_by = Grouping::none;
    destination.digest.reset();
  }
  return plain;
}

class ScratchReplay final : public Replay {
 public:
  ScratchReplay(std::shared_ptr<const Config> config, ingest::Render render, ScratchFolder folder,
                std::unique_ptr<store::Database> database)
      : config_(told_at_once(std::move(config))),
        render_(std::move(render)),
        folder_(std::move(folder)),
        database_(std::move(database)) {}
  ~ScratchReplay() override {
    if (steps_ > 0) static_cast<void>(database_->rollback());
  }
  ScratchReplay(const ScratchReplay&) = delete;
  ScratchReplay& operator=(const ScratchReplay&) = delete;

  Result<void> learn(const Instalment& instalment) override {
    auto ready = step();
    if (!ready) return ready;
    store::Writer& writer = database_->writer();
    auto run = run_of(instalment);
    if (!run) return pass_on(run);
    for (const Fact& fact : instalment.facts) {
      auto series = writer.series_id(instalment.source, fact.series);
      if (!series) return pass_on(series);
      store::NewMeasurement measurement = fact.measurement;
      auto document = document_of(**run, instalment, measurement.document);
      if (!document) return pass_on(document);
      measurement.document = *document;
      auto put = writer.put(*series, (*run)->id, instalment.at, measurement);
      if (!put) return pass_on(put);
      if (*put != store::Put::created && *put != store::Put::revised) continue;
      auto marked = writer.mark(*series, measurement.period);
      if (!marked) return marked;
    }
    return {};
  }

  Result<void> end_run(std::string_view source, Timestamp at) override {
    auto ready = step();
    if (!ready) return ready;
    const auto open = runs_.find(source);
    if (open == runs_.end()) return {};
    Run ended;
    ended.id = open->second.id;
    ended.source = open->first;
    ended.started_at = open->second.started_at;
    ended.ended_at = at;
    ended.outcome = RunOutcome::succeeded;
    runs_.erase(open);
    auto finished = database_->writer().finish_run(ended);
    if (!finished) return finished;
    return collect(ingest::evaluate_marked(database_->writer(), context(at)));
  }

  Result<void> look_at_day(Timestamp at) override {
    auto ready = step();
    if (!ready) return ready;
    return collect(ingest::evaluate_due(database_->writer(), context(at)));
  }

  Result<void> reload(std::shared_ptr<const Config> config, Timestamp at) override {
    auto ready = step();
    if (!ready) return ready;
    config_ = told_at_once(std::move(config));
    return collect(ingest::evaluate_all(database_->writer(), context(at)));
  }

  std::vector<Told> take() override { return std::exchange(told_, {}); }

  Result<std::vector<Alert>> open_alerts() const override {
    store::AlertQuery every_open;
    every_open.limit = std::numeric_limits<std::int32_t>::max();
    auto alerts = database_->writer().alerts(every_open);
    if (!alerts) return alerts;
    std::erase_if(*alerts, [](const Alert& one) { return one.state == AlertState::pending; });
    return alerts;
  }

  const store::Reader& reader() const override { return database_->writer(); }

 private:
  struct OpenRun {
    std::int64_t number = 0;  // as the history counts
    store::RunId id = 0;
    Timestamp started_at{};
    std::map<store::DocumentId, store::DocumentId> documents;
  };

  ingest::EvaluationContext context(Timestamp at) { return {*config_, identifiers_, render_, at}; }

  // Nothing here must survive, so a transaction holds many steps: enough to spare the disk, few
  // enough to bound the journal.
  Result<void> step() {
    constexpr std::uint32_t steps_in_a_transaction = 500;
    if (steps_ >= steps_in_a_transaction) {
      auto committed = database_->commit();
      if (!committed) return committed;
      steps_ = 0;
    }
    if (steps_++ == 0) return database_->begin();
    return {};
  }

  Result<OpenRun*> run_of(const Instalment& instalment) {
    const auto known = runs_.find(instalment.source);
    if (known != runs_.end() && known->second.number == instalment.run) return &known->second;
    auto id = database_->writer().begin_run(instalment.source, instalment.at);
    if (!id) return pass_on(id);
    const auto [open, is_new] =
        runs_.insert_or_assign(instalment.source, OpenRun{instalment.run, *id, instalment.at, {}});
    return &open->second;
  }

  Result<store::DocumentId> document_of(OpenRun& run, const Instalment& instalment,
                                        store::DocumentId named) {
    const auto known = run.documents.find(named);
    if (known != run.documents.end()) return known->second;
    const auto given = instalment.documents.find(named);
    if (given == instalment.documents.end()) return store::DocumentId{0};
    auto added = database_->writer().add_document(run.id, instalment.source, given->second);
    if (added) run.documents.emplace(named, *added);
    return added;
  }

  Result<void> collect(Result<ingest::Evaluation> evaluation) {
    if (!evaluation) return pass_on(evaluation);
    std::map<std::string, std::vector<std::string>> destinations;
    for (const Delivery& delivery : evaluation->deliveries) {
      destinations[delivery.event_id].push_back(delivery.destination);
    }
    for (const std::string& id : identifiers_.take_events()) {
      auto event = database_->writer().event(id);
      if (!event) return pass_on(event);
      if (!*event) continue;
      auto alert = database_->writer().alert((*event)->subject);
      if (!alert) return pass_on(alert);
      Told told;
      told.day = local_date((*event)->at, config_->timezone);
      told.sentence = sentence_of(**event);
      told.event = std::move(**event);
      told.alert = std::move(*alert).value_or(Alert{});
      told.destinations = std::move(destinations[id]);
      told_.push_back(std::move(told));
    }
    return {};
  }

  std::shared_ptr<const Config> config_;
  ingest::Render render_;
  ScratchFolder folder_;  // outlives the database
  std::unique_ptr<store::Database> database_;
  CountedIdentifiers identifiers_;
  std::map<std::string, OpenRun, std::less<>> runs_;
  std::uint32_t steps_ = 0;
  std::vector<Told> told_;
};

}  // namespace

Result<std::unique_ptr<Replay>> Replay::start(std::shared_ptr<const Config> config,
                                              ingest::Render render) {
  auto folder = ScratchFolder::make();
  if (!folder) return pass_on(folder);
  auto database = store::Database::open(folder->path() / "replay.sqlite");
  if (!database) return pass_on(database);
  return std::make_unique<ScratchReplay>(std::move(config), std::move(render), std::move(*folder),
                                         std::move(*database));
}

Timestamp at_local(Date day, std::chrono::minutes time_of_day, std::string_view timezone) {
  const ScheduleSpec daily{DailyAt{time_of_day}, {}};
  ScheduleInput input;
  // No zone is further than 14 hours from UTC, so this is before the day begins anywhere.
  input.last_asked_at = Timestamp{day} - std::chrono::hours{38};
  for (;;) {
    const auto next = next_due(daily, input, timezone, *input.last_asked_at);
    if (!next) return Timestamp{day};  // never: a daily schedule always has a next time
    if (local_date(*next, timezone) >= day) return *next;
    input.last_asked_at = next;
  }
}

Timestamp daily_look(Date day, std::string_view timezone) {
  return at_local(day, ingest::day_is_judged_at, timezone);
}

std::string sentence_of(const Event& event) {
  boost::system::error_code problem;
  const auto data = boost::json::parse(event.data, problem);
  if (problem || !data.is_object()) return {};
  const auto* sentence = data.get_object().if_contains("explanation");
  if (sentence == nullptr || !sentence->is_string()) return {};
  return std::string(sentence->get_string());
}

}  // namespace kpid::replay
