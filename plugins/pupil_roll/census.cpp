// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <array>
#include <chrono>
#include <utility>

#include "pupil_roll/formats.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

using readers::Table;

enum Cell : std::size_t {
  kSchool,
  kAuthority,
  kLevel,
  kAcademicYear,
  kPupils,
  kFsm,
  kSenPlan,
  kSenSupport,
  kEal,
  kFirstYear  // from here four columns for each of kYears
};

struct Year {
  std::string_view title;  // in the header: "Full time girls Reception"
  std::string_view year_group;
};
constexpr std::array<Year, 19> kYears{{{"Early 1", "E1"},
                                       {"Early 2", "E2"},
                                       {"Nursery 1", "N1"},
                                       {"Nursery 2", "N2"},
                                       {"Reception", "R"},
                                       {"Year group 1", "1"},
                                       {"Year group 2", "2"},
                                       {"Year group 3", "3"},
                                       {"Year group 4", "4"},
                                       {"Year group 5", "5"},
                                       {"Year group 6", "6"},
                                       {"Year group 7", "7"},
                                       {"Year group 8", "8"},
                                       {"Year group 9", "9"},
                                       {"Year group 10", "10"},
                                       {"Year group 11", "11"},
                                       {"Year group 12", "12"},
                                       {"Year group 13", "13"},
                                       {"Year group 14", "14"}}};
constexpr std::array<std::string_view, 4> kWhoms{"Full time girls", "Full time boys",
                                                 "Part time girls", "Part time boys"};

std::vector<readers::Column> columns(const Settings& settings) {
  // Some versions cut long names after 63 letters.
  std::vector<readers::Column> out{
      wanted(settings, column::school, {"URN", "school_urn"}, true),
      {{"LA"}, false},
      {{"geographic_level"}, false},
      wanted(settings, column::date, {"time_period"}, false),
      wanted(settings, column::pupils, {"NOR", "headcount of pupils"}, true),
      wanted(settings, column::fsm,
             {"NUMFSM", "number of pupils known to be eligible for and claiming free school meals",
              "number of pupils known to be eligible for and claiming free scho",
              "number of pupils known to be eligible for free school meals"},
             false),
      {{"TSENELSE"}, false},
      {{"TSENELK"}, false},
      wanted(settings, column::eal,
             {"NUMEAL",
              "number of pupils whose first language is known or believed to be other than English",
              "number of pupils whose first language is known or believed to be"},
             false)};
  out.reserve(out.size() + kYears.size() * kWhoms.size());
  for (const Year& year : kYears) {
    for (const std::string_view whom : kWhoms) {
      out.push_back({{std::string(whom) + " " + std::string(year.title)}, false});
    }
  }
  return out;
}

// The spring census of an academic year: the third Thursday of January.
std::int32_t spring_census_day(int start_year) {
  using namespace std::chrono;
  const sys_days day{year(start_year + 1) / January / Thursday[3]};
  return static_cast<std::int32_t>(day.time_since_epoch().count());
}

class CensusReader {
 public:
  CensusReader(const Document& document, const Settings& settings, Notes& notes, Progress& progress)
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
    if (!table->has(kAcademicYear) && !day_of_file()) {
      return tl::unexpected(
          failure(document_.name,
                  {"The file does not say which census it is of; set census_date to the census "
                   "day, such as 2024-01-18, or put that date into the file's name.",
                   0, ""}));
    }
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take_row(*table);
    }
    if (auto finished = rows_.finish(*table); !finished) return tl::unexpected(finished.error());
    summarise(*table);
    return std::move(rows_.figures());
  }

 private:
  [[nodiscard]] std::optional<std::int32_t> day_of_file() const {
    if (settings_.census_date) return settings_.census_date;
    const auto& day = rows_.document_day();
    // A day of change says nothing of the census that a file is of.
    return day && day->from_name ? std::optional(day->day) : std::nullopt;
  }

  void take_row(const Table& table) {
    if (is_of_an_area(table)) {
      ++areas_;
      return;
    }
    const auto code = rows_.urn(table, kSchool);
    if (!code) return;
    const auto day = day_of(table);
    if (!day) return;
    SchoolDay* school = rows_.first_row(*code, *day, {}, table.row());
    if (school == nullptr) return;
    const auto take = [&](std::string_view group, const std::optional<Count>& count) {
      if (count) school->pupils[{"", std::string(group)}] = *count;
    };
    take("", rows_.count(table, kPupils));
    take("fsm", rows_.count(table, kFsm));
    take("send", with_send(table));
    take("eal", rows_.count(table, kEal));
    for (std::size_t i = 0; i < kYears.size(); ++i) take_year(table, i, *school);
  }

  // Rows of the country, a region or an authority are sums of the schools'.
  static bool is_of_an_area(const Table& table) {
    const auto says = [&](std::size_t column, std::string_view what) {
      const auto cell = table.text(column);
      return cell && *cell && **cell == what;
    };
    if (says(kSchool, "NAT") || says(kAuthority, "NAT")) return true;
    const auto level = table.text(kLevel);
    return level && *level && **level != "School";
  }

  std::optional<std::int32_t> day_of(const Table& table) {
    const auto year = table.start_year(kAcademicYear);
    if (year && *year && **year >= 1990 && **year < 2098) return spring_census_day(**year);
    if (year && !*year && day_of_file()) return day_of_file();
    notes_.skipped(document_.name,
                   table.fault(kAcademicYear, "is not an academic year such as 202223"), kRowOut);
    return std::nullopt;
  }

  // A statement or plan, and support without one; of one alone nothing is known of both.
  std::optional<Count> with_send(const Table& table) {
    const auto plan = rows_.count(table, kSenPlan);
    const auto support = rows_.count(table, kSenSupport);
    if (!plan || !support) return std::nullopt;
    return Count{plan->value + support->value, plan->document, plan->row};
  }

  void take_year(const Table& table, std::size_t index, SchoolDay& school) {
    Count sum{0, document_.number, table.row()};
    for (std::size_t whom = 0; whom < kWhoms.size(); ++whom) {
      const std::size_t column = kFirstYear + index * kWhoms.size() + whom;
      if (!table.has(column)) return;
      const auto count = rows_.count(table, column);
      if (!count) return;  // a part that is not known leaves the year not known
      sum.value += count->value;
    }
    if (sum.value != 0) school.pupils[{std::string(kYears.at(index).year_group), ""}] = sum;
  }

  void summarise(const Table& table) {
    const std::size_t schools = rows_.figures().days.size();
    std::string text = counted(schools, "school was", "schools were") +
                       " read; left out: " + counted(areas_, "row of an area", "rows of areas");
    if (!settings_.only_urns.empty()) {
      text += ", " + std::to_string(rows_.not_asked_for()) + " not in only_urns";
    }
    text += ". The day is ";
    if (table.has(kAcademicYear)) {
      text += "the third Thursday of January in the row's academic year.";
    } else if (settings_.census_date) {
      text += day_text(*settings_.census_date) + ", the census_date of the settings.";
    } else if (const auto day = day_of_file()) {
      text += day_text(*day) + ", the date in the file's name.";
    }
    notes_.info(place(document_.name), text);
  }

  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
  SchoolRows rows_;
  std::uint64_t areas_ = 0;
};

}  // namespace

FiguresOrFailure read_census(const Document& document, const Settings& settings, Notes& notes,
                             Progress& progress) {
  return CensusReader(document, settings, notes, progress).read();
}

}  // namespace kpid::plugins::pupil_roll
