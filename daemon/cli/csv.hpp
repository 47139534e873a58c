// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// CSV as RFC 4180 has it, for people who open it in a spreadsheet. Pure. [any thread]

#include <string>
#include <string_view>
#include <vector>

namespace kpid::cli {

inline constexpr std::string_view byte_order_mark =
    "\xEF\xBB\xBF";  // without it Excel reads £ as Â£

struct CsvCell {
  std::string text;
  bool number = false;  // made by kpid, so that a minus in front of it stays a number
};

// With its line's end (CR LF). A text that a spreadsheet would take for a formula (= + - @, a tab,
// a line's beginning) gets an apostrophe in front; control characters that could steer a terminal
// become '?', line ends within a text stay.
[[nodiscard]] std::string csv_line(const std::vector<CsvCell>& cells);

}  // namespace kpid::cli
