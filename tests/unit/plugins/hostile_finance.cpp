// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "unit/plugins/hostile.hpp"

namespace kpid::plugins {
namespace {

const std::string kAccounts =
    R"("accounts": {"income": ["5*"], "staff_costs": ["60*"], "other_expenditure": ["61*"],
                    "reserves": ["40100"], "cash": ["201*"]})";

std::string of(const std::string& format, const std::string& more = {}) {
  return R"({"path": "f.csv", "format": ")" + format + "\"" + (more.empty() ? "" : ", " + more) +
         "}";
}

const std::string kTrialBalance = of("trial_balance", R"("as_of": "2026-01-31", )" + kAccounts);
const std::string kLedger = of("ledger", kAccounts);
const std::string kManagement = of("management_accounts", kAccounts);
const std::string kJson = of("urn_json");
const std::string kAmountOut = " This amount was left out; the rest of its row counts.\n";
const std::string kRowOut = " The row was left out.\n";
const std::string kNoFigure = "None of the 1 row gave a figure; the notes of this run say why.";

std::vector<Hostile> settings() {
  return {
      {"year that is none", of("aar", R"("year": "2024")"), "URN\n1\n",
       "The setting year is not a financial year between 1990/91 and 2099/00, such as 2024/25: "
       "\"2024\"."},
      {"day that the calendar lacks", of("trial_balance", R"("as_of": "2026-02-30")"), "N/C\n1\n",
       "The setting as_of is not a day between 1990 and 2099, as YYYY-MM-DD: \"2026-02-30\"."},
      {"format that is none", of("sage"), "x\n",
       "The setting format is none that this plugin knows: \"sage\"."},
      {"column of another format", of("summary", R"("columns": {"debit": "Dr"})"), "x\n",
       "The setting columns has debit, which a file of the format summary does not have; remove "
       "it, "
       "or correct the setting format."},
  };
}

std::vector<Hostile> summaries() {
  const std::string header = "School,Year,Income,Expenditure,Staff costs,Reserves\n";
  const std::string good = "900009,2024/25,,,,9\n";
  return {
      {"empty file", "", "", "f.csv: The file is empty; export it again."},
      {"spreadsheet error", "", header + "900001,2024/25,#DIV/0!,,,\n" + good,
       "skipped f.csv, row 2, column Income: \"#DIV/0!\" is not an amount in pounds and whole "
       "pence." +
           kAmountOut,
       1},
      {"fraction of a penny", "", header + "900001,2024/25,1.234,,,\n" + good,
       "skipped f.csv, row 2, column Income: \"1.234\" is not an amount in pounds and whole "
       "pence." +
           kAmountOut,
       1},
      {"negative staff costs", "", header + "900001,2024/25,,,(5),\n" + good,
       "skipped f.csv, row 2, column Staff costs: \"(5)\" is below 0, while only reserves, cash "
       "and "
       "balances can be; check the sign." +
           kAmountOut,
       1},
      {"single year", "", header + "900001,2025,,,,1\n" + good,
       "skipped f.csv, row 2, column Year: \"2025\" is not a year such as 2025/26." + kRowOut, 1},
      {"year far off", of("summary", R"("single_year": "ends")"),
       header + "900001,1066,,,,1\n" + good,
       "skipped f.csv, row 2, column Year: \"1066\" is not a year such as 2025/26." + kRowOut, 1},
      {"one school twice", "", header + "900001,2024/25,,,,1\n900001,2024-25,,,,1\n" + good,
       "skipped f.csv, row 3: 900001 has figures for 2024/25 in row 2 too. Which row counts is not "
       "clear, so both were left out.\n",
       1},
      {"hardly any expenditure", "", header + "900001,2024/25,100,59.99,,\n",
       "warning f.csv, row 2: 900001 has expenditure of \u00A359.99, only 59 % of its income of "
       "\u00A3100, for 2024/25; check that they are whole and in pounds. They count as they are.\n",
       3},
      {"balance larger than the income", "", header + "900001,2024/25,100,201,,\n",
       "warning f.csv, row 2: 900001 has an in-year balance of -\u00A3101, larger than its income "
       "of \u00A3100, for 2024/25; check that they are whole and in pounds. They count as they "
       "are.\n",
       3},
      {"staff costs above all expenditure", "", header + "900001,2024/25,100,90,91,\n",
       "warning f.csv, row 2: 900001 has staff costs of \u00A391, more than its expenditure of "
       "\u00A390, for 2024/25; check that they are whole and in pounds. They count as they are.\n",
       4},
      {"balance that does not add up",
       of("summary", R"("columns": {"staff_costs": [], "reserves": []})"),
       "School,Year,Income,Expenditure,In-year balance\n900001,2024/25,100.50,90,10.49\n",
       "warning f.csv, row 2: 900001 says that its in-year balance for 2024/25 is \u00A310.49, "
       "while income less expenditure is \u00A310.50; the latter counts.\n",
       3},
      {"year of 13 months", of("summary", R"("columns": {"staff_costs": [], "reserves": []})"),
       "School,Year,Income,Expenditure,Months\n900001,2024/25,100,90,13\n",
       "warning f.csv, row 2, column Months: \"13\" is not a number of months from 1 to 12. The "
       "figures count as those of a whole year.\n",
       3},
  };
}

