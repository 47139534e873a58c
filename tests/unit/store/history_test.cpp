// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What was known when, what events rested on, and how a file of an older version comes along.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/schema.hpp"
#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::store {
namespace {

using kpid::testing::TemporaryFolder;
using std::chrono::days;
using std::chrono::hours;

const Timestamp noon = Timestamp{make_date(2026, 11, 24)} + hours{12};
const SeriesKey pupils{"roll.pupils", "900001", ""};

class History : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = std::move(Database::open(folder_ / "kpid.db").value());
    ASSERT_TRUE(database_->begin());
  }
  Writer& writer() { return database_->writer(); }

  // One run of a source that states these values for one day each, from 1 September on.
  void run(const std::string& source, Timestamp at, const std::vector<double>& values,
           const SeriesKey& key = pupils) {
    const auto run = writer().begin_run(source, at).value();
    FetchedDocument file;
    file.origin = source + ".csv";
    file.sha256 = std::string(64, 'a');
    const auto document = writer().add_document(run, source, file).value();
    const auto series = writer().series_id(source, key).value();
    for (std::size_t i = 0; i < values.size(); ++i) {
      NewMeasurement row;
      const Date day = make_date(2026, 9, 1) + days{static_cast<int>(i)};
      row.period = {day, day};
      row.value = values[i];
      row.document = document;
      row.row_first = row.row_last = static_cast<std::uint32_t>(i + 2);
      ASSERT_TRUE(writer().put(series, run, at, row));
    }
    kpid::Run ended;
    ended.id = run;
    ended.ended_at = at + hours{1};
    ended.outcome = RunOutcome::succeeded;
    ASSERT_TRUE(writer().finish_run(ended));
  }

  std::string add_event(const std::string& id, Timestamp at = noon) {
    Event event;
    event.id = id;
    event.type = EventType::alert_firing;
    event.subject = "alt_1";
    event.at = at;
    EXPECT_TRUE(writer().add_event(event));
    return id;
  }
  std::vector<KpiInput> newest(const SeriesKey& key) {
    return {{key, writer().series(key, {})->back()}};
  }

  TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(History, ComesInTheOrderInWhichItBecameKnownWithEveryRevision) {
  run("roll", noon + hours{48}, {10, 20});
  run("roll", noon + hours{72}, {10, 21});
  run("census", noon, {9}, {"roll.pupils", "900002", ""});
  std::vector<std::string> seen;
  const auto series = writer().all_series().value();
  const auto take = [&](std::span<const HistoryRow> rows) -> Result<void> {
    for (const HistoryRow& row : rows) {
      const auto& record = series.at(static_cast<std::size_t>(row.series - 1));
      EXPECT_EQ(record.id, row.series);
      seen.push_back(record.source + " " + record.key.organisation + " " +
                     std::to_string(static_cast<int>(row.measurement.value)) + " r" +
                     std::to_string(row.measurement.revision));
    }
    return {};
  };
  ASSERT_TRUE(writer().history(noon, noon + hours{100}, take));
  EXPECT_EQ(seen, (std::vector<std::string>{"census 900002 9 r1", "roll 900001 10 r1",
                                            "roll 900001 20 r1", "roll 900001 21 r2"}));
  seen.clear();
  ASSERT_TRUE(writer().history(noon + hours{1}, noon + hours{72}, take));
  EXPECT_EQ(seen.size(), 2U) << "the end is not included";
}

TEST_F(History, IsHandedOverInBatchesAndEndsWhereItIsNotTaken) {
  run("roll", noon, std::vector<double>(2500, 1));
  std::vector<std::size_t> sizes;
  ASSERT_TRUE(writer().history(noon, noon + hours{1}, [&](auto rows) -> Result<void> {
    sizes.push_back(rows.size());
    return {};
  }));
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1000, 1000, 500}));
  int asked = 0;
  const auto ended = writer().history(noon, noon + hours{1}, [&](auto) -> Result<void> {
    ++asked;
    return fail(ErrorKind::cancelled, "enough");
  });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().sentence, "enough");
  EXPECT_EQ(asked, 1);
}

