// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads a message template and reports what is wrong with it, at its place in its own file: tags
// that are not closed, variables that nobody fills, what would break the JSON.

#include <optional>
#include <string>

#include "config/builder.hpp"

namespace kpid::config {

// The template's text; nothing where it cannot be read. `path` is where the config names it.
std::optional<std::string> read_template(Builder& builder, const PlacedText& path,
                                         const std::string& content_type);

}  // namespace kpid::config
