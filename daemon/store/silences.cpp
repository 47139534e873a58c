// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Silences, and the events that they hold back.

#include "store/sql_writer.hpp"

namespace kpid::store {
namespace {

#define KPID_SILENCE_COLUMNS                                                                \
  "id, rule, kpi, organisation, subgroup, severity, owner, source, from_at, until_at, by, " \
  "why, created_at, removed_at, removed_by"

Silence silence_at(const Query& q) {
  Silence silence;
  silence.id = q.integer(0);
  silence.matchers = {q.text(1), q.text(2), q.text(3), q.text(4), q.text(5), q.text(6), q.text(7)};
  silence.from = q.time(8);
  silence.until = q.time(9);
  silence.by = q.text(10);
  silence.why = q.text(11);
  silence.created_at = q.time(12);
  silence.removed_at = q.optional_time(13);
  silence.removed_by = q.text(14);
  return silence;
}

}  // namespace

std::vector<Silence> read_silences(Connection& c, const SilenceQuery& wanted) {
  Query q = c.query("SELECT " KPID_SILENCE_COLUMNS
                    " FROM silence"
                    " WHERE (?1 IS NULL OR (from_at <= ?1 AND until_at > ?1"
                    "   AND (removed_at IS NULL OR removed_at > ?1)))"
                    " AND (?2 IS NULL OR (until_at > ?2"
                    "   AND (removed_at IS NULL OR removed_at > ?2))) ORDER BY id");
  q.bind(wanted.live_at, wanted.not_over_at);
  std::vector<Silence> rows;
  while (q.step()) rows.push_back(silence_at(q));
  return rows;
}

std::optional<Silence> read_silence(Connection& c, std::int64_t id) {
  Query q = c.query("SELECT " KPID_SILENCE_COLUMNS " FROM silence WHERE id = ?1");
  q.bind(id);
  if (!q.step()) return std::nullopt;
  return silence_at(q);
}

std::vector<std::string> read_subjects_to_settle(Connection& c, Timestamp now) {
  Query q = c.query(
      "SELECT e.subject FROM held_event h JOIN silence s ON s.id = h.silence"
      " JOIN event e ON e.id = h.event WHERE h.settled_at IS NULL"
      " AND (s.until_at <= ?1 OR s.removed_at <= ?1) GROUP BY e.subject ORDER BY min(e.rowid)");
  q.bind(now);
  std::vector<std::string> subjects;
  while (q.step()) subjects.push_back(q.text(0));
  return subjects;
}

std::optional<HeldBack> read_held(Connection& c, std::string_view event_id) {
  Query q = c.query("SELECT silence, settled_at, told FROM held_event WHERE event = ?1");
  q.bind(event_id);
  if (!q.step()) return std::nullopt;
  return HeldBack{q.integer(0), q.optional_time(1), q.integer(2) != 0};
}

Result<void> SqlWriter::hold_event(std::string_view event_id, std::int64_t silence) {
  return guarded([&] {
    connection_
        .query(
            "INSERT INTO held_event (event, silence) VALUES (?1, ?2)"
            " ON CONFLICT DO UPDATE SET silence = excluded.silence")
        .bind(event_id, silence)
        .run();
  });
}

Result<void> SqlWriter::settle_held(std::string_view event_id, bool told, Timestamp now) {
  return guarded([&] {
    connection_
        .query(
            "UPDATE held_event SET settled_at = ?2, told = ?3"
            " WHERE event = ?1 AND settled_at IS NULL")
        .bind(event_id, now, told)
        .run();
  });
}

Result<void> SqlWriter::add_silence(Silence& silence) {
  return guarded([&] {
    const SilenceMatchers& matchers = silence.matchers;
    connection_
        .query(
            "INSERT INTO silence VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
            " ?12, NULL, '')")
        .bind(matchers.rule, matchers.kpi, matchers.organisation, matchers.subgroup,
              matchers.severity, matchers.owner, matchers.source, silence.from, silence.until,
              silence.by, silence.why, silence.created_at)
        .run();
    silence.id = connection_.last_id();
  });
}

Result<void> SqlWriter::end_silence(std::int64_t id, std::string_view by, Timestamp now) {
  return guarded([&] {
    connection_
        .query(
            "UPDATE silence SET removed_at = ?2, removed_by = ?3"
            " WHERE id = ?1 AND removed_at IS NULL")
        .bind(id, now, by)
        .run();
  });
}

}  // namespace kpid::store
