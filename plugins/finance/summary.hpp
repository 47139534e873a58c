// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads summary accounts: a row a school and financial year. A pure function of bytes and settings.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.hpp"

namespace kpid::plugins::finance {

// The columns in the order in which Settings and the table hold them.
enum ColumnIndex : std::size_t {
  school,
  financial_year,
  income,
  expenditure,
  staff_costs,
  reserves
};
inline constexpr std::size_t kColumns = 6;

struct Settings {
  // The names under which a column may stand in the header. Nothing: the usual ones, and an amount
  // may then be absent. Names: one of them must be there. Empty: the file has no such amount.
  std::array<std::optional<std::vector<std::string>>, kColumns> columns;
  bool in_thousands = false;
};

// One document that cannot be read fails the reading as a whole: an older document must not put its
// figures in the place of a newer one that is damaged. A row without a school or a year is left
// out; of a row with an amount that is none, only that amount. Where a school and year stand twice
// in a document, or differ between documents, none of their figures count.
tl::expected<Reading, Failure> read_summaries(std::span<const Document> documents,
                                              const Settings& settings);

}  // namespace kpid::plugins::finance
