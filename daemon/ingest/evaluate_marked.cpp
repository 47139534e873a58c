// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "ingest/evaluate_marked.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include "alerts/routing.hpp"
#include "alerts/wording.hpp"

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

bool covers(const Rule& rule, const Organisation& organisation) {
  if (rule.organisations.empty()) return organisation.kind != OrganisationKind::comparator;
  return std::find(rule.organisations.begin(), rule.organisations.end(), organisation.code) !=
         rule.organisations.end();
}

Result<std::vector<FigureOrigin>> origins_of(const store::Reader& reader, const KpiValue& value) {
  std::vector<FigureOrigin> origins;
  for (const KpiInput& input : value.inputs) {
    if (input.measurement.document == 0) continue;
    auto document = reader.document(input.measurement.document);
    if (!document) return pass_on(document);
    if (!*document) continue;
    FigureOrigin origin{(*document)->source,        (*document)->origin,
                        (*document)->sha256,        input.measurement.row_first,
                        input.measurement.row_last, input.measurement.known_at};
    // Both parts of a ratio often stand in one row: that is one place to look, not two.
    const auto told = std::find_if(origins.begin(), origins.end(), [&](const FigureOrigin& one) {
      return one.source == origin.source && one.origin == origin.origin &&
             one.sha256 == origin.sha256 && one.row_first == origin.row_first &&
             one.row_last == origin.row_last;
    });
    if (told == origins.end()) {
      origins.push_back(std::move(origin));
    } else {
      told->known_at = std::max(told->known_at, origin.known_at);
    }
  }
  return origins;
}

class Judge {
 public:
  Judge(store::Writer& writer, const EvaluationContext& context)
      : writer_(writer), context_(context) {}

  Result<void> judge(const Rule& rule, const Kpi& kpi, const Organisation& organisation) {
    auto series = kpi_series(kpi, organisation, rule.subgroup, context_.config, writer_, Window{});
    if (!series) return pass_on(series);
    auto open = writer_.open_alert(rule.name, organisation.code, rule.subgroup);
    if (!open) return pass_on(open);
    const bool holds = *open && (*open)->state != AlertState::pending;
    const auto judgement = evaluate({rule,
                                     kpi,
                                     organisation,
                                     context_.config.calendars.of(organisation.code),
                                     *series,
                                     {},
                                     holds ? (*open)->severity : Severity::none,
                                     {}});
    ++evaluation.series_judged;
    if (!judgement) return {};
    const auto next = advance(*open, rule, organisation.code, rule.subgroup, *judgement, 0,
                              context_.now, context_.identifiers);
    if (!next) return {};
    auto saved = writer_.save_alert(next->alert);
    if (!saved || !next->event) return saved;
    return announce(*next, rule, kpi, organisation, *judgement, *series);
  }

  // Tells of a transition that is already saved and has an event.
  Result<void> announce(const Transition& next, const Rule& rule, const Kpi& kpi,
                        const Organisation& organisation, const Judgement& judgement,
                        const std::vector<KpiValue>& series) {
    count(*next.event);
    auto origins = origins_of(writer_, judgement.value);
    if (!origins) return pass_on(origins);
    constexpr std::size_t most_recent = 12;
    const std::size_t skip = series.size() > most_recent ? series.size() - most_recent : 0;
    const Telling telling{rule,
                          kpi,
                          organisation,
                          next.alert,
                          judgement,
                          *next.event,
                          {series.begin() + static_cast<std::ptrdiff_t>(skip), series.end()},
                          std::move(*origins),
                          worth_of(rule, kpi, judgement, context_.config.funding_per_pupil_pence),
                          context_.config.dashboard_url};
    return send(next, rule.owner.empty() ? kpi.owner : rule.owner, event_data(telling));
  }

 private:
  void count(EventType type) {
    if (type == EventType::alert_firing) ++evaluation.alerts_opened;
    if (type == EventType::alert_changed) ++evaluation.alerts_changed;
    if (type == EventType::alert_resolved) ++evaluation.alerts_resolved;
  }

  Result<void> send(const Transition& transition, const std::string& owner, std::string data) {
    Event event;
    event.type = *transition.event;
    event.subject = transition.alert.id;
    event.seq = transition.alert.seq;
    event.severity = transition.alert.severity;
    event.owner = owner;
    event.kpi = transition.alert.kpi;
    event.organisation = transition.alert.organisation;
    event.data = std::move(data);
    if (event.type == EventType::alert_resolved) {  // goes where its worst went
      auto past = writer_.events(event.subject);
      if (!past) return pass_on(past);
      for (const auto& one : *past) event.severity = std::max(event.severity, one.event.severity);
    }
    auto sent = tell(writer_, context_, std::move(event));
    if (!sent) return pass_on(sent);
    std::move(sent->begin(), sent->end(), std::back_inserter(evaluation.deliveries));
    return {};
  }

