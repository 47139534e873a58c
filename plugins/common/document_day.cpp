// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "document_day.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace kpid::plugins {
namespace {

constexpr std::int64_t kMillisecondsADay = 86'400'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::int32_t> day_in(std::string_view name) {
  for (std::size_t i = 0; i + 8 <= name.size(); ++i) {
    if (i > 0 && is_digit(name[i - 1])) continue;
    const auto rest = name.substr(i);
    std::string text(rest.substr(0, 10));
    std::size_t length = 10;
    if (std::all_of(rest.begin(), rest.begin() + 8, is_digit)) {
      length = 8;
      text = std::string(rest.substr(0, 4)) + "-" + std::string(rest.substr(4, 2)) + "-" +
             std::string(rest.substr(6, 2));
    }
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') continue;
    if (rest.size() > length && is_digit(rest[length])) continue;
    if (const auto day = readers::to_date(text, readers::DateOrder::year_month_day)) return day;
  }
  return std::nullopt;
}

}  // namespace

std::optional<DocumentDay> document_day(const Document& document) {
  if (const auto day = day_in(document.name)) return DocumentDay{*day, true};
  if (document.modified_at_ms <= 0) return std::nullopt;
  return DocumentDay{static_cast<std::int32_t>(document.modified_at_ms / kMillisecondsADay), false};
}

std::vector<const Document*> in_order_of_day(std::span<const Document> documents) {
  std::vector<std::pair<std::int32_t, const Document*>> dated;
  dated.reserve(documents.size());
  for (const Document& document : documents) {
    const auto day = document_day(document);
    dated.emplace_back(day ? day->day : std::numeric_limits<std::int32_t>::min(), &document);
  }
  std::stable_sort(dated.begin(), dated.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, std::string_view(a.second->name)) <
           std::pair(b.first, std::string_view(b.second->name));
  });
  std::vector<const Document*> out;
  out.reserve(dated.size());
  for (const auto& [day, document] : dated) out.push_back(document);
  return out;
}

}  // namespace kpid::plugins
