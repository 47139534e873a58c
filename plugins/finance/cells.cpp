// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cells.hpp"

#include <algorithm>

#include "common/document_day.hpp"
#include "finance/figures.hpp"
#include "finance/periods.hpp"

namespace kpid::plugins::finance {
namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view bare(std::string_view code) {
  code = readers::trim(code);
  if (code.ends_with(".0")) code.remove_suffix(2);
  while (code.size() > 1 && code.front() == '0') code.remove_prefix(1);
  return code;
}

}  // namespace

bool same_code(std::string_view a, std::string_view b) {
  a = bare(a);
  b = bare(b);
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (small(a[i]) != small(b[i])) return false;
  }
  return true;
}

bool fits(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;  // the last * that was passed, and where it began
  std::size_t from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || small(pattern[p]) == small(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<std::int64_t> read_amount(const readers::Table& table, std::size_t column,
                                        bool thousands, bool may_be_negative, std::string_view file,
                                        Notes& notes) {
  constexpr std::string_view kOutcome = "This amount was left out; the rest of its row counts.";
  const auto cell = thousands ? table.pence_from_thousands(column) : table.pence(column);
  if (!cell) {
    notes.skipped(file, cell.error(), kOutcome);
    return std::nullopt;
  }
  if (!*cell) return std::nullopt;
  if (**cell > kPenceMax || **cell < -kPenceMax) {
    notes.skipped(file, table.fault(column, "is more than 100 billion pounds"), kOutcome);
    return std::nullopt;
  }
  if (**cell < 0 && !may_be_negative) {
    notes.skipped(file,
                  table.fault(column,
                              "is below 0, while only reserves, cash and balances can be; check "
                              "the sign"),
                  kOutcome);
    return std::nullopt;
  }
  return *cell;
}

readers::Cell<int> read_year(const readers::Table& table, std::size_t column, SingleYear single) {
  auto year = table.start_year(column);
  if (!year && single != SingleYear::refused) {
    const auto number = table.integer(column);
    if (number && *number && **number >= kYearFirst && **number <= kYearLast) {
      year = static_cast<int>(**number) - (single == SingleYear::ends ? 1 : 0);
    }
  }
  if (year && *year && (**year < kYearFirst || **year > kYearLast)) {
    return tl::unexpected(table.fault(column, "is not a year between 1990 and 2099"));
  }
  return year;
}

std::optional<std::string> named_school(const readers::Table& table, std::size_t column,
                                        const Settings& settings, std::string_view file,
                                        Notes& notes) {
  const auto name = table.text(column);
  if (!name) {
    notes.skipped(file, name.error(), "The row was left out.");
    return std::nullopt;
  }
  if (*name) return organisation_of(**name, settings);
  notes.skipped(place(file, table.row(), table.name(column)),
                "The row names no school. The row was left out.");
  return std::nullopt;
}

bool is_the_trust(std::string_view code, const Settings& settings) {
  return std::any_of(settings.trust_codes.begin(), settings.trust_codes.end(),
                     [&](const std::string& one) { return same_code(one, code); });
}

std::string organisation_of(std::string_view code, const Settings& settings) {
  return std::string(is_the_trust(code, settings) ? kTrust : code);
}

std::int32_t stated_on(const Document& document) {
  const auto day = document_day(document);
  return day && day->from_name ? day->day : 0;
}

}  // namespace kpid::plugins::finance
