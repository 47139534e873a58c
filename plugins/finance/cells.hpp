// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Cells as finance has them: amounts within bounds, years, codes. What is no such value is told in
// the notes, with file, row and column.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/reading.hpp"
#include "finance/settings.hpp"

namespace kpid::plugins::finance {

inline constexpr std::string_view kTrust = "trust";  // what kpid calls the trust itself

// Codes as systems write them: without regard to ASCII case, outer blanks, leading noughts and a
// decimal part of nought ("8561302.0" is "08561302").
bool same_code(std::string_view a, std::string_view b);

// Whether a text fits a pattern in which * stands for any text and ? for one byte; ASCII case does
// not matter.
bool fits(std::string_view text, std::string_view pattern);

std::optional<std::int64_t> read_amount(const readers::Table& table, std::size_t column,
                                        bool thousands, bool may_be_negative, std::string_view file,
                                        Notes& notes);

// The year in which a financial year starts, between 1990 and 2099.
readers::Cell<int> read_year(const readers::Table& table, std::size_t column, SingleYear single);

// The school that the row names; nothing, with a note, where it names none.
std::optional<std::string> named_school(const readers::Table& table, std::size_t column,
                                        const Settings& settings, std::string_view file,
                                        Notes& notes);

// Whether the code is one of the trust's own.
bool is_the_trust(std::string_view code, const Settings& settings);

// What kpid is to call that school or cost centre: the trust where it is the trust's own.
std::string organisation_of(std::string_view code, const Settings& settings);

// The day in the document's name; 0 where there is none.
std::int32_t stated_on(const Document& document);

}  // namespace kpid::plugins::finance