  store::Writer& writer_;
  const EvaluationContext& context_;

 public:
  Evaluation evaluation;
};

// The series that have changed, and which of them must wait for a run that has not ended.
class Changes {
 public:
  static Result<Changes> read(const store::Reader& reader, const Organisations& organisations) {
    auto marks = reader.marks();
    if (!marks) return pass_on(marks);
    Changes changes;
    for (store::Mark& mark : *marks) {
      Marked one{std::move(mark), std::nullopt};
      const Organisation* owner = organisations.find(one.mark.key.organisation);
      if (owner != nullptr && owner->kind == OrganisationKind::school) {
        one.trust = SeriesKey{one.mark.key.measure, std::string(trust_code), one.mark.key.subgroup};
      }
      changes.note(one);
      changes.marks_.push_back(std::move(one));
    }
    return changes;
  }

  // Whether this KPI of this organisation has changed. One that also reads what a run under way
  // has touched is put off: its marks are kept.
  enum class Answer { unchanged, judge, put_off };
  Answer ask(const std::vector<MeasureInput>& inputs, const Organisation& organisation,
             const std::string& subgroup) {
    bool changed = false;
    bool waits = false;
    for (const MeasureInput& input : inputs) {
      const SeriesKey key{input.measure, organisation.code, input.subgroup.value_or(subgroup)};
      changed = changed || changed_.contains(key);
      waits = waits || waiting_.contains(key);
    }
    if (!waits) return changed ? Answer::judge : Answer::unchanged;
    for (const MeasureInput& input : inputs) {
      kept_.insert({input.measure, organisation.code, input.subgroup.value_or(subgroup)});
    }
    return Answer::put_off;
  }

  Result<void> clear(store::Writer& writer) const {
    for (const Marked& one : marks_) {
      const bool kept = kept_.contains(one.mark.key) || (one.trust && kept_.contains(*one.trust));
      if (one.mark.run_under_way || kept) continue;
      auto cleared = writer.clear_mark(one.mark.series);
      if (!cleared) return cleared;
    }
    return {};
  }

 private:
  struct Marked {
    store::Mark mark;
    std::optional<SeriesKey> trust;  // what the series rolls up to
  };
  void note(const Marked& one) {
    auto& set = one.mark.run_under_way ? waiting_ : changed_;
    set.insert(one.mark.key);
    if (one.trust) set.insert(*one.trust);
  }

  std::vector<Marked> marks_;
  std::set<SeriesKey> changed_;
  std::set<SeriesKey> waiting_;
  std::set<SeriesKey> kept_;
};

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
struct Subject {
  Rule rule;
  Kpi kpi;
  Organisation organisation;
};
Subject subject_of(const Config& config, const Alert& alert) {
  Subject subject;
  subject.rule.name = alert.rule;
  if (const Rule* rule = config.rule(alert.rule)) subject.rule = *rule;
  subject.kpi.id = subject.kpi.title = alert.kpi;
  if (const Kpi* kpi = config.kpi(alert.kpi)) subject.kpi = *kpi;
  subject.organisation.code = subject.organisation.name = alert.organisation;
  if (const Organisation* found = config.organisations.find(alert.organisation)) {
    subject.organisation = *found;
  }
  return subject;
}

// Whether the config still has a rule that looks at the alert's series.
bool still_ruled(const Config& config, const Alert& alert) {
  const Rule* rule = config.rule(alert.rule);
  const Organisation* organisation = config.organisations.find(alert.organisation);
  return rule != nullptr && organisation != nullptr && config.kpi(rule->kpi) != nullptr &&
         rule->kpi == alert.kpi && rule->subgroup == alert.subgroup &&
         organisation->code == alert.organisation && covers(*rule, *organisation);
}

Result<void> announce_last_seen(store::Writer& writer, const EvaluationContext& context,
                                Judge& judge, const Transition& next) {
  auto saved = writer.save_alert(next.alert);
  if (!saved || !next.event) return saved;
  const Subject subject = subject_of(context.config, next.alert);
  return judge.announce(next, subject.rule, subject.kpi, subject.organisation,
                        last_seen(next.alert), {});
}

}  // namespace

