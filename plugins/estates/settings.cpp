// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "settings.hpp"

#include <algorithm>
#include <iterator>
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

MeterNumbers::MeterNumbers(const std::vector<Meter>& meters) {
  for (std::size_t i = 0; i < meters.size(); ++i) {
    indices_.try_emplace(without_blanks(meters[i].id), i);
  }
}

std::optional<std::size_t> MeterNumbers::find(std::string_view id) const {
  const auto found = indices_.find(without_blanks(id));
  return found == indices_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace kpid::plugins::estates
