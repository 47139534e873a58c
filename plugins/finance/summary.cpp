// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "summary.hpp"

#include <chrono>
#include <map>
#include <utility>

namespace kpid::plugins::finance {
namespace {

using readers::Table;

constexpr std::int64_t kPenceMax = 10'000'000'000'000;  // £100 billion; the manifest says the same
constexpr int kYearFirst = 1990;
constexpr int kYearLast = 2099;
constexpr std::array<std::string_view, kColumns> kMeasures{
    "", "", "finance.income", "finance.expenditure", "finance.staff_costs", "finance.reserves"};
constexpr std::array<std::string_view, kColumns> kTitles{
    "school", "financial year", "income", "expenditure", "staff costs", "reserves"};

const std::array<std::vector<std::string>, kColumns>& usual_names() {
  static const std::array<std::vector<std::string>, kColumns> names{{
      {"URN", "School URN", "LAEstab", "School", "School name"},
      {"Financial year", "Academic year", "Year"},
      {"Total income", "Income"},
      {"Total expenditure", "Expenditure"},
      {"Total staff costs", "Staff costs", "Staffing costs"},
      {"Reserves", "Revenue reserve", "Revenue reserves", "Closing reserves"},
  }};
  return names;
}

std::vector<readers::Column> wanted(const Settings& settings) {
  std::vector<readers::Column> out;
  for (std::size_t c = 0; c < kColumns; ++c) {
    const auto& names = settings.columns.at(c);
    const bool always = c == school || c == financial_year;
    out.push_back({names ? *names : usual_names().at(c), always || (names && !names->empty())});
  }
  return out;
}

struct Row {
  std::array<std::optional<std::int64_t>, kColumns> pence;
  const Document* document = nullptr;
  std::uint32_t row = 0;
  bool ambiguous = false;
};

using Key = std::pair<std::string, int>;  // school, the year in which the financial year starts
using Rows = std::map<Key, Row>;

std::string year_text(int start) {
  const int end = (start + 1) % 100;
  return std::to_string(start) + (end < 10 ? "/0" : "/") + std::to_string(end);
}

std::optional<std::int64_t> read_amount(const Table& table, std::size_t column, bool thousands,
                                        std::string_view file, Notes& notes) {
  constexpr std::string_view kOutcome = "This amount was left out; the rest of its row counts.";
  const auto cell = thousands ? table.pence_from_thousands(column) : table.pence(column);
  if (!cell) {
    notes.skipped(file, cell.error(), kOutcome);
    return std::nullopt;
  }
  if (!*cell) return std::nullopt;
  if (**cell > kPenceMax || **cell < -kPenceMax) {
    notes.skipped(file, table.fault(column, "is more than 100 billion pounds"), kOutcome);
    return std::nullopt;
  }
  if (**cell < 0 && column != reserves) {
    notes.skipped(file,
                  table.fault(column, "is below 0, while only reserves can be; check the sign"),
                  kOutcome);
    return std::nullopt;
  }
  return *cell;
}

// The school and year of the current row; nothing where the row cannot count.
std::optional<Key> read_key(const Table& table, std::string_view file, Notes& notes) {
  constexpr std::string_view kOutcome = "The row was left out.";
  const auto name = table.text(school);
  const auto year = table.start_year(financial_year);
  if (!name || !year) {
    notes.skipped(file, name ? year.error() : name.error(), kOutcome);
    return std::nullopt;
  }
  if (!*name || !*year) {
    const std::size_t column = *name ? financial_year : school;
    notes.skipped(
        place(file, table.row(), table.name(column)),
        "The row names no " + std::string(kTitles.at(column)) + ". The row was left out.");
    return std::nullopt;
  }
  if (**year < kYearFirst || **year > kYearLast) {
    notes.skipped(file, table.fault(financial_year, "is not a year between 1990 and 2099"),
                  kOutcome);
    return std::nullopt;
  }
  return Key{std::string(**name), **year};
}

tl::expected<Rows, Failure> read_document(const Document& document, const Settings& settings,
                                          Notes& notes, std::uint64_t& rows_read) {
  readers::TableOptions options;
  options.quote_cells = true;  // a row is a school's
  auto table = Table::open(document.bytes, wanted(settings), options);
  if (!table) return tl::unexpected(failure(document.name, table.error()));
  std::size_t amounts = 0;
  std::string absent;
  for (std::size_t c = income; c < kColumns; ++c) {
    amounts += table->has(c) ? 1 : 0;
    if (table->has(c) || settings.columns.at(c)) continue;
    absent += (absent.empty() ? "" : ", ") + std::string(kTitles.at(c));
  }
  if (amounts == 0) {
    return tl::unexpected(failure(
        document.name,
        {"The file has a school and a year but no amount; name the columns of income, expenditure, "
         "staff costs or reserves in the settings.",
         table->header_row(), ""}));
  }
  if (!absent.empty()) {
    notes.warning(place(document.name, table->header_row()),
                  "There is no column for " + absent +
                      ". Name it in the settings, or give it as [] if the file has none.");
  }
  Rows rows;
  for (;;) {
    const auto more = table->next();
    if (!more) return tl::unexpected(failure(document.name, more.error()));
    if (!*more) break;
    const auto key = read_key(*table, document.name, notes);
    if (!key) continue;
    Row row{{}, &document, table->row(), false};
    for (std::size_t c = income; c < kColumns; ++c) {
      row.pence.at(c) = read_amount(*table, c, settings.in_thousands, document.name, notes);
    }
    const auto [at, added] = rows.try_emplace(*key, row);
    if (added) continue;
    at->second.ambiguous = true;
    notes.skipped(place(document.name, table->row()),
                  key->first + " has figures for " + year_text(key->second) + " in row " +
                      std::to_string(at->second.row) +
                      " too. Which row counts is not clear, so both were left out.");
  }
  notes.ragged(document.name, table->report());
  rows_read += table->report().rows_read + table->report().rows_skipped;
  if (table->report().rows_read + table->report().rows_skipped == 0) {
    return tl::unexpected(
        failure(document.name, {"The file has a header and no rows; export it again.", 0, ""}));
  }
  return rows;
}

void merge(Rows& all, const Rows& rows, Notes& notes) {
  for (const auto& [key, row] : rows) {
    const auto [at, added] = all.try_emplace(key, row);
    if (added || at->second.ambiguous) continue;
    if (!row.ambiguous && row.pence == at->second.pence) continue;
    at->second.ambiguous = true;
    if (row.ambiguous) continue;  // already told
    notes.skipped(place(row.document->name, row.row),
                  key.first + " has other figures for " + year_text(key.second) + " in " +
                      place(at->second.document->name, at->second.row) +
                      ". Which of them count is not clear, so both were left out.");
  }
}

std::int32_t day_of(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

}  // namespace

tl::expected<Reading, Failure> read_summaries(std::span<const Document> documents,
                                              const Settings& settings) {
  Notes notes;
  Reading out;
  Rows all;
  for (const Document& document : documents) {
    const auto rows = read_document(document, settings, notes, out.rows);
    if (!rows) return tl::unexpected(rows.error());
    merge(all, *rows, notes);
  }
  for (const auto& [key, row] : all) {
    for (std::size_t c = income; c < kColumns && !row.ambiguous; ++c) {
      if (!row.pence.at(c)) continue;
      out.observations.push_back(
          {kMeasures.at(c), key.first, day_of(key.second, 9, 1), day_of(key.second + 1, 8, 31),
           static_cast<double>(*row.pence.at(c)), row.document->number, row.row});
    }
  }
  out.notes = notes.take();
  return out;
}

}  // namespace kpid::plugins::finance
