// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "national_tables.hpp"

#include "finance/wide_table.hpp"

namespace kpid::plugins::finance {
namespace {

Layout benchmarking() {
  Layout out;
  out.names.at(school) = {"URN"};
  out.names.at(financial_year) = {"RunId", "Year", "Financial year"};
  out.names.at(income) = {"TotalIncome"};
  out.names.at(expenditure) = {"TotalExpenditure"};
  out.names.at(staff_costs) = {"TotalStaffCosts"};
  out.names.at(reserves) = {"RevenueReserve"};
  out.names.at(in_year_balance) = {"InYearBalance"};
  out.names.at(months) = {"PeriodCoveredByReturn"};
  out.names.at(finance_type) = {"FinanceType"};
  out.required = {school};
  out.told_if_absent = {income, expenditure, reserves};
  out.single_year = SingleYear::ends;
  return out;
}

Layout maintained() {
  Layout out;
  out.names.at(school) = {"URN"};
  out.names.at(financial_year) = {"Financial year"};
  out.names.at(income) = {"Total Income: I01:I18 - E30",
                          "Total Income: I01 to I08, I11 to I15, I18", "Total Income"};
  out.names.at(expenditure) = {
      "Total Expenditure: (E01:E29 + E31 + E32)", "Total Expenditure: E01:E29 + E31 + E32",
      "Total Expenditure: E01 to E29 and E31 to E32 minus I9, I10, I16 and I17",
      "Total Expenditure"};
  out.names.at(staff_costs) = {"Staff Total: (E01:E03) + E05 + (E07: E11) + E26", "Staff Total",
                               "Total Staff Costs"};
  out.names.at(reserves) = {"Revenue Reserve: B01 + B02 + B06",
                            "Revenue Reserve B01 plus B02 plus B06", "Revenue Reserve"};
  out.names.at(in_year_balance) = {
      "In-year Balance: Total Income (I01:I18 - E30) - Total Expenditure (E01:E29 + E31 + E32)",
      "In-year Balance"};
  out.required = {school};
  out.told_if_absent = {income, expenditure, staff_costs, reserves};
  out.starts_in_april = true;
  out.sheets = {"CFR Data", "CFR_Data", "CFR_Output", "Raw CFR Data", "Maintained"};
  return out;
}

tl::expected<Reading, Failure> read_all(std::span<const Document> documents,
                                        const Settings& settings, const Layout& layout) {
  Notes notes;
  Reading out;
  Book book(notes);
  for (const Document& document : documents) {
    const auto done = read_wide_table(document, settings, layout, book, notes, out.rows);
    if (!done) return tl::unexpected(done.error());
  }
  out.observations = book.finish();
  notes.give(out);
  return out;
}

}  // namespace

tl::expected<Reading, Failure> read_benchmarking_tables(std::span<const Document> documents,
                                                        const Settings& settings) {
  return read_all(documents, settings, benchmarking());
}

tl::expected<Reading, Failure> read_maintained_returns(std::span<const Document> documents,
                                                       const Settings& settings) {
  return read_all(documents, settings, maintained());
}

}  // namespace kpid::plugins::finance
