// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What retention drops, and that nobody can tell: every question has the same answer before and
// after it, within the time that is kept.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/retention_round.hpp"
#include "store/schema.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::store {
namespace {

using std::chrono::days;
using std::chrono::hours;

const SeriesKey pupils{"roll.pupils", "900001", ""};
const Timestamp limit = Timestamp{make_date(2026, 9, 1)};
const Date monday = make_date(2024, 1, 8);

class Retained : public ::testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    database_.reset();
    database_ = std::move(Database::open(folder_ / "kpid.db").value());
  }
  Writer& writer() { return database_->writer(); }
  template <class Work>
  auto write(Work work) {
    EXPECT_TRUE(database_->begin());
    auto done = work();
    EXPECT_TRUE(database_->commit());
    return done;
  }

  struct Stated {
    Date day;
    double value;
  };
  // One run at that instant; its id.
  RunId run(Timestamp at, const std::vector<Stated>& rows, const std::string& source = "roll",
            RunOutcome outcome = RunOutcome::succeeded) {
    return write([&] {
      kpid::Run ended;
      ended.id = writer().begin_run(source, at).value();
      ended.source = source;
      ended.ended_at = at + hours{1};
      ended.outcome = outcome;
      ended.notes = {{RunNote::Level::info, "row 2", "a note"}};
      FetchedDocument file;
      file.origin = "roll.csv";
      const auto document = writer().add_document(ended.id, source, file).value();
      const auto series = writer().series_id(source, pupils).value();
      for (const Stated& one : rows) {
        NewMeasurement row;
        row.period = {one.day, one.day};
        row.value = one.value;
        row.document = document;
        const auto put = writer().put(series, ended.id, at, row).value();
        ended.counts.created += put == Put::created ? 1 : 0;
        ended.counts.revised += put == Put::revised ? 1 : 0;
        last_put_ = put;
      }
      if (outcome != RunOutcome::interrupted) {
        EXPECT_TRUE(writer().finish_run(ended));
      }
      return ended.id;
    });
  }
  void rest_on(const Measurement& measurement) {
    const auto written = write([&] {
      Event event;
      event.id = "msg_1";
      event.subject = "alt_1";
      EXPECT_TRUE(writer().add_event(event));
      return writer().add_evidence("msg_1", std::vector<KpiInput>{{pupils, measurement}});
    });
    EXPECT_TRUE(written);
  }

  Dropped retain(const Keep& keep) {
    RetentionRound round(keep);
    const auto reader = database_->reader().value();
    while (!round.done()) {
      if (round.wants_to_look()) {
        EXPECT_TRUE(round.look(*reader));
      } else {
        EXPECT_TRUE(write([&] { return round.step(writer()); }));
      }
    }
    return round.dropped();
  }
  static Keep superseded() { return {{}, {}, limit, {}}; }
  static Keep daily() { return {{}, {}, {}, Date{make_date(2025, 1, 1)}}; }

  std::vector<double> values(const Window& window = {}) {
    std::vector<double> all;
    const auto rows = writer().series(pupils, window).value();
    for (const Measurement& row : rows) all.push_back(row.value);
    return all;
  }
  std::int64_t count(const std::string& table) {
    const std::string sql = "SELECT count(*) FROM " + table;
    Connection connection(folder_ / "kpid.db", Connection::Mode::read_only);
    Query rows = connection.query(sql.c_str());
    return rows.step() ? rows.integer(0) : -1;
  }
  using Values = std::vector<double>;

  kpid::testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
  Put last_put_ = Put::created;
};

TEST_F(Retained, NothingIsDroppedWhereAllIsKeptForEver) {
  run(limit - hours{100}, {{monday, 1}, {monday + days{1}, 2}});
  run(limit - hours{90}, {{monday, 3}});
  EXPECT_EQ(retain({}).all(), 0U);
  EXPECT_EQ(count("measurement"), 3);
}

