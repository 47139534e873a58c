// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads pupils on roll and places: from GIAS extracts, or from a simple table of counts. A pure
// function of bytes and settings. No row here is a pupil's.

#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/document_day.hpp"
#include "common/reading.hpp"

namespace kpid::plugins::pupil_roll {

// The days that a count may be of; others are slips.
inline constexpr std::int32_t kDayFirst = 7305;  // 1990-01-01
inline constexpr std::int32_t kDayLast = 47481;  // 2099-12-31

enum class Format { gias, counts };

// The columns in the order in which Settings and the table hold them; status is GIAS's alone.
enum ColumnIndex : std::size_t { school, date, pupils, capacity, status };
inline constexpr std::size_t kColumns = 5;

struct Settings {
  Format format = Format::gias;
  // The names under which a column may stand in the header. Nothing: the usual ones of the format.
  // Names: one of them must be there. Empty: the file has no such column.
  std::array<std::optional<std::vector<std::string>>, kColumns> columns;
  readers::DateOrder date_order = readers::DateOrder::either;
  std::optional<std::int32_t> census_date;  // a day, for rows without a date
  std::set<std::int64_t> only_urns;         // GIAS: only these; empty: all
};

// Later documents come first in doubt: for one school, day and measure the document with the latest
// date (in its name, else of its modification) counts, so that two extracts of one census give one
// figure. One document that cannot be read fails the reading as a whole.
tl::expected<Reading, Failure> read_roll(std::span<const Document> documents,
                                         const Settings& settings);

}  // namespace kpid::plugins::pupil_roll
