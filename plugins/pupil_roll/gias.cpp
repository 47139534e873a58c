// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <utility>

#include "pupil_roll/formats.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

using readers::Table;

enum Cell : std::size_t { kSchool, kDate, kPupils, kCapacity, kStatus };

// A census date may be wanting where the settings or the file's name give a day.
std::vector<readers::Column> columns(const Settings& settings) {
  return {wanted(settings, column::school, {"URN"}, true),
          wanted(settings, column::date, {"CensusDate"}, false),
          wanted(settings, column::pupils, {"NumberOfPupils"}, true),
          wanted(settings, column::capacity, {"SchoolCapacity"}, true),
          wanted(settings, column::status, {"EstablishmentStatus (name)", "EstablishmentStatus"},
                 true)};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

class GiasReader {
 public:
  GiasReader(const Document& document, const Settings& settings, Notes& notes, Progress& progress)
      : document_(document),
        settings_(settings),
        notes_(notes),
        rows_(document, settings, notes, progress) {}

  FiguresOrFailure read() {
    // An extract names head teachers too: where its cells have slipped, none of them is shown.
    readers::TableOptions options;
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
    summarise();
    return std::move(rows_.figures());
  }

 private:
  void take_row(const Table& table) {
    if (!is_open(table)) return;
    const auto code = rows_.urn(table, kSchool);
    if (!code) return;
    const auto day = day_of(table);
    if (!day) return;
    SchoolDay* school = rows_.first_row(*code, *day, {}, table.row());
    if (school == nullptr) return;
    if (const auto pupils = rows_.count(table, kPupils)) school->pupils[{}] = *pupils;
    school->capacity =
        rows_.count(table, kCapacity, 1, "is no number of places; it is taken as not known");
  }

  bool is_open(const Table& table) {
    const auto cell = table.text(kStatus);
    const std::string text = cell && *cell ? lower(**cell) : std::string();
    if (text == "open" || text == "open, but proposed to close") return true;
    if (text == "closed" || text == "proposed to open") {
      ++not_open_;
    } else {
      notes_.skipped(document_.name,
                     table.fault(kStatus, "is not a status that GIAS knows (Open, Closed, ...)"),
                     kRowOut);
    }
    return false;
  }

  std::optional<std::int32_t> day_of(const Table& table) {
    bool ok = true;
    const auto day = rows_.date(table, kDate, ok);
    if (day || !ok) return day;
    const std::optional<DocumentDay>& of_document = rows_.document_day();
    if (settings_.census_date || of_document) ++undated_;
    if (settings_.census_date) return settings_.census_date;
    if (of_document) return of_document->day;
    notes_.skipped(place(document_.name, table.row(), table.name(kDate)),
                   "The row has no date; set census_date for such rows. " + std::string(kRowOut));
    return std::nullopt;
  }

  void summarise() {
    const std::size_t schools = rows_.figures().days.size();
    std::string text = counted(schools, "open school was", "open schools were") +
                       " read; left out: " +
                       counted(not_open_, "school that is not open", "schools that are not open");
    if (!settings_.only_urns.empty()) {
      text += ", " + std::to_string(rows_.not_asked_for()) + " not in only_urns";
    }
    notes_.info(place(document_.name), text + ".");
    if (undated_ == 0) return;
    text = counted(undated_, "school has", "schools have") + " no date; their figures are dated ";
    if (settings_.census_date) {
      text += day_text(*settings_.census_date) + ", the census_date of the settings.";
    } else if (const std::optional<DocumentDay>& day = rows_.document_day()) {
      text += day_text(day->day) + (day->from_name ? ", the date in the file's name."
                                                   : ", the day the file was last changed.");
    }
    notes_.info(place(document_.name), text);
  }

  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
  SchoolRows rows_;
  std::uint64_t not_open_ = 0;
  std::uint64_t undated_ = 0;
};

}  // namespace

FiguresOrFailure read_gias(const Document& document, const Settings& settings, Notes& notes,
                           Progress& progress) {
  return GiasReader(document, settings, notes, progress).read();
}

}  // namespace kpid::plugins::pupil_roll