TEST_F(History, RunsComeInTheOrderOfTheirEnds) {
  run("roll", noon + hours{2}, {1});
  run("census", noon, {1});
  const auto runs = writer().runs_ended(noon, noon + hours{4}).value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].source, "census");
  EXPECT_EQ(runs[1].source, "roll");
  EXPECT_EQ(writer().runs_ended(noon, noon + hours{3})->size(), 1U);
}

TEST_F(History, AnEventKeepsTheRevisionThatItRestedOn) {
  run("roll", noon, {10});
  const std::string event = add_event("msg_1");
  const auto inputs = newest(pupils);
  ASSERT_TRUE(writer().add_evidence(event, inputs));
  ASSERT_TRUE(writer().add_evidence(event, inputs)) << "the same again is the same";
  run("roll", noon + hours{5}, {11});
  const auto evidence = writer().evidence(event).value();
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_EQ(evidence[0].series, pupils);
  EXPECT_EQ(evidence[0].source, "roll");
  EXPECT_EQ(evidence[0].measurement.value, 10);
  EXPECT_EQ(evidence[0].measurement.revision, 1U);
  EXPECT_EQ(evidence[0].measurement.row_first, 2U);
  ASSERT_TRUE(evidence[0].document);
  EXPECT_EQ(evidence[0].document->origin, "roll.csv");
  EXPECT_TRUE(writer().evidence("msg_2")->empty());
}

TEST_F(History, OfTwoSourcesTheEvidenceNamesTheOneWhoseWordItWas) {
  run("roll", noon, {10});
  run("census", noon + hours{2}, {12});
  const std::string event = add_event("msg_1");
  ASSERT_TRUE(writer().add_evidence(event, newest(pupils)));
  const auto evidence = writer().evidence(event).value();
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_EQ(evidence[0].source, "census");
  EXPECT_EQ(evidence[0].measurement.value, 12);
}

TEST_F(History, WhatIsNotThereIsNoEvidence) {
  run("roll", noon, {10});
  auto inputs = newest(pupils);
  inputs[0].measurement.revision = 2;
  const std::string event = add_event("msg_1");
  const auto added = writer().add_evidence(event, inputs);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, ErrorKind::storage);
}

TEST_F(History, ChangesOfAnAlertAreItsFiringsAndItsEnds) {
  const auto save = [&](const std::string& id, std::optional<Timestamp> fired,
                        std::optional<Timestamp> resolved, const std::string& rule = "low") {
    Alert alert;
    alert.id = id;
    alert.rule = rule;
    alert.organisation = "900001";
    alert.fired_at = fired;
    alert.resolved_at = resolved;
    alert.flapping = id == "alt_2";
    ASSERT_TRUE(writer().save_alert(alert));
  };
  save("alt_0", noon - hours{90}, noon - hours{80});
  save("alt_1", noon - hours{50}, noon - hours{40});
  save("alt_2", noon - hours{30}, std::nullopt);
  save("alt_3", std::nullopt, noon - hours{20});  // pending, and nobody heard of it
  save("alt_4", noon, noon, "other");
  const auto changes = [&](hours back) {
    return writer().alert_changes("low", "900001", "", noon - back).value();
  };
  EXPECT_EQ(changes(hours{10}), 0U);
  EXPECT_EQ(changes(hours{30}), 1U);
  EXPECT_EQ(changes(hours{45}), 2U);
  EXPECT_EQ(changes(hours{1000}), 5U);
  EXPECT_TRUE(writer().open_alert("low", "900001", "").value()->flapping);
  EXPECT_FALSE(writer().alert("alt_1").value()->flapping);
}

