// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the readers of tables with a row a school share: its cells as schools, days and counts, and
// what they hold gathered by school and day. Whatever cannot be read is noted and left out.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "common/document_day.hpp"
#include "common/reading.hpp"
#include "pupil_roll/figures.hpp"
#include "pupil_roll/settings.hpp"

namespace kpid::plugins::pupil_roll {

inline constexpr std::string_view kRowOut = "The row was left out.";
inline constexpr std::string_view kCellOut =
    "This figure was left out; the rest of its row counts.";
inline constexpr std::int64_t kCountMax = 50'000;  // no school is near it; so says the manifest

// What became of the rows of all documents.
struct Progress {
  std::uint64_t rows = 0;
  std::set<std::int64_t> urns;  // that were read, of those asked for
};

using FiguresOrFailure = tl::expected<Figures, Failure>;

class SchoolRows {
 public:
  // All outlive this.
  SchoolRows(const Document& document, const Settings& settings, Notes& notes, Progress& progress);

  // The table's report, once it is read to its end: a failure where it had no row.
  tl::expected<void, Failure> finish(const readers::Table& table);

  std::optional<std::string> urn(const readers::Table& table, std::size_t column);
  std::optional<std::string> name(const readers::Table& table, std::size_t column);
  std::optional<Count> count(const readers::Table& table, std::size_t column,
                             std::int64_t least = 0, std::string_view too_small = "is below 0");
  // A row's own date; a fault of it is noted and `ok` becomes false.
  std::optional<std::int32_t> date(const readers::Table& table, std::size_t column, bool& ok);

  // The school's day, where this is the first row on that part of it; else both rows are left out.
  SchoolDay* first_row(const std::string& school, std::int32_t day, const Part& part,
                       std::uint32_t row);

  [[nodiscard]] const std::optional<DocumentDay>& document_day() const { return day_; }
  [[nodiscard]] std::uint64_t not_asked_for() const { return not_asked_for_; }
  [[nodiscard]] Figures& figures() { return figures_; }

 private:
  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
  Progress& progress_;
  std::optional<DocumentDay> day_;
  std::uint64_t not_asked_for_ = 0;
  std::map<std::tuple<std::string, std::int32_t, Part>, std::uint32_t> rows_;
  Figures figures_;
};

}  // namespace kpid::plugins::pupil_roll
