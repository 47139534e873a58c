// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "rows.hpp"

#include <algorithm>

#include "common/reading.hpp"
#include "readers/cell.hpp"

namespace kpid::plugins::parental_survey {

tl::expected<Rows, readers::Fault> Rows::open(std::string_view bytes) {
  auto csv = readers::CsvReader::open(bytes);
  if (!csv) return tl::unexpected(std::move(csv.error()));
  return Rows(std::move(*csv));
}

tl::expected<bool, readers::Fault> Rows::next() {
  for (;;) {
    auto more = csv_.next();
    if (!more || !*more) return more;
    const auto& cells = csv_.fields();
    const bool blank = std::all_of(cells.begin(), cells.end(), [](std::string_view cell) {
      return readers::trim(cell).empty();
    });
    if (!blank) return true;
  }
}

std::string_view Rows::cell(std::size_t column) const {
  const auto& cells = csv_.fields();
  return column < cells.size() ? readers::trim(cells[column]) : std::string_view();
}

std::string shown_title(std::string_view title) {
  constexpr std::size_t kBytesMax = 80;
  std::string out;
  for (const char c : readers::trim(title)) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (blank && out.ends_with(' ')) continue;
    out.push_back(blank ? ' ' : c);
  }
  return clipped(std::move(out), kBytesMax);
}

}  // namespace kpid::plugins::parental_survey
