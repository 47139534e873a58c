// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Rows of cells from a CSV file or a workbook's sheet, told apart by content. For table.cpp.

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "readers/csv.hpp"
#include "readers/xlsx.hpp"

namespace kpid::readers {

class RowSource {
 public:
  static tl::expected<RowSource, Fault> open(std::string_view bytes, const CsvLimits& csv,
                                             const std::vector<std::string>& sheets) {
    if (!ZipArchive::is_zip(bytes)) {
      auto reader = CsvReader::open(bytes, csv);
      if (!reader) return tl::unexpected(std::move(reader.error()));
      return RowSource(std::move(*reader));
    }
    XlsxOptions options;
    options.sheets = sheets;
    options.field_bytes = csv.field_bytes;
    options.columns = csv.columns;
    auto reader = XlsxReader::open(bytes, std::move(options));
    if (!reader) return tl::unexpected(std::move(reader.error()));
    return RowSource(std::move(*reader));
  }

  tl::expected<bool, Fault> next() {
    if (auto* csv = std::get_if<CsvReader>(&reader_)) return csv->next();
    return std::get_if<XlsxReader>(&reader_)->next();
  }
  [[nodiscard]] const std::vector<std::string_view>& fields() const {
    if (const auto* csv = std::get_if<CsvReader>(&reader_)) return csv->fields();
    return std::get_if<XlsxReader>(&reader_)->fields();
  }
  [[nodiscard]] std::uint32_t row() const {
    if (const auto* csv = std::get_if<CsvReader>(&reader_)) return csv->row();
    return std::get_if<XlsxReader>(&reader_)->row();
  }
  // The workbook, or null where it is a CSV file.
  [[nodiscard]] const XlsxReader* xlsx() const { return std::get_if<XlsxReader>(&reader_); }
  [[nodiscard]] const CsvReader* csv() const { return std::get_if<CsvReader>(&reader_); }

 private:
  template <class Reader>
  explicit RowSource(Reader reader) : reader_(std::move(reader)) {}

  std::variant<CsvReader, XlsxReader> reader_;
};

}  // namespace kpid::readers