TEST_F(History, NewestEndsAreThoseOfAllSources) {
  run("roll", noon, {1, 2, 3});
  run("census", noon, {1});
  run("roll", noon, {1}, {"roll.pupils", "900002", ""});
  run("roll", noon, {1}, {"roll.pupils", "900003", "year_group=4"});
  ASSERT_TRUE(writer().series_id("roll", {"roll.pupils", "900004", ""})) << "never had a value";
  const auto ends = writer().newest_ends("roll.pupils", "").value();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].organisation, "900001");
  EXPECT_EQ(ends[0].end, make_date(2026, 9, 3));
  EXPECT_EQ(ends[1].end, make_date(2026, 9, 1));
}

TEST_F(History, AWindowHoldsALongPeriodThatReachesIntoIt) {
  const auto run = writer().begin_run("roll", noon).value();
  const auto series = writer().series_id("roll", pupils).value();
  const auto put = [&](Date start, Date end) {
    NewMeasurement row;
    row.period = {start, end};
    ASSERT_TRUE(writer().put(series, run, noon, row));
  };
  put(make_date(2020, 9, 1), make_date(2020, 9, 1));
  put(make_date(2024, 9, 1), make_date(2026, 8, 31));
  put(make_date(2026, 8, 1), make_date(2026, 8, 1));
  const Window last_month{{}, make_date(2026, 8, 1)};
  EXPECT_EQ(writer().series(pupils, last_month)->size(), 2U);
  EXPECT_EQ(writer().across("roll.pupils", "", last_month)->size(), 2U);
  EXPECT_EQ(writer().newest_ends("roll.pupils", "")->at(0).end, make_date(2026, 8, 31));
  ASSERT_TRUE(database_->commit());
  database_.reset();  // and so it is after a restart
  database_ = std::move(Database::open(folder_ / "kpid.db").value());
  ASSERT_TRUE(database_->begin());
  put(make_date(2019, 9, 1), make_date(2026, 9, 1));
  EXPECT_EQ(writer().series(pupils, last_month)->size(), 3U);
}

// A file as the fourth version left it: two sources, an alert that has fired and is told of.
void make_version_4(const std::filesystem::path& file) {
  Connection connection(file, Connection::Mode::read_write);
  ASSERT_TRUE(migrate(connection, migrations().first(4)));
  connection.execute(
      "INSERT INTO run (id, source, started_at, ended_at, outcome) VALUES (1, 'roll', 5, 6, 1);"
      "INSERT INTO document VALUES (1, 1, 'roll', 'roll.csv', 'aa', 1, 5, 5);"
      "INSERT INTO series VALUES (1, 'roll.pupils', '900001', '', 'roll'),"
      " (2, 'roll.pupils', '900002', '', 'roll');"
      "INSERT INTO measurement VALUES (1, 20000, 20364, 1, 10, NULL, NULL, 5, 1, 1, 2, 2, NULL),"
      " (1, 20000, 20364, 2, 11, NULL, NULL, 7, 1, 1, 2, 2, NULL);"
      "INSERT INTO alert VALUES ('alt_1', 'low', 'roll.pupils', '900001', '', 1, 2, 1, 5, 5, 5,"
      " NULL, 0, 20000, 20364, 20000, 20364, 10, '', 'a note');"
      "INSERT INTO event VALUES ('msg_1', 'kpi.alert.firing', 'alt_1', 1, 5, 2, '', '', '', '{}'),"
      " ('msg_2', 'source.failing', 'source:roll', 1, 9, 2, '', '', '', '{}')");
}

