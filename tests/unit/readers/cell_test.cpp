// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/cell.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kpid::readers {
namespace {

TEST(Cell, ReadsMoneyToThePenny) {
  EXPECT_EQ(to_pence("681759.43"), 68175943);
  EXPECT_EQ(to_pence(" \u00A31,234,567.8 "), 123456780);
  EXPECT_EQ(to_pence("(\u00A345,421)"), -4542100);
  EXPECT_EQ(to_pence("-0.29"), -29);
  EXPECT_EQ(to_pence("1.100"), 110);
  EXPECT_EQ(to_pence("92233720368547758.07"), 9223372036854775807);
}

TEST(Cell, RefusesMoneyThatIsNotWholePence) {
  for (const char* bad : {"1.005", "92233720368547758.08", "", ".5", "1.", "1,23", "12,34,567",
                          "1234,567", "1,234,", "--1", "()", "\u00A3", "1e3", "nan", "1.2.3"}) {
    EXPECT_EQ(to_pence(bad), std::nullopt) << bad;
  }
}

TEST(Cell, ReadsIntegers) {
  EXPECT_EQ(to_integer("1,096"), 1096);
  EXPECT_EQ(to_integer("12.00"), 12);
  EXPECT_EQ(to_integer("12.5"), std::nullopt);
  EXPECT_EQ(to_integer("\u00A312"), std::nullopt);
}

TEST(Cell, KeepsMissingApartFromZero) {
  for (const char* marker :
       {"", "  ", "SUPP", "NA", " NA", "NULL", "c", "x", "z", ":", ".", "NS", "DNS", "NE"}) {
    EXPECT_TRUE(is_missing(marker)) << marker;
    EXPECT_EQ(to_pence(marker), std::nullopt) << marker;
  }
  EXPECT_FALSE(is_missing("0"));
  EXPECT_EQ(to_integer("0"), 0);
}

TEST(Cell, ReadsThousandsExactly) {
  EXPECT_EQ(to_pence_from_thousands("1,234.5"), 123450000);
  EXPECT_EQ(to_pence_from_thousands("(0.00001)"), -1);
  EXPECT_EQ(to_pence_from_thousands("0.000001"), std::nullopt);
}

TEST(Cell, ReadsNumbersAndPercentages) {
  EXPECT_EQ(to_number("1,234.5"), 1234.5);
  EXPECT_EQ(to_number("(0.25)"), -0.25);
  EXPECT_EQ(to_number("94.6243450767845"), 94.6243450767845);
  EXPECT_EQ(to_percent(" 94.5 % "), 94.5);
  EXPECT_EQ(to_percent("0"), 0);
  EXPECT_EQ(to_percent("100"), 100);
  for (const char* bad : {"", "1e3", "nan", "inf", "0x1", "1,2", "\u00A35", "5%%", "%"}) {
    EXPECT_EQ(to_number(bad), std::nullopt) << bad;
    EXPECT_EQ(to_percent(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(to_percent("100.1"), std::nullopt);
  EXPECT_EQ(to_percent("-1"), std::nullopt);
  EXPECT_EQ(to_number(std::string(400, '9')), std::nullopt);
}

TEST(Cell, ReadsDatesInAStatedOrder) {
  constexpr auto kDayFirst = DateOrder::day_month_year;
  for (const char* day : {"21-01-2021", "21/01/2021", "21.1.2021", "21/01/2021 00:00:00"}) {
    EXPECT_EQ(to_date(day, kDayFirst), 18648) << day;
    EXPECT_EQ(to_date(day, DateOrder::either), 18648) << day;
    EXPECT_EQ(to_date(day, DateOrder::year_month_day), std::nullopt) << day;
  }
  for (const char* day : {"2021-01-21", "2021/1/21", "2021-01-21T00:00:00", "2021-01-21 00:00"}) {
    EXPECT_EQ(to_date(day, DateOrder::year_month_day), 18648) << day;
    EXPECT_EQ(to_date(day, DateOrder::either), 18648) << day;
    EXPECT_EQ(to_date(day, kDayFirst), std::nullopt) << day;
  }
  EXPECT_EQ(to_date("01/02/2021", kDayFirst), 18659);  // 1 February, never 2 January
  EXPECT_EQ(to_date("29-02-2024", kDayFirst), 19782);
  for (const char* bad : {"29-02-2023", "31/04/2024", "00/01/2024", "13/13/2024", "1/2/24", "34118",
                          "21-01/2021", "21-01-2021x", "21-01-", "-", "", "21-01-1899",
                          "01-01-2200", "21-01-2021 09:30", "2021-01-21 01:00:00"}) {
    EXPECT_EQ(to_date(bad, DateOrder::either), std::nullopt) << bad;
  }
}

TEST(Cell, ReadsEverySpellingOfADate) {
  constexpr auto kDayFirst = DateOrder::day_month_year;
  for (const char* day :
       {"4/11/2019", "04/11/19", "04-11-2019", "04-Nov-19", "04-nov-2019", "04 Nov 2019",
        "4 November 2019", "04 Nov 2019 00:00:00", "Nov 4 2019 12:00AM", "Nov  4 2019 12:00AM",
        "November 4, 2019", "04/11/2019, 00:00"}) {
    EXPECT_EQ(to_date(day, kDayFirst), 18204) << day;
  }
  for (const char* day : {"2019-11-04", "2019/11/04", "20191104", "2019-Nov-04",
                          "2019-11-04T00:00:00Z", "2019-11-04T00:00:00.000Z", "04 Nov 2019"}) {
    EXPECT_EQ(to_date(day, DateOrder::year_month_day), 18204) << day;
    EXPECT_EQ(to_date(day, DateOrder::either), 18204) << day;
  }
  for (const char* day : {"11/4/2019", "11/04/19", "11-04-2019", "Nov 4 2019", "4-Nov-2019"}) {
    EXPECT_EQ(to_date(day, DateOrder::month_day_year), 18204) << day;
  }
  EXPECT_EQ(to_date("31/12/69", kDayFirst), to_date("2069-12-31", DateOrder::either));
  EXPECT_EQ(to_date("01/01/70", kDayFirst), 0);
  EXPECT_EQ(to_date("29-Feb-24", DateOrder::either), 19782);
  for (const char* bad : {"13/14/2019", "2019-11-04", "31 Feb 2019", "04 Novem 2019", "4 11 2019",
                          "20191104", "04Nov2019", "Nov 2019", "04/11/019", "04/11/2019 1"}) {
    EXPECT_EQ(to_date(bad, kDayFirst), std::nullopt) << bad;
  }
  for (const char* bad : {"4/11/2019", "20191304", "2019-4", "201911041"}) {
    EXPECT_EQ(to_date(bad, DateOrder::year_month_day), std::nullopt) << bad;
  }
  EXPECT_EQ(to_date("13/1/2019", DateOrder::month_day_year), std::nullopt);
}

TEST(Cell, ReadsTheTimeOfDay) {
  const auto at = [](std::int32_t hour, std::int32_t minute, std::int32_t second = 0) {
    return DateTime{18204, hour * 3600 + minute * 60 + second, std::nullopt};
  };
  constexpr auto kDayFirst = DateOrder::day_month_year;
  EXPECT_EQ(to_date_time("04 Nov 2019 00:30:00", kDayFirst), at(0, 30));
  EXPECT_EQ(to_date_time("04/11/2019 9:05", kDayFirst), at(9, 5));
  EXPECT_EQ(to_date_time("04/11/2019 24:00", kDayFirst), at(24, 0));
  EXPECT_EQ(to_date_time("04/11/2019", kDayFirst), at(0, 0));
  EXPECT_EQ(to_date_time("2019-11-04 23:59:59.999", DateOrder::either), at(23, 59, 59));
  EXPECT_EQ(to_date_time("11/4/19 19:06:23", DateOrder::month_day_year), at(19, 6, 23));
  EXPECT_EQ(to_date_time("Nov 4 2019 12:30AM", DateOrder::either), at(0, 30));
  EXPECT_EQ(to_date_time("Nov 4 2019 1:30 pm", DateOrder::either), at(13, 30));
  EXPECT_EQ(to_date_time("Nov 4 2019 12:00PM", DateOrder::either), at(12, 0));
  EXPECT_EQ(to_date_time("2019-11-04T09:30:00Z", DateOrder::either), (DateTime{18204, 34200, 0}));
  EXPECT_EQ(to_date_time("2019-11-04T09:30:00+01:00", DateOrder::either),
            (DateTime{18204, 34200, 60}));
  EXPECT_EQ(to_date_time("2019-11-04T09:30:00-0530", DateOrder::either),
            (DateTime{18204, 34200, -330}));
  EXPECT_EQ(to_date("04/11/2019 24:00", kDayFirst), std::nullopt);
  for (const char* bad : {"04/11/2019 24:01", "04/11/2019 25:00", "04/11/2019 9:60", "04/11/2019 9",
                          "04/11/2019 13:00PM", "04/11/2019 0:30AM", "04/11/2019 09:30:00 +25:00",
                          "04/11/2019 09:30x", "04/11/2019T"}) {
    EXPECT_EQ(to_date_time(bad, kDayFirst), std::nullopt) << bad;
  }
}

TEST(Cell, ReadsSerialNumbersOfDays) {
  EXPECT_EQ(to_date("34118", DateOrder::serial), 8549);
  EXPECT_EQ(to_date("44217.0", DateOrder::serial), 18648);
  EXPECT_EQ(to_date_time("44217.5625", DateOrder::serial), (DateTime{18648, 48600, std::nullopt}));
  EXPECT_EQ(to_date("1", DateOrder::serial), -25567);         // 1900-01-01
  EXPECT_EQ(to_date("59", DateOrder::serial), -25509);        // 1900-02-28
  EXPECT_EQ(to_date("60", DateOrder::serial), std::nullopt);  // a day that 1900 did not have
  EXPECT_EQ(to_date("61", DateOrder::serial), -25508);        // 1900-03-01
  EXPECT_EQ(from_serial(42755, true)->day, 18648);
  EXPECT_EQ(from_serial(43830.999999)->day, 18262);  // half a second from midnight
  for (const char* bad : {"0", "-1", "44217.5", "200000", "2021-01-21"}) {
    EXPECT_EQ(to_date(bad, DateOrder::serial), std::nullopt) << bad;
  }
}

TEST(Cell, ReadsSharesAndTruth) {
  EXPECT_EQ(to_proportion("57%"), 0.57);
  EXPECT_EQ(to_proportion(" 0.57 "), 0.57);
  EXPECT_EQ(to_proportion("57"), std::nullopt);
  EXPECT_EQ(to_proportion("101%"), std::nullopt);
  for (const char* yes : {"TRUE", "yes", "Y", " 1 "}) EXPECT_EQ(to_boolean(yes), true) << yes;
  for (const char* no : {"False", "NO", "n", "0"}) EXPECT_EQ(to_boolean(no), false) << no;
  for (const char* bad : {"", "2", "yess", "true story", "-"}) {
    EXPECT_EQ(to_boolean(bad), std::nullopt) << bad;
  }
}

TEST(Cell, KnowsMarkersOfNumbersAlone) {
  EXPECT_FALSE(is_missing("R"));  // a mark of a register
  EXPECT_TRUE(is_missing_value("R"));
  EXPECT_TRUE(is_missing_value("SUPP"));
  EXPECT_TRUE(is_missing("low"));
  EXPECT_FALSE(is_missing_value("-"));
}

TEST(Cell, ReadsEverySpellingOfAYear) {
  for (const char* year :
       {"2024 to 2025", "2024 - 25", "2024\u201325", "FY 2024-25", "FY2024/25", "fy24/25",
        "AY 2024/2025", "Academic year 2024/25", "Financial Year: 2024-25", "year 202425"}) {
    EXPECT_EQ(to_start_year(year), 2024) << year;
  }
  for (const char* bad : {"FY25", "FY2025", "FY 24", "Year ended 2025", "2024to26", "to 2025"}) {
    EXPECT_EQ(to_start_year(bad), std::nullopt) << bad;
  }
}

TEST(Cell, ReadsTheYearThatItStartsIn) {
  for (const char* year : {"2024/25", "2024-25", "202425", "2024/2025", "2024-2025", " 2024/25 "}) {
    EXPECT_EQ(to_start_year(year), 2024) << year;
  }
  EXPECT_EQ(to_start_year("1999/00"), 1999);
  EXPECT_EQ(to_start_year("1999/2000"), 1999);
  for (const char* bad : {"2024", "2025/24", "2024/26", "202426", "24/25", "2024/5", "2024/255",
                          "20242025", "2024/2024", "", "year", "1899/00", "2200/01"}) {
    EXPECT_EQ(to_start_year(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace kpid::readers
