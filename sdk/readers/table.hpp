// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A CSV file or a sheet of an Excel workbook as a table: columns by name, rows of the header's
// width, typed cells. Which of both it is shows in the bytes. It finds the header below a preamble,
// passes over blank rows, skips ragged ones and reports them. The bytes must outlive the table;
// text cells live until the next call of next(). Not safe to share between threads. Faults quote
// cells only where TableOptions::quote_cells says so.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "readers/cell.hpp"
#include "readers/csv.hpp"
#include "readers/fault.hpp"
#include "readers/row_source.hpp"
#include "readers/table_header.hpp"
#include "readers/typed_cell.hpp"

namespace kpid::readers {

struct TableOptions {
  CsvOptions csv;
  std::size_t header_rows = 20;  // the header is looked for in so many rows
  bool quote_cells = false;      // faults may quote cells: never where a row may be a person's
  // Of a workbook, the names of the sheet to read, the first that is there; none: the first sheet.
  std::vector<std::string> sheet{};
  // Texts that say that a value is missing, besides those of is_missing().
  std::vector<std::string> missing{};
  // The header is of two rows, the upper with merged cells; a column's name is both, or the lower.
  bool two_row_header = false;
  // Where no row has any of the names that are asked for, the file has no header: these are the
  // names of its columns then, in order, and its first row is one of values. None: it must have
  // one.
  std::vector<std::string> names_without_header{};
  // A row of a CSV file that ends early has no values in the columns that it lacks.
  bool short_rows = false;
};

// What became of the file's rows.
struct TableReport {
  std::uint64_t rows_read = 0;     // handed out
  std::uint64_t rows_skipped = 0;  // ragged, or left out by skip()
  std::uint64_t rows_blank = 0;
  std::vector<Fault> skipped;                // why; the first kSkippedMax of them
  std::string sheet;                         // of a workbook
  std::vector<std::string> columns;          // that were found, as the header has them
  std::vector<std::string> lacking_columns;  // that were asked for in vain: the first name of each
  std::vector<std::string> unused_columns;   // names that nobody asked for; the first 100
  static constexpr std::size_t kSkippedMax = 100;
};

// "1,096 rows were read and 2 left out (row 3: The row has 2 cells …)."
std::string summary_of(const TableReport& report);

// "Columns read: "URN", "NumberOfPupils"; not in the file: "SchoolCapacity"; 12 others." For an
// admin who looks whether the settings name the right ones.
std::string columns_of(const TableReport& report);

class Table {
 public:
  // A column is named below by its index in `columns`, or by a member of its group().
  static tl::expected<Table, Fault> open(std::string_view bytes, std::vector<Column> columns,
                                         TableOptions options = {});

  // True: a row was read. False: the end. A fault ends the reading: the rest of the file cannot be
  // told into rows.
  tl::expected<bool, Fault> next();
  // The present row is not one to count: it is reported as skipped, for this reason.
  void skip(Fault why);

  // Whether an optional column is there; cells of one that is not are missing.
  [[nodiscard]] bool has(std::size_t column) const { return places_.at(column).has_value(); }
  // The columns that a column with `group` stands for, in the header's order.
  [[nodiscard]] const std::vector<std::size_t>& group(std::size_t column) const {
    return groups_.at(column);
  }
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
  [[nodiscard]] std::uint32_t header_row() const { return header_row_; }  // 0: it has none
  [[nodiscard]] const TableReport& report() const { return report_; }
  // So many of the file's bytes will not be looked at again once next() is called; 0 for a
  // workbook.
  [[nodiscard]] std::size_t offset() const;

  // Nothing stands there at all, where other missing cells hold a marker.
  [[nodiscard]] bool is_blank(std::size_t column) const { return trim(raw(column)).empty(); }
  [[nodiscard]] Cell<std::string_view> text(std::size_t column, std::size_t bytes_max = 200) const;
  [[nodiscard]] Cell<std::int64_t> pence(std::size_t column) const;
  [[nodiscard]] Cell<std::int64_t> pence_from_thousands(std::size_t column) const;
  [[nodiscard]] Cell<std::int64_t> integer(std::size_t column) const;
  [[nodiscard]] Cell<double> number(std::size_t column) const;
  [[nodiscard]] Cell<double> percent(std::size_t column) const;     // 57 % is 57
  [[nodiscard]] Cell<double> proportion(std::size_t column) const;  // 57 % is 0.57
  [[nodiscard]] Cell<bool> boolean(std::size_t column) const;       // true, yes, Y, 1 and the like
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
  tl::expected<void, Fault> find_header(std::string_view bytes);
  tl::expected<bool, Fault> take_header(const HeaderNames& names, std::uint32_t row);
  tl::expected<bool, Fault> go_without_header(std::string_view bytes);
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
  std::vector<std::vector<std::size_t>> groups_;
  std::size_t width_ = 0;
  std::uint32_t header_row_ = 0;
  TableReport report_;
};

}  // namespace kpid::readers
