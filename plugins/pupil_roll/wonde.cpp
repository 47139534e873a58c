// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "wonde.hpp"

#include <utility>

#include "pupil_roll/figures.hpp"
#include "pupil_roll/pupil_tally.hpp"
#include "pupil_roll/school_rows.hpp"
#include "pupil_roll/yes_no.hpp"
#include "readers/json.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

using readers::DateOrder;
using readers::JsonValue;

constexpr std::int64_t kMillisecondsADay = 86'400'000;

class PageReader {
 public:
  PageReader(const WondeSchool& school, const Settings& settings, Notes& notes)
      : school_(school), settings_(settings), notes_(notes) {}

  FiguresOrFailure read(std::uint64_t& rows) {
    const Document& first = school_.pages.front();
    const std::uint64_t rows_before = rows;
    PupilTally tally(static_cast<std::int32_t>(first.modified_at_ms / kMillisecondsADay),
                     Told{true, {true, true, true, true}, true, false});
    for (const Document& page : school_.pages) {
      const auto document = readers::JsonDocument::open(page.bytes);
      if (!document) return tl::unexpected(failure(page.name, document.error()));
      auto records = document->records("data");
      if (!records) return tl::unexpected(failure(page.name, records.error()));
      while (records->next()) {
        ++rows;
        if (const auto pupil = pupil_of(records->record(), page)) tally.add(*pupil);
      }
    }
    if (rows == rows_before) {
      return tl::unexpected(
          Failure{school_.school + ": Wonde gives no pupil of this school; look whether the school "
                                   "has approved the access."});
    }
    Document whole = first;
    whole.name = school_.school;
    return tally.take(whole, notes_);
  }

 private:
  std::optional<Pupil> pupil_of(const JsonValue& student, const Document& page) {
    Pupil pupil;
    pupil.school = school_.school;
    const auto id = student.text("id");
    if (!id || !*id) {
      notes_.skipped(page.name,
                     id ? student.fault("id", "is missing: a pupil must have one") : id.error(),
                     kRowOut);
      return std::nullopt;
    }
    pupil.id = **id;
    bool ok = true;
    pupil.admitted = date(student, "education_details.data.admission_date", page, ok);
    pupil.left = date(student, "education_details.data.leaving_date", page, ok);
    if (!ok) return std::nullopt;
    pupil.year_group = year_of(student, page);
    const std::string details = "extended_details.data.";
    pupil.groups = {flag(student, details + "free_school_meals", page, yes_or_no),
                    flag(student, details + "sen_status", page, has_send),
                    flag(student, details + "english_as_additional_language", page, yes_or_no),
                    flag(student, details + "premium_pupil_indicator", page, yes_or_no)};
    return pupil;
  }

  // Wonde writes a date as {"date": "2020-09-01 00:00:00.000000", …}, and some as plain text.
  std::optional<std::int32_t> date(const JsonValue& student, const std::string& path,
                                   const Document& page, bool& ok) {
    const std::string inner = path + ".date";
    const auto cell = student.date(student.has(inner) ? inner : path, DateOrder::year_month_day);
    if (cell && (!*cell || (**cell >= kDayFirst && **cell <= kDayLast))) return *cell;
    ok = false;
    notes_.skipped(page.name,
                   cell ? student.fault(path, "is not a day between 1990 and 2099") : cell.error(),
                   kRowOut);
    return std::nullopt;
  }

  std::string year_of(const JsonValue& student, const Document& page) {
    const std::string path = "education_details.data.current_nc_year";
    const auto cell = student.text(path);
    if (cell && !*cell) return {};
    if (cell) {
      if (auto known = year_group_of(settings_, **cell)) return std::move(*known);
    }
    notes_.skipped(page.name,
                   student.fault(path,
                                 "is not a year group such as R or 4; the setting year_groups can "
                                 "name it"),
                   "The pupil counts in the school's total alone.");
    return {};
  }

  // null is what the school's system left blank: no. What is not there at all is not known.
  std::optional<bool> flag(const JsonValue& student, const std::string& path, const Document& page,
                           std::optional<bool> (*meaning)(std::string_view)) {
    if (!student.has(path)) return std::nullopt;
    if (const auto truth = student.boolean(path); truth && *truth) return *truth;
    const auto cell = student.text(path);
    if (cell && !*cell) return false;
    if (cell) {
      if (const auto known = meaning(**cell)) return known;
    }
    notes_.skipped(page.name, student.fault(path, "is neither yes nor no"),
                   "It is not known whether the pupil belongs to the group.");
    return std::nullopt;
  }

  const WondeSchool& school_;
  const Settings& settings_;
  Notes& notes_;
};

}  // namespace

std::string wonde_students_url(std::string_view url, std::string_view wonde_id) {
  return std::string(url) + "/schools/" + std::string(wonde_id) +
         "/students?include=education_details,extended_details&per_page=200";
}

tl::expected<Reading, Failure> read_wonde(std::span<const WondeSchool> schools,
                                          const Settings& settings) {
  Notes notes;
  Figures figures;
  Suppressed suppressed;
  Reading out;
  for (const WondeSchool& school : schools) {
    auto read = PageReader(school, settings, notes).read(out.rows);
    if (!read) return tl::unexpected(std::move(read).error());
    leave_out_small_groups(*read, settings.smallest_group, suppressed);
    figures.merge(*read);
  }
  note(suppressed, settings.smallest_group, notes);
  give(figures, out);
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::pupil_roll
