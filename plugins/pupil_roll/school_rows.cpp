// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "school_rows.hpp"

#include <utility>

#include "common/year_group.hpp"

namespace kpid::plugins::pupil_roll {
namespace {
constexpr std::int64_t kUrnMax = 9'999'999;
}  // namespace

using readers::Table;

SchoolRows::SchoolRows(const Document& document, const Settings& settings, Notes& notes,
                       Progress& progress)
    : document_(document),
      settings_(settings),
      notes_(notes),
      progress_(progress),
      day_(plugins::document_day(document)) {}

tl::expected<void, Failure> SchoolRows::finish(const Table& table) {
  const auto& report = table.report();
  notes_.table(document_.name, report);
  progress_.rows += report.rows_read + report.rows_skipped;
  if (report.rows_read + report.rows_skipped != 0) return {};
  return tl::unexpected(
      failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
}

std::optional<std::string> SchoolRows::urn(const Table& table, std::size_t column) {
  const auto cell = table.integer(column);
  if (!cell || !*cell || **cell < 1 || **cell > kUrnMax) {
    notes_.skipped(document_.name, table.fault(column, "is not a URN"), kRowOut);
    return std::nullopt;
  }
  if (!settings_.only_urns.empty() && !settings_.only_urns.contains(**cell)) {
    ++not_asked_for_;
    return std::nullopt;
  }
  progress_.urns.insert(**cell);
  return std::to_string(**cell);
}

std::optional<std::string> SchoolRows::name(const Table& table, std::size_t column) {
  const auto cell = table.text(column);
  if (cell && *cell) return std::string(**cell);
  if (!cell) {
    notes_.skipped(document_.name, cell.error(), kRowOut);
  } else {
    notes_.skipped(place(document_.name, table.row(), table.name(column)),
                   "The row names no school. " + std::string(kRowOut));
  }
  return std::nullopt;
}

std::optional<Count> SchoolRows::count(const Table& table, std::size_t column, std::int64_t least,
                                       std::string_view too_small) {
  const auto cell = table.integer(column);
  if (cell && !*cell) return std::nullopt;
  if (cell && **cell >= least && **cell <= kCountMax) {
    return Count{**cell, document_.number, table.row()};
  }
  if (!cell) {
    notes_.skipped(document_.name, cell.error(), kCellOut);
  } else {
    notes_.skipped(document_.name,
                   table.fault(column, **cell < least ? too_small : "is more than 50,000"),
                   kCellOut);
  }
  return std::nullopt;
}

std::optional<std::int32_t> SchoolRows::date(const Table& table, std::size_t column, bool& ok) {
  const auto cell = table.date(column, settings_.date_order);
  ok = cell.has_value();
  if (!cell) {
    notes_.skipped(document_.name, cell.error(), kRowOut);
    return std::nullopt;
  }
  if (!*cell || (**cell >= kDayFirst && **cell <= kDayLast)) return *cell;
  ok = false;
  notes_.skipped(document_.name, table.fault(column, "is not a day between 1990 and 2099"),
                 kRowOut);
  return std::nullopt;
}

SchoolDay* SchoolRows::first_row(const std::string& school, std::int32_t day, const Part& part,
                                 std::uint32_t row) {
  const auto [at, added] = rows_.try_emplace({school, day, part}, row);
  SchoolDay& found = figures_.days[{school, day}];
  if (day_) found.stated_on = day_->day;
  if (added) return &found;
  found.pupils.erase(part);
  found.unknown.insert(part);
  if (part == Part{}) found.capacity.reset();
  const std::string which = subgroup_of(part.year_group, part.pupil_group);
  notes_.skipped(place(document_.name, row),
                 school + " has figures for " + day_text(day) +
                     (which.empty() ? "" : " (" + which + ")") + " in row " +
                     std::to_string(at->second) +
                     " too. Which row counts is not clear, so both were left out.");
  return nullptr;
}

readers::Column wanted(const Settings& settings, column::Index index,
                       std::vector<std::string> usual, bool required) {
  const auto& named = settings.columns.at(index);
  if (named) return {*named, !named->empty()};
  const bool any = !usual.empty();
  return {std::move(usual), any && required};
}

std::optional<std::string> year_group_of(const Settings& settings, std::string_view text) {
  const auto named = settings.year_groups.find(std::string(readers::trim(text)));
  return named != settings.year_groups.end() ? named->second : year_group(text);
}

}  // namespace kpid::plugins::pupil_roll
