// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <map>

#include <gtest/gtest.h>

#include "finance/urn_json.hpp"
#include "unit/plugins/real_file.hpp"
#include "unit/plugins/shown.hpp"

namespace kpid::plugins::finance {
namespace {

std::string read(const std::string& bytes, const Settings& settings = {},
                 const std::string& name = "f.json") {
  const std::array<Document, 1> documents{{{1, name, bytes, 0}}};
  return shown(read_urn_json(documents, settings));
}

// A good school beside the bad one, and what it gives.
const std::string kGood = R"(, "900009": {"reserve": 9, "year": "2024/25"}})";

std::string good(int record = 2) {
  return "finance.reserves 900009 2024-09-01..2025-08-31 900 @1:" + std::to_string(record) + "\n";
}

TEST(FinanceUrnJson, ReadsReservesAndABalanceThatIsOnlyPublished) {
  EXPECT_EQ(read(R"json({"900001": {"perPupil": 6099, "reserve": 195000, "inYear": -294000.5,
                     "year": "2024/25"}, "900002": {"reserve": "(1,234)", "year": 202324}})json"),
            "finance.reserves 900001 2024-09-01..2025-08-31 19500000 @1:1\n"
            "finance.in_year_balance 900001 2024-09-01..2025-08-31 -29400050 @1:1\n"
            "finance.reserves 900002 2023-09-01..2024-08-31 -123400 @1:2\n");
}

TEST(FinanceUrnJson, TakesTheSchoolsFromAMemberAndTheYearFromTheSettings) {
  Settings settings;
  settings.records = "data.accounts";
  settings.year = 2023;
  settings.starts_in_april = true;
  settings.in_thousands = true;
  settings.columns[cash] = std::vector<std::string>{"bank", "money"};
  EXPECT_EQ(
      read(R"({"data": {"accounts": {"900001": {"money": 1.5, "reserve": null}}}})", settings),
      "finance.cash 900001 2023-04-01..2024-03-31 150000 @1:1\n");
}

TEST(FinanceUrnJson, TakesTheYearFromTheNameAndSaysASingleYearOnlyIfToldHow) {
  EXPECT_EQ(read(R"({"900001": {"reserve": 1}})", {}, "finance_2023-24.json"),
            "finance.reserves 900001 2023-09-01..2024-08-31 100 @1:1\n");
  Settings settings;
  settings.single_year = SingleYear::ends;
  EXPECT_EQ(read(R"({"900001": {"reserve": 1, "year": 2024}})", settings),
            "finance.reserves 900001 2023-09-01..2024-08-31 100 @1:1\n");
  settings.single_year = SingleYear::starts;
  EXPECT_EQ(read(R"({"900001": {"reserve": 1, "year": "2024"}})", settings),
            "finance.reserves 900001 2024-09-01..2025-08-31 100 @1:1\n");
}

TEST(FinanceUrnJson, RefusesWhatIsNoObjectOfSchools) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {" \n", "The file is empty; fetch or export it again."},
      {"[1, 2]",
       "The schools should be an object keyed by URN, but there is a list; name the "
       "member that holds them in the setting records."},
      {"{}", "There are no schools in it; export it again."},
      {"<!DOCTYPE html><html></html>",
       "The file is a web page (HTML), not JSON; look at the address or sign in again."},
      {"PK\x03\x04 xl/workbook.xml",
       "The file is a ZIP archive or an Excel workbook, not JSON; look at the address or sign in "
       "again."},
      {R"({"900001": {"pupils": 5, "year": "2024/25"}})",
       "No member is a school with a figure that is known by name; name the members "
       "that hold reserves, income and the like in the setting columns."},
  };
  for (const auto& [bytes, sentence] : cases) {
    EXPECT_EQ(read(bytes), "error f.json: " + sentence + "\n");
  }
  EXPECT_EQ(read(R"({"900001": {"reserve": 1)"),
            "error f.json: The file is not well-formed JSON, or was cut short; fetch or export it "
            "again.\n");
  Settings settings;
  settings.records = "accounts";
  EXPECT_EQ(read(R"({"finance": {}})", settings),
            "error f.json: There is no object of schools at \"accounts\"; correct the setting "
            "records.\n");
}

