// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The registers of all pupils, while they are read. Exports give one school after the other, so a
// school is counted and its pupils are forgotten as soon as the next one begins: memory then does
// not grow with the number of schools. Where rows come back to a school that was counted already,
// find() says so, and the reading begins again with a register that forgets nothing until its end.
// For one thread.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "attendance/tally.hpp"

namespace kpid::plugins::attendance {

class Register {
 public:
  enum class Forget { after_each_school, at_the_end };

  Register(const TallySettings& settings, Forget forget) : tally_(settings), forget_(forget) {}

  // What a document states: its number, and the date in its name (0: none). Its marks beat those
  // of the documents before it.
  void begin_document(std::uint32_t number, std::int32_t dated);

  // The pupil's register of that academic year, until the next call for another school; null where
  // the school has been counted (is_reopened) or there are too many pupils (is_full).
  PupilYear* find(std::string_view school, std::string_view pupil, int year);
  [[nodiscard]] bool is_reopened() const { return reopened_; }
  [[nodiscard]] bool is_full() const { return full_; }

  // The number under which a pupil's traits are kept.
  std::uint32_t intern(const Traits& traits);

  // Puts a mark; the better of two of one document stays, the later document's of two. Inline: it
  // is run for each of millions of rows.
  void put(PupilYear& pupil, std::size_t slot, unsigned shift, Meaning meaning) {
    std::uint8_t& day = pupil.days[slot];
    const auto old = static_cast<std::uint8_t>((day >> shift) & 0xFU);
    const auto now =
        static_cast<std::uint8_t>(static_cast<std::uint8_t>(meaning) | kFromThisDocument);
    if ((old & kFromThisDocument) != 0) {
      ++duplicates_;
      if (old >= now) return;
    }
    day = static_cast<std::uint8_t>((day & ~(0xFU << shift)) | (unsigned{now} << shift));
  }
  // Puts a week's packed sessions; false where this document gave other ones.
  bool put_week(PupilYear& pupil, std::size_t week, std::uint64_t packed);

  [[nodiscard]] std::uint64_t duplicates() const { return duplicates_; }

  // Counts what is still open and gives all, in the order of schools and years.
  [[nodiscard]] std::vector<SchoolYear> finish();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  struct School {
    std::unordered_map<std::string, std::vector<PupilYear*>, Hash, std::equal_to<>> pupils;
    std::deque<PupilYear> years;
  };
  using SchoolAndYear = std::pair<std::string, int>;

  void count(const std::string& code, School& school);

  Tally tally_;
  Forget forget_;
  std::map<std::string, School, std::less<>> open_;
  School* last_ = nullptr;
  std::string last_code_;
  std::set<SchoolAndYear> counted_;
  std::vector<Traits> traits_;
  std::map<Traits, std::uint32_t> traits_numbers_;
  std::vector<SchoolYear> done_;
  std::uint64_t pupil_years_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint32_t document_ = 0;
  std::int32_t dated_ = 0;
  bool reopened_ = false;
  bool full_ = false;
};

}  // namespace kpid::plugins::attendance
