// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "typed_cell.hpp"

#include <algorithm>

namespace kpid::readers {
namespace {

bool is_one_of(const std::vector<std::string>* markers, std::string_view cell) {
  return markers != nullptr && std::find(markers->begin(), markers->end(), cell) != markers->end();
}

template <class T, class Parse>
Cell<T> typed(const CellPlace& place, std::string_view cell, std::string_view is,
              const Parse& parse) {
  if (is_missing_value(cell) || is_one_of(place.missing, trim(cell))) return std::optional<T>();
  const std::optional<T> value = parse(cell);
  if (!value) return tl::unexpected(cell_fault(place, cell, is));
  return value;
}

std::string_view date_example(DateOrder order) {
  switch (order) {
    case DateOrder::day_month_year:
      return "is not a date such as 21-01-2026 or 21/01/2026";
    case DateOrder::year_month_day:
      return "is not a date such as 2026-01-21";
    case DateOrder::month_day_year:
      return "is not a date such as 01/21/2026, the month first";
    case DateOrder::serial:
      return "is not a day's number of a spreadsheet such as 46043";
    case DateOrder::either:
      break;
  }
  return "is not a date such as 2026-01-21 or 21/01/2026";
}

}  // namespace

std::string in_quotes(std::string_view cell) {
  constexpr std::size_t kBytesMax = 40;
  cell = trim(cell);
  std::size_t end = std::min(cell.size(), kBytesMax);
  while (end > 0 && end < cell.size() && (static_cast<unsigned char>(cell[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  std::string out = "\"";
  for (const char c : cell.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < ' ' || byte == 0x7F ? ' ' : c);
  }
  return out + (end < cell.size() ? "...\"" : "\"");
}

Fault cell_fault(const CellPlace& place, std::string_view cell, std::string_view is) {
  const std::string what = place.quote ? in_quotes(cell) : "The value";
  return {what + " " + std::string(is) + ".", place.row, std::string(place.column)};
}

Cell<std::string_view> text_cell(const CellPlace& place, std::string_view cell,
                                 std::size_t bytes_max) {
  cell = trim(cell);
  if (is_missing(cell) || is_one_of(place.missing, cell)) return std::optional<std::string_view>();
  if (cell.size() > bytes_max) {
    return tl::unexpected(
        cell_fault(place, cell, "is longer than " + std::to_string(bytes_max) + " bytes"));
  }
  return cell;
}

Cell<std::int64_t> pence_cell(const CellPlace& place, std::string_view cell) {
  return typed<std::int64_t>(place, cell, "is not an amount in pounds and whole pence", to_pence);
}

Cell<std::int64_t> pence_from_thousands_cell(const CellPlace& place, std::string_view cell) {
  return typed<std::int64_t>(place, cell, "is not an amount in thousands of pounds",
                             to_pence_from_thousands);
}

Cell<std::int64_t> integer_cell(const CellPlace& place, std::string_view cell) {
  return typed<std::int64_t>(place, cell, "is not a whole number", to_integer);
}

Cell<double> number_cell(const CellPlace& place, std::string_view cell) {
  return typed<double>(place, cell, "is not a number", to_number);
}

Cell<double> percent_cell(const CellPlace& place, std::string_view cell) {
  return typed<double>(place, cell, "is not a percentage between 0 and 100", to_percent);
}

Cell<double> proportion_cell(const CellPlace& place, std::string_view cell) {
  return typed<double>(place, cell, "is not a share between 0 and 1, or between 0% and 100%",
                       to_proportion);
}

Cell<bool> boolean_cell(const CellPlace& place, std::string_view cell) {
  return typed<bool>(place, cell, "is not true or false, yes or no", to_boolean);
}

Cell<std::int32_t> date_cell(const CellPlace& place, std::string_view cell, DateOrder order) {
  return typed<std::int32_t>(place, cell, date_example(order),
                             [order](std::string_view text) { return to_date(text, order); });
}

Cell<DateTime> date_time_cell(const CellPlace& place, std::string_view cell, DateOrder order) {
  return typed<DateTime>(place, cell, std::string(date_example(order)) + " with a time of day",
                         [order](std::string_view text) { return to_date_time(text, order); });
}

Cell<int> start_year_cell(const CellPlace& place, std::string_view cell) {
  return typed<int>(place, cell, "is not a year such as 2025/26", to_start_year);
}

}  // namespace kpid::readers
