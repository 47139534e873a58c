// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What was known when: everything that became known in a stretch of time, and what events rested
// on.

#include <utility>

#include "store/queries.hpp"

namespace kpid::store {
namespace {

constexpr std::size_t rows_a_batch = 1000;

}  // namespace

std::vector<SeriesRecord> read_all_series(Connection& c) {
  Query q = c.query("SELECT id, measure, organisation, subgroup, source FROM series ORDER BY id");
  std::vector<SeriesRecord> rows;
  while (q.step()) {
    rows.push_back({q.integer(0), {q.text(1), q.text(2), q.text(3)}, q.text(4)});
  }
  return rows;
}

Result<void> read_history(Connection& c, Timestamp from, Timestamp to, const TakeHistory& take) {
  Query q = c.query(
      "SELECT period_start, period_end, revision, value, numerator, denominator, known_at, run,"
      " document, row_first, row_last, stated_on, series FROM measurement"
      " WHERE known_at >= ?1 AND known_at < ?2"
      " ORDER BY known_at, run, series, period_start, period_end, revision");
  q.bind(from, to);
  std::vector<HistoryRow> rows;
  rows.reserve(rows_a_batch);
  bool more = q.step();
  while (more) {
    rows.push_back({q.integer(12), measurement_at(q, 0)});
    more = q.step();
    if (more && rows.size() < rows_a_batch) continue;
    auto taken = take(rows);
    if (!taken) return taken;
    rows.clear();
  }
  return {};
}

Run run_at(const Query& q) {
  const auto count = [&q](int column) { return static_cast<std::uint64_t>(q.integer(column)); };
  Run run;
  run.id = q.integer(0);
  run.source = q.text(1);
  run.started_at = q.time(2);
  run.ended_at = q.optional_time(3);
  run.outcome = static_cast<RunOutcome>(q.integer(4));
  run.error_kind = static_cast<ErrorKind>(q.integer(5));
  run.reason = q.text(6);
  run.detail = q.text(7);
  run.counts = {count(8), count(9), count(10), count(11), count(12), count(13)};
  run.notes_total = count(14);
  return run;
}

std::vector<Run> read_runs_ended(Connection& c, Timestamp from, Timestamp to) {
  Query q = c.query("SELECT " KPID_RUN_COLUMNS
                    " FROM run WHERE ended_at >= ?1 AND ended_at < ?2 ORDER BY ended_at, id");
  q.bind(from, to);
  std::vector<Run> runs;
  while (q.step()) runs.push_back(run_at(q));
  return runs;
}

std::vector<EvidenceRecord> read_evidence(Connection& c, std::string_view event_id) {
  Query q = c.query(
      "SELECT m.period_start, m.period_end, m.revision, m.value, m.numerator, m.denominator,"
      " m.known_at, m.run, m.document, m.row_first, m.row_last, m.stated_on, s.measure,"
      " s.organisation, s.subgroup, s.source, d.id, d.source, d.origin, d.sha256, d.fetched_at"
      " FROM event_evidence e JOIN series s ON s.id = e.series"
      " JOIN measurement m ON m.series = e.series AND m.period_start = e.period_start"
      "  AND m.period_end = e.period_end AND m.revision = e.revision"
      " LEFT JOIN document d ON d.id = m.document WHERE e.event = ?1"
      " ORDER BY s.measure, s.organisation, s.subgroup, s.source, 1, 2, 3");
  q.bind(event_id);
  std::vector<EvidenceRecord> rows;
  while (q.step()) {
    EvidenceRecord row{{q.text(12), q.text(13), q.text(14)}, q.text(15), measurement_at(q, 0), {}};
    if (!q.null(16)) {
      row.document = DocumentRecord{q.integer(16), q.text(17), q.text(18), q.text(19), q.time(20)};
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace kpid::store
