// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "published.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "attendance/measures.hpp"
#include "attendance/published_place.hpp"
#include "common/document_day.hpp"

namespace kpid::plugins::attendance {
namespace {

using readers::Table;

constexpr std::int64_t kSessionsMax = 10'000'000'000;  // England has 2.5 thousand million a year
constexpr int kYearFirst = 1990;
constexpr int kYearLast = 2098;
constexpr std::string_view kRowOut = "The row was left out.";

enum ColumnIndex : std::size_t {
  level,
  country,
  region,
  authority,
  phase,
  year,
  year_kind,
  date,
  present,
  approved,
  attended,
  absent,
  authorised,
  unauthorised,
  late,
  possible,
  persistent,
  kColumns
};

std::vector<readers::Column> wanted(bool daily) {
  std::vector<readers::Column> out(kColumns);
  out[level] = {{"geographic_level"}, true};
  out[country] = {{"country_code"}, true};
  out[region] = {{"region_code"}, false};
  out[authority] = {{"new_la_code"}, true};
  // Renamed in 2024/25; the names of the statutory absence files are of the same thing.
  out[phase] = {{"education_phase", "school_type"}, true};
  out[year] = {{"time_period"}, !daily};
  out[year_kind] = {{"time_identifier"}, false};
  out[date] = {{"attendance_date"}, daily};
  out[present] = {{"present_sessions"}, true};
  out[approved] = {{"approved_educational_activity"}, true};
  out[attended] = {{"overall_attendance"}, true};
  out[absent] = {{"overall_absence"}, true};
  out[authorised] = {{"authorised_absence"}, true};
  out[unauthorised] = {{"unauthorised_absence"}, true};
  out[late] = {{"late_sessions"}, false};
  out[possible] = {{"possible_sessions"}, true};
  out[persistent] = {{"pa_perc"}, false};
  return out;
}

struct Key {
  std::string place;
  std::string phase;  // "": all of them together
  Dates dates;
  friend auto operator<=>(const Key&, const Key&) = default;
};

struct Row {
  Sessions sessions;
  std::optional<double> persistent_percent;
  std::int32_t stated_on = 0;
  std::uint32_t document = 0;
  std::uint32_t row = 0;
  bool ambiguous = false;
};

using Rows = std::map<Key, Row>;

class DocumentReader {
 public:
  DocumentReader(const Document& document, const PublishedSettings& settings, bool daily,
                 Notes& notes)
      : document_(document), settings_(settings), daily_(daily), notes_(notes) {
    const auto day = document_day(document);
    if (day && day->from_name) stated_on_ = day->day;
  }

