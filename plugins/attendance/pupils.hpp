// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads files with a row a pupil's mark, day or week, counts them, and forgets the pupils. A pure
// function of bytes and settings, but that it tells a document which of its bytes it is done with.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attendance/settings.hpp"
#include "attendance/tally.hpp"
#include "common/reading.hpp"

namespace kpid::plugins::attendance {

struct PupilReading {
  std::vector<SchoolYear> schools;  // in the order of schools and years
  std::vector<Note> notes;
  std::vector<Note> columns;
  std::uint64_t rows = 0;
  std::uint64_t duplicates = 0;
  bool read_twice = false;  // rows came back to a school that was counted already
};

// How rows are taken from a CSV file; the figures are the same.
enum class Rows { many_at_once, one_by_one };

// Where documents speak of one pupil and session, the one with the later date counts; where one
// document does so twice, the better mark (see Meaning).
tl::expected<PupilReading, Failure> read_pupils(std::span<const Document> documents, Format format,
                                                const Settings& settings,
                                                Rows rows = Rows::many_at_once);

// All figures as observations; for tests and small readings.
[[nodiscard]] Reading to_reading(PupilReading reading);

// The columns that are looked for in a header, in the order of PupilColumn; and what a header with
// those that are required still lacks for a format, as a sentence.
[[nodiscard]] std::vector<readers::Column> pupil_columns(const Settings& settings);
[[nodiscard]] std::optional<std::string> wanting(const readers::Table& table, Format format);

// What is told of a reading as a whole: marks that came twice, groups that are left out.
void tell_totals(const PupilReading& reading, std::int64_t smallest_group, Notes& notes);

}  // namespace kpid::plugins::attendance
