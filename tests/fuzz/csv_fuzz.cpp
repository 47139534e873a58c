// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes: the reader ends, stays within its limits and hands out valid UTF-8 or a fault.

#include <cstdint>
#include <cstdlib>

#include "readers/cell.hpp"
#include "readers/csv.hpp"
#include "readers/encoding.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kpid::readers;
  const CsvLimits limits{64, 256, 16};
  auto reader = CsvReader::open({reinterpret_cast<const char*>(data), size}, limits);
  if (!reader) return 0;
  for (auto more = reader->next(); more && *more; more = reader->next()) {
    if (reader->fields().size() > limits.columns) std::abort();
    for (const auto field : reader->fields()) {
      if (field.size() > limits.field_bytes || !is_utf8(field)) std::abort();
      if (is_missing(field) && to_pence(field)) std::abort();
    }
  }
  return 0;
}
