// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/silences.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "alerts/routing.hpp"
#include "alerts/silence.hpp"
#include "ingest/judge.hpp"
#include "ingest/refill.hpp"

namespace kpid::ingest {
namespace {

constexpr std::string_view of_a_source = "source:";

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

bool any_asks_for_sources(const std::vector<Silence>& silences) {
  return std::any_of(silences.begin(), silences.end(),
                     [](const Silence& one) { return !one.matchers.source.empty(); });
}

// What the alert's newest event rested on that rested on anything.
Result<std::vector<std::string>> sources_of(const store::Reader& reader, const std::string& alert) {
  std::vector<std::string> sources;
  auto events = reader.events(alert);
  if (!events) return pass_on(events);
  for (auto one = events->rbegin(); one != events->rend() && sources.empty(); ++one) {
    auto evidence = reader.evidence(one->event.id);
    if (!evidence) return pass_on(evidence);
    for (store::EvidenceRecord& row : *evidence) sources.push_back(std::move(row.source));
  }
  return sources;
}

bool is_over(const Silence& silence, Timestamp now) {
  return silence.until <= now || (silence.removed_at && *silence.removed_at <= now);
}

bool was_told(const store::EventRecord& record) { return !record.held || record.held->told; }

// Whether those who would hear the last event need it. Of an alert every event before it may have
// been told; a source's subject goes on for ever, so there the one just before counts.
bool is_news(const std::vector<store::EventRecord>& records) {
  if (!ends_something(records.back().event.type)) return true;
  if (records.size() < 2) return false;
  if (records.back().event.subject.starts_with(of_a_source)) return was_told(*(records.end() - 2));
  return std::any_of(records.begin(), records.end() - 1, was_told);
}

// The last event of a subject of which a silence has held something back.
class Settling {
 public:
  Settling(store::Writer& writer, const EvaluationContext& context)
      : writer_(writer), context_(context) {}

  Result<std::vector<Delivery>> settle(const std::string& subject) {
    auto records = writer_.events(subject);
    if (!records) return pass_on(records);
    // What is only said again is no newer word.
    std::erase_if(*records, [](const store::EventRecord& one) {
      return one.event.type == EventType::alert_reminder ||
             one.event.type == EventType::alert_escalated;
    });
    std::vector<Delivery> deliveries;
    for (const store::EventRecord& record : *records) {
      if (!record.held || record.held->settled_at) continue;
      auto silence = writer_.silence(record.held->silence);
      if (!silence) return pass_on(silence);
      if (*silence && !is_over(**silence, context_.now)) continue;
      bool told = false;
      if (&record == &records->back() && is_news(*records)) {
        auto outcome = tell_now(record.event);
        if (!outcome) return pass_on(outcome);
        if (!*outcome) continue;  // another silence holds it
        deliveries = std::move(**outcome);
        told = true;
      }
      auto settled = writer_.settle_held(record.event.id, told, context_.now);
      if (!settled) return pass_on(settled);
    }
    return deliveries;
  }

 private:
  // Nothing where another silence holds it back from now on.
  Result<std::optional<std::vector<Delivery>>> tell_now(Event event) {
    auto filled = refill(writer_, event);
    if (!filled) return pass_on(filled);
    auto silence = silence_of_event(writer_, event, context_.now);
    if (!silence) return pass_on(silence);
    if (*silence) {
      auto held = writer_.hold_event(event.id, (*silence)->id);
      if (!held) return pass_on(held);
      return std::optional<std::vector<Delivery>>{};
    }
    auto told = told_before(writer_, event);
    if (!told) return pass_on(told);
    auto made = deliver(writer_, context_, event, destinations_for(event, context_.config, *told));
    if (!made) return pass_on(made);
    return std::optional(std::move(*made));
  }

