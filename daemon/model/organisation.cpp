// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "model/organisation.hpp"

#include <algorithm>
#include <utility>

namespace kpid {
namespace {

std::string folded(std::string_view code) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!code.empty() && blank(code.front())) code.remove_prefix(1);
  while (!code.empty() && blank(code.back())) code.remove_suffix(1);
  std::string text{code};
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace

Organisations::Organisations(std::vector<Organisation> all) : all_(std::move(all)) {
  std::stable_partition(all_.begin(), all_.end(), [](const Organisation& organisation) {
    return organisation.kind == OrganisationKind::trust;
  });
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const Organisation& organisation = all_[i];
    if (organisation.kind == OrganisationKind::school) ++school_count_;
    // A code stands for the first that claims it; config/ refuses a second one with its place.
    by_code_.emplace(folded(organisation.code), i);
    for (const auto& alias : organisation.aliases) by_code_.emplace(folded(alias), i);
    for (const auto& former : organisation.former_codes) by_code_.emplace(folded(former), i);
  }
}

std::size_t Organisations::schools_on(Date date) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [&](const Organisation& organisation) {
        return organisation.kind == OrganisationKind::school && organisation.member_on(date);
      }));
}

const Organisation* Organisations::find(std::string_view any_code) const {
  const auto found = by_code_.find(folded(any_code));
  return found == by_code_.end() ? nullptr : &all_[found->second];
}

}  // namespace kpid
