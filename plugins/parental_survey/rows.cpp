// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "rows.hpp"

#include <algorithm>

#include "common/reading.hpp"
#include "readers/cell.hpp"

namespace kpid::plugins::parental_survey {

tl::expected<Rows, readers::Fault> Rows::open(std::string_view bytes,
                                              const std::vector<std::string>& sheets) {
  auto source = readers::RowSource::open(bytes, {}, sheets);
  if (!source) return tl::unexpected(std::move(source.error()));
  return Rows(std::move(*source));
}

tl::expected<bool, readers::Fault> Rows::next() {
  for (;;) {
    auto more = source_.next();
    if (!more || !*more) return more;
    const auto& cells = source_.fields();
    const bool blank = std::all_of(cells.begin(), cells.end(), [](std::string_view cell) {
      return readers::trim(cell).empty();
    });
    if (!blank) return true;
  }
}

bool Rows::is_short(std::size_t width) const {
  return source_.xlsx() == nullptr && source_.fields().size() < width;
}

std::string_view Rows::cell(std::size_t column) const {
  const auto& cells = source_.fields();
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

std::string short_row(std::size_t cells, std::size_t width) {
  return "The row has " + std::to_string(cells) + " cells where the header has " +
         std::to_string(width) + "; look for a comma inside a cell without quotation marks.";
}

}  // namespace kpid::plugins::parental_survey
