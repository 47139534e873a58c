// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The one file of data. This room alone speaks SQL and nothing of SQLite leaks out of it. One
// daemon owns a database at a time; one Writer writes, any number of Readers read, each on a
// connection of its own.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kpis/kpi_values.hpp"
#include "model/alert.hpp"
#include "model/delivery.hpp"
#include "model/error.hpp"
#include "model/fetch_memory.hpp"
#include "model/measurement.hpp"
#include "model/run.hpp"
#include "model/secret.hpp"
#include "model/silence.hpp"

namespace kpid::store {

using SeriesId = std::int64_t;
using RunId = std::int64_t;
using DocumentId = std::int64_t;

struct NewMeasurement {
  Period period;
  double value = 0;
  std::optional<double> numerator;
  std::optional<double> denominator;
  DocumentId document = 0;
  std::uint32_t row_first = 0;
  std::uint32_t row_last = 0;
  std::optional<Date> stated_on;
};
// outdated: the source has stated another value since; this one was not taken.
enum class Put { created, revised, unchanged, outdated };

struct Mark {  // a series that changed since it was last evaluated
  SeriesId series = 0;
  SeriesKey key;
  Period earliest;             // the earliest period that changed
  bool run_under_way = false;  // its source is being pulled: more of the same run may follow
};

struct DocumentRecord {  // where a measurement came from
  DocumentId id = 0;
  std::string source;
  std::string origin;
  std::string sha256;
  Timestamp fetched_at{};
};

struct SeriesRecord {
  SeriesId id = 0;
  SeriesKey key;
  std::string source;
};

struct EvidenceRecord {  // a measurement that an alert's event rested on
  SeriesKey series;
  std::string source;
  Measurement measurement;
  std::optional<DocumentRecord> document;
};

struct HistoryRow {
  SeriesId series = 0;
  Measurement measurement;
};
using TakeHistory = std::function<Result<void>(std::span<const HistoryRow>)>;

struct NewestEnd {  // how far a measure of an organisation reaches
  std::string organisation;
  Date end{};
};

struct MeasurementPlace {
  SeriesId series = 0;
  Period period;
  std::uint32_t revision = 0;
};

// How far back is kept; nothing where for ever.
struct Keep {
  std::optional<Timestamp> runs;        // that ended since then
  std::optional<Timestamp> deliveries;  // that were finished since then
  std::optional<Timestamp> superseded;  // revisions that were the newest word at any time since
  std::optional<Date> daily;            // days since then; before it the last of each week
};
struct Disposable {
  std::vector<MeasurementPlace> places;
  std::optional<SeriesId> next;  // where to look on; nothing at the end
};

struct AlertQuery {
  bool include_resolved = false;
  std::string organisation;  // empty: any
  std::size_t limit = 1000;
};
struct DeliveryQuery {
  bool failed_only = false;  // dead, or pending after at least one failed attempt
  std::string destination;   // empty: any
  std::size_t limit = 1000;
};
struct HeldBack {  // by a silence, instead of being told
  std::int64_t silence = 0;
  std::optional<Timestamp> settled_at;  // when that had ended
  bool told = false;                    // then
};
struct EventRecord {
  Event event;
  std::vector<Delivery> deliveries;  // without bodies
  std::optional<HeldBack> held{};
};
struct ToldOf {  // how a destination stands with a subject
  std::string destination;
  Timestamp last_at{};     // when it was last told, or given up on; while it is not: since when
  bool arrived = false;    // it has been told of it, alone or within a digest
  bool under_way = false;  // something of it is still to be delivered, or waits for its time
};
enum class Heard { no, given_up, yes };  // yes: or it will be
struct SilenceQuery {
  std::optional<Timestamp> live_at;      // those that hold at that instant
  std::optional<Timestamp> not_over_at;  // those that end, or are removed, after it
};
// A stretch of the record, page by page: each begins after the last of the one before.
struct DeliveryRange {
  std::int64_t after = 0;           // its id
  std::optional<Timestamp> since;   // made then or later
  std::optional<Timestamp> before;  // made before then
  std::string destination;          // empty: any
  std::size_t limit = 500;
};
struct AlertRange {  // alerts that were open at some time within it
  std::string after;
  std::optional<Timestamp> since;
  std::optional<Timestamp> before;
  std::size_t limit = 500;
};
struct EventPlace {
  Timestamp at{};
  std::int64_t row = 0;
};
struct MissedQuery {
  std::string destination;
  EventPlace after;    // {since, 0} for the first page
  Timestamp before{};  // told before then
  std::size_t limit = 500;
};
struct MissedPage {
  std::vector<Event> events;
  std::optional<EventPlace> next;  // nothing at the end
};
struct FirstTold {
  std::string destination;
  Timestamp at{};
};
struct LinkUse {      // somebody took note of an alert by the link in a message
  std::string event;  // the message's
  std::string destination;
  Timestamp used_at{};
  std::string by;
};
// An event that waits until a destination may be told of it; see alerts/timing.hpp.
struct Waiting {
  std::string event_id;
  std::string destination;
  std::string subject;
  std::string bundle;  // what is due together goes out as one message
  Timestamp due_at{};
  Timestamp since{};
  std::string instead_of{};  // the destination that could not be told
};
struct WaitingQuery {  // empty: any
  std::string destination;
  std::string event{};
};
struct WaitingBundle {
  std::string destination;
  std::string bundle;
  Timestamp due_at{};  // the earliest
  std::uint64_t events = 0;
};
struct DestinationState {
  std::string name;
  bool disabled = false;
  std::string disabled_reason;
  std::optional<Timestamp> failing_since;
  std::optional<Timestamp> last_failed_at;
  std::optional<Timestamp> last_delivered_at;
  std::string address{};  // a digest of the one that it is about
};

// Everything that can be read. Also a MeasurementReader, so KPIs compute from it directly.
// Not thread-safe: one thread at a time.
class Reader : public MeasurementReader {
 public:
  [[nodiscard]] virtual Result<std::optional<SourceState>> source_state(
      std::string_view source) const = 0;
  [[nodiscard]] virtual Result<std::vector<Run>> runs(std::string_view source,
                                                      std::size_t limit) const = 0;  // newest first
  [[nodiscard]] virtual Result<std::vector<SeriesKey>> series_of_measure(
      std::string_view measure) const = 0;
  [[nodiscard]] virtual Result<std::vector<SeriesRecord>> all_series() const = 0;
  // The end of the newest period of each organisation that ever had one, whatever the source.
  [[nodiscard]] virtual Result<std::vector<NewestEnd>> newest_ends(
      std::string_view measure, std::string_view subgroup) const = 0;
  [[nodiscard]] virtual Result<std::vector<Measurement>> revisions(const SeriesKey& key,
                                                                   const Period& period) const = 0;
  [[nodiscard]] virtual Result<std::optional<DocumentRecord>> document(DocumentId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<Mark>> marks() const = 0;
  // The same, one by one: after a first import there may be a mark for each of a million series.
  [[nodiscard]] virtual Result<void> each_mark(
      const std::function<void(const Mark&)>& take) const = 0;
  // Every revision that became known in [from, to), in the order in which it did: by instant, run,
  // series, period, revision. Handed over in batches, so that years need no memory; a failure that
  // `take` returns ends the reading. `take` must not itself ask for history.
  [[nodiscard]] virtual Result<void> history(Timestamp from, Timestamp to,
                                             const TakeHistory& take) const = 0;
  // Runs that ended in [from, to), in the order in which they did, without notes. Those that
  // retention has dropped stored nothing.
  [[nodiscard]] virtual Result<std::vector<Run>> runs_ended(Timestamp from, Timestamp to) const = 0;
  [[nodiscard]] virtual Result<std::optional<Alert>> open_alert(
      std::string_view rule, std::string_view organisation, std::string_view subgroup) const = 0;
  [[nodiscard]] virtual Result<std::vector<Alert>> alerts(const AlertQuery& query) const = 0;
  [[nodiscard]] virtual Result<std::optional<Alert>> alert(std::string_view id) const = 0;
  // In order of seq; the state history of an alert, and who was told.
  [[nodiscard]] virtual Result<std::vector<EventRecord>> events(std::string_view subject) const = 0;
  [[nodiscard]] virtual Result<std::optional<Event>> event(std::string_view id) const = 0;
  // In order of series and period. Empty where the event judged nothing new (an acknowledgement)
  // or is older than the record of evidence.
  [[nodiscard]] virtual Result<std::vector<EvidenceRecord>> evidence(
      std::string_view event_id) const = 0;
  // In order of their ids.
  [[nodiscard]] virtual Result<std::vector<Silence>> silences(const SilenceQuery& query) const = 0;
  [[nodiscard]] virtual Result<std::optional<Silence>> silence(std::int64_t id) const = 0;
  // Subjects with an event that was held back by a silence which is over by now, and of which
  // nothing is settled yet.
  [[nodiscard]] virtual Result<std::vector<std::string>> subjects_to_settle(
      Timestamp now) const = 0;
  // Alerts of which somebody had taken note until then.
  [[nodiscard]] virtual Result<std::vector<Alert>> notes_that_lapsed(Timestamp now) const = 0;
  // How often alerts of this rule and series have fired or resolved since then. Pending ones that
  // passed without firing do not count.
  [[nodiscard]] virtual Result<std::uint32_t> alert_changes(std::string_view rule,
                                                            std::string_view organisation,
                                                            std::string_view subgroup,
                                                            Timestamp since) const = 0;
  [[nodiscard]] virtual Result<std::vector<Delivery>> deliveries(
      const DeliveryQuery& query) const = 0;  // newest first, without bodies
  [[nodiscard]] virtual Result<std::optional<Delivery>> delivery(std::int64_t id) const = 0;
  // Who has been told of a subject, or is to be; in order of their names. What a silence holds back
  // is told to nobody.
  [[nodiscard]] virtual Result<std::vector<ToldOf>> told_of(std::string_view subject) const = 0;
  [[nodiscard]] virtual Result<Heard> heard(std::string_view event_id,
                                            std::string_view destination) const = 0;
  // In order of their ids, without bodies.
  [[nodiscard]] virtual Result<std::vector<Delivery>> pending_deliveries(
      std::string_view destination) const = 0;
  [[nodiscard]] virtual Result<std::vector<DeliveryAttempt>> attempts(
      std::int64_t delivery) const = 0;
  // In order of their ids, without bodies.
  [[nodiscard]] virtual Result<std::vector<Delivery>> deliveries_within(
      const DeliveryRange& range) const = 0;
  // In order of their ids, which is that of opening.
  [[nodiscard]] virtual Result<std::vector<Alert>> alerts_within(const AlertRange& range) const = 0;
  // Events, in the order in which they were told, that the destination has no delivery of, alone or
  // in a digest, and none waiting. One that a silence has held back and that was not told at its
  // end was kept from everybody and is missed by nobody. A page looks at `limit` events.
  [[nodiscard]] virtual Result<MissedPage> missed_events(const MissedQuery& query) const = 0;
  [[nodiscard]] virtual Result<bool> is_missed(std::string_view event_id,
                                               std::string_view destination) const = 0;
  // What a digest holds, in the order in which it was told.
  [[nodiscard]] virtual Result<std::vector<Event>> events_of_digest(
      std::string_view digest_event) const = 0;
  // Whose receiver was the first to accept an event of this subject, alone or in a digest.
  [[nodiscard]] virtual Result<std::optional<FirstTold>> first_told(
      std::string_view subject) const = 0;
  [[nodiscard]] virtual Result<std::vector<DestinationState>> destination_states() const = 0;
  // Those of all the messages about an alert that were used, the first use first.
  [[nodiscard]] virtual Result<std::vector<LinkUse>> links_used(std::string_view alert) const = 0;
  // Measurements that need not be kept, of series from `from` on: superseded revisions, and days of
  // which the week has a later one. Never what an event rests on, nor the day from which a change
  // since the autumn census is counted. It looks at some 200,000 rows, which takes a while.
  [[nodiscard]] virtual Result<Disposable> disposable(const Keep& keep, SeriesId from) const = 0;
  // Of runs that ended before then, and no measurement came from them. Long.
  [[nodiscard]] virtual Result<std::vector<DocumentId>> unused_documents(
      Timestamp before) const = 0;
  // In the order in which they came to wait.
  [[nodiscard]] virtual Result<std::vector<Waiting>> waiting(const WaitingQuery& query) const = 0;
  [[nodiscard]] virtual Result<std::vector<Waiting>> waiting_of_subject(
      std::string_view destination, std::string_view subject) const = 0;
  [[nodiscard]] virtual Result<std::vector<Waiting>> waiting_in_bundle(
      std::string_view destination, std::string_view bundle) const = 0;
  [[nodiscard]] virtual Result<std::optional<Timestamp>> bundle_due(
      std::string_view destination, std::string_view bundle) const = 0;
  [[nodiscard]] virtual Result<std::vector<WaitingBundle>> waiting_bundles() const = 0;
  // The first instant after `after` at which something that waits is due.
  [[nodiscard]] virtual Result<std::optional<Timestamp>> next_waiting_due(
      Timestamp after) const = 0;
  // The events that a digest tells of; the digests that tell of an event, as their deliveries.
  [[nodiscard]] virtual Result<std::vector<std::string>> bundled(std::string_view digest) const = 0;
  [[nodiscard]] virtual Result<std::vector<Delivery>> digests_of(
      std::string_view event_id) const = 0;
  struct OutboxCounts {
    std::uint64_t pending = 0;
    std::uint64_t dead = 0;
    std::uint64_t delivered = 0;
  };
  [[nodiscard]] virtual Result<OutboxCounts> outbox_counts() const = 0;
};

// Writes, and reads what the open transaction sees. Every write stands inside a transaction: the
// WriteQueue opens and commits it. [writer thread]
class Writer : public Reader {
 public:
  // Runs. begin_run marks the source as asked, and closes what a run before it has left open.
  virtual Result<RunId> begin_run(std::string_view source, Timestamp at) = 0;
  virtual Result<void> finish_run(const Run& run) = 0;  // counts, notes, outcome
  // Runs that a crash left open become `interrupted`; how many there were.
  virtual Result<std::size_t> close_interrupted_runs(Timestamp at) = 0;
  virtual Result<void> save_source_state(const SourceState& state) = 0;

