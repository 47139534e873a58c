// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes: records end, their fields are values, missing or faults, all in UTF-8.

#include <cstdint>
#include <cstdlib>

#include "readers/encoding.hpp"
#include "readers/xml.hpp"

namespace {

using namespace kpid::readers;

void require(bool held) {
  if (!held) std::abort();
}

template <class T>
void check(const Cell<T>& cell) {
  if (!cell) require(!cell.error().sentence.empty() && is_utf8(cell.error().sentence));
}

void check_element(const XmlElement& element, std::string_view path) {
  const auto text = element.text(path);
  if (text && *text) require(is_utf8(**text) && !(*text)->empty() && element.has(path));
  check(text);
  check(element.integer(path));
  check(element.number(path));
  check(element.pence(path));
  check(element.percent(path));
  check(element.date(path, DateOrder::either));
  check(element.date_time(path, DateOrder::year_month_day));
  check(element.start_year(path));
  require(is_utf8(element.fault(path, "is odd").sentence));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto document = XmlDocument::open(bytes, {1000, true});
  if (!document) {
    require(!document.error().sentence.empty());
    return 0;
  }
  for (const std::string_view path : {"", "b", "@a", "b/@a", "b/c"}) {
    check_element(document->root(), path);
  }
  auto records = document->records("a/b/c");
  if (!records) return 0;
  std::uint32_t count = 0;
  while (records->next()) {
    require(records->row() == ++count);
    check_element(records->record(), "");
    check_element(records->record(), "d/@a");
  }
  return 0;
}
