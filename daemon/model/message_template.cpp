// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/message_template.hpp"

#include <array>

namespace kpid {
namespace {

using Kind = TemplateVariable::Kind;

constexpr auto variables = std::to_array<TemplateVariable>({
    // The event
    {"id", Kind::text},
    {"type", Kind::text},
    {"time", Kind::text},
    {"instance", Kind::text},
    // The message, in words
    {"headline", Kind::text},
    {"explanation", Kind::text},
    {"facts", Kind::list},
    {"facts.title", Kind::text},
    {"facts.value", Kind::text},
    {"facts.last", Kind::flag},
    {"what_to_do", Kind::text},
    {"figures_from", Kind::text},
    {"link", Kind::text},
    {"acknowledge_link", Kind::text},
    {"is_red", Kind::flag},
    {"is_amber", Kind::flag},
    {"is_over", Kind::flag},
    {"test", Kind::flag},
    {"instead_of", Kind::text},
    // An alert's data, as the standard format has it
    {"alert", Kind::text},
    {"seq", Kind::number},
    {"state", Kind::text},
    {"severity", Kind::text},
    {"rule", Kind::text},
    {"kpi", Kind::group},
    {"kpi.id", Kind::text},
    {"kpi.title", Kind::text},
    {"kpi.unit", Kind::text},
    {"kpi.plan", Kind::text},
    {"organisation", Kind::group},
    {"organisation.urn", Kind::text},
    {"organisation.code", Kind::text},
    {"organisation.name", Kind::text},
    {"subgroup", Kind::text},
    {"subgroup_words", Kind::text},
    {"comparison", Kind::text},
    {"change_in", Kind::text},
    {"period", Kind::group},
    {"period.start", Kind::text},
    {"period.end", Kind::text},
    {"period.label", Kind::text},
    {"since", Kind::group},
    {"since.start", Kind::text},
    {"since.end", Kind::text},
    {"since.label", Kind::text},
    {"value", Kind::number},
    {"numerator", Kind::number},
    {"denominator", Kind::number},
    {"previous", Kind::number},
    {"reference", Kind::group},
    {"reference.start", Kind::text},
    {"reference.end", Kind::text},
    {"reference.label", Kind::text},
    {"reference.value", Kind::number},
    {"reference.kpi", Kind::text},
    {"reference.organisation", Kind::text},
    {"reference.name", Kind::text},
    {"compared", Kind::number},
    {"threshold", Kind::group},
    {"threshold.operator", Kind::text},
    {"threshold.bound", Kind::number},
    {"target", Kind::number},
    {"forecast", Kind::group},
    {"forecast.method", Kind::text},
    {"forecast.ahead", Kind::number},
    {"forecast.sure", Kind::number},
    {"forecast.value", Kind::number},
    {"forecast.low", Kind::number},
    {"forecast.high", Kind::number},
    {"forecast.per_period", Kind::number},
    {"forecast.points", Kind::number},
    {"forecast.r_squared", Kind::number},
    {"late", Kind::group},
    {"late.last", Kind::text},
    {"late.expected", Kind::text},
    {"late.allowed", Kind::text},
    {"late.school_days", Kind::number},
    {"completeness", Kind::group},
    {"completeness.have", Kind::number},
    {"completeness.of", Kind::number},
    {"worth_pence", Kind::number},
    {"opened_at", Kind::text},
    {"fired_at", Kind::text},
    {"resolved_at", Kind::text},
    {"resolution", Kind::text},
    {"runbook", Kind::text},
    {"flapping", Kind::group},
    {"flapping.now", Kind::flag},
    {"flapping.changes", Kind::number},
    {"flapping.since", Kind::text},
    {"unacknowledged", Kind::group},
    {"unacknowledged.since", Kind::text},
    {"unacknowledged.for", Kind::text},
    {"newest", Kind::group},
    {"newest.start", Kind::text},
    {"newest.end", Kind::text},
    {"newest.label", Kind::text},
    {"newest.value", Kind::number},
    {"series", Kind::list},
    {"series.start", Kind::text},
    {"series.end", Kind::text},
    {"series.label", Kind::text},
    {"series.value", Kind::number},
    {"series.last", Kind::flag},
    {"series_omitted", Kind::text},
    {"provenance", Kind::list},
    {"provenance.source", Kind::text},
    {"provenance.origin", Kind::text},
    {"provenance.sha256", Kind::text},
    {"provenance.row_first", Kind::number},
    {"provenance.row_last", Kind::number},
    {"provenance.known_at", Kind::text},
    {"provenance.last", Kind::flag},
    {"provenance_omitted", Kind::text},
    // A digest: each event is one of its items
    {"summary", Kind::text},
    {"bundle", Kind::text},
    {"from", Kind::text},
    {"until", Kind::text},
    {"counts", Kind::group},
    {"counts.red", Kind::number},
    {"counts.amber", Kind::number},
    {"counts.recovered", Kind::number},
    {"counts.withdrawn", Kind::number},
    {"counts.closed", Kind::number},
    {"counts.operational", Kind::number},
    {"counts.events", Kind::number},
    {"items", Kind::list},
    {"items.id", Kind::text},
    {"items.type", Kind::text},
    {"items.subject", Kind::text},
    {"items.seq", Kind::number},
    {"items.at", Kind::text},
    {"items.severity", Kind::text},
    {"items.state", Kind::text},
    {"items.rule", Kind::text},
    {"items.word", Kind::text},
    {"items.where", Kind::text},
    {"items.what", Kind::text},
    {"items.sentence", Kind::text},
    {"items.link", Kind::text},
    {"items.acknowledge_link", Kind::text},
    {"items.over", Kind::flag},
    {"items.last", Kind::flag},
    // What is told of kpid itself
    {"source", Kind::text},
    {"destination", Kind::text},
    {"reason", Kind::text},
    {"failures_in_a_row", Kind::number},
    {"quarantined", Kind::flag},
    {"last_succeeded_at", Kind::text},
    {"content_changed_at", Kind::text},
    {"data_until", Kind::text},
});

}  // namespace

std::span<const TemplateVariable> template_variables() noexcept { return variables; }

TemplateEscaping template_escaping_for(std::string_view content_type) noexcept {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (type == "application/json" || type.ends_with("+json")) return TemplateEscaping::json;
  if (type == "text/html" || type == "text/xml" || type == "application/xml" ||
      type.ends_with("+xml")) {
    return TemplateEscaping::markup;
  }
  if (type == "application/x-www-form-urlencoded") return TemplateEscaping::form;
  return TemplateEscaping::none;
}

}  // namespace kpid
