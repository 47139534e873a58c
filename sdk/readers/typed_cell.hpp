// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Turns the text of one cell into a typed value or a fault with its place: what tables, JSON and
// XML share, so that a cell means the same in each. Pure functions; any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "readers/cell.hpp"
#include "readers/fault.hpp"

namespace kpid::readers {

// Where a cell stands, for its faults.
struct CellPlace {
  std::uint32_t row = 0;
  std::string_view column;
  bool quote = false;                                 // faults may quote the cell
  const std::vector<std::string>* missing = nullptr;  // further markers, as the caller names them
};

// `is` in the caller's own words: "is negative". Where cells may be quoted the sentence begins with
// the cell in quotation marks, otherwise with "The value".
Fault cell_fault(const CellPlace& place, std::string_view cell, std::string_view is);

Cell<std::string_view> text_cell(const CellPlace& place, std::string_view cell,
                                 std::size_t bytes_max);
Cell<std::int64_t> pence_cell(const CellPlace& place, std::string_view cell);
Cell<std::int64_t> pence_from_thousands_cell(const CellPlace& place, std::string_view cell);
Cell<std::int64_t> integer_cell(const CellPlace& place, std::string_view cell);
Cell<double> number_cell(const CellPlace& place, std::string_view cell);
Cell<double> percent_cell(const CellPlace& place, std::string_view cell);
Cell<double> proportion_cell(const CellPlace& place, std::string_view cell);
Cell<bool> boolean_cell(const CellPlace& place, std::string_view cell);
Cell<std::int32_t> date_cell(const CellPlace& place, std::string_view cell, DateOrder order);
Cell<DateTime> date_time_cell(const CellPlace& place, std::string_view cell, DateOrder order);
Cell<int> start_year_cell(const CellPlace& place, std::string_view cell);

// Up to 40 bytes of a cell in quotation marks, without control characters, whole characters only.
std::string in_quotes(std::string_view cell);

}  // namespace kpid::readers
