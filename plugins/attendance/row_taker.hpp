// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Takes the rows of one document, whose cells a reader has told apart, into the register. Rows
// mostly repeat the school, pupil, groups and date of the row before, so these are looked up only
// where their bytes change. No cell is ever quoted: every row is a pupil's. For one thread.

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

// The bytes of a cell, to compare the next row's with: without a call for up to 16 bytes.
class LastCell {
 public:
  [[nodiscard]] bool is(std::string_view cell) const {
    return cell.size() == text_.size() && same(cell.data(), text_.data(), cell.size());
  }
  void set(std::string_view cell) { text_.assign(cell); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  template <class Word>
  static bool both_ends(const char* a, const char* b, std::size_t size) {
    std::array<Word, 4> words;
    std::memcpy(&words[0], a, sizeof(Word));
    std::memcpy(&words[1], b, sizeof(Word));
    std::memcpy(&words[2], a + size - sizeof(Word), sizeof(Word));
    std::memcpy(&words[3], b + size - sizeof(Word), sizeof(Word));
    return words[0] == words[1] && words[2] == words[3];
  }
  static bool same(const char* a, const char* b, std::size_t size) {
    if (size > 16) return std::memcmp(a, b, size) == 0;
    if (size >= 8) return both_ends<std::uint64_t>(a, b, size);
    if (size >= 4) return both_ends<std::uint32_t>(a, b, size);
    if (size >= 2) return both_ends<std::uint16_t>(a, b, size);
    return size == 0 || *a == *b;
  }

  std::string text_;
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
    LastCell cell;
    bool used = false;
    Day day;
  };

  // Finds the pupil, the date and the register of both; false where there is none.
  bool locate(const Cells& cells, std::uint32_t row) {
    if (!last_pupil_.is(cells[pupil]) || !last_school_.is(cells[school]) || !named_) {
      if (!change_pupil(cells, row)) return false;
    }
    if (!last_date_.is(cells[date]) || !day_.known) {
      if (!change_date(cells[date], row)) return false;
    }
    for (std::size_t c = year_group; c <= in_eal; ++c) {
      if (there_[c] && !last_traits_[c - year_group].is(cells[c])) change_traits(cells, row);
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
