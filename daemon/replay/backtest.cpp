// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "replay/backtest.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "config/syntax.hpp"
#include "schedule/schedule.hpp"

namespace kpid::replay {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// Today's config, with the one rule that is asked for.
Result<std::shared_ptr<const Config>> config_for(std::shared_ptr<const Config> config,
                                                 const std::string& rule) {
  if (rule.empty()) return config;
  const Rule* wanted = config->rule(rule);
  if (wanted == nullptr) {
    std::vector<std::string> names;
    for (const Rule& one : config->rules) names.push_back(one.name);
    return fail(ErrorKind::not_found, "there is no rule " + config::in_quotes(rule) +
                                          " in the config" + config::did_you_mean(rule, names));
  }
  auto cut = std::make_shared<Config>(*config);
  cut->rules = {*wanted};
  return std::shared_ptr<const Config>(std::move(cut));
}

// What the rules look at, through whatever KPI: the rest of the history says nothing to them.
std::set<std::string> measures_of(const Config& config) {
  std::set<std::string> measures;
  for (const Rule& rule : config.rules) {
    for (const std::string& id : {rule.kpi, rule.other_kpi}) {
      const Kpi* kpi = config.kpi(id);
      if (kpi == nullptr) continue;
      for (const MeasureInput& input : inputs_of(config, *kpi)) measures.insert(input.measure);
    }
  }
  return measures;
}

class Backtester {
 public:
  Backtester(const store::Reader& reader, std::shared_ptr<const Config> config,
             const BacktestQuestion& question, const GoOn& go_on, Replay& replay)
      : reader_(reader), config_(std::move(config)), go_on_(go_on), replay_(replay) {
    from_ = at_local(question.from, std::chrono::minutes{0}, config_->timezone);
    until_ =
        at_local(question.to + std::chrono::days{1}, std::chrono::minutes{0}, config_->timezone);
  }

  Result<Backtest> run() {
    auto prepared = prepare();
    if (!prepared) return pass_on(prepared);
    const store::TakeHistory take = [this](std::span<const store::HistoryRow> rows) {
      return take_rows(rows);
    };
    auto read = reader_.history(Timestamp{}, until_, take);
    if (read) read = flush();
    if (read) read = pass_time(until_, std::numeric_limits<std::int64_t>::max());
    if (!read) return pass_on(read);
    auto still_open = replay_.open_alerts();
    if (!still_open) return pass_on(still_open);
    found_.open_at_end = still_open->size();
    return std::move(found_);
  }

 private:
  Result<void> prepare() {
    const std::set<std::string> measures = measures_of(*config_);
    auto all = reader_.all_series();
    if (!all) return pass_on(all);
    std::set<std::string> sources;
    for (store::SeriesRecord& one : *all) {
      sources.insert(one.source);
      if (measures.contains(one.key.measure)) series_.emplace(one.id, std::move(one));
    }
    for (const std::string& source : sources) {  // half a run is not judged, here as elsewhere
      auto newest = reader_.runs(source, 1);
      if (!newest) return pass_on(newest);
      if (!newest->empty() && newest->front().outcome == RunOutcome::running) {
        under_way_.insert(newest->front().id);
      }
    }
    auto ended = reader_.runs_ended(Timestamp{}, until_);
    if (!ended) return pass_on(ended);
    for (Run& run : *ended) {
      if (run.counts.created + run.counts.revised == 0) continue;
      with_end_.insert(run.id);
      ends_.push_back({*run.ended_at, run.id, std::move(run.source)});
    }
    std::sort(ends_.begin(), ends_.end(), [](const RunEnd& a, const RunEnd& b) {
      return std::tie(a.at, a.run) < std::tie(b.at, b.run);
    });
    return {};
  }

  Result<void> take_rows(std::span<const store::HistoryRow> rows) {
    for (const store::HistoryRow& row : rows) {
      const Measurement& known = row.measurement;
      const auto series = series_.find(row.series);
      if (series == series_.end() || under_way_.contains(known.run)) continue;
      const bool same = !pending_.facts.empty() && pending_.run == known.run &&
                        pending_.at == known.known_at && pending_.source == series->second.source;
      if (!same) {
        auto done = flush();
        if (!done) return done;
        pending_.source = series->second.source;
        pending_.run = known.run;
        pending_.at = known.known_at;
      }
      auto added = add(series->second.key, known);
      if (!added) return added;
    }
    return {};
  }

