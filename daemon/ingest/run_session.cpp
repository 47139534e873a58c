// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/run_session.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "model/subgroup.hpp"

namespace kpid::ingest {
namespace {
constexpr std::size_t max_unknown_notes = 20;
constexpr std::size_t max_unknown_codes = 100'000;  // remembered; a national file has 50,000
constexpr std::int32_t max_day = 73'000;            // beyond 2169: a broken date, not a forecast
constexpr std::uint32_t crashes_to_quarantine = 3;

// What is said of each string of a batch, worked out once and not for each row that names it.
template <class Meaning>
class ByString {
 public:
  explicit ByString(const ObservationBatch& batch)
      : strings_(batch.strings), known_(strings_.size()) {}
  template <class LookUp>
  const Meaning& get(std::uint32_t string, LookUp look_up) {
    auto& known = known_[string];
    if (!known) known.emplace(look_up(strings_[string]));
    return *known;
  }

 private:
  const std::vector<std::string_view>& strings_;
  std::vector<std::optional<Meaning>> known_;
};

struct Series {
  store::SeriesId id = 0;
  std::uint64_t changed_by = 0;  // the last checkpoint that changed it
  Period earliest;               // of what that checkpoint changed
};
}  // namespace

class RunSession::Impl {
 public:
  Impl(std::shared_ptr<const Config> config, const SourceConfig& source,
       std::vector<Measure> measures)
      : config_(std::move(config)), source_(source.name) {
    for (Measure& measure : measures) {
      std::string id = measure.id;
      measures_.insert_or_assign(std::move(id), std::move(measure));
    }
  }

  Result<void> begin(store::Writer& writer, Timestamp now) {
    auto state = load_state(writer);
    if (!state) return tl::unexpected<Error>(std::move(state.error()));
    auto id = writer.begin_run(source_, now);
    if (!id) return tl::unexpected<Error>(std::move(id.error()));
    run_.id = *id;
    run_.source = source_;
    run_.started_at = now;
    return {};
  }

  Result<void> apply(store::Writer& writer, const Checkpoint& checkpoint, Timestamp now) {
    const RunCounts before = run_.counts;
    auto done = take_all(writer, checkpoint, now);
    if (!done) run_.counts = before;  // its rows are rolled back
    return done;
  }

  Result<void> take_all(store::Writer& writer, const Checkpoint& checkpoint, Timestamp now) {
    for (const FetchedDocument& document : checkpoint.documents) {
      auto id = writer.add_document(run_.id, source_, document);
      if (!id) return tl::unexpected<Error>(std::move(id.error()));
      documents_[document.number] = *id;
    }
    ++checkpoint_;
    changed_.clear();
    for (const ObservationBatch& observations : checkpoint.batches) {
      Batch batch(observations);
      for (const ObservationRow& row : observations.rows) {
        auto done = take(writer, batch, row, now);
        if (!done) return done;
      }
    }
    for (const Series* series : changed_) {
      auto done = writer.mark(series->id, series->earliest);
      if (!done) return done;
    }
    if (!checkpoint.has_cursor && changed_.empty()) return {};
    auto state = load_state(writer);
    if (!state) return tl::unexpected<Error>(std::move(state.error()));
    if (checkpoint.has_cursor) state->cursor = checkpoint.cursor;
    if (!changed_.empty()) {
      state->content_changed_at = now;
      state->stale_told = false;
    }
    if (data_until_ && (!state->data_until || *state->data_until < *data_until_)) {
      state->data_until = data_until_;
    }
    return writer.save_source_state(*state);
  }

  Result<Run> finish(store::Writer& writer, const RunSession::End& end, Timestamp now) {
    std::optional<Error> error = end.error;
    if (!error && matched_ == 0 && !unknown_.empty()) {
      error = Error{ErrorKind::source,
                    "none of the organisations in the data is one of the trust's; check the codes "
                    "of the schools in the config",
                    source_};
    }
    close(end, error, now);
    auto done = writer.finish_run(run_);
    if (!done) return tl::unexpected<Error>(std::move(done.error()));
    auto state = load_state(writer);
    if (!state) return tl::unexpected<Error>(std::move(state.error()));
    state->last_asked_at = run_.started_at;
    state->next_due_at = end.next_due_at;
    state->last_reason = run_.reason;
    if (error) {
      ++state->failures_in_a_row;
      state->crashes_in_a_row = end.crashed ? state->crashes_in_a_row + 1 : 0;
      if (state->crashes_in_a_row >= crashes_to_quarantine) {
        state->quarantined_library = end.library_fingerprint;
      }
    } else {
      state->last_succeeded_at = now;
      state->failures_in_a_row = state->crashes_in_a_row = 0;
      state->quarantined_library.clear();
    }
    done = writer.save_source_state(*state);
    if (!done) return tl::unexpected<Error>(std::move(done.error()));
    return run_;
  }

