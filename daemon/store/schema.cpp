// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "store/schema.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

namespace kpid::store {
namespace {

// Instants are milliseconds and days are days since 1970-01-01 throughout. That the series of a
// measurement exists is seen to by SqlWriter, once for each series that a run touches: a foreign
// key would ask for each row.
constexpr std::string_view version_1 = R"sql(
CREATE TABLE source (
  name TEXT PRIMARY KEY, cursor TEXT NOT NULL DEFAULT '', last_asked_at INTEGER,
  last_succeeded_at INTEGER, content_changed_at INTEGER, data_until INTEGER, next_due_at INTEGER,
  failures_in_a_row INTEGER NOT NULL DEFAULT 0, crashes_in_a_row INTEGER NOT NULL DEFAULT 0,
  failing_told INTEGER NOT NULL DEFAULT 0, stale_told INTEGER NOT NULL DEFAULT 0,
  quarantined_library TEXT NOT NULL DEFAULT '', last_reason TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE run (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
  outcome INTEGER NOT NULL, error_kind INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '', rows_read INTEGER NOT NULL DEFAULT 0,
  observations INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL DEFAULT 0,
  revised INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0, notes_total INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX run_by_source ON run (source, id);
CREATE INDEX run_under_way ON run (source) WHERE ended_at IS NULL;
CREATE TABLE run_note (
  run INTEGER NOT NULL REFERENCES run (id), number INTEGER NOT NULL, level INTEGER NOT NULL,
  place TEXT NOT NULL, sentence TEXT NOT NULL, PRIMARY KEY (run, number)) STRICT, WITHOUT ROWID;
CREATE TABLE document (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id), source TEXT NOT NULL,
  origin TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, fetched_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL) STRICT;
CREATE TABLE series (
  id INTEGER PRIMARY KEY, measure TEXT NOT NULL, organisation TEXT NOT NULL,
  subgroup TEXT NOT NULL, source TEXT NOT NULL,
  UNIQUE (measure, subgroup, organisation, source)) STRICT;
CREATE TABLE measurement (
  series INTEGER NOT NULL, period_start INTEGER NOT NULL, period_end INTEGER NOT NULL,
  revision INTEGER NOT NULL, value REAL NOT NULL, numerator REAL, denominator REAL,
  known_at INTEGER NOT NULL, run INTEGER NOT NULL, document INTEGER NOT NULL,
  row_first INTEGER NOT NULL, row_last INTEGER NOT NULL,
  PRIMARY KEY (series, period_start, period_end, revision)) STRICT, WITHOUT ROWID;
CREATE TABLE mark (
  series INTEGER PRIMARY KEY REFERENCES series (id), period_start INTEGER NOT NULL,
  period_end INTEGER NOT NULL) STRICT;
CREATE TABLE alert (
  id TEXT PRIMARY KEY, rule TEXT NOT NULL, kpi TEXT NOT NULL, organisation TEXT NOT NULL,
  subgroup TEXT NOT NULL, state INTEGER NOT NULL, severity INTEGER NOT NULL, seq INTEGER NOT NULL,
  opened_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, fired_at INTEGER, resolved_at INTEGER,
  resolution INTEGER NOT NULL, since_start INTEGER NOT NULL, since_end INTEGER NOT NULL,
  period_start INTEGER NOT NULL, period_end INTEGER NOT NULL, value REAL NOT NULL,
  acknowledged_by TEXT NOT NULL, note TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX alert_open ON alert (rule, organisation, subgroup)
  WHERE resolved_at IS NULL;
CREATE TABLE event (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, subject TEXT NOT NULL, seq INTEGER NOT NULL,
  at INTEGER NOT NULL, severity INTEGER NOT NULL, owner TEXT NOT NULL, kpi TEXT NOT NULL,
  organisation TEXT NOT NULL, data TEXT NOT NULL) STRICT;
CREATE INDEX event_by_subject ON event (subject, seq);
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY, event TEXT NOT NULL REFERENCES event (id), event_type TEXT NOT NULL,
  destination TEXT NOT NULL, subject TEXT NOT NULL, content_type TEXT NOT NULL, body TEXT NOT NULL,
  state INTEGER NOT NULL, claimed INTEGER NOT NULL, attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL, next_attempt_at INTEGER NOT NULL, finished_at INTEGER,
  last_status INTEGER NOT NULL, last_error TEXT NOT NULL, UNIQUE (event, destination)) STRICT;
CREATE INDEX delivery_pending ON delivery (destination, subject, id) WHERE state = 0;
CREATE INDEX delivery_free ON delivery (id, next_attempt_at, destination, subject)
  WHERE state = 0 AND claimed = 0;
CREATE TABLE delivery_attempt (
  delivery INTEGER NOT NULL REFERENCES delivery (id), number INTEGER NOT NULL, at INTEGER NOT NULL,
  latency_ms INTEGER NOT NULL, status INTEGER NOT NULL, error TEXT NOT NULL,
  state INTEGER NOT NULL, next_attempt_at INTEGER NOT NULL, PRIMARY KEY (delivery, number))
  STRICT, WITHOUT ROWID;
CREATE TABLE destination (
  name TEXT PRIMARY KEY, disabled INTEGER NOT NULL, disabled_reason TEXT NOT NULL,
  failing_since INTEGER, last_failed_at INTEGER, last_delivered_at INTEGER) STRICT;
)sql";

// The day on which the source stated a value: of two that contradict each other the later one
// holds.
constexpr std::string_view version_2 = R"sql(
ALTER TABLE measurement ADD COLUMN stated_on INTEGER;
)sql";

// Each attempt rewrites its delivery's row: the body, nearly all of it, stands beside it.
constexpr std::string_view version_3 = R"sql(
CREATE TABLE delivery_body (
  delivery INTEGER PRIMARY KEY REFERENCES delivery (id), body TEXT NOT NULL) STRICT;
INSERT INTO delivery_body SELECT id, body FROM delivery;
ALTER TABLE delivery DROP COLUMN body;
)sql";

