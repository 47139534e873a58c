// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Counts the pupils of one school and academic year into figures, and leaves out those of groups
// so small that they would speak of a pupil. Nothing of a pupil is kept. For one thread.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "attendance/pupil_year.hpp"

namespace kpid::plugins::attendance {

enum class WeekDetail { none, school, groups };

struct TallySettings {
  std::int64_t smallest_group = 5;  // pupils
  WeekDetail weeks = WeekDetail::school;
};

struct SessionCounts {
  std::uint32_t attended = 0;
  std::uint32_t authorised = 0;
  std::uint32_t unauthorised = 0;
  std::uint32_t late = 0;
  std::uint32_t pupils = 0;  // with a possible session

  void add(std::uint64_t packed);  // of one pupil
  SessionCounts& operator+=(const SessionCounts& other);
  [[nodiscard]] Sessions sessions() const { return {attended, authorised, unauthorised, late}; }
};

// Figures of one subgroup that may be told.
struct CellFigures {
  std::string subgroup;
  bool year_told = false;
  SessionCounts year;
  std::uint32_t persistent = 0;      // pupils who missed 10 % or more of their possible sessions
  std::uint32_t severe = 0;          // 50 % or more
  std::vector<SessionCounts> weeks;  // by week; pupils == 0: nothing to tell
};

struct SchoolYear {
  std::string school;
  int year = 0;
  std::int32_t stated_on = 0;  // the day of the last mark, or the date in the document's name
  std::uint32_t document = 0;
  std::vector<CellFigures> cells;
  std::array<SessionCounts, kWeekDays> weekdays{};  // of the whole school; none where too small
  std::uint32_t suppressed = 0;                     // groups left out of the year so far
  std::uint32_t weeks_suppressed = 0;               // weeks of groups left out
};

class Tally {
 public:
  explicit Tally(const TallySettings& settings) : settings_(settings) {}

  void add(const Traits& traits, const PupilYear& pupil);
  // Everything that may be told; begins anew.
  [[nodiscard]] SchoolYear finish();

 private:
  struct Part {  // of the pupils that share their traits
    SessionCounts year;
    std::uint32_t persistent = 0;
    std::uint32_t severe = 0;
    std::array<SessionCounts, kWeeks> weeks{};
    Part& operator+=(const Part& other);
  };
  struct Cell {
    std::string subgroup;
    Part part;
  };
  struct Partition;

  [[nodiscard]] std::vector<Partition> partitions() const;
  void tell(const Partition& partition, SchoolYear& out) const;

  TallySettings settings_;
  std::map<Traits, Part> parts_;
  std::array<SessionCounts, kWeekDays> weekdays_{};
};

// The Monday of week 0 of an academic year.
[[nodiscard]] std::int32_t first_monday(int year);

void append_figures(std::vector<Observation>& out, const SchoolYear& school);

// The weeks across 1 September belong to two academic years: joins each to the later one. `all` is
// in the order of schools and years.
void join_split_weeks(std::vector<SchoolYear>& all);

}  // namespace kpid::plugins::attendance
