// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a register code counts as ON A DAY. The School Attendance (Pupil Registration) (England)
// Regulations 2024 changed the codes on 19 August 2024: C1, C2, J1, K, Q and Y1 to Y7 came, H, J
// and Y went. Pure values and functions; any thread.

#include <array>
#include <cstdint>
#include <string_view>

namespace kpid::plugins::attendance {

// In the order in which one mark beats another where a pupil has two in one session: present,
// approved activity, authorised, unauthorised, uncounted.
enum class Meaning : std::uint8_t {
  none,               // nothing is recorded: "-", or a blank cell
  not_counted,        // not a possible session
  unauthorised_late,  // U: absent without authority, and late
  unauthorised,
  authorised,
  approved,      // approved educational activity: counts as attendance
  present_late,  // L: present, and late
  present,
};

struct CodeMeaning {
  Meaning meaning = Meaning::none;
  bool known = false;      // the code has a meaning on that day
  bool withdrawn = false;  // it had been withdrawn by that day; it still counts as it did
};

inline constexpr std::int32_t kCodesChanged = 19954;  // 2024-08-19

// Any spelling that a register has: "/", "\\", "i", "C1", "X01" (a sub-code of X). Blanks around it
// do not matter. A code that came later than the day is not known.
[[nodiscard]] CodeMeaning meaning_of(std::string_view code, std::int32_t day);

// The same as a table for codes of one and of two characters, for the days on one side of a change.
class CodeTable {
 public:
  explicit CodeTable(std::int32_t day);

  [[nodiscard]] CodeMeaning of(std::string_view code) const {
    if (code.size() == 1) return one_[static_cast<unsigned char>(code[0])];
    return of_longer(code);
  }

 private:
  [[nodiscard]] CodeMeaning of_longer(std::string_view code) const;

  std::int32_t day_;
  std::array<CodeMeaning, 256> one_{};
};

// The days from which each table holds; the last that is not after a day is the day's.
inline constexpr std::array<std::int32_t, 3> kCodeTableDays{0, 15949, kCodesChanged};

}  // namespace kpid::plugins::attendance
