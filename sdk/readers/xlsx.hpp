// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads one sheet of an Excel workbook (.xlsx), a row at a time, over bytes that the caller keeps
// alive. Memory is bounded by the workbook's shared texts and a piece of the sheet. Rows that hold
// nothing are passed over. Not safe to share between threads. Fields are UTF-8 and valid until the
// next call of next().
//
// A field is what the cell shows, written for a program: a number with all its digits and no
// exponent; a day as 2021-01-21, with a time of day as 2021-01-21 13:30:00, a time alone as
// 13:30:00; a share that the cell shows in percent as 57.1%; TRUE and FALSE; an error such as #REF!
// is blank.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/fault.hpp"
#include "readers/zip.hpp"

namespace kpid::readers {

struct XlsxOptions {
  // Names of the sheet to read, without regard to case and blanks; the first that is there is
  // taken. None: the first sheet that is not hidden.
  std::vector<std::string> sheets;
  std::size_t field_bytes = std::size_t{64} * 1024;
  std::size_t row_bytes = std::size_t{4} * 1024 * 1024;  // of the row's XML
  std::size_t columns = 4096;
  ZipLimits zip{10'000, std::uint64_t{4} << 30U, 250};
};

enum class CellKind : std::uint8_t { text, number, date, percent, boolean, error };

class XlsxReader {
 public:
  static tl::expected<XlsxReader, Fault> open(std::string_view bytes, XlsxOptions options = {});

  // True: a row was read. False: the end.
  tl::expected<bool, Fault> next();

  [[nodiscard]] const std::vector<std::string_view>& fields() const;
  [[nodiscard]] CellKind kind(std::size_t field) const;
  [[nodiscard]] std::uint32_t row() const;  // the sheet's own number
  // Whether serial numbers of days count from 1904.
  [[nodiscard]] bool since_1904() const;
  [[nodiscard]] const std::string& sheet() const;

 private:
  struct State;
  struct Forget {
    void operator()(State* state) const;
  };
  explicit XlsxReader(std::unique_ptr<State, Forget> state) : state_(std::move(state)) {}

  std::unique_ptr<State, Forget> state_;
};

}  // namespace kpid::readers
