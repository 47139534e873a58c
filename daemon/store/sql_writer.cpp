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

SqlWriter::LatestByPeriod& SqlWriter::latest_of(SeriesId series) {
  const auto found = latest_.find(series);
  if (found != latest_.end()) return found->second;
  if (latest_count_ > most_remembered) forget();
  {
    // What a foreign key would ask for each row: an id from before a rollback may be gone.
    Query q = connection_.query("SELECT 1 FROM series WHERE id = ?1");
    if (!q.bind(series).step()) throw SqlError(0, fmt::format("there is no series {}", series));
  }
  auto& periods = latest_[series];
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
  return periods;
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
    Latest& latest = last_put_->try_emplace(last_put_->end(), measurement.period)->second;
    const bool is_new = latest.revision == 0;
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
    if (is_new) ++latest_count_;
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

Result<void> SqlWriter::clear_mark(SeriesId series) {
  return guarded(
      [&] { connection_.query("DELETE FROM mark WHERE series = ?1").bind(series).run(); });
}

Result<void> SqlWriter::save_alert(const Alert& alert) {
  return guarded([&] {
    connection_
        .query(
            "INSERT INTO alert VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
            " ?14, ?15, ?16, ?17, ?18, ?19, ?20)"
            " ON CONFLICT (id) DO UPDATE SET state = excluded.state, severity = excluded.severity,"
            " seq = excluded.seq, changed_at = excluded.changed_at, fired_at = excluded.fired_at,"
            " resolved_at = excluded.resolved_at, resolution = excluded.resolution,"
            " since_start = excluded.since_start, since_end = excluded.since_end,"
            " period_start = excluded.period_start, period_end = excluded.period_end,"
            " value = excluded.value, acknowledged_by = excluded.acknowledged_by,"
            " note = excluded.note")
        .bind(alert.id, alert.rule, alert.kpi, alert.organisation, alert.subgroup,
              static_cast<std::int64_t>(alert.state), static_cast<std::int64_t>(alert.severity),
              alert.seq, alert.opened_at, alert.changed_at, alert.fired_at, alert.resolved_at,
              static_cast<std::int64_t>(alert.resolution), alert.since.start, alert.since.end,
              alert.period.start, alert.period.end, alert.value, alert.acknowledged_by, alert.note)
        .run();
  });
}

Result<void> SqlWriter::add_event(const Event& event) {
  return guarded([&] {
    connection_.query("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
        .bind(event.id, to_string(event.type), event.subject, event.seq, event.at,
              static_cast<std::int64_t>(event.severity), event.owner, event.kpi, event.organisation,
              event.data)
        .run();
  });
}

Result<void> SqlWriter::add_delivery(Delivery& delivery) {
  return guarded([&] {
    const bool claimed = may_go_next(connection_, delivery.destination, delivery.subject);
    connection_
        .query(
            "INSERT INTO delivery (event, event_type, destination, subject, content_type, state,"
            " claimed, attempts, created_at, next_attempt_at, last_status, last_error)"
            " VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 0, ?7, ?8, 0, '')")
        .bind(delivery.event_id, to_string(delivery.event_type), delivery.destination,
              delivery.subject, delivery.content_type, claimed, delivery.created_at,
              delivery.next_attempt_at)
        .run();
    const std::int64_t id = connection_.last_id();
    connection_.query("INSERT INTO delivery_body (delivery, body) VALUES (?1, ?2)")
        .bind(id, delivery.body)
        .run();
    delivery.id = id;
    delivery.claimed = claimed;
  });
}

Result<std::size_t> SqlWriter::release_claims() {
  return guarded([&] {
    connection_.query("UPDATE delivery SET claimed = 0 WHERE state = 0 AND claimed = 1").run();
    return static_cast<std::size_t>(connection_.changes());
  });
}

Result<void> SqlWriter::release_claims(std::span<const std::int64_t> ids) {
  return guarded([&] {
    for (const std::int64_t id : ids) {
      connection_.query("UPDATE delivery SET claimed = 0 WHERE id = ?1").bind(id).run();
    }
  });
}

Result<std::vector<Delivery>> SqlWriter::claim_due(Timestamp now, std::size_t limit,
                                                   std::span<const std::string> except) {
  return guarded([&] {
    auto due = read_due(connection_, now, limit, except);
    for (auto& delivery : due) {
      connection_.query("UPDATE delivery SET claimed = 1 WHERE id = ?1").bind(delivery.id).run();
      delivery.claimed = true;
    }
    return due;
  });
}

Result<void> SqlWriter::record_attempt(const DeliveryAttempt& attempt) {
  return guarded([&] {
    const auto state = static_cast<std::int64_t>(attempt.state);
    connection_.query("INSERT INTO delivery_attempt VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        .bind(attempt.delivery, attempt.number, attempt.at, attempt.latency_ms, attempt.status,
              attempt.error, state, attempt.next_attempt_at)
        .run();
    const bool finished = attempt.state != DeliveryState::pending;
    connection_
        .query(
            "UPDATE delivery SET state = ?2, claimed = 0, attempts = ?3, next_attempt_at = ?4,"
            " finished_at = ?5, last_status = ?6, last_error = ?7 WHERE id = ?1")
        .bind(attempt.delivery, state, attempt.number, attempt.next_attempt_at,
              finished ? std::optional<Timestamp>{attempt.at} : std::nullopt, attempt.status,
              attempt.error)
        .run();
  });
}

Result<void> SqlWriter::replay_delivery(std::int64_t id, Timestamp now) {
  auto replayed = guarded([&] {
    connection_
        .query(
            "UPDATE delivery SET state = 0, claimed = 0, next_attempt_at = ?2, finished_at = NULL"
            " WHERE id = ?1 AND state <> 0")
        .bind(id, now)
        .run();
    return connection_.changes();
  });
  if (!replayed) return tl::unexpected(replayed.error());
  if (*replayed == 1) return {};
  auto found = delivery(id);
  if (!found) return tl::unexpected(found.error());
  if (!*found) {
    return fail(ErrorKind::not_found,
                fmt::format("there is no delivery {}: `kpictl deliveries` lists them", id));
  }
  return fail(ErrorKind::conflict,
              fmt::format("delivery {} is still on its way: it is tried again by itself", id));
}

Result<void> SqlWriter::save_destination_state(const DestinationState& state) {
  return guarded([&] {
    connection_.query("INSERT OR REPLACE INTO destination VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(state.name, state.disabled, state.disabled_reason, state.failing_since,
              state.last_failed_at, state.last_delivered_at)
        .run();
  });
}

Result<std::optional<Timestamp>> SqlWriter::next_delivery_due(
    std::span<const std::string> except) const {
  return guarded([&] { return read_next_due(connection_, except); });
}

}  // namespace kpid::store
