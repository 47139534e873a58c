// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The department's returns and tables: made-up ones in their shapes, and the department's own test
// files where they are there.

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "finance/aar.hpp"
#include "finance/bfr.hpp"
#include "finance/national_tables.hpp"
#include "unit/plugins/real_file.hpp"
#include "unit/plugins/shown.hpp"
#include "unit/readers/workbook.hpp"

namespace kpid::plugins::finance {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string rows_xml(const Rows& rows) {
  std::string out;
  for (const auto& row : rows) {
    out += "<row>";
    for (const std::string& cell : row) {
      const bool number = !cell.empty() && cell.find_first_not_of("-.0123456789") == cell.npos;
      out += number ? "<c><v>" + cell + "</v></c>"
                    : "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">" + cell + "</t></is></c>";
    }
    out += "</row>";
  }
  return out;
}

const Rows kAcademies{
    {"Academies in England: accounts"},
    {"URN", "Period covered by return", "UID", "School Name", "Revenue reserve",
     "Share of Revenue Reserve, distributed on per pupil basis\n", "In year balance",
     "Total Income", "Total Staff Costs", "Total Expenditure "},
    {"900001", "12", "5669", "Alderwick", "184000", "190000", "-40000", "1000000", "700000",
     "1040000"},
    {"900002", "4", "1111", "Moved", "5000", "0", "10000", "300000", "200000", "290000"},
    {"900002", "8", "5669", "Moved", "NULL", "0", "20000", "600000", "400000", "580000"},
    {"900009", "12", "2222", "Another trust's", "1", "1", "0", "1", "1", "1"}};
const Rows kCentral{{"MAT SAT or Central Services", "UID", "Revenue Reserve", "In Year Balance",
                     "Total Income ", "Staff Total ", "Total Expenditure"},
                    {"Central services", "5669", "115000", "-3000", "798000", "324000", "801000"},
                    {"Central services", "2222", "9", "9", "9", "9", "9"}};

std::string workbook() {
  return readers::testing::bytes_of({{{"Index", rows_xml({{"Sheet"}})},
                                      {"Academies", rows_xml(kAcademies)},
                                      {"Central Services", rows_xml(kCentral)}},
                                     {}});
}

Settings of_the_trust() {
  Settings settings;
  settings.trust_codes = {"05669"};
  return settings;
}

std::string aar(const std::string& bytes, const Settings& settings,
                const std::string& name = "AAR_2023-24_download.xlsx") {
  const std::array<Document, 1> documents{{{1, name, bytes, 0}}};
  return shown(read_accounts_returns(documents, settings));
}

TEST(FinanceAar, ReadsTheTrustsAcademiesAndItsCentralServices) {
  EXPECT_EQ(
      aar(workbook(), of_the_trust()),
      "finance.income 900001 2023-09-01..2024-08-31 100000000 @1:3\n"
      "finance.expenditure 900001 2023-09-01..2024-08-31 104000000 @1:3\n"
      "finance.staff_costs 900001 2023-09-01..2024-08-31 70000000 @1:3\n"
      "finance.reserves 900001 2023-09-01..2024-08-31 18400000 @1:3\n"
      "finance.in_year_balance 900001 2023-09-01..2024-08-31 -4000000 @1:3\n"
      "finance.income 900002 2023-09-01..2024-08-31 60000000 @1:5\n"
      "finance.expenditure 900002 2023-09-01..2024-08-31 58000000 @1:5\n"
      "finance.staff_costs 900002 2023-09-01..2024-08-31 40000000 @1:5\n"
      "finance.in_year_balance 900002 2023-09-01..2024-08-31 2000000 @1:5\n"
      "finance.income trust 2023-09-01..2024-08-31 79800000 @1:2\n"
      "finance.expenditure trust 2023-09-01..2024-08-31 80100000 @1:2\n"
      "finance.staff_costs trust 2023-09-01..2024-08-31 32400000 @1:2\n"
      "finance.reserves trust 2023-09-01..2024-08-31 11500000 @1:2\n"
      "finance.in_year_balance trust 2023-09-01..2024-08-31 -300000 @1:2\n"
      "warning AAR_2023-24_download.xlsx, row 5, column Period covered by return: The figures "
      "of 900002 for 2023/24 cover only 8 months.\n"
      "info AAR_2023-24_download.xlsx: Left out: 2 rows of other trusts.\n"
      "info AAR_2023-24_download.xlsx: Left out: 1 row of other trusts.\n");
}

TEST(FinanceAar, CountsNeitherRowOfASchoolThatMovedWhileItKnowsNotWhoseItIs) {
  Settings settings;
  settings.year = 2022;
  const std::string told = aar(workbook(), settings, "aar.xlsx");
  EXPECT_EQ(told.find("900002 2022"), std::string::npos) << told;
  EXPECT_NE(told.find("finance.income 900001 2022-09-01..2023-08-31 100000000 @1:3\n"), told.npos);
  EXPECT_NE(told.find("skipped aar.xlsx, row 5: 900002 has figures for 2022/23 in row 4 too. Which "
                      "row counts is not clear, so both were left out.\n"),
            told.npos)
      << told;
}

TEST(FinanceAar, SaysThatNothingNamesTheYearOrTheSheet) {
  EXPECT_EQ(
      aar(workbook(), {}, "aar.xlsx"),
      "error aar.xlsx: Nothing says which financial year the figures are of; give the setting "
      "year, such as \"2024/25\", or put the year in the file's name.\n");
  Settings settings;
  settings.sheet = "Schools";
  EXPECT_EQ(aar(workbook(), settings),
            "error AAR_2023-24_download.xlsx: There is no sheet \"Schools\"; the workbook has "
            "\"Index\", \"Academies\", \"Central Services\". Name one of them in the settings.\n");
}

TEST(FinanceAar, ReadsTheDepartmentsOwnLayout) {
  const auto bytes = real_file("finance-layout/academy_ar.SYNTHETIC.xlsx");
  if (!bytes) GTEST_SKIP() << "the department's synthetic workbook is absent";
  Settings settings;
  settings.year = 2022;
  const std::array<Document, 1> documents{{{1, "academy_ar.xlsx", *bytes, 0}}};
  const auto reading = read_accounts_returns(documents, settings);
  ASSERT_TRUE(reading) << reading.error().sentence;
  EXPECT_EQ(reading->rows, 60U);
  std::map<std::string_view, double> first;
  for (const Observation& one : reading->observations) {
    if (one.organisation == "130000") first[one.measure] = one.value;
  }
  EXPECT_EQ(first, (std::map<std::string_view, double>{{"finance.income", 956'900'000},
                                                       {"finance.expenditure", 1'094'900'000},
                                                       {"finance.staff_costs", 789'600'000},
                                                       {"finance.reserves", 39'500'000},
                                                       {"finance.in_year_balance", -138'000'000}}));
  settings.trust_codes = {"2060"};
  const auto central = read_accounts_returns(documents, settings);
  ASSERT_TRUE(central) << central.error().sentence;
  const auto& all = central->observations;
  const auto own = std::find_if(all.begin(), all.end(), [](const Observation& one) {
    return one.organisation == "trust" && one.measure == "finance.reserves";
  });
  ASSERT_NE(own, all.end());
  EXPECT_EQ(own->value, 11'500'000);
}

std::string bfr(const std::string& bytes, const Settings& settings) {
  const std::array<Document, 1> documents{{{1, "bfr.csv", bytes, 0}}};
  return shown(read_forecast_returns(documents, settings));
}

TEST(FinanceBfr, ReadsThousandsAndTheReservesOfTheSecondHalfYearAlone) {
  Settings settings;
  settings.year = 2024;
  EXPECT_EQ(bfr("TrustUPIN,Title,EFALineNo,Y1P1,Y1P2,Y2P1,Y2P2,Y3P1,Y3P2\n"
                "120003,Total revenue income,298,1,2,3000,2500.5,3100,2600\n"
                "120003,Total revenue expenditure,380,1,2,3100,2400,3000,2500\n"
                "120003,Balance c/f to next period ,430,900,800,500,639,700,-60.5\n"
                "120003,Pupil numbers (actual and estimated),999,1214,1214,1210,1210,1200,1200\n",
                settings),
            "finance.forecast_balance trust 2025-09-01..2026-08-31 63900000 @1:4\n"
            "finance.forecast_income trust 2025-09-01..2026-08-31 550050000 @1:2\n"
            "finance.forecast_expenditure trust 2025-09-01..2026-08-31 550000000 @1:3\n"
            "finance.forecast_balance trust 2026-09-01..2027-08-31 -6050000 @1:4\n"
            "finance.forecast_income trust 2026-09-01..2027-08-31 570000000 @1:2\n"
            "finance.forecast_expenditure trust 2026-09-01..2027-08-31 550000000 @1:3\n");
}

TEST(FinanceBfr, ReadsTheThreeYearTableOfTheTrustAmongOthers) {
  Settings settings = of_the_trust();
  settings.year = 2024;
  EXPECT_EQ(bfr("TrustUPIN,EFALineNo,Y2,Y3,Y4\n5669,4300,100,50,-1\n5669,9000,1,1,1\n"
                "5670,4300,9,9,9\n5669,2980,,600,SUPP\n",
                settings),
            "finance.forecast_balance trust 2025-09-01..2026-08-31 10000000 @1:2\n"
            "finance.forecast_balance trust 2026-09-01..2027-08-31 5000000 @1:2\n"
            "finance.forecast_income trust 2026-09-01..2027-08-31 60000000 @1:5\n"
            "finance.forecast_balance trust 2027-09-01..2028-08-31 -100000 @1:2\n");
}

TEST(FinanceBfr, RefusesSeveralTrustsAndAYearThatNothingSays) {
  const std::string bytes = "TrustUPIN,EFALineNo,Y2,Y3,Y4\n5669,4300,100,50,-1\n5670,4300,9,9,9\n";
  EXPECT_EQ(bfr(bytes, {}),
            "error bfr.csv: Nothing says which financial year the file calls Y1; give the setting "
            "year, such as \"2024/25\".\n");
  Settings settings;
  settings.year = 2024;
  EXPECT_EQ(bfr(bytes, settings),
            "error bfr.csv: The file holds 2 trusts; give the trust's own codes in the setting "
            "trust_codes.\n");
  settings.trust_codes = {"1"};
  EXPECT_EQ(bfr(bytes, settings),
            "error bfr.csv: No row is of the trust; correct the setting trust_codes.\n");
  EXPECT_EQ(
      bfr("TrustUPIN,Title\n1,2\n", settings),
      "error bfr.csv: The file is in none of the shapes of a Budget Forecast Return: EFALineNo "
      "with Y2P1 and Y2P2, EFALineNo with Y2 to Y4, or Year, Category and Value.\n");
}

TEST(FinanceBfr, ReadsTheDepartmentsLongTable) {
  const auto bytes = real_file("finance-layout/BudgetForecastReturn.SYNTHETIC.csv");
  if (!bytes) GTEST_SKIP() << "the department's synthetic forecasts are absent";
  Settings settings;
  settings.trust_codes = {"10192252"};
  const std::array<Document, 1> documents{{{1, "bfr.csv", *bytes, 0}}};
  EXPECT_EQ(shown(read_forecast_returns(documents, settings)),
            "finance.forecast_balance trust 2022-09-01..2023-08-31 61000000 @1:94\n"
            "finance.forecast_balance trust 2023-09-01..2024-08-31 54900000 @1:95\n"
            "finance.forecast_balance trust 2024-09-01..2025-08-31 49200000 @1:96\n");
}

TEST(FinanceDfeTable, KnowsAnAcademysYearFromAMaintainedSchools) {
  const std::array<Document, 1> documents{
      {{1, "Financial.csv",
        "RunId,URN,PeriodCoveredByReturn,FinanceType,TotalIncome,TotalExpenditure,InYearBalance,"
        "RevenueReserve\n2022,900001,12,Academy,1000,900,100,50\n"
        "2022,900002,3,Maintained,1000,500,500,NULL\n2022,900003,12,Academy,1000,599,401,1\n",
        0}}};
  EXPECT_EQ(shown(read_benchmarking_tables(documents, {})),
            "finance.income 900001 2021-09-01..2022-08-31 100000 @1:2\n"
            "finance.expenditure 900001 2021-09-01..2022-08-31 90000 @1:2\n"
            "finance.reserves 900001 2021-09-01..2022-08-31 5000 @1:2\n"
            "finance.in_year_balance 900001 2021-09-01..2022-08-31 10000 @1:2\n"
            "finance.income 900002 2021-04-01..2022-03-31 100000 @1:3\n"
            "finance.expenditure 900002 2021-04-01..2022-03-31 50000 @1:3\n"
            "finance.in_year_balance 900002 2021-04-01..2022-03-31 50000 @1:3\n"
            "finance.income 900003 2021-09-01..2022-08-31 100000 @1:4\n"
            "finance.expenditure 900003 2021-09-01..2022-08-31 59900 @1:4\n"
            "finance.reserves 900003 2021-09-01..2022-08-31 100 @1:4\n"
            "finance.in_year_balance 900003 2021-09-01..2022-08-31 40100 @1:4\n"
            "warning Financial.csv, row 3, column PeriodCoveredByReturn: The figures of 900002 for "
            "2021/22 (April to March) cover only 3 months.\n"
            "warning Financial.csv, row 4: 900003 has expenditure of \u00A3599, only 59 % of its "
            "income of \u00A31,000, for 2021/22; check that they are whole and in pounds. They "
            "count as they are.\n");
}

TEST(FinanceDfeTable, FindsTheOneRowThatDoesNotAddUp) {
  const auto bytes = real_file("finance-layout/Financial.ANONYMISED-TEST.csv");
  if (!bytes) GTEST_SKIP() << "the department's anonymised rows are absent";
  const std::array<Document, 1> documents{{{1, "Financial.csv", *bytes, 0}}};
  const auto reading = read_benchmarking_tables(documents, {});
  ASSERT_TRUE(reading) << reading.error().sentence;
  EXPECT_EQ(reading->rows, 1535U);
  std::map<std::string_view, int> figures;
  double balance = 0;
  for (const Observation& one : reading->observations) {
    ++figures[one.measure];
    const bool odd = one.organisation == "777047" && one.period_end > 19'000;
    if (odd && one.measure == "finance.in_year_balance") balance = one.value;
  }
  EXPECT_EQ(figures["finance.income"], 1535);
  EXPECT_EQ(figures["finance.in_year_balance"], 1535);
  EXPECT_EQ(balance, 8'880'000) << "income less expenditure counts";
  int not_adding_up = 0;
  int short_years = 0;
  for (const Note& note : reading->notes) {
    if (note.sentence.find("while income less expenditure is") != std::string::npos) {
      ++not_adding_up;
      EXPECT_EQ(note.sentence,
                "777047 says that its in-year balance for 2021/22 is \u00A389,076, while "
                "income less expenditure is \u00A388,800; the latter counts.");
    }
    short_years += note.sentence.find("cover only") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(not_adding_up, 1);
  EXPECT_EQ(short_years, 10);
}

TEST(FinanceDfeTable, SharesReservesOfIncomeAsTheDepartmentsRowsDo) {
  const auto bytes = real_file("finance-layout/Financial.ANONYMISED-TEST.csv");
  if (!bytes) GTEST_SKIP() << "the department's anonymised rows are absent";
  const std::array<Document, 1> documents{{{1, "Financial.csv", *bytes, 0}}};
  const auto reading = read_benchmarking_tables(documents, {});
  ASSERT_TRUE(reading) << reading.error().sentence;
  std::map<std::pair<std::string, std::int32_t>, std::map<std::string_view, double>> rows;
  for (const Observation& one : reading->observations) {
    rows[{one.organisation, one.period_end}][one.measure] = one.value;
  }
  std::vector<double> shares;
  for (auto& [key, row] : rows) {
    if (row["finance.income"] > 0) {
      shares.push_back(100 * row["finance.reserves"] / row["finance.income"]);
    }
  }
  std::sort(shares.begin(), shares.end());
  const auto below = [&](double limit) {
    return std::lower_bound(shares.begin(), shares.end(), limit) - shares.begin();
  };
  EXPECT_EQ(shares.size(), 1531U);
  EXPECT_EQ(below(5), 627);
  EXPECT_EQ(below(0), 205);
  EXPECT_NEAR(shares.at(765), 7.006, 0.0005);
}

TEST(FinanceCfr, FindsTheColumnsWhoseNamesAreFormulas) {
  const std::array<Document, 2> documents{
      {{1, "CFR_2022-23.csv",
        "URN,Total Income: I01:I18 - E30,Total Expenditure: (E01:E29 + E31 + E32),Staff Total: "
        "(E01:E03) + E05 + (E07: E11) + E26,Revenue Reserve: B01 + B02 + B06\n"
        "900001,100,90,70,SUPP\n",
        0},
       {2, "CFR_2017-18.csv",
        "URN,\"Total Income: I01 to I08, I11 to I15, I18\",\"Total Expenditure:\nE01 to E29 and "
        "E31 "
        "to E32 minus I9, I10, I16 and I17\",Revenue Reserve   B01 plus B02 plus B06\n"
        "900001,100,101,        NA\n",
        0}}};
  EXPECT_EQ(shown(read_maintained_returns(documents, {})),
            "finance.income 900001 2017-04-01..2018-03-31 10000 @2:2\n"
            "finance.expenditure 900001 2017-04-01..2018-03-31 10100 @2:2\n"
            "finance.in_year_balance 900001 2017-04-01..2018-03-31 -100 @2:2\n"
            "finance.income 900001 2022-04-01..2023-03-31 10000 @1:2\n"
            "finance.expenditure 900001 2022-04-01..2023-03-31 9000 @1:2\n"
            "finance.staff_costs 900001 2022-04-01..2023-03-31 7000 @1:2\n"
            "finance.in_year_balance 900001 2022-04-01..2023-03-31 1000 @1:2\n"
            "warning CFR_2017-18.csv, row 1: There is no column for staff costs. Name it in the "
            "settings, or give it as [] if the file has none.\n");
}

}  // namespace
}  // namespace kpid::plugins::finance
