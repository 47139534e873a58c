// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "readers/names.hpp"

namespace kpid::readers {
namespace {

constexpr std::size_t kNearestMax = 3;
constexpr std::size_t kComparedMax = 256;  // columns of a row that are compared for likeness
constexpr std::size_t kNameBytesMax = 60;  // compared and shown of a header's name

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row.back();
}

// 0 is the same; nothing where a name is so far off that showing it would not help (and might show
// a cell of a file without a header).
std::optional<std::size_t> distance(const std::string& wanted, const std::string& found) {
  const auto a = std::string_view(wanted).substr(0, kNameBytesMax);
  const auto b = std::string_view(found).substr(0, kNameBytesMax);
  if (a.size() < 3 || b.size() < 3) return a == b ? std::optional<std::size_t>(0) : std::nullopt;
  if (a.find(b) != std::string_view::npos || b.find(a) != std::string_view::npos) return 1;
  const std::size_t shorter = std::min(a.size(), b.size());
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t count_max = std::max<std::size_t>(1, longer * 2 / 5);
  if (longer - shorter > count_max) return std::nullopt;
  const std::size_t count = edits(a, b);
  return count <= count_max ? std::optional(count) : std::nullopt;
}

std::vector<std::string> nearest(const Column& column, const std::vector<std::string>& names) {
  std::vector<std::string> wanted;
  for (const std::string& name : column.names) wanted.push_back(normal_name(name));
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : std::span(names).first(std::min(names.size(), kComparedMax))) {
    const std::string found = normal_name(name);
    std::optional<std::size_t> best;
    for (const std::string& one : wanted) {
      const auto far = distance(one, found);
      if (far && (!best || *far < *best)) best = far;
    }
    if (best) near.emplace_back(*best, shown_name(name));
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (auto& [far, name] : near) {
    if (out.size() < kNearestMax) out.push_back(std::move(name));
  }
  return out;
}

std::size_t count_found(const std::vector<Column>& columns, const std::vector<std::string>& names) {
  std::vector<std::string> normals;
  for (const std::string& name : names) normals.push_back(normal_name(name));
  const auto is_there = [&normals](const Column& column) {
    return std::any_of(column.names.begin(), column.names.end(), [&](const std::string& wanted) {
      return std::find(normals.begin(), normals.end(), normal_name(wanted)) != normals.end();
    });
  };
  return static_cast<std::size_t>(std::count_if(columns.begin(), columns.end(), is_there));
}

Fault missing_columns(const std::vector<Column>& columns, const std::vector<std::string>& names,
                      std::uint32_t row) {
  std::string sentence;
  for (const Column& column : columns) {
    if (!column.required || count_found({column}, names) > 0) continue;
    std::vector<std::string> wanted;
    for (const std::string& name : column.names) wanted.push_back(shown_name(name));
    sentence += "There is no column " + quoted_list(wanted, " or ");
    const auto near = nearest(column, names);
    sentence += near.empty() ? "; no column of the file has a name like it. "
                             : "; the nearest in the file: " + quoted_list(near, ", ") + ". ";
  }
  return {sentence + "Name the file's own columns in the settings, or export it with these.", row};
}

bool all_blank(const std::vector<std::string_view>& fields, std::size_t from) {
  return std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(std::min(from, fields.size())),
                     fields.end(), [](std::string_view field) { return trim(field).empty(); });
}

}  // namespace

tl::expected<Table, Fault> Table::open(std::string_view bytes, std::vector<Column> columns,
                                       TableOptions options) {
  auto source = RowSource::open(bytes, options.csv, options.sheet);
  if (!source) return tl::unexpected(std::move(source.error()));
  Table table(std::move(*source), std::move(columns), std::move(options));
  if (auto done = table.find_header(); !done) return tl::unexpected(std::move(done.error()));
  return table;
}

tl::expected<void, Fault> Table::find_header() {
  const auto required = static_cast<std::size_t>(std::count_if(
      columns_.begin(), columns_.end(), [](const Column& column) { return column.required; }));
  std::vector<std::string> best;
  std::size_t best_found = 0;
  std::uint32_t best_row = 0;
  for (std::size_t i = 0; i < options_.header_rows; ++i) {
    auto more = source_.next();
    if (!more) return tl::unexpected(std::move(more.error()));
    if (!*more) break;
    std::vector<std::string> names(source_.fields().begin(), source_.fields().end());
    auto taken = take_header(names, source_.row());
    if (!taken) return tl::unexpected(std::move(taken.error()));
    if (*taken) return {};
    // The row that looks most like a header, for the error: by names that match, then by likeness.
    std::size_t found = count_found(columns_, names) * (required + columns_.size() + 1);
    for (const Column& column : columns_) found += nearest(column, names).empty() ? 0 : 1;
    if (found > best_found) {
      best_found = found;
      best_row = source_.row();
      best = std::move(names);
    }
  }
  return tl::unexpected(missing_columns(columns_, best, best_row));
}

// False where a required column is missing.
tl::expected<bool, Fault> Table::take_header(const std::vector<std::string>& names,
                                             std::uint32_t row) {
  std::vector<std::string> normals;
  for (const std::string& name : names) normals.push_back(normal_name(name));
  std::vector<std::optional<std::size_t>> places(columns_.size());
  std::vector<std::string> titles(columns_.size());
  std::optional<Fault> twice;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    for (const std::string& wanted : columns_[c].names) {
      const auto at = std::find(normals.begin(), normals.end(), normal_name(wanted));
      if (at == normals.end() || at->empty()) continue;
      places[c] = static_cast<std::size_t>(at - normals.begin());
      titles[c] = shown_name(names[*places[c]]);
      if (!twice && std::find(at + 1, normals.end(), *at) != normals.end()) {
        twice = Fault{"The header has the column \"" + titles[c] +
                          "\" twice; remove one of them, so that it is clear which one counts.",
                      row, titles[c]};
      }
      for (std::size_t other = 0; !twice && other < c; ++other) {
        if (places[other] == places[c]) {
          twice = Fault{"The column \"" + titles[c] +
                            "\" is named for two different things; give each a column of its own.",
                        row, titles[c]};
        }
      }
      break;
    }
    if (!places[c] && columns_[c].required) return false;
    if (!places[c] && !columns_[c].names.empty()) titles[c] = shown_name(columns_[c].names.front());
  }
  if (twice) return tl::unexpected(std::move(*twice));
  places_ = std::move(places);
  titles_ = std::move(titles);
  header_row_ = row;
  width_ = normals.size();
  while (width_ > 0 && normals[width_ - 1].empty()) --width_;
  return true;
}

tl::expected<bool, Fault> Table::next() {
  for (;;) {
    auto more = source_.next();
    if (!more || !*more) return more;
    const auto& fields = source_.fields();
    if (all_blank(fields, 0)) continue;
    // A sheet's row ends at its last cell that is not blank.
    const bool short_is_blank = source_.xlsx() != nullptr;
    if ((fields.size() >= width_ || short_is_blank) && all_blank(fields, width_)) {
      ++report_.rows_read;
      return true;
    }
    ++report_.rows_skipped;
    if (report_.skipped.size() < TableReport::kSkippedMax) {
      report_.skipped.push_back({"The row has " + std::to_string(fields.size()) +
                                     " cells where the header has " + std::to_string(width_) +
                                     "; look for a comma inside a cell without quotation marks.",
                                 source_.row(), ""});
    }
  }
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
