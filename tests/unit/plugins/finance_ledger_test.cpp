// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>

#include <gtest/gtest.h>

#include "finance/ledger.hpp"
#include "unit/plugins/shown.hpp"

namespace kpid::plugins::finance {
namespace {

Settings mapped() {
  Settings settings;
  settings.accounts.at(static_cast<std::size_t>(Kind::income)) = {"5????"};
  settings.accounts.at(static_cast<std::size_t>(Kind::staff_costs)) = {"60000-60999"};
  settings.accounts.at(static_cast<std::size_t>(Kind::other_expenditure)) = {"61000-69999"};
  settings.accounts.at(static_cast<std::size_t>(Kind::cash)) = {"20100"};
  return settings;
}

std::string read(const std::vector<std::string>& files, const Settings& settings = mapped()) {
  std::vector<Document> documents;
  for (std::size_t i = 0; i < files.size(); ++i) {
    documents.push_back({static_cast<std::uint32_t>(i + 1),
                         std::string(1, static_cast<char>('a' + i)) + ".csv", files[i], 0});
  }
  return shown(read_ledgers(documents, settings));
}

const std::string kHeader = "Date,School,Account code,Amount,Journal\n";
const std::string kAutumn = kHeader +
                            "01/09/2025,900001,50100,-100.50,J1\n"
                            "01/09/2025,900001,20100,100.50,J1\n"
                            "30/09/2025,900001,60100,40,J2\n"
                            "30/09/2025,900001,60100,40,J2\n"  // two lines of one journal
                            "01/10/2025,900001,61000,9.99,J3\n";
const std::string kWinter = kHeader +
                            "01/10/2025,900001,61000,9.99,J3\n"  // in both files
                            "15/01/2026,900001,61000,10.01,J4\n";

TEST(FinanceLedger, SumsPostingsBySchoolAndYear) {
  // The year before is whole, because there are postings of the next.
  EXPECT_EQ(read({kHeader + "05/09/2024,900001,50100,-7,A\n31/08/2025,900001,61000,6,B\n"
                            "02/09/2025,900001,50100,-5,C\n28/02/2026,900002,61000,1,D\n"}),
            "finance.income 900001 2024-09-01..2025-08-31 700 @1:2\n"
            "finance.expenditure 900001 2024-09-01..2025-08-31 600 @1:2\n"
            "finance.in_year_balance 900001 2024-09-01..2025-08-31 100 @1:2\n"
            "finance.income_to_date 900001 2024-09-01..2025-08-31 700 @1:2\n"
            "finance.spend_to_date 900001 2024-09-01..2025-08-31 600 @1:2\n"
            "finance.income_to_date 900001 2025-09-01..2026-08-31 500 @1:4\n"
            "finance.spend_to_date 900002 2025-09-01..2026-08-31 100 @1:5\n");
}

TEST(FinanceLedger, CountsAPostingThatTwoFilesHaveOnce) {
  const std::string expected =
      "finance.income_to_date 900001 2025-09-01..2026-08-31 10050 @1:2\n"
      "finance.spend_to_date 900001 2025-09-01..2026-08-31 10000 @1:2\n"
      "finance.staff_costs_to_date 900001 2025-09-01..2026-08-31 8000 @1:2\n";
  EXPECT_EQ(read({kAutumn, kWinter}), expected);
  EXPECT_EQ(read({kAutumn, kAutumn, kWinter}), expected);
}

TEST(FinanceLedger, GivesTheSameFiguresInWhateverOrderTheFilesCome) {
  const auto figures = [](const std::vector<std::string>& files) {
    std::vector<std::string> lines;
    std::string line;
    for (const char c : read(files)) {
      if (c == '@') lines.push_back(line);
      if (c == '\n') line.clear();
      if (c != '\n') line.push_back(c);
    }
    return lines;
  };
  std::vector<std::string> files{kAutumn, kWinter, kAutumn};
  std::sort(files.begin(), files.end());
  const auto expected = figures(files);
  EXPECT_EQ(expected.size(), 3U);
  while (std::next_permutation(files.begin(), files.end())) EXPECT_EQ(figures(files), expected);
}

TEST(FinanceLedger, RefusesOverlappingFilesWhosePostingsItCannotTellApart) {
  const std::string header = "Date,School,Account code,Amount\n";
  EXPECT_EQ(read({header + "01/09/2025,900001,50100,-1\n02/10/2025,900001,50100,-1\n",
                  header + "01/10/2025,900001,50100,-1\n"}),
            "error b.csv: It has postings from 2025-10-01, and a.csv has some up to 2025-10-02, so "
            "some could be counted twice; name the column transaction that tells postings apart, "
            "or read only the newest file.\n");
  EXPECT_EQ(
      read({header + "01/09/2025,900001,50100,-1\n", header + "01/10/2025,900001,50100,-1\n"}),
      "finance.income_to_date 900001 2025-09-01..2026-08-31 200 @1:2\n");
}

TEST(FinanceLedger, LeavesOutAYearThatItHasNotFromTheBeginning) {
  EXPECT_EQ(read({kHeader + "15/07/2025,900001,61000,6,B\n02/09/2025,900001,50100,-5,C\n"}),
            "finance.income_to_date 900001 2025-09-01..2026-08-31 500 @1:3\n"
            "skipped a.csv: The first posting of 2024/25 is on 2025-07-15, so what was posted "
            "before is not known; the year was left out.\n");
}

}  // namespace
}  // namespace kpid::plugins::finance
