// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "summary.hpp"

#include "finance/wide_table.hpp"

namespace kpid::plugins::finance {
namespace {

Layout layout() {
  Layout out;
  out.names.at(school) = {"URN", "School URN", "LAEstab", "School", "School name"};
  out.names.at(financial_year) = {"Financial year", "Academic year", "Year"};
  out.names.at(income) = {"Total income", "Income"};
  out.names.at(expenditure) = {"Total expenditure", "Expenditure"};
  out.names.at(staff_costs) = {"Total staff costs", "Staff costs", "Staffing costs"};
  out.names.at(reserves) = {"Reserves", "Revenue reserve", "Revenue reserves", "Closing reserves"};
  out.names.at(in_year_balance) = {"In-year balance", "In year balance", "Surplus/deficit",
                                   "Surplus/(deficit)"};
  out.names.at(cash) = {"Cash", "Cash at bank", "Cash at bank and in hand"};
  out.names.at(budget_income) = {"Budgeted income", "Income budget"};
  out.names.at(budget_expenditure) = {"Budgeted expenditure", "Expenditure budget"};
  out.names.at(forecast_balance) = {"Forecast balance", "Forecast reserves"};
  out.names.at(forecast_in_year_balance) = {"Forecast in-year balance"};
  out.names.at(months) = {"Months", "Period covered by return"};
  out.required = {school};
  out.told_if_absent = {income, expenditure, staff_costs, reserves};
  return out;
}

}  // namespace

tl::expected<Reading, Failure> read_summaries(std::span<const Document> documents,
                                              const Settings& settings) {
  Layout shape = layout();
  // A file that is one year's needs no column for it, if the settings say which.
  if (!settings.year) shape.required.push_back(financial_year);
  Notes notes;
  Reading out;
  Book book(notes);
  for (const Document& document : documents) {
    const auto done = read_wide_table(document, settings, shape, book, notes, out.rows);
    if (!done) return tl::unexpected(done.error());
  }
  out.observations = book.finish();
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::finance
