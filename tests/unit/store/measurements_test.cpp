// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <string>

#include <gtest/gtest.h>

#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::store {
namespace {

const Timestamp monday = Timestamp{make_date(2026, 11, 23)};
const Timestamp tuesday = monday + std::chrono::hours{24};
const Period year{make_date(2025, 9, 1), make_date(2026, 8, 31)};
const SeriesKey reserves{"finance.reserves", "900001", ""};

class Measurements : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::open(folder_ / "kpid.db");
    ASSERT_TRUE(opened) << opened.error().text();
    database_ = std::move(*opened);
    ASSERT_TRUE(database_->begin());
    run_ = writer().begin_run("finance", monday).value();
  }
  Writer& writer() { return database_->writer(); }
  Put put(double value, Timestamp known_at, const std::string& source = "finance",
          SeriesKey key = reserves) {
    NewMeasurement row;
    row.period = year;
    row.value = value;
    return writer().put(writer().series_id(source, key).value(), run_, known_at, row).value();
  }
  Put put_stated(double value, Date stated_on, const std::string& source = "finance") {
    NewMeasurement row;
    row.period = year;
    row.value = value;
    row.stated_on = stated_on;
    return writer().put(writer().series_id(source, reserves).value(), run_, monday, row).value();
  }
  double value_as_of(std::optional<Timestamp> as_of) {
    const auto rows = writer().series(reserves, {as_of, {}});
    return rows.value().empty() ? -1 : rows->front().value;
  }

  kpid::testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
  RunId run_ = 0;
};

TEST_F(Measurements, TheSameValueAgainChangesNothing) {
  EXPECT_EQ(put(100, monday), Put::created);
  EXPECT_EQ(put(100, tuesday), Put::unchanged);
  EXPECT_EQ(writer().revisions(reserves, year)->size(), 1U);
}

TEST_F(Measurements, AChangedValueIsARevisionAndTheOldOneStays) {
  put(100, monday);
  EXPECT_EQ(put(90, tuesday), Put::revised);
  EXPECT_EQ(value_as_of({}), 90);
  EXPECT_EQ(value_as_of(monday), 100);
  EXPECT_EQ(value_as_of(monday - std::chrono::hours{1}), -1);
  const auto revisions = writer().revisions(reserves, year);
  ASSERT_EQ(revisions->size(), 2U);
  EXPECT_EQ(revisions->at(1).revision, 2U);
}

TEST_F(Measurements, AChangeBackIsARevisionToo) {
  put(100, monday);
  put(90, tuesday);
  EXPECT_EQ(put(100, tuesday), Put::revised);
  EXPECT_EQ(value_as_of({}), 100);
}

TEST_F(Measurements, TheValueThatTheSourceStatedLastHoldsWhateverTheOrder) {
  const Date first = make_date(2024, 5, 1);
  const Date second = make_date(2024, 5, 8);
  const Date third = make_date(2024, 5, 15);
  EXPECT_EQ(put_stated(100, second), Put::created);
  EXPECT_EQ(put_stated(90, first), Put::outdated);
  EXPECT_EQ(value_as_of({}), 100);
  EXPECT_EQ(put_stated(80, third), Put::revised);
  EXPECT_EQ(put_stated(100, second), Put::outdated);
  EXPECT_EQ(value_as_of({}), 80);
  EXPECT_EQ(writer().revisions(reserves, year)->size(), 2U);
  EXPECT_EQ(writer().revisions(reserves, year)->back().stated_on, third);
}

TEST_F(Measurements, TheSameValueStatedLaterIsDefendedFromThatDayOn) {
  const Date first = make_date(2024, 5, 1);
  const Date second = make_date(2024, 5, 8);
  const Date third = make_date(2024, 5, 15);
  put_stated(100, first);
  EXPECT_EQ(put_stated(100, third), Put::unchanged);
  EXPECT_EQ(put_stated(90, second), Put::outdated);
  EXPECT_EQ(put_stated(100, second), Put::unchanged);
  EXPECT_EQ(put_stated(90, second), Put::outdated) << "an earlier day must not take its place";
  ASSERT_EQ(writer().revisions(reserves, year)->size(), 1U);
  EXPECT_EQ(writer().revisions(reserves, year)->front().stated_on, third);
}

