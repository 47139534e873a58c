// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Keys that this installation made for itself, and the links in messages that were used.

#include "store/sql_writer.hpp"

namespace kpid::store {

std::vector<LinkUse> read_links_used(Connection& c, std::string_view alert) {
  Query q = c.query(
      "SELECT l.event, l.destination, l.used_at, l.by FROM event e JOIN link_used l"
      " ON l.event = e.id WHERE e.subject = ?1 ORDER BY l.used_at, e.seq, l.destination");
  q.bind(alert);
  std::vector<LinkUse> rows;
  while (q.step()) rows.push_back({q.text(0), q.text(1), q.time(2), q.text(3)});
  return rows;
}

Result<Secret> SqlWriter::own_key(std::string_view name, const Secret& fresh) {
  return guarded([&] {
    connection_.query("INSERT INTO own_key VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        .bind(name, Bytes{fresh.reveal()})
        .run();
    Query q = connection_.query("SELECT value FROM own_key WHERE name = ?1");
    q.bind(name);
    return q.step() ? Secret{q.text(0)} : fresh;
  });
}

Result<void> SqlWriter::use_link(const LinkUse& use) {
  auto added = guarded([&] {
    connection_.query("INSERT INTO link_used VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
        .bind(use.event, use.destination, use.used_at, use.by)
        .run();
    return connection_.changes();
  });
  if (!added) return tl::unexpected(added.error());
  if (*added == 1) return {};
  return fail(ErrorKind::conflict, "the link in the message " + use.event + " to \"" +
                                       use.destination + "\" was used before");
}

}  // namespace kpid::store
