// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The street as the daemon walks it, on a real SQLite file, with the day chosen by the test: a run
// session, its evaluation, and the daily look. What was told is read back from the database.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/evaluate_due.hpp"
#include "ingest/evaluate_marked.hpp"
#include "ingest/run_session.hpp"
#include "model/subgroup.hpp"
#include "replay/replay.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::testing {

struct StreetRow {
  std::string measure;
  std::string organisation;
  Period period;
  double value = 0;
  std::string subgroup{};
};

// Every measure that a KPI of the config rests on, as a plugin would declare it.
inline std::vector<Measure> measures_of(const Config& config) {
  std::map<std::string, Measure> all;
  for (const Kpi& kpi : config.kpis) {
    for (const MeasureInput& input : inputs_of(config, kpi)) {
      Measure measure;
      measure.id = input.measure;
      measure.calendar = kpi.calendar;
      all.emplace(input.measure, measure);
    }
  }
  std::vector<Measure> list;
  for (auto& [id, measure] : all) list.push_back(measure);
  return list;
}

inline ObservationBatch batch_of(const std::vector<StreetRow>& rows) {
  struct Storage {
    std::vector<StreetRow> rows;
    std::vector<ObservationRow> wire;
  };
  auto storage = std::make_shared<Storage>();
  storage->rows = rows;
  ObservationBatch made;
  const auto string = [&made](std::string_view text) {
    made.strings.push_back(text);
    return static_cast<std::uint32_t>(made.strings.size() - 1);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const StreetRow& row = storage->rows[i];
    ObservationRow wire;
    wire.measure = string(row.measure);
    wire.organisation = string(row.organisation);
    wire.subgroup = string(row.subgroup);
    wire.period_start = days_since_epoch(row.period.start);
    wire.period_end = days_since_epoch(row.period.end);
    wire.flags = ObservationRow::has_value;
    wire.value = row.value;
    wire.fetch = 1;
    wire.row_first = wire.row_last = static_cast<std::uint32_t>(i + 2);
    storage->wire.push_back(wire);
  }
  made.rows = storage->wire;
  made.storage = storage;
  return made;
}

// One line for each event: when, what, of whom, in which words, to whom.
struct ToldLine {
  Timestamp at{};
  std::string text;
  friend auto operator<=>(const ToldLine&, const ToldLine&) = default;
};

inline ToldLine told_line(const Event& event, const Alert& alert,
                          std::vector<std::string> destinations) {
  std::sort(destinations.begin(), destinations.end());
  std::string text = format_timestamp(event.at) + " " + std::string(to_string(event.type)) + " " +
                     std::string(to_string(event.severity)) + " seq " + std::to_string(event.seq) +
                     " " + alert.organisation + " " + alert.rule + " " + alert.subgroup + ": " +
                     replay::sentence_of(event) + " ->";
  for (const std::string& one : destinations) text += " " + one;
  return {event.at, std::move(text)};
}

inline ToldLine told_line(const replay::Told& told) {
  return told_line(told.event, told.alert, told.destinations);
}

class LiveStreet {
 public:
  explicit LiveStreet(std::shared_ptr<const Config> config) : config_(std::move(config)) {
    auto opened = store::Database::open(folder_ / "kpid.sqlite");
    EXPECT_TRUE(opened) << opened.error().text();
    database_ = std::move(*opened);
  }

  [[nodiscard]] store::Database& database() { return *database_; }
  [[nodiscard]] store::Writer& writer() { return database_->writer(); }
  [[nodiscard]] const std::shared_ptr<const Config>& config() const { return config_; }

  // One pull of one source, as the daemon does it: a transaction for what it brought, and one for
  // its evaluation.
  void pull(const std::string& source, Timestamp at, const std::vector<StreetRow>& rows,
            const std::string& document = "in/figures.csv") {
    const ObservationBatch batch = batch_of(rows);
    pull_batches(source, at, {batch}, measures_of(*config_), document);
  }
  void pull_batches(const std::string& source, Timestamp at,
                    const std::vector<ObservationBatch>& batches, std::vector<Measure> measures,
                    const std::string& document) {
    SourceConfig from;
    from.name = source;
    ASSERT_TRUE(database_->begin());
    ingest::RunSession session(config_, from, std::move(measures));
    ASSERT_TRUE(session.begin(writer(), at));
    ingest::Checkpoint checkpoint;
    checkpoint.batches = batches;
    FetchedDocument fetched;
    fetched.number = 1;
    fetched.origin = document;
    fetched.sha256 = std::string(64, 'a');
    fetched.fetched_at_ms = milliseconds_since_epoch(at);
    checkpoint.documents.push_back(fetched);
    const auto applied = session.apply(writer(), checkpoint, at);
    ASSERT_TRUE(applied) << applied.error().text();
    const auto run = session.finish(writer(), {}, at);
    ASSERT_TRUE(run) << run.error().text();
    ASSERT_TRUE(database_->commit());
    evaluate(at, &ingest::evaluate_marked);
  }

  void look_at_day(Timestamp at) { evaluate(at, &ingest::evaluate_due); }

  void reload(std::shared_ptr<const Config> config, Timestamp at) {
    config_ = std::move(config);
    evaluate(at, &ingest::evaluate_all);
  }

  // All that was ever told, in order; the destinations are those of the deliveries' rows.
  [[nodiscard]] std::vector<ToldLine> told() {
    store::AlertQuery every;
    every.include_resolved = true;
    every.limit = 100'000;
    const auto alerts = writer().alerts(every);
    EXPECT_TRUE(alerts);
    std::vector<ToldLine> lines;
    for (const Alert& alert : *alerts) {
      const auto events = writer().events(alert.id);
      EXPECT_TRUE(events);
      for (const store::EventRecord& record : *events) {
        std::vector<std::string> destinations;
        for (const Delivery& one : record.deliveries) destinations.push_back(one.destination);
        lines.push_back(told_line(record.event, alert, std::move(destinations)));
      }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

 private:
  void evaluate(Timestamp at, Result<ingest::Evaluation> (*how)(store::Writer&,
                                                                const ingest::EvaluationContext&)) {
    ASSERT_TRUE(database_->begin());
    const ingest::EvaluationContext context{*config_, identifiers_, render_, at};
    const auto done = how(writer(), context);
    ASSERT_TRUE(done) << done.error().text();
    ASSERT_TRUE(database_->commit());
  }

  TemporaryFolder folder_;
  std::shared_ptr<const Config> config_;
  std::unique_ptr<store::Database> database_;
  RandomIdentifierSource identifiers_;
  ingest::Render render_ = [](const DestinationConfig&,
                              const Event& event) -> Result<ingest::RenderedBody> {
    return ingest::RenderedBody{"application/json", event.data};
  };
};

}  // namespace kpid::testing
