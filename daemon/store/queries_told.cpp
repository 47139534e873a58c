// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Who has been told of what: by a message of its own, or within a digest; and who is to be, once
// its time has come.

#include "store/queries.hpp"

namespace kpid::store {

std::vector<ToldOf> read_told_of(Connection& c, std::string_view subject) {
  Query q = c.query(
      "SELECT destination, max(at), max(arrived), max(under_way) FROM ("
      " SELECT destination, coalesce(finished_at, created_at) AS at, state = 1 AS arrived,"
      "  state = 0 AS under_way FROM delivery WHERE subject = ?1"
      " UNION ALL SELECT w.destination, w.since, 0, 1 FROM event e"
      "  JOIN waiting w ON w.event = e.id WHERE e.subject = ?1"
      " UNION ALL SELECT d.destination, coalesce(d.finished_at, d.created_at), d.state = 1,"
      "  d.state = 0 FROM event e JOIN bundled b ON b.event = e.id"
      "  JOIN delivery d ON d.event = b.digest WHERE e.subject = ?1)"
      " GROUP BY destination ORDER BY destination");
  q.bind(subject);
  std::vector<ToldOf> rows;
  while (q.step()) rows.push_back({q.text(0), q.time(1), q.integer(2) != 0, q.integer(3) != 0});
  return rows;
}

Heard read_heard(Connection& c, std::string_view event_id, std::string_view destination) {
  Query q = c.query(
      "SELECT count(*), total(state < 2) FROM ("
      " SELECT state FROM delivery WHERE event = ?1 AND destination = ?2"
      " UNION ALL SELECT 0 FROM waiting WHERE event = ?1 AND destination = ?2"
      " UNION ALL SELECT d.state FROM bundled b JOIN delivery d ON d.event = b.digest"
      "  WHERE b.event = ?1 AND d.destination = ?2)");
  q.bind(event_id, destination);
  if (!q.step() || q.integer(0) == 0) return Heard::no;
  return q.integer(1) > 0 ? Heard::yes : Heard::given_up;
}

}  // namespace kpid::store
