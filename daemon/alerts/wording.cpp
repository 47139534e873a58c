// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/wording.hpp"

#include <cmath>

#include <boost/json.hpp>

namespace kpid {
namespace {

namespace json = boost::json;

json::value number(double value) {  // whole numbers, pence among them, stand as integers
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (!std::isfinite(value)) return nullptr;
  if (std::abs(value) < exact && std::trunc(value) == value) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

template <class T>
json::value number(const std::optional<T>& value) {
  return value ? number(*value) : json::value(nullptr);
}

json::value instant(const std::optional<Timestamp>& at) {
  return at ? json::value(format_timestamp(*at)) : json::value(nullptr);
}

json::object period_json(const Period& period, Calendar calendar) {
  return {{"start", format_date(period.start)},
          {"end", format_date(period.end)},
          {"label", format_period(period, calendar)}};
}

bool compares_change(const Telling& telling) { return telling.rule.compare != Comparison::number; }

std::string compared_text(const Telling& telling, double value) {
  if (telling.rule.change_in == ChangeIn::percent) {
    return format_value(value, Unit::percent, 1);
  }
  return format_difference(value, telling.kpi.unit, telling.kpi.decimals);
}

std::string operator_words(Threshold::Operator op) {
  switch (op) {
    case Threshold::Operator::below:
      return "below";
    case Threshold::Operator::at_most:
      return "at or below";
    case Threshold::Operator::above:
      return "above";
    case Threshold::Operator::at_least:
      return "at or above";
  }
  return "beyond";
}

std::string change_words(const Telling& telling) {
  const Judgement& judgement = telling.judgement;
  std::string change = compared_text(telling, judgement.compared);
  if (judgement.compared > 0 && !change.starts_with('+')) change.insert(0, "+");
  std::string text = ", " + change;
  if (telling.rule.compare == Comparison::target) {
    text += " against the target";
    if (judgement.target) {
      text += " of " + format_value(*judgement.target, telling.kpi.unit, telling.kpi.decimals);
    }
  } else if (judgement.reference) {
    const std::string label = format_period(judgement.reference->period, telling.kpi.calendar);
    text += (label.starts_with("week of ") ? " against the " : " against ") + label;
  }
  return text;
}

std::string breach_words(const Telling& telling) {
  const Judgement& judgement = telling.judgement;
  if (!judgement.threshold) return {};
  const Threshold& threshold = *judgement.threshold;
  const std::string bound =
      compares_change(telling)
          ? compared_text(telling, threshold.bound)
          : format_value(threshold.bound, telling.kpi.unit, telling.kpi.decimals);
  // Within the margin of hysteresis the threshold itself is met, but not yet cleared.
  std::string text = threshold.breached_by(judgement.compared)
                         ? ", " + operator_words(threshold.op) + " the limit of " + bound
                         : ", not yet clear of the limit of " + bound;
  if (telling.alert.since != judgement.value.period) {
    // Since the milder limit was passed, where the alert has grown worse.
    text += "; out of line since " + format_period(telling.alert.since, telling.kpi.calendar);
  }
  return text;
}

std::string source_words(const Telling& telling) {
  if (telling.origins.empty()) return {};
  const FigureOrigin& origin = telling.origins.front();
  const std::size_t slash = origin.origin.find_last_of('/');
  std::string text = " Source: " + origin.source + ", " +
                     (slash == std::string::npos ? origin.origin : origin.origin.substr(slash + 1));
  if (origin.row_first != 0) {
    text += origin.row_last > origin.row_first ? " rows " + std::to_string(origin.row_first) +
                                                     " to " + std::to_string(origin.row_last)
                                               : " row " + std::to_string(origin.row_first);
  }
  if (telling.origins.size() > 1) {
    text += " and " + std::to_string(telling.origins.size() - 1) + " more";
  }
  return text + ".";
}

std::string state_words(const Telling& telling) {
  if (telling.event == EventType::alert_acknowledged) {
    std::string text = "; acknowledged by " + telling.alert.acknowledged_by;
    return telling.alert.note.empty() ? text : text + " (" + telling.alert.note + ")";
  }
  if (telling.event == EventType::alert_changed) {
    return "; now " + std::string(to_string(telling.alert.severity));
  }
  return {};
}

// "on 15 January 2026", "in 2024/25", "in the week of …", "from … to …".
std::string when_words(const Period& period, Calendar calendar) {
  const std::string label = format_period(period, calendar);
  if (period.start == period.end) return " on " + label;
  if (label.starts_with("week of ")) return " in the " + label;
  return (label.find(" to ") == std::string::npos ? " in " : " from ") + label;
}

std::string worth_words(const Telling& telling) {
  const std::string pounds = format_value(std::abs(*telling.worth_pence), Unit::pence, 0);
  if (telling.kpi.worth_rate == "per_pupil") return "; worth " + pounds + " a year in funding";
  return "; the gap is worth " + pounds;
}

json::array provenance_json(const Telling& telling) {
  json::array all;
  for (const FigureOrigin& origin : telling.origins) {
    all.push_back(json::object{{"source", origin.source},
                               {"origin", origin.origin},
                               {"sha256", origin.sha256},
                               {"row_first", origin.row_first},
                               {"row_last", origin.row_last},
                               {"known_at", format_timestamp(origin.known_at)}});
  }
  return all;
}

json::array series_json(const Telling& telling) {
  json::array all;
  for (const KpiValue& value : telling.recent) {
    json::object one = period_json(value.period, telling.kpi.calendar);
    one["value"] = number(value.value);
    all.push_back(std::move(one));
  }
  return all;
}

void add_judgement(json::object& data, const Telling& telling) {
  const Judgement& judgement = telling.judgement;
  const KpiValue& value = judgement.value;
  data["period"] = period_json(value.period, telling.kpi.calendar);
  data["value"] = number(value.value);
  data["numerator"] = number(value.numerator);
  data["denominator"] = number(value.denominator);
  data["previous"] =
      judgement.reference ? number(judgement.reference->value) : json::value(nullptr);
  data["compared"] = number(judgement.compared);
  data["threshold"] = nullptr;
  if (judgement.threshold) {
    data["threshold"] = json::object{{"operator", to_string(judgement.threshold->op)},
                                     {"bound", number(judgement.threshold->bound)}};
  }
  data["target"] = number(judgement.target);
  data["completeness"] =
      json::object{{"have", value.completeness.have}, {"of", value.completeness.of}};
}

}  // namespace

std::optional<double> worth_of(const Rule& rule, const Kpi& kpi, const Judgement& judgement,
                               std::optional<double> funding_per_pupil_pence) {
  if (kpi.worth_rate == "per_pupil") {
    if (!funding_per_pupil_pence) return std::nullopt;
    // Pupils, even where the rule compares a percentage: the change, or a KPI that is one itself.
    const double pupils = judgement.reference ? judgement.value.value - judgement.reference->value
                                              : judgement.value.value;
    return std::round(pupils * *funding_per_pupil_pence);
  }
  if (!judgement.threshold) return std::nullopt;
  double gap = judgement.threshold->bound - judgement.compared;
  const bool compares = rule.compare != Comparison::number;
  if (compares &&
      rule.change_in == ChangeIn::percent) {  // per cent of what the value was compared with
    const auto base =
        judgement.reference ? std::optional(judgement.reference->value) : judgement.target;
    if (!base) return std::nullopt;
    gap *= *base / 100.0;
  }
  if (kpi.unit == Unit::pence) return std::round(std::abs(gap));
  const bool money = kpi.worth_rate == "pence" && judgement.value.denominator.has_value();
  if (kpi.unit != Unit::percent || !money) return std::nullopt;
  return std::round(std::abs(gap) / 100.0 * *judgement.value.denominator);
}

std::string explanation(const Telling& telling) {
  const KpiValue& value = telling.judgement.value;
  std::optional<double> bound;
  if (!compares_change(telling) && telling.judgement.threshold) {
    bound = telling.judgement.threshold->bound;
  }
  // A title may be singular or plural and begins with a capital: no verb, and a dash before it.
  std::string text = telling.organisation.name + " \u2013 " + telling.kpi.title;
  if (!telling.alert.subgroup.empty()) text += " (" + telling.alert.subgroup + ")";
  text += ": " + format_value(value.value, telling.kpi.unit, telling.kpi.decimals, bound) +
          when_words(value.period, telling.kpi.calendar);
  if (compares_change(telling)) text += change_words(telling);
  if (telling.event == EventType::alert_resolved) {
    if (telling.alert.resolution == Resolution::corrected) {
      text += "; the alert is withdrawn, for the source has corrected its figure";
    } else if (telling.alert.resolution == Resolution::rule_removed) {
      text += "; the alert is closed, for its rule was removed";
    } else {
      text += "; it has recovered";
    }
  } else {
    text += breach_words(telling);
    if (telling.worth_pence && *telling.worth_pence != 0) {
      text += worth_words(telling);
    }
    text += state_words(telling);
  }
  if (!value.completeness.complete()) {
    text += " (figure from " + std::to_string(value.completeness.have) + " of " +
            std::to_string(value.completeness.of) + " schools)";
  }
  return text + "." + source_words(telling);
}

std::string event_data(const Telling& telling) {
  const Alert& alert = telling.alert;
  json::object data;
  data["alert"] = alert.id;
  data["seq"] = alert.seq;
  data["state"] = to_string(alert.state);
  data["severity"] = to_string(alert.severity);
  data["rule"] = telling.rule.name;
  data["kpi"] = json::object{{"id", telling.kpi.id},
                             {"title", telling.kpi.title},
                             {"unit", to_string(telling.kpi.unit)},
                             {"plan", telling.kpi.plan}};
  const bool school = telling.organisation.kind == OrganisationKind::school;
  data["organisation"] = json::object{{school ? "urn" : "code", telling.organisation.code},
                                      {"name", telling.organisation.name}};
  data["subgroup"] = alert.subgroup;
  add_judgement(data, telling);
  data["since"] = period_json(alert.since, telling.kpi.calendar);
  data["opened_at"] = format_timestamp(alert.opened_at);
  data["fired_at"] = instant(alert.fired_at);
  data["resolved_at"] = instant(alert.resolved_at);
  data["resolution"] = to_string(alert.resolution);
  data["series"] = series_json(telling);
  data["provenance"] = provenance_json(telling);
  data["worth_pence"] = number(telling.worth_pence);
  data["explanation"] = explanation(telling);
  data["runbook"] = telling.rule.runbook;
  data["link"] =
      telling.dashboard_url.empty() ? std::string() : telling.dashboard_url + "/alerts/" + alert.id;
  return json::serialize(data);
}

}  // namespace kpid
