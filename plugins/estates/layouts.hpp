// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads half-hourly (or hourly) meter readings in the layouts that suppliers send. Pure functions
// of bytes and settings.

#include <cstdint>
#include <span>

#include "common/reading.hpp"
#include "estates/half_hours.hpp"
#include "estates/settings.hpp"

namespace kpid::plugins::estates {

// What all documents say together, in kWh. Documents of a later day (document_day) count in the
// place of earlier ones, half hour by half hour; where those of one day contradict each other, or
// one itself, neither counts. A document that cannot be read fails the reading as a whole; a row or
// a cell that cannot is left out with a note. Meters that the settings do not name are left out.
tl::expected<HalfHours, Failure> read_half_hours(std::span<const Document> documents,
                                                 const Settings& settings, Notes& notes,
                                                 std::uint64_t& rows_read);

}  // namespace kpid::plugins::estates
