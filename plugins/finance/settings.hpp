// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the source's settings ask of the plugin "finance", as plain values. Nothing here is read
// from a document.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpid::plugins::finance {

// What a column can hold. The first of them are also what the plugin measures, in whole pence.
enum ColumnIndex : std::size_t {
  income,
  expenditure,
  staff_costs,
  reserves,
  in_year_balance,
  cash,
  budget_income,
  budget_expenditure,
  income_to_date,
  spend_to_date,
  staff_costs_to_date,
  budget_to_date,
  forecast_balance,
  forecast_income,
  forecast_expenditure,
  forecast_in_year_balance,
  school,
  financial_year,
  trust,
  months,
  finance_type,
  account,
  account_name,
  debit,
  credit,
  amount,
  date,
  transaction,
  line,
  actual,
  annual_budget,
  variance,
  forecast,
};
inline constexpr std::size_t kFigures = 16;
inline constexpr std::size_t kColumns = 33;

// The names of the columns in the settings ("staff_costs"), in the order of ColumnIndex.
extern const std::array<std::string_view, kColumns> kColumnNames;

enum class Format {
  summary,
  trial_balance,
  ledger,
  management_accounts,
  aar,
  bfr,
  urn_json,
  dfe_table,
  cfr,
};
inline constexpr std::size_t kFormats = 9;
extern const std::array<std::string_view, kFormats> kFormatNames;

// What "2022" alone means as a financial year.
enum class SingleYear { refused, starts, ends };

// What an account counts as.
enum class Kind { income, staff_costs, other_expenditure, reserves, cash, ignored };
inline constexpr std::size_t kKinds = 6;
extern const std::array<std::string_view, kKinds> kKindNames;

struct Settings {
  Format format = Format::summary;
  // The names under which a column may stand in the header. Nothing: the usual ones, and a column
  // that the format can do without may then be absent. Names: one of them must be there. Empty: the
  // file has no such column.
  std::array<std::optional<std::vector<std::string>>, kColumns> columns;
  std::optional<bool> in_thousands;  // nothing: as the format has it
  std::optional<int> year;           // in which the financial year starts, where no row says it
  std::optional<SingleYear> single_year;  // nothing: as the format has it
  std::optional<bool> starts_in_april;    // the financial year; nothing: as the format has it
  std::vector<std::string> trust_codes;   // the trust's own codes in its returns
  std::string sheet;                      // of a workbook; "": as the format has it
  std::string records;  // urn_json: the member that holds the schools; "": the top
  // The codes and names of accounts, each a pattern, by what they count as.
  std::array<std::vector<std::string>, kKinds> accounts;
  bool debit_is_negative = false;     // in a column of signed balances
  bool reserves_are_closing = false;  // the accounts of reserves hold the year's result too
  std::optional<std::int32_t> as_of;  // the day of a trial balance or of management accounts
  bool blank_is_zero = false;         // a blank cell of management accounts is 0
  // Whose a file is, by a pattern of its name: "st-example-*.csv" → "900001".
  std::vector<std::pair<std::string, std::string>> files;
};

}  // namespace kpid::plugins::finance