TEST_F(Measurements, AValueWithoutADayIsTakenAsItComes) {
  put_stated(100, make_date(2024, 5, 1));
  EXPECT_EQ(put(90, monday), Put::revised);
  EXPECT_EQ(put_stated(95, make_date(2024, 4, 1)), Put::revised);
  EXPECT_EQ(put(95, monday), Put::unchanged);
}

TEST_F(Measurements, OfTwoSourcesTheOneThatStatedLastHolds) {
  put_stated(100, make_date(2024, 5, 8), "finance");
  put_stated(90, make_date(2024, 5, 1), "ledger");
  EXPECT_EQ(value_as_of({}), 100);
  put_stated(80, make_date(2024, 5, 9), "ledger");
  EXPECT_EQ(value_as_of({}), 80);
}

TEST_F(Measurements, ChangedPartsAreARevision) {
  const auto series = writer().series_id("finance", reserves).value();
  NewMeasurement row;
  row.period = year;
  row.value = 50;
  row.numerator = 1;
  row.denominator = 2;
  EXPECT_EQ(writer().put(series, run_, monday, row), Put::created);
  row.numerator = 2;
  row.denominator = 4;
  EXPECT_EQ(writer().put(series, run_, monday, row), Put::revised);
  EXPECT_EQ(writer().series(reserves, {})->at(0).denominator, 4);
}

TEST_F(Measurements, AClockThatWasSetBackDoesNotRewriteThePast) {
  put(100, tuesday);
  put(90, monday);
  EXPECT_EQ(value_as_of(monday), -1) << "on Monday nothing was known";
  EXPECT_EQ(value_as_of(tuesday), 90);
}

TEST_F(Measurements, RevisionsSurviveAReopen) {
  put(100, monday);
  ASSERT_TRUE(database_->commit());
  database_.reset();
  database_ = std::move(Database::open(folder_ / "kpid.db").value());
  ASSERT_TRUE(database_->begin());
  EXPECT_EQ(put(100, tuesday), Put::unchanged);
  EXPECT_EQ(put(90, tuesday), Put::revised);
}

// SQLite keeps -0.0 as 0.0: a source that says -0 must not make a revision at every pull.
TEST_F(Measurements, ANegativeZeroIsZero) {
  NewMeasurement row;
  row.period = year;
  row.value = -0.0;
  row.numerator = -0.0;
  row.denominator = 4;
  for (int pull = 0; pull < 3; ++pull) {
    const auto series = writer().series_id("finance", reserves).value();
    EXPECT_EQ(writer().put(series, run_, monday, row).value(),
              pull == 0 ? Put::created : Put::unchanged);
    kpid::Run run;
    run.id = run_;
    ASSERT_TRUE(writer().finish_run(run));  // what was remembered of the rows is forgotten
    run_ = writer().begin_run("finance", tuesday).value();
  }
  EXPECT_EQ(put(0.0, tuesday), Put::revised);  // without parts: another statement
  EXPECT_EQ(put(-0.0, tuesday), Put::unchanged);
}

TEST_F(Measurements, OfTwoSourcesTheLatestWordCounts) {
  put(100, monday, "finance");
  put(80, tuesday, "ledger");
  EXPECT_EQ(value_as_of({}), 80);
  EXPECT_EQ(value_as_of(monday), 100);
  put(100, tuesday + std::chrono::hours{1}, "finance");  // unchanged: no new word
  EXPECT_EQ(value_as_of({}), 80);
  put(101, tuesday + std::chrono::hours{2}, "finance");
  EXPECT_EQ(value_as_of({}), 101);
  const auto across = writer().across("finance.reserves", "", {});
  ASSERT_EQ(across->size(), 1U);
  EXPECT_EQ(across->at(0).measurement.value, 101);
}

TEST_F(Measurements, AcrossOrdersByPeriodThenOrganisation) {
  put(1, monday, "finance", {"finance.reserves", "900002", ""});
  put(2, monday, "finance", {"finance.reserves", "900001", ""});
  put(3, monday, "finance", {"finance.reserves", "900001", "phase=primary"});
  const auto across = writer().across("finance.reserves", "", {});
  ASSERT_EQ(across->size(), 2U);
  EXPECT_EQ(across->at(0).organisation, "900001");
  EXPECT_EQ(writer().across("finance.reserves", "phase=primary", {})->size(), 1U);
  EXPECT_TRUE(writer().across("finance.reserves", "", {{}, make_date(2027, 1, 1)})->empty());
}

