// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "store/sql_writer.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include <fmt/format.h>

namespace kpid::store {
namespace {

constexpr std::size_t most_remembered = 4'000'000;  // about 400 MB at worst, for one huge run

bool same_bits(double a, double b) noexcept {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
bool same_bits(const std::optional<double>& a, const std::optional<double>& b) noexcept {
  return a.has_value() == b.has_value() && (!a || same_bits(*a, *b));
}

// SQLite keeps -0.0 as 0.0; without this the same -0.0 would be a revision at every run.
double plain_zero(double value) noexcept { return value + 0.0; }
std::optional<double> plain_zero(const std::optional<double>& value) noexcept {
  return value ? std::optional{plain_zero(*value)} : std::nullopt;
}

}  // namespace

void SqlWriter::forget() noexcept {
  latest_.clear();
  latest_count_ = 0;
  last_put_ = nullptr;
  compacted_until_.reset();
}

Result<RunId> SqlWriter::begin_run(std::string_view source, Timestamp at) {
  return guarded([&] {
    connection_
        .query(
            "INSERT INTO source (name, last_asked_at) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET last_asked_at = excluded.last_asked_at")
        .bind(source, at)
        .run();
    // A run whose end could not be written (a full disk) must not hold its marks back for ever.
    connection_
        .query(
            "UPDATE run SET outcome = ?1, ended_at = ?2, reason = 'the end of the run could not be "
            "written' WHERE source = ?3 AND ended_at IS NULL")
        .bind(static_cast<std::int64_t>(RunOutcome::interrupted), at, source)
        .run();
    connection_.query("INSERT INTO run (source, started_at, outcome) VALUES (?1, ?2, ?3)")
        .bind(source, at, static_cast<std::int64_t>(RunOutcome::running))
        .run();
    return connection_.last_id();
  });
}

Result<void> SqlWriter::finish_run(const Run& run) {
  forget();
  return guarded([&] {
    connection_
        .query(
            "UPDATE run SET ended_at = ?2, outcome = ?3, error_kind = ?4, reason = ?5,"
            " detail = ?6, rows_read = ?7, observations = ?8, created = ?9, revised = ?10,"
            " unchanged = ?11, refused = ?12, notes_total = ?13 WHERE id = ?1")
        .bind(run.id, run.ended_at, static_cast<std::int64_t>(run.outcome),
              static_cast<std::int64_t>(run.error_kind), run.reason, run.detail,
              run.counts.rows_read, run.counts.observations, run.counts.created, run.counts.revised,
              run.counts.unchanged, run.counts.refused, run.notes_total)
        .run();
    if (connection_.changes() != 1) throw SqlError(0, fmt::format("there is no run {}", run.id));
    std::int64_t number = 0;
    for (const auto& note : run.notes) {
      if (static_cast<std::size_t>(number) == max_run_notes) break;
      connection_
          .query(
              "INSERT INTO run_note (run, number, level, place, sentence)"
              " VALUES (?1, ?2, ?3, ?4, ?5)")
          .bind(run.id, ++number, static_cast<std::int64_t>(note.level), note.place, note.sentence)
          .run();
    }
  });
}

Result<std::size_t> SqlWriter::close_interrupted_runs(Timestamp at) {
  return guarded([&] {
    connection_
        .query(
            "UPDATE run SET outcome = ?1, ended_at = ?2,"
            " reason = 'kpid ended before the run did' WHERE outcome = ?3")
        .bind(static_cast<std::int64_t>(RunOutcome::interrupted), at,
              static_cast<std::int64_t>(RunOutcome::running))
        .run();
    return static_cast<std::size_t>(connection_.changes());
  });
}

Result<void> SqlWriter::save_source_state(const SourceState& state) {
  return guarded([&] {
    connection_
        .query(
            "INSERT OR REPLACE INTO source (name, cursor, last_asked_at, last_succeeded_at,"
            " content_changed_at, data_until, next_due_at, failures_in_a_row, crashes_in_a_row,"
            " failing_told, quarantined_library, last_reason, stale_told)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")
        .bind(state.name, state.cursor, state.last_asked_at, state.last_succeeded_at,
              state.content_changed_at, state.data_until, state.next_due_at,
              state.failures_in_a_row, state.crashes_in_a_row, state.failing_told,
              state.quarantined_library, state.last_reason, state.stale_told)
        .run();
  });
}

Result<DocumentId> SqlWriter::add_document(RunId run, std::string_view source,
                                           const FetchedDocument& document) {
  return guarded([&] {
    connection_
        .query(
            "INSERT INTO document (run, source, origin, sha256, size, fetched_at, modified_at)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        .bind(run, source, document.origin, document.sha256,
              static_cast<std::int64_t>(document.size), document.fetched_at_ms,
              document.modified_at_ms)
        .run();
    return connection_.last_id();
  });
}

Result<SeriesId> SqlWriter::series_id(std::string_view source, const SeriesKey& key) {
  return guarded([&]() -> SeriesId {
    {
      Query q = connection_.query(
          "SELECT id FROM series WHERE measure = ?1 AND subgroup = ?2 AND organisation = ?3"
          " AND source = ?4");
      q.bind(key.measure, key.subgroup, key.organisation, source);
      if (q.step()) return q.integer(0);
    }
    connection_
        .query(
            "INSERT INTO series (measure, subgroup, organisation, source)"
            " VALUES (?1, ?2, ?3, ?4)")
        .bind(key.measure, key.subgroup, key.organisation, source)
        .run();
    const SeriesId id = connection_.last_id();
    latest_[id];  // new, so nothing is known of it: no look-up later
    return id;
  });
}

SqlWriter::LatestOfSeries& SqlWriter::latest_of(SeriesId series) {
  const auto found = latest_.find(series);
  if (found != latest_.end()) return found->second;
  if (latest_count_ > most_remembered) forget();
  std::chrono::days longest{0};
  {
    // What a foreign key would ask for each row: an id from before a rollback may be gone.
    Query q = connection_.query("SELECT longest FROM series WHERE id = ?1");
    if (!q.bind(series).step()) throw SqlError(0, fmt::format("there is no series {}", series));
    longest = std::chrono::days{q.integer(0)};
  }
  auto& known = latest_[series];
  known.longest = longest;
  auto& periods = known.periods;
  Query q = connection_.query(
      "SELECT period_start, period_end, revision, value, numerator, denominator, known_at,"
      " stated_on FROM measurement WHERE series = ?1 ORDER BY period_start, period_end, revision");
  q.bind(series);
  while (q.step()) {
    periods[{q.day(0), q.day(1)}] = {static_cast<std::uint32_t>(q.integer(2)),
                                     q.real(3),
                                     q.optional_real(4),
                                     q.optional_real(5),
                                     q.time(6),
                                     q.optional_day(7)};
  }
  latest_count_ += periods.size();
  return known;
}

// Whether retention has dropped this day, or would at once: a source that states its whole history
// again must not bring it back.
bool SqlWriter::is_compacted(const LatestOfSeries& known, const Period& period) {
  if (period.start != period.end) return false;
  if (!compacted_until_) {
    compacted_until_ = remembered_day(connection_, compacted_until).value_or(Date::min());
  }
  if (period.end >= *compacted_until_) return false;
  auto later = known.periods.upper_bound(period);
  for (; later != known.periods.end() && same_week(later->first.start, period.start); ++later) {
    if (later->first.start == later->first.end) return true;
  }
  return false;
}

// A read of the last weeks passes over whatever starts earlier than the longest period could.
void SqlWriter::lengthen(SeriesId series, LatestOfSeries& known, const Period& period) {
  if (period.end - period.start <= known.longest) return;
  known.longest = period.end - period.start;
  connection_.query("UPDATE series SET longest = ?2 WHERE id = ?1")
      .bind(series, static_cast<std::int64_t>(known.longest.count()))
      .run();
}

// The same value, stated anew: whatever contradicts it must now be younger than that.
void SqlWriter::restate(SeriesId series, const Period& period, Latest& latest, Date stated_on) {
  latest.stated_on = stated_on;
  connection_
      .query(
          "UPDATE measurement SET stated_on = ?5 WHERE series = ?1 AND period_start = ?2"
          " AND period_end = ?3 AND revision = ?4")
      .bind(series, period.start, period.end, latest.revision, stated_on)
      .run();
}

Result<Put> SqlWriter::put(SeriesId series, RunId run, Timestamp known_at,
                           const NewMeasurement& measurement) {
  return guarded([&] {
    const double value = plain_zero(measurement.value);
    const auto numerator = plain_zero(measurement.numerator);
    const auto denominator = plain_zero(measurement.denominator);
    if (last_put_ == nullptr || last_series_ != series) {
      last_put_ = &latest_of(series);
      last_series_ = series;
    }
    // Most rows are the newest of their series.
    auto& periods = last_put_->periods;
    const auto place = periods.try_emplace(periods.end(), measurement.period);
    Latest& latest = place->second;
    const bool is_new = latest.revision == 0;
    if (is_new && is_compacted(*last_put_, measurement.period)) {
      periods.erase(place);
      return Put::unchanged;
    }
    if (!is_new && same_bits(latest.value, value) && same_bits(latest.numerator, numerator) &&
        same_bits(latest.denominator, denominator)) {
      if (measurement.stated_on > latest.stated_on) {
        restate(series, measurement.period, latest, *measurement.stated_on);
      }
      return Put::unchanged;
    }
    if (!is_new && measurement.stated_on && measurement.stated_on < latest.stated_on) {
      return Put::outdated;
    }
    if (is_new) {
      ++latest_count_;
      lengthen(series, *last_put_, measurement.period);
    }
    // A clock that was set back must not make an old view show what was not known then.
    const Timestamp known = std::max(known_at, latest.known_at);
    latest = {latest.revision + 1, value, numerator, denominator, known, measurement.stated_on};
    connection_
        .query(
            "INSERT INTO measurement (series, period_start, period_end, revision, value, numerator,"
            " denominator, known_at, run, document, row_first, row_last, stated_on)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")
        .bind(series, measurement.period.start, measurement.period.end, latest.revision, value,
              numerator, denominator, known, run, measurement.document, measurement.row_first,
              measurement.row_last, measurement.stated_on)
        .run();
    return latest.revision == 1 ? Put::created : Put::revised;
  });
}

Result<void> SqlWriter::mark(SeriesId series, const Period& earliest) {
  return guarded([&] {
    connection_
        .query(
            "INSERT INTO mark (series, period_start, period_end) VALUES (?1, ?2, ?3)"
            " ON CONFLICT (series) DO UPDATE SET period_start = excluded.period_start,"
            " period_end = excluded.period_end"
            " WHERE excluded.period_start < mark.period_start")
        .bind(series, earliest.start, earliest.end)
        .run();
  });
}

Result<void> SqlWriter::clear_marks(std::span<const SeriesId> series) {
  return guarded([&] {
    for (const SeriesId one : series) {
      connection_.query("DELETE FROM mark WHERE series = ?1").bind(one).run();
    }
  });
}

}  // namespace kpid::store
