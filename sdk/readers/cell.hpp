// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the value of one cell. Pure functions; any thread. Nothing means "not such a value".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kpid::readers {

std::string_view trim(std::string_view text);

// Blank, SUPP, NA, NULL, c, x, z, :, ., NS, DNS, NE, low: a value of its own, never 0.
bool is_missing(std::string_view cell);

// The same where a number or a date is wanted; R (redacted) as well, which may be a word of its own
// where text is wanted, such as a register's mark.
bool is_missing_value(std::string_view cell);

// "£1,234.56", "(1,234)", "-5" as whole pence, exactly; nothing where there is a fraction of a
// penny or the sum does not fit.
std::optional<std::int64_t> to_pence(std::string_view cell);

// The same where the cell counts thousands of pounds: "1,234.5" is £1,234,500.
std::optional<std::int64_t> to_pence_from_thousands(std::string_view cell);

// "1,234", "-5", "12.00"; nothing where there is a fraction or the number does not fit.
std::optional<std::int64_t> to_integer(std::string_view cell);

// "1,234.5", "-0.25", "(3)": the nearest double. No exponent, no infinity.
std::optional<double> to_number(std::string_view cell);

// "94.5" and "94.5 %" alike as 94.5, between 0 and 100.
std::optional<double> to_percent(std::string_view cell);

// "57 %" and "0.57" alike as 0.57, between 0 and 1.
std::optional<double> to_proportion(std::string_view cell);

// "TRUE", "yes", "Y", "1" and "false", "No", "n", "0", in any case.
std::optional<bool> to_boolean(std::string_view cell);

// Which part of a date comes first. The parts stand between -, /, . or blanks; a month may be
// written as a word ("04 Nov 2019", "12-Jan-20", "Nov 13 2019"), which is understood in each order.
enum class DateOrder {
  day_month_year,  // 21-01-2021, 21/01/2021, 21/01/21
  year_month_day,  // 2021-01-21, 20210121
  either,          // told apart by the place of the year, which has four digits
  month_day_year,  // 1/21/2021, 01/21/21: United States
  serial,          // 44217, a spreadsheet's number of a day since 1900
};

// Days since 1970-01-01; nothing before 1900, after 2199, or on a day that the calendar lacks. A
// time of midnight may follow, no other. Years of two digits are 1970 to 2069.
std::optional<std::int32_t> to_date(std::string_view cell, DateOrder order);

struct DateTime {
  std::int32_t day = 0;               // since 1970-01-01
  std::int32_t second_of_day = 0;     // up to 86,400: the end of the day, where 24:00 is written
  std::optional<int> offset_minutes;  // from UTC, where "Z" or "+01:00" is written

  friend bool operator==(const DateTime&, const DateTime&) = default;
};

// A date as in to_date, then a time such as 9:30, 09:30:00, 09:30:00.123, 9:30 AM, or none, which
// is midnight; parts of a second are dropped. The clock is as written: nothing is converted.
std::optional<DateTime> to_date_time(std::string_view cell, DateOrder order);

// A spreadsheet's day and part of a day; since 1904 in some workbooks.
std::optional<DateTime> from_serial(double serial, bool since_1904 = false);

// Appends "2021-01-21".
void append_day(std::string& out, std::int32_t day);

// "2024/25", "2024-25", "202425", "2024/2025", "2024 to 2025", "FY 2024-25", "FY24/25", "Academic
// year 2024/25": the year in which it starts, 2024. A single year is nothing, because it may mean
// the one that it starts or the one that it ends.
std::optional<int> to_start_year(std::string_view cell);

}  // namespace kpid::readers
