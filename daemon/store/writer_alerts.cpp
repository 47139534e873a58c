// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Alerts, their events, and what these rested on.

#include <cstdint>

#include <fmt/format.h>

#include "store/sql_writer.hpp"

namespace kpid::store {

Result<void> SqlWriter::save_alert(const Alert& alert) {
  return guarded([&] {
    connection_
        .query(
            "INSERT INTO alert VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
            " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)"
            " ON CONFLICT (id) DO UPDATE SET state = excluded.state, severity = excluded.severity,"
            " seq = excluded.seq, changed_at = excluded.changed_at, fired_at = excluded.fired_at,"
            " resolved_at = excluded.resolved_at, resolution = excluded.resolution,"
            " since_start = excluded.since_start, since_end = excluded.since_end,"
            " period_start = excluded.period_start, period_end = excluded.period_end,"
            " value = excluded.value, acknowledged_by = excluded.acknowledged_by,"
            " note = excluded.note, flapping = excluded.flapping,"
            " acknowledged_until = excluded.acknowledged_until")
        .bind(alert.id, alert.rule, alert.kpi, alert.organisation, alert.subgroup,
              static_cast<std::int64_t>(alert.state), static_cast<std::int64_t>(alert.severity),
              alert.seq, alert.opened_at, alert.changed_at, alert.fired_at, alert.resolved_at,
              static_cast<std::int64_t>(alert.resolution), alert.since.start, alert.since.end,
              alert.period.start, alert.period.end, alert.value, alert.acknowledged_by, alert.note,
              alert.flapping, alert.acknowledged_until)
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

// A value knows its series by name; of two sources that have one of that name, it is the one whose
// row this is.
Result<void> SqlWriter::add_evidence(std::string_view event_id, std::span<const KpiInput> inputs) {
  return guarded([&] {
    for (const KpiInput& input : inputs) {
      const Measurement& row = input.measurement;
      connection_
          .query(
              "INSERT INTO event_evidence SELECT ?1, m.series, m.period_start, m.period_end,"
              " m.revision FROM series s JOIN measurement m ON m.series = s.id"
              " WHERE s.measure = ?2 AND s.subgroup = ?3 AND s.organisation = ?4"
              " AND m.period_start = ?5 AND m.period_end = ?6 AND m.revision = ?7"
              " AND m.known_at = ?8 AND m.run = ?9"
              " ON CONFLICT DO UPDATE SET revision = excluded.revision")
          .bind(event_id, input.series.measure, input.series.subgroup, input.series.organisation,
                row.period.start, row.period.end, row.revision, row.known_at, row.run)
          .run();
      if (connection_.changes() == 0) {
        throw SqlError(0, fmt::format("the event {} rests on a measurement of {} that is not there",
                                      event_id, input.series.measure));
      }
    }
  });
}

}  // namespace kpid::store