  store::Writer& writer_;
  const EvaluationContext& context_;
};

Result<Evaluation> end_notes(store::Writer& writer, const EvaluationContext& context) {
  auto lapsed = writer.notes_that_lapsed(context.now);
  if (!lapsed) return pass_on(lapsed);
  if (lapsed->empty()) return Evaluation{};
  Judge judge(writer, context);
  for (const Alert& alert : *lapsed) {
    const auto next = lapse(alert, context.now);
    if (!next) continue;
    auto done = judge.conclude(*next);
    if (!done) return pass_on(done);
  }
  return judge.take_evaluation();
}

}  // namespace

Result<std::optional<Silence>> silence_of_event(const store::Reader& reader, const Event& event,
                                                Timestamp now) {
  if (!can_be_silenced(event.type)) return std::optional<Silence>{};
  store::SilenceQuery wanted;
  wanted.live_at = now;
  auto live = reader.silences(wanted);
  if (!live) return pass_on(live);
  if (live->empty()) return std::optional<Silence>{};
  std::vector<std::string> sources = event.sources;
  if (event.subject.starts_with(of_a_source)) {
    sources = {event.subject.substr(of_a_source.size())};
  } else if (sources.empty() && any_asks_for_sources(*live)) {
    auto found = sources_of(reader, event.subject);
    if (!found) return pass_on(found);
    sources = std::move(*found);
  }
  return silence_for({event.rule, event.kpi, event.organisation, event.subgroup, event.severity,
                      event.owner, sources},
                     *live);
}

Event event_about(const Config& config, const Alert& alert) {
  Event event;
  event.type = EventType::alert_changed;
  event.subject = alert.id;
  event.severity = alert.severity;
  event.kpi = alert.kpi;
  event.organisation = alert.organisation;
  event.rule = alert.rule;
  event.subgroup = alert.subgroup;
  if (const Kpi* kpi = config.kpi(alert.kpi)) event.owner = kpi->owner;
  const Rule* rule = config.rule(alert.rule);
  if (rule != nullptr && !rule->owner.empty()) event.owner = rule->owner;
  return event;
}

Result<std::optional<Silence>> silence_of_alert(const store::Reader& reader, const Config& config,
                                                const Alert& alert, Timestamp now) {
  return silence_of_event(reader, event_about(config, alert), now);
}

Result<Silence> add_silence(store::Writer& writer, const EvaluationContext& context,
                            const SilenceRequest& request) {
  auto silence = make_silence(request, context.config, context.now);
  if (!silence) return silence;
  auto added = writer.add_silence(*silence);
  if (!added) return pass_on(added);
  return silence;
}

Result<Evaluation> remove_silence(store::Writer& writer, const EvaluationContext& context,
                                  std::int64_t id, std::string_view by) {
  auto silence = writer.silence(id);
  if (!silence) return pass_on(silence);
  const std::string number = std::to_string(id);
  if (!*silence) {
    return fail(ErrorKind::not_found,
                "there is no silence " + number + ": `kpictl silence list` lists them");
  }
  if ((*silence)->removed_at) {
    return fail(ErrorKind::conflict,
                "the silence " + number + " was already removed, by " + (*silence)->removed_by);
  }
  if (is_over(**silence, context.now)) {
    return fail(ErrorKind::conflict, "the silence " + number + " is already over, since " +
                                         format_timestamp((*silence)->until));
  }
  auto ended = writer.end_silence(id, by, context.now);
  if (!ended) return pass_on(ended);
  return evaluate_ended(writer, context);
}

Result<Evaluation> evaluate_ended(store::Writer& writer, const EvaluationContext& context) {
  auto evaluation = end_notes(writer, context);
  if (!evaluation) return evaluation;
  auto subjects = writer.subjects_to_settle(context.now);
  if (!subjects) return pass_on(subjects);
  Settling settling(writer, context);
  for (const std::string& subject : *subjects) {
    auto told = settling.settle(subject);
    if (!told) return pass_on(told);
    std::move(told->begin(), told->end(), std::back_inserter(evaluation->deliveries));
  }
  return evaluation;
}

}  // namespace kpid::ingest
