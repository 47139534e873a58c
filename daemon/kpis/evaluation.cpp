// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/evaluation.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "kpis/formula_values.hpp"
#include "kpis/months.hpp"
#include "kpis/roll_up.hpp"

namespace kpid {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

std::vector<PartedValue> without_parts(std::vector<KpiValue> values) {
  std::vector<PartedValue> parted;
  parted.reserve(values.size());
  for (KpiValue& value : values) parted.push_back({std::move(value), {}});
  return parted;
}

std::vector<KpiValue> plain(std::vector<PartedValue> parted) {
  std::vector<KpiValue> values;
  values.reserve(parted.size());
  for (PartedValue& one : parted) values.push_back(std::move(one.value));
  return values;
}

void keep_from(std::vector<PartedValue>& values, std::optional<Date> from) {
  if (!from) return;
  std::erase_if(values, [&](const PartedValue& one) { return one.value.period.end < *from; });
}

void leave_out_small(const Kpi& kpi, std::vector<PartedValue>& values) {
  if (kpi.smallest_group == 0) return;
  std::erase_if(values, [&](const PartedValue& one) { return is_too_small(kpi, one.value); });
}

}  // namespace

Result<std::vector<KpiValue>> Evaluation::series(const Kpi& kpi, const Organisation& organisation,
                                                 const std::string& subgroup,
                                                 std::optional<Date> from) {
  const bool trust = organisation.kind == OrganisationKind::trust;
  if (trust && adds_up(config_, kpi)) return sum_over_schools(kpi, organisation, subgroup, from);
  const Scope scope{trust ? Scope::Kind::trust : Scope::Kind::own, &organisation};
  auto table = of_kpi(kpi, {scope, subgroup, from});
  if (!table) return pass_on(table);
  const auto found = table->find(organisation.code);
  if (found == table->end()) return std::vector<KpiValue>{};
  return plain(std::move(found->second));
}

Result<std::vector<KpiValue>> Evaluation::sum_over_schools(const Kpi& kpi,
                                                           const Organisation& trust,
                                                           const std::string& subgroup,
                                                           std::optional<Date> from) {
  const Scope schools{Scope::Kind::schools, nullptr};
  auto table = values(kpi, {schools, subgroup, from});
  if (!table) return pass_on(table);
  const Scope own{Scope::Kind::own, &trust};
  auto beside = values(kpi, {own, subgroup, from});
  if (!beside) return pass_on(beside);
  RollUpOf sums(config_, kpi);
  for (auto& [code, of_school] : *table) {
    const Organisation* school = config_.organisations.find(code);
    for (PartedValue& value : of_school) sums.add_school(*school, std::move(value));
  }
  for (auto& [code, of_trust] : *beside) {
    for (PartedValue& value : of_trust) sums.add_beside(std::move(value));
  }
  return sums.values(formulas_);
}

Result<Table> Evaluation::of_kpi(const Kpi& kpi, const Asked& asked) {
  auto table = values(kpi, asked);
  if (!table) return table;
  for (auto& [code, series] : *table) leave_out_small(kpi, series);
  return table;
}

// All values, those of small groups too.
Result<Table> Evaluation::values(const Kpi& kpi, const Asked& asked) {
  const bool circle = std::find(under_way_.begin(), under_way_.end(), kpi.id) != under_way_.end();
  if (circle && !kpi.id.empty()) {
    return fail(ErrorKind::config, "the KPI \"" + kpi.id + "\" rests on itself");
  }
  under_way_.push_back(kpi.id);
  auto table = defined(kpi, asked);
  under_way_.pop_back();
  if (!table) return table;
  for (auto& [code, series] : *table) keep_from(series, asked.from);
  return table;
}

Result<Table> Evaluation::defined(const Kpi& kpi, const Asked& asked) {
  if (const auto* formula = std::get_if<Formula>(&kpi.definition)) {
    return of_formula(kpi, *formula, asked);
  }
  if (const auto* months = std::get_if<MonthsUntil>(&kpi.definition)) {
    return of_months(kpi, *months, asked);
  }
  return of_measures(kpi, asked);
}

Result<Table> Evaluation::of_measures(const Kpi& kpi, const Asked& asked) {
  const Terms terms = terms_of(kpi.definition);
  std::vector<std::string> measures{terms.first};
  const auto earlier = reading_from(asked.from, terms.at, kpi.calendar);
  std::vector<std::optional<Date>> from{asked.from};
  if (terms.kind != Terms::Kind::measure && terms.second != terms.first) {
    measures.push_back(terms.second);
    from.push_back(earlier);
  } else if (terms.kind != Terms::Kind::measure) {
    from.front() = earlier;
  }
  auto found = columns(measures, from, asked);
  if (!found) return pass_on(found);
  Table table;
  for (auto& [code, of_one] : *found) {
    const SchoolCalendar& calendar = config_.calendars.of(code);
    table.emplace(code, without_parts(derive(kpi, terms, of_one, calendar, keep_inputs_)));
  }
  return table;
}

