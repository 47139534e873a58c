// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cli/table.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <boost/json.hpp>

#include "model/rule.hpp"

namespace kpid::cli {
namespace {

std::string_view escape_of(Paint paint) {
  switch (paint) {
    case Paint::green:
      return "\x1b[32m";
    case Paint::amber:
      return "\x1b[33m";
    case Paint::red:
      return "\x1b[31m";
    case Paint::none:
      break;
  }
  return {};
}

std::string text_of(const boost::json::object& row, std::string_view key) {
  const auto* value = row.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string().data(), value->get_string().size());
}

// A severity that the model does not know, as "no data" is, stays without a colour.
Paint paint_of(std::string_view text) {
  const std::optional<Severity> severity = parse_severity(text);
  if (!severity) return Paint::none;
  switch (*severity) {
    case Severity::none:
      return Paint::green;
    case Severity::amber:
      return Paint::amber;
    case Severity::red:
      return Paint::red;
  }
  return Paint::none;
}

std::size_t width_of(char32_t point) {
  if ((point >= 0x300 && point <= 0x36F) || (point >= 0x200B && point <= 0x200D) ||
      (point >= 0xFE00 && point <= 0xFE0F)) {
    return 0;
  }
  const bool wide = (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
                    (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
                    (point >= 0xFF00 && point <= 0xFF60) || (point >= 0x1F300 && point <= 0x1FAFF);
  return wide ? 2 : 1;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() &&
                    static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                    static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) ++i;
    out += c1 || byte < 0x20 || byte == 0x7F ? '?' : text[i];
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    char32_t point = more == 0 ? lead : lead & (0x3FU >> more);
    for (; more > 0 && i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
         --more) {
      point = (point << 6U) | (static_cast<unsigned char>(text[i++]) & 0x3FU);
    }
    width += width_of(point);
  }
  return width;
}

std::string table_text(const std::vector<Row>& rows, bool colour) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(printable(row[i].text)));
    }
  }
  std::string out;
  for (const Row& row : rows) {
    std::size_t gap = 0;  // padding waits for the next text, so that no line ends in spaces
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string text = printable(row[i].text);
      if (!text.empty()) {
        const std::string_view escape = colour ? escape_of(row[i].paint) : std::string_view{};
        out.append(gap, ' ').append(escape).append(text).append(escape.empty() ? "" : "\x1b[0m");
        gap = 0;
      }
      gap += widths[i] - display_width(text) + 2;
    }
    out += '\n';
  }
  return out;
}

std::string kpi_table_text(const boost::json::array& rows, bool colour) {
  std::map<std::string, std::map<std::string, Cell>> by_kpi;
  std::map<std::string, std::size_t> columns;
  for (const auto& element : rows) {
    if (!element.is_object()) continue;
    const auto& row = element.get_object();
    const std::string kpi = text_of(row, "kpi");
    const std::string organisation = text_of(row, "organisation");
    if (kpi.empty() || organisation.empty()) continue;
    const std::string severity = text_of(row, "severity");
    std::string value = text_of(row, "value");
    if (value.empty()) value = "no data";
    // A whole column would be as wide; that it is of percentages the KPI's name says.
    constexpr std::string_view of_percentages = " percentage";
    if (const auto at = value.find(of_percentages); at != std::string::npos) {
      value.erase(at, of_percentages.size());
    }
    by_kpi[kpi][organisation] = Cell{value, paint_of(severity)};
    columns[organisation] = 0;
  }
  std::vector<Row> table(1, Row{Cell{"KPI"}});
  for (auto& [organisation, index] : columns) {
    index = table.front().size();
    table.front().push_back(Cell{organisation});
  }
  for (const auto& [kpi, cells] : by_kpi) {
    Row line(columns.size() + 1);
    line.front().text = kpi;
    for (const auto& [organisation, cell] : cells) line[columns[organisation]] = cell;
    table.push_back(std::move(line));
  }
  return table_text(table, colour);
}

}  // namespace kpid::cli
