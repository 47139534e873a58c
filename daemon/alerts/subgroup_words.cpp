// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/subgroup_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "model/subgroup.hpp"

namespace kpid {
namespace {

struct Known {
  std::string_view dimension;
  std::string_view value;
  std::string_view words;
};
constexpr std::array<Known, 13> known{{
    {"pupil_group", "pupil_premium", "pupil premium pupils"},
    {"pupil_group", "fsm", "pupils with free school meals"},
    {"pupil_group", "send", "pupils with SEND"},
    {"pupil_group", "eal", "pupils with English as an additional language"},
    {"year_group", "R", "Reception"},
    {"year_group", "N", "Nursery"},
    {"year_group", "N1", "Nursery 1"},
    {"year_group", "N2", "Nursery 2"},
    {"year_group", "E1", "Early Years 1"},
    {"year_group", "E2", "Early Years 2"},
    {"age_band", "under_30_days", "open for under 30 days"},
    {"age_band", "30_to_90", "open for 30 to 90 days"},
    {"age_band", "over_90", "open for over 90 days"},
}};

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string spaced(std::string_view text) {
  std::string out{text};
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string words_of(const std::string& dimension, const std::string& value) {
  const auto* found = std::find_if(known.begin(), known.end(), [&](const Known& one) {
    return one.dimension == dimension && one.value == value;
  });
  if (found != known.end()) return std::string{found->words};
  if (dimension == "year_group" && is_number(value)) return "Year " + value;
  if (dimension == "phase") return spaced(value) + " schools";
  if (dimension == "weekday") {
    std::string day = value + "s";
    day[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(day[0])));
    return day;
  }
  // "priority_1" names itself.
  if (value.starts_with(dimension + "_")) return spaced(value);
  return spaced(dimension) + " " + spaced(value);
}

}  // namespace

std::string subgroup_words(std::string_view subgroup) {
  const auto dimensions = parse_subgroup(subgroup);
  if (!dimensions) return std::string{subgroup};
  std::string text;
  for (const auto& [dimension, value] : *dimensions) {
    if (!text.empty()) text += ", ";
    text += words_of(dimension, value);
  }
  return text;
}

}  // namespace kpid
