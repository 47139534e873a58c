// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The reading of any of the formats. A pure function of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

tl::expected<Reading, Failure> read(std::span<const Document> documents, const Settings& settings);

}  // namespace kpid::plugins::finance
