// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Whether a row is a table's header, and which column stands where. Pure functions, for table.cpp.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "readers/fault.hpp"

namespace kpid::readers {

// A column that the caller wants. Names are compared without regard to ASCII case, blanks and line
// breaks; where the header has several of them, the first in this list is taken. A name may hold *
// for any text: "interval_*", "[*:*]".
struct Column {
  std::vector<std::string> names;
  bool required = true;
  // All columns that the names match, in the header's order, instead of one: see Table::group().
  bool group = false;
};

struct HeaderMatch {
  std::vector<std::optional<std::size_t>> places;  // of each wanted column, then of groups' members
  std::vector<std::string> titles;                 // as shown; a wanted name where there is none
  std::vector<std::vector<std::size_t>> groups;    // of each wanted column, into `places`
  std::vector<std::string> unused;                 // columns that nobody asked for
  std::size_t width = 0;                           // without blank names at the end
};

// The names of a header of one row, or of two, where a name above stands for all below it up to the
// next: "Happy" above "Agree", "Disagree" makes "Happy Agree", "Happy Disagree".
struct HeaderNames {
  std::vector<std::string> names;
  std::vector<std::string> lower;  // of two rows, those of the second alone; else empty
};
HeaderNames joined_names(const std::vector<std::string>& upper,
                         const std::vector<std::string>& lower);

// Nothing where a required column is missing; a fault where the header is ambiguous.
tl::expected<std::optional<HeaderMatch>, Fault> match_header(const std::vector<Column>& columns,
                                                             const HeaderNames& names,
                                                             std::uint32_t row);

// How much a row looks like the header, for the error: by names that match, then by likeness.
std::size_t likeness(const std::vector<Column>& columns, const HeaderNames& names);
// Whether some wanted name stands in the row.
bool has_some(const std::vector<Column>& columns, const HeaderNames& names);

// That required columns are missing in the row that looks most like the header.
Fault missing_columns(const std::vector<Column>& columns, const HeaderNames& names,
                      std::uint32_t row);

}  // namespace kpid::readers
