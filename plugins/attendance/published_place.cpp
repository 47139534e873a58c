// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "published_place.hpp"

namespace kpid::plugins::attendance {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

tl::expected<std::string, readers::Fault> place_code(const readers::Table& table,
                                                     const PlaceColumns& columns) {
  constexpr std::size_t kCodeBytes = 20;
  const auto cell = table.text(columns.level);
  const std::string text = cell && *cell ? lower(**cell) : "";
  std::optional<std::size_t> column;
  if (text == "national") column = columns.country;
  if (text == "regional") column = columns.region;
  if (text == "local authority") column = columns.authority;
  if (!column) {
    return tl::unexpected(
        table.fault(columns.level, "is not National, Regional or Local authority"));
  }
  const auto code = table.text(*column, kCodeBytes);
  if (!code) return tl::unexpected(code.error());
  if (*code) return std::string(**code);
  return tl::unexpected(
      readers::Fault{"The row has no code of its place.", table.row(), table.name(*column)});
}

std::optional<std::string> phase_of(std::string_view text) {
  std::string out = lower(text);
  constexpr std::string_view kStateFunded = "state-funded ";
  if (out.starts_with(kStateFunded)) out.erase(0, kStateFunded.size());
  if (out == "total" || out == "all schools" || out == "all") return "";
  if (out.empty()) return std::nullopt;
  for (char& c : out) {
    if (c == ' ' || c == '-') c = '_';
    const bool sound = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!sound) return std::nullopt;
  }
  return out;
}

std::string phase_subgroup(const std::string& phase) {
  return phase.empty() ? "" : "phase=" + phase;
}

}  // namespace kpid::plugins::attendance
