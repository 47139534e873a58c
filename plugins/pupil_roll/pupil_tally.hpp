// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Counts pupils one by one into the figures of their schools; what is told of a pupil is forgotten
// once it is counted, and what identifies one when the tally ends. Not safe to share between
// threads.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/reading.hpp"
#include "pupil_roll/figures.hpp"

namespace kpid::plugins::pupil_roll {

enum class Group : std::size_t { fsm, send, eal, pupil_premium };
inline constexpr std::size_t kGroups = 4;
inline constexpr std::array<std::string_view, kGroups> kGroupNames{"fsm", "send", "eal",
                                                                   "pupil_premium"};

struct Pupil {
  std::string school;
  std::string id;                                   // "": every pupil of the source stands once
  std::string year_group;                           // "": not known
  std::array<std::optional<bool>, kGroups> groups;  // nothing: not known
  std::optional<std::int32_t> admitted;
  std::optional<std::int32_t> left;  // the last day on roll
};

// What the source tells of pupils at all: what it does not tell is not counted as none.
struct Told {
  bool year_groups = false;
  std::array<bool, kGroups> groups{};
  bool admissions = false;
  bool leavings = false;  // those who have left too, not only the days of those who will
};

class PupilTally {
 public:
  // Who is on roll on `day`, and who came and went in its academic year up to then.
  PupilTally(std::int32_t day, Told told) : day_(day), told_(told) {}

  void add(const Pupil& pupil);

  // The figures; notes on what is not known, and a last one of how many were counted.
  Figures take(const Document& document, Notes& notes);

 private:
  struct School {
    std::int64_t on_roll = 0;
    std::int64_t joined = 0;
    std::int64_t left = 0;
    std::map<Part, std::int64_t> parts;
    std::array<std::uint64_t, kGroups> not_known{};
  };
  void count_on_roll(const Pupil& pupil, School& school);
  void add_parts(const School& from, const Document& document, SchoolDay& day) const;

  std::int32_t day_;
  Told told_;
  std::map<std::string, School> schools_;
  std::unordered_map<std::string, unsigned> seen_;  // by school and id: what was counted already
  bool any_left_ = false;
  std::uint64_t pupils_ = 0;
  std::uint64_t repeated_ = 0;
  std::uint64_t without_admission_ = 0;
  std::uint64_t without_year_ = 0;
};

}  // namespace kpid::plugins::pupil_roll