std::vector<Hostile> trial_balances() {
  const std::string header = "School,Account code,Debit,Credit\n";
  const auto error = [](const std::string& text) { return "f.csv" + text; };
  return {
      {"unbalanced by a penny", kTrialBalance, header + "900001,50100,,100\n900001,61000,99.99,\n",
       error(": The trial balance does not balance: debits of \u00A399.99 are \u00A30.01 less than "
             "credits of \u00A3100; export it again with all its accounts.")},
      {"amount that is none", kTrialBalance, header + "900001,50100,,100\n900001,61000,n/k,\n",
       error(", row 3, column Debit: \"n/k\" is not an amount in pounds and whole pence.")},
      {"amount without an account", kTrialBalance, header + "900001,50100,,100\n900001,,100,\n",
       error(", row 3, column Account code: The row has an amount but no account; give it one, or "
             "call it Total if it is a sum of others.")},
      {"no amounts", kTrialBalance, "School,Account code\n900001,50100\n",
       error(
           ", row 1: The file has accounts but neither debit and credit nor a signed amount; name "
           "their columns in the settings.")},
      {"nobody's accounts", kTrialBalance, "Account code,Debit,Credit\n50100,1,1\n",
       error(": Nothing says whose the accounts are; name the column of the school, or say in the "
             "setting files whose a file of this name is.")},
      {"no day", of("trial_balance", kAccounts), header + "900001,50100,,100\n",
       error(": Nothing says up to which day the trial balance goes; put the day in the file's "
             "name, such as trial_balance_2026-01-31.csv, name its column, or give the setting "
             "as_of.")},
      {"nothing mapped", of("trial_balance", R"("as_of": "2026-01-31")"),
       header + "900001,50100,,1\n900001,61000,1,\n",
       error(": None of its accounts is mapped to a figure; say in the setting accounts which are "
             "income, staff_costs, other_expenditure, reserves and cash. Mapped to nothing: 2 "
             "accounts (50100, 61000).")},
      {"account mapped twice",
       of("trial_balance",
          R"("as_of": "2026-01-31", "accounts": {"income": ["5*"], "cash": ["50000-50999"]})"),
       header + "900001,50100,,1\n",
       error(", row 2: The account \"50100\" is mapped as income by \"5*\" and as cash by "
             "\"50000-50999\"; correct the setting accounts, so that one of them fits.")},
      {"amounts beyond belief", kTrialBalance, header + "900001,50100,,100000000001\n",
       error(", row 2, column Credit: \"100000000001\" is more than 100 billion pounds.")},
      {"sum beyond belief", kTrialBalance,
       header + "900001,50100,,99999999999\n900001,50101,,99999999999\n",
       error(", row 3: The amounts of 900001 come to more than 100 billion pounds.")},
      {"ragged row", kTrialBalance, header + "900001,50100,,1,234\n900001,61000,1,\n",
       error(", row 2: The row has 5 cells where the header has 4; look for a comma inside a cell "
             "without quotation marks.")},
      {"header alone", kTrialBalance, header,
       error(": The file has a header and no account with an amount; export it again.")},
      {"income the wrong way round", of("trial_balance", R"("as_of": "2025-08-31", )" + kAccounts),
       header + "900001,50100,5,\n900001,61000,5,\n900001,20100,,10\n",
       "skipped f.csv, row 2: The income of 900001 would be -\u00A35, below 0; check the accounts "
       "that "
       "are mapped to it and the setting signs. This figure was left out.\n",
       5},
  };
}

