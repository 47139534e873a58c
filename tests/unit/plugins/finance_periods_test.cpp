// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <gtest/gtest.h>

#include "common/reading.hpp"
#include "finance/account_map.hpp"
#include "finance/cells.hpp"
#include "finance/figures.hpp"
#include "finance/periods.hpp"

namespace kpid::plugins::finance {
namespace {

std::string end_of(std::string_view text, std::optional<Year> year = {}) {
  const auto day = month_end(text, year);
  return day ? day_text(*day) : "none";
}

TEST(FinancePeriods, KnowsBothKindsOfYear) {
  EXPECT_EQ(day_text(first_day({2024, false})), "2024-09-01");
  EXPECT_EQ(day_text(last_day({2024, false})), "2025-08-31");
  EXPECT_EQ(day_text(first_day({2024, true})), "2024-04-01");
  EXPECT_EQ(day_text(last_day({2023, true})), "2024-03-31");
  for (const bool april : {false, true}) {
    for (int start = 1999; start < 2005; ++start) {
      const Year year{start, april};
      EXPECT_EQ(year_of(first_day(year), april), year);
      EXPECT_EQ(year_of(last_day(year), april), year);
      EXPECT_EQ(first_day({start + 1, april}), last_day(year) + 1);
    }
  }
  EXPECT_EQ(year_text({1999, false}), "1999/00");
  EXPECT_EQ(year_text({2024, true}), "2024/25 (April to March)");
}

TEST(FinancePeriods, FindsAYearInAFilesName) {
  EXPECT_EQ(year_in_name("AAR_2023-24_download.xlsx"), 2023);
  EXPECT_EQ(year_in_name("CFR_2021_22_Full.xlsx"), 2021);
  EXPECT_EQ(year_in_name("accounts202324.csv"), 2023);
  EXPECT_EQ(year_in_name("2099-2100.csv"), 2099);
  for (const char* name : {"summary_2025-11-30.csv", "summary_20251130.csv", "2024.csv", "x.csv",
                           "2023-25.csv", "12345678.csv", "9992023-24.csv", ""}) {
    EXPECT_EQ(year_in_name(name), std::nullopt) << name;
  }
}

TEST(FinancePeriods, FindsTheEndOfAMonthHoweverItIsWritten) {
  for (const char* text : {"January 2026", "jan 2026", "Jan-26", "JAN/26", "2026-01", "01/2026",
                           "1/2026", "2026/1", " January  2026 "}) {
    EXPECT_EQ(end_of(text), "2026-01-31") << text;
  }
  EXPECT_EQ(end_of("Feb-24"), "2024-02-29");
  EXPECT_EQ(end_of("Sept 2025"), "2025-09-30");
  const Year year{2025, false};
  for (const char* text : {"5", "05", "P5", "p05", "Period 5", "Month 05", "M5"}) {
    EXPECT_EQ(end_of(text, year), "2026-01-31") << text;
    EXPECT_EQ(end_of(text), "none") << text;
  }
  EXPECT_EQ(end_of("1", year), "2025-09-30");
  EXPECT_EQ(end_of("12", year), "2026-08-31");
  EXPECT_EQ(end_of("1", Year{2025, true}), "2025-04-30");
  for (const char* text : {"", "0", "13", "P13", "Easter", "Easter 2026", "13/2026", "2026-13",
                           "Jan-", "-26", "January 1066", "May", "P", "1/2/3/4", "99999999999"}) {
    EXPECT_EQ(end_of(text, year), "none") << text;
  }
}

TEST(FinanceCells, ComparesCodesAndPatterns) {
  EXPECT_TRUE(same_code("8561302.0", " 08561302"));
  EXPECT_TRUE(same_code("stex", "STEX"));
  EXPECT_TRUE(same_code("0", "00"));
  EXPECT_FALSE(same_code("5669", "56690"));
  EXPECT_FALSE(same_code("", "1"));
  EXPECT_TRUE(fits("Supply Teachers", "*supply*"));
  EXPECT_TRUE(fits("60100", "60???"));
  EXPECT_TRUE(fits("60100", "6*0*"));
  EXPECT_TRUE(fits("", "*"));
  EXPECT_FALSE(fits("60100", "601"));
  EXPECT_FALSE(fits("", "?"));
  EXPECT_FALSE(fits(std::string(5000, 'a'), "*a*a*a*a*a*a*a*b"));
  EXPECT_EQ(pounds(123'456'789), "\u00A31,234,567.89");
  EXPECT_EQ(pounds(-5), "-\u00A30.05");
  EXPECT_EQ(pounds(100'000), "\u00A31,000");
}

TEST(FinanceAccountMap, KnowsOnlyFixedAssetsByItself) {
  const AccountMap accounts(Settings{});
  EXPECT_EQ(accounts.kind_of("10000", "").value(), Kind::ignored);
  EXPECT_EQ(accounts.kind_of("19999", "").value(), Kind::ignored);
  for (const char* code : {"20000", "9999", "100000", "1999", "50100", "1O000", "-1000", ""}) {
    EXPECT_EQ(accounts.kind_of(code, "").value(), std::nullopt) << code;
  }
}

}  // namespace
}  // namespace kpid::plugins::finance
