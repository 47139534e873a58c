// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Figures that should have come, and where those that came are from.

#include <algorithm>

#include "alerts/phrases.hpp"

namespace kpid::phrases {
namespace {

// "the week of 2 March 2026", "2024/25", "that of 1 September 2025 to 19 December 2025".
std::string last_period(const Telling& telling) {
  const std::string label = format_period(telling.judgement.value.period, telling.kpi.calendar);
  if (label.starts_with("week of ")) return "the " + label;
  return label.find(" to ") == std::string::npos ? label : "that of " + label;
}

// The day, without its year where the words before have just named it.
std::string day_after(const std::string& before, Date day) {
  std::string text = format_date_for_people(day);
  const std::string year = text.substr(text.rfind(' '));
  if (before.ends_with(year)) text.erase(text.size() - year.size());
  return text;
}

std::string document_of(const FigureOrigin& origin) {
  const std::size_t slash = origin.origin.find_last_of('/');
  return origin.source + ", " +
         (slash == std::string::npos ? origin.origin : origin.origin.substr(slash + 1));
}

std::string rows_of(const FigureOrigin& origin) {
  if (origin.row_first == 0) return {};
  if (origin.row_last <= origin.row_first) return " row " + std::to_string(origin.row_first);
  return " rows " + std::to_string(origin.row_first) + " to " + std::to_string(origin.row_last);
}

}  // namespace

std::string missing(const Telling& telling) {
  std::string text = "no figure since " + last_period(telling);
  if (!telling.judgement.late) return text;
  const Lateness& late = *telling.judgement.late;
  const auto& allowed =
      telling.rule.stale_after ? telling.rule.stale_after : telling.kpi.stale_after;
  return text + "; the next was due by " + day_after(text, late.expected) + " (" +
         allowance_words(telling.kpi.calendar, allowed) + " allowed)";
}

std::string sources(const Telling& telling) {
  constexpr std::size_t few = 3;  // as many as one reads before the eye jumps on
  const std::size_t count = telling.origins.size();
  if (count == 0) return {};
  const bool stale = telling.rule.compare == Comparison::stale;
  const bool one =
      std::all_of(telling.origins.begin(), telling.origins.end(), [&](const FigureOrigin& origin) {
        return document_of(origin) == document_of(telling.origins.front());
      });
  std::string text = stale ? " The last one came from " : one ? " Source: " : " Sources: ";
  const std::size_t named = count <= few ? count : 1;
  for (std::size_t i = 0; i < named; ++i) {
    const FigureOrigin& origin = telling.origins[i];
    const std::string document = document_of(origin);
    const std::string rows = rows_of(origin);
    // Two places of one document: it is named once.
    if (i > 0 && !rows.empty() && document == document_of(telling.origins[i - 1])) {
      text += " and" + rows;
    } else {
      text += (i > 0 ? "; " : "") + document + rows;
    }
  }
  if (named < count) text += " and " + std::to_string(count - named) + " more";
  return text + ".";
}

}  // namespace kpid::phrases