  // What is remembered of a source's documents: in the transaction of the run's success.
  [[nodiscard]] virtual Result<FetchMemory> fetch_memory(std::string_view source) const = 0;
  virtual Result<void> save_fetch_memory(std::string_view source, const FetchMemory& memory) = 0;
  [[nodiscard]] virtual Result<std::vector<FileRead>> files_read(std::string_view source) const = 0;
  virtual Result<void> add_file_read(std::string_view source, RunId run, const FileRead& file) = 0;

  // Measurements.
  virtual Result<DocumentId> add_document(RunId run, std::string_view source,
                                          const FetchedDocument& document) = 0;
  virtual Result<SeriesId> series_id(std::string_view source, const SeriesKey& key) = 0;
  // Upsert: a changed value (or changed parts) for a period is a new revision, an equal one changes
  // nothing. Bit-exact comparison of doubles.
  virtual Result<Put> put(SeriesId series, RunId run, Timestamp known_at,
                          const NewMeasurement& measurement) = 0;
  virtual Result<void> mark(SeriesId series, const Period& earliest) = 0;
  virtual Result<void> clear_marks(std::span<const SeriesId> series) = 0;

  // Alerts and events.
  virtual Result<void> save_alert(const Alert& alert) = 0;
  virtual Result<void> add_event(const Event& event) = 0;
  // It is held back by the silence: no delivery is made.
  virtual Result<void> hold_event(std::string_view event_id, std::int64_t silence) = 0;
  virtual Result<void> settle_held(std::string_view event_id, bool told, Timestamp now) = 0;
  virtual Result<void> add_silence(Silence& silence) = 0;  // sets its id
  virtual Result<void> end_silence(std::int64_t id, std::string_view by, Timestamp now) = 0;
  // What the event rests on: in its own transaction. A measurement that stands there twice counts
  // once; one that the store does not have is ErrorKind::storage.
  virtual Result<void> add_evidence(std::string_view event_id,
                                    std::span<const KpiInput> inputs) = 0;

