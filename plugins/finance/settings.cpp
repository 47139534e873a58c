// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "settings.hpp"

namespace kpid::plugins::finance {

const std::array<std::string_view, kColumns> kColumnNames{"income",
                                                          "expenditure",
                                                          "staff_costs",
                                                          "reserves",
                                                          "in_year_balance",
                                                          "cash",
                                                          "budget_income",
                                                          "budget_expenditure",
                                                          "income_to_date",
                                                          "spend_to_date",
                                                          "staff_costs_to_date",
                                                          "budget_to_date",
                                                          "forecast_balance",
                                                          "forecast_income",
                                                          "forecast_expenditure",
                                                          "forecast_in_year_balance",
                                                          "school",
                                                          "financial_year",
                                                          "trust",
                                                          "months",
                                                          "finance_type",
                                                          "account",
                                                          "account_name",
                                                          "debit",
                                                          "credit",
                                                          "amount",
                                                          "date",
                                                          "transaction",
                                                          "line",
                                                          "actual",
                                                          "annual_budget",
                                                          "variance",
                                                          "forecast"};

const std::array<std::string_view, kFormats> kFormatNames{
    "summary",  "trial_balance", "ledger", "management_accounts", "aar", "bfr",
    "urn_json", "dfe_table",     "cfr"};

const std::array<std::string_view, kKinds> kKindNames{
    "income", "staff_costs", "other_expenditure", "reserves", "cash", "ignored"};

}  // namespace kpid::plugins::finance
