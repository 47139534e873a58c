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
