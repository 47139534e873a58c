// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "read_settings.hpp"

#include <algorithm>

#include <kpid/error.hpp>

#include "finance/periods.hpp"
#include "readers/cell.hpp"

namespace kpid::plugins::finance {
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
  throw plugin::Failure(plugin::config_error(sentence));
}

Format format_from(const std::string& name) {
  const auto* const at = std::find(kFormatNames.begin(), kFormatNames.end(), name);
  if (at == kFormatNames.end()) {
    refuse("The setting format is none that this plugin knows: \"" + name + "\".");
  }
  return static_cast<Format>(at - kFormatNames.begin());
}

int year_from(const std::string& text) {
  const auto year = readers::to_start_year(text);
  if (year && *year >= kYearFirst && *year <= kYearLast) return *year;
  refuse(
      "The setting year is not a financial year between 1990/91 and 2099/00, such as 2024/25: \"" +
      text + "\".");
}

std::int32_t day_from(const std::string& text) {
  const auto day = readers::to_date(text, readers::DateOrder::year_month_day);
  if (day && *day >= first_day({kYearFirst, false}) && *day <= last_day({kYearLast, false})) {
    return *day;
  }
  refuse("The setting as_of is not a day between 1990 and 2099, as YYYY-MM-DD: \"" + text + "\".");
}

// Whether a file of that format can have the column.
bool has_column(Format format, std::size_t column) {
  const auto is_one_of = [column](std::initializer_list<std::size_t> columns) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  switch (format) {
    case Format::trial_balance:
    case Format::ledger:
      return is_one_of({school, account, account_name, debit, credit, amount, date}) ||
             (format == Format::ledger && column == transaction);
    case Format::management_accounts:
      return is_one_of({school, date, financial_year, line, actual, budget_to_date, annual_budget,
                        forecast, variance});
    case Format::bfr:
      return is_one_of({trust, line, financial_year});
    case Format::urn_json:
      return column < kFigures || column == financial_year;
    default:
      return column < kFigures || is_one_of({school, financial_year, trust, months, finance_type});
  }
}

void read_columns(const plugin::Settings& from, Settings& out) {
  for (std::size_t c = 0; c < kColumns; ++c) {
    const std::string name(kColumnNames.at(c));
    if (!from.has(name)) continue;
    if (!has_column(out.format, c)) {
      refuse("The setting columns has " + name + ", which a file of the format " +
             std::string(kFormatNames.at(static_cast<std::size_t>(out.format))) +
             " does not have; remove it, or correct the setting format.");
    }
    out.columns.at(c) = from.texts(name);
  }
}

}  // namespace

Settings settings_from(const plugin::Settings& from) {
  Settings out;
  out.format = format_from(from.text("format", "summary"));
  if (from.has("in_thousands")) out.in_thousands = from.truth("in_thousands");
  if (from.has("year")) out.year = year_from(from.text("year"));
  if (from.has("single_year")) {
    const std::string means = from.text("single_year");
    out.single_year = means == "starts" ? SingleYear::starts
                      : means == "ends" ? SingleYear::ends
                                        : SingleYear::refused;
  }
  if (from.has("financial_year_starts")) {
    out.starts_in_april = from.text("financial_year_starts") == "april";
  }
  out.trust_codes = from.texts("trust_codes");
  out.sheet = from.text("sheet", "");
  out.records = from.text("records", "");
  const plugin::Settings accounts = from.object("accounts");
  for (std::size_t k = 0; k < kKinds; ++k) out.accounts.at(k) = accounts.texts(kKindNames.at(k));
  out.debit_is_negative = from.text("signs", "debit_is_positive") == "debit_is_negative";
  out.reserves_are_closing = from.text("reserves_accounts", "opening") == "closing";
  if (from.has("as_of")) out.as_of = day_from(from.text("as_of"));
  out.blank_is_zero = from.truth("blank_is_zero", false);
  const plugin::Settings files = from.object("files");
  for (const std::string& name : files.names()) out.files.emplace_back(name, files.text(name));
  read_columns(from.object("columns"), out);
  return out;
}

}  // namespace kpid::plugins::finance