TEST(FinanceUrnJson, LeavesOutASchoolOrAnAmountAndKeepsTheOthers) {
  const auto school = [](const std::string& figures) { return R"({"900001": )" + figures + kGood; };
  const std::string amount_out = " This amount was left out; the others of the school count.\n";
  const std::string school_out = " The school was left out.\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {school("5"), "skipped f.json, 900001: There is no object of figures." + school_out},
      {school(R"({"reserve": true, "year": "2024/25"})"),
       "skipped f.json, 900001, reserve: The value is true or false, not text or a number." +
           amount_out},
      {school(R"({"reserve": 1.005, "year": "2024/25"})"),
       "skipped f.json, 900001, reserve: \"1.005\" is not an amount in pounds and whole pence." +
           amount_out},
      {school(R"({"reserve": 1e300, "year": "2024/25"})"),
       "skipped f.json, 900001, reserve: \"1e+300\" is not an amount in pounds and whole pence." +
           amount_out},
      {school(R"({"reserve": 100000000001, "year": "2024/25"})"),
       "skipped f.json, 900001, reserve: The value is more than 100 billion pounds." + amount_out},
      {school(R"({"income": -5, "year": "2024/25"})"),
       "skipped f.json, 900001, income: The value is below 0, while only reserves, cash and "
       "balances "
       "can be; check the sign." +
           amount_out},
      {school(R"({"reserve": 5, "year": "last"})"),
       "skipped f.json, 900001, year: \"last\" is not a year such as 2025/26." + school_out},
      {school(R"({"reserve": 5, "year": 2024})"),
       "skipped f.json, 900001, year: \"2024\" is not a year such as 2025/26." + school_out},
      {school(R"({"reserve": 5, "year": "1901/02"})"),
       "skipped f.json, 900001, year: \"1901/02\" is not a year between 1990 and 2099." +
           school_out},
      {school(R"({"reserve": 5})"),
       "skipped f.json, 900001: Nothing says which financial year the figures are of; give the "
       "setting year, such as \"2024/25\"." +
           school_out},
      {school(R"({"reserve": "SUPP", "year": "2024/25"})"), ""},
  };
  for (const auto& [bytes, notes] : cases) EXPECT_EQ(read(bytes), good() + notes) << bytes;
  EXPECT_EQ(read(R"({"900001": {"reserve": 1, "year": "2024/25"},
                     "900001": {"reserve": 1, "year": "2024/25"})" +
                 kGood),
            good(3) +
                "skipped f.json, row 2: 900001 has figures for 2024/25 in row 1 too. Which row "
                "counts is not clear, so both were left out.\n");
}

TEST(FinanceUrnJson, ShowsTheDeficitsOfAllSchools) {
  const auto bytes = real_file("schools-by-urn/finance.json");
  if (!bytes) GTEST_SKIP() << "the published finance figures are absent";
  const std::array<Document, 1> documents{{{1, "finance.json", *bytes, 0}}};
  const auto reading = read_urn_json(documents, {});
  ASSERT_TRUE(reading) << reading.error().sentence;
  std::map<std::string_view, int> figures;
  std::map<std::string_view, int> negative;
  for (const Observation& one : reading->observations) {
    ++figures[one.measure];
    if (one.value < 0) ++negative[one.measure];
  }
  EXPECT_EQ(reading->rows, 22'080U);
  EXPECT_EQ(figures["finance.reserves"], 22'080);
  EXPECT_EQ(figures["finance.in_year_balance"], 22'080);
  EXPECT_EQ(negative["finance.reserves"], 3'031);
  EXPECT_EQ(negative["finance.in_year_balance"], 7'461);
  EXPECT_EQ(figures.size(), 2U);
  EXPECT_TRUE(reading->notes.empty());
}

TEST(FinanceUrnJson, KnowsTheReservesOfARealTrust) {
  const auto bytes = real_file("trust/by_urn_2026.json");
  if (!bytes) GTEST_SKIP() << "the trust's published figures are absent";
  Settings settings;
  settings.records = "finance";
  const std::array<Document, 1> documents{{{1, "by_urn_2026.json", *bytes, 0}}};
  const auto reading = read_urn_json(documents, settings);
  ASSERT_TRUE(reading) << reading.error().sentence;
  double reserves_of_all = 0;
  std::map<std::string, double> balances;
  for (const Observation& one : reading->observations) {
    if (one.measure == "finance.reserves") reserves_of_all += one.value;
    if (one.measure == "finance.in_year_balance") balances[one.organisation] = one.value;
  }
  EXPECT_EQ(reserves_of_all, 63'900'000);
  EXPECT_EQ(balances, (std::map<std::string, double>{{"139883", 29'400'000},
                                                     {"142028", 2'600'000},
                                                     {"146511", 6'100'000},
                                                     {"146755", 6'900'000}}));
}

}  // namespace
}  // namespace kpid::plugins::finance
