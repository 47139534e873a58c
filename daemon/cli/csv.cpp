// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "cli/csv.hpp"

#include <algorithm>
#include <array>

#include "cli/table.hpp"

namespace kpid::cli {
namespace {

// Spreadsheets take the wide forms for the plain ones where that is the language's custom.
bool may_be_a_formula(std::string_view text) {
  constexpr std::array<std::string_view, 11> beginnings{"=",
                                                        "+",
                                                        "-",
                                                        "@",
                                                        "\t",
                                                        "\r",
                                                        "\n",
                                                        "\xEF\xBC\x9D",
                                                        "\xEF\xBC\x8B",
                                                        "\xEF\xBC\x8D",
                                                        "\xEF\xBC\xA0"};
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [text](std::string_view one) { return text.starts_with(one); });
}

// printable() takes a line's end for what it is not here: part of a text in quotes.
std::string harmless(std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    out += printable(line);
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string csv_line(const std::vector<CsvCell>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    const CsvCell& cell = cells[i];
    std::string text = harmless(cell.text);
    if (!cell.number && may_be_a_formula(cell.text)) text.insert(0, 1, '\'');
    line += text.find_first_of(",\"\n\r") == std::string::npos ? text : quoted(text);
  }
  return line + "\r\n";
}

}  // namespace kpid::cli
