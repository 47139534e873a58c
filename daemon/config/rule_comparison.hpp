// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a [[rule]] holds its KPI's value against, with the keys that belong to each comparison, and
// what it takes for flapping.

#include "config/builder.hpp"

namespace kpid::config {

// `kpi` is the rule's, null where it is at fault.
void read_comparison(Builder& builder, TableReader& table, const Kpi* kpi, Rule& rule);
void read_flapping(TableReader& table, Rule& rule);

}  // namespace kpid::config
