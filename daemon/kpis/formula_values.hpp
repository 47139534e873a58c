// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A formula worked out over the values of what it refers to. Pure.

#include <vector>

#include "kpis/parts.hpp"

namespace kpid {

// `tables` has the values of each reference, in their order. The periods are those of the first
// reference that is of the same period; one for which any reference has no value has none.
[[nodiscard]] Table formula_values(const Config& config, const Kpi& kpi, const Formula& formula,
                                   const std::vector<Table>& tables, CompiledFormula& compiled);

}  // namespace kpid