  // The outbox. A delivery that is the oldest unfinished of its (destination, subject), to a
  // destination that is not disabled, is born claimed by this daemon: it is sent straight after the
  // commit without another write. Sets its id and whether it is claimed.
  virtual Result<void> add_delivery(Delivery& delivery) = 0;
  // At start-up: frees what an earlier daemon had claimed; how many there were.
  virtual Result<std::size_t> release_claims() = 0;
  // Claimed, and not sent: claim_due() finds them again.
  virtual Result<void> release_claims(std::span<const std::int64_t> ids) = 0;
  // Pending, due, unclaimed, not disabled, and the oldest unfinished of its (destination, subject);
  // claims them. At most `limit` for each destination, in the order in which they are due; none for
  // those in `except`, which have enough under way.
  virtual Result<std::vector<Delivery>> claim_due(Timestamp now, std::size_t limit,
                                                  std::span<const std::string> except = {}) = 0;
  // Writes an attempt down, moves the delivery to its new state and frees its claim.
  virtual Result<void> record_attempt(const DeliveryAttempt& attempt) = 0;
  // A finished delivery is sent anew under the same id and the same bytes.
  virtual Result<void> replay_delivery(std::int64_t id, Timestamp now) = 0;
  virtual Result<void> save_destination_state(const DestinationState& state) = 0;
  // The key that this installation made for itself under that name; `fresh` from now on, where it
  // had made none.
  virtual Result<Secret> own_key(std::string_view name, const Secret& fresh) = 0;
  // Once for each message and destination: ErrorKind::conflict where it was used before.
  virtual Result<void> use_link(const LinkUse& use) = 0;

