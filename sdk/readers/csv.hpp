// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads CSV as schools have it, a record at a time, over bytes that the caller keeps alive. Memory
// stays flat (one record), except that UTF-16 is converted as a whole. Not safe to share between
// threads. Fields are UTF-8 and valid until the next call of next().

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/fault.hpp"

namespace kpid::readers {

struct CsvLimits {
  std::size_t field_bytes = std::size_t{64} * 1024;
  std::size_t row_bytes = std::size_t{1024} * 1024;
  std::size_t columns = 4096;
};

class CsvReader {
 public:
  // Finds out encoding and delimiter; refuses an empty file and one that is not text.
  static tl::expected<CsvReader, Fault> open(std::string_view bytes, CsvLimits limits = {});

  // True: a record was read. False: the end. Blank lines are counted and passed over.
  tl::expected<bool, Fault> next();

  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }
  // Number of the current record, counted from 1, header, blank and `sep=` lines included.
  [[nodiscard]] std::uint32_t row() const { return row_; }
  [[nodiscard]] char delimiter() const { return delimiter_; }

 private:
  CsvReader() = default;
  tl::expected<void, Fault> read_record();
  tl::expected<void, Fault> append(char byte);
  bool take_line_end();
  void end_field() { ends_.push_back(record_.size()); }

  std::unique_ptr<std::string> converted_;  // owns the text where the file was UTF-16
  std::string_view text_;
  std::size_t at_ = 0;
  CsvLimits limits_;
  char delimiter_ = ',';
  bool windows_1252_ = false;
  std::uint32_t row_ = 0;
  std::string record_;
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> fields_;
};

}  // namespace kpid::readers
