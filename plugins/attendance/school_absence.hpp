// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads absence as the school performance tables publish it: a row a school with percentages and no
// counts. Attendance is 100 less the published absence, exactly in decimals; nothing here can be
// rolled up to the trust, because rates without their counts have no average. Pure functions.

#include <optional>
#include <set>
#include <span>
#include <string>

#include "common/reading.hpp"

namespace kpid::plugins::attendance {

struct SchoolAbsenceSettings {
  std::set<std::string> only;        // URNs to read; empty: every school
  std::optional<int> academic_year;  // the year in which it starts; else it is in the file's name
};

// Where documents speak of one school and year, the one with the later date counts.
tl::expected<Reading, Failure> read_school_absence(std::span<const Document> documents,
                                                   const SchoolAbsenceSettings& settings);

// The academic year in a file's name, by the year in which it starts: "absence_2018-19.csv",
// "201819_abs.csv", "abs 2018-2019.csv" are 2018.
std::optional<int> academic_year_in(std::string_view name);

}  // namespace kpid::plugins::attendance
