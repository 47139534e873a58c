// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Takes the rows of one document, whose cells a reader has told apart, into the register. Rows
// mostly repeat the school, pupil, groups and date of the row before, so these are looked up only
// where their bytes change. No cell is ever quoted: every row is a pupil's. For one thread.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "attendance/register.hpp"
#include "attendance/settings.hpp"

namespace kpid::plugins::attendance {

using Cells = std::array<std::string_view, kPupilColumns>;  // "" where there is no such column

// Whether two runs of so many bytes are the same: without a call for up to 32 of them.
inline bool same_bytes(const char* a, const char* b, std::size_t size) {
  const auto equal_at = [&]<class Word>(std::size_t at, Word) {
    Word x, y;
    std::memcpy(&x, a + at, sizeof(Word));
    std::memcpy(&y, b + at, sizeof(Word));
    return x == y;
  };
  constexpr std::uint64_t kEight = 0;
  constexpr std::uint32_t kFour = 0;
  constexpr std::uint16_t kTwo = 0;
  if (size > 32) return std::memcmp(a, b, size) == 0;
  if (size > 16) {
    return equal_at(0, kEight) && equal_at(8, kEight) && equal_at(size - 16, kEight) &&
           equal_at(size - 8, kEight);
  }
  if (size >= 8) return equal_at(0, kEight) && equal_at(size - 8, kEight);
  if (size >= 4) return equal_at(0, kFour) && equal_at(size - 4, kFour);
  if (size >= 2) return equal_at(0, kTwo) && equal_at(size - 2, kTwo);
  return size == 0 || *a == *b;
}

// The bytes of a cell, to compare the next row's with.
class LastCell {
 public:
  [[nodiscard]] bool is(std::string_view cell) const {
    if (cell.size() != size_) return false;
    return same_bytes(cell.data(), size_ <= kShort ? short_.data() : long_.data(), size_);
  }
  void set(std::string_view cell) {
    size_ = cell.size();
    if (size_ <= kShort) {
      std::copy(cell.begin(), cell.end(), short_.begin());
    } else {
      long_.assign(cell);
    }
  }

 private:
  static constexpr std::size_t kShort = 16;

  std::size_t size_ = 0;
  std::array<char, kShort> short_{};
  std::string long_;
};

class RowTaker {
 public:
  // `titles` are the columns' names as the file has them. All references outlive this.
  RowTaker(const Document& document, const Settings& settings,
           const std::array<std::string, kPupilColumns>& titles,
           const std::array<bool, kPupilColumns>& there, Register& reg, Notes& notes);

  // A row with a mark or two; a row with the marks or counts of a week. False: the reading cannot
  // go on with this register (Register::is_reopened, is_full).
  bool take_marks(const Cells& cells, std::uint32_t row) {
    if (!locate(cells, row)) return !stopped_;
    if (by_session_) {
      const int shift = shift_of(cells[session]);
      if (shift < 0) return fault(row, session, "is not a session: AM or PM", kRowOut);
      put(cells[mark], day_, static_cast<unsigned>(shift), row, mark);
      return true;
    }
    if (there_[am]) put(cells[am], day_, 0, row, am);
    if (there_[pm]) put(cells[pm], day_, kAfternoon, row, pm);
    return true;
  }
  bool take_week(const Cells& cells, std::uint32_t row);

  // The same as take_marks() where the row's school, pupil and groups are those of the row before,
  // byte by byte, and that row had them (has_pupil).
  [[nodiscard]] bool has_pupil() const { return named_ && by_session_; }
  bool take_again(std::string_view day, std::string_view half, std::string_view code,
                  std::uint32_t row) {
    if (!last_date_.is(day) || !day_.known) {
      if (!change_date(day, row)) return true;
    }
    if (!open(day_)) return false;
    const int shift = shift_of(half);
    if (shift < 0) return fault(row, session, "is not a session: AM or PM", kRowOut);
    put(code, day_, static_cast<unsigned>(shift), row, mark);
    return true;
  }

  // What is told of the document as a whole.
  void summarise();

