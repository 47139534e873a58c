// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/parts.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace kpid {

void Part::add(const Part& other) {
  if (has_parts() && other.has_parts()) {
    *numerator += *other.numerator;
    *denominator += *other.denominator;
  } else {
    numerator.reset();
    denominator.reset();
  }
  value += other.value;
}

Part part_of(const KpiValue& value, Unit unit) {
  return {value.value, value.numerator, value.denominator, unit};
}

CompiledFormula* Formulas::compiled(const Kpi& kpi, const Formula& formula) {
  std::string key = formula.numerator + "\n" + formula.denominator;
  key += kpi.unit == Unit::percent ? "\n%" : "\n";
  auto found = compiled_.find(key);
  if (found == compiled_.end()) {
    auto compiled = CompiledFormula::compile(formula, kpi.unit);
    found = compiled_.emplace(std::move(key), std::nullopt).first;
    if (compiled) found->second = std::move(*compiled);
  }
  return found->second ? &*found->second : nullptr;
}

namespace {

constexpr int deepest = 32;  // KPIs upon KPIs; a circle, which config/ refuses, ends here too

bool adds_up(const Config& config, const Kpi& kpi, int depth) {
  if (depth > deepest || kpi.roll_up != RollUp::sum ||
      std::holds_alternative<MonthsUntil>(kpi.definition)) {
    return false;
  }
  const auto* formula = std::get_if<Formula>(&kpi.definition);
  if (formula == nullptr) return true;
  return std::all_of(
      formula->references.begin(), formula->references.end(), [&](const Reference& reference) {
        const Kpi* other = reference.is_kpi ? config.kpi(reference.name) : nullptr;
        return !reference.is_kpi || (other != nullptr && adds_up(config, *other, depth + 1));
      });
}

using Figure = CompiledFormula::Figure;

std::optional<Figure> figure_of(const Part& part) {
  if (!part.has_parts()) return Figure{part.value, {}, {}};
  const auto value = share(part.unit, *part.numerator, *part.denominator);
  if (!value) return std::nullopt;
  return Figure{*value, part.numerator, part.denominator};
}

// Works a KPI out from parts that lie in the order of its references, and theirs; takes those that
// it needs from the front.
std::optional<Figure> worked_out(const Config& config, const Kpi& kpi, std::span<const Part>& parts,
                                 Formulas& formulas) {
  const auto next = [&parts]() -> std::optional<Figure> {
    if (parts.empty()) return std::nullopt;
    const Part& part = parts.front();
    parts = parts.subspan(1);
    return figure_of(part);
  };
  const auto* formula = std::get_if<Formula>(&kpi.definition);
  if (formula == nullptr) return next();
  std::vector<double> values;
  bool complete = true;
  for (const Reference& reference : formula->references) {
    const Kpi* other = reference.is_kpi ? config.kpi(reference.name) : nullptr;
    const auto figure = other != nullptr ? worked_out(config, *other, parts, formulas) : next();
    complete = complete && figure.has_value();
    values.push_back(figure ? figure->value : 0);
  }
  CompiledFormula* compiled = formulas.compiled(kpi, *formula);
  if (!complete || compiled == nullptr) return std::nullopt;
  return (*compiled)(values);
}

}  // namespace

bool adds_up(const Config& config, const Kpi& kpi) { return adds_up(config, kpi, 0); }

bool Sum::can_add(const Kpi& kpi, const PartedValue& value) {
  if (value.parts.empty()) return part_of(value.value, kpi.unit).can_be_added();
  return std::all_of(value.parts.begin(), value.parts.end(),
                     [](const Part& part) { return part.can_be_added(); });
}

void Sum::add_parts(std::span<const Part> parts) {
  if (parts_.empty()) {
    parts_.assign(parts.begin(), parts.end());
    return;
  }
  for (std::size_t i = 0; i < std::min(parts_.size(), parts.size()); ++i) parts_[i].add(parts[i]);
}

void Sum::add(const Kpi& kpi, PartedValue value) {
  if (value.parts.empty()) {
    const Part part = part_of(value.value, kpi.unit);
    add_parts({&part, 1});
  } else {
    add_parts(value.parts);
  }
  ++count_;
  known_at_ = std::max(known_at_, value.value.known_at);
  corrected_ = corrected_ || value.value.corrected;
  std::move(value.value.inputs.begin(), value.value.inputs.end(), std::back_inserter(inputs_));
}

void Sum::add(Sum other) {
  add_parts(other.parts_);
  count_ += other.count_;
  known_at_ = std::max(known_at_, other.known_at_);
  corrected_ = corrected_ || other.corrected_;
  std::move(other.inputs_.begin(), other.inputs_.end(), std::back_inserter(inputs_));
}

std::optional<KpiValue> Sum::value(const Config& config, const Kpi& kpi, const Period& period,
                                   Formulas& formulas) const {
  std::span<const Part> parts = parts_;
  const auto figure = worked_out(config, kpi, parts, formulas);
  if (!figure) return std::nullopt;
  KpiValue value;
  value.period = period;
  value.value = figure->value;
  value.numerator = figure->numerator;
  value.denominator = figure->denominator;
  value.known_at = known_at_;
  value.corrected = corrected_;
  value.inputs = inputs_;
  return value;
}

bool is_too_small(const Kpi& kpi, const KpiValue& value) {
  return kpi.smallest_group > 0 && value.denominator.value_or(value.value) < kpi.smallest_group;
}

std::vector<KpiInput> without_repeats(std::vector<KpiInput> inputs) {
  std::set<std::pair<SeriesKey, Period>> seen;
  const auto repeats = [&](const KpiInput& one) {
    return !seen.emplace(one.series, one.measurement.period).second;
  };
  inputs.erase(std::remove_if(inputs.begin(), inputs.end(), repeats), inputs.end());
  return inputs;
}

}  // namespace kpid