  // The waiting room. Nothing is added that waits there, or that the destination has been sent.
  virtual Result<void> add_waiting(const Waiting& waiting) = 0;
  virtual Result<void> put_off(const Waiting& waiting) = 0;  // to its bundle and due_at
  virtual Result<void> drop_waiting(std::string_view event_id, std::string_view destination) = 0;
  // Before the digest's delivery is added: where that stands in line rests on it.
  virtual Result<void> add_bundled(std::string_view digest,
                                   std::span<const std::string> events) = 0;
  // Retention, in steps that are short; each says how many it dropped, fewer than `limit` at its
  // end. Runs that stored nothing go with their notes and documents, of others the notes alone;
  // each source keeps its newest.
  virtual Result<std::size_t> drop_runs(Timestamp ended_before, std::size_t limit) = 0;
  virtual Result<std::size_t> drop_deliveries(Timestamp finished_before, std::size_t limit) = 0;
  // What disposable() found, except what an event has come to rest on since. From now on a day
  // before `daily` is taken only where its week has no later one.
  virtual Result<std::size_t> drop_measurements(std::span<const MeasurementPlace> places,
                                                std::optional<Date> daily) = 0;
  virtual Result<std::size_t> drop_documents(std::span<const DocumentId> documents) = 0;
  // The earliest instant at which claim_due() can return something; nothing where the outbox rests.
  [[nodiscard]] virtual Result<std::optional<Timestamp>> next_delivery_due(
      std::span<const std::string> except = {}) const = 0;
};

// Opens (and makes, or migrates forward) the database. A second daemon on the same file gets
// ErrorKind::conflict; a file of a newer kpid gets ErrorKind::config; a damaged one
// ErrorKind::storage. Every page is read here only where the last owner did not end well; else
// check() does it while the daemon already works.
class Database {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);
  virtual ~Database() = default;
  [[nodiscard]] virtual Writer& writer() = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Reader>> reader() const = 0;  // [any thread]
  // Reads every page on a connection of its own: ErrorKind::storage where one is damaged. Long.
  [[nodiscard]] virtual Result<void> check() const = 0;  // [any thread]
  virtual Result<void> begin() = 0;                      // [writer thread] BEGIN IMMEDIATE
  virtual Result<void> commit() = 0;                     // [writer thread] durable when it returns
  virtual Result<void> rollback() = 0;                   // [writer thread]
  virtual Result<void> savepoint() = 0;  // nested: one job among several in a transaction
  virtual Result<void> release_savepoint() = 0;
  virtual Result<void> rollback_to_savepoint() = 0;
};

}  // namespace kpid::store
