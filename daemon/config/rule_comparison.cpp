// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/rule_comparison.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/syntax.hpp"
#include "kpis/period_position.hpp"

namespace kpid::config {
namespace {

constexpr std::array<std::pair<std::string_view, Comparison>, 9> comparisons{
    {{"number", Comparison::number},
     {"target", Comparison::target},
     {"period before", Comparison::period_before},
     {"term before", Comparison::term_before},
     {"year before", Comparison::year_before},
     {"kpi", Comparison::kpi},
     {"organisation", Comparison::organisation},
     {"forecast", Comparison::forecast},
     {"stale", Comparison::stale}}};
constexpr std::array<std::pair<std::string_view, ChangeIn>, 2> changes{
    {{"absolute", ChangeIn::absolute}, {"percent", ChangeIn::percent}}};
constexpr std::array<std::pair<std::string_view, ForecastSpec::Method>, 2> methods{
    {{"least squares", ForecastSpec::Method::least_squares},
     {"seasonal naive", ForecastSpec::Method::seasonal_naive}}};

bool looks_at_a_difference(Comparison comparison) {
  return comparison != Comparison::number && comparison != Comparison::forecast &&
         comparison != Comparison::stale;
}

std::optional<Span> read_span(TableReader& table, std::string_view key) {
  const auto written = table.text(key);
  if (!written) return std::nullopt;
  const auto span = parse_span(written->value);
  if (!span) {
    table.faults().add(written->place,
                       in_quotes(written->value) +
                           " is no span of time; write it as \"10 school days\", \"2 school "
                           "weeks\", \"1 half-term\", \"1 term\", \"3 months\", \"1 year\" or \"5 "
                           "days\"");
    return std::nullopt;
  }
  if (span->count == 0) {
    table.faults().add(written->place, in_quotes(key) + " must be longer than nothing");
    return std::nullopt;
  }
  return span;
}

// A key that belongs to one comparison alone; a fault where the rule has another.
bool belongs(TableReader& table, std::string_view key, std::string_view comparison, bool is_it) {
  const auto* node = table.node(key);
  if (node == nullptr) return false;
  if (is_it) return true;
  table.faults().add(table.place(*node), fmt::format("{} needs \"compare\" with {}", in_quotes(key),
                                                     in_quotes(comparison)));
  return false;
}

void needs(TableReader& table, std::string_view key, const Place& compare,
           std::string_view comparison) {
  if (table.has(key)) return;
  table.faults().add(compare, fmt::format("a rule that compares with {} needs {}",
                                          in_quotes(comparison), in_quotes(key)));
}

void read_other_kpi(Builder& builder, TableReader& table, const Kpi* kpi, Rule& rule) {
  const bool is_it = rule.compare == Comparison::kpi;
  if (!belongs(table, "other_kpi", "kpi", is_it)) return;
  const auto written = table.filled_text("other_kpi");
  if (!written) return;
  const Kpi* other = find_kpi(builder, *written);
  rule.other_kpi = written->value;
  if (kpi == nullptr || other == nullptr) return;
  if (kpi == other) {
    table.faults().add(written->place, "the KPI " + in_quotes(kpi->id) +
                                           " would be compared with itself; name another");
  } else if (kpi->unit != other->unit) {
    table.faults().add(written->place,
                       fmt::format("the KPI {} is in {} and {} in {}: they cannot be compared",
                                   in_quotes(other->id), to_string(other->unit), in_quotes(kpi->id),
                                   to_string(kpi->unit)));
  }
}

void read_other_organisation(Builder& builder, TableReader& table, Rule& rule) {
  const bool is_it = rule.compare == Comparison::organisation;
  if (!belongs(table, "other_organisation", "organisation", is_it)) return;
  const auto written = table.filled_text("other_organisation");
  if (!written) return;
  const Organisation* other = find_organisation(builder, *written);
  if (other != nullptr) rule.other_organisation = other->code;
}

// The values that a year of a calendar may have: what a seasonal forecast looks back on.
std::int64_t values_in_a_year(Calendar calendar) {
  // Of a daily KPI nobody knows how many days have a value.
  return calendar == Calendar::day ? 1 : static_cast<std::int64_t>(periods_in_a_year(calendar));
}

void read_window(TableReader& table, const Kpi* kpi, ForecastSpec& spec) {
  constexpr std::int64_t most = 5000;
  constexpr std::int64_t years = 3;
  const bool seasonal = spec.method == ForecastSpec::Method::seasonal_naive;
  const std::int64_t year = kpi == nullptr ? 1 : values_in_a_year(kpi->calendar);
  if (seasonal && kpi != nullptr) {
    spec.window = static_cast<std::uint32_t>(kpi->calendar == Calendar::day ? 365 * years
                                             : year == 1                    ? 12
                                                                            : year * years);
  }
  const std::int64_t fewest = seasonal ? year + 1 : 3;
  const auto window = table.integer("window", 1, most);
  if (!window) return;
  spec.window = static_cast<std::uint32_t>(window->value);
  if (window->value >= fewest) return;
  table.faults().add(
      window->place,
      seasonal ? fmt::format("\"window\" must hold a year and a value beyond it, here {} at least: "
                             "a seasonal forecast repeats the year before",
                             fewest)
               : std::string{"\"window\" must be 3 at least: two values show no trend"});
}

void read_forecast(TableReader& rule_table, const Kpi* kpi, Rule& rule) {
  if (!belongs(rule_table, "forecast", "forecast", rule.compare == Comparison::forecast)) return;
  const auto* node = rule_table.node("forecast");
  if (!node->is_table()) {
    rule_table.faults().add(rule_table.place(*node),
                            "\"forecast\" in [[rule]] must be a table as in { method = \"least "
                            "squares\", ahead = 2, sure = 80 }");
    return;
  }
  auto table = rule_table.table("forecast");
  if (const auto method = table->choice("method", methods)) rule.forecast.method = method->value;
  read_window(*table, kpi, rule.forecast);
  if (const auto ahead = table->integer("ahead", 1, 1000)) {
    rule.forecast.ahead = static_cast<std::uint32_t>(ahead->value);
  }
  if (const auto sure = table->number("sure")) {
    rule.forecast.sure = sure->value;
    if (sure->value < 0 || sure->value >= 100) {
      table->faults().add(sure->place,
                          "\"sure\" is a percentage from 0 (the expected value alone counts) to "
                          "below 100");
    }
  }
  table->finish();
}

void refuse_in_stale(TableReader& table) {
  for (const std::string_view key : {"for", "clear_margin", "flapping", "change_in"}) {
    if (!table.has(key)) continue;
    const auto* node = table.node(key);
    table.faults().add(table.place(*node),
                       in_quotes(key) +
                           " means nothing to a rule that looks for missing figures; "
                           "\"stale_after\" says how long it waits");
  }
}

void read_change(TableReader& table, bool known, Rule& rule) {
  const auto change = table.choice("change_in", changes);
  if (!change) return;
  rule.change_in = change->value;
  if (!known || looks_at_a_difference(rule.compare) || rule.compare == Comparison::stale) return;
  table.faults().add(change->place,
                     "\"change_in\" needs \"compare\" with what gives a difference: \"target\", "
                     "\"period before\", \"term before\", \"year before\", \"kpi\" or "
                     "\"organisation\"");
}

}  // namespace

void read_comparison(Builder& builder, TableReader& table, const Kpi* kpi, Rule& rule) {
  const auto compare = table.choice("compare", comparisons);
  if (compare) rule.compare = compare->value;
  // Of a comparison that is itself at fault nobody knows which keys belong to it.
  const bool known = compare || !table.has("compare");
  if (!known) {
    for (const char* key : {"other_kpi", "other_organisation", "forecast", "stale_after"}) {
      table.node(key);
    }
    read_change(table, known, rule);
    return;
  }
  if (rule.compare == Comparison::target && kpi != nullptr && !kpi->target &&
      kpi->targets.empty()) {
    table.faults().add(compare->place, "the KPI " + in_quotes(kpi->id) +
                                           " has no target to compare with; give it one in the "
                                           "catalogue");
  }
  if (rule.compare == Comparison::kpi) needs(table, "other_kpi", compare->place, "kpi");
  if (rule.compare == Comparison::organisation) {
    needs(table, "other_organisation", compare->place, "organisation");
  }
  read_other_kpi(builder, table, kpi, rule);
  read_other_organisation(builder, table, rule);
  read_forecast(table, kpi, rule);
  if (belongs(table, "stale_after", "stale", rule.compare == Comparison::stale)) {
    rule.stale_after = read_span(table, "stale_after");
  }
  read_change(table, known, rule);
  if (rule.compare == Comparison::stale) refuse_in_stale(table);
}

void read_flapping(TableReader& rule_table, Rule& rule) {
  const auto* node = rule_table.node("flapping");
  if (node == nullptr) return;
  if (node->is_boolean()) {
    if (rule_table.boolean("flapping")->value) rule.flapping = Flapping{};
    return;
  }
  if (!node->is_table()) {
    rule_table.faults().add(rule_table.place(*node),
                            "\"flapping\" in [[rule]] must be true, false or a table as in { "
                            "window = \"40 school days\", high = 4, low = 1 }");
    return;
  }
  auto table = rule_table.table("flapping");
  Flapping flapping;
  if (const auto window = read_span(*table, "window")) flapping.window = *window;
  if (const auto high = table->integer("high", 2, 1000)) {
    flapping.high = static_cast<std::uint32_t>(high->value);
  }
  if (const auto low = table->integer("low", 0, 1000)) {
    flapping.low = static_cast<std::uint32_t>(low->value);
  }
  table->finish();
  // The change that makes it flap is held back, so it never stands in the window itself.
  if (flapping.low + 2 > flapping.high) {
    rule_table.faults().add(table->place(),
                            fmt::format("\"low\" ({}) must be at least 2 below \"high\" ({}), or "
                                        "an alert would settle as soon as it flaps",
                                        flapping.low, flapping.high));
  }
  rule.flapping = flapping;
}

}  // namespace kpid::config
