// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The keys of one [[kpi]]. A key that is absent leaves what the KPI has.

#include "config/builder.hpp"

namespace kpid::config {

// Exactly one way to come about; none leaves an overridden KPI's own, and returns nothing.
[[nodiscard]] std::optional<WrittenDefinition> read_definition(TableReader& table, bool is_new,
                                                               Kpi& kpi);
// Everything but the id and the definition; after the definition.
void read_kpi_keys(Builder& builder, TableReader& table, Kpi& kpi);

}  // namespace kpid::config
