// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// [source.hook]: how a source that is pushed to proves itself. It goes together with
// schedule = "pushed", with a setting that names "hook:", and with [http].

#include <optional>
#include <string>

#include "config/builder.hpp"
#include "model/config.hpp"

namespace kpid::config {

// After [http] is read.
void read_hook(Builder& builder, TableReader& table, SourceConfig& source);

// Whether schedule, hook and settings belong together. `settings_json` as they are written.
void check_hook(Builder& builder, const Place& place, const std::optional<PlacedText>& schedule,
                const SourceConfig& source, const std::string& settings_json);

}  // namespace kpid::config
