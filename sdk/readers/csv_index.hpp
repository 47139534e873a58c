// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Finds the ends of fields and rows in a piece of CSV, 64 bytes at a time with what the processor
// has (AVX2, otherwise plain code that the compiler vectorises). For csv.cpp.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kpid::readers {

// Where fields and rows end in a piece that begins at a row's beginning. Delimiters and line ends
// inside quoted fields are none.
struct CsvIndex {
  std::vector<std::uint32_t> ends;  // offset of the delimiter or line end after each field
  // For each whole row, the place in `ends` of its last field. A carriage return with a line feed
  // is one line end and stands at the carriage return.
  std::vector<std::uint32_t> row_last;
  std::size_t rows = 0;  // how many of row_last count
  bool quotes = false;   // some field is quoted
  bool beyond_ascii = false;
};

// Indexes the whole rows at the front of `piece` that are regular: every quotation mark opens a
// field, closes one or is doubled inside one; no NUL. What comes after the first irregular place
// and a last row without a line end are left out. A piece has at most 1 GB.
void index_csv(std::string_view piece, char delimiter, CsvIndex& out);
// The same without what only newer processors have.
void index_csv_plainly(std::string_view piece, char delimiter, CsvIndex& out);

}  // namespace kpid::readers
