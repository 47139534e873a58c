// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the attendance that the Department for Education publishes: a row a place and phase, with
// counts of sessions, for an academic year so far or for a day. Percentages in these files are not
// read, except persistent absence, which has no counts there. Pure functions of bytes and settings.

#include <set>
#include <span>
#include <string>

#include "common/reading.hpp"

namespace kpid::plugins::attendance {

struct PublishedSettings {
  std::set<std::string> only;  // codes of places to read; empty: every place
  bool daily_sums = false;     // days are summed to weeks and the year so far too
};

// A row an academic year so far. Where documents speak of one place, phase and year, the one with
// the later date (in its name, else of its last change) counts.
tl::expected<Reading, Failure> read_years(std::span<const Document> documents,
                                          const PublishedSettings& settings);

// A row a day. The date of a row says its academic year; its column academic_year may be wrong.
tl::expected<Reading, Failure> read_days(std::span<const Document> documents,
                                         const PublishedSettings& settings);

// A row a reason of a day, as it is published since 2025: the sums of the reasons are what is read.
tl::expected<Reading, Failure> read_long(std::span<const Document> documents,
                                         const PublishedSettings& settings);

}  // namespace kpid::plugins::attendance
