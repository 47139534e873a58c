// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "aar.hpp"

#include "finance/wide_table.hpp"

namespace kpid::plugins::finance {
namespace {

// What both sheets have; their names differ in case, blanks and small words.
Layout common() {
  Layout out;
  out.trust_names = {"UID", "Company Number", "Lead UPIN"};
  out.names.at(financial_year) = {"Financial year"};
  out.names.at(income) = {"Total Income"};
  out.names.at(expenditure) = {"Total Expenditure"};
  out.names.at(staff_costs) = {"Total Staff Costs", "Staff Total"};
  out.names.at(reserves) = {"Revenue Reserve"};
  out.names.at(in_year_balance) = {"In Year Balance", "In-year balance"};
  out.told_if_absent = {income, expenditure, staff_costs, reserves};
  return out;
}

Layout academies() {
  Layout out = common();
  out.names.at(school) = {"URN", "LAEstab"};
  out.names.at(months) = {"Period covered by return", "Period covered by return (months)"};
  out.required = {school};
  out.sheets = {"Academies"};
  return out;
}

Layout central_services() {
  Layout out = common();
  out.rows_are_the_trusts = true;
  out.required = {income};
  out.sheets = {"Central Services", "CentralServices"};
  return out;
}

bool is_workbook(const Document& document) { return document.bytes.starts_with("PK\x03\x04"); }

}  // namespace

tl::expected<Reading, Failure> read_accounts_returns(std::span<const Document> documents,
                                                     const Settings& settings) {
  const Layout schools = academies();
  const Layout central = central_services();
  Notes notes;
  Reading out;
  Book book(notes);
  for (const Document& document : documents) {
    auto done = read_wide_table(document, settings, schools, book, notes, out.rows);
    // Whose the central services of other trusts are is of no interest.
    if (done && is_workbook(document) && settings.sheet.empty() && !settings.trust_codes.empty()) {
      done = read_wide_table(document, settings, central, book, notes, out.rows);
    }
    if (!done) return tl::unexpected(done.error());
  }
  out.observations = book.finish();
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::finance
