// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// OneRoster 1.1 bundles: users.csv, orgs.csv and, where it is there, enrollments.csv, in a ZIP
// archive or as files of one folder. On roll is a user with the role of a student who is enabled
// and not to be deleted; a blank status is an active one, as in bulk files.

#include <span>
#include <vector>

#include "common/reading.hpp"
#include "pupil_roll/figures.hpp"
#include "pupil_roll/school_rows.hpp"
#include "pupil_roll/settings.hpp"

namespace kpid::plugins::pupil_roll {

// The figures of each archive, the earliest first; files that are no archives are one bundle.
tl::expected<std::vector<Figures>, Failure> read_one_roster(std::span<const Document> documents,
                                                            const Settings& settings, Notes& notes,
                                                            Progress& progress);

}  // namespace kpid::plugins::pupil_roll
