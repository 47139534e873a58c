// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// The Writer over a connection, and the Reader that shares its questions.

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "store/hook_memory.hpp"
#include "store/queries.hpp"

namespace kpid::store {

// Answers every question of Reader; Base is Reader or Writer.
template <class Base>
class Answers : public Base {
 public:
  explicit Answers(Connection& connection) noexcept : connection_(connection) {}

  Result<std::vector<Measurement>> series(const SeriesKey& key,
                                          const Window& window) const override {
    return guarded([&] { return read_series(connection_, key, window); });
  }
  Result<std::vector<OrganisationMeasurement>> across(std::string_view measure,
                                                      std::string_view subgroup,
                                                      const Window& window) const override {
    return guarded([&] { return read_across(connection_, measure, subgroup, window); });
  }
  Result<std::optional<SourceState>> source_state(std::string_view source) const override {
    return guarded([&] { return read_source_state(connection_, source); });
  }
  Result<std::vector<Run>> runs(std::string_view source, std::size_t limit) const override {
    return guarded([&] { return read_runs(connection_, source, limit); });
  }
  Result<std::vector<SeriesKey>> series_of_measure(std::string_view measure) const override {
    return guarded([&] { return read_series_of_measure(connection_, measure); });
  }
  Result<std::vector<SeriesRecord>> all_series() const override {
    return guarded([&] { return read_all_series(connection_); });
  }
  Result<std::vector<NewestEnd>> newest_ends(std::string_view measure,
                                             std::string_view subgroup) const override {
    return guarded([&] { return read_newest_ends(connection_, measure, subgroup); });
  }
  Result<std::vector<Measurement>> revisions(const SeriesKey& key,
                                             const Period& period) const override {
    return guarded([&] { return read_revisions(connection_, key, period); });
  }
  Result<std::optional<DocumentRecord>> document(DocumentId id) const override {
    return guarded([&] { return read_document(connection_, id); });
  }
  Result<std::vector<Mark>> marks() const override {
    return guarded([&] {
      std::vector<Mark> marks;
      read_marks(connection_, [&marks](const Mark& mark) { marks.push_back(mark); });
      return marks;
    });
  }
  Result<void> each_mark(const std::function<void(const Mark&)>& take) const override {
    return guarded([&] { read_marks(connection_, take); });
  }
  Result<void> history(Timestamp from, Timestamp to, const TakeHistory& take) const override {
    auto read = guarded([&] { return read_history(connection_, from, to, take); });
    return read ? std::move(*read) : tl::unexpected(std::move(read.error()));
  }
  Result<std::vector<Run>> runs_ended(Timestamp from, Timestamp to) const override {
    return guarded([&] { return read_runs_ended(connection_, from, to); });
  }
  Result<std::optional<Alert>> open_alert(std::string_view rule, std::string_view organisation,
                                          std::string_view subgroup) const override {
    return guarded([&] { return read_open_alert(connection_, rule, organisation, subgroup); });
  }
  Result<std::vector<Alert>> alerts(const AlertQuery& query) const override {
    return guarded([&] { return read_alerts(connection_, query); });
  }
  Result<std::optional<Alert>> alert(std::string_view id) const override {
    return guarded([&] { return read_alert(connection_, id); });
  }
  Result<std::vector<EventRecord>> events(std::string_view subject) const override {
    return guarded([&] { return read_events(connection_, subject); });
  }
  Result<std::optional<Event>> event(std::string_view id) const override {
    return guarded([&] { return read_event(connection_, id); });
  }
  Result<std::vector<EvidenceRecord>> evidence(std::string_view event_id) const override {
    return guarded([&] { return read_evidence(connection_, event_id); });
  }
  Result<std::vector<Silence>> silences(const SilenceQuery& query) const override {
    return guarded([&] { return read_silences(connection_, query); });
  }
  Result<std::optional<Silence>> silence(std::int64_t id) const override {
    return guarded([&] { return read_silence(connection_, id); });
  }
  Result<std::vector<std::string>> subjects_to_settle(Timestamp now) const override {
    return guarded([&] { return read_subjects_to_settle(connection_, now); });
  }
  Result<std::vector<Alert>> notes_that_lapsed(Timestamp now) const override {
    return guarded([&] { return read_notes_that_lapsed(connection_, now); });
  }
  Result<std::uint32_t> alert_changes(std::string_view rule, std::string_view organisation,
                                      std::string_view subgroup, Timestamp since) const override {
    return guarded(
        [&] { return count_alert_changes(connection_, rule, organisation, subgroup, since); });
  }
  Result<std::vector<Delivery>> deliveries(const DeliveryQuery& query) const override {
    return guarded([&] { return read_deliveries(connection_, query); });
  }
  Result<std::optional<Delivery>> delivery(std::int64_t id) const override {
    return guarded([&] { return read_delivery(connection_, id); });
  }
  Result<std::vector<ToldOf>> told_of(std::string_view subject) const override {
    return guarded([&] { return read_told_of(connection_, subject); });
  }
  Result<Heard> heard(std::string_view event_id, std::string_view destination) const override {
    return guarded([&] { return read_heard(connection_, event_id, destination); });
  }
  Result<std::vector<Delivery>> pending_deliveries(std::string_view destination) const override {
    return guarded([&] { return read_pending_deliveries(connection_, destination); });
  }
  Result<std::vector<DeliveryAttempt>> attempts(std::int64_t delivery) const override {
    return guarded([&] { return read_attempts(connection_, delivery); });
  }
  Result<std::vector<Delivery>> deliveries_within(const DeliveryRange& range) const override {
    return guarded([&] { return read_deliveries_within(connection_, range); });
  }
  Result<std::vector<Alert>> alerts_within(const AlertRange& range) const override {
    return guarded([&] { return read_alerts_within(connection_, range); });
  }
  Result<MissedPage> missed_events(const MissedQuery& query) const override {
    return guarded([&] { return read_missed_events(connection_, query); });
  }
  Result<bool> is_missed(std::string_view event_id, std::string_view destination) const override {
    return guarded([&] { return read_is_missed(connection_, event_id, destination); });
  }
  Result<std::vector<Event>> events_of_digest(std::string_view digest_event) const override {
    return guarded([&] { return read_events_of_digest(connection_, digest_event); });
  }
  Result<std::optional<FirstTold>> first_told(std::string_view subject) const override {
    return guarded([&] { return read_first_told(connection_, subject); });
  }
  Result<std::vector<DestinationState>> destination_states() const override {
    return guarded([&] { return read_destination_states(connection_); });
  }
  Result<std::vector<LinkUse>> links_used(std::string_view alert) const override {
    return guarded([&] { return read_links_used(connection_, alert); });
  }
  Result<Disposable> disposable(const Keep& keep, SeriesId from) const override {
    return guarded([&] { return find_disposable(connection_, keep, from); });
  }
  Result<std::vector<DocumentId>> unused_documents(Timestamp before) const override {
    return guarded([&] { return find_unused_documents(connection_, before); });
  }
  Result<std::vector<Waiting>> waiting(const WaitingQuery& query) const override {
    return guarded([&] { return read_waiting(connection_, query); });
  }
  Result<std::vector<Waiting>> waiting_of_subject(std::string_view destination,
                                                  std::string_view subject) const override {
    return guarded([&] { return read_waiting_of_subject(connection_, destination, subject); });
  }
  Result<std::vector<Waiting>> waiting_in_bundle(std::string_view destination,
                                                 std::string_view bundle) const override {
    return guarded([&] { return read_waiting_in_bundle(connection_, destination, bundle); });
  }
  Result<std::optional<Timestamp>> bundle_due(std::string_view destination,
                                              std::string_view bundle) const override {
    return guarded([&] { return read_bundle_due(connection_, destination, bundle); });
  }
  Result<std::vector<WaitingBundle>> waiting_bundles() const override {
    return guarded([&] { return read_waiting_bundles(connection_); });
  }
  Result<std::optional<Timestamp>> next_waiting_due(Timestamp after) const override {
    return guarded([&] { return read_next_waiting_due(connection_, after); });
  }
  Result<std::vector<std::string>> bundled(std::string_view digest) const override {
    return guarded([&] { return read_bundled(connection_, digest); });
  }
  Result<std::vector<Delivery>> digests_of(std::string_view event_id) const override {
    return guarded([&] { return read_digests_of(connection_, event_id); });
  }
  Result<Reader::OutboxCounts> outbox_counts() const override {
    return guarded([&] { return read_outbox_counts(connection_); });
  }

