// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "settings.hpp"

#include <algorithm>
#include <utility>

namespace kpid::plugins::estates {
namespace {

std::string without_blanks(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != ' '; });
  return out;
}

}  // namespace

readers::Column wanted_column(const Settings& settings, std::string_view name,
                              std::vector<std::string> usual, bool required) {
  const auto set = settings.columns.find(name);
  if (set == settings.columns.end()) return {std::move(usual), required};
  return {set->second, !set->second.empty()};
}

readers::TableOptions table_options(const Settings& settings) {
  readers::TableOptions out;
  out.quote_cells = true;
  out.sheet = settings.sheet;
  return out;
}

std::optional<std::size_t> find_meter(const Settings& settings, std::string_view id) {
  const std::string wanted = without_blanks(id);
  for (std::size_t i = 0; i < settings.meters.size(); ++i) {
    if (without_blanks(settings.meters[i].id) == wanted) return i;
  }
  return std::nullopt;
}

}  // namespace kpid::plugins::estates
