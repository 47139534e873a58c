// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A plugin's settings: TOML becomes the JSON that its schema describes, and a fault's JSON pointer
// becomes a place in the TOML again.

#include <string>
#include <string_view>

#include "config/table_reader.hpp"

namespace kpid::config {

// Dates and times become text in TOML's own spelling; what JSON cannot say (inf, nan) is a fault.
[[nodiscard]] std::string settings_as_json(TableReader& settings);

// The place of what a JSON pointer means, or of the nearest table around it.
[[nodiscard]] Place place_of_pointer(const TableReader& settings, std::string_view pointer);

}  // namespace kpid::config
