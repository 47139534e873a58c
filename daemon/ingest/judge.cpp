// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/judge.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "ingest/span_back.hpp"
#include "rules/completeness.hpp"
#include "schedule/schedule.hpp"

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// What is left to say of an alert whose rule or data is gone: what it last saw.
Judgement last_seen(const Alert& alert) {
  Judgement judgement;
  judgement.severity = judgement.breach = alert.severity;
  judgement.value.period = alert.period;
  judgement.value.value = judgement.compared = alert.value;
  judgement.since = alert.since;
  return judgement;
}

// The parts of the config that an alert speaks of; what has left it is named by its id alone.
struct Spoken {
  Rule rule;
  Kpi kpi;
  Organisation organisation;
};
Spoken spoken_of(const Config& config, const Alert& alert) {
  Spoken spoken;
  spoken.rule.name = alert.rule;
  if (const Rule* rule = config.rule(alert.rule)) spoken.rule = *rule;
  spoken.kpi.id = spoken.kpi.title = alert.kpi;
  if (const Kpi* kpi = config.kpi(alert.kpi)) spoken.kpi = *kpi;
  spoken.organisation.code = spoken.organisation.name = alert.organisation;
  if (const Organisation* found = config.organisations.find(alert.organisation)) {
    spoken.organisation = *found;
  }
  return spoken;
}

// The series that each rule looks at, as a number: rules of one KPI and subgroup share it. In the
// order of the catalogue.
std::vector<std::uint32_t> series_of_rules(const Config& config) {
  std::map<std::string_view, std::uint32_t> kpis;
  for (const Kpi& kpi : config.kpis) {
    kpis.emplace(kpi.id, static_cast<std::uint32_t>(kpis.size()));
  }
  std::map<std::pair<std::uint32_t, std::string_view>, std::uint32_t> known;
  for (const Rule& rule : config.rules) {
    const auto kpi = kpis.find(rule.kpi);
    if (kpi != kpis.end()) known[{kpi->second, rule.subgroup}] = 0;
  }
  std::uint32_t number = 0;
  for (auto& [key, place] : known) place = ++number;
  std::vector<std::uint32_t> series;
  for (const Rule& rule : config.rules) {
    const auto kpi = kpis.find(rule.kpi);
    series.push_back(kpi == kpis.end() ? 0 : known[{kpi->second, rule.subgroup}]);
  }
  return series;
}

}  // namespace

// One series, and what each of its rules says of it.
struct Judge::Series {
  struct Ruled {
    const Rule* rule = nullptr;
    std::optional<Alert> open;
    std::optional<Judgement> judgement;
  };
  const Kpi& kpi;
  const Organisation& organisation;
  std::vector<Ruled> ruled;
  Reach reach;
  std::vector<KpiValue> values;
};

// Whether what the newest value is held against may lie before that which was read.
bool Judge::reaches_beyond(const Series& at, Date from) {
  if (at.values.size() < at.reach.periods) return true;
  return at.values.back().period.start - std::max(at.reach.behind, at.reach.full) < from;
}

// Whether a breach may have begun before the first value that is sure to be judged as it would be
// with all of the past at hand.
bool Judge::may_begin_before(const Series& at, const Rule& rule,
                             const std::optional<Judgement>& judgement) {
  if (!judgement || judgement->breach == Severity::none) return false;
  std::vector<KpiValue> kept;
  std::span<const KpiValue> values = at.values;
  if (!rules::all_complete(values)) {
    kept = rules::judgeable(values, rules::is_ratio(at.kpi), rule.complete_enough);
    values = kept;
  }
  const Date certain = at.values.front().period.start + at.reach.behind;
  std::size_t sure = std::max<std::size_t>(at.reach.window, 1) - 1;
  while (sure < values.size() && values[sure].period.start <= certain) ++sure;
  return sure >= values.size() || judgement->since.start <= values[sure].period.start;
}

Judge::Judge(store::Writer& writer, const EvaluationContext& context)
    : writer_(writer),
      context_(context),
      today_(local_date(context.now, context.config.timezone)),
      figures_(writer, context.config),
      origins_(writer) {}

