// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A path, a line feed and any bytes: records end, their fields are values, missing or faults.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "readers/encoding.hpp"
#include "readers/json.hpp"

namespace {

using namespace kpid::readers;

void require(bool held) {
  if (!held) std::abort();
}

template <class T>
void check(const Cell<T>& cell) {
  if (!cell) require(!cell.error().sentence.empty() && is_utf8(cell.error().sentence));
}

void check_value(const JsonValue& value, std::string_view path) {
  const auto text = value.text(path);
  if (text && *text) require(is_utf8(**text) && !(*text)->empty() && value.has(path));
  check(text);
  check(value.integer(path));
  check(value.number(path));
  check(value.boolean(path));
  check(value.pence(path));
  check(value.percent(path));
  check(value.date(path, DateOrder::either));
  check(value.date_time(path, DateOrder::day_month_year));
  check(value.start_year(path));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto line = all.substr(0, all.find('\n'));
  const std::string path(is_utf8(line.substr(0, 40)) ? line.substr(0, 40) : "data");
  const auto bytes = all.substr(std::min(line.size() + 1, all.size()));
  const auto document = JsonDocument::open(bytes, {1000, true});
  if (!document) {
    require(!document.error().sentence.empty());
    return 0;
  }
  check_value(document->root(), path);
  auto records = document->records(path);
  if (!records) {
    require(is_utf8(records.error().sentence));
    return 0;
  }
  std::uint32_t count = 0;
  while (records->next()) {
    require(records->row() == ++count && is_utf8(records->key()));
    check_value(records->record(), "a.b");
    check_value(records->record(), "");
    check_value(records->record(), path);
  }
  return 0;
}
