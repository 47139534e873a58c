// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What one pupil's register of one academic year holds: a byte a day. Of a pupil nothing else is
// kept, and this only until it is counted. Plain values.

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "attendance/codes.hpp"
#include "attendance/measures.hpp"

namespace kpid::plugins::attendance {

// The days of an academic year stand week by week, Monday first, from the Monday on or before
// 1 September: a year touches at most 54 weeks.
inline constexpr std::size_t kWeeks = 54;
inline constexpr std::size_t kWeekDays = 7;

// Sessions packed into one word, twelve bits a part, so that marks are counted by adding words.
// A pupil has at most 2 sessions a day, 756 in 54 weeks.
struct Packed {
  static constexpr unsigned kBits = 12;
  static constexpr std::uint64_t kMask = (1U << kBits) - 1;
  enum Part : unsigned { attended, authorised, unauthorised, late };

  [[nodiscard]] static constexpr std::uint64_t of(Part part, std::uint64_t count) {
    return count << (kBits * part);
  }
  [[nodiscard]] static constexpr std::uint64_t part(std::uint64_t word, Part part) {
    return (word >> (kBits * part)) & kMask;
  }
  [[nodiscard]] static constexpr std::uint64_t absent(std::uint64_t word) {
    return part(word, authorised) + part(word, unauthorised);
  }
  [[nodiscard]] static constexpr std::uint64_t possible(std::uint64_t word) {
    return part(word, attended) + absent(word);
  }
};

// Which groups a pupil is in, as far as the source says it.
enum Group : std::size_t { pupil_premium, fsm, send, eal, kGroups };
enum class Member : std::uint8_t { unknown, no, yes };

struct Traits {
  std::string year_group;  // "": not known
  std::array<Member, kGroups> groups{};
  friend auto operator<=>(const Traits&, const Traits&) = default;
};

// In each half of a day's byte (the morning the lower): a Meaning, and whether it is from the
// document at hand, which beats those before it.
inline constexpr std::uint8_t kMeaningMask = 7;
inline constexpr std::uint8_t kFromThisDocument = 8;
inline constexpr std::uint8_t kBothMeanings = 0x77;

struct PupilYear {
  int year = 0;
  std::uint32_t traits = 0;  // index into the reading's traits
  std::int32_t traits_day = std::numeric_limits<std::int32_t>::min();
  std::array<std::uint8_t, kWeeks * kWeekDays> days{};
  // Where the source counts weeks and gives no marks: packed sessions of each; bit 63 is set where
  // the document at hand gave it.
  std::unique_ptr<std::array<std::uint64_t, kWeeks>> weeks;
};

}  // namespace kpid::plugins::attendance
