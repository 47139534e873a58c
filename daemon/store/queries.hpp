// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// Every question that is asked of the database, as functions of a connection; the Reader and the
// Writer share them. They throw SqlError.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite.hpp"
#include "store/store.hpp"

namespace kpid::store {

// queries_measurements.cpp
std::vector<Measurement> read_series(Connection& c, const SeriesKey& key, const Window& window);
std::vector<OrganisationMeasurement> read_across(Connection& c, std::string_view measure,
                                                 std::string_view subgroup, const Window& window);
std::vector<Measurement> read_revisions(Connection& c, const SeriesKey& key, const Period& period);
std::vector<SeriesKey> read_series_of_measure(Connection& c, std::string_view measure);
std::optional<DocumentRecord> read_document(Connection& c, DocumentId id);
void read_marks(Connection& c, const std::function<void(const Mark&)>& take);
std::optional<SourceState> read_source_state(Connection& c, std::string_view source);
std::vector<Run> read_runs(Connection& c, std::string_view source, std::size_t limit);
std::vector<NewestEnd> read_newest_ends(Connection& c, std::string_view measure,
                                        std::string_view subgroup);
// A measurement from twelve columns, `first` on: period_start, period_end, revision, value,
// numerator, denominator, known_at, run, document, row_first, row_last, stated_on.
Measurement measurement_at(const Query& q, int first);

// queries_history.cpp
std::vector<SeriesRecord> read_all_series(Connection& c);
Result<void> read_history(Connection& c, Timestamp from, Timestamp to, const TakeHistory& take);
std::vector<Run> read_runs_ended(Connection& c, Timestamp from, Timestamp to);
std::vector<EvidenceRecord> read_evidence(Connection& c, std::string_view event_id);
Run run_at(const Query& q);  // the columns of KPID_RUN_COLUMNS
#define KPID_RUN_COLUMNS                                                              \
  "id, source, started_at, ended_at, outcome, error_kind, reason, detail, rows_read," \
  " observations, created, revised, unchanged, refused, notes_total"

// retention.cpp
Disposable find_disposable(Connection& c, const Keep& keep, SeriesId from);
std::vector<DocumentId> find_unused_documents(Connection& c, Timestamp before);

// What the database remembers of itself.
inline constexpr const char* evidence_since = "evidence_since";    // when the first was written
inline constexpr const char* compacted_until = "compacted_until";  // days before it, by week
std::optional<std::int64_t> remembered(Connection& c, const char* name);
std::optional<Date> remembered_day(Connection& c, const char* name);
[[nodiscard]] bool same_week(Date a, Date b) noexcept;  // from Monday to Sunday

// silences.cpp
std::vector<Silence> read_silences(Connection& c, const SilenceQuery& wanted);
std::optional<Silence> read_silence(Connection& c, std::int64_t id);
std::vector<std::string> read_subjects_to_settle(Connection& c, Timestamp now);
std::optional<HeldBack> read_held(Connection& c, std::string_view event_id);

// queries_told.cpp
std::vector<ToldOf> read_told_of(Connection& c, std::string_view subject);
Heard read_heard(Connection& c, std::string_view event_id, std::string_view destination);

// queries_audit.cpp
std::vector<Delivery> read_deliveries_within(Connection& c, const DeliveryRange& range);
std::vector<Alert> read_alerts_within(Connection& c, const AlertRange& range);
MissedPage read_missed_events(Connection& c, const MissedQuery& query);
bool read_is_missed(Connection& c, std::string_view event_id, std::string_view destination);
std::vector<Event> read_events_of_digest(Connection& c, std::string_view digest_event);
std::optional<FirstTold> read_first_told(Connection& c, std::string_view subject);

// links.cpp
std::vector<LinkUse> read_links_used(Connection& c, std::string_view alert);

// waiting.cpp
std::vector<Waiting> read_waiting(Connection& c, const WaitingQuery& wanted);
std::vector<Waiting> read_waiting_of_subject(Connection& c, std::string_view destination,
                                             std::string_view subject);
std::vector<Waiting> read_waiting_in_bundle(Connection& c, std::string_view destination,
                                            std::string_view bundle);
std::optional<Timestamp> read_bundle_due(Connection& c, std::string_view destination,
                                         std::string_view bundle);
std::vector<WaitingBundle> read_waiting_bundles(Connection& c);
std::optional<Timestamp> read_next_waiting_due(Connection& c, Timestamp after);
std::vector<std::string> read_bundled(Connection& c, std::string_view digest);

// queries_alerts.cpp
std::vector<Delivery> read_pending_deliveries(Connection& c, std::string_view destination);
std::optional<Alert> read_open_alert(Connection& c, std::string_view rule,
                                     std::string_view organisation, std::string_view subgroup);
std::vector<Alert> read_alerts(Connection& c, const AlertQuery& wanted);
std::optional<Alert> read_alert(Connection& c, std::string_view id);
std::uint32_t count_alert_changes(Connection& c, std::string_view rule,
                                  std::string_view organisation, std::string_view subgroup,
                                  Timestamp since);
std::vector<Alert> read_notes_that_lapsed(Connection& c, Timestamp now);
std::vector<EventRecord> read_events(Connection& c, std::string_view subject);
std::optional<Event> read_event(Connection& c, std::string_view id);
std::vector<Delivery> read_deliveries(Connection& c, const DeliveryQuery& wanted);
std::optional<Delivery> read_delivery(Connection& c, std::int64_t id);
std::vector<Delivery> read_digests_of(Connection& c, std::string_view event_id);
std::vector<DeliveryAttempt> read_attempts(Connection& c, std::int64_t delivery);
std::vector<DestinationState> read_destination_states(Connection& c);
Reader::OutboxCounts read_outbox_counts(Connection& c);
std::vector<Delivery> read_due(Connection& c, Timestamp now, std::size_t limit,
                               std::span<const std::string> except);
std::optional<Timestamp> read_next_due(Connection& c, std::span<const std::string> except);
// Rows of the columns below.
Alert alert_at(const Query& q);
Delivery delivery_at(const Query& q);
#define KPID_ALERT_COLUMNS                                                                       \
  "id, rule, kpi, organisation, subgroup, state, severity, seq, opened_at, changed_at, "         \
  "fired_at, resolved_at, resolution, since_start, since_end, period_start, period_end, value, " \
  "acknowledged_by, note, flapping, acknowledged_until"
#define KPID_DELIVERY_COLUMNS                                                                \
  "id, event, event_type, destination, subject, content_type, state, attempts, created_at, " \
  "next_attempt_at, finished_at, last_status, last_error, instead_of, replayed_at, "         \
  "replayed_after"
// Pending, to a destination that is not disabled, with no older one unfinished before it.
bool may_go_next(Connection& c, const Delivery& delivery);

}  // namespace kpid::store
