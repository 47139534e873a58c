// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "register.hpp"

#include <algorithm>
#include <tuple>

namespace kpid::plugins::attendance {
namespace {

constexpr std::uint64_t kPupilYearsMax = 600'000;  // about 300 MB, inside a plugin's 512
constexpr std::uint64_t kWeekFromThisDocument = std::uint64_t{1} << 63U;

std::int32_t last_day_of(const PupilYear& pupil) {
  for (std::size_t slot = pupil.days.size(); slot > 0; --slot) {
    constexpr std::size_t kFriday = 4;  // the last day that a counted week is taken to know of
    const bool in_weeks = pupil.weeks && (slot - 1) % kWeekDays == kFriday &&
                          (*pupil.weeks)[(slot - 1) / kWeekDays] != 0;
    if ((pupil.days[slot - 1] & kBothMeanings) == 0 && !in_weeks) continue;
    return first_monday(pupil.year) + static_cast<std::int32_t>(slot) - 1;
  }
  return 0;
}

}  // namespace

void Register::begin_document(std::uint32_t number, std::int32_t dated) {
  document_ = number;
  dated_ = std::max(dated_, dated);
  constexpr auto kKept =
      static_cast<std::uint8_t>(~((kFromThisDocument << 4U) | kFromThisDocument));
  for (auto& [code, school] : open_) {
    for (PupilYear& pupil : school.years) {
      for (std::uint8_t& day : pupil.days) day &= kKept;
      if (!pupil.weeks) continue;
      for (std::uint64_t& week : *pupil.weeks) week &= ~kWeekFromThisDocument;
    }
  }
}

PupilYear* Register::find(std::string_view school, std::string_view pupil, int year) {
  if (last_ == nullptr || last_code_ != school) {
    if (last_ != nullptr && forget_ == Forget::after_each_school) {
      count(last_code_, *last_);
      open_.clear();
    }
    last_code_ = school;
    last_ = &open_[last_code_];
  }
  auto at = last_->pupils.find(pupil);
  if (at == last_->pupils.end()) at = last_->pupils.emplace(pupil, std::vector<PupilYear*>()).first;
  for (PupilYear* known : at->second) {
    if (known->year == year) return known;
  }
  if (forget_ == Forget::after_each_school && counted_.contains({last_code_, year})) {
    reopened_ = true;
    return nullptr;
  }
  if (pupil_years_ >= kPupilYearsMax) {
    full_ = true;
    return nullptr;
  }
  ++pupil_years_;
  PupilYear& added = last_->years.emplace_back();
  added.year = year;
  at->second.push_back(&added);
  return &added;
}

std::uint32_t Register::intern(const Traits& traits) {
  const auto [at, added] =
      traits_numbers_.try_emplace(traits, static_cast<std::uint32_t>(traits_.size()));
  if (added) traits_.push_back(traits);
  return at->second;
}

bool Register::put_week(PupilYear& pupil, std::size_t week, std::uint64_t packed) {
  if (!pupil.weeks) pupil.weeks = std::make_unique<std::array<std::uint64_t, kWeeks>>();
  std::uint64_t& known = pupil.weeks->at(week);
  if ((known & kWeekFromThisDocument) != 0) return known == (packed | kWeekFromThisDocument);
  known = packed | kWeekFromThisDocument;
  return true;
}

void Register::count(const std::string& code, School& school) {
  std::set<int> years;
  for (const PupilYear& pupil : school.years) years.insert(pupil.year);
  for (const int year : years) {
    std::int32_t last_day = 0;
    for (const PupilYear& pupil : school.years) {
      if (pupil.year != year) continue;
      tally_.add(traits_.at(pupil.traits), pupil);
      last_day = std::max(last_day, last_day_of(pupil));
    }
    SchoolYear counted = tally_.finish();
    counted.school = code;
    counted.year = year;
    counted.stated_on = dated_ != 0 ? dated_ : last_day;
    counted.document = document_;
    counted_.insert({code, year});
    done_.push_back(std::move(counted));
  }
  pupil_years_ -= school.years.size();
}

std::vector<SchoolYear> Register::finish() {
  for (auto& [code, school] : open_) count(code, school);
  open_.clear();
  last_ = nullptr;
  std::sort(done_.begin(), done_.end(), [](const SchoolYear& a, const SchoolYear& b) {
    return std::tie(a.school, a.year) < std::tie(b.school, b.year);
  });
  join_split_weeks(done_);
  return std::exchange(done_, {});
}

}  // namespace kpid::plugins::attendance
