// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/subgroup.hpp"

#include <algorithm>

namespace kpid {
namespace {

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_value(std::string_view value) {
  return !value.empty() && std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f || c == ';' || c == '=';
  });
}

}  // namespace

std::optional<Dimensions> parse_subgroup(std::string_view text) {
  Dimensions dimensions;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = text.substr(0, end);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (!is_name(name) || !is_value(value)) return std::nullopt;
    dimensions.emplace_back(name, value);
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
    if (text.empty()) return std::nullopt;  // ended in ';'
  }
  std::sort(dimensions.begin(), dimensions.end());
  const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (std::adjacent_find(dimensions.begin(), dimensions.end(), same_name) != dimensions.end()) {
    return std::nullopt;
  }
  return dimensions;
}

std::string format_subgroup(Dimensions dimensions) {
  std::sort(dimensions.begin(), dimensions.end());
  std::string text;
  for (const auto& [name, value] : dimensions) {
    if (!text.empty()) text += ';';
    text += name;
    text += '=';
    text += value;
  }
  return text;
}

std::optional<std::string> canonical_subgroup(std::string_view text) {
  auto dimensions = parse_subgroup(text);
  if (!dimensions) return std::nullopt;
  return format_subgroup(std::move(*dimensions));
}

}  // namespace kpid
