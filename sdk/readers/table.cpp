// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "readers/names.hpp"

namespace kpid::readers {
namespace {

bool all_blank(const std::vector<std::string_view>& fields, std::size_t from) {
  return std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(std::min(from, fields.size())),
                     fields.end(), [](std::string_view field) { return trim(field).empty(); });
}

std::string counted_rows(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " row was" : " rows were");
}

}  // namespace

std::string summary_of(const TableReport& report) {
  std::string out = report.sheet.empty() ? "" : "Sheet " + in_quotes(report.sheet) + ": ";
  out += counted_rows(report.rows_read) + " read";
  if (report.rows_skipped == 0) return out + ".";
  out += " and " + std::to_string(report.rows_skipped) + " left out";
  if (report.skipped.empty()) return out + ".";
  const Fault& first = report.skipped.front();
  return out + " (row " + std::to_string(first.row) + ": " + first.sentence +
         (report.rows_skipped > 1 ? " And others.)" : ")");
}

std::string columns_of(const TableReport& report) {
  std::string out = "Columns read";
  std::string_view before = ": ";
  for (const std::string& column : report.columns) {
    out.append(before).append(in_quotes(column));
    before = ", ";
  }
  before = "; not in the file: ";
  for (const std::string& column : report.lacking_columns) {
    out.append(before).append(in_quotes(column));
    before = ", ";
  }
  if (report.unused_columns.empty()) return out + ".";
  return out + "; not used: " + std::to_string(report.unused_columns.size()) + " others.";
}

tl::expected<Table, Fault> Table::open(std::string_view bytes, std::vector<Column> columns,
                                       TableOptions options) {
  auto source = RowSource::open(bytes, options.csv, options.sheet);
  if (!source) return tl::unexpected(std::move(source.error()));
  Table table(std::move(*source), std::move(columns), std::move(options));
  if (const auto* xlsx = table.source_.xlsx()) table.report_.sheet = xlsx->sheet();
  if (auto done = table.find_header(bytes); !done) return tl::unexpected(std::move(done.error()));
  return table;
}

tl::expected<void, Fault> Table::find_header(std::string_view bytes) {
  HeaderNames best;
  std::size_t best_likeness = 0;
  std::uint32_t best_row = 0;
  std::vector<std::string> above;
  for (std::size_t i = 0; i < options_.header_rows; ++i) {
    auto more = source_.next();
    if (!more) return tl::unexpected(std::move(more.error()));
    if (!*more) break;
    const std::vector<std::string> row(source_.fields().begin(), source_.fields().end());
    HeaderNames names{row, {}};
    if (options_.two_row_header) names = joined_names(above, row);
    auto taken = take_header(names, source_.row());
    if (!taken) return tl::unexpected(std::move(taken.error()));
    if (*taken) return {};
    const std::size_t like = likeness(columns_, names);
    if (like > best_likeness) {
      best_likeness = like;
      best_row = source_.row();
      best = std::move(names);
    }
    above = row;
  }
  if (!options_.names_without_header.empty() && !has_some(columns_, best)) {
    auto taken = go_without_header(bytes);
    if (!taken) return tl::unexpected(std::move(taken.error()));
    if (*taken) return {};
    best = {options_.names_without_header, {}};
  }
  return tl::unexpected(missing_columns(columns_, best, best_row));
}

// False where a required column is missing.
tl::expected<bool, Fault> Table::take_header(const HeaderNames& names, std::uint32_t row) {
  auto match = match_header(columns_, names, row);
  if (!match) return tl::unexpected(std::move(match.error()));
  if (!*match) return false;
  places_ = std::move((*match)->places);
  titles_ = std::move((*match)->titles);
  groups_ = std::move((*match)->groups);
  report_.unused_columns = std::move((*match)->unused);
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const auto& group = groups_.at(column);
    if (!group.empty()) {
      report_.columns.push_back(titles_.at(group.front()));
      if (group.size() > 1) report_.columns.back() += " to " + titles_.at(group.back());
    } else if (places_.at(column)) {
      report_.columns.push_back(titles_.at(column));
    } else if (!columns_.at(column).names.empty()) {
      report_.lacking_columns.push_back(columns_.at(column).names.front());
    }
  }
  header_row_ = row;
  width_ = (*match)->width;
  return true;
}

// Reads the file from its beginning with the caller's names.
tl::expected<bool, Fault> Table::go_without_header(std::string_view bytes) {
  auto source = RowSource::open(bytes, options_.csv, options_.sheet);
  if (!source) return tl::unexpected(std::move(source.error()));
  source_ = std::move(*source);
  auto taken = take_header({options_.names_without_header, {}}, 0);
  if (taken && *taken) width_ = options_.names_without_header.size();
  return taken;
}