TEST_F(Retained, ARevisionGoesWhenItsSuccessorIsOldEnough) {
  run(limit - hours{200}, {{monday, 1}});
  run(limit - hours{100}, {{monday, 2}});  // replaced after the limit: a kept view shows it
  run(limit + hours{100}, {{monday, 3}});
  std::vector<Values> before;
  for (int hour = 0; hour < 200; hour += 50) before.push_back(values({limit + hours{hour}, {}}));
  const auto dropped = retain(superseded());
  EXPECT_EQ(dropped.measurements, 1U);
  EXPECT_EQ(dropped.documents, 1U) << "nothing came from it any more";
  std::vector<Values> after;
  for (int hour = 0; hour < 200; hour += 50) after.push_back(values({limit + hours{hour}, {}}));
  EXPECT_EQ(after, before);
  EXPECT_EQ(values(), Values{3});
  const auto revisions = writer().revisions(pupils, {monday, monday}).value();
  ASSERT_EQ(revisions.size(), 2U);
  EXPECT_EQ(revisions[0].revision, 2U);
  EXPECT_TRUE(writer().document(revisions[0].document).value());
  EXPECT_EQ(retain(superseded()).all(), 0U) << "again there is nothing to do";
  run(limit + hours{200}, {{monday, 4}});
  EXPECT_EQ(writer().revisions(pupils, {monday, monday})->back().revision, 4U);
}

TEST_F(Retained, OfTwoSourcesEachKeepsItsNewestWord) {
  run(limit - hours{200}, {{monday, 1}});
  run(limit - hours{150}, {{monday, 5}}, "census");
  run(limit - hours{100}, {{monday, 2}});
  const auto before = values({limit, {}});
  EXPECT_EQ(retain(superseded()).measurements, 1U);
  EXPECT_EQ(values({limit, {}}), before);
  EXPECT_EQ(writer().revisions(pupils, {monday, monday})->size(), 2U);
}

TEST_F(Retained, WhatAnEventRestsOnStays) {
  run(Timestamp{make_date(2024, 2, 1)},
      {{monday, 1}, {monday + days{1}, 8}, {monday + days{4}, 9}});
  rest_on(writer().series(pupils, {})->front());
  run(Timestamp{make_date(2024, 3, 1)}, {{monday, 2}});
  EXPECT_EQ(retain({{}, {}, limit, make_date(2025, 1, 1)}).measurements, 1U) << "the Tuesday";
  const auto evidence = writer().evidence("msg_1").value();
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_EQ(evidence[0].measurement.value, 1);
  EXPECT_TRUE(evidence[0].document);
  EXPECT_EQ(values(), (Values{2, 9})) << "and the figure of its day is the newest still";
}

TEST_F(Retained, WhatComesToBeEvidenceInBetweenStays) {
  run(limit - hours{200}, {{monday, 1}});
  run(limit - hours{100}, {{monday, 2}});
  RetentionRound round(superseded());
  const auto reader = database_->reader().value();
  while (!round.wants_to_look()) ASSERT_TRUE(write([&] { return round.step(writer()); }));
  ASSERT_TRUE(round.look(*reader));
  rest_on(writer().revisions(pupils, {monday, monday})->front());
  ASSERT_TRUE(write([&] { return round.step(writer()); }));
  EXPECT_EQ(round.dropped().measurements, 0U);
  EXPECT_EQ(writer().evidence("msg_1")->size(), 1U);
}

TEST_F(Retained, WhatWasKnownBeforeEvidenceWasKeptStays) {
  run(limit - hours{200}, {{monday, 1}});
  run(limit - hours{150}, {{monday, 2}});
  run(limit - hours{100}, {{monday, 3}});
  database_.reset();
  Connection(folder_ / "kpid.db", Connection::Mode::read_write)
      .execute("INSERT INTO remembered VALUES ('evidence_since', " +
               std::to_string(milliseconds_since_epoch(limit - hours{160})) + ")");
  open();
  EXPECT_EQ(retain(superseded()).measurements, 1U);
  EXPECT_EQ(writer().revisions(pupils, {monday, monday})->front().value, 1);
}

