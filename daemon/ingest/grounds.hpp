// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The measurements that a judgement rests on.

#include <span>
#include <vector>

#include "kpis/kpi_values.hpp"
#include "model/config.hpp"
#include "rules/evaluate.hpp"

namespace kpid::ingest {

struct Grounds {
  std::vector<KpiInput> value;   // of the judged figure
  std::vector<KpiInput> others;  // of what it was held against, and of earlier periods that counted
};

// Of a judgement over `series`, all that an alert's event must be able to show later: the figure,
// its reference, the periods in a row that the rule asks for, what a forecast was drawn from.
[[nodiscard]] Result<Grounds> grounds_of(const Judgement& judgement, const Rule& rule,
                                         const Kpi& kpi, const Organisation& organisation,
                                         std::span<const KpiValue> series, const Config& config,
                                         const MeasurementReader& reader);

}  // namespace kpid::ingest
