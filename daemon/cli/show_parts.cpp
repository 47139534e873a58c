// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>

#include <boost/json.hpp>
#include <date/tz.h>
#include <fmt/format.h>

#include "cli/show.hpp"
#include "model/rule.hpp"

namespace kpid::cli {

namespace json = boost::json;

namespace {

const json::value nothing;
const json::array empty_list;

std::string grouped(std::string digits) {
  const std::size_t start = !digits.empty() && digits.front() == '-' ? 1 : 0;
  for (std::size_t i = digits.size(); i > start + 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

std::string clock_text(Timestamp at, const std::string& timezone) {
  if (!timezone.empty()) {
    try {
      return date::format("%e %b %Y %H:%M",
                          date::make_zoned(timezone, std::chrono::floor<std::chrono::minutes>(at)));
    } catch (
        const std::exception&) {  // a zone that this machine does not know: UTC, and it says so
    }
  }
  return date::format("%e %b %Y %H:%MZ", std::chrono::floor<std::chrono::minutes>(at));
}

}  // namespace

const json::value& member(const json::value& value, std::string_view pointer) {
  boost::system::error_code problem;
  const json::value* found = value.find_pointer(pointer, problem);
  return found == nullptr ? nothing : *found;
}

std::string text_at(const json::value& value, std::string_view pointer) {
  const json::value& found = member(value, pointer);
  return found.is_string() ? printable(std::string_view(found.get_string())) : std::string();
}

std::int64_t count_at(const json::value& value, std::string_view pointer) {
  boost::system::error_code problem;
  const auto number = member(value, pointer).to_number<std::int64_t>(problem);
  return problem ? 0 : number;
}

const json::array& list_at(const json::value& value, std::string_view pointer) {
  const json::value& found = member(value, pointer);
  return found.is_array() ? found.get_array() : empty_list;
}

std::string when(const json::value& instant, const Screen& screen) {
  if (!instant.is_string()) return "never";
  const auto at = parse_timestamp(std::string_view(instant.get_string()));
  if (!at) return "never";
  std::string text = clock_text(*at, screen.timezone);
  text.erase(0, text.find_first_not_of(' '));
  return text;
}

std::string plural(std::int64_t count, std::string_view one, std::string_view many) {
  return grouped(std::to_string(count)) + " " + std::string(count == 1 ? one : many);
}

std::string full_columns(std::vector<Row> table, bool colour) {
  const std::size_t columns = table.empty() ? 0 : table.front().size();
  for (std::size_t column = columns; column-- > 0;) {
    const bool empty = std::all_of(table.begin() + 1, table.end(), [column](const Row& row) {
      return column >= row.size() || row[column].text.empty();
    });
    if (!empty) continue;
    for (Row& row : table) {
      if (column < row.size()) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
    }
  }
  return table_text(table, colour);
}

std::string wrapped(std::string_view text, std::size_t indent, const Screen& screen) {
  constexpr std::size_t widest = 100;
  const std::size_t width = screen.width == 0 ? widest : std::min(screen.width, widest);
  std::string out;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) out += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string word = printable(text.substr(0, space));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (word.empty()) continue;
    const std::size_t taken = indent + display_width(line) + 1 + display_width(word);
    if (!line.empty() && taken > width) end_line();
    line += (line.empty() ? "" : " ") + word;
  }
  end_line();
  return out;
}

Paint paint_of_severity(std::string_view severity) {
  const auto known = parse_severity(severity);
  if (!known) return Paint::none;
  switch (*known) {
    case Severity::red:
      return Paint::red;
    case Severity::amber:
      return Paint::amber;
    case Severity::none:
      break;
  }
  return Paint::green;
}

std::string painted(std::string_view text, Paint paint, const Screen& screen) {
  std::string line = table_text({{Cell{std::string(text), paint}}}, screen.colour);
  line.pop_back();  // the end of the line
  return line;
}

}  // namespace kpid::cli
