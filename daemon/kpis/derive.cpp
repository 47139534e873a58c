// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/derive.hpp"

#include <algorithm>
#include <utility>

#include "kpis/expression.hpp"

namespace kpid {

Terms terms_of(const KpiDefinition& definition) {
  using Kind = Terms::Kind;
  using At = Reference::At;
  struct Visitor {
    Terms operator()(const MeasureOf& d) const { return {Kind::measure, d.measure, {}, {}}; }
    Terms operator()(const RatioOf& d) const {
      return {Kind::share, d.numerator, d.denominator, At::same_period};
    }
    Terms operator()(const DifferenceOf& d) const {
      return {Kind::difference, d.minuend, d.subtrahend, At::same_period};
    }
    Terms operator()(const ChangeSinceAutumnCensus& d) const {
      return {Kind::difference, d.measure, d.measure, At::autumn_census};
    }
    Terms operator()(const ChangeSinceYearBefore& d) const {
      return {Kind::difference, d.measure, d.measure, At::year_before};
    }
    Terms operator()(const Formula&) const { return {}; }
    Terms operator()(const MonthsUntil&) const { return {}; }
  };
  return std::visit(Visitor{}, definition);
}

namespace {

// A year so far that moves on has another figure, and none was wrong.
bool corrects(const Measurement& row) {
  const bool so_far = row.stated_on && *row.stated_on <= row.period.end;
  return row.revision > 1 && !so_far;
}

}  // namespace

KpiValue value_of(const SeriesKey& key, const Measurement& row, bool keep_inputs) {
  KpiValue value;
  value.period = row.period;
  value.value = row.value;
  value.numerator = row.numerator;
  value.denominator = row.denominator;
  value.known_at = row.known_at;
  value.corrected = corrects(row);
  if (keep_inputs) value.inputs.push_back({key, row});
  return value;
}

namespace {

void rest_on(KpiValue& value, const MeasureColumn& column, const Measurement& row,
             bool keep_inputs) {
  value.known_at = std::max(value.known_at, row.known_at);
  value.corrected = value.corrected || corrects(row);
  if (keep_inputs) value.inputs.push_back({column.key, row});
}

bool combine(const Kpi& kpi, const Terms& terms, double first, double second, KpiValue& value) {
  if (terms.kind == Terms::Kind::share) {
    const auto quotient = share(kpi.unit, first, second);
    if (!quotient) return false;  // no income, no places: a share of nothing is no figure
    value.numerator = first;
    value.denominator = second;
    value.value = *quotient;
    return true;
  }
  value.numerator.reset();
  value.denominator.reset();
  value.value = first - second;
  return true;
}

// Finds the second term's rows. Those of the same period by walking along, for both are in order.
class Partner {
 public:
  Partner(const std::vector<Measurement>& rows, const LookUp& look_up)
      : rows_(rows), look_up_(look_up) {
    if (look_up.at == Reference::At::same_period) return;
    periods_.reserve(rows.size());
    for (const Measurement& row : rows) periods_.push_back(row.period);
  }
  const Measurement* of(const Period& period) {
    if (look_up_.at == Reference::At::same_period) {
      while (next_ < rows_.size() && rows_[next_].period < period) ++next_;
      return next_ < rows_.size() && rows_[next_].period == period ? &rows_[next_] : nullptr;
    }
    const auto found = find_period(periods_, period, look_up_);
    return found ? &rows_[*found] : nullptr;
  }

 private:
  const std::vector<Measurement>& rows_;
  LookUp look_up_;
  std::vector<Period> periods_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<KpiValue> derive(const Kpi& kpi, const Terms& terms,
                             const std::vector<MeasureColumn>& columns,
                             const SchoolCalendar& calendar, bool keep_inputs) {
  const MeasureColumn& first = columns.front();
  const MeasureColumn& second = columns.back();
  std::vector<KpiValue> values;
  values.reserve(first.rows.size());
  if (terms.kind == Terms::Kind::measure) {
    for (const auto& row : first.rows) values.push_back(value_of(first.key, row, keep_inputs));
    return values;
  }
  Partner partner(second.rows, {terms.at, kpi.calendar, calendar});
  for (const auto& row : first.rows) {
    const Measurement* other = partner.of(row.period);
    if (other == nullptr) continue;
    KpiValue value = value_of(first.key, row, keep_inputs);
    if (!combine(kpi, terms, row.value, other->value, value)) continue;
    if (other != &row) rest_on(value, second, *other, keep_inputs);
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace kpid
