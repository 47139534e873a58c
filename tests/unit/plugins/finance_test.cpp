// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "finance/summary.hpp"
#include "support/places.hpp"
#include "unit/plugins/shown.hpp"

namespace kpid::plugins::finance {
namespace {

std::string read(const std::string& bytes, const Settings& settings = {}) {
  const std::array<Document, 1> documents{{{1, "summary.csv", bytes, 0}}};
  return shown(read_summaries(documents, settings));
}

TEST(Finance, ReadsASummary) {
  EXPECT_EQ(read("School,Financial year,Income,Expenditure,Staff costs,Reserves\n"
                 "100001,2024/25,\"\u00A31,234,567.89\",1200000,950000.5,\"(12,345)\"\n"
                 "100002,2024/25,1000,,SUPP,-5\n"),
            "finance.income 100001 2024-09-01..2025-08-31 123456789 @1:2\n"
            "finance.expenditure 100001 2024-09-01..2025-08-31 120000000 @1:2\n"
            "finance.staff_costs 100001 2024-09-01..2025-08-31 95000050 @1:2\n"
            "finance.reserves 100001 2024-09-01..2025-08-31 -1234500 @1:2\n"
            "finance.in_year_balance 100001 2024-09-01..2025-08-31 3456789 @1:2\n"
            "finance.income 100002 2024-09-01..2025-08-31 100000 @1:3\n"
            "finance.reserves 100002 2024-09-01..2025-08-31 -500 @1:3\n");
}

TEST(Finance, MapsColumnsAndThousands) {
  Settings settings;
  settings.columns[school] = std::vector<std::string>{"Academy"};
  settings.columns[reserves] = std::vector<std::string>{"Carried forward", "C/fwd"};
  settings.columns[income] = settings.columns[expenditure] = settings.columns[staff_costs] =
      std::vector<std::string>{};
  settings.in_thousands = true;
  EXPECT_EQ(read("Academy,Year,Income,C/fwd\nSTEX,202324,5,1.5\n", settings),
            "finance.reserves STEX 2023-09-01..2024-08-31 150000 @1:2\n");
}

TEST(Finance, SaysWhichAmountsAFileLacks) {
  EXPECT_EQ(read("School,Financial year,Reserves\n100001,2024/25,5\n"),
            "finance.reserves 100001 2024-09-01..2025-08-31 500 @1:2\n"
            "warning summary.csv, row 1: There is no column for income, expenditure, staff costs. "
            "Name it in the settings, or give it as [] if the file has none.\n");
}

TEST(Finance, ComparesTheSameYearInTwoDocuments) {
  const std::string header = "School,Financial year,Income,Expenditure,Staff costs,Reserves\n";
  const std::string first = header + "100001,2023/24,1,1,1,1\n100002,2023/24,2,2,2,2\n";
  const std::string second = header + "100001,2023/24,1,1,1,1\n100002,2023/24,3,2,2,2\n";
  const std::array<Document, 2> documents{{{1, "a.csv", first, 0}, {2, "b.csv", second, 0}}};
  EXPECT_EQ(shown(read_summaries(documents, {})),
            "finance.income 100001 2023-09-01..2024-08-31 100 @1:2\n"
            "finance.expenditure 100001 2023-09-01..2024-08-31 100 @1:2\n"
            "finance.staff_costs 100001 2023-09-01..2024-08-31 100 @1:2\n"
            "finance.reserves 100001 2023-09-01..2024-08-31 100 @1:2\n"
            "finance.in_year_balance 100001 2023-09-01..2024-08-31 0 @1:2\n"
            "skipped b.csv, row 3: 100002 has other figures for 2023/24 in a.csv, row 3. Which of "
            "them count is not clear, so both were left out.\n");
}

TEST(Finance, AgreesWithTheDepartmentsOwnTestRows) {
  std::ifstream file(kpid::testing::source_folder() +
                         "/../shared/data/finance-layout/Financial.ANONYMISED-TEST.csv",
                     std::ios::binary);
  if (!file) GTEST_SKIP() << "the anonymised finance rows are absent";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  // The year is a single number there, which says not whether it starts or ends: it is refused.
  Settings settings;
  settings.columns[financial_year] = std::vector<std::string>{"RunId"};
  settings.columns[staff_costs] = std::vector<std::string>{"TotalTeachingSupportStaffCosts"};
  const std::array<Document, 1> documents{{{1, "Financial.csv", bytes, 0}}};
  auto reading = read_summaries(documents, settings);
  ASSERT_TRUE(reading);
  EXPECT_TRUE(reading->observations.empty());
  EXPECT_EQ(reading->rows, 1535U);
  ASSERT_EQ(reading->notes.size(), 101U);
  EXPECT_EQ(reading->notes[0].place, "Financial.csv, row 2, column RunId");
  EXPECT_EQ(reading->notes[0].sentence,
            "\"2021\" is not a year such as 2025/26. The row was left out.");
  EXPECT_EQ(reading->notes[100].sentence, "And 1435 more rows or cells were left out.");
}

}  // namespace
}  // namespace kpid::plugins::finance
