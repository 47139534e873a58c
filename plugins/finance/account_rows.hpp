// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The rows of a trial balance or a ledger: an account, an amount, whose it is and when. A row that
// cannot be read fails the document, because a sum without it would be wrong.

#include <cstdint>
#include <optional>
#include <string>

#include "common/reading.hpp"
#include "finance/account_map.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

struct AccountRow {
  std::optional<std::string> school;  // nothing: the row names none
  std::string code;
  std::string name;
  Net net = 0;
  std::optional<std::int32_t> date;
  std::string transaction;
  std::uint32_t row = 0;
};

class AccountRows {
 public:
  // `postings`: the rows are a ledger's, each with a date of its own.
  static tl::expected<AccountRows, Failure> open(const Document& document, const Settings& settings,
                                                 bool postings);

  // The next row with an amount; nothing at the end. Headings and rows of totals are passed over.
  tl::expected<std::optional<AccountRow>, Failure> next();

  [[nodiscard]] std::uint64_t rows_read() const { return table_.report().rows_read; }
  [[nodiscard]] const readers::Table& table() const { return table_; }

 private:
  AccountRows(const Document& document, const Settings& settings, bool postings,
              readers::Table table)
      : document_(&document), settings_(&settings), postings_(postings), table_(std::move(table)) {}
  tl::expected<void, Failure> check_columns();
  // Nothing where the row has no amount.
  tl::expected<std::optional<Net>, Failure> net() const;
  tl::expected<std::optional<AccountRow>, Failure> row(Net net) const;
  tl::expected<std::string, Failure> text(std::size_t column) const;
  [[nodiscard]] Failure fail(const readers::Fault& fault) const;

  const Document* document_;
  const Settings* settings_;
  bool postings_;
  readers::Table table_;
  std::optional<std::string> school_of_file_;
};

// The school that the settings say the file is of.
std::optional<std::string> school_of_file(const Document& document, const Settings& settings);

// What a total or heading calls itself instead of an account or a line: "Total", "Grand total".
bool is_total(std::string_view text);

}  // namespace kpid::plugins::finance
