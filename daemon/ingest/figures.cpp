// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/figures.hpp"

#include <algorithm>
#include <utility>

#include "ingest/judge.hpp"
#include "rules/completeness.hpp"

namespace kpid::ingest {
namespace {

using std::chrono::days;

constexpr days longest_holiday{50};
constexpr days year_and_slack{366 + 62};
constexpr std::size_t most_references = 32;

// So many periods in a row span no more than this, holidays among them.
days span_of(std::size_t periods, Calendar calendar) {
  const auto count = static_cast<std::int64_t>(periods);
  switch (calendar) {
    case Calendar::day:
      return days{count * 7 / 5} + longest_holiday;
    case Calendar::week:
      return days{count * 7} + longest_holiday;
    case Calendar::month:
      return days{count * 31 + 31};
    case Calendar::term:
      return days{count * 130} + longest_holiday;
    case Calendar::academic_year:
    case Calendar::financial_year:
      return days{count * 366 + 366};
  }
  return days{count * 366};
}

// How far behind a judged period that which it is compared with may lie.
days behind(const Rule& rule, Calendar calendar) {
  switch (rule.compare) {
    case Comparison::period_before:
      return span_of(1, calendar);
    case Comparison::term_before:
      return days{250};
    case Comparison::year_before:
      return year_and_slack;
    case Comparison::forecast:
      return span_of(rule.forecast.window, calendar);
    case Comparison::number:
    case Comparison::target:
    case Comparison::kpi:
    case Comparison::organisation:
    case Comparison::stale:
      break;
  }
  return days{0};
}

}  // namespace

Reach reach_of(const Rule& rule, const Kpi& kpi, const Organisation& organisation) {
  Reach reach;
  reach.periods = std::max<std::size_t>(values_told, rule.for_periods + 1);
  if (rule.compare == Comparison::forecast) {
    reach.window = rule.forecast.window;
    reach.periods += reach.window;
  }
  reach.behind = behind(rule, kpi.calendar);
  reach.back = span_of(std::max<std::size_t>(values_told, rule.for_periods + 1), kpi.calendar) +
               reach.behind;
  // How many schools make a full figure is seen from a year of them.
  if (organisation.kind == OrganisationKind::trust && !rule.complete_enough) {
    reach.full = rules::fullness_year;
    reach.back = std::max(reach.back, year_and_slack);
  }
  reach.everything = rule.compare == Comparison::forecast &&
                     rule.forecast.method == ForecastSpec::Method::seasonal_naive;
  return reach;
}

Reach further_of(const Reach& one, const Reach& other) {
  return {std::max(one.periods, other.periods), std::max(one.behind, other.behind),
          std::max(one.full, other.full),       std::max(one.window, other.window),
          std::max(one.back, other.back),       one.everything || other.everything};
}

Result<std::vector<KpiValue>> Figures::read(const Kpi& kpi, const Organisation& organisation,
                                            std::string_view subgroup,
                                            std::optional<Date> from) const {
  return kpi_series(kpi, organisation, subgroup, config_, reader_, Window{std::nullopt, from});
}

Result<std::span<const KpiValue>> Figures::other(const Rule& rule, const Kpi& kpi,
                                                 const Organisation& organisation,
                                                 std::optional<Date> from) {
  if (from) *from -= year_and_slack;
  if (rule.compare == Comparison::kpi) {
    const Kpi* other = config_.kpi(rule.other_kpi);
    if (other == nullptr) return std::span<const KpiValue>{};
    if (other->calendar != kpi.calendar) from.reset();
    auto values = read(*other, organisation, rule.subgroup, from);
    if (!values) return tl::unexpected<Error>(std::move(values.error()));
    last_ = std::move(*values);
    return std::span<const KpiValue>{last_};
  }
  const Organisation* reference = config_.organisations.find(rule.other_organisation);
  if (rule.compare != Comparison::organisation || reference == nullptr) {
    return std::span<const KpiValue>{};
  }
  // A national figure of last year is held against this year's, until the next one comes.
  if (reference->kind == OrganisationKind::comparator) from.reset();
  const Key key{kpi.id, reference->code, rule.subgroup, from};
  auto found = references_.find(key);
  if (found == references_.end()) {
    auto values = read(kpi, *reference, rule.subgroup, from);
    if (!values) return tl::unexpected<Error>(std::move(values.error()));
    if (references_.size() >= most_references) references_.clear();
    found = references_.emplace(key, std::move(*values)).first;
  }
  return std::span<const KpiValue>{found->second};
}

}  // namespace kpid::ingest
