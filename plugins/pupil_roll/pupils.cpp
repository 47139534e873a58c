// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>
#include <array>
#include <utility>

#include "pupil_roll/formats.hpp"
#include "pupil_roll/pupil_tally.hpp"
#include "pupil_roll/yes_no.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

using readers::Table;

enum Cell : std::size_t { kSchool, kPupil, kYearGroup, kAdmitted, kLeft, kFirstGroup };

std::vector<readers::Column> columns(const Settings& settings) {
  return {
      wanted(settings, column::school,
             settings.school.empty()
                 ? std::vector<std::string>{"URN", "School URN", "LAEstab", "School", "School name"}
                 : std::vector<std::string>{},
             true),
      wanted(settings, column::pupil,
             {"UPN", "Pupil ID", "Admission number", "Admission No", "Adno"}, false),
      wanted(settings, column::year_group,
             {"Year group", "NC year", "NCyearActual", "Year group name", "Year"}, false),
      wanted(settings, column::admitted,
             {"Admission date", "Date of admission", "Start date", "Entry date", "DOA"}, false),
      wanted(settings, column::left,
             {"Leaving date", "Date of leaving", "Leave date", "End date", "DOL"}, false),
      wanted(settings, column::fsm,
             {"FSM", "FSM eligible", "Eligible for free school meals", "Free school meals"}, false),
      wanted(settings, column::send, {"SEN status", "SEN provision", "SEN", "SEND", "SEN stage"},
             false),
      wanted(settings, column::eal, {"EAL", "English as an additional language"}, false),
      wanted(settings, column::pupil_premium, {"Pupil premium", "PP", "Pupil premium eligible"},
             false)};
}

class PupilsReader {
 public:
  PupilsReader(const Document& document, const Settings& settings, Notes& notes, Progress& progress)
      : document_(document),
        settings_(settings),
        notes_(notes),
        rows_(document, settings, notes, progress) {}

  FiguresOrFailure read() {
    // No cell of a pupil's row is ever quoted: TableOptions as they stand.
    readers::TableOptions options;
    options.sheet = settings_.sheet;
    auto table = Table::open(document_.bytes, columns(settings_), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    const auto day = settings_.census_date ? settings_.census_date : day_of_document();
    if (!day) {
      return tl::unexpected(
          failure(document_.name,
                  {"It is not known of which day the file tells; put its date into its name, such "
                   "as pupils-2024-01-18.csv, or set census_date.",
                   0, ""}));
    }
    PupilTally tally(*day, told(*table));
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      if (const auto pupil = pupil_of(*table)) tally.add(*pupil);
    }
    if (auto finished = rows_.finish(*table); !finished) return tl::unexpected(finished.error());
    return tally.take(document_, notes_);
  }

 private:
  [[nodiscard]] std::optional<std::int32_t> day_of_document() const {
    const std::optional<DocumentDay>& day = rows_.document_day();
    if (!day) return std::nullopt;
    return day->day;
  }

  static Told told(const Table& table) {
    Told out;
    out.year_groups = table.has(kYearGroup);
    out.admissions = table.has(kAdmitted);
    out.leavings = table.has(kLeft);
    for (std::size_t g = 0; g < kGroups; ++g) out.groups.at(g) = table.has(kFirstGroup + g);
    return out;
  }

  std::optional<Pupil> pupil_of(const Table& table) {
    Pupil pupil;
    if (settings_.school.empty()) {
      auto school = rows_.name(table, kSchool);
      if (!school) return std::nullopt;
      pupil.school = std::move(*school);
    } else {
      pupil.school = settings_.school;
    }
    const auto id = table.text(kPupil);
    if (!id) {
      notes_.skipped(document_.name, id.error(), kRowOut);
      return std::nullopt;
    }
    if (*id) pupil.id = **id;
    bool admitted_ok = true;
    bool left_ok = true;
    pupil.admitted = rows_.date(table, kAdmitted, admitted_ok);
    if (admitted_ok) pupil.left = rows_.date(table, kLeft, left_ok);
    if (!admitted_ok || !left_ok) return std::nullopt;
    if (pupil.admitted && pupil.left && *pupil.left < *pupil.admitted) {
      notes_.skipped(document_.name, table.fault(kLeft, "is before the day of admission"), kRowOut);
      return std::nullopt;
    }
    pupil.year_group = year_of(table);
    for (std::size_t g = 0; g < kGroups; ++g) {
      pupil.groups.at(g) = member_of(table, static_cast<Group>(g));
    }
    return pupil;
  }

  std::string year_of(const Table& table) {
    const auto cell = table.text(kYearGroup);
    if (cell && !*cell) return {};
    if (cell) {
      if (auto known = year_group_of(settings_, **cell)) return std::move(*known);
    }
    notes_.skipped(document_.name,
                   table.fault(kYearGroup,
                               "is not a year group such as R or 4; the setting year_groups can "
                               "name it"),
                   "The pupil counts in the school's total alone.");
    return {};
  }

  std::optional<bool> member_of(const Table& table, Group group) {
    const std::size_t column = kFirstGroup + static_cast<std::size_t>(group);
    if (!table.has(column)) return std::nullopt;
    if (table.is_blank(column))
      return false;  // schools leave the flag blank where it does not hold
    const auto cell = table.text(column);
    if (cell && *cell) {
      const auto answer = group == Group::send ? has_send(**cell) : yes_or_no(**cell);
      if (answer) return answer;
    }
    notes_.skipped(document_.name,
                   table.fault(column, group == Group::send ? "is no SEN status such as N, K or E"
                                                            : "is neither yes nor no"),
                   "It is not known whether the pupil belongs to the group.");
    return std::nullopt;
  }

  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
  SchoolRows rows_;
};

}  // namespace

FiguresOrFailure read_pupils(const Document& document, const Settings& settings, Notes& notes,
                             Progress& progress) {
  return PupilsReader(document, settings, notes, progress).read();
}

}  // namespace kpid::plugins::pupil_roll