tl::expected<bool, Fault> Table::next() {
  // A sheet's row ends at its last cell that is not blank.
  const bool may_be_short = options_.short_rows || source_.xlsx() != nullptr;
  for (;;) {
    auto more = source_.next();
    if (!more || !*more) return more;
    const auto& fields = source_.fields();
    if (all_blank(fields, 0)) {
      ++report_.rows_blank;
      continue;
    }
    ++report_.rows_read;
    if ((fields.size() >= width_ || may_be_short) && all_blank(fields, width_)) return true;
    skip({"The row has " + std::to_string(fields.size()) + " cells where the header has " +
              std::to_string(width_) + "; look for a comma inside a cell without quotation marks.",
          source_.row(), ""});
  }
}

void Table::skip(Fault why) {
  --report_.rows_read;
  ++report_.rows_skipped;
  if (report_.skipped.size() < TableReport::kSkippedMax) report_.skipped.push_back(std::move(why));
}

std::size_t Table::offset() const {
  const CsvReader* const csv = source_.csv();
  return csv == nullptr ? 0 : csv->offset();
}

std::string_view Table::raw(std::size_t column) const {
  const auto& place = places_.at(column);
  return place && *place < source_.fields().size() ? source_.fields()[*place] : std::string_view();
}

CellKind Table::kind(std::size_t column) const {
  const auto& place = places_.at(column);
  const XlsxReader* const xlsx = source_.xlsx();
  return xlsx != nullptr && place ? xlsx->kind(*place) : CellKind::text;
}

CellPlace Table::place(std::size_t column) const {
  return {source_.row(), titles_.at(column), options_.quote_cells, &options_.missing};
}

Fault Table::fault(std::size_t column, std::string_view is) const {
  return cell_fault(place(column), raw(column), is);
}

// A workbook's number as it shows it: beyond 15 digits stands only the noise of sums.
template <class T, class Read>
Cell<T> Table::counted(std::size_t column, const Read& read) const {
  constexpr int kDigits = 15;
  const auto cell = raw(column);
  if (kind(column) != CellKind::number || cell.size() <= kDigits) return read(place(column), cell);
  double value = 0;
  std::array<char, 32> digits{};
  const auto parsed = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (parsed.ec != std::errc()) return read(place(column), cell);
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                          std::chars_format::general, kDigits);
  if (error != std::errc()) return read(place(column), cell);
  return read(place(column), std::string_view(digits.data(), end));
}

Cell<std::string_view> Table::text(std::size_t column, std::size_t bytes_max) const {
  return text_cell(place(column), raw(column), bytes_max);
}

Cell<std::int64_t> Table::pence(std::size_t column) const {
  return counted<std::int64_t>(column, pence_cell);
}

Cell<std::int64_t> Table::pence_from_thousands(std::size_t column) const {
  return counted<std::int64_t>(column, pence_from_thousands_cell);
}

Cell<std::int64_t> Table::integer(std::size_t column) const {
  return counted<std::int64_t>(column, integer_cell);
}

Cell<double> Table::number(std::size_t column) const {
  return number_cell(place(column), raw(column));
}

Cell<double> Table::percent(std::size_t column) const {
  return percent_cell(place(column), raw(column));
}

Cell<double> Table::proportion(std::size_t column) const {
  return proportion_cell(place(column), raw(column));
}

Cell<bool> Table::boolean(std::size_t column) const {
  return boolean_cell(place(column), raw(column));
}

// The day of a workbook's cell that is one, or that is a bare number.
std::optional<DateTime> Table::workbook_time(std::size_t column) const {
  switch (kind(column)) {
    case CellKind::date:
      return to_date_time(raw(column), DateOrder::year_month_day);
    case CellKind::number: {
      const auto serial = to_number(raw(column));
      return serial ? from_serial(*serial, source_.xlsx()->since_1904()) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

Cell<std::int32_t> Table::date(std::size_t column, DateOrder order) const {
  const auto when = workbook_time(column);
  if (when && when->second_of_day == 0) return when->day;
  return date_cell(place(column), raw(column), order);
}

Cell<DateTime> Table::date_time(std::size_t column, DateOrder order) const {
  if (const auto when = workbook_time(column)) return *when;
  return date_time_cell(place(column), raw(column), order);
}

Cell<int> Table::start_year(std::size_t column) const {
  return start_year_cell(place(column), raw(column));
}

}  // namespace kpid::readers
