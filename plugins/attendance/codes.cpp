// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "codes.hpp"

#include <algorithm>

#include "readers/cell.hpp"

namespace kpid::plugins::attendance {
namespace {

constexpr std::int32_t kAlways = -1;
constexpr std::int32_t kStill = 1'000'000;
constexpr std::int32_t kHolidayCodesMerged = kCodeTableDays[1];  // 2013-09-01: F went into H

struct Code {
  std::string_view text;
  Meaning meaning;
  std::int32_t from = kAlways;  // the first day on which it is in use
  std::int32_t to = kStill;     // the first day on which it is withdrawn
};

// The Department's own yearly sums count J as approved activity and H as authorised where a school
// still writes them after August 2024, so they are counted so here.
constexpr std::array<Code, 40> kCodes{{
    {"/", Meaning::present},
    {"\\", Meaning::present},
    {"L", Meaning::present_late},
    // Approved educational activity.
    {"B", Meaning::approved},
    {"J", Meaning::approved, kAlways, kCodesChanged},
    {"K", Meaning::approved, kCodesChanged},
    {"P", Meaning::approved},
    {"V", Meaning::approved},
    {"W", Meaning::approved},
    // Authorised absence.
    {"C", Meaning::authorised},
    {"C1", Meaning::authorised, kCodesChanged},
    {"C2", Meaning::authorised, kCodesChanged},
    {"E", Meaning::authorised},
    {"F", Meaning::authorised, kAlways, kHolidayCodesMerged},
    {"H", Meaning::authorised, kAlways, kCodesChanged},
    {"I", Meaning::authorised},
    {"J1", Meaning::authorised, kCodesChanged},
    {"M", Meaning::authorised},
    {"R", Meaning::authorised},
    {"S", Meaning::authorised},
    {"T", Meaning::authorised},
    // Unauthorised absence.
    {"G", Meaning::unauthorised},
    {"N", Meaning::unauthorised},
    {"O", Meaning::unauthorised},
    {"U", Meaning::unauthorised_late},
    // Not a possible session.
    {"#", Meaning::not_counted},
    {"D", Meaning::not_counted},
    {"Q", Meaning::not_counted, kCodesChanged},
    {"X", Meaning::not_counted},
    {"Y", Meaning::not_counted, kAlways, kCodesChanged},
    {"Y1", Meaning::not_counted, kCodesChanged},
    {"Y2", Meaning::not_counted, kCodesChanged},
    {"Y3", Meaning::not_counted, kCodesChanged},
    {"Y4", Meaning::not_counted, kCodesChanged},
    {"Y5", Meaning::not_counted, kCodesChanged},
    {"Y6", Meaning::not_counted, kCodesChanged},
    {"Y7", Meaning::not_counted, kCodesChanged},
    {"Z", Meaning::not_counted},
    // Nothing recorded.
    {"-", Meaning::none},
    {"", Meaning::none},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return upper(x) == upper(y); });
}

}  // namespace

CodeMeaning meaning_of(std::string_view code, std::int32_t day) {
  code = readers::trim(code);
  // "X01", "I02": registers keep sub-codes of their own, two digits after the statutory letter.
  const bool is_sub_code = code.size() == 3 && is_digit(code[1]) && is_digit(code[2]);
  if (is_sub_code) code = code.substr(0, 1);
  const auto* found = std::find_if(kCodes.begin(), kCodes.end(),
                                   [&](const Code& one) { return same(one.text, code); });
  if (found == kCodes.end() || day < found->from) return {};
  return {found->meaning, true, day >= found->to};
}

CodeTable::CodeTable(std::int32_t day) : day_(day) {
  for (std::size_t c = 0; c < one_.size(); ++c) {
    const char code = static_cast<char>(c);
    one_.at(c) = meaning_of({&code, 1}, day);
  }
}

CodeMeaning CodeTable::of_longer(std::string_view code) const { return meaning_of(code, day_); }

}  // namespace kpid::plugins::attendance