 private:
  Result<SourceState> load_state(store::Writer& writer) const {
    auto state = writer.source_state(source_);
    if (!state) return tl::unexpected<Error>(std::move(state.error()));
    SourceState found = state->value_or(SourceState{});
    found.name = source_;
    return found;
  }

  void note(RunNote note) {
    ++run_.notes_total;
    if (run_.notes.size() < max_run_notes) run_.notes.push_back(std::move(note));
  }

  void refuse(const ObservationRow& row, std::string sentence) {
    ++run_.counts.refused;
    note({RunNote::Level::skipped,
          row.row_first == 0 ? std::string() : "row " + std::to_string(row.row_first),
          std::move(sentence)});
  }

  // A batch, and what its strings mean.
  struct Batch {
    explicit Batch(const ObservationBatch& batch)
        : strings(batch.strings), measures(batch), organisations(batch), subgroups(batch) {}
    const std::vector<std::string_view>& strings;
    ByString<const Measure*> measures;            // null: not declared
    ByString<const Organisation*> organisations;  // null: not in the config
    ByString<std::optional<std::string>> subgroups;
    // Rows come series by series, or line by line with a few series in turn.
    std::map<std::array<std::uint32_t, 3>, Series*> series;
    std::array<std::uint32_t, 3> last_key{};
    Series* last = nullptr;
  };

  const Measure* measure(std::string_view id) const {
    const auto found = measures_.find(std::string(id));
    return found == measures_.end() ? nullptr : &found->second;
  }

  void refuse_unknown(const ObservationRow& row, std::string_view code) {
    const bool first = unknown_.size() < max_unknown_codes && unknown_.emplace(code).second;
    if (first && unknown_.size() <= max_unknown_notes) {
      refuse(row, "the organisation \"" + std::string(code.substr(0, 80)) +
                      "\" is not in the config; its rows were left out");
    } else {
      ++run_.counts.refused;
    }
  }

  Result<void> take(store::Writer& writer, Batch& batch, const ObservationRow& row, Timestamp now) {
    ++run_.counts.observations;
    const Measure* measure =
        batch.measures.get(row.measure, [this](auto id) { return this->measure(id); });
    if (measure == nullptr) {
      return fail(ErrorKind::plugin, "the plugin emitted the measure \"" +
                                         std::string(batch.strings[row.measure]) +
                                         "\", which its manifest does not declare");
    }
    auto sound = check(row, measure->id);
    if (!sound) return sound;
    const Organisation* owner = batch.organisations.get(
        row.organisation, [this](auto code) { return config_->organisations.find(code); });
    if (owner == nullptr) {
      refuse_unknown(row, batch.strings[row.organisation]);
      return {};
    }
    ++matched_;
    const double value = value_of(row, *measure);
    const auto& subgroup = batch.subgroups.get(row.subgroup, canonical_subgroup);
    if (!subgroup) {
      refuse(row, measure->id + ": the subgroup is not in the form name=value");
      return {};
    }
    if (!std::isfinite(value) || outside(*measure, value)) {
      refuse(row, measure->id + " of " + owner->name + ": the value " + std::to_string(value) +
                      " is outside what the measure allows");
      return {};
    }
    const std::array key{row.measure, row.organisation, row.subgroup};
    if (batch.last == nullptr || batch.last_key != key) {
      Series*& known = batch.series[key];
      if (known == nullptr) {
        auto found = series(writer, {measure->id, owner->code, *subgroup});
        if (!found) return tl::unexpected<Error>(std::move(found.error()));
        known = *found;
      }
      batch.last_key = key;
      batch.last = known;
    }
    return put(writer, row, *batch.last, value, now);
  }

  Result<Series*> series(store::Writer& writer, SeriesKey key) {
    const auto [known, added] = series_.try_emplace(std::move(key));
    if (added) {
      auto id = writer.series_id(source_, known->first);
      if (!id) return tl::unexpected<Error>(std::move(id.error()));
      known->second.id = *id;
    }
    return &known->second;
  }

  static Result<void> check(const ObservationRow& row, const std::string& measure) {
    const bool has_value = (row.flags & ObservationRow::has_value) != 0;
    const bool has_parts = (row.flags & ObservationRow::has_parts) != 0;
    if (!has_value && !has_parts) {
      return fail(ErrorKind::plugin, measure + " was emitted with neither a value nor parts");
    }
    if ((has_value && !std::isfinite(row.value)) ||
        (has_parts && (!std::isfinite(row.numerator) || !std::isfinite(row.denominator)))) {
      return fail(ErrorKind::plugin, measure + " was emitted with a value that is no number");
    }
    if (row.period_end < row.period_start || row.period_start < 0 || row.period_end > max_day) {
      return fail(ErrorKind::plugin, measure + " was emitted for an impossible period");
    }
    return {};
  }

