// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What documents of any format say of a roll, the later document over the earlier, and what of it
// may leave the plugin: no group that is so small that its pupils could be told.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "common/reading.hpp"

namespace kpid::plugins::pupil_roll {

struct Count {
  std::int64_t value = 0;
  std::uint32_t document = 0;
  std::uint32_t row = 0;       // 0: counted from many rows
  std::int32_t stated_on = 0;  // the day of its document, put in when the document is merged
};

// Which pupils of a school: a year group, a group, both, or all of them (both empty).
struct Part {
  std::string year_group;
  std::string pupil_group;
  friend auto operator<=>(const Part&, const Part&) = default;
};

// A school on one day.
struct SchoolDay {
  std::map<Part, Count> pupils;
  std::set<Part> unknown;  // named by the document without a figure that can be used
  std::optional<Count> capacity;
  std::int32_t stated_on = 0;  // 0: not known
};

// Who came and went in an academic year up to a day of it.
struct Movement {
  std::optional<Count> joiners;
  std::optional<Count> leavers;
  std::int32_t stated_on = 0;
};

using SchoolAndDay = std::pair<std::string, std::int32_t>;  // a movement: the year's first day

// The academic year (1 September to 31 August) of a day.
struct AcademicYear {
  std::int32_t first = 0;
  std::int32_t last = 0;
};
AcademicYear academic_year_of(std::int32_t day);

struct Figures {
  std::map<SchoolAndDay, SchoolDay> days;
  std::map<SchoolAndDay, Movement> movements;

  // Takes over what a later document says, each figure in the place of the earlier one's; what it
  // does not say stays. So two documents of one pull end in what two pulls of one would end in.
  void merge(const Figures& later);
};

// How many parts were left out for being small.
struct Suppressed {
  std::uint64_t small = 0;
  std::uint64_t telling = 0;  // large enough, but small ones could be worked out from them
};

// Takes groups of fewer than `smallest_group` pupils out of one document's figures, and those parts
// by which such a group could be worked out from the others. Nothing leaves the plugin before that.
void leave_out_small_groups(Figures& figures, std::int64_t smallest_group, Suppressed& suppressed);

// Sums year groups to the whole, and each group's to the group's, where a document gives the parts
// alone and none of them is unknown.
void add_wholes(SchoolDay& day);

// The observations.
void give(const Figures& figures, Reading& reading);

// How many groups were left out.
void note(const Suppressed& suppressed, std::int64_t smallest_group, Notes& notes);

}  // namespace kpid::plugins::pupil_roll
