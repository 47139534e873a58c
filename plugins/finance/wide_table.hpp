// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads tables with a row a school and year and a column a figure. What the several such formats
// have in common; each of them is a Layout.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.hpp"
#include "finance/figures.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

struct Layout {
  // Under which names each column usually stands; none: the format does not know it.
  std::array<std::vector<std::string>, kColumns> names;
  std::vector<std::string> trust_names;     // columns of the trust's codes: any of them will do
  std::vector<std::string> sheets;          // of a workbook: the first that is there
  std::vector<std::size_t> required;        // besides those that the settings name
  std::vector<std::size_t> told_if_absent;  // amounts whose absence is a warning
  bool in_thousands = false;
  bool starts_in_april = false;
  SingleYear single_year = SingleYear::refused;
  bool year_outside_rows = false;    // the year may stand in the settings or in the file's name
  bool rows_are_the_trusts = false;  // its own, not a school's
};

// A table that cannot be read fails the reading as a whole: an older document must not put its
// figures in the place of a newer one that is damaged. A row without a school or a year is left
// out; of a row with an amount that is none, only that amount.
tl::expected<void, Failure> read_wide_table(const Document& document, const Settings& settings,
                                            const Layout& layout, Book& book, Notes& notes,
                                            std::uint64_t& rows_read);

}  // namespace kpid::plugins::finance
