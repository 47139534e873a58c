// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/school_calendar.hpp"

#include <utility>

namespace kpid {

SchoolCalendar::SchoolCalendar(SchoolDays days) : days_(std::move(days)) {}
SchoolDays SchoolCalendar::typical_england(int, int) { return {}; }

}  // namespace kpid
