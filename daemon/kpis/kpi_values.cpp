// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/kpi_values.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace kpid {
namespace {

using std::chrono::year_month_day;

// One organisation's measurements of one measure, with the series that they belong to.
struct Column {
  SeriesKey key;
  std::vector<Measurement> rows;
};

// What a measurement counts as inside a sum of parts: its value, or its numerator where the source
// gave parts alone.
KpiValue value_of(const Column& column, const Measurement& row) {
  KpiValue value;
  value.period = row.period;
  value.value = row.value;
  value.numerator = row.numerator;
  value.denominator = row.denominator;
  value.known_at = row.known_at;
  value.corrected = row.revision > 1;
  value.inputs.push_back({column.key, row});
  return value;
}

void rest_on(KpiValue& value, const Column& column, const Measurement& row) {
  value.known_at = std::max(value.known_at, row.known_at);
  value.corrected = value.corrected || row.revision > 1;
  value.inputs.push_back({column.key, row});
}

const Measurement* at_period(const std::vector<Measurement>& rows, const Period& period) {
  const auto found = std::lower_bound(
      rows.begin(), rows.end(), period,
      [](const Measurement& row, const Period& wanted) { return row.period < wanted; });
  return found != rows.end() && found->period == period ? &*found : nullptr;
}

// numerator / denominator in the KPI's unit. The product comes before the quotient, so that an
// exact percentage (19 of 20) is exact in floating point too.
double ratio(const Kpi& kpi, double numerator, double denominator) {
  const double scale = kpi.unit == Unit::percent ? 100.0 : 1.0;
  return scale * numerator / denominator;
}

class Derive {
 public:
  Derive(const Kpi& kpi, std::vector<Column> columns) : kpi_(kpi), columns_(std::move(columns)) {}

  std::vector<KpiValue> operator()(const MeasureOf&) const {
    std::vector<KpiValue> values;
    values.reserve(columns_[0].rows.size());
    for (const auto& row : columns_[0].rows) values.push_back(value_of(columns_[0], row));
    return values;
  }

  std::vector<KpiValue> operator()(const RatioOf&) const {
    return pairwise([this](KpiValue& value, double numerator, double denominator) {
      if (denominator == 0) return false;  // no income, no places: a share of nothing is no figure
      value.numerator = numerator;
      value.denominator = denominator;
      value.value = ratio(kpi_, numerator, denominator);
      return true;
    });
  }

  std::vector<KpiValue> operator()(const DifferenceOf&) const {
    return pairwise([](KpiValue& value, double minuend, double subtrahend) {
      value.value = minuend - subtrahend;
      value.numerator.reset();
      value.denominator.reset();
      return true;
    });
  }

  std::vector<KpiValue> operator()(const ChangeSinceAutumnCensus&) const {
    std::vector<KpiValue> values;
    const auto& rows = columns_[0].rows;
    for (const auto& row : rows) {
      const Measurement* census = autumn_census_row(rows, row.period.start);
      // A figure from before the census day has nothing to be compared with yet.
      if (census == nullptr || row.period < census->period) continue;
      values.push_back(change(row, *census));
    }
    return values;
  }

  std::vector<KpiValue> operator()(const Formula&) const { return {}; }
  std::vector<KpiValue> operator()(const MonthsUntil&) const { return {}; }

  std::vector<KpiValue> operator()(const ChangeSinceYearBefore&) const {
    std::vector<KpiValue> values;
    const auto& rows = columns_[0].rows;
    for (const auto& row : rows) {
      const Measurement* before = year_before_row(rows, row);
      if (before != nullptr) values.push_back(change(row, *before));
    }
    return values;
  }

 private:
  [[nodiscard]] KpiValue change(const Measurement& row, const Measurement& since) const {
    KpiValue value = value_of(columns_[0], row);
    value.value = row.value - since.value;
    value.numerator.reset();
    value.denominator.reset();
    if (&since != &row) rest_on(value, columns_[0], since);
    return value;
  }