Result<Evaluation::Columns> Evaluation::columns(const std::vector<std::string>& measures,
                                                const std::vector<std::optional<Date>>& from,
                                                const Asked& asked) {
  Columns columns;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const Window window{as_of_, from[i]};
    if (asked.scope.kind == Scope::Kind::schools) {
      auto added = add_schools(measures[i], i, measures.size(), window, asked.subgroup, columns);
      if (!added) return pass_on(added);
      continue;
    }
    const std::string& code = asked.scope.organisation->code;
    MeasureColumn column{{measures[i], code, asked.subgroup}, {}};
    auto rows = reader_.series(column.key, window);
    if (!rows) return pass_on(rows);
    column.rows = std::move(*rows);
    columns[code].push_back(std::move(column));
  }
  return columns;
}

Result<void> Evaluation::add_schools(const std::string& measure, std::size_t index,
                                     std::size_t count, const Window& window,
                                     const std::string& subgroup, Columns& columns) {
  auto rows = reader_.across(measure, subgroup, window);
  if (!rows) return pass_on(rows);
  std::unordered_map<std::string, std::vector<Measurement>*> of_code;  // null: no school's
  for (OrganisationMeasurement& row : *rows) {
    auto [found, is_new] = of_code.try_emplace(row.organisation, nullptr);
    if (is_new) {
      const Organisation* school = config_.organisations.find(row.organisation);
      if (school == nullptr || school->kind != OrganisationKind::school) continue;
      auto& of_school = columns[school->code];
      of_school.resize(count);
      if (keep_inputs_) of_school[index].key = {measure, school->code, subgroup};
      found->second = &of_school[index].rows;
    }
    if (found->second != nullptr) found->second->push_back(std::move(row.measurement));
  }
  return {};
}

Result<Table> Evaluation::of_formula(const Kpi& kpi, const Formula& formula, const Asked& asked) {
  CompiledFormula* compiled = formulas_.compiled(kpi, formula);
  if (compiled == nullptr) {
    return fail(ErrorKind::config, "the expression of the KPI \"" + kpi.id + "\" has no meaning");
  }
  std::vector<Table> tables;
  for (const Reference& reference : formula.references) {
    auto table = of_reference(kpi, reference, asked);
    if (!table) return table;
    tables.push_back(std::move(*table));
  }
  return formula_values(config_, kpi, formula, tables, *compiled);
}

Result<Table> Evaluation::of_reference(const Kpi& kpi, const Reference& reference,
                                       const Asked& asked) {
  const std::string& subgroup = reference.subgroup ? *reference.subgroup : asked.subgroup;
  const Asked of{asked.scope, subgroup, reading_from(asked.from, reference.at, kpi.calendar)};
  const Kpi* other = reference.is_kpi ? config_.kpi(reference.name) : nullptr;
  if (reference.is_kpi && other == nullptr) return Table{};
  if (asked.scope.kind != Scope::Kind::trust) {
    return other != nullptr ? of_kpi(*other, of) : of_measure_reference(reference, of);
  }
  // Within the trust's own figures a name stands for the trust's value of it.
  Kpi measure;
  measure.definition = MeasureOf{reference.name};
  measure.unit = reference.unit;
  measure.roll_up = kpi.roll_up;
  const Organisation& trust = *asked.scope.organisation;
  auto values = series(other != nullptr ? *other : measure, trust, subgroup, of.from);
  if (!values) return pass_on(values);
  Table table;
  table.emplace(trust.code, without_parts(std::move(*values)));
  return table;
}

Result<Table> Evaluation::of_measure_reference(const Reference& reference, const Asked& asked) {
  auto found = columns({reference.name}, {asked.from}, asked);
  if (!found) return pass_on(found);
  Table table;
  for (auto& [code, of_one] : *found) {
    std::vector<PartedValue>& values = table[code];
    values.reserve(of_one.front().rows.size());
    for (const Measurement& row : of_one.front().rows) {
      values.push_back({value_of(of_one.front().key, row, keep_inputs_), {}});
    }
  }
  return table;
}

Result<Table> Evaluation::of_months(const Kpi& kpi, const MonthsUntil& months, const Asked& asked) {
  const Kpi* base = config_.kpi(months.kpi);
  if (base == nullptr) return Table{};
  const Reference reference{months.kpi, true, {}, {}, {}};
  std::optional<Date> from = asked.from;
  if (from) from = *from - trend_reach(months.forecast, base->calendar);
  const Asked of{asked.scope, asked.subgroup, from};
  auto table = of_reference(kpi, reference, of);
  if (!table) return table;
  for (auto& [code, series] : *table) {
    series = without_parts(months_values(*base, months, code, plain(std::move(series))));
  }
  return table;
}

}  // namespace kpid
