// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/example_event.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "alerts/digest_data.hpp"
#include "alerts/operational_wording.hpp"
#include "alerts/reminder_wording.hpp"
#include "alerts/routing.hpp"
#include "alerts/timing.hpp"
#include "alerts/wording.hpp"

namespace kpid::webhooks {
namespace {

namespace json = boost::json;
using std::chrono::days;

constexpr const char* alert_id = "alt_0000000000000000000000TEST";
constexpr const char* event_id = "msg_0000000000000000000000TEST";

struct Choice {
  const Rule* rule = nullptr;
  const Kpi* kpi = nullptr;
  const Organisation* organisation = nullptr;
  int fitness = -1;
};

const std::string& owner_of(const Rule& rule, const Kpi& kpi) {
  return rule.owner.empty() ? kpi.owner : rule.owner;
}

// What the destination would be told of before all else; then what is easiest to understand.
int fitness_of(const Rule& rule, const Kpi& kpi, const Organisation& organisation,
               const DestinationConfig& destination) {
  const bool told = names(destination.owners, owner_of(rule, kpi)) &&
                    names(destination.kpis, kpi.id) &&
                    names(destination.organisations, organisation.code);
  const bool loud = rule.red || destination.minimum_severity != Severity::red;
  return (told ? 16 : 0) + (loud ? 8 : 0) + (rule.compare == Comparison::number ? 4 : 0) +
         (organisation.kind == OrganisationKind::school ? 2 : 0) + (rule.red ? 1 : 0);
}

Choice choose(const Config& config, const DestinationConfig& destination) {
  Choice best;
  for (const Rule& rule : config.rules) {
    const Kpi* kpi = config.kpi(rule.kpi);
    if (kpi == nullptr || !(rule.red || rule.amber)) continue;
    for (const Organisation& organisation : config.organisations.all()) {
      const bool covered = rule.organisations.empty()
                               ? organisation.kind != OrganisationKind::comparator
                               : names(rule.organisations, organisation.code);
      if (!covered) continue;
      const int fitness = fitness_of(rule, *kpi, organisation, destination);
      if (fitness > best.fitness) best = {&rule, kpi, &organisation, fitness};
    }
  }
  return best;
}

Period month_before(Date day) {
  const std::chrono::year_month_day now{day};
  const Date end = Date{now.year() / now.month() / 1} - days{1};
  const std::chrono::year_month_day last{end};
  return {Date{last.year() / last.month() / 1}, end};
}

// The last period that is over.
Period newest_period(Calendar calendar, Date today) {
  switch (calendar) {
    case Calendar::day:
      return {today - days{1}, today - days{1}};
    case Calendar::week: {
      const std::chrono::weekday weekday{today};
      const Date monday = today - days{weekday.iso_encoding() - 1};
      return {monday - days{7}, monday - days{1}};
    }
    case Calendar::month:
      return month_before(today);
    case Calendar::term: {
      const Period year = academic_year_of(today - days{366});
      return {year.start + days{3}, year.start + days{109}};  // an autumn term
    }
    case Calendar::academic_year:
    case Calendar::financial_year:
      break;
  }
  return academic_year_of(today - days{366});
}

Period period_before(const Period& period, Calendar calendar) {
  if (calendar == Calendar::day || calendar == Calendar::week || calendar == Calendar::month) {
    return newest_period(calendar, period.start);
  }
  return year_before(period, calendar);
}

double rounded(double value, int decimals) {
  const double scale = std::pow(10, decimals);
  return std::round(value * scale) / scale;
}

// A tenth beyond the limit, on the side asked for.
double beside(const Threshold& threshold, bool in_breach, int decimals) {
  const double smallest = std::pow(10, -decimals);
  const double step = std::max(std::abs(threshold.bound) / 10, smallest);
  const bool low_is_bad =
      threshold.op == Threshold::Operator::below || threshold.op == Threshold::Operator::at_most;
  const double moved = threshold.bound + (low_is_bad == in_breach ? -step : step);
  return rounded(moved, decimals);
}

KpiValue figure_of(const Kpi& kpi, const Period& period, double value) {
  KpiValue figure;
  figure.period = period;
  figure.value = value;
  if (kpi.unit == Unit::percent && kpi.worth_rate == "pence") {
    figure.denominator = 200'000'000;  // £2 million
    figure.numerator = std::round(value / 100 * *figure.denominator);
  }
  return figure;
}

// An alert as the daemon would have made it.
class Example {
 public:
  Example(const Config& config, const Choice& choice, EventType type, Timestamp now,
          Severity severity = Severity::red)
      : config_(config),
        rule_(*choice.rule),
        kpi_(*choice.kpi),
        organisation_(*choice.organisation),
        type_(type),
        now_(now) {
    const bool change = rule_.compare == Comparison::target ||
                        rule_.compare == Comparison::period_before ||
                        rule_.compare == Comparison::year_before;
    // Of what needs more than two figures the limit alone is shown.
    if (!change) rule_.compare = Comparison::number;
    if (severity == Severity::amber && rule_.amber && rule_.red) {
      beyond_amber_ = (rule_.amber->bound + rule_.red->bound) / 2;  // and not yet red
      rule_.red.reset();
    }
    judge(change);
    live();
  }