  // As a rule that compares with the year before looks for it (rules/evaluate.cpp).
  [[nodiscard]] const Measurement* year_before_row(const std::vector<Measurement>& rows,
                                                   const Measurement& row) const {
    constexpr std::chrono::days tolerance{31};
    const Period wanted = year_before(row.period, kpi_.calendar);
    const auto starts_before = [](const Measurement& one, Date day) {
      return one.period.start < day;
    };
    auto one = std::lower_bound(rows.begin(), rows.end(), wanted.start - tolerance, starts_before);
    const Measurement* nearest = nullptr;
    std::chrono::days distance = tolerance + std::chrono::days{1};
    for (; one != rows.end() && one->period.start <= wanted.start + tolerance; ++one) {
      if (one->period == wanted) return &*one;
      if (kpi_.calendar != Calendar::day) continue;
      const std::chrono::days away = std::chrono::abs(one->period.start - wanted.start);
      if (away >= distance) continue;
      distance = away;
      nearest = &*one;
    }
    return nearest;
  }

  template <class Combine>
  std::vector<KpiValue> pairwise(Combine combine) const {
    std::vector<KpiValue> values;
    for (const auto& first : columns_[0].rows) {
      const Measurement* second = at_period(columns_[1].rows, first.period);
      if (second == nullptr) continue;
      KpiValue value = value_of(columns_[0], first);
      if (!combine(value, first.value, second->value)) continue;
      rest_on(value, columns_[1], *second);
      values.push_back(std::move(value));
    }
    return values;
  }

  static const Measurement* autumn_census_row(const std::vector<Measurement>& rows, Date date) {
    const Period year = academic_year_of(date);
    const Date census = autumn_census_day(date);
    const Date latest = census_limit(year);
    const Measurement* before = nullptr;
    for (const auto& row : rows) {
      if (row.period.start < year.start || row.period.start > latest) continue;
      if (row.period.start <= census) {
        before = &row;
      } else {
        return before != nullptr ? before : &row;
      }
    }
    return before;
  }

  // 31 December of the year's first half.
  static Date census_limit(const Period& year) {
    const year_month_day start{year.start};
    return make_date(static_cast<int>(start.year()), 12, 31);
  }

