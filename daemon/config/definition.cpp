// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Reads how a KPI comes about.

#include "config/definition.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/kpi_tables.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

constexpr std::array<std::string_view, 8> ways{"measure",
                                               "ratio",
                                               "difference",
                                               "change_since_autumn_census",
                                               "change_since_year_before",
                                               "expression",
                                               "numerator",
                                               "months_until"};

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_measure(TableReader& table, const PlacedText& written) {
  if (is_dotted_id(written.value)) return true;
  table.faults().add(written.place, in_quotes(written.value) +
                                        " is no measure's id; one looks like \"finance.income\"");
  return false;
}

class DefinitionReader {
 public:
  DefinitionReader(TableReader& table, Kpi& kpi) : table_(table), kpi_(kpi) {
    result_.place = table.place();
  }

  WrittenDefinition read() {
    read_measures();
    read_formula();
    read_months();
    return std::move(result_);
  }

 private:
  // The measure under the key; empty where it is not there or at fault.
  std::optional<std::string> measure(std::string_view key) {
    auto written = table_.text(key);
    if (!written || !is_measure(table_, *written)) return std::nullopt;
    result_.place = written->place;
    result_.measures.push_back(*written);
    return std::move(written->value);
  }

  std::optional<std::pair<std::string, std::string>> pair(std::string_view key) {
    const auto before = table_.faults().size();
    const bool given = table_.has(key);
    auto both = table_.texts(key);
    if (!given || table_.faults().size() != before) return std::nullopt;
    if (both.size() != 2) {
      table_.faults().add(
          table_.place(*table_.tree().get(key)),
          fmt::format("{} must name two measures, not {}", in_quotes(key), both.size()));
      return std::nullopt;
    }
    const bool first = is_measure(table_, both[0]);
    const bool second = is_measure(table_, both[1]);
    if (!first || !second) return std::nullopt;
    result_.place = both[0].place;
    result_.measures = both;
    return std::pair{std::move(both[0].value), std::move(both[1].value)};
  }

  void read_measures() {
    if (auto one = measure("measure")) kpi_.definition = MeasureOf{std::move(*one)};
    if (auto both = pair("ratio")) {
      kpi_.definition = RatioOf{std::move(both->first), std::move(both->second)};
    }
    if (auto both = pair("difference")) {
      kpi_.definition = DifferenceOf{std::move(both->first), std::move(both->second)};
    }
    if (auto one = measure("change_since_autumn_census")) {
      kpi_.definition = ChangeSinceAutumnCensus{std::move(*one)};
    }
    if (auto one = measure("change_since_year_before")) {
      kpi_.definition = ChangeSinceYearBefore{std::move(*one)};
    }
  }

  std::optional<WrittenFormula> formula(std::string_view key) {
    const auto written = table_.filled_text(key);
    if (!written) return std::nullopt;
    WrittenFormula formula{written->value, {}, written->place, false};
    const auto& source = table_.tree().get(key)->source();
    formula.columns = source.begin.line == source.end.line &&
                      source.end.column - source.begin.column == characters_in(formula.text) + 2;
    auto read = WrittenExpression::parse(formula.text);
    if (!read) {
      table_.faults().add(formula.at(read.error().offset), read.error().sentence);
      return std::nullopt;
    }
    formula.expression = std::move(*read);
    return formula;
  }

  // What the names in it mean is only known once every KPI is.
  void read_formula() {
    const bool parts = table_.has("numerator");
    if (table_.has("denominator") && !parts) {
      table_.faults().add(table_.place(*table_.node("denominator")),
                          "\"denominator\" stands beside \"numerator\" only");
    }
    if (!parts && !table_.has("expression")) {
      table_.node("expression");  // known, where another key is not
      table_.node("numerator");
      table_.node("denominator");
      return;
    }
    kpi_.definition = Formula{};
    auto first = formula("expression");
    auto above = formula("numerator");
    auto below = formula("denominator");
    if (parts && !table_.has("denominator")) table_.missing("denominator");
    result_.numerator = parts ? std::move(above) : std::move(first);
    if (result_.numerator) result_.place = result_.numerator->place;
    if (!parts || !result_.numerator) return;
    result_.denominator = std::move(below);
    if (!result_.denominator) {
      result_.numerator.reset();
      return;
    }
    std::get<Formula>(kpi_.definition).denominator = result_.denominator->text;
  }

  void read_months() {
    auto inner = table_.table("months_until");
    if (!inner) return;
    MonthsUntil months;
    result_.place = inner->place();
    result_.months_kpi = inner->required_text("kpi");
    result_.months_crosses = inner->required_text("crosses");
    constexpr std::array<std::pair<std::string_view, ForecastSpec::Method>, 1> methods{
        {{"least squares", ForecastSpec::Method::least_squares}}};
    if (const auto method = inner->choice("method", methods)) {
      months.forecast.method = method->value;
    }
    if (const auto window = inner->integer("window", 3, 1000)) {
      months.forecast.window = static_cast<std::uint32_t>(window->value);
    }
    inner->finish();
    if (result_.months_kpi) months.kpi = result_.months_kpi->value;
    kpi_.definition = months;
  }

  TableReader& table_;
  Kpi& kpi_;
  WrittenDefinition result_;
};

}  // namespace

Place WrittenFormula::at(std::size_t offset) const {
  if (!columns) return place;
  Place there = place;
  there.column +=
      static_cast<std::uint32_t>(1 + characters_in(std::string_view{text}.substr(0, offset)));
  return there;
}

std::optional<WrittenDefinition> read_definition(TableReader& table, bool is_new, Kpi& kpi) {
  const auto given =
      std::count_if(ways.begin(), ways.end(), [&](std::string_view way) { return table.has(way); });
  if (given > 1 || (given == 0 && is_new)) {
    table.faults().add(table.place(),
                       "a KPI has one of " + listed({ways.begin(), ways.end()}) +
                           "; this one has " +
                           (given == 0 ? std::string("none") : std::to_string(given)));
  }
  auto read = DefinitionReader(table, kpi).read();
  if (given == 0) return std::nullopt;
  return read;
}

}  // namespace kpid::config
