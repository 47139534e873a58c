// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <gtest/gtest.h>

#include "finance/management_accounts.hpp"
#include "unit/plugins/shown.hpp"

namespace kpid::plugins::finance {
namespace {

std::string read(const std::string& bytes, const Settings& settings = {},
                 const std::string& name = "accounts.csv") {
  const std::array<Document, 1> documents{{{1, name, bytes, 0}}};
  return shown(read_management_accounts(documents, settings));
}

Settings with_lines() {
  Settings settings;
  settings.accounts.at(static_cast<std::size_t>(Kind::income)) = {"name:*income*", "GAG"};
  settings.accounts.at(static_cast<std::size_t>(Kind::staff_costs)) = {"name:* staff"};
  settings.accounts.at(static_cast<std::size_t>(Kind::other_expenditure)) = {"Premises", "ICT"};
  settings.accounts.at(static_cast<std::size_t>(Kind::cash)) = {"Bank"};
  settings.accounts.at(static_cast<std::size_t>(Kind::ignored)) = {"Surplus*"};
  return settings;
}

TEST(FinanceManagementAccounts, ReadsARowASchoolAndCountsTheLastMonth) {
  EXPECT_EQ(read("School,Month,Actual to date,Budget to date,Annual budget,Variance\n"
                 "900001,January 2026,\"500,000.50\",510000,1200000,9999.50\n"
                 "900001,Dec-25,400000,410000,1200000,(10000)\n"
                 "Total,January 2026,1,1,1,0\n"),
            "finance.budget_expenditure 900001 2025-09-01..2026-08-31 120000000 @1:2\n"
            "finance.spend_to_date 900001 2025-09-01..2026-08-31 50000050 @1:2\n"
            "finance.budget_to_date 900001 2025-09-01..2026-08-31 51000000 @1:2\n");
}

TEST(FinanceManagementAccounts, SumsLinesByWhatTheyAreMappedTo) {
  Settings settings = with_lines();
  settings.year = 2025;
  EXPECT_EQ(
      read("School,Period,Line,Actual,Budget to date,Annual budget,Forecast\n"
           "900001,5,GAG,1000,1000,2400,2400\n900001,5,Other income,50,40,100,120\n"
           "900001,5,Teaching staff,700,690,1700,1710\n900001,5,Support staff,100,90,200,210\n"
           "900001,5,Premises,90,95,220,230\n900001,5,Surplus/(deficit),160,,,\n"
           "900001,5,Bank,300,0,0,0\n900001,5,Total,1,1,1,1\n",
           settings),
      "finance.cash 900001 2025-09-01..2026-08-31 30000 @1:2\n"
      "finance.budget_income 900001 2025-09-01..2026-08-31 250000 @1:2\n"
      "finance.budget_expenditure 900001 2025-09-01..2026-08-31 212000 @1:2\n"
      "finance.income_to_date 900001 2025-09-01..2026-08-31 105000 @1:2\n"
      "finance.spend_to_date 900001 2025-09-01..2026-08-31 89000 @1:2\n"
      "finance.staff_costs_to_date 900001 2025-09-01..2026-08-31 80000 @1:2\n"
      "finance.budget_to_date 900001 2025-09-01..2026-08-31 87500 @1:2\n"
      "finance.forecast_in_year_balance 900001 2025-09-01..2026-08-31 37000 @1:2\n"
      "finance.days_of_cash 900001 2025-09-01..2026-08-31 4590000/89000 @1:2\n");
}

TEST(FinanceManagementAccounts, LeavesOutASumOfWhichALineIsBlankUnlessABlankIsNothing) {
  const std::string bytes =
      "School,Month,Line,Actual,Budget to date\n900001,2026-01,Premises,10,20\n"
      "900001,2026-01,ICT,5,\n900002,2026-01,ICT,1,2\n";
  Settings settings = with_lines();
  EXPECT_EQ(
      read(bytes, settings),
      "finance.spend_to_date 900001 2025-09-01..2026-08-31 1500 @1:2\n"
      "finance.spend_to_date 900002 2025-09-01..2026-08-31 100 @1:4\n"
      "finance.budget_to_date 900002 2025-09-01..2026-08-31 200 @1:4\n"
      "skipped accounts.csv, row 2: The column budget to date of 900001 has a cell without an "
      "amount, so its sum is not known and was left out; set blank_is_zero if a blank means "
      "0.\n");
  settings.blank_is_zero = true;
  EXPECT_EQ(read(bytes, settings),
            "finance.spend_to_date 900001 2025-09-01..2026-08-31 1500 @1:2\n"
            "finance.budget_to_date 900001 2025-09-01..2026-08-31 2000 @1:2\n"
            "finance.spend_to_date 900002 2025-09-01..2026-08-31 100 @1:4\n"
            "finance.budget_to_date 900002 2025-09-01..2026-08-31 200 @1:4\n");
}

TEST(FinanceManagementAccounts, TellsOfLinesThatAreMappedToNothingAndVariancesThatDoNotFit) {
  EXPECT_EQ(
      read("School,Month,Line,Actual,Budget to date,Variance\n"
           "900001,31/01/2026,Premises,10,20,11\n900001,31/01/2026,Sundries,1,2,1\n",
           with_lines()),
      "finance.spend_to_date 900001 2025-09-01..2026-08-31 1000 @1:2\n"
      "finance.budget_to_date 900001 2025-09-01..2026-08-31 2000 @1:2\n"
      "warning accounts.csv, row 2, column Variance: The variance is given as \u00A311, while "
      "budget to date less actual is \u00A310; budget and actual count.\n"
      "warning accounts.csv: 1 line is mapped to nothing (\"Sundries\"); they count for no "
      "figure. Map them in the setting accounts, as ignored where they are to count for "
      "none.\n");
}

TEST(FinanceManagementAccounts, TakesTheDayFromTheFilesNameAndTheSchoolFromTheSettings) {
  Settings settings;
  settings.files = {{"stex_*", "STEX"}};
  EXPECT_EQ(read("Actual,Budget to date\n5,6\n", settings, "stex_2026-01-31.csv"),
            "finance.spend_to_date STEX 2025-09-01..2026-08-31 500 @1:2\n"
            "finance.budget_to_date STEX 2025-09-01..2026-08-31 600 @1:2\n");
}

}  // namespace
}  // namespace kpid::plugins::finance
