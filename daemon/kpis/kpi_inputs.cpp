// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/kpi_inputs.hpp"

#include <algorithm>
#include <utility>

#include "kpis/evaluation.hpp"

namespace kpid {

Result<std::vector<KpiInput>> kpi_inputs(const Kpi& kpi, const Organisation& organisation,
                                         std::string_view subgroup, const Period& period,
                                         const Config& config, const MeasurementReader& reader,
                                         const Window& window) {
  Evaluation evaluation{config, reader, window.as_of, true};
  auto series = evaluation.series(kpi, organisation, std::string{subgroup}, period.end);
  if (!series) return tl::unexpected<Error>(std::move(series).error());
  const auto found = std::find_if(series->begin(), series->end(),
                                  [&](const KpiValue& one) { return one.period == period; });
  if (found == series->end()) return std::vector<KpiInput>{};
  return without_repeats(std::move(found->inputs));
}

}  // namespace kpid
