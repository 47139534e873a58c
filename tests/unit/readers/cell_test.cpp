// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/cell.hpp"

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

}  // namespace
}  // namespace kpid::readers
