// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A trust of two schools with one KPI and one rule, on a real SQLite file, and its street from an
// observation to a delivery's row: ingest, store, rules, alerts, outbox.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/evaluate_due.hpp"
#include "ingest/evaluate_marked.hpp"
#include "ingest/run_session.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::ingest {

inline const Period year{make_date(2025, 9, 1), make_date(2026, 8, 31)};

struct Row {
  std::string organisation;
  std::string measure;
  double value = 0;
  Period period = year;
  std::optional<Date> stated_on{};
  std::string subgroup{};
};

class Street : public ::testing::Test {
 protected:
  void SetUp() override {
    auto config = std::make_shared<Config>();
    Organisation trust;
    trust.kind = OrganisationKind::trust;
    trust.code = trust_code;
    trust.name = "Example Trust";
    std::vector<Organisation> all{trust};
    for (const char* urn : {"900001", "900002"}) {
      Organisation school;
      school.code = urn;
      school.name = std::string("School ") + urn;
      school.aliases = {std::string("S") + urn};
      all.push_back(school);
    }
    config->organisations = Organisations(all);
    Kpi kpi;
    kpi.id = "finance.reserves_percent";
    kpi.title = "reserves as a share of income";
    kpi.unit = Unit::percent;
    kpi.calendar = Calendar::financial_year;
    kpi.definition = RatioOf{"finance.reserves", "finance.income"};
    kpi.owner = "finance";
    config->kpis = {kpi};
    Rule rule;
    rule.name = "reserves";
    rule.kpi = kpi.id;
    rule.red = Threshold{Threshold::Operator::below, 5};
    config->rules = {rule};
    config->sources.resize(1);
    config->sources[0].name = "finance";
    config->destinations.resize(1);
    config->destinations[0].name = "team";
    config->destinations[0].owners = {"finance"};
    config_ = config;
    open();
  }
  void open() {
    database_.reset();
    database_ = std::move(store::Database::open(folder_ / "kpid.db").value());
  }
  store::Writer& writer() { return database_->writer(); }

  static std::vector<Measure> measures() {
    std::vector<Measure> all(2);
    all[0].id = "finance.reserves";
    all[1].id = "finance.income";
    for (auto& measure : all) {
      measure.unit = Unit::pence;
      measure.whole = true;
      measure.calendar = Calendar::financial_year;
    }
    all[1].minimum = 0;
    for (const char* id : {"attendance.attended", "attendance.possible", "attendance.persistent"}) {
      Measure measure;
      measure.id = id;
      measure.calendar = Calendar::day;
      all.push_back(measure);
    }
    return all;
  }

  // Rows as they come over the wire; `kept_` owns what the batch's views look into.
  ObservationBatch batch(const std::vector<Row>& rows) {
    struct Storage {
      std::vector<Row> rows;
      std::vector<ObservationRow> wire;
    };
    auto storage = std::make_shared<Storage>();
    storage->rows = rows;
    ObservationBatch made;
    made.strings.emplace_back("");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Row& row = storage->rows[i];
      ObservationRow wire;
      wire.measure = static_cast<std::uint32_t>(made.strings.size());
      made.strings.push_back(row.measure);
      wire.organisation = static_cast<std::uint32_t>(made.strings.size());
      made.strings.push_back(row.organisation);
      if (!row.subgroup.empty()) {
        wire.subgroup = static_cast<std::uint32_t>(made.strings.size());
        made.strings.push_back(row.subgroup);
      }
      wire.period_start = days_since_epoch(row.period.start);
      wire.period_end = days_since_epoch(row.period.end);
      wire.flags = ObservationRow::has_value;
      wire.value = row.value;
      if (row.stated_on) wire.stated_on = days_since_epoch(*row.stated_on);
      wire.fetch = 1;
      wire.row_first = wire.row_last = static_cast<std::uint32_t>(i + 2);
      storage->wire.push_back(wire);
    }
    made.rows = storage->wire;
    made.storage = storage;
    return made;
  }
  static std::vector<Row> figures(const std::string& school, double reserves, double income) {
    return {{school, "finance.reserves", reserves}, {school, "finance.income", income}};
  }

  // One whole pull in a transaction of its own, as the daemon does it.
  Result<kpid::Run> pull(const std::vector<Row>& rows, const std::string& cursor = "c") {
    now_ += std::chrono::hours{1};
    EXPECT_TRUE(database_->begin());
    RunSession session(config_, config_->sources[0], measures());
    EXPECT_TRUE(session.begin(writer(), now_));
    Checkpoint checkpoint;
    checkpoint.batches.push_back(batch(rows));
    FetchedDocument document;
    document.number = 1;
    document.origin = "in/summary.csv";
    document.sha256 = std::string(64, 'a');
    checkpoint.documents.push_back(document);
    checkpoint.cursor = cursor;
    checkpoint.has_cursor = true;
    if (auto applied = session.apply(writer(), checkpoint, now_); !applied) {
      EXPECT_TRUE(database_->rollback());
      return tl::unexpected(applied.error());
    }
    auto run = session.finish(writer(), {}, now_);
    EXPECT_TRUE(database_->commit());
    return run;
  }
  Evaluation evaluate(bool all = false) {
    return evaluate_by(all ? evaluate_all : evaluate_marked);
  }
  Evaluation evaluate_by(Result<Evaluation> (*judge)(store::Writer&, const EvaluationContext&)) {
    const EvaluationContext context{*config_, identifiers_, render_, now_};
    EXPECT_TRUE(database_->begin());
    auto evaluation = judge(writer(), context);
    EXPECT_TRUE(evaluation) << (evaluation ? "" : evaluation.error().text());
    EXPECT_TRUE(database_->commit());
    return std::move(evaluation).value_or(Evaluation{});
  }

  kpid::testing::TemporaryFolder folder_;
  std::shared_ptr<Config> config_;
  std::unique_ptr<store::Database> database_;
  RandomIdentifierSource identifiers_;
  Render render_ = [](const DestinationConfig&, const Event& event) -> Result<RenderedBody> {
    return RenderedBody{"application/json", event.data};
  };
  Timestamp now_{make_date(2026, 11, 24)};
};

}  // namespace kpid::ingest
