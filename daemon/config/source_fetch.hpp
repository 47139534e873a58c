// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The part of a [[source]] that says how its documents are fetched.

#include <string>

#include "config/builder.hpp"
#include "model/config.hpp"

namespace kpid::config {

// After the source's secrets. Where those are at fault, names of secrets are no second fault.
void read_fetch(Builder& builder, TableReader& table, SourceConfig& source, bool secrets_are_sound);

// Files alone can be watched for changes, or dropped. `settings_json` as they are written: a
// default names an address that the source need not use.
void check_schedule_and_drop(Builder& builder, const Placed<std::string>& schedule,
                             const SourceConfig& source, const std::string& settings_json);

}  // namespace kpid::config
