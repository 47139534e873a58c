// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "rows.hpp"

#include <algorithm>

#include "common/reading.hpp"
#include "readers/cell.hpp"

namespace kpid::plugins::parental_survey {

tl::expected<Rows, readers::Fault> Rows::open(std::string_view bytes,
                                              const std::vector<std::string>& sheets) {
  if (OdsSheet::is_ods(bytes)) {
    auto sheet = OdsSheet::open(bytes, sheets);
    if (!sheet) return tl::unexpected(std::move(sheet.error()));
    return Rows(std::move(*sheet));
  }
  auto source = readers::RowSource::open(bytes, {}, sheets);
  if (!source) return tl::unexpected(std::move(source.error()));
  return Rows(std::move(*source));
}

tl::expected<bool, readers::Fault> Rows::next() {
  for (;;) {
    auto more = std::visit([](auto& source) { return source.next(); }, source_);
    if (!more || !*more) return more;
    const bool blank = std::all_of(cells().begin(), cells().end(), [](std::string_view cell) {
      return readers::trim(cell).empty();
    });
    if (!blank) return true;
  }
}

const std::vector<std::string_view>& Rows::cells() const {
  return std::visit(
      [](const auto& source) -> const std::vector<std::string_view>& { return source.fields(); },
      source_);
}

std::uint32_t Rows::row() const {
  return std::visit([](const auto& source) { return source.row(); }, source_);
}

bool Rows::is_short(std::size_t width) const {
  const auto* source = std::get_if<readers::RowSource>(&source_);
  return source != nullptr && source->csv() != nullptr && cells().size() < width;
}

std::string_view Rows::cell(std::size_t column) const {
  return column < cells().size() ? readers::trim(cells()[column]) : std::string_view();
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
