// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads pupils on roll, places, joiners and leavers from documents of any format that the settings
// name. A pure function of bytes and settings. Of rows that are pupils' only counts come out, and
// no cell of them is quoted.

#include <span>

#include "common/reading.hpp"
#include "pupil_roll/settings.hpp"

namespace kpid::plugins::pupil_roll {

// Later documents come first in doubt: for one school, day and measure the document with the latest
// date (in its name, else of its modification) counts, so that two extracts of one census give one
// figure. One document that cannot be read fails the reading as a whole.
tl::expected<Reading, Failure> read_roll(std::span<const Document> documents,
                                         const Settings& settings);

}  // namespace kpid::plugins::pupil_roll