  static double value_of(const ObservationRow& row, const Measure& measure) {
    if ((row.flags & ObservationRow::has_value) != 0) return row.value;
    return (measure.unit == Unit::percent ? 100.0 : 1.0) * row.numerator / row.denominator;
  }

  static bool outside(const Measure& measure, double value) {
    return (measure.minimum && value < *measure.minimum) ||
           (measure.maximum && value > *measure.maximum) ||
           (measure.whole && std::trunc(value) != value);
  }

  Result<void> put(store::Writer& writer, const ObservationRow& row, Series& series, double value,
                   Timestamp now) {
    store::NewMeasurement measurement;
    measurement.period = {date_from_days(row.period_start), date_from_days(row.period_end)};
    measurement.value = value;
    if ((row.flags & ObservationRow::has_parts) != 0) {
      measurement.numerator = row.numerator;
      measurement.denominator = row.denominator;
    }
    const auto document = documents_.find(row.fetch);
    if (document != documents_.end()) measurement.document = document->second;
    measurement.row_first = row.row_first;
    measurement.row_last = row.row_last;
    if (row.stated_on != 0) measurement.stated_on = date_from_days(row.stated_on);
    auto result = writer.put(series.id, run_.id, now, measurement);
    if (!result) return tl::unexpected<Error>(std::move(result.error()));
    // A year so far reaches to the day on which it was stated, not to its own end.
    const Date until =
        std::max(measurement.period.start,
                 std::min(measurement.period.end, measurement.stated_on.value_or(Date::max())));
    data_until_ = std::max(data_until_.value_or(until), until);
    if (*result == store::Put::outdated) {
      ++outdated_;
      ++run_.counts.unchanged;
      return {};
    }
    if (*result == store::Put::unchanged) {
      ++run_.counts.unchanged;
      return {};
    }
    ++(*result == store::Put::created ? run_.counts.created : run_.counts.revised);
    if (series.changed_by != checkpoint_) {
      series.changed_by = checkpoint_;
      series.earliest = measurement.period;
      changed_.push_back(&series);
    }
    series.earliest = std::min(series.earliest, measurement.period);
    return {};
  }

  void close(const RunSession::End& end, const std::optional<Error>& error, Timestamp now) {
    for (const RunNote& one : end.notes) note(one);
    if (unknown_.size() > max_unknown_notes) {
      note({RunNote::Level::skipped, "",
            "and " + std::to_string(unknown_.size() - max_unknown_notes) +
                " more organisations that are not in the config"});
    }
    if (outdated_ > 0) {
      note({RunNote::Level::info, "",
            std::to_string(outdated_) + (outdated_ == 1 ? " figure was" : " figures were") +
                " not taken: the source has stated other values since"});
    }
    run_.ended_at = now;
    run_.counts.rows_read = end.rows_read;
    run_.detail = end.developer_detail;
    const bool changed = run_.counts.created + run_.counts.revised > 0;
    run_.outcome = changed ? RunOutcome::succeeded : RunOutcome::unchanged;
    if (error) {
      run_.outcome = RunOutcome::failed;
      run_.error_kind = error->kind;
      run_.reason = error->text();
    }
  }

  std::shared_ptr<const Config> config_;
  std::string source_;
  std::unordered_map<std::string, Measure> measures_;
  std::map<SeriesKey, Series> series_;
  std::vector<Series*> changed_;  // by the checkpoint at hand
  std::uint64_t checkpoint_ = 0;
  std::map<std::uint32_t, store::DocumentId> documents_;
  std::set<std::string, std::less<>> unknown_;
  std::uint64_t matched_ = 0;
  std::uint64_t outdated_ = 0;
  std::optional<Date> data_until_;
  Run run_;
};

RunSession::RunSession(std::shared_ptr<const Config> config, const SourceConfig& source,
                       std::vector<Measure> measures)
    : impl_(std::make_unique<Impl>(std::move(config), source, std::move(measures))) {}
RunSession::~RunSession() = default;
Result<void> RunSession::begin(store::Writer& writer, Timestamp now) {
  return impl_->begin(writer, now);
}
Result<void> RunSession::apply(store::Writer& writer, const Checkpoint& checkpoint, Timestamp now) {
  return impl_->apply(writer, checkpoint, now);
}
Result<Run> RunSession::finish(store::Writer& writer, const End& end, Timestamp now) {
  return impl_->finish(writer, end, now);
}

}  // namespace kpid::ingest