  Result<void> add(const SeriesKey& key, const Measurement& known) {
    Fact fact;
    fact.series = key;
    fact.measurement = {known.period,   known.value,     known.numerator, known.denominator,
                        known.document, known.row_first, known.row_last,  known.stated_on};
    pending_.facts.push_back(std::move(fact));
    ++found_.figures;
    if (known.document == 0 || pending_.documents.contains(known.document)) return {};
    auto document = reader_.document(known.document);
    if (!document) return pass_on(document);
    if (!*document) return {};
    FetchedDocument fetched;
    fetched.origin = std::move((*document)->origin);
    fetched.sha256 = std::move((*document)->sha256);
    fetched.fetched_at_ms = milliseconds_since_epoch((*document)->fetched_at);
    pending_.documents.emplace(known.document, std::move(fetched));
    return {};
  }

  // Whatever happened before the waiting instalment, then the instalment.
  Result<void> flush() {
    if (pending_.facts.empty()) return {};
    const Instalment instalment = std::exchange(pending_, {});
    if (!found_.known_from) {
      found_.known_from = local_date(instalment.at, config_->timezone);
      next_day_ = *found_.known_from;
    }
    auto passed = pass_time(instalment.at, instalment.run);
    if (!passed) return passed;
    auto learnt = replay_.learn(instalment);
    if (!learnt) return learnt;
    // Of a run whose end retention has dropped this is all that is known.
    if (with_end_.contains(instalment.run)) return {};
    return end_run(instalment.source, instalment.at);
  }

  // The days that begin and the runs that end before the given run does something at an instant.
  Result<void> pass_time(Timestamp at, std::int64_t run) {
    for (;;) {
      const Timestamp look = next_day_ ? daily_look(*next_day_, config_->timezone) : until_;
      const bool run_ends = next_end_ < ends_.size() &&
                            std::tie(ends_[next_end_].at, ends_[next_end_].run) < std::tie(at, run);
      if (run_ends && ends_[next_end_].at < look) {
        const RunEnd& end = ends_[next_end_++];
        auto done = end_run(end.source, end.at);
        if (!done) return done;
        continue;
      }
      if (look > at || look >= until_) {
        if (at == until_) return reach(until_);
        return {};
      }
      auto done = look_at(look);
      if (!done) return done;
    }
  }

  Result<void> look_at(Timestamp at) {
    if (go_on_ && !go_on_(*next_day_)) {
      return fail(ErrorKind::cancelled, "the backtest was called off");
    }
    next_day_ = *next_day_ + std::chrono::days{1};
    auto done = reach(at);
    if (done) done = replay_.look_at_day(at);
    if (done) keep_told();
    return done;
  }

  Result<void> end_run(const std::string& source, Timestamp at) {
    auto done = reach(at);
    if (done) done = replay_.end_run(source, at);
    if (done) keep_told();
    return done;
  }

  // What is open at the first instant of the stretch, once it is reached.
  Result<void> reach(Timestamp at) {
    if (reached_ || at < from_) return {};
    reached_ = true;
    auto open = replay_.open_alerts();
    if (!open) return pass_on(open);
    for (Alert& alert : *open) {
      auto events = replay_.reader().events(alert.id);
      if (!events) return pass_on(events);
      std::string sentence = events->empty() ? std::string() : sentence_of(events->back().event);
      found_.open_at_from.push_back({std::move(alert), std::move(sentence)});
    }
    return {};
  }

  void keep_told() {
    for (Told& told : replay_.take()) {
      if (told.event.at >= from_) found_.told.push_back(std::move(told));
    }
  }

  struct RunEnd {
    Timestamp at{};
    std::int64_t run = 0;
    std::string source;
  };

  const store::Reader& reader_;
  std::shared_ptr<const Config> config_;
  const GoOn& go_on_;
  Replay& replay_;
  Timestamp from_{};
  Timestamp until_{};  // not included
  std::unordered_map<store::SeriesId, store::SeriesRecord> series_;
  std::set<std::int64_t> under_way_;
  std::set<std::int64_t> with_end_;
  std::vector<RunEnd> ends_;
  std::size_t next_end_ = 0;
  std::optional<Date> next_day_;
  Instalment pending_;
  bool reached_ = false;
  Backtest found_;
};

}  // namespace

Result<Backtest> backtest(const store::Reader& reader, std::shared_ptr<const Config> config,
                          const BacktestQuestion& question, const ingest::Render& render,
                          const GoOn& go_on) {
  auto cut = config_for(std::move(config), question.rule);
  if (!cut) return pass_on(cut);
  auto replay = Replay::start(*cut, render);
  if (!replay) return pass_on(replay);
  return Backtester(reader, *cut, question, go_on, **replay).run();
}

}  // namespace kpid::replay
