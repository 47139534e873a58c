// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// British time, and how suppliers write days and times.

#include "estates/clock.hpp"
#include "estates/times.hpp"
#include "unit/plugins/estates_fixture.hpp"

namespace kpid::plugins::estates {
namespace {

TEST(EstatesClock, HasShortAndLongDaysWhereClocksChange) {
  // The Sundays of summer time as they were and will be.
  EXPECT_EQ(half_hours_of(day(1996, 3, 31)), 46);
  EXPECT_EQ(half_hours_of(day(1996, 10, 27)), 50);
  EXPECT_EQ(half_hours_of(day(2015, 3, 29)), 46);
  EXPECT_EQ(half_hours_of(day(2015, 10, 25)), 50);
  EXPECT_EQ(half_hours_of(day(2024, 3, 31)), 46);
  EXPECT_EQ(half_hours_of(day(2024, 10, 27)), 50);
  EXPECT_EQ(half_hours_of(day(2026, 3, 29)), 46);
  EXPECT_EQ(half_hours_of(day(2026, 10, 25)), 50);
  for (const int year : {1997, 2013, 2025, 2099}) {
    int changes = 0;
    int sum = 0;
    const std::int32_t first = day(year, 1, 1);
    for (std::int32_t on = first; on < day(year + 1, 1, 1); ++on) {
      changes += half_hours_of(on) != 48 ? 1 : 0;
      sum += half_hours_of(on);
    }
    EXPECT_EQ(changes, 2) << year;
    EXPECT_EQ(sum, 48 * 365) << year;
  }
}

TEST(EstatesClock, PutsEveryHalfHourIntoTheDayThatBeginsBeforeIt) {
  for (std::int32_t on = day(2023, 12, 30); on < day(2026, 1, 3); ++on) {
    EXPECT_EQ(local_day(day_begin(on)), on);
    EXPECT_EQ(local_day(day_begin(on) - 1), on - 1);
    EXPECT_EQ(local_day(day_begin(on) + half_hours_of(on) - 1), on);
  }
  // In summer local midnight is 23:00 UTC of the day before.
  EXPECT_EQ(day_begin(day(2024, 7, 1)), day(2024, 7, 1) * 48L - 2);
  EXPECT_EQ(day_begin(day(2024, 1, 1)), day(2024, 1, 1) * 48L);
}

TEST(EstatesClock, KnowsWhichHalfHoursAClockShows) {
  const std::int32_t summer = day(2024, 3, 31);
  const std::int32_t winter = day(2024, 10, 27);
  EXPECT_EQ(slots_that_begin_at(summer, 30), (std::vector<Slot>{summer * 48L + 1}));
  EXPECT_TRUE(slots_that_begin_at(summer, 60).empty());
  EXPECT_TRUE(slots_that_begin_at(summer, 90).empty());
  EXPECT_EQ(slots_that_begin_at(summer, 120), (std::vector<Slot>{summer * 48L + 2}));
  EXPECT_EQ(slots_that_begin_at(winter, 30), (std::vector<Slot>{winter * 48L - 1}));
  EXPECT_EQ(slots_that_begin_at(winter, 60), (std::vector<Slot>{winter * 48L, winter * 48L + 2}));
  EXPECT_EQ(slots_that_begin_at(winter, 120), (std::vector<Slot>{winter * 48L + 4}));
  EXPECT_EQ(slots_that_end_at(summer, 60), (std::vector<Slot>{summer * 48L + 1}));
  EXPECT_EQ(slots_that_end_at(summer, 120), (std::vector<Slot>{summer * 48L + 1}));
  EXPECT_TRUE(slots_that_end_at(summer, 90).empty());
  EXPECT_EQ(slots_that_end_at(winter, 120),
            (std::vector<Slot>{winter * 48L + 1, winter * 48L + 3}));
  // 24:00 and the next day's 00:00 are one end.
  EXPECT_EQ(slots_that_end_at(winter, 1440), slots_that_end_at(winter + 1, 0));
  EXPECT_EQ(slots_that_end_at(winter, 1440), (std::vector<Slot>{day_begin(winter + 1) - 1}));
}

std::string shown_moment(const std::string& text) {
  const std::string bytes = "At,Other\n\"" + text + "\",x\n";
  auto table = readers::Table::open(bytes, {{{"At"}, true}});
  EXPECT_TRUE(table && table->next());
  const auto moment = moment_of(*table, 0);
  if (!moment || !*moment) return "none";
  std::string out = day_text((*moment)->day) + " " + std::to_string((*moment)->minute);
  if ((*moment)->utc_offset_minutes) {
    out += " offset " + std::to_string(*(*moment)->utc_offset_minutes);
  }
  return out;
}

TEST(EstatesTimes, ReadsWhatSuppliersWrite) {
  EXPECT_EQ(shown_moment("12/11/18"), "2018-11-12 0");
  EXPECT_EQ(shown_moment("12/11/2018"), "2018-11-12 0");
  EXPECT_EQ(shown_moment("1/2/2018"), "2018-02-01 0");
  EXPECT_EQ(shown_moment("12-11-2018"), "2018-11-12 0");
  EXPECT_EQ(shown_moment("12.11.2018"), "2018-11-12 0");
  EXPECT_EQ(shown_moment("12-Nov-18"), "2018-11-12 0");
  EXPECT_EQ(shown_moment("2018-11-12"), "2018-11-12 0");
  EXPECT_EQ(shown_moment("2018/11/12"), "2018-11-12 0");
  EXPECT_EQ(shown_moment("20181112"), "2018-11-12 0");
  EXPECT_EQ(shown_moment("04 Nov 2019 00:30:00"), "2019-11-04 30");
  EXPECT_EQ(shown_moment("4 November 2019 23:30"), "2019-11-04 1410");
  EXPECT_EQ(shown_moment("Nov 13 2019 12:00AM"), "2019-11-13 0");
  EXPECT_EQ(shown_moment("Nov 13, 2019 12:30 PM"), "2019-11-13 750");
  EXPECT_EQ(shown_moment("Sept 13 2019"), "2019-09-13 0");
  EXPECT_EQ(shown_moment("2019-11-04T00:30:00Z"), "2019-11-04 30 offset 0");
  EXPECT_EQ(shown_moment("2019-11-04T00:30:00.000+01:00"), "2019-11-04 30 offset 60");
  EXPECT_EQ(shown_moment("2019-11-04 00:30 -0030"), "2019-11-04 30 offset -30");
  EXPECT_EQ(shown_moment("2019-11-04 24:00"), "2019-11-04 1440");
}

TEST(EstatesTimes, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "KABOOM",
                           "31/02/2019",
                           "11/13/2019",
                           "2019-11",
                           "2019-13-01",
                           "12/11/199",
                           "Nov 2019",
                           "Nox 13 2019",
                           "12-Nov/18",
                           "04 Nov 2019 25:00",
                           "04 Nov 2019 24:30",
                           "04 Nov 2019 00:60",
                           "04 Nov 2019 00:30:01",
                           "04 Nov 2019 00:30 XM",
                           "04 Nov 2019 13:00PM",
                           "04 Nov 2019 0:30x",
                           "2019-11-04T",

                           "31/12/1995",
                           "01/01/2100",
                           "45309",
                           "2019-11-04x",
                           "2019-11-04 00:30 +1"}) {
    EXPECT_EQ(shown_moment(text), "none") << text;
  }
}

}  // namespace
}  // namespace kpid::plugins::estates
