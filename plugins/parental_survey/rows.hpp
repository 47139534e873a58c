// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The rows of a file whose columns are questions, so that their names are not known beforehand: its
// cells row by row. For one thread; cells live until the next call of next().

#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/csv.hpp"

namespace kpid::plugins::parental_survey {

class Rows {
 public:
  static tl::expected<Rows, readers::Fault> open(std::string_view bytes);

  // True: a row that is not blank was read. False: the end.
  tl::expected<bool, readers::Fault> next();
  [[nodiscard]] std::uint32_t row() const { return csv_.row(); }
  [[nodiscard]] std::size_t size() const { return csv_.fields().size(); }
  // Trimmed; "" beyond the row's end.
  [[nodiscard]] std::string_view cell(std::size_t column) const;

 private:
  explicit Rows(readers::CsvReader csv) : csv_(std::move(csv)) {}
  readers::CsvReader csv_;
};

// A header's own words on one line, at most 80 bytes of them: for sentences. Only for columns that
// were recognised: of a file without a header, the first row is somebody's answers.
std::string shown_title(std::string_view title);

}  // namespace kpid::plugins::parental_survey
