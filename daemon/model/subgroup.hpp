// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Named dimensions in canonical text: "" for none, else "name=value" joined by ";" in the order of
// the names, names in [a-z0-9_]+, values without ';', '=' and control characters.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpid {

using Dimensions = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::optional<Dimensions> parse_subgroup(std::string_view text);
[[nodiscard]] std::string format_subgroup(Dimensions dimensions);
// Canonical form of whatever valid spelling came in; nothing where it is not valid.
[[nodiscard]] std::optional<std::string> canonical_subgroup(std::string_view text);

}  // namespace kpid