// What a source's last successful run fetched, and which files of its drop folder it has read.
constexpr std::string_view version_4 = R"sql(
CREATE TABLE fetched (
  source TEXT NOT NULL, number INTEGER NOT NULL, made_by TEXT NOT NULL, location TEXT NOT NULL,
  pick INTEGER NOT NULL, origin TEXT NOT NULL, sha256 TEXT NOT NULL, etag TEXT NOT NULL,
  last_modified TEXT NOT NULL, PRIMARY KEY (source, number)) STRICT, WITHOUT ROWID;
CREATE TABLE file_read (
  source TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (source, name, sha256))
  STRICT, WITHOUT ROWID;
)sql";

// What an alert's event rested on; until when events have none of it on record; how long a series'
// longest period is, so that a read of its last weeks need not pass over all of its years.
constexpr std::string_view version_5 = R"sql(
ALTER TABLE alert ADD COLUMN flapping INTEGER NOT NULL DEFAULT 0;
CREATE INDEX alert_by_series ON alert (rule, organisation, subgroup);
CREATE TABLE event_evidence (
  event TEXT NOT NULL REFERENCES event (id), series INTEGER NOT NULL,
  period_start INTEGER NOT NULL, period_end INTEGER NOT NULL, revision INTEGER NOT NULL,
  PRIMARY KEY (event, series, period_start, period_end, revision)) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_of_measurement
  ON event_evidence (series, period_start, period_end, revision);
CREATE INDEX document_of_run ON document (run);
CREATE TABLE remembered (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO remembered SELECT 'evidence_since', max(at) FROM event WHERE subject LIKE 'alt!_%'
  ESCAPE '!' HAVING count(*) > 0;
ALTER TABLE series ADD COLUMN longest INTEGER NOT NULL DEFAULT 0;
UPDATE series SET longest = coalesce(
  (SELECT max(period_end - period_start) FROM measurement m WHERE m.series = series.id), 0);
)sql";

// Whom nobody is told of for a while, what was held back for it, and until when somebody has taken
// note of an alert.
constexpr std::string_view version_6 = R"sql(
CREATE TABLE silence (
  id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, kpi TEXT NOT NULL,
  organisation TEXT NOT NULL, subgroup TEXT NOT NULL, severity TEXT NOT NULL, owner TEXT NOT NULL,
  source TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, by TEXT NOT NULL,
  why TEXT NOT NULL, created_at INTEGER NOT NULL, removed_at INTEGER,
  removed_by TEXT NOT NULL) STRICT;
