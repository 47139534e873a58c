// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Tables aligned for a terminal. Pure functions. [any thread]

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>

namespace kpid::cli {

enum class Paint { none, green, amber, red };

struct Cell {
  std::string text;
  Paint paint = Paint::none;
};
using Row = std::vector<Cell>;

// The text without control characters (each becomes '?'), so that a name cannot steer the terminal.
[[nodiscard]] std::string printable(std::string_view text);
// Columns that UTF-8 text takes up: wide East Asian and emoji two, combining marks none.
[[nodiscard]] std::size_t display_width(std::string_view text);
// The first row is the heading. Short rows are filled up with empty cells.
[[nodiscard]] std::string table_text(const std::vector<Row>& rows, bool colour);

// One line a KPI, one column an organisation. Each element of `rows` is an object with the strings
// kpi, organisation, value and severity ("none", "amber", "red" or "no data"); elements without a
// kpi or an organisation are left out.
[[nodiscard]] std::string kpi_table_text(const boost::json::array& rows, bool colour);

}  // namespace kpid::cli
