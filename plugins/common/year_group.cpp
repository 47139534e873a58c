// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "year_group.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kpid::plugins {
namespace {

constexpr int kLastYear = 14;

// Lower case, without blanks, hyphens, underscores and full stops.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '-' || c == '_' || c == '.') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

}  // namespace

std::optional<std::string> year_group(std::string_view text) {
  const std::string kept = bare(text);
  std::string_view rest = kept;
  if (!take(rest, "yeargroup") && !take(rest, "year")) take(rest, "y");
  if (rest == "r" || rest == "reception" || rest == "rec") return "R";
  if (rest.size() == kept.size()) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kBefore{
        {{"nursery", "N"},
         {"n", "N"},
         {"nursery1", "N1"},
         {"n1", "N1"},
         {"nursery2", "N2"},
         {"n2", "N2"},
         {"early1", "E1"},
         {"e1", "E1"},
         {"early2", "E2"},
         {"e2", "E2"}}};
    const auto found = std::find_if(kBefore.begin(), kBefore.end(),
                                    [&](const auto& one) { return one.first == rest; });
    if (found != kBefore.end()) return std::string(found->second);
  }
  if (rest.empty() || rest.size() > 2) return std::nullopt;
  int year = 0;
  for (const char c : rest) {
    if (c < '0' || c > '9') return std::nullopt;
    year = year * 10 + (c - '0');
  }
  if (year > kLastYear) return std::nullopt;
  return year == 0 ? "R" : std::to_string(year);
}

std::optional<std::string> pupil_group(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kGroups{
      {{"", ""},
       {"all", ""},
       {"total", ""},
       {"allpupils", ""},
       {"fsm", "fsm"},
       {"freeschoolmeals", "fsm"},
       {"fsmeligible", "fsm"},
       {"eligibleforfreeschoolmeals", "fsm"},
       {"sen", "send"},
       {"send", "send"},
       {"specialeducationalneeds", "send"},
       {"eal", "eal"},
       {"englishasanadditionallanguage", "eal"},
       {"pp", "pupil_premium"},
       {"pupilpremium", "pupil_premium"},
       {"disadvantaged", "pupil_premium"}}};
  const std::string kept = bare(text);
  const auto found = std::find_if(kGroups.begin(), kGroups.end(),
                                  [&](const auto& one) { return one.first == kept; });
  if (found == kGroups.end()) return std::nullopt;
  return std::string(found->second);
}

std::string subgroup_of(std::string_view year_group, std::string_view pupil_group) {
  std::string out;
  if (!pupil_group.empty()) out.append("pupil_group=").append(pupil_group);
  if (year_group.empty()) return out;
  if (!out.empty()) out.append(";");
  return out.append("year_group=").append(year_group);
}

}  // namespace kpid::plugins
