// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a source of the roll may be set to, whatever its format.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "readers/table.hpp"

namespace kpid::plugins::pupil_roll {

// The days that a count may be of; others are slips.
inline constexpr std::int32_t kDayFirst = 7305;  // 1990-01-01
inline constexpr std::int32_t kDayLast = 47481;  // 2099-12-31

enum class Format { gias, counts, census, pupils, one_roster, wonde, ctf };

// The columns that the settings may name, in the order in which Settings holds them.
namespace column {
enum Index : std::size_t {
  school,
  date,
  pupils,
  capacity,
  status,  // gias: open or not
  year_group,
  pupil_group,  // counts: which group a row counts
  pupil,        // pupils: an id, by which one who stands twice is counted once
  fsm,
  send,
  eal,
  pupil_premium,
  admitted,
  left
};
}  // namespace column
inline constexpr std::size_t kColumns = 14;

// A school as Wonde knows it, and its code in the config.
struct WondeId {
  std::string id;
  std::string school;
};

struct Settings {
  Format format = Format::gias;
  // The names under which a column may stand in the header. Nothing: the usual ones of the format.
  // Names: one of them must be there. Empty: the file has no such column.
  std::array<std::optional<std::vector<std::string>>, kColumns> columns;
  readers::DateOrder date_order = readers::DateOrder::either;
  std::optional<std::int32_t> census_date;  // a day, for rows without a date
  std::set<std::int64_t> only_urns;         // gias and census: only these; empty: all
  std::vector<std::string> sheet;           // of a workbook; empty: the first
  std::string school;                       // pupils: the school of a file without such a column
  std::int64_t smallest_group = 5;          // groups of fewer pupils do not leave the plugin
  std::vector<WondeId> wonde_schools;
  std::string wonde_url;
  std::map<std::string, std::string> year_groups;  // the source's own names of year groups
};

// A column as the settings have it, or else under its usual names.
readers::Column wanted(const Settings& settings, column::Index index,
                       std::vector<std::string> usual, bool required);

// The year group that a source's text means, by the settings first; nothing where it means none.
std::optional<std::string> year_group_of(const Settings& settings, std::string_view text);

}  // namespace kpid::plugins::pupil_roll
