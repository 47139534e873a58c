// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/json_parts.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace kpid::http {

namespace json = boost::json;

json::value number(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (!std::isfinite(value)) return nullptr;
  if (std::abs(value) < exact && std::trunc(value) == value) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

json::value number(const std::optional<double>& value) {
  return value ? number(*value) : json::value(nullptr);
}

json::value instant(const std::optional<Timestamp>& at) {
  return at ? json::value(format_timestamp(*at)) : json::value(nullptr);
}

json::value day(const std::optional<Date>& date) {
  return date ? json::value(format_date(*date)) : json::value(nullptr);
}

json::object period_json(const Period& period, Calendar calendar) {
  return {{"start", format_date(period.start)},
          {"end", format_date(period.end)},
          {"label", format_period(period, calendar)}};
}

json::object kpi_json(const Kpi& kpi) {
  return {{"id", kpi.id},
          {"title", kpi.title},
          {"plan", kpi.plan},
          {"unit", to_string(kpi.unit)},
          {"direction",
           kpi.direction == Direction::higher_is_better ? "higher_is_better" : "lower_is_better"},
          {"calendar", to_string(kpi.calendar)},
          {"definition", definition_text(kpi)},
          {"target", number(kpi.target)},
          {"owner", kpi.owner}};
}

std::string definition_text(const Kpi& kpi) {
  struct Visitor {
    std::string operator()(const MeasureOf& d) const { return d.measure; }
    std::string operator()(const RatioOf& d) const { return d.numerator + " / " + d.denominator; }
    std::string operator()(const DifferenceOf& d) const { return d.minuend + " - " + d.subtrahend; }
    std::string operator()(const ChangeSinceAutumnCensus& d) const {
      return d.measure + " - " + d.measure + "@autumn_census";
    }
    std::string operator()(const ChangeSinceYearBefore& d) const {
      return d.measure + " - " + d.measure + "@year_before";
    }
    std::string operator()(const Formula& d) const { return d.written; }
    std::string operator()(const MonthsUntil& d) const {
      if (d.target) return "months until " + d.kpi + " crosses its target";
      return fmt::format("months until {} is {} {}", d.kpi, to_string(d.crosses.op),
                         d.crosses.bound);
    }
  };
  return std::visit(Visitor{}, kpi.definition);
}

std::string value_text(const Kpi& kpi, double value) {
  const std::string text = format_value(value, kpi.unit, kpi.decimals);
  const bool beyond =
      std::holds_alternative<MonthsUntil>(kpi.definition) && value >= MonthsUntil::longest;
  return beyond ? "over " + text : text;
}

json::object organisation_json(const Organisation& organisation) {
  return {{"code", organisation.code},
          {"name", organisation.name},
          {"kind", to_string(organisation.kind)}};
}

std::string part_text(double part, const Kpi& kpi) {
  const bool in_other_units = std::holds_alternative<RatioOf>(kpi.definition) ||
                              std::holds_alternative<Formula>(kpi.definition) ||
                              std::holds_alternative<MonthsUntil>(kpi.definition);
  const Unit of_parts =
      kpi.unit == Unit::percent && kpi.worth_rate == "pence" ? Unit::pence : Unit::count;
  constexpr int places = 6;
  return format_value(part, in_other_units ? of_parts : kpi.unit, places);
}

json::value stored_json(std::string_view text) {
  boost::system::error_code problem;
  json::value value = json::parse(text, problem);
  return problem ? json::value(nullptr) : value;
}

namespace {

Result<json::value> document_json(const store::Reader& reader, const Measurement& row) {
  if (row.document == 0) return json::value(nullptr);
  auto document = reader.document(row.document);
  if (!document) return pass_on(document);
  if (!*document) return json::value(nullptr);
  const store::DocumentRecord& found = **document;
  return json::object{
      {"source", found.source},     {"origin", found.origin},
      {"sha256", found.sha256},     {"fetched_at", format_timestamp(found.fetched_at)},
      {"row_first", row.row_first}, {"row_last", row.row_last}};
}

// One revision is the usual case, and then there is nothing to look up.
Result<json::array> revisions_json(const store::Reader& reader, const KpiInput& input,
                                   const Kpi& kpi, const std::optional<Timestamp>& as_of) {
  std::vector<Measurement> rows{input.measurement};
  if (input.measurement.revision > 1) {
    auto all = reader.revisions(input.series, input.measurement.period);
    if (!all) return pass_on(all);
    rows = std::move(*all);
  }
  json::array list;
  for (const Measurement& row : rows) {
    if (as_of && row.known_at > *as_of) continue;
    list.push_back(json::object{{"revision", row.revision},
                                {"value", number(row.value)},
                                {"text", part_text(row.value, kpi)},
                                {"known_at", format_timestamp(row.known_at)},
                                {"run", row.run}});
  }
  return list;
}

}  // namespace

Result<json::object> measurement_json(const store::Reader& reader, const KpiInput& input,
                                      const Kpi& kpi, const std::optional<Timestamp>& as_of) {
  const Measurement& row = input.measurement;
  auto document = document_json(reader, row);
  if (!document) return pass_on(document);
  auto revisions = revisions_json(reader, input, kpi, as_of);
  if (!revisions) return pass_on(revisions);
  return json::object{{"measure", input.series.measure},
                      {"organisation", input.series.organisation},
                      {"subgroup", input.series.subgroup},
                      {"period", period_json(row.period, kpi.calendar)},
                      {"value", number(row.value)},
                      {"text", part_text(row.value, kpi)},
                      {"numerator", number(row.numerator)},
                      {"denominator", number(row.denominator)},
                      {"revision", row.revision},
                      {"known_at", format_timestamp(row.known_at)},
                      {"run", row.run},
                      {"document", std::move(*document)},
                      {"revisions", std::move(*revisions)}};
}

}  // namespace kpid::http
