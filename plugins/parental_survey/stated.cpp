// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "stated.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "parental_survey/figures.hpp"
#include "parental_survey/themes.hpp"

namespace kpid::plugins::parental_survey {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

std::optional<int> number(std::string_view word, std::size_t digits_max) {
  if (word.empty() || word.size() > digits_max) return std::nullopt;
  int value = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// The whole name of a month or its first three letters.
std::optional<unsigned> month(std::string_view word) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (word == kMonths.at(i) || word == kMonths.at(i).substr(0, 3)) {
      return static_cast<unsigned>(i + 1);
    }
  }
  return std::nullopt;
}

std::vector<std::string> words_of(std::string_view name) {
  const std::string text = plain(name);
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back().push_back(c);
    }
  }
  return words;
}

}  // namespace

std::optional<DocumentDay> stated_day(const Document& document) {
  const auto words = words_of(document.name);
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    const auto day = number(words[i], 2);
    const auto in_year = month(words[i + 1]);
    const auto year = number(words[i + 2], 4);
    if (!day || !in_year || !year || *year < 1990 || *year > 2099) continue;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*in_year),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) continue;
    return DocumentDay{
        static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count()), true};
  }
  return document_day(document);
}

int year_published_on(std::int32_t day) {
  constexpr std::int32_t kFirstDays = 14;
  return academic_year_of(day - kFirstDays);
}

}  // namespace kpid::plugins::parental_survey