  tl::expected<Rows, Failure> read(std::uint64_t& rows_read) {
    readers::TableOptions options;
    options.quote_cells = true;  // a row is a place's
    auto table = Table::open(document_.bytes, wanted(daily_), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
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
    if (suppressed_ > 0) {
      notes_.info(place(document_.name), counted(suppressed_, "row is", "rows are") +
                                             " suppressed at the source and left out.");
    }
    if (not_asked_for_ > 0) {
      notes_.info(place(document_.name),
                  counted(not_asked_for_, "row is of a place", "rows are of places") +
                      " that the setting only does not name, and left out.");
    }
    return std::move(rows_);
  }

 private:
  void skip(const readers::Fault& fault) { notes_.skipped(document_.name, fault, kRowOut); }

  void take(const Table& table) {
    const auto code = place_code(table, {level, country, region, authority});
    if (!code) return skip(code.error());
    if (!settings_.only.empty() && !settings_.only.contains(*code)) {
      ++not_asked_for_;
      return;
    }
    const auto phase_cell = table.text(phase);
    const auto kind = phase_cell && *phase_cell ? phase_of(**phase_cell) : std::nullopt;
    if (!kind) return skip(table.fault(phase, "is not a phase of education"));
    const auto dates = daily_ ? day_of(table) : year_of(table);
    if (!dates) return;
    auto row = sessions_of(table);
    if (!row) return;
    row->persistent_percent = persistent_of(table);
    row->stated_on = stated_on_;
    row->document = document_.number;
    row->row = table.row();
    const auto [at, added] = rows_.try_emplace(Key{*code, *kind, *dates}, *row);
    if (added) return;
    at->second.ambiguous = true;
    notes_.skipped(place(document_.name, table.row()),
                   *code + " has figures for the same phase and " + (daily_ ? "day" : "year") +
                       " in row " + std::to_string(at->second.row) +
                       " too. Which row counts is not clear, so both were left out.");
  }

  std::optional<Dates> day_of(const Table& table) {
    const auto cell = table.date(date, readers::DateOrder::either);
    if (cell && *cell && **cell >= kDayFirst && **cell <= kDayLast) return Dates{**cell, **cell};
    skip(cell ? table.fault(date, "is not a day between 1990 and 2099") : cell.error());
    return std::nullopt;
  }

  std::optional<Dates> year_of(const Table& table) {
    const auto what = table.text(year_kind);
    if (table.has(year_kind) && !(what && *what && lower(**what) == "academic year")) {
      skip(table.fault(year_kind,
                       "is not \"Academic year\": only figures of the year so far "
                       "are read"));
      return std::nullopt;
    }
    const auto cell = table.start_year(year);
    if (cell && *cell && **cell >= kYearFirst && **cell <= kYearLast) {
      return academic_year_from(**cell);
    }
    skip(cell ? table.fault(year, "is not an academic year such as 202425") : cell.error());
    return std::nullopt;
  }

  std::optional<Row> sessions_of(const Table& table) {
    std::array<std::optional<std::int64_t>, kColumns> counts;
    std::size_t absent_cells = 0;
    for (const std::size_t c :
         {present, approved, attended, absent, authorised, unauthorised, late, possible}) {
      const auto cell = table.integer(c);
      if (!cell) {
        skip(cell.error());
        return std::nullopt;
      }
      counts.at(c) = *cell;
      if (*cell && (**cell < 0 || **cell > kSessionsMax)) {
        skip(table.fault(c, "is no number of sessions"));
        return std::nullopt;
      }
      absent_cells += *cell || c == late ? 0 : 1;
    }
    if (absent_cells == 7) {  // suppressed is not 0
      ++suppressed_;
      return std::nullopt;
    }
    if (absent_cells > 0) {
      skip({"Some of the row's counts are missing.", table.row(), ""});
      return std::nullopt;
    }
    if (*counts[present] + *counts[approved] != *counts[attended] ||
        *counts[authorised] + *counts[unauthorised] != *counts[absent] ||
        *counts[attended] + *counts[absent] != *counts[possible]) {
      skip(
          {"The row's counts do not add up: present and approved activity must give attendance, "
           "authorised and unauthorised must give absence, and attendance and absence must give "
           "possible sessions.",
           table.row(), ""});
      return std::nullopt;
    }
    Row out;
    out.sessions = {*counts[attended], *counts[authorised], *counts[unauthorised], counts[late]};
    return out;
  }

  std::optional<double> persistent_of(const Table& table) {
    const auto cell = table.percent(persistent);
    if (cell) return *cell;
    notes_.skipped(document_.name, cell.error(),
                   "This figure was left out; the rest of its row counts.");
    return std::nullopt;
  }

  const Document& document_;
  const PublishedSettings& settings_;
  const bool daily_;
  Notes& notes_;
  std::int32_t stated_on_ = 0;
  std::uint64_t suppressed_ = 0;
  std::uint64_t not_asked_for_ = 0;
  Rows rows_;
};

void append(std::vector<Observation>& out, Span span, const Key& key, const Row& row) {
  const Origin origin{key.place, phase_subgroup(key.phase), key.dates, row.stated_on, row.document,
                      row.row};
  append_sessions(out, span, origin, row.sessions);
  if (row.persistent_percent) {
    out.push_back(figure(kPublishedPersistent, origin, *row.persistent_percent));
  }
}

// Sums days; the sum is stated by the document of its last day.
Rows summed(const Rows& days, Dates (*span_of)(std::int32_t day)) {
  Rows out;
  for (const auto& [key, row] : days) {
    Row& sum = out[{key.place, key.phase, span_of(key.dates.first)}];
    sum.sessions += row.sessions;
    sum.stated_on = std::max(sum.stated_on, row.stated_on);
    sum.document = row.document;
    sum.row = row.row;
  }
  return out;
}

tl::expected<Reading, Failure> read(std::span<const Document> documents,
                                    const PublishedSettings& settings, bool daily) {
  Notes notes;
  Reading out;
  Rows all;
  for (const Document* document : in_order_of_day(documents)) {
    auto rows = DocumentReader(*document, settings, daily, notes).read(out.rows);
    if (!rows) return tl::unexpected(rows.error());
    for (auto& [key, row] : *rows) {
      if (!row.ambiguous) all.insert_or_assign(key, row);
    }
  }
  for (const auto& [key, row] : all) {
    append(out.observations, daily ? Span::day : Span::year, key, row);
  }
  if (daily && settings.daily_sums) {
    for (const auto& [key, row] : summed(all, week_of)) {
      append(out.observations, Span::week, key, row);
    }
    const auto year_of = [](std::int32_t day) { return academic_year_from(academic_year_of(day)); };
    for (const auto& [key, row] : summed(all, year_of)) {
      append(out.observations, Span::year, key, row);
    }
  }
  notes.give(out);
  return out;
}

}  // namespace

tl::expected<Reading, Failure> read_years(std::span<const Document> documents,
                                          const PublishedSettings& settings) {
  return read(documents, settings, false);
}

tl::expected<Reading, Failure> read_days(std::span<const Document> documents,
                                         const PublishedSettings& settings) {
  return read(documents, settings, true);
}

}  // namespace kpid::plugins::attendance