 protected:
  Connection& connection_;
};

class SqlWriter final : public Answers<Writer>, public HookMemory {
 public:
  using Answers::Answers;

  Result<RunId> begin_run(std::string_view source, Timestamp at) override;
  Result<void> finish_run(const Run& run) override;
  Result<std::size_t> close_interrupted_runs(Timestamp at) override;
  Result<void> save_source_state(const SourceState& state) override;
  [[nodiscard]] Result<FetchMemory> fetch_memory(std::string_view source) const override;
  Result<void> save_fetch_memory(std::string_view source, const FetchMemory& memory) override;
  [[nodiscard]] Result<std::vector<FileRead>> files_read(std::string_view source) const override;
  Result<void> add_file_read(std::string_view source, RunId run, const FileRead& file) override;
  Result<std::optional<HookSeen>> hook_seen(std::string_view source,
                                            std::string_view id) const override;
  Result<void> add_hook_seen(std::string_view source, std::string_view id, Timestamp at,
                             RunId run) override;
  Result<DocumentId> add_document(RunId run, std::string_view source,
                                  const FetchedDocument& document) override;
  Result<SeriesId> series_id(std::string_view source, const SeriesKey& key) override;
  Result<Put> put(SeriesId series, RunId run, Timestamp known_at,
                  const NewMeasurement& measurement) override;
  Result<void> mark(SeriesId series, const Period& earliest) override;
  Result<void> clear_marks(std::span<const SeriesId> series) override;
  Result<void> save_alert(const Alert& alert) override;
  Result<void> add_event(const Event& event) override;
  Result<void> hold_event(std::string_view event_id, std::int64_t silence) override;
  Result<void> settle_held(std::string_view event_id, bool told, Timestamp now) override;
  Result<void> add_silence(Silence& silence) override;
  Result<void> end_silence(std::int64_t id, std::string_view by, Timestamp now) override;
  Result<void> add_evidence(std::string_view event_id, std::span<const KpiInput> inputs) override;
  Result<void> add_delivery(Delivery& delivery) override;
  Result<std::size_t> release_claims() override;
  Result<void> release_claims(std::span<const std::int64_t> ids) override;
  Result<std::vector<Delivery>> claim_due(Timestamp now, std::size_t limit,
                                          std::span<const std::string> except) override;
  Result<void> record_attempt(const DeliveryAttempt& attempt) override;
  Result<void> replay_delivery(std::int64_t id, Timestamp now) override;
  Result<void> save_destination_state(const DestinationState& state) override;
  Result<Secret> own_key(std::string_view name, const Secret& fresh) override;
  Result<void> use_link(const LinkUse& use) override;
  Result<std::optional<Timestamp>> next_delivery_due(
      std::span<const std::string> except) const override;
  Result<void> add_waiting(const Waiting& waiting) override;
  Result<void> put_off(const Waiting& waiting) override;
  Result<void> drop_waiting(std::string_view event_id, std::string_view destination) override;
  Result<void> add_bundled(std::string_view digest, std::span<const std::string> events) override;

