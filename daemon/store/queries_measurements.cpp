// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <limits>
#include <utility>

#include "store/queries.hpp"

namespace kpid::store {
namespace {

constexpr std::int64_t any_day = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t any_time = std::numeric_limits<std::int64_t>::max();

std::int64_t from_of(const Window& window) {
  return window.from ? days_since_epoch(*window.from) : any_day;
}
std::int64_t as_of_of(const Window& window) {
  return window.as_of ? milliseconds_since_epoch(*window.as_of) : any_time;
}

// Whether `row` is the later word on the same period. Of one source the higher revision is; of two
// sources the one that was stated last, or, where that is not known, became known last.
bool supersedes(const Measurement& row, std::int64_t series, const Measurement& other,
                std::int64_t other_series) {
  if (series == other_series) return row.revision > other.revision;
  if (row.stated_on && other.stated_on && row.stated_on != other.stated_on) {
    return row.stated_on > other.stated_on;
  }
  return row.known_at >= other.known_at;
}

}  // namespace

Measurement measurement_at(const Query& q, int first) {
  Measurement row;
  row.period = {q.day(first), q.day(first + 1)};
  row.revision = static_cast<std::uint32_t>(q.integer(first + 2));
  row.value = q.real(first + 3);
  row.numerator = q.optional_real(first + 4);
  row.denominator = q.optional_real(first + 5);
  row.known_at = q.time(first + 6);
  row.run = q.integer(first + 7);
  row.document = q.integer(first + 8);
  row.row_first = static_cast<std::uint32_t>(q.integer(first + 9));
  row.row_last = static_cast<std::uint32_t>(q.integer(first + 10));
  row.stated_on = q.optional_day(first + 11);
  return row;
}

std::vector<Measurement> read_series(Connection& c, const SeriesKey& key, const Window& window) {
  Query q = c.query(
      "SELECT m.period_start, m.period_end, m.revision, m.value, m.numerator, m.denominator,"
      " m.known_at, m.run, m.document, m.row_first, m.row_last, m.stated_on, m.series"
      " FROM series s JOIN measurement m ON m.series = s.id"
      " WHERE s.measure = ?1 AND s.subgroup = ?2 AND s.organisation = ?3"
      " AND m.period_start >= ?4 - s.longest AND m.period_end >= ?4 AND m.known_at <= ?5"
      " ORDER BY m.period_start, m.period_end, m.series, m.revision");
  q.bind(key.measure, key.subgroup, key.organisation, from_of(window), as_of_of(window));
  std::vector<Measurement> rows;
  std::int64_t last_series = 0;
  while (q.step()) {
    Measurement row = measurement_at(q, 0);
    const std::int64_t series = q.integer(12);
    if (rows.empty() || rows.back().period != row.period) {
      rows.push_back(row);
      last_series = series;
    } else if (supersedes(row, series, rows.back(), last_series)) {
      rows.back() = row;
      last_series = series;
    }
  }
  return rows;
}

std::vector<OrganisationMeasurement> read_across(Connection& c, std::string_view measure,
                                                 std::string_view subgroup, const Window& window) {
  Query q = c.query(
      "SELECT m.period_start, m.period_end, m.revision, m.value, m.numerator, m.denominator,"
      " m.known_at, m.run, m.document, m.row_first, m.row_last, m.stated_on, m.series, "
      "s.organisation"
      " FROM series s JOIN measurement m ON m.series = s.id"
      " WHERE s.measure = ?1 AND s.subgroup = ?2 AND m.period_start >= ?3 - s.longest"
      " AND m.period_end >= ?3 AND m.known_at <= ?4"
      " ORDER BY m.period_start, m.period_end, s.organisation, m.series, m.revision");
  q.bind(measure, subgroup, from_of(window), as_of_of(window));
  std::vector<OrganisationMeasurement> rows;
  std::int64_t last_series = 0;
  while (q.step()) {
    OrganisationMeasurement row{q.text(13), measurement_at(q, 0)};
    const std::int64_t series = q.integer(12);
    const bool same = !rows.empty() && rows.back().organisation == row.organisation &&
                      rows.back().measurement.period == row.measurement.period;
    if (!same) {
      rows.push_back(std::move(row));
      last_series = series;
    } else if (supersedes(row.measurement, series, rows.back().measurement, last_series)) {
      rows.back() = std::move(row);
      last_series = series;
    }
  }
  return rows;
}

std::vector<Measurement> read_revisions(Connection& c, const SeriesKey& key, const Period& period) {
  Query q = c.query(
      "SELECT m.period_start, m.period_end, m.revision, m.value, m.numerator, m.denominator,"
      " m.known_at, m.run, m.document, m.row_first, m.row_last, m.stated_on"
      " FROM series s JOIN measurement m ON m.series = s.id"
      " WHERE s.measure = ?1 AND s.subgroup = ?2 AND s.organisation = ?3"
      " AND m.period_start = ?4 AND m.period_end = ?5 ORDER BY m.known_at, m.series, m.revision");
  q.bind(key.measure, key.subgroup, key.organisation, period.start, period.end);
  std::vector<Measurement> rows;
  while (q.step()) rows.push_back(measurement_at(q, 0));
  return rows;
}

std::vector<SeriesKey> read_series_of_measure(Connection& c, std::string_view measure) {
  Query q = c.query(
      "SELECT DISTINCT organisation, subgroup FROM series WHERE measure = ?1"
      " ORDER BY organisation, subgroup");
  q.bind(measure);
  std::vector<SeriesKey> keys;
  while (q.step()) keys.push_back({std::string{measure}, q.text(0), q.text(1)});
  return keys;
}

std::vector<NewestEnd> read_newest_ends(Connection& c, std::string_view measure,
                                        std::string_view subgroup) {
  Query q = c.query(
      "SELECT organisation, max(newest) FROM (SELECT s.organisation,"
      " (SELECT max(m.period_end) FROM measurement m WHERE m.series = s.id"
      "  AND m.period_start >= (SELECT max(n.period_start) FROM measurement n"
      "   WHERE n.series = s.id) - s.longest) AS newest"
      " FROM series s WHERE s.measure = ?1 AND s.subgroup = ?2)"
      " WHERE newest IS NOT NULL GROUP BY organisation");
  q.bind(measure, subgroup);
  std::vector<NewestEnd> rows;
  while (q.step()) rows.push_back({q.text(0), q.day(1)});
  return rows;
}

std::optional<DocumentRecord> read_document(Connection& c, DocumentId id) {
  Query q = c.query("SELECT id, source, origin, sha256, fetched_at FROM document WHERE id = ?1");
  q.bind(id);
  if (!q.step()) return std::nullopt;
  return DocumentRecord{q.integer(0), q.text(1), q.text(2), q.text(3), q.time(4)};
}

void read_marks(Connection& c, const std::function<void(const Mark&)>& take) {
  Query q = c.query(
      "SELECT s.measure, s.organisation, s.subgroup, k.period_start, k.period_end, s.id,"
      " EXISTS (SELECT 1 FROM run r WHERE r.source = s.source AND r.ended_at IS NULL)"
      " FROM mark k CROSS JOIN series s ON s.id = k.series ORDER BY 1, 2, 3");  // marks are few
  while (q.step()) {
    take(
        {q.integer(5), {q.text(0), q.text(1), q.text(2)}, {q.day(3), q.day(4)}, q.integer(6) != 0});
  }
}

std::optional<SourceState> read_source_state(Connection& c, std::string_view source) {
  Query q = c.query(
      "SELECT name, cursor, last_asked_at, last_succeeded_at, content_changed_at, data_until,"
      " next_due_at, failures_in_a_row, crashes_in_a_row, failing_told, quarantined_library,"
      " last_reason, stale_told FROM source WHERE name = ?1");
  q.bind(source);
  if (!q.step()) return std::nullopt;
  SourceState state;
  state.name = q.text(0);
  state.cursor = q.text(1);
  state.last_asked_at = q.optional_time(2);
  state.last_succeeded_at = q.optional_time(3);
  state.content_changed_at = q.optional_time(4);
  if (!q.null(5)) state.data_until = q.day(5);
  state.next_due_at = q.optional_time(6);
  state.failures_in_a_row = static_cast<std::uint32_t>(q.integer(7));
  state.crashes_in_a_row = static_cast<std::uint32_t>(q.integer(8));
  state.failing_told = q.integer(9) != 0;
  state.quarantined_library = q.text(10);
  state.last_reason = q.text(11);
  state.stale_told = q.integer(12) != 0;
  return state;
}

std::vector<Run> read_runs(Connection& c, std::string_view source, std::size_t limit) {
  std::vector<Run> runs;
  {
    Query q =
        c.query("SELECT " KPID_RUN_COLUMNS " FROM run WHERE source = ?1 ORDER BY id DESC LIMIT ?2");
    q.bind(source, static_cast<std::int64_t>(limit));
    while (q.step()) runs.push_back(run_at(q));
  }
  for (auto& run : runs) {
    Query q = c.query("SELECT level, place, sentence FROM run_note WHERE run = ?1 ORDER BY number");
    q.bind(run.id);
    while (q.step()) {
      run.notes.push_back({static_cast<RunNote::Level>(q.integer(0)), q.text(1), q.text(2)});
    }
  }
  return runs;
}

}  // namespace kpid::store
