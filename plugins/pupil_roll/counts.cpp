// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <utility>

#include "common/year_group.hpp"
#include "pupil_roll/formats.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

using readers::Table;

enum Cell : std::size_t { kSchool, kDate, kPupils, kCapacity, kYearGroup, kPupilGroup };

std::vector<readers::Column> columns(const Settings& settings) {
  return {wanted(settings, column::school,
                 {"URN", "School URN", "LAEstab", "School", "School name"}, true),
          wanted(settings, column::date, {"Date", "Census date"}, !settings.census_date),
          wanted(settings, column::pupils, {"Pupils", "Number of pupils", "Pupils on roll", "NOR"},
                 false),
          wanted(settings, column::capacity, {"Capacity", "School capacity", "Places"}, false),
          wanted(settings, column::year_group, {"Year group", "Year", "NC year"}, false),
          wanted(settings, column::pupil_group, {"Pupil group", "Group"}, false)};
}

class CountsReader {
 public:
  CountsReader(const Document& document, const Settings& settings, Notes& notes, Progress& progress)
      : document_(document),
        settings_(settings),
        notes_(notes),
        rows_(document, settings, notes, progress) {}

  FiguresOrFailure read() {
    readers::TableOptions options;
    options.quote_cells = true;
    options.sheet = settings_.sheet;
    auto table = Table::open(document_.bytes, columns(settings_), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    if (!table->has(kPupils) && !table->has(kCapacity)) {
      return tl::unexpected(
          failure(document_.name,
                  {"The file has neither pupils nor places; name their columns in the settings.",
                   table->header_row(), ""}));
    }
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take_row(*table);
    }
    if (auto finished = rows_.finish(*table); !finished) return tl::unexpected(finished.error());
    for (auto& [key, day] : rows_.figures().days) add_wholes(day);
    if (undated_ != 0 && settings_.census_date) {
      notes_.info(place(document_.name),
                  counted(undated_, "row has", "rows have") + " no date; their figures are dated " +
                      day_text(*settings_.census_date) + ", the census_date of the settings.");
    }
    return std::move(rows_.figures());
  }

 private:
  void take_row(const Table& table) {
    const auto code = rows_.name(table, kSchool);
    if (!code) return;
    const auto day = day_of(table);
    if (!day) return;
    const auto part = part_of(table, {*code, *day});
    if (!part) return;
    SchoolDay* school = rows_.first_row(*code, *day, *part, table.row());
    if (school == nullptr) return;
    if (const auto pupils = rows_.count(table, kPupils)) {
      school->pupils[*part] = *pupils;
    } else {
      school->unknown.insert(*part);
    }
    if (*part != Part{}) return;  // the places of a year group are not the school's
    school->capacity =
        rows_.count(table, kCapacity, 1, "is no number of places; it is taken as not known");
  }

  std::optional<std::int32_t> day_of(const Table& table) {
    bool ok = true;
    const auto day = rows_.date(table, kDate, ok);
    if (day || !ok) return day;
    if (settings_.census_date) {
      ++undated_;
      return settings_.census_date;
    }
    notes_.skipped(place(document_.name, table.row(), table.name(kDate)),
                   "The row has no date; set census_date for such rows. " + std::string(kRowOut));
    return std::nullopt;
  }

  // Without this row the parts no longer make up a whole, so none is summed up for that day.
  std::optional<Part> part_of(const Table& table, const SchoolAndDay& key) {
    const auto refuse = [&](std::size_t column, std::string_view is) {
      notes_.skipped(document_.name, table.fault(column, is), kRowOut);
      rows_.figures().days[key].unknown.insert(Part{});
      return std::nullopt;
    };
    Part part;
    const auto group = table.text(kPupilGroup);
    const auto known_group = group && *group ? pupil_group(**group) : std::string();
    if (!group || !known_group) {
      return refuse(kPupilGroup, "is not a group such as FSM, SEN, EAL or All");
    }
    part.pupil_group = *known_group;
    const auto year = table.text(kYearGroup);
    if (!year) return refuse(kYearGroup, "is not a year group such as R, 4 or All");
    if (!*year || pupil_group(**year) == "") return part;  // "All", "Total"
    const auto known_year = year_group_of(settings_, **year);
    if (!known_year) return refuse(kYearGroup, "is not a year group such as R, 4 or All");
    part.year_group = *known_year;
    return part;
  }

  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
  SchoolRows rows_;
  std::uint64_t undated_ = 0;
};

}  // namespace

FiguresOrFailure read_counts(const Document& document, const Settings& settings, Notes& notes,
                             Progress& progress) {
  return CountsReader(document, settings, notes, progress).read();
}

}  // namespace kpid::plugins::pupil_roll