 private:
  static constexpr unsigned kAfternoon = 4;
  static constexpr std::string_view kRowOut = "The row was left out.";
  static constexpr std::string_view kMarkOut = "The mark was left out.";

  // What is known of a date as it is written.
  struct Day {
    bool known = false;
    std::int32_t day = 0;
    int year = 0;          // academic
    std::size_t slot = 0;  // in PupilYear::days
    const CodeTable* codes = nullptr;
  };
  struct KnownDay {
    std::array<char, 16> cell{};
    std::size_t size = 0;  // 0: none
    Day day;
  };

  // Finds the pupil, the date and the register of both; false where there is none.
  bool locate(const Cells& cells, std::uint32_t row) {
    if (!last_pupil_.is(cells[pupil]) || !last_school_.is(cells[school]) || !named_) {
      if (!change_pupil(cells, row)) return false;
    }
    for (std::size_t c = year_group; c <= in_eal; ++c) {
      if (there_[c] && !last_traits_[c - year_group].is(cells[c])) change_traits(cells, row);
    }
    if (!last_date_.is(cells[date]) || !day_.known) {
      if (!change_date(cells[date], row)) return false;
    }
    return open(day_);
  }
  bool open(const Day& day) {
    if (current_ == nullptr || current_->year != day.year) {
      current_ = register_.find(school_, pupil_, day.year);
      if (current_ == nullptr) {
        stopped_ = true;
        return false;
      }
    }
    if (day.day >= current_->traits_day) {
      current_->traits_day = day.day;
      current_->traits = traits_;
    }
    return true;
  }

  static int shift_of(std::string_view cell) {
    if (cell.size() == 2 && (cell[1] == 'M' || cell[1] == 'm')) {
      if (cell[0] == 'A' || cell[0] == 'a') return 0;
      if (cell[0] == 'P' || cell[0] == 'p') return kAfternoon;
    }
    return other_shift_of(cell);
  }
  static int other_shift_of(std::string_view cell);  // -1: none

  void put(std::string_view code, const Day& day, unsigned shift, std::uint32_t row,
           PupilColumn column) {
    const CodeMeaning found = day.codes->of(code);
    if (!found.known) {
      fault(row, column, "is not a register code that was in use on its date", kMarkOut);
      return;
    }
    withdrawn_ += found.withdrawn ? 1 : 0;
    if (found.meaning == Meaning::none) {
      ++blank_;
      return;
    }
    register_.put(*current_, day.slot, shift, found.meaning);
  }

  bool change_pupil(const Cells& cells, std::uint32_t row);
  bool change_date(std::string_view cell, std::uint32_t row);
  void change_traits(const Cells& cells, std::uint32_t row);
  const Day* known_day(std::string_view cell);  // null: not one that is kept
  [[nodiscard]] Day day_of(std::string_view cell) const;
  [[nodiscard]] Day day_at(std::int32_t day) const;
  bool take_week_marks(std::string_view text, std::uint32_t row);
  bool take_week_counts(const Cells& cells, std::uint32_t row);
  bool fault(std::uint32_t row, PupilColumn column, std::string_view is, std::string_view outcome);

  const Document& document_;
  const Settings& settings_;
  const std::array<std::string, kPupilColumns>& titles_;
  std::array<bool, kPupilColumns> there_;
  Register& register_;
  Notes& notes_;
  bool by_session_;
  std::array<CodeTable, kCodeTableDays.size()> codes_;

  LastCell last_school_;
  LastCell last_pupil_;
  LastCell last_date_;
  std::array<LastCell, in_eal - year_group + 1> last_traits_;
  std::string school_;  // trimmed
  std::string pupil_;
  bool named_ = false;  // both are there
  Day day_;
  std::array<Day, kWeekDays> week_{};  // of the last row with a week
  std::uint32_t traits_ = 0;
  PupilYear* current_ = nullptr;
  std::vector<KnownDay> known_days_;

  bool stopped_ = false;
  std::uint64_t blank_ = 0;
  std::uint64_t withdrawn_ = 0;
  std::uint64_t conflicting_weeks_ = 0;
  std::array<std::uint64_t, in_eal - year_group + 1> odd_traits_{};
};

}  // namespace kpid::plugins::attendance
