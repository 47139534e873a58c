// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes: the reader ends, stays within its limits, hands out valid UTF-8 or a fault, and reads
// plain text as a plain reader does.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "readers/cell.hpp"
#include "readers/csv.hpp"
#include "readers/encoding.hpp"
#include "unit/readers/plain_csv.hpp"

namespace {

using namespace kpid::readers;

void require(bool held) {
  if (!held) std::abort();
}

void check_limits(std::string_view bytes) {
  const CsvOptions options{64, 256, 16};
  auto reader = CsvReader::open(bytes, options);
  if (!reader) return require(!reader.error().sentence.empty());
  for (auto more = reader->next(); more && *more; more = reader->next()) {
    require(reader->fields().size() <= options.columns && reader->offset() <= bytes.size());
    for (const auto field : reader->fields()) {
      require(field.size() <= options.field_bytes && is_utf8(field));
      require(!is_missing(field) || !to_pence(field));
    }
  }
}

void compare(std::string_view text) {
  CsvOptions options;
  options.encoding = CsvEncoding::utf8;
  options.delimiter = ',';
  auto reader = CsvReader::open(text, options);
  if (!reader || !is_utf8(text) || text.starts_with("sep=") || text.starts_with("\xEF\xBB\xBF")) {
    return;
  }
  for (const auto& row : testing::read_plainly(text, ',')) {
    const auto more = reader->next();
    require((more && *more) == !row.faulty);
    if (row.faulty) return;
    const auto& fields = reader->fields();
    require(reader->row() == row.number &&
            std::equal(fields.begin(), fields.end(), row.fields.begin(), row.fields.end()));
  }
  const auto more = reader->next();
  require(more && !*more);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_limits(bytes);
  compare(bytes);
  return 0;
}
