// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The formats, each a function of one document; roll.cpp puts what they give together.

#include "common/reading.hpp"
#include "pupil_roll/figures.hpp"
#include "pupil_roll/school_rows.hpp"
#include "pupil_roll/settings.hpp"

namespace kpid::plugins::pupil_roll {

// An establishment extract of GIAS: a row a school.
FiguresOrFailure read_gias(const Document& document, const Settings& settings, Notes& notes,
                           Progress& progress);

// A table of counts: a row a school and day, or a row a year group or group of pupils of it.
FiguresOrFailure read_counts(const Document& document, const Settings& settings, Notes& notes,
                             Progress& progress);

// The school census as the DfE publishes it: the performance tables' england_census, or the
// underlying data of "Schools, pupils and their characteristics".
FiguresOrFailure read_census(const Document& document, const Settings& settings, Notes& notes,
                             Progress& progress);

// A row a pupil.
FiguresOrFailure read_pupils(const Document& document, const Settings& settings, Notes& notes,
                             Progress& progress);

// A Common Transfer File of a whole school.
FiguresOrFailure read_ctf(const Document& document, const Settings& settings, Notes& notes,
                          Progress& progress);

}  // namespace kpid::plugins::pupil_roll
