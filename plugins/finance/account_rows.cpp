// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "account_rows.hpp"

#include <array>
#include <utility>

#include "finance/cells.hpp"
#include "finance/figures.hpp"

namespace kpid::plugins::finance {
namespace {

using readers::Table;

// The columns that are asked for, in the order in which the table knows them.
constexpr std::array<std::size_t, 8> kAsked{school, account, account_name, debit,
                                            credit, amount,  date,         transaction};

std::size_t place_of(std::size_t column) {
  std::size_t at = 0;
  while (kAsked.at(at) != column) ++at;
  return at;
}

std::vector<std::string> usual_names(std::size_t column, bool postings) {
  switch (column) {
    case school:
      return {"URN",         "School URN",  "LAEstab", "School", "School name",
              "Cost centre", "Cost center", "Academy", "Entity"};
    case account:
      return {"Account code", "Nominal code", "Nominal", "Ledger code",
              "GL code",      "N/C",          "Account", "Code"};
    case account_name:
      return {"Account name", "Nominal name", "Account description", "Name", "Description"};
    case debit:
      return {"Debit", "Debits", "Dr", "Debit - Year to date"};
    case credit:
      return {"Credit", "Credits", "Cr", "Credit - Year to date"};
    case amount:
      return postings ? std::vector<std::string>{"Amount", "Net amount", "Net", "Value"}
                      : std::vector<std::string>{
                            "Balance", "Closing balance", "Amount", "Net amount", "Net", "Value"};
    case date:
      return postings ? std::vector<std::string>{"Date", "Posting date", "Transaction date"}
                      : std::vector<std::string>{"As at", "Period end", "Date"};
    default:
      return {"Transaction", "Transaction number", "Transaction ID",
              "Tran No",     "Journal number",     "Journal"};
  }
}

std::vector<readers::Column> wanted(const Settings& settings, bool postings) {
  std::vector<readers::Column> out;
  out.reserve(kAsked.size());
  for (const std::size_t column : kAsked) {
    const auto& named = settings.columns.at(column);
    const bool always = column == account || (postings && column == date);
    out.push_back(
        {named ? *named : usual_names(column, postings), always || (named && !named->empty())});
  }
  return out;
}

}  // namespace

bool is_total(std::string_view text) {
  text = readers::trim(text);
  return fits(text, "total*") || fits(text, "grand total*") || fits(text, "subtotal*") ||
         fits(text, "sub-total*") || fits(text, "sub total*");
}

std::optional<std::string> school_of_file(const Document& document, const Settings& settings) {
  for (const auto& [pattern, code] : settings.files) {
    if (fits(document.name, pattern)) return organisation_of(code, settings);
  }
  return std::nullopt;
}

Failure AccountRows::fail(const readers::Fault& fault) const {
  return failure(document_->name, fault);
}

tl::expected<AccountRows, Failure> AccountRows::open(const Document& document,
                                                     const Settings& settings, bool postings) {
  readers::TableOptions options;
  options.quote_cells = true;  // a row is an account's
  if (!settings.sheet.empty()) options.sheet = {settings.sheet};
  auto table = Table::open(document.bytes, wanted(settings, postings), options);
  if (!table) return tl::unexpected(failure(document.name, table.error()));
  AccountRows out(document, settings, postings, std::move(*table));
  if (auto fit = out.check_columns(); !fit) return tl::unexpected(fit.error());
  return out;
}

tl::expected<void, Failure> AccountRows::check_columns() {
  const bool both = table_.has(place_of(debit)) && table_.has(place_of(credit));
  if (!both && !table_.has(place_of(amount))) {
    return tl::unexpected(
        fail({"The file has accounts but neither debit and credit nor a signed amount; name their "
              "columns in the settings.",
              table_.header_row(), ""}));
  }
  if (table_.has(place_of(school))) return {};
  school_of_file_ = school_of_file(*document_, *settings_);
  if (school_of_file_) return {};
  return tl::unexpected(
      fail({"Nothing says whose the accounts are; name the column of the school, or say in the "
            "setting files whose a file of this name is.",
            0, ""}));
}

tl::expected<std::optional<Net>, Failure> AccountRows::net() const {
  const bool thousands = settings_->in_thousands.value_or(false);
  const auto read = [&](std::size_t column) {
    return thousands ? table_.pence_from_thousands(place_of(column))
                     : table_.pence(place_of(column));
  };
  const bool both = table_.has(place_of(debit)) && table_.has(place_of(credit));
  std::optional<Net> net;
  for (const std::size_t column :
       both ? std::vector<std::size_t>{debit, credit} : std::vector<std::size_t>{amount}) {
    const auto cell = read(column);
    if (!cell) return tl::unexpected(fail(cell.error()));
    if (!*cell) continue;
    if (**cell > kPenceMax || **cell < -kPenceMax) {
      return tl::unexpected(
          fail(table_.fault(place_of(column), "is more than 100 billion pounds")));
    }
    const bool negative = column == credit || (!both && settings_->debit_is_negative);
    net = net.value_or(0) + (negative ? -**cell : **cell);
  }
  return net;
}

tl::expected<std::string, Failure> AccountRows::text(std::size_t column) const {
  const auto cell = table_.text(place_of(column));
  if (!cell) return tl::unexpected(fail(cell.error()));
  return *cell ? std::string(**cell) : std::string();
}

// A row with an amount; nothing where it is one of totals.
tl::expected<std::optional<AccountRow>, Failure> AccountRows::row(Net net) const {
  AccountRow out;
  out.net = net;
  out.row = table_.row();
  for (const auto& [column, into] : {std::pair{account, &out.code},
                                     {account_name, &out.name},
                                     {transaction, &out.transaction}}) {
    auto read = text(column);
    if (!read) return tl::unexpected(read.error());
    *into = std::move(*read);
  }
  auto whose = text(school);
  if (!whose) return tl::unexpected(whose.error());
  if (is_total(out.code) || (out.code.empty() && (is_total(out.name) || is_total(*whose)))) {
    return std::optional<AccountRow>();
  }
  if (out.code.empty()) {
    return tl::unexpected(
        fail({"The row has an amount but no account; give it one, or call it "
              "Total if it is a sum of others.",
              table_.row(), table_.name(place_of(account))}));
  }
  out.school = school_of_file_;
  if (!whose->empty()) out.school = organisation_of(*whose, *settings_);
  const auto day = table_.date(place_of(date), readers::DateOrder::either);
  if (!day) return tl::unexpected(fail(day.error()));
  out.date = *day;
  if (postings_ && !out.date) {
    return tl::unexpected(
        fail({"The posting has no date.", table_.row(), table_.name(place_of(date))}));
  }
  return std::optional(std::move(out));
}

tl::expected<std::optional<AccountRow>, Failure> AccountRows::next() {
  for (;;) {
    const auto more = table_.next();
    if (!more) return tl::unexpected(fail(more.error()));
    if (!table_.report().skipped.empty()) return tl::unexpected(fail(table_.report().skipped[0]));
    if (!*more) return std::optional<AccountRow>();
    const auto sum = net();
    if (!sum) return tl::unexpected(sum.error());
    if (!*sum) continue;
    auto out = row(**sum);
    if (!out || *out) return out;
  }
}

}  // namespace kpid::plugins::finance
