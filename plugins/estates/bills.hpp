// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads bills: a meter, the days that the bill covers, kWh or cubic metres, and what it costs. Pure
// functions of bytes and settings.

#include <span>

#include "common/reading.hpp"
#include "estates/settings.hpp"

namespace kpid::plugins::estates {

// Cost and billed kWh by month: a bill that covers parts of several months is shared out over its
// days, the pence whole and adding up to the bill. A month counts where bills cover all its days,
// for every meter of the school and fuel that was in use. Of two bills for one day, that of the
// file of the later day counts; of one file's, neither.
tl::expected<Reading, Failure> read_bills(std::span<const Document> documents,
                                          const Settings& settings);

}  // namespace kpid::plugins::estates
