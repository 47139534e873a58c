// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/retention.hpp"

#include <fmt/format.h>

#include "config/syntax.hpp"

namespace kpid::config {
namespace {

constexpr std::string_view for_ever = "for ever";

// A floor for what is dropped, in days at the least that the span can last.
std::uint32_t shortest_days(const Span& span) {
  switch (span.unit) {
    case Span::Unit::days:
    case Span::Unit::school_days:
      return span.count;
    case Span::Unit::school_weeks:
      return span.count * 7;
    case Span::Unit::half_terms:
      return span.count * 28;
    case Span::Unit::terms:
      return span.count * 60;
    case Span::Unit::months:
      return span.count * 28;
    case Span::Unit::years:
      return span.count * 365;
  }
  return 0;
}

// The span under the key; "for ever" is nothing.
void read_kept(TableReader& table, std::string_view key, const Span& shortest, std::string_view why,
               std::optional<Span>& kept) {
  const auto written = table.text(key);
  if (!written) return;
  if (written->value == for_ever || written->value == "forever") {
    kept.reset();
    return;
  }
  const auto span = parse_span(written->value);
  if (!span) {
    table.faults().add(written->place,
                       in_quotes(written->value) +
                           " is no time to keep something; write it as \"3 years\", \"18 months\", "
                           "\"400 d\" or \"for ever\"");
    return;
  }
  if (shortest_days(*span) < shortest_days(shortest)) {
    table.faults().add(written->place,
                       fmt::format("{} in {} must be at least {}: {}", in_quotes(key),
                                   table.title(), format_span(shortest), why));
    return;
  }
  kept = span;
}

}  // namespace

std::optional<Placed<Span>> read_span_of(TableReader& table, std::string_view key) {
  const auto written = table.text(key);
  if (!written) return std::nullopt;
  const auto span = parse_span(written->value);
  if (!span || span->count == 0) {
    table.faults().add(written->place,
                       in_quotes(written->value) +
                           " is no stretch of days; write it as \"40 d\", \"10 school days\", "
                           "\"2 school weeks\", \"1 half-term\", \"1 term\", \"3 months\" or "
                           "\"1 year\"");
    return std::nullopt;
  }
  return Placed<Span>{*span, written->place};
}

void read_retention(Builder& builder, TableReader& root) {
  auto table = root.table("retention");
  if (!table) return;
  Retention& kept = builder.config.retention;
  constexpr Span month{1, Span::Unit::months};
  constexpr Span two_years{2, Span::Unit::years};
  constexpr std::string_view looked_for = "a fault is looked for in what was done lately";
  read_kept(*table, "runs", month, looked_for, kept.runs);
  read_kept(*table, "deliveries", month, looked_for, kept.deliveries);
  read_kept(*table, "superseded", month, "--as-of and backtests read what was known then",
            kept.superseded);
  read_kept(*table, "daily", two_years, "this year's days are compared with those of last year",
            kept.daily);
  table->finish();
}

}  // namespace kpid::config
