// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads a source's documents in the format that its settings name. A pure function of bytes and
// settings.

#include <span>

#include "common/reading.hpp"
#include "estates/settings.hpp"

namespace kpid::plugins::estates {

tl::expected<Reading, Failure> read_estate(std::span<const Document> documents,
                                           const Settings& settings);

}  // namespace kpid::plugins::estates