  const Kpi& kpi_;
  std::vector<Column> columns_;
};

std::vector<std::string> measures_of(const Kpi& kpi) {
  struct Visitor {
    std::vector<std::string> operator()(const MeasureOf& d) const { return {d.measure}; }
    std::vector<std::string> operator()(const RatioOf& d) const {
      return {d.numerator, d.denominator};
    }
    std::vector<std::string> operator()(const DifferenceOf& d) const {
      return {d.minuend, d.subtrahend};
    }
    std::vector<std::string> operator()(const ChangeSinceAutumnCensus& d) const {
      return {d.measure};
    }
    std::vector<std::string> operator()(const ChangeSinceYearBefore& d) const {
      return {d.measure};
    }
    std::vector<std::string> operator()(const Formula&) const { return {}; }
    std::vector<std::string> operator()(const MonthsUntil&) const { return {}; }
  };
  return std::visit(Visitor{}, kpi.definition);
}

Result<std::vector<KpiValue>> derive_from(const Kpi& kpi, std::vector<Column> columns) {
  return std::visit(Derive{kpi, std::move(columns)}, kpi.definition);
}

// What a change rests on may lie before the window: read the whole academic year, or two years.
Window reading_window(const Kpi& kpi, const Window& window) {
  Window wide = window;
  if (wide.from && std::holds_alternative<ChangeSinceAutumnCensus>(kpi.definition)) {
    wide.from = academic_year_of(*wide.from).start;
  }
  if (wide.from && std::holds_alternative<ChangeSinceYearBefore>(kpi.definition)) {
    constexpr std::chrono::days longest_year_and_tolerance{366 + 31};
    wide.from = *wide.from - longest_year_and_tolerance;
  }
  return wide;
}

void keep_window(std::vector<KpiValue>& values, const Window& window) {
  if (!window.from) return;
  const auto before = [&](const KpiValue& value) { return value.period.end < *window.from; };
  values.erase(std::remove_if(values.begin(), values.end(), before), values.end());
}

// Adds one school's value to the trust's.
void add_part(const Kpi& kpi, KpiValue& sum, const KpiValue& part) {
  sum.known_at = std::max(sum.known_at, part.known_at);
  sum.corrected = sum.corrected || part.corrected;
  ++sum.completeness.have;
  if (sum.numerator && part.numerator && part.denominator) {
    *sum.numerator += *part.numerator;
    *sum.denominator += *part.denominator;
    if (*sum.denominator != 0) sum.value = ratio(kpi, *sum.numerator, *sum.denominator);
  } else {
    sum.numerator.reset();
    sum.denominator.reset();
    sum.value += part.value;
  }
}

// A percentage whose parts are not known cannot be rolled up: an average of rates is not a rate.
bool can_roll_up(const Kpi& kpi, const KpiValue& value) {
  return kpi.unit != Unit::percent || (value.numerator && value.denominator);
}

std::vector<Column> columns_for(const std::vector<std::string>& measures,
                                std::string_view organisation, std::string_view subgroup) {
  std::vector<Column> columns;
  for (const auto& measure : measures) {
    columns.push_back({SeriesKey{measure, std::string{organisation}, std::string{subgroup}}, {}});
  }
  return columns;
}

// The values of one organisation's own measurements.
Result<std::vector<KpiValue>> own_series(const Kpi& kpi, std::string_view organisation,
                                         std::string_view subgroup, const MeasurementReader& reader,
                                         const Window& window) {
  auto columns = columns_for(measures_of(kpi), organisation, subgroup);
  for (auto& column : columns) {
    auto rows = reader.series(column.key, reading_window(kpi, window));
    if (!rows) return tl::unexpected(std::move(rows).error());
    column.rows = std::move(*rows);
  }
  return derive_from(kpi, std::move(columns));
}

// What the trust holds beside its schools, such as its central services, belongs to its figure, but
// is no school that the figure could be complete without.
void add_own(const Kpi& kpi, std::map<Period, KpiValue>& by_period,
             const std::vector<KpiValue>& own) {
  for (const KpiValue& part : own) {
    const auto found = by_period.find(part.period);
    if (found == by_period.end() || !can_roll_up(kpi, part)) continue;
    add_part(kpi, found->second, part);
    --found->second.completeness.have;
  }
}

Result<std::vector<KpiValue>> rolled_up(const Kpi& kpi, std::string_view subgroup,
                                        const Organisations& organisations,
                                        const MeasurementReader& reader, const Window& window) {
  const auto measures = measures_of(kpi);
  std::map<std::string, std::vector<Column>, std::less<>> by_school;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    auto rows = reader.across(measures[i], subgroup, reading_window(kpi, window));
    if (!rows) return tl::unexpected(std::move(rows).error());
    for (auto& row : *rows) {
      const Organisation* school = organisations.find(row.organisation);
      if (school == nullptr || school->kind != OrganisationKind::school) continue;
      auto& columns = by_school[school->code];
      if (columns.empty()) columns = columns_for(measures, school->code, subgroup);
      columns[i].rows.push_back(std::move(row.measurement));
    }
  }
  std::map<Period, KpiValue> by_period;
  for (auto& [school, columns] : by_school) {
    auto values = derive_from(kpi, std::move(columns));
    if (!values) return values;
    for (const auto& part : *values) {
      if (!can_roll_up(kpi, part)) continue;
      auto [found, is_new] = by_period.try_emplace(part.period);
      KpiValue& sum = found->second;
      if (is_new) {
        sum.period = part.period;
        sum.completeness = {0, static_cast<std::uint32_t>(organisations.school_count())};
        if (part.numerator && part.denominator) sum.numerator = sum.denominator = 0.0;
      }
      add_part(kpi, sum, part);
    }
  }
  auto own = own_series(kpi, trust_code, subgroup, reader, window);
  if (!own) return own;
  add_own(kpi, by_period, *own);
  std::vector<KpiValue> values;
  values.reserve(by_period.size());
  for (auto& [period, value] : by_period) values.push_back(std::move(value));
  return values;
}

}  // namespace

Date autumn_census_day(Date date) noexcept {
  const year_month_day start{academic_year_of(date).start};
  const auto first_thursday = start.year() / std::chrono::October / std::chrono::Thursday[1];
  return Date{first_thursday};
}

Result<std::vector<KpiValue>> kpi_series(const Kpi& kpi, const Organisation& organisation,
                                         std::string_view subgroup, const Config& config,
                                         const MeasurementReader& reader, const Window& window) {
  Result<std::vector<KpiValue>> values;
  if (organisation.kind == OrganisationKind::trust && kpi.roll_up == RollUp::sum) {
    values = rolled_up(kpi, subgroup, config.organisations, reader, window);
  } else {
    values = own_series(kpi, organisation.code, subgroup, reader, window);
  }
  if (values) keep_window(*values, window);
  return values;
}

}  // namespace kpid
