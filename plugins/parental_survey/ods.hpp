// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads one sheet of an OpenDocument spreadsheet (.ods), as which Ofsted has published Parent View
// since November 2025, row by row over bytes that the caller keeps alive. The document is unpacked
// as a whole, up to 256 MiB, and parsed a row at a time. For one thread; cells live until the next
// call of next().

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/fault.hpp"

namespace kpid::plugins::parental_survey {

class OdsSheet {
 public:
  static bool is_ods(std::string_view bytes);

  // The first of these sheets that is there, without regard to case and blanks; none: the first.
  static tl::expected<OdsSheet, readers::Fault> open(std::string_view bytes,
                                                     const std::vector<std::string>& sheets);

  // True: a row that holds something was read. False: the end.
  tl::expected<bool, readers::Fault> next();
  // Numbers and shares as the document holds them (0.57), days as 2026-01-21, else the text.
  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }
  [[nodiscard]] std::uint32_t row() const { return row_; }

 private:
  explicit OdsSheet(std::string content) : content_(std::move(content)) {}
  // The next row's XML, which may be blank; "" at the sheet's end.
  tl::expected<std::string_view, readers::Fault> next_xml();
  tl::expected<void, readers::Fault> take_row(std::string_view xml);

  std::string content_;  // of content.xml
  std::size_t at_ = 0;   // of what has not been read
  std::size_t end_ = 0;  // of the sheet
  std::uint32_t row_ = 0;
  std::uint32_t next_row_ = 1;
  std::uint32_t again_ = 0;  // times that the row at hand is still to be handed out
  std::vector<std::string> cells_;
  std::vector<std::string_view> fields_;
};

}  // namespace kpid::plugins::parental_survey