Result<std::vector<Delivery>> tell(store::Writer& writer, const EvaluationContext& context,
                                   Event event, std::string_view only) {
  if (event.id.empty()) event.id = context.identifiers.next("msg_", context.now);
  event.at = context.now;
  auto added = writer.add_event(event);
  if (!added) return pass_on(added);
  std::vector<const DestinationConfig*> destinations;
  if (only.empty()) {
    destinations = destinations_for(event, context.config);
  } else if (const DestinationConfig* one = context.config.destination(only)) {
    destinations.push_back(one);
  } else {
    return fail(ErrorKind::not_found, "no destination is named \"" + std::string(only) + "\"");
  }
  std::vector<Delivery> deliveries;
  for (const DestinationConfig* destination : destinations) {
    auto body = context.render(*destination, event);
    if (!body) return pass_on(body);
    Delivery delivery;
    delivery.event_id = event.id;
    delivery.event_type = event.type;
    delivery.destination = destination->name;
    delivery.subject = event.subject;
    delivery.content_type = std::move(body->content_type);
    delivery.body = std::move(body->body);
    delivery.created_at = delivery.next_attempt_at = context.now;
    auto stored = writer.add_delivery(delivery);
    if (!stored) return pass_on(stored);
    deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

Result<Evaluation> evaluate_marked(store::Writer& writer, const EvaluationContext& context) {
  auto changes = Changes::read(writer, context.config.organisations);
  if (!changes) return pass_on(changes);
  Judge judge(writer, context);
  for (const Rule& rule : context.config.rules) {
    const Kpi* kpi = context.config.kpi(rule.kpi);
    if (kpi == nullptr) continue;
    const std::vector<MeasureInput> inputs = inputs_of(context.config, *kpi);
    for (const Organisation& organisation : context.config.organisations.all()) {
      if (!covers(rule, organisation)) continue;
      if (changes->ask(inputs, organisation, rule.subgroup) != Changes::Answer::judge) continue;
      auto done = judge.judge(rule, *kpi, organisation);
      if (!done) return pass_on(done);
    }
  }
  auto cleared = changes->clear(writer);
  if (!cleared) return pass_on(cleared);
  return std::move(judge.evaluation);
}

Result<Evaluation> evaluate_all(store::Writer& writer, const EvaluationContext& context) {
  auto changes = Changes::read(writer, context.config.organisations);
  if (!changes) return pass_on(changes);
  Judge judge(writer, context);
  store::AlertQuery every_open;
  every_open.limit = std::numeric_limits<std::int32_t>::max();
  auto open = writer.alerts(every_open);
  if (!open) return pass_on(open);
  for (const Alert& alert : *open) {
    if (still_ruled(context.config, alert)) continue;
    auto done = announce_last_seen(writer, context, judge, resolve_removed(alert, context.now));
    if (!done) return pass_on(done);
  }
  for (const Rule& rule : context.config.rules) {
    const Kpi* kpi = context.config.kpi(rule.kpi);
    if (kpi == nullptr) continue;
    const std::vector<MeasureInput> inputs = inputs_of(context.config, *kpi);
    for (const Organisation& organisation : context.config.organisations.all()) {
      if (!covers(rule, organisation)) continue;
      if (changes->ask(inputs, organisation, rule.subgroup) == Changes::Answer::put_off) continue;
      auto done = judge.judge(rule, *kpi, organisation);
      if (!done) return pass_on(done);
    }
  }
  auto cleared = changes->clear(writer);
  if (!cleared) return pass_on(cleared);
  return std::move(judge.evaluation);
}

Result<std::vector<Delivery>> acknowledge_alert(store::Writer& writer,
                                                const EvaluationContext& context,
                                                std::string_view alert_id, std::string_view by,
                                                std::string_view note) {
  auto alert = writer.alert(alert_id);
  if (!alert) return pass_on(alert);
  if (!*alert) {
    return fail(ErrorKind::not_found,
                "there is no alert \"" + std::string(alert_id) + "\": `kpictl alerts` lists them");
  }
  const auto next = acknowledge(**alert, by, note, context.now);
  if (!next) {
    return fail(ErrorKind::conflict, "the alert is " + std::string(to_string((*alert)->state)) +
                                         ": only a firing one can be acknowledged");
  }
  Judge judge(writer, context);
  auto done = announce_last_seen(writer, context, judge, *next);
  if (!done) return pass_on(done);
  return std::move(judge.evaluation.deliveries);
}

}  // namespace kpid::ingest