CREATE INDEX silence_end ON silence (until_at);
CREATE TABLE held_event (
  event TEXT PRIMARY KEY REFERENCES event (id), silence INTEGER NOT NULL REFERENCES silence (id),
  settled_at INTEGER, told INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE INDEX held_unsettled ON held_event (silence) WHERE settled_at IS NULL;
ALTER TABLE alert ADD COLUMN acknowledged_until INTEGER;
CREATE INDEX alert_noted_until ON alert (acknowledged_until)
  WHERE acknowledged_until IS NOT NULL;
)sql";

// What waits for its destination's time, and what went out as one message; whom a delivery stood in
// for, and since when and after how many attempts it is tried anew; of which address a
// destination's state speaks (a digest of it: an address may be a secret); keys that this kpid made
// for itself; links that were used; what was pushed to a hook lately.
constexpr std::string_view version_7 = R"sql(
CREATE TABLE waiting (
  event TEXT NOT NULL REFERENCES event (id), destination TEXT NOT NULL, subject TEXT NOT NULL,
  bundle TEXT NOT NULL, due_at INTEGER NOT NULL, since INTEGER NOT NULL, instead_of TEXT NOT NULL,
  PRIMARY KEY (event, destination)) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_due ON waiting (due_at);
CREATE INDEX waiting_bundle ON waiting (destination, bundle, due_at);
CREATE INDEX waiting_subject ON waiting (destination, subject);
CREATE TABLE bundled (
  digest TEXT NOT NULL REFERENCES event (id), event TEXT NOT NULL REFERENCES event (id),
  PRIMARY KEY (digest, event)) STRICT, WITHOUT ROWID;
CREATE INDEX bundled_event ON bundled (event);
ALTER TABLE delivery ADD COLUMN instead_of TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN replayed_at INTEGER;
ALTER TABLE delivery ADD COLUMN replayed_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE destination ADD COLUMN address TEXT NOT NULL DEFAULT '';
DROP INDEX delivery_free;
CREATE INDEX delivery_due ON delivery (destination, next_attempt_at, id)
  WHERE state = 0 AND claimed = 0;
CREATE INDEX delivery_told ON delivery (subject, destination, id);
CREATE INDEX event_at ON event (at);
CREATE TABLE own_key (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE link_used (
  event TEXT NOT NULL REFERENCES event (id), destination TEXT NOT NULL, used_at INTEGER NOT NULL,
  by TEXT NOT NULL, PRIMARY KEY (event, destination)) STRICT, WITHOUT ROWID;
CREATE TABLE hook_seen (
  source TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, run INTEGER NOT NULL,
  PRIMARY KEY (source, id)) STRICT, WITHOUT ROWID;
CREATE INDEX hook_seen_at ON hook_seen (at);
)sql";

constexpr std::array<std::string_view, 7> all_steps{
    version_1, version_2, version_3, version_4, version_5, version_6, version_7,
};

std::size_t version_of(Connection& connection) {
  Query query = connection.query("PRAGMA user_version");
  return query.step() ? static_cast<std::size_t>(query.integer(0)) : 0;
}

}  // namespace

std::span<const std::string_view> migrations() noexcept { return all_steps; }

Result<void> migrate(Connection& connection, std::span<const std::string_view> steps) {
  const auto found = guarded([&] { return version_of(connection); });
  if (!found) return tl::unexpected(found.error());
  if (*found > steps.size()) {
    return fail(ErrorKind::config,
                fmt::format("the database has schema version {}, and this kpid knows versions up "
                            "to {}: install the newer kpid that wrote it",
                            *found, steps.size()));
  }
  if (*found == steps.size()) return {};
  auto done = guarded([&] {
    connection.execute("BEGIN IMMEDIATE");
    for (std::size_t i = *found; i < steps.size(); ++i) connection.execute(std::string{steps[i]});
    connection.execute(fmt::format("PRAGMA user_version = {}", steps.size()));
    connection.execute("COMMIT");
  });
  if (!done) (void)guarded([&] { connection.execute("ROLLBACK"); });
  return done;
}

}  // namespace kpid::store
