// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "model/school_calendar.hpp"

namespace kpid {
namespace {

struct UnitWord {
  std::string_view one;
  std::string_view many;
  Span::Unit unit;
  std::uint32_t factor = 1;
  std::uint32_t most = 0;  // about a hundred years: beyond is a slip of the pen
};

// The first row of each unit is how it is written out.
constexpr std::array<UnitWord, 10> unit_words{{
    {"day", "days", Span::Unit::days, 1, 36'500},
    {"school day", "school days", Span::Unit::school_days, 1, 20'000},
    {"school week", "school weeks", Span::Unit::school_weeks, 1, 4'000},
    {"half-term", "half-terms", Span::Unit::half_terms, 1, 600},
    {"term", "terms", Span::Unit::terms, 1, 300},
    {"month", "months", Span::Unit::months, 1, 1'200},
    {"year", "years", Span::Unit::years, 1, 100},
    {"d", "d", Span::Unit::days, 1, 36'500},
    {"week", "weeks", Span::Unit::days, 7, 5'200},
    {"half term", "half terms", Span::Unit::half_terms, 1, 600},
}};

}  // namespace

std::optional<Span> parse_span(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{}) return std::nullopt;
  std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const UnitWord& word : unit_words) {
    if (unit != word.one && unit != word.many) continue;
    if (count > word.most) return std::nullopt;
    return Span{count * word.factor, word.unit};
  }
  return std::nullopt;
}

std::string format_span(const Span& span) {
  for (const UnitWord& word : unit_words) {
    if (word.unit == span.unit) {
      return fmt::format("{} {}", span.count, span.count == 1 ? word.one : word.many);
    }
  }
  return {};
}

}  // namespace kpid
