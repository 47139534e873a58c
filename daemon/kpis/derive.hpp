// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The values of one organisation by the definitions that rest on one or two measures: the measure
// itself, a share, a difference, a change. Pure.

#include <string>
#include <vector>

#include "kpis/periods.hpp"
#include "model/kpi.hpp"

namespace kpid {

// A definition as its parts: `first` by itself, by `second`, or less `second`.
struct Terms {
  enum class Kind { measure, share, difference };
  Kind kind = Kind::measure;
  std::string first;
  std::string second;
  Reference::At at = Reference::At::same_period;  // of the second
};
// Of every definition but Formula and MonthsUntil.
[[nodiscard]] Terms terms_of(const KpiDefinition& definition);

// One organisation's measurements of one measure.
struct MeasureColumn {
  SeriesKey key;
  std::vector<Measurement> rows;
};

// `columns` are those of first and second; of first alone where the second is the same measure.
// `keep_inputs` says whether each value lists what it was computed from.
[[nodiscard]] std::vector<KpiValue> derive(const Kpi& kpi, const Terms& terms,
                                           const std::vector<MeasureColumn>& columns,
                                           const SchoolCalendar& calendar, bool keep_inputs);

// A measurement as a value.
[[nodiscard]] KpiValue value_of(const SeriesKey& key, const Measurement& row, bool keep_inputs);

}  // namespace kpid
