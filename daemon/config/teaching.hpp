// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// From what files say of terms, their borders and their breaks to numbered half-terms. Pure but for
// the faults.

#include <map>
#include <vector>

#include "config/calendar.hpp"

namespace kpid::config {

// The half-terms of each academic year of which the parts say enough. `known` holds the bank
// holidays and INSET days, and the half-terms that stand in for what no file says.
[[nodiscard]] std::map<int, std::vector<HalfTerm>> teaching_years(const CalendarParts& parts,
                                                                  const SchoolDays& known,
                                                                  Faults& faults);

// 2025 for 2025/26, from August on: some schools are back before September.
[[nodiscard]] int school_year_of(Date date) noexcept;
// Whether it ends the school year, or leaves weeks of it open.
[[nodiscard]] bool reaches_summer(const HalfTerm& half_term) noexcept;
// Whether it parts two half-terms, or is a day or two within one.
[[nodiscard]] bool is_break(const Period& period) noexcept;

}  // namespace kpid::config