Result<void> Judge::judge(std::vector<Pair> pairs) {
  const Config& config = context_.config;
  const std::vector<std::uint32_t> series = series_of_rules(config);
  const auto place = [&series](const Pair& pair) {
    return std::tuple{series[pair.rule], pair.organisation, pair.rule};
  };
  std::sort(pairs.begin(), pairs.end(),
            [&](const Pair& a, const Pair& b) { return place(a) < place(b); });
  const auto& organisations = config.organisations.all();
  for (std::size_t first = 0; first < pairs.size();) {
    std::size_t end = first + 1;
    while (end < pairs.size() && series[pairs[end].rule] == series[pairs[first].rule] &&
           pairs[end].organisation == pairs[first].organisation) {
      ++end;
    }
    const Kpi* kpi = config.kpi(config.rules[pairs[first].rule].kpi);
    if (kpi != nullptr) {
      auto done = judge_series(*kpi, organisations[pairs[first].organisation],
                               std::span{pairs}.subspan(first, end - first));
      if (!done) return done;
    }
    first = end;
  }
  return {};
}

Result<void> Judge::judge_series(const Kpi& kpi, const Organisation& organisation,
                                 std::span<const Pair> pairs) {
  Series at{kpi, organisation, {}, {}, {}};
  for (const Pair& pair : pairs) {
    const Rule& rule = context_.config.rules[pair.rule];
    auto open = writer_.open_alert(rule.name, organisation.code, rule.subgroup);
    if (!open) return pass_on(open);
    at.ruled.push_back({&rule, std::move(*open), std::nullopt});
    at.reach = further_of(at.reach, reach_of(rule, kpi, organisation));
  }
  // Most series need their last weeks. One that has been in breach for longer is read further back,
  // and at last as a whole; and so is one that has few values there: it is new, or has ended.
  Result<Seen> looked = Seen::few;
  if (!at.reach.everything) looked = look_from(at, today_ - at.reach.back);
  if (looked && *looked == Seen::not_the_beginning) {
    looked = look_from(at, today_ - 4 * at.reach.back);
  }
  if (looked && *looked != Seen::enough) looked = look_from(at, std::nullopt);
  if (!looked) return pass_on(looked);
  for (const Series::Ruled& one : at.ruled) {
    ++evaluation_.series_judged;
    if (!one.judgement) continue;
    auto done = conclude(*one.rule, kpi, organisation, one.open, *one.judgement, at.values);
    if (!done) return done;
  }
  return {};
}

// Whether what was read from this day on is all that the judgements look at.
Result<Judge::Seen> Judge::look_from(Series& at, std::optional<Date> from) {
  auto values = figures_.read(at.kpi, at.organisation, at.ruled.front().rule->subgroup, from);
  if (!values) return pass_on(values);
  at.values = std::move(*values);
  if (from && reaches_beyond(at, *from)) return Seen::few;
  for (Series::Ruled& one : at.ruled) {
    auto other = figures_.other(*one.rule, at.kpi, at.organisation, from);
    if (!other) return pass_on(other);
    one.judgement = look(*one.rule, at.kpi, at.organisation, one.open, at.values, *other);
    if (from && may_begin_before(at, *one.rule, one.judgement)) return Seen::not_the_beginning;
  }
  return Seen::enough;
}

std::optional<Judgement> Judge::look(const Rule& rule, const Kpi& kpi,
                                     const Organisation& organisation,
                                     const std::optional<Alert>& open,
                                     std::span<const KpiValue> series,
                                     std::span<const KpiValue> other) const {
  const bool holds = open && open->state != AlertState::pending;
  return evaluate({rule, kpi, organisation, context_.config.calendars.of(organisation.code), series,
                   other, holds ? open->severity : Severity::none, today_});
}

Date Judge::window_start(const Rule& rule, const Organisation& organisation) const {
  const SchoolCalendar& calendar = context_.config.calendars.of(organisation.code);
  return span_before(calendar, today_, rule.flapping->window);
}

