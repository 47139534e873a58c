// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Deliveries and destinations.

#include <cstdint>

#include <fmt/format.h>

#include "store/sql_writer.hpp"

namespace kpid::store {

Result<void> SqlWriter::add_delivery(Delivery& delivery) {
  return guarded([&] {
    const bool claimed = may_go_next(connection_, delivery);
    connection_
        .query(
            "INSERT INTO delivery (event, event_type, destination, subject, content_type, state,"
            " claimed, attempts, created_at, next_attempt_at, last_status, last_error, instead_of)"
            " VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 0, ?7, ?8, 0, '', ?9)")
        .bind(delivery.event_id, to_string(delivery.event_type), delivery.destination,
              delivery.subject, delivery.content_type, claimed, delivery.created_at,
              delivery.next_attempt_at, delivery.instead_of)
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
            "UPDATE delivery SET state = 0, claimed = 0, next_attempt_at = ?2, finished_at = NULL,"
            " replayed_at = ?2, replayed_after = attempts WHERE id = ?1 AND state <> 0")
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
    connection_.query("INSERT OR REPLACE INTO destination VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        .bind(state.name, state.disabled, state.disabled_reason, state.failing_since,
              state.last_failed_at, state.last_delivered_at, state.address)
        .run();
  });
}

Result<std::optional<Timestamp>> SqlWriter::next_delivery_due(
    std::span<const std::string> except) const {
  return guarded([&] { return read_next_due(connection_, except); });
}

}  // namespace kpid::store