std::vector<Hostile> ledgers() {
  const std::string header = "Date,School,Account code,Amount\n";
  return {
      {"posting on no day", kLedger, header + "31/02/2026,900001,50100,-1\n",
       "f.csv, row 2, column Date: \"31/02/2026\" is not a date such as 2026-01-21 or 21/01/2026."},
      {"posting of no date", kLedger, header + ",900001,50100,-1\n",
       "f.csv, row 2, column Date: The posting has no date."},
      {"posting of another age", kLedger, header + "01/09/1925,900001,50100,-1\n",
       "f.csv, row 2: The posting's date is not between 1990 and 2099."},
      {"no posting", kLedger, header,
       "f.csv: The file has a header and no posting; export it again."},
      {"ledger that begins in spring", kLedger, header + "01/03/2026,900001,50100,-1\n",
       "skipped f.csv: The first posting of 2025/26 is on 2026-03-01, so what was posted before is "
       "not known; the year was left out.\n" +
           kNoFigure},
      {"ledger of which nothing is mapped", of("ledger"), header + "01/09/2025,900001,50100,-1\n",
       "f.csv: None of its accounts is mapped; say in the setting accounts which of them are "
       "income, staff_costs and other_expenditure."},
  };
}

std::vector<Hostile> managements() {
  const std::string header = "School,Month,Actual,Budget to date\n";
  return {
      {"month that is none", kManagement, header + "900001,Easter,1,2\n900002,2026-01,1,2\n",
       "skipped f.csv, row 2, column Month: \"Easter\" is not a month such as January 2026 or a "
       "date; a period such as 5 needs the setting year." +
           kRowOut,
       2},
      {"period of no year", kManagement, header + "900001,5,1,2\n",
       "skipped f.csv, row 2, column Month: \"5\" is not a month such as January 2026 or a date; a "
       "period such as 5 needs the setting year." +
           kRowOut + kNoFigure},
      {"one school twice in a month", kManagement,
       header + "900001,2026-01,1,2\n900001,Jan-26,3,2\n",
       "skipped f.csv, row 3: 900001 has figures for 2025/26 in row 2 too. Which row counts is not "
       "clear, so both were left out.\n"
       "None of the 2 rows gave a figure; the notes of this run say why."},
      {"actual that is none", kManagement, header + "900001,2026-01,tbc,2\n",
       "skipped f.csv, row 2, column Actual: \"tbc\" is not an amount in pounds and whole pence. "
       "The sum that it belongs to was left out.\n",
       1},
      {"lines beyond belief", kManagement,
       "School,Month,Line,Actual\n900001,2026-01,6100,99999999999\n"
       "900001,2026-01,6101,99999999999\n900002,2026-01,6100,1\n",
       "skipped f.csv, row 3, column Actual: \"99999999999\" brings a sum to more than 100 billion "
       "pounds. The sum was left out.\n",
       1},
      {"line without its amount", kManagement,
       "School,Month,Line,Actual\n900001,2026-01,6100,5\n900001,2026-01,6101,x\n"
       "900002,2026-01,6100,1\n",
       "skipped f.csv, row 2: The column actual of 900001 has a cell without an amount, so its sum "
       "is not known and was left out; set blank_is_zero if a blank means 0.\n",
       1},
      {"neither actual nor budget", kManagement, "School,Month\n900001,2026-01\n",
       "f.csv: There is no column of actual, budget to date, annual budget or forecast; name them "
       "in the settings."},
      {"no month", kManagement, "School,Actual\n900001,1\n",
       "f.csv: Nothing says up to which month the accounts go; name the column date, put the day "
       "in "
       "the file's name, such as accounts_2026-01-31.csv, or give the setting as_of."},
  };
}

