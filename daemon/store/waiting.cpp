// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Events that wait until their destination may be told, and what went out as one message.

#include "store/sql_writer.hpp"

namespace kpid::store {
namespace {

// The event's place tells apart those that came to wait at the same instant.
#define KPID_WAITING                                                       \
  "SELECT w.event, w.destination, w.subject, w.bundle, w.due_at, w.since," \
  " w.instead_of FROM waiting w CROSS JOIN event e ON e.id = w.event WHERE "
#define KPID_IN_ORDER " ORDER BY w.since, e.rowid"

std::vector<Waiting> rows_of(Query q) {
  std::vector<Waiting> rows;
  while (q.step()) {
    rows.push_back({q.text(0), q.text(1), q.text(2), q.text(3), q.time(4), q.time(5), q.text(6)});
  }
  return rows;
}

}  // namespace

std::vector<Waiting> read_waiting(Connection& c, const WaitingQuery& wanted) {
  Query q =
      wanted.event.empty()
          ? c.query(KPID_WAITING "(?1 = '' OR w.destination = ?1)" KPID_IN_ORDER)
          : c.query(KPID_WAITING "(?1 = '' OR w.destination = ?1) AND w.event = ?2" KPID_IN_ORDER);
  q.bind(wanted.destination);
  if (!wanted.event.empty()) q.bind(wanted.event);
  return rows_of(std::move(q));
}

std::vector<Waiting> read_waiting_of_subject(Connection& c, std::string_view destination,
                                             std::string_view subject) {
  Query q = c.query(KPID_WAITING "w.destination = ?1 AND w.subject = ?2" KPID_IN_ORDER);
  q.bind(destination, subject);
  return rows_of(std::move(q));
}

std::vector<Waiting> read_waiting_in_bundle(Connection& c, std::string_view destination,
                                            std::string_view bundle) {
  Query q = c.query(KPID_WAITING "w.destination = ?1 AND w.bundle = ?2" KPID_IN_ORDER);
  q.bind(destination, bundle);
  return rows_of(std::move(q));
}

std::optional<Timestamp> read_bundle_due(Connection& c, std::string_view destination,
                                         std::string_view bundle) {
  Query q = c.query("SELECT min(due_at) FROM waiting WHERE destination = ?1 AND bundle = ?2");
  q.bind(destination, bundle);
  return q.step() ? q.optional_time(0) : std::nullopt;
}

std::vector<WaitingBundle> read_waiting_bundles(Connection& c) {
  Query q = c.query(
      "SELECT destination, bundle, min(due_at), count(*) FROM waiting"
      " GROUP BY destination, bundle ORDER BY min(due_at), destination, bundle");
  std::vector<WaitingBundle> rows;
  while (q.step()) {
    rows.push_back({q.text(0), q.text(1), q.time(2), static_cast<std::uint64_t>(q.integer(3))});
  }
  return rows;
}

std::optional<Timestamp> read_next_waiting_due(Connection& c, Timestamp after) {
  Query q = c.query("SELECT min(due_at) FROM waiting WHERE due_at > ?1");
  q.bind(after);
  return q.step() ? q.optional_time(0) : std::nullopt;
}

std::vector<std::string> read_bundled(Connection& c, std::string_view digest) {
  Query q = c.query(
      "SELECT event FROM bundled CROSS JOIN event ON id = event WHERE digest = ?1"
      " ORDER BY event.rowid");
  q.bind(digest);
  std::vector<std::string> events;
  while (q.step()) events.push_back(q.text(0));
  return events;
}

Result<void> SqlWriter::add_waiting(const Waiting& waiting) {
  return guarded([&] {
    connection_
        .query(
            "INSERT INTO waiting SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS"
            " (SELECT 1 FROM delivery WHERE event = ?1 AND destination = ?2)"
            " ON CONFLICT DO NOTHING")
        .bind(waiting.event_id, waiting.destination, waiting.subject, waiting.bundle,
              waiting.due_at, waiting.since, waiting.instead_of)
        .run();
  });
}

Result<void> SqlWriter::put_off(const Waiting& waiting) {
  return guarded([&] {
    connection_
        .query("UPDATE waiting SET bundle = ?3, due_at = ?4 WHERE event = ?1 AND destination = ?2")
        .bind(waiting.event_id, waiting.destination, waiting.bundle, waiting.due_at)
        .run();
  });
}

Result<void> SqlWriter::drop_waiting(std::string_view event_id, std::string_view destination) {
  return guarded([&] {
    connection_.query("DELETE FROM waiting WHERE event = ?1 AND destination = ?2")
        .bind(event_id, destination)
        .run();
  });
}

Result<void> SqlWriter::add_bundled(std::string_view digest, std::span<const std::string> events) {
  return guarded([&] {
    for (const std::string& event : events) {
      connection_.query("INSERT INTO bundled VALUES (?1, ?2)").bind(digest, event).run();
    }
  });
}

}  // namespace kpid::store
