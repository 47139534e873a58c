// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/term_dates_end.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kpid::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SchoolCalendar until(Date last) {
  SchoolDays days;
  days.half_terms = {{2025, 6, {make_date(2026, 6, 1), last}}};
  SchoolCalendar calendar{days};
  calendar.set_written({make_date(2026, 6, 1), last});
  return calendar;
}

Config config_of(SchoolCalendar trust) {
  Config config;
  Organisation whole;
  whole.kind = OrganisationKind::trust;
  whole.code = trust_code;
  whole.name = "The Trust";
  Organisation school;
  school.code = "900001";
  school.name = "Oak";
  config.organisations = Organisations{{whole, school}};
  config.calendars = SchoolCalendars{std::move(trust)};
  return config;
}

TEST(TermDatesEnd, IsSaidAMonthBeforeAndAfter) {
  const Config config = config_of(until(make_date(2026, 7, 22)));
  EXPECT_THAT(term_dates_that_end(config, make_date(2026, 6, 21)), IsEmpty());
  EXPECT_THAT(
      term_dates_that_end(config, make_date(2026, 6, 22)),
      ElementsAre("the term dates of The Trust end on 22 July 2026: beyond them kpid counts "
                  "the typical English year; put the next year's file beside them, then "
                  "`kpictl reload`"));
  EXPECT_THAT(term_dates_that_end(config, make_date(2026, 9, 1)),
              ElementsAre(::testing::HasSubstr("The Trust ended on 22 July 2026")));
}

TEST(TermDatesEnd, OfASchoolOnlyWhereItHasItsOwn) {
  Config config = config_of(until(make_date(2027, 7, 22)));
  config.calendars.add("900001", until(make_date(2026, 7, 22)));
  EXPECT_THAT(term_dates_that_end(config, make_date(2026, 9, 1)),
              ElementsAre(::testing::HasSubstr("the term dates of Oak ended")));
}

TEST(TermDatesEnd, NothingIsSaidWhereThereAreNoFiles) {
  EXPECT_THAT(term_dates_that_end(config_of(SchoolCalendar{}), make_date(2026, 9, 1)), IsEmpty());
}

}  // namespace
}  // namespace kpid::app
