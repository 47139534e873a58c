// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "pupil_tally.hpp"

#include <utility>

namespace kpid::plugins::pupil_roll {
namespace {

constexpr unsigned kOnRoll = 1;
constexpr unsigned kJoined = 2;
constexpr unsigned kLeft = 4;

}  // namespace

void PupilTally::add(const Pupil& pupil) {
  School& school = schools_[pupil.school];
  unsigned now = 0;
  const std::int32_t year_first = academic_year_of(day_).first;
  const bool came = !pupil.admitted || *pupil.admitted <= day_;
  if (came && (!pupil.left || *pupil.left >= day_)) now |= kOnRoll;
  if (pupil.admitted && came && *pupil.admitted >= year_first) now |= kJoined;
  if (came && pupil.left && *pupil.left <= day_) {
    any_left_ = true;
    if (*pupil.left >= year_first) now |= kLeft;
  }
  unsigned before = 0;
  if (!pupil.id.empty()) {
    const auto [at, first] = seen_.try_emplace(pupil.school + '\n' + pupil.id, 0U);
    before = at->second;
    at->second |= now;
    if (!first) ++repeated_;
    if (first) ++pupils_;
  } else {
    ++pupils_;
  }
  now &= ~before;
  if ((now & kOnRoll) != 0) count_on_roll(pupil, school);
  if ((now & kJoined) != 0) ++school.joined;
  if ((now & kLeft) != 0) ++school.left;
}

void PupilTally::count_on_roll(const Pupil& pupil, School& school) {
  ++school.on_roll;
  if (told_.admissions && !pupil.admitted) ++without_admission_;
  if (told_.year_groups && pupil.year_group.empty()) ++without_year_;
  if (!pupil.year_group.empty()) ++school.parts[{pupil.year_group, ""}];
  for (std::size_t g = 0; g < kGroups; ++g) {
    if (!told_.groups.at(g)) continue;
    const std::optional<bool>& in_group = pupil.groups.at(g);
    if (!in_group) {
      ++school.not_known.at(g);
      continue;
    }
    if (!*in_group) continue;
    const std::string name(kGroupNames.at(g));
    ++school.parts[{"", name}];
    if (!pupil.year_group.empty()) ++school.parts[{pupil.year_group, name}];
  }
}

// A group of which one pupil's membership is not known is not counted at that school.
void PupilTally::add_parts(const School& from, const Document& document, SchoolDay& day) const {
  const auto count = [&](std::int64_t value) { return Count{value, document.number, 0}; };
  day.pupils[{}] = count(from.on_roll);
  for (const auto& [part, value] : from.parts) {
    bool known = true;
    for (std::size_t g = 0; g < kGroups; ++g) {
      if (part.pupil_group == kGroupNames.at(g) && from.not_known.at(g) != 0) known = false;
    }
    if (known) day.pupils[part] = count(value);
  }
}

Figures PupilTally::take(const Document& document, Notes& notes) {
  Figures out;
  const std::int32_t year_first = academic_year_of(day_).first;
  std::array<std::uint64_t, kGroups> not_known{};
  std::int64_t on_roll = 0;
  for (const auto& [code, school] : schools_) {
    on_roll += school.on_roll;
    SchoolDay& day = out.days[{code, day_}];
    day.stated_on = day_;
    add_parts(school, document, day);
    for (std::size_t g = 0; g < kGroups; ++g) not_known.at(g) += school.not_known.at(g);
    const bool leavers = told_.leavings && any_left_;
    if (!told_.admissions && !leavers) continue;
    Movement& movement = out.movements[{code, year_first}];
    movement.stated_on = day_;
    if (told_.admissions) movement.joiners = Count{school.joined, document.number, 0};
    if (leavers) movement.leavers = Count{school.left, document.number, 0};
  }
  const std::string where = place(document.name);
  for (std::size_t g = 0; g < kGroups; ++g) {
    if (not_known.at(g) == 0) continue;
    notes.warning(where, counted(not_known.at(g), "pupil's", "pupils'") +
                             " membership of the group " + std::string(kGroupNames.at(g)) +
                             " is not known; the group is not counted at their schools.");
  }
  if (without_year_ != 0) {
    notes.warning(where, counted(without_year_, "pupil has", "pupils have") +
                             " no year group that is known; they count in their schools' totals "
                             "alone.");
  }
  if (without_admission_ != 0) {
    notes.warning(where, counted(without_admission_, "pupil has", "pupils have") +
                             " no admission date; they count as on roll, not as joiners.");
  }
  if (told_.leavings && !any_left_) {
    notes.warning(where, "No pupil has left by " + day_text(day_) +
                             ", so the file seems to hold none who have; leavers are not counted.");
  }
  std::string text = counted(pupils_, "pupil was", "pupils were") + " read";
  if (repeated_ != 0) text += " (" + counted(repeated_, "row", "rows") + " told of one again)";
  notes.info(where, text + ", of whom " + std::to_string(on_roll) + " are on roll on " +
                        day_text(day_) + ".");
  schools_.clear();
  seen_.clear();
  return out;
}

}  // namespace kpid::plugins::pupil_roll
