// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The parts of an Excel workbook around its sheets: which there are, the shared texts, what a
// cell's style makes of a number. For xlsx.cpp.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/fault.hpp"
#include "readers/xlsx.hpp"
#include "readers/zip.hpp"

namespace pugi {
class xml_node;
}

namespace kpid::readers {

struct XlsxSheet {
  std::string name;
  std::size_t member = 0;  // of the archive
};

struct XlsxWorkbook {
  XlsxSheet sheet;
  bool since_1904 = false;
  std::optional<std::size_t> shared_texts;  // members
  std::vector<CellKind> styles;             // what each style makes of a number
};

tl::expected<XlsxWorkbook, Fault> open_workbook(const ZipArchive& archive,
                                                const std::vector<std::string>& sheets);

// Hands out the whole elements of one name inside their container, a piece of the member at a time,
// so that memory does not grow with the member.
class XlsxElements {
 public:
  // `container` holds elements `element` and nothing else. A single element is bounded.
  XlsxElements(ZipStream stream, std::string_view container, std::string_view element,
               std::size_t element_bytes_max);

  // Whole elements, to be parsed in place; empty at the end. Valid until the next call.
  tl::expected<std::span<char>, Fault> next();

 private:
  tl::expected<bool, Fault> fill();
  tl::expected<bool, Fault> enter();
  tl::expected<void, Fault> drain();

  ZipStream stream_;
  std::string container_;
  std::string element_;
  std::size_t element_bytes_max_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what has not been handed out
  std::size_t size_ = 0;   // bytes in the buffer
  bool inside_ = false;
  bool ended_ = false;
  std::string element_end_;    // "</row>", with the document's prefix
  std::string container_end_;  // "</sheetData>"
};

// All texts of the workbook's table, one after the other.
class XlsxTexts {
 public:
  static tl::expected<XlsxTexts, Fault> read(const ZipArchive& archive, std::size_t member);
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::string_view at(std::size_t index) const;

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

// The name without its namespace's prefix.
std::string_view xml_local_name(const char* name);
// Appends the text of a shared or inline string, without its pronunciation.
void append_rich_text(std::string& out, const pugi::xml_node& node);

inline constexpr std::string_view kDamagedWorkbook =
    "The Excel workbook is damaged; open it, save it again, or export the sheet as CSV.";

}  // namespace kpid::readers