  [[nodiscard]] std::string data() const {
    std::vector<KpiValue> recent;
    Period period = judgement_.value.period;
    for (int i = 0; i < 3; ++i) {
      const double earlier = i == 0 ? 0 : beside(threshold(), i == 1, kpi_.decimals);
      recent.insert(recent.begin(),
                    figure_of(kpi_, period, i == 0 ? judgement_.value.value : earlier));
      period = period_before(period, kpi_.calendar);
    }
    if (rule_.compare != Comparison::number) recent.clear();
    const std::string source =
        config_.sources.empty() ? std::string("example") : config_.sources.front().name;
    return event_data({rule_,
                       kpi_,
                       organisation_,
                       alert_,
                       judgement_,
                       type_,
                       std::move(recent),
                       {{source, "example.csv", std::string(64, '0'), 2, 4, now_}},
                       worth_of(rule_, kpi_, judgement_, config_.funding_per_pupil_pence),
                       config_.dashboard_url});
  }
  [[nodiscard]] Severity severity() const { return alert_.severity; }
  [[nodiscard]] const Alert& alert() const { return alert_; }
  // It has been there for a while.
  void fired(Timestamp at) { alert_.opened_at = alert_.changed_at = alert_.fired_at.emplace(at); }

 private:
  [[nodiscard]] const Threshold& threshold() const { return rule_.red ? *rule_.red : *rule_.amber; }

  void judge(bool change) {
    const bool breach = type_ != EventType::alert_resolved;
    const Date today = std::chrono::floor<days>(now_);
    const Period period = newest_period(kpi_.calendar, today);
    const int decimals = rule_.change_in == ChangeIn::percent && change ? 1 : kpi_.decimals;
    judgement_.compared = beside(threshold(), breach, decimals);
    if (breach && beyond_amber_) judgement_.compared = *beyond_amber_;
    double value = judgement_.compared;
    if (change) {
      const double base = is_share(kpi_.unit) ? 50 : 1000;
      value = base + (rule_.change_in == ChangeIn::percent ? base * judgement_.compared / 100
                                                           : judgement_.compared);
      if (rule_.compare == Comparison::target) {
        judgement_.target = base;
      } else {
        const bool year = rule_.compare == Comparison::year_before;
        judgement_.reference = figure_of(
            kpi_, year ? year_before(period, kpi_.calendar) : period_before(period, kpi_.calendar),
            base);
      }
    }
    judgement_.value = figure_of(kpi_, period, rounded(value, kpi_.decimals));
    judgement_.severity = judgement_.breach = rule_.red ? Severity::red : Severity::amber;
    if (breach) judgement_.threshold = threshold();
    judgement_.since = period_before(period, kpi_.calendar);
    judgement_.periods_in_breach = 2;
  }

  void live() {
    alert_.id = alert_id;
    alert_.rule = rule_.name;
    alert_.kpi = kpi_.id;
    alert_.organisation = organisation_.code;
    alert_.subgroup = rule_.subgroup;
    alert_.severity = judgement_.severity;
    alert_.opened_at = alert_.changed_at = now_;
    alert_.fired_at = now_;
    alert_.since = judgement_.since;
    alert_.period = judgement_.value.period;
    alert_.value = judgement_.value.value;
    alert_.state = AlertState::firing;
    alert_.seq = type_ == EventType::alert_firing ? 1 : 2;
    if (type_ == EventType::alert_acknowledged) {
      alert_.state = AlertState::acknowledged;
      alert_.acknowledged_by = "A. Example";
      alert_.note = "an example of a note";
    }
    if (type_ == EventType::alert_resolved) {
      alert_.state = AlertState::resolved;
      alert_.resolution = Resolution::recovered;
      alert_.resolved_at = now_;
    }
  }