TEST_F(Retained, OfDailyFiguresTheLastOfEachWeekStays) {
  std::vector<Stated> rows;
  for (int i = 0; i < 14; ++i) {
    if (i % 7 < 5) rows.push_back({monday + days{i}, double(i)});
  }
  rows.push_back({make_date(2025, 1, 6), 50});  // a week that is kept as a whole
  rows.push_back({make_date(2025, 1, 7), 51});
  run(Timestamp{make_date(2024, 2, 1)}, rows);
  const auto recent = values({{}, make_date(2025, 1, 1)});
  EXPECT_EQ(retain(daily()).measurements, 8U);
  EXPECT_EQ(values(), (Values{4, 11, 50, 51}));
  EXPECT_EQ(values({{}, make_date(2025, 1, 1)}), recent);
  EXPECT_EQ(retain(daily()).all(), 0U);
}

TEST_F(Retained, ADayOfWhichTheLaterOneCameLateStays) {
  run(Timestamp{make_date(2024, 2, 1)}, {{monday, 1}});
  run(Timestamp{make_date(2026, 2, 1)}, {{monday + days{4}, 5}});
  const Window kept{Timestamp{make_date(2026, 1, 1)}, {}};
  const auto before = values(kept);
  EXPECT_EQ(retain(daily()).measurements, 0U);
  EXPECT_EQ(values(kept), before);
}

TEST_F(Retained, ASourceThatStatesItsWholeHistoryAgainBringsNothingBack) {
  const std::vector<Stated> week{{monday, 1}, {monday + days{1}, 2}, {monday + days{4}, 5}};
  run(Timestamp{make_date(2024, 2, 1)}, week);
  retain(daily());
  ASSERT_EQ(values(), Values{5});
  run(limit, week);
  EXPECT_EQ(last_put_, Put::unchanged);
  EXPECT_EQ(values(), Values{5});
  open();
  run(limit + hours{5}, {{monday + days{1}, 2}});
  EXPECT_EQ(last_put_, Put::unchanged) << "nor after a restart";
  run(limit + hours{9}, {{monday + days{7}, 8}});
  EXPECT_EQ(last_put_, Put::created) << "a week that has no figure yet";
  run(limit + hours{9}, {{monday + days{4}, 6}});
  EXPECT_EQ(last_put_, Put::revised) << "and what is there can be corrected";
}

TEST_F(Retained, TheDayOfTheAutumnCensusStays) {
  // The first Thursday of October 2023 is the fifth; the change is counted from the Wednesday.
  const Date wednesday = make_date(2023, 10, 4);
  run(Timestamp{make_date(2023, 11, 1)},
      {{wednesday - days{2}, 1}, {wednesday, 100}, {wednesday + days{2}, 101}});
  retain(daily());
  EXPECT_EQ(values(), (Values{100, 101}));
  run(Timestamp{make_date(2023, 11, 2)}, {{make_date(2023, 1, 9), 7}, {make_date(2023, 1, 10), 8}});
  open();
  retain(daily());
  EXPECT_EQ(values(), (Values{8, 100, 101})) << "it came when that week was compacted already";
}

TEST_F(Retained, WhereThereIsNoDayBeforeTheCensusTheFirstAfterItStays) {
  const Date after = make_date(2023, 11, 6);
  run(Timestamp{make_date(2023, 12, 1)}, {{after, 1}, {after + days{1}, 2}, {after + days{3}, 3}});
  retain(daily());
  EXPECT_EQ(values(), (Values{1, 3}));
}

