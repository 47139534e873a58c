// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Edges of periods at which a step too few or too many would pass unseen elsewhere.

#include <gtest/gtest.h>

#include "model/school_calendar.hpp"
#include "model/time.hpp"

namespace kpid {
namespace {

TEST(CalendarEdges, APeriodMayTouchSchoolWithItsFirstOrLastDayAlone) {
  SchoolDays days;
  days.half_terms.push_back({2025, 1, {make_date(2025, 9, 3), make_date(2025, 10, 24)}});
  const SchoolCalendar calendar{days};
  EXPECT_FALSE(calendar.any_school_day({make_date(2025, 8, 25), make_date(2025, 9, 2)}));
  EXPECT_TRUE(calendar.any_school_day({make_date(2025, 8, 25), make_date(2025, 9, 3)}));
  EXPECT_TRUE(calendar.any_school_day({make_date(2025, 10, 24), make_date(2025, 10, 26)}));
  EXPECT_FALSE(calendar.any_school_day({make_date(2025, 10, 25), make_date(2025, 10, 26)}));
}

TEST(CalendarEdges, AMonthsEndIsHeldAgainstAMonthsEnd) {
  const Period february{make_date(2025, 2, 1), make_date(2025, 2, 28)};
  EXPECT_EQ(year_before(february, Calendar::month),
            (Period{make_date(2024, 2, 1), make_date(2024, 2, 29)}));
  const Period leap{make_date(2024, 2, 1), make_date(2024, 2, 29)};
  EXPECT_EQ(year_before(leap, Calendar::month),
            (Period{make_date(2023, 2, 1), make_date(2023, 2, 28)}));
}

}  // namespace
}  // namespace kpid
