// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The built plugin on the fixture of each format, loaded as the daemon's child process loads it.

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "support/places.hpp"

namespace kpid::plugin {
namespace {

const kpid_plugin_v1& finance() {
  static const kpid_plugin_v1& plugin =
      load_plugin(kpid::testing::binary_folder() + "/plugins/finance.so");
  return plugin;
}

// What a pull of that fixture gives, a line a figure: "measure organisation year value", and the
// notes; its error where it fails.
std::string pulled(const std::string& fixture, const std::string& settings) {
  FakeHost host(finance());
  const std::string path = kpid::testing::source_folder() + "/plugins/finance/fixtures/" + fixture;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  FakeDocument document;
  document.bytes = {std::istreambuf_iterator<char>(file), {}};
  document.origin = path;
  host.add_document("f", document);
  const auto outcome = host.pull(R"({"path": "f")" + settings + "}");
  if (!outcome.is_ok()) return outcome.operator_text + outcome.developer_text;
  EXPECT_TRUE(host.violations().empty());
  std::string out;
  for (const SeenObservation& one : host.committed()) {
    const std::chrono::year_month_day first{one.period.first};
    out += one.measure.substr(one.measure.find('.') + 1) + " " + one.organisation + " " +
           std::to_string(static_cast<int>(first.year())) + " ";
    if (one.value) out += std::to_string(static_cast<std::int64_t>(*one.value));
    if (one.numerator) {
      out += std::to_string(static_cast<std::int64_t>(*one.numerator)) + "/" +
             std::to_string(static_cast<std::int64_t>(*one.denominator));
    }
    out += "\n";
  }
  for (const auto& note : host.notes()) out += note.place + ": " + note.sentence + "\n";
  return out;
}

const std::string kAccounts = R"(, "accounts": {"income": ["50000-59999"],
    "staff_costs": ["60000-64999"], "other_expenditure": ["65000-69999"], "reserves": ["40100"],
    "cash": ["201*"], "ignored": ["30000-39999", "45100"]})";

TEST(FinancePluginFormats, ReadsATrialBalance) {
  EXPECT_EQ(pulled("trial_balance_2026-01-31.csv", R"(, "format": "trial_balance")" + kAccounts),
            "reserves 900001 2025 19830000\ncash 900001 2025 21240025\n"
            "income_to_date 900001 2025 74835000\nspend_to_date 900001 2025 73430000\n"
            "staff_costs_to_date 900001 2025 62450000\n"
            "days_of_cash 900001 2025 3249723825/73430000\n");
}

TEST(FinancePluginFormats, ReadsALedger) {
  EXPECT_EQ(pulled("ledger.csv", R"(, "format": "ledger")" + kAccounts),
            "income_to_date 900001 2025 14840000\nspend_to_date 900001 2025 10764000\n"
            "staff_costs_to_date 900001 2025 9964000\n");
}

TEST(FinancePluginFormats, ReadsManagementAccounts) {
  EXPECT_EQ(pulled("management_accounts.csv",
                   R"(, "format": "management_accounts", "year": "2025/26", "accounts": {
                      "income": ["name:*grant", "name:*income"], "staff_costs": ["name:*staff"],
                      "other_expenditure": ["Premises", "Supplies"]})"),
            "budget_income 900001 2025 179200000\nbudget_expenditure 900001 2025 173300000\n"
            "income_to_date 900001 2025 74835000\nspend_to_date 900001 2025 73430000\n"
            "staff_costs_to_date 900001 2025 62450000\nbudget_to_date 900001 2025 72200000\n"
            "forecast_in_year_balance 900001 2025 4950000\n");
}

TEST(FinancePluginFormats, ReadsAnAccountsReturn) {
  EXPECT_EQ(
      pulled("AAR_2023-24.xlsx", R"(, "format": "aar", "trust_codes": ["09561302"],
                                    "columns": {"trust": "Company Number"})"),
      "income 900001 2023 115000000\nexpenditure 900001 2023 114200000\n"
      "staff_costs 900001 2023 92500000\nreserves 900001 2023 19800000\n"
      "in_year_balance 900001 2023 800000\n"
      "income 900002 2023 79500000\nexpenditure 900002 2023 79000000\n"
      "reserves 900002 2023 300000\nin_year_balance 900002 2023 500000\n"
      "income 900004 2023 16000000\nexpenditure 900004 2023 16200000\n"
      "staff_costs 900004 2023 12100000\nreserves 900004 2023 7900000\n"
      "in_year_balance 900004 2023 -200000\n"
      "income trust 2023 29800000\nexpenditure trust 2023 30400000\n"
      "staff_costs trust 2023 25100000\nreserves trust 2023 4200000\n"
      "in_year_balance trust 2023 -600000\n"
      "AAR_2023-24.xlsx, row 6, column Period covered by return: The figures of 900004 for 2023/24 "
      "cover only 4 months.\n"
      "AAR_2023-24.xlsx: Left out: 2 rows of other trusts.\n"
      "AAR_2023-24.xlsx: Left out: 1 row of other trusts.\n");
}

TEST(FinancePluginFormats, ReadsAForecastReturn) {
  EXPECT_EQ(pulled("forecast_return.csv", R"(, "format": "bfr", "year": "2024/25")"),
            "forecast_balance trust 2025 41200000\nforecast_income trust 2025 660000000\n"
            "forecast_expenditure trust 2025 665000000\n");
}

TEST(FinancePluginFormats, ReadsJsonKeyedByUrn) {
  EXPECT_EQ(pulled("accounts_by_urn.json", R"(, "format": "urn_json")"),
            "reserves 900001 2024 18425000\nin_year_balance 900001 2024 3185000\n"
            "reserves 900002 2024 5187520\nin_year_balance 900002 2024 -1230000\n");
}

TEST(FinancePluginFormats, StatesTheDayOfTheFilesName) {
  FakeHost host(finance());
  host.add_document("f", {.bytes = "School,Year,Reserves\n900001,2024/25,5\n",
                          .origin = "in/summary_2025-11-30.csv"});
  ASSERT_TRUE(host.pull(R"({"path": "f", "columns": {"income": [], "expenditure": [],
                            "staff_costs": []}})")
                  .is_ok());
  ASSERT_EQ(host.committed().size(), 1U);
  EXPECT_EQ(host.committed()[0].stated_on, make_day(2025, 11, 30));
}

}  // namespace
}  // namespace kpid::plugin
