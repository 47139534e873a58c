// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// An alert's event as the JSON object that stands in every body's `data`.

#include <cmath>

#include <boost/json.hpp>

#include "alerts/phrases.hpp"
#include "alerts/subgroup_words.hpp"
#include "alerts/wording.hpp"

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

bool is_earlier(Comparison comparison) {
  return comparison == Comparison::period_before || comparison == Comparison::term_before ||
         comparison == Comparison::year_before;
}

json::value reference_json(const Telling& telling) {
  const auto& reference = telling.judgement.reference;
  if (!reference) return nullptr;
  json::object one = period_json(reference->period, telling.kpi.calendar);
  one["value"] = number(reference->value);
  one["kpi"] = telling.rule.compare == Comparison::kpi ? telling.rule.other_kpi : telling.kpi.id;
  one["organisation"] = telling.rule.compare == Comparison::organisation
                            ? telling.rule.other_organisation
                            : telling.organisation.code;
  one["name"] = telling.compared_with;
  return one;
}

json::value forecast_json(const Telling& telling) {
  const auto& forecast = telling.judgement.forecast;
  if (!forecast) return nullptr;
  const ForecastSpec& spec = telling.rule.forecast;
  const bool seasonal = spec.method == ForecastSpec::Method::seasonal_naive;
  return json::object{{"method", seasonal ? "seasonal naive" : "least squares"},
                      {"ahead", spec.ahead},
                      {"sure", number(spec.sure)},
                      {"value", number(forecast->value)},
                      {"low", number(forecast->low)},
                      {"high", number(forecast->high)},
                      {"per_period", number(forecast->per_period)},
                      {"points", forecast->points},
                      {"r_squared", number(forecast->r_squared)}};
}

json::value late_json(const Telling& telling) {
  const auto& late = telling.judgement.late;
  if (!late) return nullptr;
  const auto& allowed =
      telling.rule.stale_after ? telling.rule.stale_after : telling.kpi.stale_after;
  return json::object{{"last", format_date(late->last)},
                      {"expected", format_date(late->expected)},
                      {"allowed", allowance_words(telling.kpi.calendar, allowed)},
                      {"school_days", late->school_days}};
}

json::value flapping_json(const Telling& telling) {
  json::object one{{"now", telling.alert.flapping}, {"changes", nullptr}, {"since", nullptr}};
  if (telling.flapping && telling.flapping->changes > 0) {
    one["changes"] = telling.flapping->changes;
    if (telling.flapping->since) one["since"] = format_date(*telling.flapping->since);
  }
  return one;
}

void add_judgement(json::object& data, const Telling& telling) {
  const Judgement& judgement = telling.judgement;
  const KpiValue& value = judgement.value;
  data["comparison"] = to_string(telling.rule.compare);
  data["change_in"] = nullptr;
  if (phrases::is_difference(telling.rule)) {
    data["change_in"] = telling.rule.change_in == ChangeIn::percent ? "percent" : "absolute";
  }
  data["period"] = period_json(value.period, telling.kpi.calendar);
  data["value"] = number(value.value);
  data["numerator"] = number(value.numerator);
  data["denominator"] = number(value.denominator);
  data["previous"] = nullptr;
  if (judgement.reference && is_earlier(telling.rule.compare)) {
    data["previous"] = number(judgement.reference->value);
  }
  data["reference"] = reference_json(telling);
  data["compared"] = number(judgement.compared);
  data["threshold"] = nullptr;
  if (judgement.threshold) {
    data["threshold"] = json::object{{"operator", to_string(judgement.threshold->op)},
                                     {"bound", number(judgement.threshold->bound)}};
  }
  // The target is worth knowing whatever the rule compares with.
  data["target"] =
      number(judgement.target ? judgement.target
                              : target_of(telling.kpi, telling.organisation.code, value.period));
  data["forecast"] = forecast_json(telling);
  data["late"] = late_json(telling);
  data["completeness"] =
      json::object{{"have", value.completeness.have}, {"of", value.completeness.of}};
}

}  // namespace

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
  data["subgroup_words"] = subgroup_words(alert.subgroup);
  add_judgement(data, telling);
  data["since"] = period_json(alert.since, telling.kpi.calendar);
  data["opened_at"] = format_timestamp(alert.opened_at);
  data["fired_at"] = instant(alert.fired_at);
  data["resolved_at"] = instant(alert.resolved_at);
  data["resolution"] = to_string(alert.resolution);
  data["flapping"] = flapping_json(telling);
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