  const Config& config_;
  Rule rule_;
  const Kpi& kpi_;
  const Organisation& organisation_;
  EventType type_;
  Timestamp now_;
  std::optional<double> beyond_amber_;
  Judgement judgement_;
  Alert alert_;
};

bool is_repeated(EventType type) {
  return type == EventType::alert_reminder || type == EventType::alert_escalated;
}

// Nobody has taken note for just as long as the destination waits for, or for a week.
Unnoted unnoted_example(const Config& config, const DestinationConfig& destination, EventType type,
                        const std::string& organisation, Timestamp now) {
  const auto& asked = type == EventType::alert_escalated ? destination.unacknowledged_for
                                                         : destination.repeat_every;
  const Span span = asked.value_or(Span{5, Span::Unit::school_days});
  const SchoolCalendar& calendar = config.calendars.of(organisation);
  const Date today = std::chrono::floor<days>(now);
  Unnoted unnoted;
  unnoted.day = today - days{1};
  while (calendar.after(unnoted.day, span) > today && today - unnoted.day < days{1000}) {
    unnoted.day -= days{1};
  }
  unnoted.since = now - (today - unnoted.day);
  unnoted.length = length_words(calendar, unnoted.day, today);
  unnoted.to = {destination.name};
  for (const DestinationConfig& one : config.destinations) {
    if (one.name == destination.name || one.unacknowledged_for || unnoted.told.size() == 2)
      continue;
    unnoted.told.push_back(one.name);
  }
  return unnoted;
}

std::string operational_data(const Config& config, const DestinationConfig& destination,
                             EventType type, Timestamp now) {
  const std::string source =
      config.sources.empty() ? std::string("example") : config.sources.front().name;
  switch (type) {
    case EventType::source_failing:
      return source_failing_data({source, "no file matches in/*.csv", 3, now - days{4}, false});
    case EventType::source_stale: {
      SourceSilence silence;
      silence.source = source;
      silence.content_changed_at = now - days{22};
      return source_stale_data(silence);
    }
    case EventType::source_recovered:
      return source_recovered_data(source, 3);
    case EventType::destination_disabled:
      return destination_disabled_data(
          "another", "410: the receiver is gone and wants no more; give the destination a new URL");
    case EventType::alert_firing:
    case EventType::alert_changed:
    case EventType::alert_acknowledged:
    case EventType::alert_resolved:
    case EventType::alert_reminder:
    case EventType::alert_escalated:
    case EventType::digest:
    case EventType::test_ping:
      break;
  }
  return test_ping_data(destination.name, config.organisations.trust().name);
}

Severity operational_severity(EventType type) {
  if (type == EventType::source_failing || type == EventType::destination_disabled) {
    return Severity::red;
  }
  return type == EventType::source_stale ? Severity::amber : Severity::none;
}

// Says that it is a test, to whom reads and to what reads.
std::string marked(const std::string& data) {
  json::object made = json::parse(data).as_object();
  made["test"] = true;
  const std::string sentence{made["explanation"].as_string()};
  if (!sentence.starts_with("[TEST]")) made["explanation"] = "[TEST] " + sentence;
  return json::serialize(made);
}

// Not marked yet.
Result<Event> plain_event(const Config& config, const DestinationConfig& destination,
                          EventType type, Timestamp now) {
  Event event;
  event.id = event_id;
  event.type = type;
  event.at = now;
  if (!is_of_alert(type)) {
    event.subject =
        type == EventType::test_ping ? std::string("test:") + event_id : std::string("source:TEST");
    event.severity = operational_severity(type);
    event.data = operational_data(config, destination, type, now);
    return event;
  }
  const Choice choice = choose(config, destination);
  if (choice.rule == nullptr) {
    return fail(ErrorKind::not_found,
                "the config has no rule with a limit to make an example of; try --event test.ping");
  }
  Example example{config, choice, type, now};
  event.subject = alert_id;
  event.seq = type == EventType::alert_firing ? 1 : 2;
  event.severity = example.severity();
  event.owner = owner_of(*choice.rule, *choice.kpi);
  event.kpi = choice.kpi->id;
  event.organisation = choice.organisation->code;
  if (is_repeated(type)) {
    const Unnoted unnoted =
        unnoted_example(config, destination, type, choice.organisation->code, now);
    example.fired(unnoted.since);
    event.data = unnoted_data(example.data(), type, example.alert(), *choice.kpi, unnoted);
    return event;
  }
  event.data = example.data();
  return event;
}

// What came up overnight: an alert, another that was over again, and a word on a source.
Result<Event> plain_digest(const Config& config, const DestinationConfig& destination,
                           Timestamp now) {
  std::vector<Event> events;
  std::vector<EventType> types{EventType::alert_firing, EventType::alert_resolved};
  if (destination.operational) types.push_back(EventType::source_stale);
  for (const EventType type : types) {
    auto event = plain_event(config, destination, type, now - std::chrono::hours{12});
    if (!event) return event;
    event->data = marked(event->data);
    event->id.back() = static_cast<char>('1' + events.size());
    event->subject.back() = static_cast<char>('1' + events.size());
    events.push_back(std::move(*event));
  }
  const auto entries = digest_entries(std::move(events));
  const bool daily = destination.digest.has_value();
  const DigestFrame frame{destination.name,
                          std::string(daily ? digest_bundle : quiet_bundle),
                          now - std::chrono::hours{12},
                          now,
                          config.timezone,
                          config.dashboard_url};
  Event digest;
  digest.id = event_id;
  digest.type = EventType::digest;
  digest.subject = "digest:" + destination.name;
  digest.at = now;
  digest.severity = severity_of_digest(entries);
  digest.data = digest_data(frame, entries);
  return digest;
}

Result<Choice> choose_for(const Config& config, const DrillRequest& request) {
  const Organisation* wanted = nullptr;
  if (!request.organisation.empty()) {
    wanted = config.organisations.find(request.organisation);
    if (wanted == nullptr) {
      return fail(ErrorKind::not_found,
                  "no organisation of the config is \"" + request.organisation +
                      "\": give a school's URN, one of its aliases, or \"trust\"");
    }
  }
  Choice best;
  for (const Rule& rule : config.rules) {
    if (!request.rule.empty() && rule.name != request.rule) continue;
    const Kpi* kpi = config.kpi(rule.kpi);
    if (kpi == nullptr || !(rule.red || rule.amber)) continue;
    if (request.severity == Severity::red && !rule.red) continue;
    if (request.severity == Severity::amber && !rule.amber) continue;
    for (const Organisation& organisation : config.organisations.all()) {
      if (wanted != nullptr && organisation.code != wanted->code) continue;
      const bool covered = rule.organisations.empty()
                               ? organisation.kind != OrganisationKind::comparator
                               : names(rule.organisations, organisation.code);
      if (!covered) continue;
      const int fitness = fitness_of(rule, *kpi, organisation, DestinationConfig{});
      if (fitness > best.fitness) best = {&rule, kpi, &organisation, fitness};
    }
  }
  if (best.rule != nullptr) return best;
  if (request.rule.empty() && request.organisation.empty() && !request.severity) {
    return fail(ErrorKind::not_found,
                "the config has no rule with a limit to make an example of; try --event "
                "source.failing");
  }
  std::string of = request.rule.empty() ? "no rule" : "the rule \"" + request.rule + "\"";
  of += request.severity ? " has no limit for " + std::string(to_string(*request.severity))
                         : " has no limit";
  if (wanted != nullptr) of += ", or does not look at " + wanted->name;
  return fail(ErrorKind::config, std::move(of));
}

bool can_be_drilled(EventType type) {
  return type == EventType::alert_firing || type == EventType::alert_changed ||
         type == EventType::alert_acknowledged || type == EventType::alert_resolved ||
         type == EventType::source_failing || type == EventType::source_stale ||
         type == EventType::source_recovered || type == EventType::destination_disabled;
}

}  // namespace

Result<Event> example_event(const Config& config, const DestinationConfig& destination,
                            EventType type, Timestamp now) {
  auto event = type == EventType::digest ? plain_digest(config, destination, now)
                                         : plain_event(config, destination, type, now);
  if (event) event->data = marked(event->data);
  return event;
}

Result<Event> drill_event(const Config& config, const DrillRequest& request, std::string id,
                          Timestamp now) {
  Event event;
  event.type = request.type;
  event.at = now;
  event.subject = "test:" + id;
  event.id = std::move(id);
  if (!can_be_drilled(request.type)) {
    return fail(ErrorKind::config, "there is no drill of " + std::string(to_string(request.type)) +
                                       "; `kpictl webhook test NAME` tries one destination");
  }
  if (!is_of_alert(request.type)) {
    if (!request.rule.empty() || !request.organisation.empty() || request.severity) {
      return fail(ErrorKind::config, std::string(to_string(request.type)) +
                                         " is of no rule, no school and no severity of its own");
    }
    event.severity = operational_severity(request.type);
    event.data = marked(operational_data(config, {}, request.type, now));
    if (request.type != EventType::destination_disabled && !config.sources.empty()) {
      event.sources = {config.sources.front().name};
    }
    return event;
  }
  auto choice = choose_for(config, request);
  if (!choice) return tl::unexpected<Error>(std::move(choice.error()));
  const Example example{config, *choice, request.type, now,
                        request.severity.value_or(Severity::red)};
  event.seq = request.type == EventType::alert_firing ? 1 : 2;
  event.severity = example.severity();
  event.owner = owner_of(*choice->rule, *choice->kpi);
  event.kpi = choice->kpi->id;
  event.organisation = choice->organisation->code;
  event.rule = choice->rule->name;
  event.subgroup = choice->rule->subgroup;
  if (request.type == EventType::alert_resolved) event.resolution = Resolution::recovered;
  event.data = marked(example.data());
  return event;
}

}  // namespace kpid::webhooks
