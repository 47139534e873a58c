// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The record, page by page: who was told what, and what a destination has missed.

#include <string>
#include <utility>

#include "store/queries.hpp"

namespace kpid::store {

// Of the event e by the destination ?4.
#define KPID_IS_MISSED                                                                    \
  " NOT EXISTS (SELECT 1 FROM delivery d WHERE d.event = e.id AND d.destination = ?4)"    \
  " AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.event = e.id AND w.destination = ?4)" \
  " AND NOT EXISTS (SELECT 1 FROM held_event h WHERE h.event = e.id AND NOT h.told)"      \
  " AND NOT EXISTS (SELECT 1 FROM bundled b JOIN delivery d ON d.event = b.digest"        \
  "   WHERE b.event = e.id AND d.destination = ?4)"

std::vector<Delivery> read_deliveries_within(Connection& c, const DeliveryRange& range) {
  Query q = c.query("SELECT " KPID_DELIVERY_COLUMNS
                    " FROM delivery WHERE id > ?1 AND (?2 IS NULL OR created_at >= ?2)"
                    " AND (?3 IS NULL OR created_at < ?3) AND (?4 = '' OR destination = ?4)"
                    " ORDER BY id LIMIT ?5");
  q.bind(range.after, range.since, range.before, range.destination,
         static_cast<std::int64_t>(range.limit));
  std::vector<Delivery> rows;
  while (q.step()) rows.push_back(delivery_at(q));
  return rows;
}

std::vector<Alert> read_alerts_within(Connection& c, const AlertRange& range) {
  Query q = c.query("SELECT " KPID_ALERT_COLUMNS
                    " FROM alert WHERE id > ?1"
                    " AND (?2 IS NULL OR resolved_at IS NULL OR resolved_at >= ?2)"
                    " AND (?3 IS NULL OR opened_at < ?3) ORDER BY id LIMIT ?4");
  q.bind(range.after, range.since, range.before, static_cast<std::int64_t>(range.limit));
  std::vector<Alert> rows;
  while (q.step()) rows.push_back(alert_at(q));
  return rows;
}

// Nothing of an event that was not missed is read but its place, so that a page is short where a
// destination has heard nearly all.
MissedPage read_missed_events(Connection& c, const MissedQuery& query) {
  std::vector<std::string> missed;
  std::optional<EventPlace> last;
  std::size_t seen = 0;
  {
    Query q =
        c.query("SELECT e.at, e.rowid, e.id," KPID_IS_MISSED
                " FROM event e INDEXED BY event_at WHERE (e.at, e.rowid) > (?1, ?2) AND e.at < ?3"
                " ORDER BY e.at, e.rowid LIMIT ?5");
    q.bind(query.after.at, query.after.row, query.before, query.destination,
           static_cast<std::int64_t>(query.limit));
    for (; q.step(); ++seen) {
      last = EventPlace{q.time(0), q.integer(1)};
      if (q.integer(3) != 0) missed.push_back(q.text(2));
    }
  }
  MissedPage page;
  if (seen == query.limit) page.next = last;
  for (const std::string& id : missed) {
    if (auto event = read_event(c, id)) page.events.push_back(std::move(*event));
  }
  return page;
}

bool read_is_missed(Connection& c, std::string_view event_id, std::string_view destination) {
  Query q = c.query("SELECT " KPID_IS_MISSED
                    " FROM event e WHERE e.id = ?1 AND ?2 IS NULL"
                    " AND ?3 IS NULL");
  q.bind(event_id, std::nullopt, std::nullopt, destination);
  return q.step() && q.integer(0) != 0;
}

std::vector<Event> read_events_of_digest(Connection& c, std::string_view digest_event) {
  std::vector<std::string> ids;
  {
    Query q = c.query(
        "SELECT e.id FROM bundled b JOIN event e ON e.id = b.event WHERE b.digest = ?1"
        " ORDER BY e.at, e.rowid");
    q.bind(digest_event);
    while (q.step()) ids.push_back(q.text(0));
  }
  std::vector<Event> events;
  for (const std::string& id : ids) {
    if (auto event = read_event(c, id)) events.push_back(std::move(*event));
  }
  return events;
}

std::optional<FirstTold> read_first_told(Connection& c, std::string_view subject) {
  Query q = c.query(
      "SELECT d.destination, a.at FROM delivery d JOIN delivery_attempt a ON a.delivery = d.id"
      " WHERE d.subject = ?1 AND a.state = 1"
      " UNION ALL"
      " SELECT d.destination, a.at FROM event e JOIN bundled b ON b.event = e.id"
      " JOIN delivery d ON d.event = b.digest JOIN delivery_attempt a ON a.delivery = d.id"
      " WHERE e.subject = ?1 AND a.state = 1 ORDER BY 2, 1 LIMIT 1");
  q.bind(subject);
  if (!q.step()) return std::nullopt;
  return FirstTold{q.text(0), q.time(1)};
}

}  // namespace kpid::store
