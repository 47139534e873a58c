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
  std::uint32_t row = 0;  // 0: counted from many rows
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
  std::int32_t stated_on = 0;  // 0: not stated
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

  // Takes over what a later document says: a count in the place of the earlier one's, and all parts
  // of a roll together, because parts of two counts do not add up.
  void merge(Figures&& later);
};

// Sums year groups to the whole, and each group's to the group's, where a document gives the parts
// alone and none of them is unknown.
void add_wholes(SchoolDay& day);

// The observations, without groups of fewer than `smallest_group` pupils and without those parts by
// which such a group could be worked out from the others. A note tells how many.
void give(const Figures& figures, std::int64_t smallest_group, Reading& reading, Notes& notes);

}  // namespace kpid::plugins::pupil_roll
