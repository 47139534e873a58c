// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A CSV file or a sheet of an Excel workbook as a table: columns by name, rows of the header's
// width, typed cells. Which of both it is shows in the bytes. It finds the header below a preamble,
// passes over blank rows, skips ragged ones and reports them. The bytes
// must outlive the table; text cells live until the next call of next(). Not safe to share between
// threads. Faults quote cells only where TableOptions::quote_cells says so.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/cell.hpp"
#include "readers/csv.hpp"
#include "readers/fault.hpp"
#include "readers/row_source.hpp"
#include "readers/typed_cell.hpp"

namespace kpid::readers {

// A column that the caller wants. Names are compared without regard to ASCII case, blanks and line
// breaks; where the header has several of them, the first in this list is taken.
struct Column {
  std::vector<std::string> names;
  bool required = true;
};

struct TableOptions {
  CsvLimits csv;
  std::size_t header_rows = 20;  // the header is looked for in so many rows
  bool quote_cells = false;      // faults may quote cells: never where a row may be a person's
  // Of a workbook, the names of the sheet to read, the first that is there; none: the first sheet.
  std::vector<std::string> sheet{};
  // Texts that say that a value is missing, besides those of is_missing().
  std::vector<std::string> missing{};
};

// What became of the rows below the header.
struct TableReport {
  std::uint64_t rows_read = 0;     // handed out
  std::uint64_t rows_skipped = 0;  // ragged
  std::vector<Fault> skipped;      // why; the first kSkippedMax of them
  static constexpr std::size_t kSkippedMax = 100;
};

class Table {
 public:
  // A column is named below by its index in `columns`.
  static tl::expected<Table, Fault> open(std::string_view bytes, std::vector<Column> columns,
                                         TableOptions options = {});

  // True: a row was read. False: the end. A fault ends the reading: the rest of the file cannot be
  // told into rows.
  tl::expected<bool, Fault> next();

  // Whether an optional column is there; cells of one that is not are missing.
  [[nodiscard]] bool has(std::size_t column) const { return places_.at(column).has_value(); }
  // The column's name as the header has it, or its first accepted name.
  [[nodiscard]] const std::string& name(std::size_t column) const { return titles_.at(column); }
  // Where the column stands, counted from 0, and how many columns the header has: for a caller that
  // goes on with the rows by itself.
  [[nodiscard]] std::optional<std::size_t> position(std::size_t column) const {
    return places_.at(column);
  }
  [[nodiscard]] std::size_t width() const { return width_; }
  // The cell as it stands: for codes of which some look like a marker for "missing".
  [[nodiscard]] std::string_view raw(std::size_t column) const;
  [[nodiscard]] std::uint32_t row() const { return source_.row(); }
  [[nodiscard]] std::uint32_t header_row() const { return header_row_; }
  [[nodiscard]] const TableReport& report() const { return report_; }

  [[nodiscard]] Cell<std::string_view> text(std::size_t column, std::size_t bytes_max = 200) const;
  [[nodiscard]] Cell<std::int64_t> pence(std::size_t column) const;
  [[nodiscard]] Cell<std::int64_t> pence_from_thousands(std::size_t column) const;
  [[nodiscard]] Cell<std::int64_t> integer(std::size_t column) const;
  [[nodiscard]] Cell<double> number(std::size_t column) const;
  [[nodiscard]] Cell<double> percent(std::size_t column) const;
  [[nodiscard]] Cell<double> proportion(std::size_t column) const;
  // In a workbook a day is known as such whatever the order, and a bare number is a day's.
  [[nodiscard]] Cell<std::int32_t> date(std::size_t column, DateOrder order) const;
  [[nodiscard]] Cell<DateTime> date_time(std::size_t column, DateOrder order) const;
  [[nodiscard]] Cell<int> start_year(std::size_t column) const;

  // A fault of this row and column, in the caller's own words: "The value" or, where cells may be
  // quoted, the cell in quotation marks, and then `is` ("is negative").
  [[nodiscard]] Fault fault(std::size_t column, std::string_view is) const;

 private:
  Table(RowSource source, std::vector<Column> columns, TableOptions options)
      : source_(std::move(source)), columns_(std::move(columns)), options_(std::move(options)) {}
  tl::expected<void, Fault> find_header();
  tl::expected<bool, Fault> take_header(const std::vector<std::string>& names, std::uint32_t row);
  [[nodiscard]] CellKind kind(std::size_t column) const;
  [[nodiscard]] CellPlace place(std::size_t column) const;
  [[nodiscard]] std::optional<DateTime> workbook_time(std::size_t column) const;
  template <class T, class Read>
  [[nodiscard]] Cell<T> counted(std::size_t column, const Read& read) const;

  RowSource source_;
  std::vector<Column> columns_;
  TableOptions options_;
  std::vector<std::optional<std::size_t>> places_;
  std::vector<std::string> titles_;
  std::size_t width_ = 0;
  std::uint32_t header_row_ = 0;
  TableReport report_;
};

}  // namespace kpid::readers
