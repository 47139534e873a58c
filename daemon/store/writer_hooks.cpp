// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What was pushed to sources lately.

#include <chrono>

#include "store/sql_writer.hpp"

namespace kpid::store {
namespace {

// Senders try again for some hours; after that a repetition is read like anything new.
constexpr std::chrono::hours remembered_for{24};

}  // namespace

Result<std::optional<HookSeen>> SqlWriter::hook_seen(std::string_view source,
                                                     std::string_view id) const {
  return guarded([&]() -> std::optional<HookSeen> {
    Query q = connection_.query(
        "SELECT at, run, run = (SELECT max(run) FROM hook_seen WHERE source = ?1) FROM hook_seen"
        " WHERE source = ?1 AND id = ?2");
    q.bind(source, id);
    if (!q.step()) return std::nullopt;
    return HookSeen{q.time(0), q.integer(1), q.integer(2) != 0};
  });
}

Result<void> SqlWriter::add_hook_seen(std::string_view source, std::string_view id, Timestamp at,
                                      RunId run) {
  return guarded([&] {
    connection_.query("DELETE FROM hook_seen WHERE at < ?1").bind(at - remembered_for).run();
    connection_
        .query("INSERT OR REPLACE INTO hook_seen (source, id, at, run) VALUES (?1, ?2, ?3, ?4)")
        .bind(source, id, at, run)
        .run();
  });
}

HookMemory& hook_memory(Writer& writer) { return dynamic_cast<HookMemory&>(writer); }

}  // namespace kpid::store