TEST_F(Measurements, ARollbackTakesRowsCursorAndMemoryWithIt) {
  put(100, monday);
  SourceState state;
  state.name = "finance";
  state.cursor = std::string("a\0b", 3);
  ASSERT_TRUE(writer().save_source_state(state));
  ASSERT_TRUE(database_->rollback());
  ASSERT_TRUE(database_->begin());
  EXPECT_FALSE(writer().source_state("finance").value());
  run_ = writer().begin_run("finance", monday).value();
  EXPECT_EQ(put(100, monday), Put::created) << "what was rolled back is not remembered";
  ASSERT_TRUE(writer().save_source_state(state));
  EXPECT_EQ(writer().source_state("finance").value()->cursor, state.cursor);
}

TEST_F(Measurements, MarksKeepTheEarliestPeriodUntilCleared) {
  const auto series = writer().series_id("finance", reserves).value();
  const Period earlier{make_date(2024, 9, 1), make_date(2025, 8, 31)};
  ASSERT_TRUE(writer().mark(series, year));
  ASSERT_TRUE(writer().mark(series, earlier));
  ASSERT_TRUE(writer().mark(series, year));
  const auto marks = writer().marks();
  ASSERT_EQ(marks->size(), 1U);
  EXPECT_EQ(marks->at(0).key, reserves);
  EXPECT_EQ(marks->at(0).earliest, earlier);
  EXPECT_TRUE(marks->at(0).run_under_way) << "the run that made it has not ended";
  ASSERT_TRUE(writer().close_interrupted_runs(monday));
  EXPECT_FALSE(writer().marks()->at(0).run_under_way);
  ASSERT_TRUE(writer().clear_marks(std::vector<SeriesId>{series}));
  EXPECT_TRUE(writer().marks()->empty());
}

TEST_F(Measurements, ARunIsKeptWithItsNotes) {
  kpid::Run run;
  run.id = run_;
  run.ended_at = tuesday;
  run.outcome = RunOutcome::failed;
  run.error_kind = ErrorKind::source;
  run.reason = "summary.csv is empty";
  run.counts.rows_read = 12;
  run.notes.push_back({RunNote::Level::skipped, "summary.csv, row 3", "no figure"});
  run.notes_total = 400;
  ASSERT_TRUE(writer().finish_run(run));
  const auto runs = writer().runs("finance", 10);
  ASSERT_EQ(runs->size(), 1U);
  EXPECT_EQ(runs->at(0).reason, run.reason);
  EXPECT_EQ(runs->at(0).error_kind, ErrorKind::source);
  EXPECT_EQ(runs->at(0).counts.rows_read, 12U);
  EXPECT_EQ(runs->at(0).notes, run.notes);
  EXPECT_EQ(runs->at(0).notes_total, 400U);
  EXPECT_EQ(writer().source_state("finance").value()->last_asked_at, monday);
  run.id = 999;
  EXPECT_FALSE(writer().finish_run(run));
}

TEST_F(Measurements, ACrashLeavesARunThatIsClosedAsInterrupted) {
  EXPECT_EQ(writer().close_interrupted_runs(tuesday), 1U);
  EXPECT_EQ(writer().close_interrupted_runs(tuesday), 0U);
  EXPECT_EQ(writer().runs("finance", 1)->at(0).outcome, RunOutcome::interrupted);
}

TEST_F(Measurements, TheDocumentTellsWhereAFigureCameFrom) {
  FetchedDocument document;
  document.origin = "in/summary.csv";
  document.sha256 = std::string(64, 'a');
  document.fetched_at_ms = milliseconds_since_epoch(monday);
  const auto id = writer().add_document(run_, "finance", document).value();
  const auto found = writer().document(id).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->origin, document.origin);
  EXPECT_EQ(found->source, "finance");
  EXPECT_EQ(found->fetched_at, monday);
  EXPECT_FALSE(writer().document(id + 1).value());
}

TEST_F(Measurements, AReaderSeesOnlyWhatIsCommitted) {
  put(100, monday);
  auto reader = database_->reader();
  ASSERT_TRUE(reader);
  EXPECT_TRUE((*reader)->series(reserves, {})->empty());
  ASSERT_TRUE(database_->commit());
  EXPECT_EQ((*reader)->series(reserves, {})->size(), 1U);
}

}  // namespace
}  // namespace kpid::store
