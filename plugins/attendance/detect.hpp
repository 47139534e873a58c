// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Tells the formats of files apart by the columns of their headers. Pure functions; any thread.

#include <span>

#include "attendance/settings.hpp"
#include "common/reading.hpp"

namespace kpid::plugins::attendance {

// The one format of all the documents, or why there is none. Never Format::automatic.
tl::expected<Format, Failure> format_of(std::span<const Document> documents,
                                        const Settings& settings);

}  // namespace kpid::plugins::attendance
