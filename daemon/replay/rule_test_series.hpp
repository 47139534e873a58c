// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// [[test.series]]: made-up figures of one measure or KPI, as facts with the day on which each
// became known.

#include <string>
#include <vector>

#include "config/table_reader.hpp"
#include "model/config.hpp"
#include "replay/rule_test.hpp"

namespace kpid::replay {

// The rules under test are those of the config: the calendar of a measure is that of a KPI which
// rests on it.
void read_series(config::TableReader& table, const Config& config, std::vector<KnownFact>& facts);

// The organisation under `key`, a code as text or a URN as a number; a fault and null where there
// is none.
const Organisation* read_school(config::TableReader& table, std::string_view key,
                                const Config& config);
std::optional<std::string> read_subgroup(config::TableReader& table);

}  // namespace kpid::replay