std::vector<Hostile> returns() {
  const std::string bfr = of("bfr", R"("year": "2024/25")");
  const std::string lines = "TrustUPIN,EFALineNo,Y1P1,Y1P2,Y2P1,Y2P2\n";
  return {
      {"line that is no number", bfr, lines + "1,four,1,1,1,1\n1,430,1,1,1,1\n",
       "skipped f.csv, row 2, column EFALineNo: \"four\" is not a whole number." + kRowOut, 1},
      {"one line twice", bfr, lines + "1,430,1,1,1,1\n1,430,1,1,1,2\n1,298,0,0,1,1\n",
       "skipped f.csv, row 3: The forecast balance for 2025/26 is another in row 2. Which row "
       "counts is not clear, so both were left out.\n",
       1},
      {"workbook that is a damaged archive", of("aar", R"("year": "2023/24")"),
       "PK\x03\x04 and nothing more",
       "f.csv: The Excel workbook is damaged; open it, save it again, or export the sheet as CSV."},
      {"academies' sheet of other columns", of("aar", R"("year": "2023/24")"),
       "URN,Pupils\n900001,5\n",
       "f.csv, row 1: The file has a school and a year but no amount; name the columns of income, "
       "expenditure, staff costs or reserves in the settings."},
      {"JSON that was cut short", kJson, R"({"900001": {"reserve": 1, "ye)",
       "f.csv: The JSON ends inside a text, so it was cut short; fetch or export the file again."},
      {"JSON list", kJson, R"([{"urn": 900001, "reserve": 1, "year": "2024/25"}])",
       "f.csv: The schools should be an object keyed by URN, but there is a list; name the member "
       "that holds them in the setting records."},
      {"JSON of no figures", kJson, R"({"900001": {"pupils": 5, "year": "2024/25"}})",
       "f.csv: No member is a school with a figure that is known by name; name the members that "
       "hold reserves, income and the like in the setting columns."},
      {"JSON key without end", kJson,
       "{\"" + std::string(201, 'x') + R"(": {"reserve": 1, "year": "2024/25"},
           "900009": {"reserve": 2, "year": "2024/25"}})",
       "skipped f.csv, " + std::string(77, 'x') +
           "...: The key is longer than 200 bytes, so it is no school's. It was left out.\n",
       1},
      {"JSON school twice", kJson,
       R"({"900001": {"reserve": 1, "year": "2024/25"}, "900001": {"reserve": 2, "year": "2024/25"},
           "900009": {"reserve": 2, "year": "2024/25"}})",
       "skipped f.csv, row 2: 900001 has figures for 2024/25 in row 1 too. Which row counts is not "
       "clear, so both were left out.\n",
       1},
  };
}

}  // namespace

HostileSuite hostile_finance() {
  std::vector<Hostile> all;
  for (const auto& some :
       {settings(), summaries(), trial_balances(), ledgers(), managements(), returns()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return {"finance", told_by("finance"), std::move(all)};
}

}  // namespace kpid::plugins
