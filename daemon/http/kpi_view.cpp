// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/kpi_view.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "http/alerts_then.hpp"
#include "http/json_parts.hpp"
#include "kpis/kpi_inputs.hpp"
#include "rules/evaluate.hpp"

namespace kpid::http {

namespace json = boost::json;

namespace {

bool looks_at(const Rule& rule, const Kpi& kpi, const Organisation& organisation,
              std::string_view subgroup) {
  if (rule.kpi != kpi.id || rule.subgroup != subgroup) return false;
  if (rule.organisations.empty()) return organisation.kind != OrganisationKind::comparator;
  return std::find(rule.organisations.begin(), rule.organisations.end(), organisation.code) !=
         rule.organisations.end();
}

struct Verdict {
  Severity severity = Severity::none;  // as the alerts show it
  Severity breach = Severity::none;    // what the newest period is by itself
  bool ruled = false;                  // a rule looks at the series
};

// What the calendar or another series decides is shown as its alert has it.
bool needs_more_than_the_series(const Rule& rule) {
  return rule.compare == Comparison::stale || rule.compare == Comparison::kpi ||
         rule.compare == Comparison::organisation;
}

// The worst that any rule says, through the very evaluation that the alerts come from.
Result<Verdict> verdict_of(const store::Reader& reader, const Config& config, const Kpi& kpi,
                           const Organisation& organisation, std::string_view subgroup,
                           const std::vector<KpiValue>& series) {
  Verdict verdict;
  for (const Rule& rule : config.rules) {
    if (!looks_at(rule, kpi, organisation, subgroup)) continue;
    // That kpid itself looks for missing figures says nothing about whether somebody set a limit.
    if (!rule.implied) verdict.ruled = true;
    auto open = reader.open_alert(rule.name, organisation.code, subgroup);
    if (!open) return pass_on(open);
    const bool holds = *open && (*open)->state != AlertState::pending;
    if (needs_more_than_the_series(rule)) {
      if (holds) verdict.severity = std::max(verdict.severity, (*open)->severity);
      verdict.breach = std::max(verdict.breach, verdict.severity);
      continue;
    }
    const auto judgement = evaluate({rule,
                                     kpi,
                                     organisation,
                                     config.calendars.of(organisation.code),
                                     series,
                                     {},
                                     holds ? (*open)->severity : Severity::none,
                                     {}});
    if (!judgement) continue;
    verdict.severity = std::max(verdict.severity, judgement->severity);
    verdict.breach = std::max(verdict.breach, judgement->breach);
  }
  return verdict;
}

// Of the past: as the alerts had it that were open then.
Verdict verdict_then(const std::vector<Alert>& open, const Config& config, const Kpi& kpi,
                     const Organisation& organisation, std::string_view subgroup) {
  Verdict verdict;
  for (const Rule& rule : config.rules) {
    if (!rule.implied && looks_at(rule, kpi, organisation, subgroup)) verdict.ruled = true;
  }
  for (const Alert& alert : open) {
    if (alert.kpi != kpi.id || alert.organisation != organisation.code) continue;
    if (alert.subgroup == subgroup) verdict.severity = std::max(verdict.severity, alert.severity);
  }
  verdict.breach = verdict.severity;
  return verdict;
}

void add_value(json::object& row, const Kpi& kpi, const KpiValue& value) {
  row["period"] = period_json(value.period, kpi.calendar);
  row["value"] = number(value.value);
  row["text"] = value_text(kpi, value.value);
  row["numerator"] = number(value.numerator);
  row["denominator"] = number(value.denominator);
  if (value.numerator && value.denominator) {
    row["parts"] = part_text(*value.numerator, kpi) + " of " + part_text(*value.denominator, kpi);
  }
  row["completeness"] =
      json::object{{"have", value.completeness.have}, {"of", value.completeness.of}};
  row["known_at"] = format_timestamp(value.known_at);
  row["corrected"] = value.corrected;
}

struct Past {
  Timestamp at{};
  std::vector<Alert> open;  // then
};

// The newest value of one series. Nothing where none can be expected: a KPI that does not roll up
// need have no trust figure, and a comparator need not have every KPI.
Result<std::optional<json::object>> newest(const store::Reader& reader, const Config& config,
                                           const Kpi& kpi, const Organisation& organisation,
                                           const std::string& subgroup, const Past* past) {
  Window window;
  if (past != nullptr) window.as_of = past->at;
  auto series = kpi_series(kpi, organisation, subgroup, config, reader, window);
  if (!series) return pass_on(series);
  auto verdict =
      past == nullptr
          ? verdict_of(reader, config, kpi, organisation, subgroup, *series)
          : Result<Verdict>{verdict_then(past->open, config, kpi, organisation, subgroup)};
  if (!verdict) return pass_on(verdict);
  const bool expected = organisation.kind == OrganisationKind::trust
                            ? kpi.roll_up != RollUp::none
                            : organisation.kind == OrganisationKind::school;
  if (series->empty() && !expected) return std::nullopt;
  json::object row{{"kpi", kpi.id},
                   {"title", kpi.title},
                   {"unit", to_string(kpi.unit)},
                   {"organisation", organisation.code},
                   {"organisation_name", organisation.name},
                   {"organisation_kind", to_string(organisation.kind)},
                   {"subgroup", subgroup},
                   {"ruled", verdict->ruled},
                   {"severity", "no data"},
                   {"breach", to_string(verdict->breach)},
                   {"period", nullptr},
                   {"value", nullptr},
                   {"text", ""}};
  if (!series->empty()) {
    row["severity"] = to_string(verdict->severity);
    add_value(row, kpi, series->back());
    row["target"] = number(target_of(kpi, organisation.code, series->back().period));
  }
  return row;
}

// The whole, and whatever part of it a rule looks at.
std::set<std::string> subgroups_of(const Config& config, const Kpi& kpi) {
  std::set<std::string> subgroups{""};
  for (const Rule& rule : config.rules) {
    if (rule.kpi == kpi.id) subgroups.insert(rule.subgroup);
  }
  return subgroups;
}

}  // namespace

Result<json::value> kpis_view(const store::Reader& reader, const Config& config,
                              std::optional<Timestamp> as_of) {
  std::optional<Past> past;
  if (as_of) {
    auto open = alerts_then(reader, *as_of, {});
    if (!open) return pass_on(open);
    past = Past{*as_of, std::move(*open)};
  }
  json::array list;
  for (const Kpi& kpi : config.kpis) {
    for (const std::string& subgroup : subgroups_of(config, kpi)) {
      for (const Organisation& organisation : config.organisations.all()) {
        auto row = newest(reader, config, kpi, organisation, subgroup, past ? &*past : nullptr);
        if (!row) return pass_on(row);
        if (*row) list.push_back(std::move(**row));
      }
    }
  }
  return json::object{{"as_of", instant(as_of)}, {"kpis", std::move(list)}};
}

Result<json::array> inputs_json(const store::Reader& reader, const Config& config,
                                const KpiQuestion& question, const KpiValue& value) {
  std::vector<KpiInput> inputs = value.inputs;
  if (inputs.empty()) {  // a roll-up's are not carried along
    auto found = kpi_inputs(*question.kpi, *question.organisation, question.subgroup, value.period,
                            config, reader, question.window);
    if (!found) return pass_on(found);
    inputs = std::move(*found);
  }
  json::array list;
  for (const KpiInput& input : inputs) {
    auto one = measurement_json(reader, input, *question.kpi, question.window.as_of);
    if (!one) return pass_on(one);
    list.push_back(std::move(*one));
  }
  return list;
}

Result<json::value> kpi_view(const store::Reader& reader, const Config& config,
                             const KpiQuestion& question) {
  const Kpi& kpi = *question.kpi;
  auto series =
      kpi_series(kpi, *question.organisation, question.subgroup, config, reader, question.window);
  if (!series) return pass_on(series);
  const std::size_t left_out =
      series->size() > question.limit ? series->size() - question.limit : 0;
  // A trust's figure rests on every school's; the newest dozen show that in full.
  constexpr std::size_t most_trust_inputs = 12;
  const bool trust = question.organisation->kind == OrganisationKind::trust;
  json::array values;
  for (std::size_t i = left_out; i < series->size(); ++i) {
    const KpiValue& value = (*series)[i];
    json::object row;
    add_value(row, kpi, value);
    row["target"] = number(target_of(kpi, question.organisation->code, value.period));
    row["inputs"] = nullptr;
    if (!trust || series->size() - i <= most_trust_inputs) {
      auto inputs = inputs_json(reader, config, question, value);
      if (!inputs) return pass_on(inputs);
      row["inputs"] = std::move(*inputs);
    }
    values.push_back(std::move(row));
  }
  return json::object{
      {"kpi", kpi_json(kpi)},          {"organisation", organisation_json(*question.organisation)},
      {"subgroup", question.subgroup}, {"as_of", instant(question.window.as_of)},
      {"left_out", left_out},          {"values", std::move(values)}};
}

}  // namespace kpid::http
