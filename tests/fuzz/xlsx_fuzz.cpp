// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any rows, shared texts and styles, with NULs between, and any bytes as a workbook: rows come in
// order, cells within their limits and in UTF-8, or a fault.

#include <cstdint>
#include <cstdlib>

#include "readers/encoding.hpp"
#include "readers/table.hpp"
#include "readers/xlsx.hpp"
#include "unit/readers/workbook.hpp"

namespace {

using namespace kpid::readers;

void require(bool held) {
  if (!held) std::abort();
}

void check(std::string_view bytes) {
  XlsxOptions options;
  options.field_bytes = 64;
  options.columns = 32;
  options.row_bytes = 1000;
  auto reader = XlsxReader::open(bytes, options);
  if (!reader) return require(!reader.error().sentence.empty());
  std::uint32_t last = 0;
  auto more = reader->next();
  for (; more && *more; more = reader->next()) {
    require(reader->row() > last && !reader->fields().empty() && reader->fields().size() <= 32);
    last = reader->row();
    for (const auto field : reader->fields()) require(field.size() <= 64 && is_utf8(field));
  }
  require(more || !more.error().sentence.empty());
}

void check_table(std::string_view bytes) {
  auto table = Table::open(bytes, {{{"a"}}, {{"b*"}, false, true}});
  if (!table) return require(is_utf8(table.error().sentence));
  for (auto more = table->next(); more && *more; more = table->next()) {
    require(table->row() > table->header_row());
    for (const std::size_t column : table->group(1)) {
      const auto date = table->date(column, DateOrder::either);
      const auto pence = table->pence(column);
      require(table->has(column) && (date || is_utf8(date.error().sentence)) &&
              (pence || is_utf8(pence.error().sentence)));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  const auto take = [&bytes] {
    const auto part = bytes.substr(0, bytes.find('\0'));
    bytes.remove_prefix(std::min(part.size() + 1, bytes.size()));
    return std::string(part);
  };
  testing::Workbook workbook{{{"S", take()}}, {}};
  workbook.shared = {take()};
  workbook.formats = take();
  workbook.styles = take();
  const std::string made = testing::zip_of(testing::members_of(workbook), false);
  check(made);
  check_table(made);
  return 0;
}
