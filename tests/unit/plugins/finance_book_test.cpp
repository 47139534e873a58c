// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What several documents say of one school and year: the later statement holds, and the same
// documents give the same figures in whatever order they come and however often.

#include <algorithm>

#include <gtest/gtest.h>

#include "finance/summary.hpp"
#include "unit/plugins/shown.hpp"

namespace kpid::plugins::finance {
namespace {

struct File {
  std::string name;
  std::string rows;
};

// The figures without their places, a line each, in order.
std::string figures(const std::vector<File>& files) {
  std::vector<std::string> bytes;
  for (const File& file : files) {
    bytes.push_back("School,Year,Income,Expenditure,Staff costs,Reserves\n" + file.rows);
  }
  std::vector<Document> documents;
  for (std::size_t i = 0; i < files.size(); ++i) {
    documents.push_back({static_cast<std::uint32_t>(i + 1), files[i].name, bytes[i], 0});
  }
  const auto reading = read_summaries(documents, {});
  EXPECT_TRUE(reading);
  if (!reading) return {};
  std::string out;
  for (const Observation& one : reading->observations) {
    out += std::string(one.measure.substr(8)) + " " + one.organisation + " " +
           std::to_string(static_cast<std::int64_t>(one.value)) + " " +
           (one.stated_on == 0 ? "undated" : day_text(one.stated_on)) + "\n";
  }
  return out;
}

TEST(FinanceBook, TheLaterStatementHoldsFigureByFigure) {
  EXPECT_EQ(figures({{"a_2025-10-31.csv", "900001,2024/25,100,90,60,7\n"},
                     {"b_2025-11-30.csv", "900001,2024/25,,95,,\n"}}),
            "income 900001 10000 2025-10-31\nexpenditure 900001 9500 2025-11-30\n"
            "staff_costs 900001 6000 2025-10-31\nreserves 900001 700 2025-10-31\n"
            "in_year_balance 900001 500 2025-11-30\n");
}

TEST(FinanceBook, AContradictionOfTheLaterDayLeavesNothingOfTheEarlier) {
  EXPECT_EQ(figures({{"a_2025-10-31.csv", "900001,2024/25,,,,7\n"},
                     {"b_2025-11-30.csv", "900001,2024/25,,,,8\n"},
                     {"c_2025-11-30.csv", "900001,2024/25,,,,9\n"}}),
            "");
  EXPECT_EQ(figures({{"a_2025-10-31.csv", "900001,2024/25,,,,7\n900001,2024/25,,,,8\n"},
                     {"b_2025-11-30.csv", "900001,2024/25,,,,9\n"}}),
            "reserves 900001 900 2025-11-30\n");
}

TEST(FinanceBook, DocumentsOfOneDayMayCompleteEachOther) {
  EXPECT_EQ(figures({{"a.csv", "900001,2024/25,100,,,\n"}, {"b.csv", "900001,2024/25,100,,,5\n"}}),
            "income 900001 10000 undated\nreserves 900001 500 undated\n");
}

TEST(FinanceBook, GivesTheSameInWhateverOrderAndHoweverOften) {
  const std::vector<File> files{
      {"a_2025-09-30.csv", "900001,2024/25,100,90,,1\n900002,2024/25,,,,4\n"},
      {"b_2025-11-30.csv", "900001,2024/25,,,50,2\n900003,2024/25,5,4,3,2\n"},
      {"c_2025-11-30.csv", "900001,2024/25,,91,,2\n900003,2024/25,6,4,3,2\n"},
      {"d.csv", "900002,2024/25,1,1,1,9\n900004,2023/24,7,7,7,7\n"},
      {"e.csv", "900004,2023/24,7,7,7,7\n900004,2024/25,1,,,\n"}};
  std::vector<std::size_t> order{0, 1, 2, 3, 4, 1, 3};  // two of them twice
  std::sort(order.begin(), order.end());
  std::string expected;
  do {
    std::vector<File> in_order;
    for (const std::size_t at : order) in_order.push_back(files[at]);
    const std::string told = figures(in_order);
    if (expected.empty()) expected = told;
    ASSERT_EQ(told, expected);
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(expected,
            "income 900001 10000 2025-09-30\nexpenditure 900001 9100 2025-11-30\n"
            "staff_costs 900001 5000 2025-11-30\nreserves 900001 200 2025-11-30\n"
            "in_year_balance 900001 900 2025-11-30\n"
            "income 900002 100 undated\nexpenditure 900002 100 undated\n"
            "staff_costs 900002 100 undated\nreserves 900002 400 2025-09-30\n"
            "in_year_balance 900002 0 undated\n"
            "income 900004 700 undated\nexpenditure 900004 700 undated\n"
            "staff_costs 900004 700 undated\nreserves 900004 700 undated\n"
            "in_year_balance 900004 0 undated\nincome 900004 100 undated\n");
}

}  // namespace
}  // namespace kpid::plugins::finance
