// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What an attendance source is told by the config. Plain values.

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "attendance/tally.hpp"
#include "readers/cell.hpp"

namespace kpid::plugins::attendance {

enum class Format {
  automatic,
  marks,
  pupil_weeks,
  ees,
  dfe_daily,
  ees_long,
  school_absence,
  wonde
};

// The columns of a file with a row a pupil, day or week, in the order in which Settings has them.
enum PupilColumn : std::size_t {
  school,
  pupil,
  year_group,
  in_pupil_premium,
  in_fsm,
  sen,
  in_eal,
  date,     // of the mark, or a day of the week
  session,  // AM or PM
  mark,
  am,  // a mark each, in place of session and mark
  pm,
  marks,  // of a whole week
  attended,
  authorised,
  unauthorised,
  late,
  kPupilColumns
};

using ColumnNames = std::array<std::optional<std::vector<std::string>>, kPupilColumns>;

struct Settings {
  Format format = Format::automatic;
  std::set<std::string> only;        // codes of the places or schools to read; empty: all
  bool daily_sums = false;           // dfe_daily
  std::optional<int> academic_year;  // school_absence: the year in which it starts

  // For files with a row a pupil:
  std::string school_code;  // of the one school of a file that has no column for it
  ColumnNames columns;      // nothing: the usual names; empty: the file has no such column
  readers::DateOrder date_order = readers::DateOrder::either;
  TallySettings tally;
};

// A format as the setting has it.
[[nodiscard]] std::string_view format_name(Format format);
// The names that a column usually has.
[[nodiscard]] const std::vector<std::string>& usual_names(PupilColumn column);
// The name of a column in the setting `columns`.
[[nodiscard]] std::string_view setting_name(PupilColumn column);

}  // namespace kpid::plugins::attendance
