// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <algorithm>
#include <utility>

#include "store/queries.hpp"

namespace kpid::store {
namespace {

#define KPID_EVENT_COLUMNS "id, type, subject, seq, at, severity, owner, kpi, organisation, data"

Event event_at(const Query& q) {
  Event event;
  event.id = q.text(0);
  event.type = parse_event_type(q.text(1)).value_or(EventType::test_ping);
  event.subject = q.text(2);
  event.seq = static_cast<std::uint32_t>(q.integer(3));
  event.at = q.time(4);
  event.severity = static_cast<Severity>(q.integer(5));
  event.owner = q.text(6);
  event.kpi = q.text(7);
  event.organisation = q.text(8);
  event.data = q.text(9);
  return event;
}

std::vector<Delivery> deliveries_of(Query q) {
  std::vector<Delivery> rows;
  while (q.step()) rows.push_back(delivery_at(q));
  return rows;
}

std::vector<Delivery> with_bodies(Query q) {  // the body is the column after the others
  std::vector<Delivery> rows;
  while (q.step()) {
    rows.push_back(delivery_at(q));
    rows.back().body = q.text(16);
  }
  return rows;
}

}  // namespace

Alert alert_at(const Query& q) {
  Alert alert;
  alert.id = q.text(0);
  alert.rule = q.text(1);
  alert.kpi = q.text(2);
  alert.organisation = q.text(3);
  alert.subgroup = q.text(4);
  alert.state = static_cast<AlertState>(q.integer(5));
  alert.severity = static_cast<Severity>(q.integer(6));
  alert.seq = static_cast<std::uint32_t>(q.integer(7));
  alert.opened_at = q.time(8);
  alert.changed_at = q.time(9);
  alert.fired_at = q.optional_time(10);
  alert.resolved_at = q.optional_time(11);
  alert.resolution = static_cast<Resolution>(q.integer(12));
  alert.since = {q.day(13), q.day(14)};
  alert.period = {q.day(15), q.day(16)};
  alert.value = q.real(17);
  alert.acknowledged_by = q.text(18);
  alert.note = q.text(19);
  alert.flapping = q.integer(20) != 0;
  alert.acknowledged_until = q.optional_time(21);
  return alert;
}

Delivery delivery_at(const Query& q) {
  Delivery delivery;
  delivery.id = q.integer(0);
  delivery.event_id = q.text(1);
  delivery.event_type = parse_event_type(q.text(2)).value_or(EventType::test_ping);
  delivery.destination = q.text(3);
  delivery.subject = q.text(4);
  delivery.content_type = q.text(5);
  delivery.state = static_cast<DeliveryState>(q.integer(6));
  delivery.attempts = static_cast<std::uint32_t>(q.integer(7));
  delivery.created_at = q.time(8);
  delivery.next_attempt_at = q.time(9);
  delivery.finished_at = q.optional_time(10);
  delivery.last_status = static_cast<int>(q.integer(11));
  delivery.last_error = q.text(12);
  delivery.instead_of = q.text(13);
  delivery.replayed_at = q.optional_time(14);
  delivery.replayed_after = static_cast<std::uint32_t>(q.integer(15));
  return delivery;
}

std::optional<Alert> read_open_alert(Connection& c, std::string_view rule,
                                     std::string_view organisation, std::string_view subgroup) {
  Query q = c.query("SELECT " KPID_ALERT_COLUMNS
                    " FROM alert WHERE rule = ?1 AND organisation = ?2 AND subgroup = ?3"
                    " AND resolved_at IS NULL");
  q.bind(rule, organisation, subgroup);
  if (!q.step()) return std::nullopt;
  return alert_at(q);
}

std::vector<Alert> read_alerts(Connection& c, const AlertQuery& wanted) {
  Query q = c.query("SELECT " KPID_ALERT_COLUMNS
                    " FROM alert WHERE (?1 OR resolved_at IS NULL)"
                    " AND (?2 = '' OR organisation = ?2) ORDER BY opened_at DESC, id LIMIT ?3");
  q.bind(wanted.include_resolved, wanted.organisation, static_cast<std::int64_t>(wanted.limit));
  std::vector<Alert> rows;
  while (q.step()) rows.push_back(alert_at(q));
  return rows;
}

std::optional<Alert> read_alert(Connection& c, std::string_view id) {
  Query q = c.query("SELECT " KPID_ALERT_COLUMNS " FROM alert WHERE id = ?1");
  q.bind(id);
  if (!q.step()) return std::nullopt;
  return alert_at(q);
}

std::vector<Alert> read_notes_that_lapsed(Connection& c, Timestamp now) {
  Query q = c.query("SELECT " KPID_ALERT_COLUMNS
                    " FROM alert WHERE acknowledged_until <= ?1 ORDER BY id");
  q.bind(now);
  std::vector<Alert> rows;
  while (q.step()) rows.push_back(alert_at(q));
  return rows;
}

std::uint32_t count_alert_changes(Connection& c, std::string_view rule,
                                  std::string_view organisation, std::string_view subgroup,
                                  Timestamp since) {
  Query q = c.query(
      "SELECT total(fired_at >= ?4) + total(resolved_at >= ?4) FROM alert"
      " WHERE rule = ?1 AND organisation = ?2 AND subgroup = ?3 AND fired_at IS NOT NULL");
  q.bind(rule, organisation, subgroup, since);
  return q.step() ? static_cast<std::uint32_t>(q.integer(0)) : 0;
}

std::vector<EventRecord> read_events(Connection& c, std::string_view subject) {
  std::vector<EventRecord> records;
  {
    Query q =
        c.query("SELECT " KPID_EVENT_COLUMNS " FROM event WHERE subject = ?1 ORDER BY seq, at");
    q.bind(subject);
    while (q.step()) records.push_back({event_at(q), {}, {}});
  }
  for (auto& record : records) {
    Query q =
        c.query("SELECT " KPID_DELIVERY_COLUMNS " FROM delivery WHERE event = ?1 ORDER BY id");
    q.bind(record.event.id);
    record.deliveries = deliveries_of(std::move(q));
    record.held = read_held(c, record.event.id);
  }
  return records;
}

std::optional<Event> read_event(Connection& c, std::string_view id) {
  Query q = c.query("SELECT " KPID_EVENT_COLUMNS " FROM event WHERE id = ?1");
  q.bind(id);
  if (!q.step()) return std::nullopt;
  return event_at(q);
}

std::vector<Delivery> read_deliveries(Connection& c, const DeliveryQuery& wanted) {
  Query q = c.query("SELECT " KPID_DELIVERY_COLUMNS
                    " FROM delivery WHERE (NOT ?1 OR state = 2 OR (state = 0 AND attempts > 0))"
                    " AND (?2 = '' OR destination = ?2) ORDER BY id DESC LIMIT ?3");
  q.bind(wanted.failed_only, wanted.destination, static_cast<std::int64_t>(wanted.limit));
  return deliveries_of(std::move(q));
}

std::vector<Delivery> read_pending_deliveries(Connection& c, std::string_view destination) {
  Query q = c.query("SELECT " KPID_DELIVERY_COLUMNS
                    " FROM delivery WHERE state = 0 AND destination = ?1 ORDER BY id");
  q.bind(destination);
  return deliveries_of(std::move(q));
}

std::optional<Delivery> read_delivery(Connection& c, std::int64_t id) {
  Query q = c.query("SELECT " KPID_DELIVERY_COLUMNS
                    ", body FROM delivery CROSS JOIN delivery_body ON delivery = id WHERE id = ?1");
  q.bind(id);
  auto rows = with_bodies(std::move(q));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<Delivery> read_digests_of(Connection& c, std::string_view event_id) {
  Query q = c.query("SELECT " KPID_DELIVERY_COLUMNS
                    " FROM delivery WHERE event IN (SELECT digest FROM bundled WHERE event = ?1)"
                    " ORDER BY id");
  q.bind(event_id);
  std::vector<Delivery> rows;
  while (q.step()) rows.push_back(delivery_at(q));
  return rows;
}

std::vector<DeliveryAttempt> read_attempts(Connection& c, std::int64_t delivery) {
  Query q = c.query(
      "SELECT number, at, latency_ms, status, error, state, next_attempt_at"
      " FROM delivery_attempt WHERE delivery = ?1 ORDER BY number");
  q.bind(delivery);
  std::vector<DeliveryAttempt> rows;
  while (q.step()) {
    DeliveryAttempt row;
    row.delivery = delivery;
    row.number = static_cast<std::uint32_t>(q.integer(0));
    row.at = q.time(1);
    row.latency_ms = q.integer(2);
    row.status = static_cast<int>(q.integer(3));
    row.error = q.text(4);
    row.state = static_cast<DeliveryState>(q.integer(5));
    row.next_attempt_at = q.time(6);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<DestinationState> read_destination_states(Connection& c) {
  Query q = c.query(
      "SELECT name, disabled, disabled_reason, failing_since, last_failed_at, last_delivered_at,"
      " address FROM destination ORDER BY name");
  std::vector<DestinationState> rows;
  while (q.step()) {
    rows.push_back({q.text(0), q.integer(1) != 0, q.text(2), q.optional_time(3), q.optional_time(4),
                    q.optional_time(5), q.text(6)});
  }
  return rows;
}

Reader::OutboxCounts read_outbox_counts(Connection& c) {
  Query q = c.query("SELECT state, count(*) FROM delivery GROUP BY state");
  Reader::OutboxCounts counts;
  while (q.step()) {
    const auto count = static_cast<std::uint64_t>(q.integer(1));
    switch (static_cast<DeliveryState>(q.integer(0))) {
      case DeliveryState::pending:
        counts.pending = count;
        break;
      case DeliveryState::delivered:
        counts.delivered = count;
        break;
      case DeliveryState::dead:
        counts.dead = count;
        break;
    }
  }
  return counts;
}

// A digest ("digest:" and whom it was made for, whom another may stand in for) stands in the line
// of each subject that it tells of: an older digest with something of this subject, and before a
// digest whatever is older of any of its own.
#define KPID_OLDER_DIGEST(destination, subject, number)                      \
  "EXISTS (SELECT 1 FROM delivery e CROSS JOIN event v CROSS JOIN bundled b" \
  " ON b.digest = e.event AND b.event = v.id WHERE e.state = 0"              \
  " AND e.destination = " destination                                        \
  " AND e.subject >= 'digest:' AND e.subject < 'digest;'"                    \
  " AND e.id < " number " AND v.subject = " subject ")"
#define KPID_OLDER_THAN_DIGEST(destination, digest, number)                \
  "EXISTS (SELECT 1 FROM bundled b CROSS JOIN event v ON v.id = b.event"   \
  " CROSS JOIN delivery e ON e.state = 0 AND e.destination = " destination \
  " AND e.subject = v.subject AND e.id < " number " WHERE b.digest = " digest ")"

// First in, first out per (destination, subject): whoever has an older one before it, waits. The
// filter is shared, so that what is due, what may go and what is next can never disagree.
#define KPID_FIRST_IN_LINE \
  "d.state = 0 AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.state = 0"                   \
  " AND e.destination = d.destination AND e.subject = d.subject AND e.id < d.id)"            \
  " AND NOT EXISTS (SELECT 1 FROM destination t WHERE t.name = d.destination AND t.disabled)" \
  " AND NOT " KPID_OLDER_DIGEST("d.destination", "d.subject", "d.id")                        \
  " AND NOT (d.subject >= 'digest:' AND d.subject < 'digest;' AND "                                    \
  KPID_OLDER_THAN_DIGEST("d.destination", "d.event", "d.id") ")"

namespace {

// The destinations that are to have something that is free, but for these: one step in the index
// for each, however many wait for one that is switched off.
std::vector<std::string> destinations_with_free(Connection& c,
                                                std::span<const std::string> except) {
  Query q = c.query(
      "WITH RECURSIVE one (name) AS ("
      " SELECT min(destination) FROM delivery WHERE state = 0 AND claimed = 0"
      " UNION ALL SELECT (SELECT min(destination) FROM delivery WHERE state = 0 AND claimed = 0"
      " AND destination > name) FROM one WHERE name IS NOT NULL)"
      " SELECT name FROM one WHERE name IS NOT NULL"
      " AND NOT EXISTS (SELECT 1 FROM destination t WHERE t.name = one.name AND t.disabled)");
  std::vector<std::string> names;
  while (q.step()) {
    std::string name = q.text(0);
    if (std::find(except.begin(), except.end(), name) == except.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace

std::vector<Delivery> read_due(Connection& c, Timestamp now, std::size_t limit,
                               std::span<const std::string> except) {
  std::vector<Delivery> rows;
  for (const std::string& destination : destinations_with_free(c, except)) {
    Query q = c.query("SELECT " KPID_DELIVERY_COLUMNS
                      ", body FROM delivery d INDEXED BY delivery_due"
                      " CROSS JOIN delivery_body ON delivery = id WHERE destination = ?1"
                      " AND claimed = 0 AND next_attempt_at <= ?2 AND " KPID_FIRST_IN_LINE
                      " ORDER BY next_attempt_at, id LIMIT ?3");
    q.bind(destination, now, static_cast<std::int64_t>(limit));
    while (q.step()) {
      rows.push_back(delivery_at(q));
      rows.back().body = q.text(16);
    }
  }
  return rows;
}

std::optional<Timestamp> read_next_due(Connection& c, std::span<const std::string> except) {
  std::optional<Timestamp> next;
  for (const std::string& destination : destinations_with_free(c, except)) {
    Query q = c.query(
        "SELECT next_attempt_at FROM delivery d INDEXED BY delivery_due WHERE destination = ?1"
        " AND claimed = 0 AND " KPID_FIRST_IN_LINE " ORDER BY next_attempt_at, id LIMIT 1");
    q.bind(destination);
    if (!q.step()) continue;
    const Timestamp due = q.time(0);
    if (!next || due < *next) next = due;
  }
  return next;
}

bool may_go_next(Connection& c, const Delivery& delivery) {
  Query q = c.query(
      "SELECT NOT EXISTS (SELECT 1 FROM delivery WHERE state = 0 AND destination = ?1"
      " AND subject = ?2)"
      " AND NOT EXISTS (SELECT 1 FROM destination WHERE name = ?1 AND disabled)"
      " AND NOT " KPID_OLDER_DIGEST("?1", "?2", "9223372036854775807")
      " AND NOT (?2 >= 'digest:' AND ?2 < 'digest;' AND "
      KPID_OLDER_THAN_DIGEST("?1", "?3", "9223372036854775807") ")");
  q.bind(delivery.destination, delivery.subject, delivery.event_id);
  return q.step() && q.integer(0) != 0;
}

}  // namespace kpid::store