  Result<std::size_t> drop_runs(Timestamp ended_before, std::size_t limit) override;
  Result<std::size_t> drop_deliveries(Timestamp finished_before, std::size_t limit) override;
  Result<std::size_t> drop_measurements(std::span<const MeasurementPlace> places,
                                        std::optional<Date> daily) override;
  Result<std::size_t> drop_documents(std::span<const DocumentId> documents) override;

  // What was remembered of uncommitted rows is forgotten.
  void forget() noexcept;

 private:
  struct Latest {
    std::uint32_t revision = 0;
    double value = 0;
    std::optional<double> numerator;
    std::optional<double> denominator;
    Timestamp known_at{};
    std::optional<Date> stated_on;
  };
  struct LatestOfSeries {
    std::map<Period, Latest> periods;
    std::chrono::days longest{0};  // of the periods, at least
  };

  LatestOfSeries& latest_of(SeriesId series);
  void restate(SeriesId series, const Period& period, Latest& latest, Date stated_on);
  bool is_compacted(const LatestOfSeries& known, const Period& period);
  void lengthen(SeriesId series, LatestOfSeries& known, const Period& period);

  // The newest revision of each period of the series that a run touches, so that an upsert needs
  // no look-up of its own. Bounded, and emptied when a run ends.
  std::unordered_map<SeriesId, LatestOfSeries> latest_;
  std::size_t latest_count_ = 0;
  std::optional<Date> compacted_until_;  // once it was asked for
  SeriesId last_series_ = 0;
  LatestOfSeries* last_put_ = nullptr;  // of last_series_: rows often come series by series
};

}  // namespace kpid::store
