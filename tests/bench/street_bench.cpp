// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How near the street comes to bare prepared inserts into the same table: the same rows in the same
// order, in transactions of the same size, on the same disk, in turns within one run. `put` is the
// store alone; `street` is what a pull does in the daemon: rows as they come over the wire,
// checked, their organisations resolved, stored with cursor and marks, the run closed. Usage:
// street_bench [ROWS] [ROUNDS]; prints one line of JSON.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "ingest/run_session.hpp"
#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace {

using kpid::Date;
using kpid::Timestamp;
using kpid::store::Database;
using kpid::store::NewMeasurement;

constexpr int rows_a_series = 1000;
constexpr int rows_a_transaction = 10'000;
const Timestamp known_at = Timestamp{std::chrono::sys_days{std::chrono::days{20'000}}};

void must(bool done, const std::string& what) {
  if (done) return;
  fmt::print(stderr, "street_bench: {}\n", what);
  std::exit(1);
}

template <class T>
T must(kpid::Result<T> result) {
  must(result.has_value(), result ? "" : result.error().text());
  return std::move(*result);
}
void must(const kpid::Result<void>& result) {
  must(result.has_value(), result ? "" : result.error().text());
}

NewMeasurement row_at(int index) {
  NewMeasurement row;
  const Date day{std::chrono::days{10'000 + index % rows_a_series}};
  row.period = {day, day};
  row.value = 90 + 0.001 * index;
  row.numerator = index;
  row.denominator = 1000;
  row.document = 1;
  row.row_first = row.row_last = static_cast<std::uint32_t>(index);
  return row;
}

// The street's way: returns the seconds from the first row to the last commit.
double through_the_store(Database& database, int rows, kpid::store::Put expected) {
  auto& writer = database.writer();
  const auto start = std::chrono::steady_clock::now();
  must(database.begin());
  const auto run = must(writer.begin_run("bench", known_at));
  kpid::store::SeriesId series = 0;
  for (int i = 0; i < rows; ++i) {
    if (i % rows_a_series == 0) {
      const auto school = std::to_string(100'000 + i / rows_a_series);
      series = must(writer.series_id("bench", {"attendance.percent", school, ""}));
    }
    must(must(writer.put(series, run, known_at, row_at(i))) == expected, "a wrong outcome");
    if ((i + 1) % rows_a_transaction == 0) {
      must(database.commit());
      must(database.begin());
    }
  }
  kpid::Run ended;
  ended.id = run;
  ended.outcome = kpid::RunOutcome::succeeded;
  must(writer.finish_run(ended));
  must(database.commit());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Rows as the supervisor hands them over: indexes into a table of strings.
kpid::ObservationBatch batch_of(int first, int count) {
  struct Storage {
    std::vector<std::string> texts;
    std::vector<kpid::ObservationRow> rows;
  };
  auto storage = std::make_shared<Storage>();
  storage->texts = {"", "attendance.percent"};
  for (int i = first; i < first + count; ++i) {
    if (i == first || i % rows_a_series == 0) {
      storage->texts.push_back(std::to_string(100'000 + i / rows_a_series));
    }
    const NewMeasurement wanted = row_at(i);
    kpid::ObservationRow row;
    row.measure = 1;
    row.organisation = static_cast<std::uint32_t>(storage->texts.size() - 1);
    row.period_start = row.period_end = kpid::days_since_epoch(wanted.period.start);
    row.flags = kpid::ObservationRow::has_value | kpid::ObservationRow::has_parts;
    row.fetch = 1;
    row.row_first = row.row_last = wanted.row_first;
    row.value = wanted.value;
    row.numerator = *wanted.numerator;
    row.denominator = *wanted.denominator;
    storage->rows.push_back(row);
  }
  kpid::ObservationBatch batch;
  for (const std::string& text : storage->texts) batch.strings.emplace_back(text);
  batch.rows = storage->rows;
  batch.storage = storage;
  return batch;
}

std::shared_ptr<kpid::Config> config_for(int rows) {
  auto config = std::make_shared<kpid::Config>();
  std::vector<kpid::Organisation> all(1);
  all[0].kind = kpid::OrganisationKind::trust;
  all[0].code = kpid::trust_code;
  for (int i = 0; i <= rows / rows_a_series; ++i) {
    kpid::Organisation school;
    school.code = std::to_string(100'000 + i);
    all.push_back(school);
  }
  config->organisations = kpid::Organisations(std::move(all));
  config->sources.resize(1);
  config->sources[0].name = "bench";
  return config;
}

double through_the_street(Database& database, int rows) {
  auto& writer = database.writer();
  const auto config = config_for(rows);
  kpid::Measure measure;
  measure.id = "attendance.percent";
  measure.minimum = 0;
  std::vector<kpid::ingest::Checkpoint> checkpoints;
  for (int i = 0; i < rows; i += rows_a_transaction) {
    kpid::ingest::Checkpoint one;
    one.batches.push_back(batch_of(i, std::min(rows_a_transaction, rows - i)));
    one.cursor = std::to_string(i);
    one.has_cursor = true;
    checkpoints.push_back(std::move(one));
  }
  checkpoints[0].documents.resize(1);
  checkpoints[0].documents[0].number = 1;
  const auto start = std::chrono::steady_clock::now();
  kpid::ingest::RunSession session(config, config->sources[0], {measure});
  must(database.begin());
  must(session.begin(writer, known_at));
  for (const auto& checkpoint : checkpoints) {
    must(session.apply(writer, checkpoint, known_at));
    must(database.commit());
    must(database.begin());
  }
  const auto run = must(session.finish(writer, {}, known_at));
  must(database.commit());
  must(run.counts.created == static_cast<std::uint64_t>(rows), "not every row was stored");
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void execute(sqlite3* handle, const char* sql) {
  must(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(handle));
}

double bare_inserts(const std::filesystem::path& file, int rows) {
  (void)must(Database::open(file));  // the same table, and the same journal
  sqlite3* handle = nullptr;
  must(sqlite3_open(file.c_str(), &handle) == SQLITE_OK, "cannot open the file");
  execute(handle, "PRAGMA synchronous = FULL");
  sqlite3_stmt* insert = nullptr;
  const char* sql = "INSERT INTO measurement VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,NULL)";
  must(sqlite3_prepare_v2(handle, sql, -1, &insert, nullptr) == SQLITE_OK, sqlite3_errmsg(handle));
  const auto start = std::chrono::steady_clock::now();
  execute(handle, "BEGIN IMMEDIATE");
  for (int i = 0; i < rows; ++i) {
    const NewMeasurement row = row_at(i);
    sqlite3_bind_int64(insert, 1, 1 + i / rows_a_series);
    sqlite3_bind_int64(insert, 2, kpid::days_since_epoch(row.period.start));
    sqlite3_bind_int64(insert, 3, kpid::days_since_epoch(row.period.end));
    sqlite3_bind_int64(insert, 4, 1);
    sqlite3_bind_double(insert, 5, row.value);
    sqlite3_bind_double(insert, 6, *row.numerator);
    sqlite3_bind_double(insert, 7, *row.denominator);
    sqlite3_bind_int64(insert, 8, kpid::milliseconds_since_epoch(known_at));
    sqlite3_bind_int64(insert, 9, 1);
    sqlite3_bind_int64(insert, 10, row.document);
    sqlite3_bind_int64(insert, 11, row.row_first);
    sqlite3_bind_int64(insert, 12, row.row_last);
    must(sqlite3_step(insert) == SQLITE_DONE, sqlite3_errmsg(handle));
    sqlite3_reset(insert);
    if ((i + 1) % rows_a_transaction == 0) execute(handle, "COMMIT; BEGIN IMMEDIATE");
  }
  execute(handle, "COMMIT");
  const auto end = std::chrono::steady_clock::now();
  sqlite3_finalize(insert);
  sqlite3_close(handle);
  return std::chrono::duration<double>(end - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int rows = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  must(rows > 0 && rounds > 0, "usage: street_bench [ROWS] [ROUNDS]");
  std::vector<double> bare;
  std::vector<double> put;
  std::vector<double> street;
  std::vector<double> put_share;
  std::vector<double> street_share;
  std::vector<double> again;
  std::vector<double> open_ms;
  for (int round = 0; round < rounds; ++round) {
    const kpid::testing::TemporaryFolder folder;
    const bool bare_first = round % 2 == 0;  // neither always has the warmer disk
    if (bare_first) bare.push_back(bare_inserts(folder / "bare.db", rows));
    {
      const auto database = must(Database::open(folder / "store.db"));
      put.push_back(through_the_store(*database, rows, kpid::store::Put::created));
      again.push_back(through_the_store(*database, rows, kpid::store::Put::unchanged));
    }
    {
      const auto database = must(Database::open(folder / "street.db"));
      street.push_back(through_the_street(*database, rows));
    }
    if (!bare_first) bare.push_back(bare_inserts(folder / "bare.db", rows));
    put_share.push_back(bare.back() / put.back());
    street_share.push_back(bare.back() / street.back());
    const auto start = std::chrono::steady_clock::now();
    (void)must(Database::open(folder / "store.db"));
    open_ms.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  fmt::print(
      "{{\"rows\": {}, \"rounds\": {}, \"bare_s\": {:.3f}, \"put_s\": {:.3f}, \"street_s\": {:.3f},"
      " \"put_share_of_bare\": {:.3f}, \"street_share_of_bare\": {:.3f},"
      " \"street_share_lowest\": {:.3f}, \"unchanged_s\": {:.3f}, \"open_ms\": {:.1f}}}\n",
      rows, rounds, median(bare), median(put), median(street), median(put_share),
      median(street_share), *std::min_element(street_share.begin(), street_share.end()),
      median(again), median(open_ms));
}
