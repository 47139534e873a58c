// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The rows of a file whose columns are questions, so that their names are not known beforehand: its
// cells row by row, of a CSV file or of a sheet of an Excel workbook or OpenDocument
// spreadsheet. For one thread; cells live until the
// next call of next().

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "parental_survey/ods.hpp"
#include "readers/row_source.hpp"

namespace kpid::plugins::parental_survey {

class Rows {
 public:
  // Of a workbook, the first of these sheets that is there; none: its first sheet.
  static tl::expected<Rows, readers::Fault> open(std::string_view bytes,
                                                 const std::vector<std::string>& sheets);

  // True: a row that is not blank was read. False: the end.
  tl::expected<bool, readers::Fault> next();
  [[nodiscard]] std::uint32_t row() const;
  [[nodiscard]] std::size_t size() const { return cells().size(); }
  // Whether the row has fewer cells than the header: then its cells may have slipped. A workbook
  // leaves blank cells out at a row's end, which is no fault.
  [[nodiscard]] bool is_short(std::size_t width) const;
  // Trimmed; "" beyond the row's end.
  [[nodiscard]] std::string_view cell(std::size_t column) const;

 private:
  using Source = std::variant<readers::RowSource, OdsSheet>;
  explicit Rows(Source source) : source_(std::move(source)) {}
  [[nodiscard]] const std::vector<std::string_view>& cells() const;
  Source source_;
};

// A header's own words on one line, at most 80 bytes of them: for sentences. Only for columns that
// were recognised: of a file without a header, the first row is somebody's answers.
std::string shown_title(std::string_view title);

// "The row has 3 cells where the header has 6; …"
std::string short_row(std::size_t cells, std::size_t width);

}  // namespace kpid::plugins::parental_survey
