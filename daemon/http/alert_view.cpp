// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/alert_view.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "alerts/subgroup_words.hpp"
#include "alerts/wording.hpp"
#include "http/alert_reasons.hpp"
#include "http/alerts_then.hpp"
#include "http/delivery_view.hpp"
#include "http/json_parts.hpp"
#include "http/kpi_view.hpp"
#include "http/silence_view.hpp"
#include "http/waiting_view.hpp"
#include "ingest/silences.hpp"
#include "rules/evaluate.hpp"
#include "schedule/schedule.hpp"

namespace kpid::http {

namespace json = boost::json;

namespace {

// The parts of the config that an alert speaks of; what has left it is named by its id alone.
struct Subject {
  std::optional<Rule> rule;
  std::optional<Kpi> kpi;
  Organisation organisation;
  bool organisation_known = false;
};

Subject subject_of(const Config& config, const Alert& alert) {
  Subject subject;
  if (const Rule* rule = config.rule(alert.rule)) subject.rule = *rule;
  if (const Kpi* kpi = config.kpi(alert.kpi)) subject.kpi = *kpi;
  subject.organisation.code = subject.organisation.name = alert.organisation;
  if (const Organisation* found = config.organisations.find(alert.organisation)) {
    subject.organisation = *found;
    subject.organisation_known = true;
  }
  return subject;
}

json::object alert_json(const Alert& alert, const Subject& subject) {
  const Kpi kpi = subject.kpi.value_or(Kpi{});
  return {{"id", alert.id},
          {"rule", alert.rule},
          {"kpi", alert.kpi},
          {"title", subject.kpi ? kpi.title : alert.kpi},
          {"organisation", alert.organisation},
          {"organisation_name", subject.organisation.name},
          {"subgroup", alert.subgroup},
          {"subgroup_text", subgroup_words(alert.subgroup)},
          {"state", to_string(alert.state)},
          {"severity", to_string(alert.severity)},
          {"seq", alert.seq},
          {"opened_at", format_timestamp(alert.opened_at)},
          {"changed_at", format_timestamp(alert.changed_at)},
          {"fired_at", instant(alert.fired_at)},
          {"resolved_at", instant(alert.resolved_at)},
          {"resolution", to_string(alert.resolution)},
          {"since", period_json(alert.since, kpi.calendar)},
          {"period", period_json(alert.period, kpi.calendar)},
          {"value", number(alert.value)},
          {"text", format_value(alert.value, kpi.unit, kpi.decimals)},
          {"flapping", alert.flapping},
          {"acknowledged_by", alert.acknowledged_by},
          {"acknowledged_until", instant(alert.acknowledged_until)},
          {"note", alert.note}};
}

// The alert with the silence that holds over it at that instant.
Result<json::object> marked_json(const store::Reader& reader, const Config& config,
                                 const Alert& alert, const Subject& subject, Timestamp at) {
  json::object one = alert_json(alert, subject);
  one["silence"] = nullptr;
  if (alert.state == AlertState::resolved) return one;
  auto silence = ingest::silence_of_alert(reader, config, alert, at);
  if (!silence) return pass_on(silence);
  if (*silence) one["silence"] = silence_json(**silence, at);
  return one;
}

// Which silence held an event back, by whom, and what became of it.
Result<json::value> held_json(const store::Reader& reader,
                              const std::optional<store::HeldBack>& held, Timestamp now) {
  if (!held) return json::value(nullptr);
  json::object one{
      {"silence", nullptr}, {"settled_at", instant(held->settled_at)}, {"told", held->told}};
  auto silence = reader.silence(held->silence);
  if (!silence) return pass_on(silence);
  if (*silence) one["silence"] = silence_json(**silence, now);
  return json::value(std::move(one));
}

json::value threshold_json(const std::optional<Threshold>& threshold, const Rule& rule,
                           const Kpi& kpi) {
  if (!threshold) return nullptr;
  std::string text = format_value(threshold->bound, kpi.unit, kpi.decimals);
  if (rule.compare != Comparison::number) {
    text = rule.change_in == ChangeIn::percent
               ? format_value(threshold->bound, Unit::percent, 1)
               : format_difference(threshold->bound, kpi.unit, kpi.decimals);
  }
  return json::object{{"operator", to_string(threshold->op)},
                      {"bound", number(threshold->bound)},
                      {"text", std::move(text)}};
}

json::value rule_json(const Subject& subject) {
  if (!subject.rule || !subject.kpi) return nullptr;
  const Rule& rule = *subject.rule;
  return json::object{
      {"name", rule.name},
      {"compare", to_string(rule.compare)},
      {"change_in", rule.change_in == ChangeIn::percent ? "percent" : "absolute"},
      {"red", threshold_json(rule.red, rule, *subject.kpi)},
      {"amber", threshold_json(rule.amber, rule, *subject.kpi)},
      {"clear_margin", number(rule.clear_margin)},
      {"for_periods", rule.for_periods},
      {"other_kpi", rule.other_kpi},
      {"other_organisation", rule.other_organisation},
      {"flapping", rule.flapping
                       ? json::value(json::object{{"window", format_span(rule.flapping->window)},
                                                  {"high", rule.flapping->high},
                                                  {"low", rule.flapping->low}})
                       : json::value(nullptr)},
      {"owner", rule.owner.empty() ? subject.kpi->owner : rule.owner},
      {"runbook", rule.runbook}};
}

std::optional<KpiValue> at_period(const std::vector<KpiValue>& series, const Period& period) {
  const auto found = std::find_if(series.begin(), series.end(),
                                  [&](const KpiValue& one) { return one.period == period; });
  if (found == series.end()) return std::nullopt;
  return *found;
}

// The value that was judged, with what met the threshold; the series as it was known then.
json::object judged_json(const Alert& alert, const Subject& subject, const KpiValue& value,
                         const std::optional<Judgement>& judgement) {
  const Kpi& kpi = *subject.kpi;
  json::object judged{{"period", period_json(value.period, kpi.calendar)},
                      {"value", number(value.value)},
                      {"text", format_value(value.value, kpi.unit, kpi.decimals)},
                      {"numerator", number(value.numerator)},
                      {"denominator", number(value.denominator)},
                      {"completeness", json::object{{"have", value.completeness.have},
                                                    {"of", value.completeness.of}}},
                      {"known_at", format_timestamp(value.known_at)},
                      {"corrected", value.corrected},
                      {"compared", nullptr},
                      {"reference", nullptr},
                      {"target", nullptr},
                      {"target_text", nullptr},
                      {"forecast", nullptr},
                      {"threshold", nullptr},
                      {"breached", nullptr},
                      {"periods_in_breach", nullptr},
                      {"since", period_json(alert.since, kpi.calendar)}};
  if (!judgement) return judged;
  judged["compared"] = number(judgement->compared);
  judged["breached"] = judgement->breach != Severity::none;
  if (judgement->threshold && subject.rule->compare == Comparison::number) {
    // As many places as it takes not to read as the threshold itself.
    judged["text"] = format_value(value.value, kpi.unit, kpi.decimals, judgement->threshold->bound);
  }
  if (judgement->reference) {
    judged["reference"] =
        json::object{{"period", period_json(judgement->reference->period, kpi.calendar)},
                     {"value", number(judgement->reference->value)},
                     {"text", format_value(judgement->reference->value, kpi.unit, kpi.decimals)}};
  }
  judged["target"] = number(judgement->target);
  if (judgement->target) {
    judged["target_text"] = format_value(*judgement->target, kpi.unit, kpi.decimals);
  }
  judged["forecast"] = forecast_json(judgement->forecast, *subject.rule, kpi);
  judged["threshold"] = threshold_json(judgement->threshold, *subject.rule, kpi);
  judged["periods_in_breach"] = judgement->periods_in_breach;
  return judged;
}

// The figures behind an alert: as known when it was last judged, and what they are by now.
Result<void> add_figures(json::object& story, const store::Reader& reader, const Config& config,
                         const Alert& alert, const Subject& subject) {
  story["judged"] = nullptr;
  story["measurements"] = json::array{};
  story["value_now"] = nullptr;
  story["explanation"] = nullptr;
  story["calendar"] = nullptr;
  if (!subject.kpi || !subject.organisation_known) return {};
  const Date judged_on = local_date(alert.changed_at, config.timezone);
  story["calendar"] = calendar_json(config, subject.rule ? &*subject.rule : nullptr, *subject.kpi,
                                    alert, judged_on);
  KpiQuestion question;
  question.kpi = &*subject.kpi;
  question.organisation = &subject.organisation;
  question.subgroup = alert.subgroup;
  const auto series_at = [&](const Window& window) {
    return kpi_series(*subject.kpi, subject.organisation, alert.subgroup, config, reader, window);
  };
  auto now = series_at(Window{});
  if (!now) return pass_on(now);
  if (const auto value = at_period(*now, alert.period)) {
    story["value_now"] =
        json::object{{"value", number(value->value)},
                     {"text", format_value(value->value, subject.kpi->unit, subject.kpi->decimals)},
                     {"known_at", format_timestamp(value->known_at)}};
  }
  question.window.as_of = alert.changed_at;
  auto then = series_at(question.window);
  if (!then) return pass_on(then);
  const auto value = at_period(*then, alert.period);
  if (!value) return {};
  std::optional<Judgement> judgement;
  std::vector<KpiValue> other;
  if (subject.rule) {
    auto read = other_series(reader, config, *subject.rule, *subject.kpi, subject.organisation,
                             question.window);
    if (!read) return pass_on(read);
    other = std::move(*read);
    // Judged up to the period that the alert speaks of.
    const auto end = std::upper_bound(
        then->begin(), then->end(), alert.period,
        [](const Period& period, const KpiValue& one) { return period < one.period; });
    const auto count = static_cast<std::size_t>(std::distance(then->begin(), end));
    judgement = evaluate({*subject.rule, *subject.kpi, subject.organisation,
                          config.calendars.of(alert.organisation), std::span(then->data(), count),
                          other, alert.severity, judged_on});
  }
  auto inputs = inputs_json(reader, config, question, *value);
  if (!inputs) return pass_on(inputs);
  story["judged"] = judged_json(alert, subject, *value, judgement);
  story["measurements"] = std::move(*inputs);
  if (judgement) {  // in the words that a webhook would use; of a pending alert none was sent
    const Telling telling{
        *subject.rule,
        *subject.kpi,
        subject.organisation,
        alert,
        *judgement,
        EventType::alert_firing,
        {},
        {},
        worth_of(*subject.rule, *subject.kpi, *judgement, config.funding_per_pupil_pence),
        {},
        compared_with(*subject.rule, config)};
    story["explanation"] = explanation(telling);
  }
  return {};
}

// Open before resolved, red before amber, new before old; then as the config has the organisations.
void sort_by_urgency(std::vector<Alert>& alerts, const Config& config) {
  std::map<std::string, std::size_t> places;
  for (const Organisation& organisation : config.organisations.all()) {
    places.emplace(organisation.code, places.size());
  }
  const auto rank = [&](const Alert& alert) {
    const auto place = places.find(alert.organisation);
    return std::tuple(alert.state == AlertState::resolved, -static_cast<int>(alert.severity),
                      -milliseconds_since_epoch(alert.opened_at),
                      place == places.end() ? places.size() : place->second, alert.rule,
                      alert.subgroup, alert.id);
  };
  std::sort(alerts.begin(), alerts.end(),
            [&](const Alert& a, const Alert& b) { return rank(a) < rank(b); });
}

// What an event rested on, as it was recorded then, whatever has become of the figures since.
Result<json::array> evidence_json(const store::Reader& reader, const Event& event,
                                  const Subject& subject) {
  auto evidence = reader.evidence(event.id);
  if (!evidence) return pass_on(evidence);
  json::array list;
  for (store::EvidenceRecord& one : *evidence) {
    auto row = measurement_json(reader, {std::move(one.series), one.measurement},
                                subject.kpi.value_or(Kpi{}), event.at);
    if (!row) return pass_on(row);
    list.push_back(std::move(*row));
  }
  return list;
}

// Who took note of the alert by the link in this delivery's message, and when.
json::value use_json(const std::vector<store::LinkUse>& uses, const Delivery& delivery) {
  for (const store::LinkUse& use : uses) {
    if (use.event != delivery.event_id || use.destination != delivery.destination) continue;
    return json::object{{"at", format_timestamp(use.used_at)}, {"by", use.by}};
  }
  return nullptr;
}

// Who was told of an event: by itself, or in a digest.
Result<void> add_told(json::array& told, const store::Reader& reader,
                      const store::EventRecord& record, const std::vector<store::LinkUse>& uses) {
  auto digests = reader.digests_of(record.event.id);
  if (!digests) return pass_on(digests);
  std::vector<Delivery> deliveries = record.deliveries;
  deliveries.insert(deliveries.end(), digests->begin(), digests->end());
  for (const Delivery& delivery : deliveries) {
    auto one = told_json(reader, delivery);
    if (!one) return pass_on(one);
    (*one)["link_used"] = use_json(uses, delivery);
    (*one)["told_event"] = record.event.id;
    (*one)["told_type"] = to_string(record.event.type);
    told.push_back(std::move(*one));
  }
  return {};
}

Result<void> add_history(json::object& story, const store::Reader& reader, const Config& config,
                         const Alert& alert, const Subject& subject, Timestamp now) {
  auto events = reader.events(alert.id);
  if (!events) return pass_on(events);
  auto uses = reader.links_used(alert.id);
  if (!uses) return pass_on(uses);
  json::array history;
  json::array told;
  for (const store::EventRecord& record : *events) {
    const json::value data = stored_json(record.event.data);
    json::value explanation;
    if (data.is_object()) {
      if (const json::value* text = data.get_object().if_contains("explanation")) {
        explanation = *text;
      }
    }
    if (explanation.is_string()) story["explanation"] = explanation;
    auto evidence = evidence_json(reader, record.event, subject);
    if (!evidence) return pass_on(evidence);
    auto held = held_json(reader, record.held, now);
    if (!held) return pass_on(held);
    auto waiting = waiting_of_event(reader, config, record.event.id, now);
    if (!waiting) return pass_on(waiting);
    history.push_back(json::object{{"event", record.event.id},
                                   {"type", to_string(record.event.type)},
                                   {"seq", record.event.seq},
                                   {"at", format_timestamp(record.event.at)},
                                   {"severity", to_string(record.event.severity)},
                                   {"explanation", explanation},
                                   {"held", std::move(*held)},
                                   {"waiting", std::move(*waiting)},
                                   {"evidence", std::move(*evidence)},
                                   {"data", data}});
    auto added = add_told(told, reader, record, *uses);
    if (!added) return added;
  }
  story["history"] = std::move(history);
  story["told"] = std::move(told);
  return {};
}

}  // namespace

Result<json::value> alerts_view(const store::Reader& reader, const Config& config,
                                const store::AlertQuery& query, Timestamp now,
                                std::optional<Timestamp> as_of) {
  auto alerts = as_of ? alerts_then(reader, *as_of, query.organisation) : reader.alerts(query);
  if (!alerts) return pass_on(alerts);
  sort_by_urgency(*alerts, config);
  json::array list;
  for (const Alert& alert : *alerts) {
    auto one = marked_json(reader, config, alert, subject_of(config, alert), as_of.value_or(now));
    if (!one) return pass_on(one);
    list.push_back(std::move(*one));
  }
  return json::object{{"as_of", instant(as_of)}, {"alerts", std::move(list)}};
}

Result<json::value> alert_view(const store::Reader& reader, const Config& config,
                               std::string_view id, Timestamp now) {
  auto found = reader.alert(id);
  if (!found) return pass_on(found);
  if (!*found) {
    return fail(ErrorKind::not_found,
                "there is no alert \"" + std::string(id) + "\": `kpictl alerts --all` lists them");
  }
  const Alert& alert = **found;
  const Subject subject = subject_of(config, alert);
  auto marked = marked_json(reader, config, alert, subject, now);
  if (!marked) return pass_on(marked);
  json::object story{
      {"alert", std::move(*marked)},
      {"rule", rule_json(subject)},
      {"kpi", subject.kpi ? json::value(kpi_json(*subject.kpi)) : json::value(nullptr)},
      {"organisation", organisation_json(subject.organisation)}};
  auto figures = add_figures(story, reader, config, alert, subject);
  if (!figures) return pass_on(figures);
  auto history = add_history(story, reader, config, alert, subject, now);
  if (!history) return pass_on(history);
  return json::value(std::move(story));
}

}  // namespace kpid::http
