// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the value of one cell. Pure functions; any thread. Nothing means "not such a value".

#include <cstdint>
#include <optional>
#include <string_view>

namespace kpid::readers {

std::string_view trim(std::string_view text);

// Blank, SUPP, NA, NULL, c, x, z, :, ., NS, DNS, NE: a value of its own, never 0.
bool is_missing(std::string_view cell);

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

// Which orders a date may be written in, always with a four-digit year and -, / or . between the
// parts; a time of 00:00 may follow. The month never comes first.
enum class DateOrder {
  day_month_year,  // 21-01-2021, 21/01/2021
  year_month_day,  // 2021-01-21
  either,          // told apart by the place of the year
};

// Days since 1970-01-01; nothing before 1900, after 2199, or on a day that the calendar lacks.
std::optional<std::int32_t> to_date(std::string_view cell, DateOrder order);

// "2024/25", "2024-25", "202425", "2024/2025": the year in which it starts, 2024. A single year is
// nothing, because it may mean the one that it starts or the one that it ends.
std::optional<int> to_start_year(std::string_view cell);

}  // namespace kpid::readers
