// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "model/config.hpp"
#include "model/error.hpp"
#include "model/identifier.hpp"
#include "model/organisation.hpp"
#include "model/rule.hpp"
#include "model/subgroup.hpp"
#include "model/time.hpp"
#include "model/unit.hpp"

namespace kpid {
namespace {

using std::chrono::milliseconds;

TEST(Time, WritesAndReadsDates) {
  EXPECT_EQ(format_date(make_date(2026, 9, 1)), "2026-09-01");
  EXPECT_EQ(format_date_for_people(make_date(2026, 9, 1)), "1 September 2026");
  EXPECT_EQ(parse_date("2024-02-29"), make_date(2024, 2, 29));
  for (const char* wrong : {"", "2023-02-29", "2024-13-01", "24-01-01", "2024-1-1", "2024-01-01 ",
                            "2024/01/01", "01-02-2024"}) {
    EXPECT_EQ(parse_date(wrong), std::nullopt) << wrong;
  }
}

TEST(Time, ReadsInstantsWithTheirZone) {
  const Timestamp noon = Timestamp{make_date(2026, 7, 1)} + std::chrono::hours{12};
  EXPECT_EQ(parse_timestamp("2026-07-01T12:00:00Z"), noon);
  EXPECT_EQ(parse_timestamp("2026-07-01T13:00:00+01:00"), noon);
  EXPECT_EQ(parse_timestamp("2026-07-01T12:00:00.250Z"), noon + milliseconds{250});
  EXPECT_EQ(parse_timestamp("2026-07-01"), Timestamp{make_date(2026, 7, 1)});
  EXPECT_EQ(format_timestamp(noon + milliseconds{7}), "2026-07-01T12:00:00.007Z");
  for (const char* wrong : {"2026-07-01T12:00:00", "2026-07-01T25:00:00Z", "2026-07-01T12:00:00.Z",
                            "2026-07-01T12:00:00Zx", "yesterday"}) {
    EXPECT_EQ(parse_timestamp(wrong), std::nullopt) << wrong;
  }
}

TEST(Time, InstantsSurviveTheRoundTrip) {
  for (const std::int64_t ms : {0LL, 1LL, 1'614'265'330'123LL, -1LL}) {
    const Timestamp at = timestamp_from_milliseconds(ms);
    EXPECT_EQ(parse_timestamp(format_timestamp(at)), at) << ms;
  }
}

TEST(Time, DurationsCarryTheirUnit) {
  EXPECT_EQ(parse_duration("250 ms"), milliseconds{250});
  EXPECT_EQ(parse_duration("15min"), milliseconds{900'000});
  EXPECT_EQ(parse_duration("5 d"), milliseconds{432'000'000});
  for (const char* wrong :
       {"", "15", "-1 s", "15 minutes", "1.5 h", "99999999999999999 d", "5000 d", "1  s"}) {
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(format_duration(milliseconds{900'000}), "15 min");
  EXPECT_EQ(format_duration(milliseconds{1'500}), "1500 ms");
  EXPECT_EQ(format_duration(milliseconds{0}), "0 ms");
}

TEST(Time, TheAcademicYearStartsOnTheFirstOfSeptember) {
  const Period year{make_date(2024, 9, 1), make_date(2025, 8, 31)};
  EXPECT_EQ(academic_year_of(make_date(2024, 9, 1)), year);
  EXPECT_EQ(academic_year_of(make_date(2025, 8, 31)), year);
  EXPECT_NE(academic_year_of(make_date(2025, 9, 1)), year);
  EXPECT_EQ(format_period(year, Calendar::financial_year), "2024/25");
  EXPECT_EQ(format_period({make_date(1999, 9, 1), make_date(2000, 8, 31)}, Calendar::academic_year),
            "1999/00");
}

TEST(Time, PeriodsReadAsPeopleSayThem) {
  const Date day = make_date(2021, 1, 21);
  EXPECT_EQ(format_period({day, day}, Calendar::day), "21 January 2021");
  const Date monday = make_date(2024, 9, 2);
  EXPECT_EQ(format_period({monday, monday + std::chrono::days{6}}, Calendar::week),
            "week of 2 September 2024");
  EXPECT_EQ(format_period({make_date(2024, 2, 1), make_date(2024, 2, 29)}, Calendar::month),
            "February 2024");
  EXPECT_EQ(format_period({make_date(2024, 9, 2), make_date(2024, 10, 17)}, Calendar::term),
            "2 September 2024 to 17 October 2024");
}

TEST(Time, AYearBeforeKeepsTheKindOfPeriod) {
  const Period year = academic_year_of(make_date(2024, 10, 1));
  EXPECT_EQ(year_before(year, Calendar::academic_year), academic_year_of(make_date(2023, 10, 1)));
  const Date leap = make_date(2024, 2, 29);
  EXPECT_EQ(year_before({leap, leap}, Calendar::day).start, make_date(2023, 2, 28));
  const Date monday = make_date(2024, 9, 2);
  const Period before = year_before({monday, monday + std::chrono::days{6}}, Calendar::week);
  EXPECT_EQ(std::chrono::weekday{before.start}, std::chrono::Monday);
  EXPECT_EQ(monday - before.start, std::chrono::days{364});
}

TEST(Unit, MoneyIsPenceAndReadsAsPounds) {
  EXPECT_EQ(format_value(3'900'000, Unit::pence, 0), "£39,000");
  EXPECT_EQ(format_value(-125'050, Unit::pence, 0), "-£1,250.50");
  EXPECT_EQ(format_value(5, Unit::pence, 0), "£0.05");
  EXPECT_EQ(format_difference(400'000, Unit::pence, 0), "+£4,000");
}

TEST(Unit, NoFigureReadsAsTheThresholdThatItMisses) {
  EXPECT_EQ(format_value(94.998, Unit::percent, 1, 95.0), "94.998 %");
  EXPECT_EQ(format_value(95.0, Unit::percent, 1, 95.0), "95 %");
  EXPECT_EQ(format_value(94.84, Unit::percent, 1, 95.0), "94.8 %");
  EXPECT_EQ(format_value(94.998, Unit::percent, 1), "95 %");
}

TEST(Unit, CountsCarryTheirNoun) {
  EXPECT_EQ(format_value(1, Unit::pupils, 0), "1 pupil");
  EXPECT_EQ(format_value(201'202, Unit::pupils, 0), "201,202 pupils");
  EXPECT_EQ(format_value(-42, Unit::pupils, 0), "-42 pupils");
  EXPECT_EQ(format_difference(-1, Unit::percent, 1), "-1 percentage point");
  EXPECT_EQ(format_difference(-1.5, Unit::percent, 1), "-1.5 percentage points");
  EXPECT_EQ(format_value(1.55, Unit::percentage_points, 1), "1.6 percentage points");
  EXPECT_EQ(format_difference(2, Unit::percentage_points, 1), "+2 percentage points");
}

TEST(Unit, EverySpellingIsReadBack) {
  for (const char* name : {"count", "pupils", "places", "pence", "percent", "sessions", "days",
                           "months", "hours", "kWh", "kgCO2e", "m2", "percentage_points"}) {
    const auto unit = parse_unit(name);
    ASSERT_TRUE(unit) << name;
    EXPECT_EQ(to_string(*unit), name);
  }
  EXPECT_EQ(parse_unit("pounds"), std::nullopt);
}

TEST(Subgroup, HasOneCanonicalForm) {
  EXPECT_EQ(canonical_subgroup(""), "");
  EXPECT_EQ(canonical_subgroup("year_group=4;pupil_group=send"), "pupil_group=send;year_group=4");
  for (const char* wrong :
       {"year_group", "=4", "year_group=", "a=1;", ";a=1", "a=1;a=2", "A=1", "a=1\n", "a=b=c"}) {
    EXPECT_EQ(canonical_subgroup(wrong), std::nullopt) << wrong;
  }
}

TEST(Organisations, AreFoundByAnyCode) {
  Organisation school;
  school.code = "146511";
  school.name = "St David Haigh & Aspull";
  school.aliases = {"SDHA", "3592034"};
  school.former_codes = {"106519"};
  Organisation trust;
  trust.kind = OrganisationKind::trust;
  trust.code = trust_code;
  const Organisations all({school, trust});
  EXPECT_EQ(all.trust().code, "trust");
  EXPECT_EQ(all.school_count(), 1U);
  for (const char* code : {"146511", "106519", "sdha", " SDHA ", "3592034"}) {
    ASSERT_NE(all.find(code), nullptr) << code;
    EXPECT_EQ(all.find(code)->code, "146511") << code;
  }
  EXPECT_EQ(all.find("999999"), nullptr);
  EXPECT_EQ(all.find(""), nullptr);
}

TEST(Threshold, NothingRoundsBeforeAComparison) {
  const Threshold below{Threshold::Operator::below, 95};
  EXPECT_TRUE(below.breached_by(94.84));
  EXPECT_TRUE(below.breached_by(94.998));
  EXPECT_FALSE(below.breached_by(95.0));
  EXPECT_TRUE((Threshold{Threshold::Operator::at_most, 95}.breached_by(95.0)));
  EXPECT_TRUE((Threshold{Threshold::Operator::above, 80}.breached_by(80.000001)));
  EXPECT_FALSE((Threshold{Threshold::Operator::above, 80}.breached_by(80.0)));
  EXPECT_TRUE((Threshold{Threshold::Operator::at_least, 80}.breached_by(80.0)));
}

TEST(Identifier, SortsByTimeAndNeverRepeats) {
  RandomIdentifierSource source;
  const Timestamp early = Timestamp{make_date(2026, 1, 1)};
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = source.next("msg_", early);
    EXPECT_EQ(id.size(), 30U);
    EXPECT_EQ(id.find('.'), std::string::npos);
    EXPECT_TRUE(seen.insert(id).second);
  }
  EXPECT_LT(*seen.rbegin(), source.next("msg_", early + milliseconds{1}));
}

TEST(Names, EventTypesAreThoseOfTheContract) {
  for (const char* name : {"kpi.alert.firing", "kpi.alert.changed", "kpi.alert.acknowledged",
                           "kpi.alert.resolved", "source.failing", "source.stale",
                           "source.recovered", "destination.disabled", "test.ping"}) {
    const auto type = parse_event_type(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(to_string(*type), name);
  }
  EXPECT_EQ(parse_event_type("kpi.alert"), std::nullopt);
}

TEST(Error, SaysWhereThenWhat) {
  EXPECT_EQ((Error{ErrorKind::source, "is empty", "roll.csv"}.text()), "roll.csv: is empty");
  EXPECT_EQ((Error{ErrorKind::source, "is empty", ""}.text()), "is empty");
}

TEST(Kpi, RestsOnTheMeasuresOfTheKpisThatItNames) {
  Config config;
  Kpi share;
  share.id = "finance.reserves_percent";
  share.definition = RatioOf{"finance.reserves", "finance.income"};
  Kpi gap;
  gap.id = "gap";
  Formula formula;
  formula.references = {{"finance.reserves_percent", true, {}, {}},
                        {"attendance.sessions", false, "pupil_group=send", {}}};
  gap.definition = formula;
  config.kpis = {share, gap};
  EXPECT_EQ(inputs_of(config, gap),
            (std::vector<MeasureInput>{{"attendance.sessions", "pupil_group=send"},
                                       {"finance.income", {}},
                                       {"finance.reserves", {}}}));
}

}  // namespace
}  // namespace kpid
