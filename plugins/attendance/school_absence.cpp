// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "school_absence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "attendance/measures.hpp"
#include "common/document_day.hpp"

namespace kpid::plugins::attendance {
namespace {

using readers::Table;

constexpr std::int64_t kUrnMax = 9'999'999;
constexpr std::string_view kRowOut = "The row was left out.";
constexpr std::string_view kCellOut = "This figure was left out; the rest of its row counts.";

enum ColumnIndex : std::size_t { urn, authority, absence, persistent, old_persistent, kColumns };

std::vector<readers::Column> wanted() {
  std::vector<readers::Column> out(kColumns);
  out[urn] = {{"URN", "school_urn"}, true};
  out[authority] = {{"LA", "LEA"}, false};
  out[absence] = {{"PERCTOT", "sess_overall_percent"}, true};
  out[persistent] = {{"PPERSABS10", "enrolments_pa_10_exact_percent"}, false};
  out[old_persistent] = {{"PPERSABS15", "PPERSABS20"}, false};
  return out;
}

struct Figures {
  std::optional<double> attendance;
  std::optional<double> persistent;
  std::int32_t stated_on = 0;
  std::uint32_t document = 0;
  std::uint32_t row = 0;
  bool ambiguous = false;
};

using Key = std::pair<std::string, int>;  // URN, the year in which the academic year starts
using Schools = std::map<Key, Figures>;

// 100 less the percentage, without the error of a binary subtraction: 6.1 gives the double nearest
// to 93.9.
double hundred_less(double percent, std::string_view cell) {
  const auto point = cell.find('.');
  const auto end = std::find_if_not(
      cell.begin() +
          static_cast<std::ptrdiff_t>(point == std::string_view::npos ? cell.size() : point + 1),
      cell.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto decimals = point == std::string_view::npos
                            ? std::ptrdiff_t{0}
                            : end - (cell.begin() + static_cast<std::ptrdiff_t>(point) + 1);
  constexpr std::ptrdiff_t kDecimalsMax = 9;
  const double scale = std::pow(10.0, static_cast<double>(std::min(decimals, kDecimalsMax)));
  return (100.0 * scale - std::round(percent * scale)) / scale;
}

class DocumentReader {
 public:
  DocumentReader(const Document& document, const SchoolAbsenceSettings& settings, int year,
                 Notes& notes)
      : document_(document), settings_(settings), year_(year), notes_(notes) {
    const auto day = document_day(document);
    if (day && day->from_name) stated_on_ = day->day;
  }

  tl::expected<Schools, Failure> read(std::uint64_t& rows_read) {
    readers::TableOptions options;
    options.quote_cells = true;  // a row is a school's
    auto table = Table::open(document_.bytes, wanted(), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    if (table->has(old_persistent) && !table->has(persistent)) {
      notes_.warning(
          place(document_.name, table->header_row(), table->name(old_persistent)),
          "This is persistent absence by an older threshold than 10 %, so it is not read: the two "
          "are not one series.");
    }
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take(*table);
    }
    const auto& report = table->report();
    notes_.table(document_.name, report);
    rows_read += report.rows_read + report.rows_skipped;
    if (report.rows_read + report.rows_skipped == 0) {
      return tl::unexpected(
          failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
    }
    summarise();
    return std::move(schools_);
  }

 private:
  void take(const Table& table) {
    if (table.raw(authority) == "NAT" || table.raw(urn) == "NAT") {
      ++national_;  // a sum of the other rows
      return;
    }
    const auto cell = table.integer(urn);
    if (!cell || !*cell || **cell < 1 || **cell > kUrnMax) {
      return notes_.skipped(document_.name, table.fault(urn, "is not a URN"), kRowOut);
    }
    const std::string school = std::to_string(**cell);
    if (!settings_.only.empty() && !settings_.only.contains(school)) {
      ++not_asked_for_;
      return;
    }
    Figures row;
    row.stated_on = stated_on_;
    row.document = document_.number;
    row.row = table.row();
    if (const auto percent = percent_of(table, absence)) {
      row.attendance = hundred_less(*percent, readers::trim(table.raw(absence)));
    }
    row.persistent = percent_of(table, persistent);
    if (!row.attendance && !row.persistent) ++empty_;
    const auto [at, added] = schools_.try_emplace(Key{school, year_}, row);
    if (added) return;
    at->second.ambiguous = true;
    notes_.skipped(place(document_.name, table.row()),
                   school + " has figures in row " + std::to_string(at->second.row) +
                       " too. Which row counts is not clear, so both were left out.");
  }

  std::optional<double> percent_of(const Table& table, std::size_t column) {
    const auto cell = table.percent(column);
    if (cell) return *cell;
    notes_.skipped(document_.name, cell.error(), kCellOut);
    return std::nullopt;
  }

  void summarise() {
    std::string text = counted(schools_.size(), "school was", "schools were") + " read";
    if (empty_ > 0) text += ", " + std::to_string(empty_) + " of them without a published figure";
    text += "; left out: " + counted(national_, "national row", "national rows");
    if (!settings_.only.empty()) {
      text += ", " + std::to_string(not_asked_for_) + " that the setting only does not name";
    }
    notes_.info(place(document_.name), text + ".");
  }

  const Document& document_;
  const SchoolAbsenceSettings& settings_;
  const int year_;
  Notes& notes_;
  std::int32_t stated_on_ = 0;
  std::uint64_t national_ = 0;
  std::uint64_t not_asked_for_ = 0;
  std::uint64_t empty_ = 0;
  Schools schools_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<int> academic_year_in(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_digit(name[i]) || (i > 0 && is_digit(name[i - 1]))) continue;
    for (const std::size_t length : {9U, 7U, 6U}) {
      if (i + length > name.size()) continue;
      if (i + length < name.size() && is_digit(name[i + length])) continue;
      std::string text(name.substr(i, length));
      // 2018-19-… would be a date without its day.
      if (i + length < name.size() && name[i + length] == '-' && length == 7) continue;
      std::replace(text.begin(), text.end(), '_', '-');
      if (const auto year = readers::to_start_year(text)) return year;
    }
  }
  return std::nullopt;
}

tl::expected<Reading, Failure> read_school_absence(std::span<const Document> documents,
                                                   const SchoolAbsenceSettings& settings) {
  Notes notes;
  Reading out;
  Schools all;
  for (const Document* document : in_order_of_day(documents)) {
    const auto year =
        settings.academic_year ? settings.academic_year : academic_year_in(document->name);
    if (!year) {
      return tl::unexpected(failure(
          document->name,
          {"Which year the absence is of stands neither in the file nor in its name; set "
           "academic_year, such as \"2018/19\", or name the file such as absence_2018-19.csv.",
           0, ""}));
    }
    auto schools = DocumentReader(*document, settings, *year, notes).read(out.rows);
    if (!schools) return tl::unexpected(schools.error());
    for (auto& [key, row] : *schools) {
      if (!row.ambiguous) all.insert_or_assign(key, row);
    }
  }
  for (const auto& [key, row] : all) {
    const Origin origin{key.first,     "",           academic_year_from(key.second),
                        row.stated_on, row.document, row.row};
    if (row.attendance) {
      out.observations.push_back(figure(kPublishedAttendance, origin, *row.attendance));
    }
    if (row.persistent) {
      out.observations.push_back(figure(kPublishedPersistent, origin, *row.persistent));
    }
  }
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::attendance