TEST(Migration, AFileOfVersionFourKeepsItsAlertsAndItsMeasurements) {
  const TemporaryFolder folder;
  const auto file = folder / "m.db";
  make_version_4(file);
  const auto database = Database::open(file);
  ASSERT_TRUE(database) << database.error().text();
  Writer& writer = (*database)->writer();
  const auto alert = writer.open_alert("low", "900001", "").value();
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->note, "a note");
  EXPECT_FALSE(alert->flapping);
  EXPECT_EQ(writer.series(pupils, {{}, date_from_days(20364)})->at(0).value, 11)
      << "the length of the old periods is known";
  EXPECT_EQ(writer.series(pupils, {timestamp_from_milliseconds(5), {}})->at(0).value, 10);
  EXPECT_TRUE(writer.evidence("msg_1")->empty());
  ASSERT_TRUE((*database)->begin());
  Alert flapping = *alert;
  flapping.flapping = true;
  ASSERT_TRUE(writer.save_alert(flapping));
  ASSERT_TRUE((*database)->commit());
  EXPECT_TRUE(writer.alert("alt_1").value()->flapping);
  Connection check(file, Connection::Mode::read_only);
  Query since = check.query("SELECT value FROM remembered WHERE name = 'evidence_since'");
  ASSERT_TRUE(since.step());
  EXPECT_EQ(since.integer(0), 5) << "what is older may be what an alert rests on";
}

TEST(Migration, AFileOfVersionFiveGetsSilencesAndKeepsItsNotes) {
  const TemporaryFolder folder;
  const auto file = folder / "m.db";
  make_version_4(file);
  {
    Connection connection(file, Connection::Mode::read_write);
    ASSERT_TRUE(migrate(connection, migrations().first(5)));
    connection.execute("UPDATE alert SET state = 2, acknowledged_by = 'J. Smith', flapping = 1");
  }
  const auto database = Database::open(file);
  ASSERT_TRUE(database) << database.error().text();
  Writer& writer = (*database)->writer();
  auto alert = writer.alert("alt_1").value().value();
  EXPECT_EQ(alert.state, AlertState::acknowledged);
  EXPECT_EQ(alert.acknowledged_by, "J. Smith");
  EXPECT_TRUE(alert.flapping);
  EXPECT_FALSE(alert.acknowledged_until) << "for as long as it does not get worse, as before";
  EXPECT_TRUE(writer.silences({})->empty());
  EXPECT_FALSE(writer.events("alt_1")->at(0).held) << "it was told";
  ASSERT_TRUE((*database)->begin());
  alert.acknowledged_until = timestamp_from_milliseconds(50);
  ASSERT_TRUE(writer.save_alert(alert));
  Silence silence;
  silence.matchers.rule = "low";
  silence.matchers.source = "roll";
  silence.from = timestamp_from_milliseconds(10);
  silence.until = timestamp_from_milliseconds(20);
  silence.by = "J. Smith";
  silence.why = "a move";
  ASSERT_TRUE(writer.add_silence(silence));
  ASSERT_TRUE(writer.hold_event("msg_1", silence.id));
  ASSERT_TRUE((*database)->commit());
  const Silence stored = writer.silence(silence.id).value().value();
  EXPECT_EQ(stored.matchers, silence.matchers);
  EXPECT_EQ(stored.until, silence.until);
  EXPECT_EQ(stored.why, "a move");
  EXPECT_TRUE(writer.notes_that_lapsed(timestamp_from_milliseconds(49))->empty());
  EXPECT_EQ(writer.notes_that_lapsed(timestamp_from_milliseconds(50))->size(), 1U);
  EXPECT_TRUE(writer.subjects_to_settle(timestamp_from_milliseconds(19))->empty());
  EXPECT_EQ(writer.subjects_to_settle(timestamp_from_milliseconds(20)).value(),
            std::vector<std::string>{"alt_1"});
  EXPECT_FALSE(writer.hold_event("msg_1", 99)) << "there is no such silence";
}

TEST(Migration, AFileWithoutAlertsHasAllItsEvidence) {
  const TemporaryFolder folder;
  const auto file = folder / "m.db";
  ASSERT_TRUE(Database::open(file));
  Connection check(file, Connection::Mode::read_only);
  EXPECT_FALSE(check.query("SELECT value FROM remembered").step());
}

}  // namespace
}  // namespace kpid::store
