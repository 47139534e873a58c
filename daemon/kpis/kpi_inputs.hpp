// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Every measurement that one value of a KPI rests on, with its revision and where it came from: an
// alert's evidence, and what `kpictl alert explain` shows. [any thread]

#include <string_view>
#include <vector>

#include "kpis/kpi_values.hpp"

namespace kpid {

// Through other KPIs and earlier periods too; of the trust's figure those of every school that
// counts in it and what the trust has beside them. Each measurement once, as known at the window's
// instant; the window's `from` does not matter. Empty where the period has no value.
[[nodiscard]] Result<std::vector<KpiInput>> kpi_inputs(const Kpi& kpi,
                                                       const Organisation& organisation,
                                                       std::string_view subgroup,
                                                       const Period& period, const Config& config,
                                                       const MeasurementReader& reader,
                                                       const Window& window);

}  // namespace kpid