TEST_F(Retained, RunsThatStoredNothingGoWithTheirDocuments) {
  const auto first = run(limit - hours{300}, {{monday, 1}});
  run(limit - hours{200}, {{monday, 1}});
  run(limit - hours{150}, {{monday, 1}}, "roll", RunOutcome::failed);
  run(limit - hours{100}, {}, "census");
  run(limit + hours{1}, {{monday, 1}});
  const auto dropped = retain({limit, {}, {}, {}});
  EXPECT_EQ(dropped.runs, 3U) << "two that stored nothing, and the notes of the first";
  const auto runs = writer().runs("roll", 10).value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1].id, first);
  EXPECT_TRUE(runs[1].notes.empty());
  EXPECT_FALSE(runs[0].notes.empty());
  EXPECT_EQ(writer().runs("census", 10)->size(), 1U) << "its newest says when it was last read";
  EXPECT_EQ(count("document"), 3);
  EXPECT_TRUE(writer().document(writer().series(pupils, {})->front().document).value());
  EXPECT_EQ(retain({limit, {}, {}, {}}).runs, 0U);
}

TEST_F(Retained, ARunThatACrashHasCutOffKeepsWhatItStored) {
  run(limit - hours{300}, {{monday, 1}}, "roll", RunOutcome::interrupted);
  write([&] { return writer().close_interrupted_runs(limit - hours{250}); }).value();
  run(limit, {{monday, 1}});
  EXPECT_EQ(retain({limit, {}, {}, {}}).runs, 0U);
  EXPECT_TRUE(writer().document(writer().series(pupils, {})->front().document).value());
}

TEST_F(Retained, FinishedDeliveriesGoAndTheirEventsStay) {
  const auto deliver = [&](const std::string& name, Timestamp at, DeliveryState state) {
    const auto written = write([&]() -> Result<void> {
      Event event;
      event.id = "msg_" + name;
      event.subject = "alt_" + name;
      EXPECT_TRUE(writer().add_event(event));
      Delivery delivery;
      delivery.event_id = event.id;
      delivery.destination = "team";
      delivery.subject = event.subject;
      delivery.body = "body";
      delivery.created_at = delivery.next_attempt_at = at;
      EXPECT_TRUE(writer().add_delivery(delivery));
      DeliveryAttempt attempt;
      attempt.delivery = delivery.id;
      attempt.at = at;
      attempt.state = state;
      return writer().record_attempt(attempt);
    });
    EXPECT_TRUE(written);
  };
  deliver("old", limit - hours{10}, DeliveryState::delivered);
  deliver("dead", limit - hours{9}, DeliveryState::dead);
  deliver("pending", limit - hours{8}, DeliveryState::pending);
  deliver("new", limit + hours{1}, DeliveryState::delivered);
  EXPECT_EQ(retain({{}, limit, {}, {}}).deliveries, 2U);
  EXPECT_EQ(count("delivery"), 2);
  EXPECT_EQ(count("delivery_body"), 2);
  EXPECT_EQ(count("delivery_attempt"), 2);
  EXPECT_EQ(count("event"), 4);
  EXPECT_EQ(writer().events("alt_old")->size(), 1U);
}

TEST_F(Retained, GoesInShortStepsHoweverMuchThereIs) {
  std::vector<Stated> rows;
  for (int i = 0; i < 1300; ++i) rows.push_back({monday + days{i}, 1});
  run(limit - hours{300}, rows);
  for (Stated& one : rows) one.value = 2;
  run(limit - hours{200}, rows);
  RetentionRound round(superseded());
  const auto reader = database_->reader().value();
  std::int64_t left = count("measurement");
  while (!round.done()) {
    if (round.wants_to_look()) {
      ASSERT_TRUE(round.look(*reader));
      continue;
    }
    ASSERT_TRUE(write([&] { return round.step(writer()); }));
    const std::int64_t now = count("measurement");
    EXPECT_LE(left - now, 500);
    left = now;
  }
  EXPECT_EQ(left, 1300);
  EXPECT_EQ(round.dropped().measurements, 1300U);
}

}  // namespace
}  // namespace kpid::store
