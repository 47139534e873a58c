// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <gtest/gtest.h>

#include "finance/trial_balance.hpp"
#include "unit/plugins/shown.hpp"
#include "unit/readers/workbook.hpp"

namespace kpid::plugins::finance {
namespace {

Settings mapped() {
  Settings settings;
  const auto map = [&](Kind kind, std::vector<std::string> patterns) {
    settings.accounts.at(static_cast<std::size_t>(kind)) = std::move(patterns);
  };
  map(Kind::income, {"50000-59999"});
  map(Kind::staff_costs, {"60*"});
  map(Kind::other_expenditure, {"61000-69999", "name:*catering*"});
  map(Kind::reserves, {"40100"});
  map(Kind::cash, {"20100"});
  return settings;
}

std::string read(const std::string& bytes, const Settings& settings = mapped(),
                 const std::string& name = "tb_2026-01-31.csv") {
  const std::array<Document, 1> documents{{{1, name, bytes, 0}}};
  return shown(read_trial_balances(documents, settings));
}

const std::string kHeader = "Cost centre,Account code,Account name,Debit,Credit\n";
// Balances: 10,000 + 300 of debits, 10,300 of credits.
const std::string kSchool =
    "900001,10500,Buildings,5000,\n"
    "900001,20100,Bank,1000,\n"
    "900001,40100,Reserves b/f,,6250.25\n"
    "900001,50100,GAG,,\"4,049.75\"\n"
    "900001,60100,Teachers,2500.00,\n"
    "900001,61200,Energy,1500,\n"
    "900001,79000,School catering,300,\n";

TEST(FinanceTrialBalance, SumsTheYearToDate) {
  // Reserves: 6,250.25 brought forward + 4,049.75 - 4,300. Days of cash: 1,000 x 153 / 4,300.
  EXPECT_EQ(read(kHeader + kSchool + "Total,,,10300,10300\n"),
            "finance.reserves 900001 2025-09-01..2026-08-31 600000 @1:3\n"
            "finance.cash 900001 2025-09-01..2026-08-31 100000 @1:3\n"
            "finance.income_to_date 900001 2025-09-01..2026-08-31 404975 @1:3\n"
            "finance.spend_to_date 900001 2025-09-01..2026-08-31 430000 @1:3\n"
            "finance.staff_costs_to_date 900001 2025-09-01..2026-08-31 250000 @1:3\n"
            "finance.days_of_cash 900001 2025-09-01..2026-08-31 15300000/430000 @1:3\n");
}

TEST(FinanceTrialBalance, KnowsAWholeYearByItsLastDay) {
  Settings settings = mapped();
  settings.reserves_are_closing = true;
  EXPECT_EQ(read(kHeader + kSchool, settings, "tb_20250831.csv"),
            "finance.income 900001 2024-09-01..2025-08-31 404975 @1:3\n"
            "finance.expenditure 900001 2024-09-01..2025-08-31 430000 @1:3\n"
            "finance.staff_costs 900001 2024-09-01..2025-08-31 250000 @1:3\n"
            "finance.reserves 900001 2024-09-01..2025-08-31 625025 @1:3\n"
            "finance.in_year_balance 900001 2024-09-01..2025-08-31 -25025 @1:3\n"
            "finance.cash 900001 2024-09-01..2025-08-31 100000 @1:3\n"
            "finance.income_to_date 900001 2024-09-01..2025-08-31 404975 @1:3\n"
            "finance.spend_to_date 900001 2024-09-01..2025-08-31 430000 @1:3\n"
            "finance.staff_costs_to_date 900001 2024-09-01..2025-08-31 250000 @1:3\n"
            "finance.days_of_cash 900001 2024-09-01..2025-08-31 36500000/430000 @1:3\n");
}

TEST(FinanceTrialBalance, ReadsSignedBalancesOfAFileThatIsOneSchools) {
  Settings settings = mapped();
  settings.files = {{"st-example*", "STEX"}};
  settings.as_of = 20'484;  // 2026-01-31
  settings.accounts.at(static_cast<std::size_t>(Kind::ignored)) = {"30000-39999"};
  const std::string balances =
      "N/C,Name,Balance\n50100,GAG,-100\n60100,Staff,40\n61000,Water,10\n"
      "30100,Creditors,50\n";
  const std::string expected =
      "finance.income_to_date STEX 2025-09-01..2026-08-31 10000 @1:2\n"
      "finance.spend_to_date STEX 2025-09-01..2026-08-31 5000 @1:2\n"
      "finance.staff_costs_to_date STEX 2025-09-01..2026-08-31 4000 @1:2\n";
  EXPECT_EQ(read(balances, settings, "St-Example January.csv"), expected);
  settings.debit_is_negative = true;
  EXPECT_EQ(read("N/C,Name,Balance\n50100,GAG,100\n60100,Staff,(40)\n61000,Water,-10\n"
                 "30100,Creditors,(50)\n",
                 settings, "St-Example January.csv"),
            expected);
}

TEST(FinanceTrialBalance, CountsTheLaterOfTwoDaysInWhateverOrder) {
  const std::string january =
      "School,Account code,Debit,Credit\n900001,50100,,5\n900001,61000,5,\n";
  const std::string february =
      "School,Account code,Debit,Credit\n900001,50100,,7\n900001,61000,7,\n";
  const Document first{1, "tb_2026-01-31.csv", january, 0};
  const Document second{2, "tb_2026-02-28.csv", february, 0};
  const std::string expected =
      "finance.income_to_date 900001 2025-09-01..2026-08-31 700 @2:2\n"
      "finance.spend_to_date 900001 2025-09-01..2026-08-31 700 @2:2\n";
  const std::array<Document, 2> in_order{first, second};
  const std::array<Document, 2> reversed{second, first};
  EXPECT_EQ(shown(read_trial_balances(in_order, mapped())), expected);
  EXPECT_EQ(shown(read_trial_balances(reversed, mapped())), expected);
  const auto reading = read_trial_balances(in_order, mapped());
  ASSERT_TRUE(reading);
  EXPECT_EQ(day_text(reading->observations.at(0).stated_on), "2026-02-28");
}

TEST(FinanceTrialBalance, TellsOfAccountsThatAreMappedToNothing) {
  EXPECT_EQ(
      read("School,Account code,Debit,Credit\n900001,50100,,5\n900001,61000,4,\n"
           "900001,30100,1.50,\n900001,30200,,0.50\n900001,10100,,\n,50100,,1\n,61000,1,\n"),
      "finance.income_to_date 900001 2025-09-01..2026-08-31 500 @1:2\n"
      "finance.spend_to_date 900001 2025-09-01..2026-08-31 400 @1:2\n"
      "warning tb_2026-01-31.csv: Mapped to nothing: 2 accounts (30100, 30200); their debits of "
      "\u00A31.50 and credits of \u00A30.50 count for no figure. Map them in the setting "
      "accounts, as ignored where they are to count for none.\n"
      "warning tb_2026-01-31.csv: 2 accounts name no school; they count for no school's "
      "figures.\n");
}

TEST(FinanceTrialBalance, SaysByHowMuchItDoesNotBalance) {
  EXPECT_EQ(read(kHeader + kSchool + "900001,61200,Energy,,0.01\n"),
            "error tb_2026-01-31.csv: The trial balance does not balance: debits of \u00A310,300 "
            "are \u00A30.01 less than credits of \u00A310,300.01; export it again with all its "
            "accounts.\n");
}

TEST(FinanceTrialBalance, ReadsASheetOfAWorkbookWithItsDays) {
  const auto text = [](const std::string& cell) {
    return "<c t=\"inlineStr\"><is><t>" + cell + "</t></is></c>";
  };
  const auto account = [&](const std::string& code, const std::string& balance) {
    return "<row>" + text("900001") + "<c><v>" + code + "</v></c><c><v>" + balance +
           "</v></c><c s=\"1\"><v>46053</v></c></row>";  // 31 January 2026
  };
  const std::string rows = "<row>" + text("Trial balance") + "</row><row>" + text("School") +
                           text("Nominal") + text("Balance") + text("As at") + "</row>" +
                           account("50100", "-5.5") + account("61000", "5.4999999999999999");
  Settings settings = mapped();
  settings.sheet = "TB";
  EXPECT_EQ(read(readers::testing::bytes_of({{{"Notes", "<row/>"}, {"TB", rows}},
                                             {},
                                             "",
                                             "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"}),
                 settings, "tb.xlsx"),
            "finance.income_to_date 900001 2025-09-01..2026-08-31 550 @1:3\n"
            "finance.spend_to_date 900001 2025-09-01..2026-08-31 550 @1:3\n");
}

TEST(FinanceTrialBalance, KnowsTheTrustsOwnCostCentre) {
  Settings settings = mapped();
  settings.trust_codes = {"0CENTRAL"};
  EXPECT_EQ(read("School,Account code,Debit,Credit\nCentral,50100,,5\n900001,61000,5,\n", settings),
            "finance.spend_to_date 900001 2025-09-01..2026-08-31 500 @1:3\n"
            "finance.income_to_date trust 2025-09-01..2026-08-31 500 @1:2\n");
}

TEST(FinanceTrialBalance, TakesACodeAsItStandsBeforeARange) {
  Settings settings = mapped();
  settings.accounts.at(static_cast<std::size_t>(Kind::ignored)) = {"50900"};
  EXPECT_EQ(read("School,Account code,Debit,Credit\n900001,50100,,5\n900001,50900,5,\n", settings),
            "finance.income_to_date 900001 2025-09-01..2026-08-31 500 @1:2\n");
}

}  // namespace
}  // namespace kpid::plugins::finance
