// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a destination's format asks for: a URL, a signing secret, a routing key, a template.

#include "config/builder.hpp"

namespace kpid::config {

// "format", and every key that only some formats have.
void read_format(Builder& builder, TableReader& table, DestinationConfig& destination);

}  // namespace kpid::config
