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

// After the source's settings: files alone can be watched for changes.
void check_on_change(Builder& builder, const Placed<std::string>& schedule,
                     const SourceConfig& source);

}  // namespace kpid::config
