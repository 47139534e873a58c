// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How near put() comes to bare prepared inserts into the same table: the same rows in the same
// order, in transactions of the same size, on the same disk, in turns within one run.
// Usage: store_bench [ROWS] [ROUNDS]; prints one line of JSON.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

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
  fmt::print(stderr, "store_bench: {}\n", what);
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

void execute(sqlite3* handle, const char* sql) {
  must(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(handle));
}

double bare_inserts(const std::filesystem::path& file, int rows) {
  (void)must(Database::open(file));  // the same table, and the same journal
  sqlite3* handle = nullptr;
  must(sqlite3_open(file.c_str(), &handle) == SQLITE_OK, "cannot open the file");
  execute(handle, "PRAGMA synchronous = FULL");
  sqlite3_stmt* insert = nullptr;
  const char* sql = "INSERT INTO measurement VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)";
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
  must(rows > 0 && rounds > 0, "usage: store_bench [ROWS] [ROUNDS]");
  std::vector<double> bare;
  std::vector<double> put;
  std::vector<double> share;
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
    if (!bare_first) bare.push_back(bare_inserts(folder / "bare.db", rows));
    share.push_back(bare.back() / put.back());
    const auto start = std::chrono::steady_clock::now();
    (void)must(Database::open(folder / "store.db"));
    open_ms.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  fmt::print(
      "{{\"rows\": {}, \"rounds\": {}, \"bare_s\": {:.3f}, \"put_s\": {:.3f},"
      " \"share_of_bare\": {:.3f}, \"share_lowest\": {:.3f}, \"unchanged_s\": {:.3f},"
      " \"open_ms\": {:.1f}}}\n",
      rows, rounds, median(bare), median(put), median(share),
      *std::min_element(share.begin(), share.end()), median(again), median(open_ms));
}