Result<void> Judge::conclude(const Rule& rule, const Kpi& kpi, const Organisation& organisation,
                             const std::optional<Alert>& open, const Judgement& judgement,
                             std::span<const KpiValue> series) {
  if (!open && judgement.breach == Severity::none) return {};
  std::uint32_t changes = 0;
  if (rule.flapping) {
    const Timestamp since{window_start(rule, organisation)};
    auto counted = writer_.alert_changes(rule.name, organisation.code, rule.subgroup, since);
    if (!counted) return pass_on(counted);
    changes = *counted;
  }
  const auto next = advance(open, rule, organisation.code, rule.subgroup, judgement, changes,
                            context_.now, context_.identifiers);
  if (!next) return {};
  auto saved = writer_.save_alert(next->alert);
  if (!saved || !next->event) return saved;
  auto grounds = grounds_of(judgement, rule, kpi, organisation, series, context_.config, writer_);
  if (!grounds) return pass_on(grounds);
  return announce(*next, rule, kpi, organisation, judgement, series, *grounds);
}

Result<void> Judge::conclude(const Transition& next) {
  auto saved = writer_.save_alert(next.alert);
  if (!saved || !next.event) return saved;
  const Spoken spoken = spoken_of(context_.config, next.alert);
  return announce(next, spoken.rule, spoken.kpi, spoken.organisation, last_seen(next.alert), {},
                  {});
}

Result<void> Judge::announce(const Transition& next, const Rule& rule, const Kpi& kpi,
                             const Organisation& organisation, const Judgement& judgement,
                             std::span<const KpiValue> series, const Grounds& grounds) {
  count(*next.event);
  auto origins = origins_.of(grounds.value);
  if (!origins) return pass_on(origins);
  const auto recent = series.last(std::min(series.size(), values_told));
  std::optional<Date> counted_since;
  if (rule.flapping) counted_since = window_start(rule, organisation);
  const Telling telling{rule,
                        kpi,
                        organisation,
                        next.alert,
                        judgement,
                        *next.event,
                        {recent.begin(), recent.end()},
                        std::move(*origins),
                        worth_of(rule, kpi, judgement, context_.config.funding_per_pupil_pence),
                        context_.config.dashboard_url,
                        compared_with(rule, context_.config),
                        flapping_told(next, counted_since),
                        next.lapsed_of};
  Event event;
  event.owner = rule.owner.empty() ? kpi.owner : rule.owner;
  event.data = event_data(telling);
  for (const FigureOrigin& origin : telling.origins) event.sources.push_back(origin.source);
  return send(next, std::move(event), grounds);
}

Result<void> Judge::send(const Transition& next, Event event, const Grounds& grounds) {
  event.id = context_.identifiers.next("msg_", context_.now);
  event.type = *next.event;
  event.subject = next.alert.id;
  event.seq = next.alert.seq;
  event.severity = next.alert.severity;
  event.kpi = next.alert.kpi;
  event.organisation = next.alert.organisation;
  event.rule = next.alert.rule;
  event.subgroup = next.alert.subgroup;
  event.resolution = next.alert.resolution;
  if (event.type == EventType::alert_resolved) {  // goes where the worst went that was told
    auto past = writer_.events(event.subject);
    if (!past) return pass_on(past);
    Severity worst = Severity::none;
    for (const auto& one : *past) {
      if (!one.held || one.held->told) worst = std::max(worst, one.event.severity);
    }
    if (worst != Severity::none) event.severity = worst;
  }
  const std::string id = event.id;
  auto sent = tell(writer_, context_, std::move(event));
  if (!sent) return pass_on(sent);
  std::move(sent->begin(), sent->end(), std::back_inserter(evaluation_.deliveries));
  auto added = writer_.add_evidence(id, grounds.value);
  return added ? writer_.add_evidence(id, grounds.others) : added;
}

void Judge::count(EventType type) {
  if (type == EventType::alert_firing) ++evaluation_.alerts_opened;
  if (type == EventType::alert_changed) ++evaluation_.alerts_changed;
  if (type == EventType::alert_resolved) ++evaluation_.alerts_resolved;
}

}  // namespace kpid::ingest
