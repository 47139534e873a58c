// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "table.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace kpid::readers {
namespace {

constexpr std::size_t kNearestMax = 3;
constexpr std::size_t kComparedMax = 256;  // columns of a row that are compared for likeness
constexpr std::size_t kNameBytesMax = 60;  // compared and shown of a header's name

// Without blanks, line breaks and ASCII case: "Revenue reserve \n" is "revenuereserve".
std::string normal(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (name.substr(i).starts_with("\u00A0")) {
      ++i;
      continue;
    }
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

// How a header's name is shown: one line, bounded.
std::string shown(std::string_view name) {
  std::string out;
  for (const char c : trim(name)) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (blank && out.ends_with(' ')) continue;
    out.push_back(blank ? ' ' : c);
  }
  if (out.size() > kNameBytesMax) {
    std::size_t end = kNameBytesMax;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out = out.substr(0, end) + "...";
  }
  return out;
}

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

std::string list(const std::vector<std::string>& names, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? last : ", ";
    out += "\"" + names[i] + "\"";
  }
  return out;
}

std::vector<std::string> nearest(const Column& column, const std::vector<std::string>& names) {
  std::vector<std::string> wanted;
  for (const std::string& name : column.names) wanted.push_back(normal(name));
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : std::span(names).first(std::min(names.size(), kComparedMax))) {
    const std::string found = normal(name);
    std::optional<std::size_t> best;
    for (const std::string& one : wanted) {
      const auto far = distance(one, found);
      if (far && (!best || *far < *best)) best = far;
    }
    if (best) near.emplace_back(*best, shown(name));
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
  for (const std::string& name : names) normals.push_back(normal(name));
  const auto is_there = [&normals](const Column& column) {
    return std::any_of(column.names.begin(), column.names.end(), [&](const std::string& wanted) {
      return std::find(normals.begin(), normals.end(), normal(wanted)) != normals.end();
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
    for (const std::string& name : column.names) wanted.push_back(shown(name));
    sentence += "There is no column " + list(wanted, " or ");
    const auto near = nearest(column, names);
    sentence += near.empty() ? "; no column of the file has a name like it. "
                             : "; the nearest in the file: " + list(near, ", ") + ". ";
  }
  return {sentence + "Name the file's own columns in the settings, or export it with these.", row};
}

bool all_blank(const std::vector<std::string_view>& fields, std::size_t from) {
  return std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(std::min(from, fields.size())),
                     fields.end(), [](std::string_view field) { return trim(field).empty(); });
}

}  // namespace

std::string in_quotes(std::string_view cell) {
  constexpr std::size_t kBytesMax = 40;
  cell = trim(cell);
  std::size_t end = std::min(cell.size(), kBytesMax);
  while (end > 0 && end < cell.size() && (static_cast<unsigned char>(cell[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  std::string out = "\"";
  for (const char c : cell.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < ' ' || byte == 0x7F ? ' ' : c);
  }
  return out + (end < cell.size() ? "...\"" : "\"");
}

tl::expected<Table, Fault> Table::open(std::string_view bytes, std::vector<Column> columns,
                                       TableOptions options) {
  auto csv = CsvReader::open(bytes, options.csv);
  if (!csv) return tl::unexpected(std::move(csv.error()));
  Table table(std::move(*csv), std::move(columns), options);
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
    auto more = csv_.next();
    if (!more) return tl::unexpected(std::move(more.error()));
    if (!*more) break;
    std::vector<std::string> names(csv_.fields().begin(), csv_.fields().end());
    auto taken = take_header(names, csv_.row());
    if (!taken) return tl::unexpected(std::move(taken.error()));
    if (*taken) return {};
    // The row that looks most like a header, for the error: by names that match, then by likeness.
    std::size_t found = count_found(columns_, names) * (required + columns_.size() + 1);
    for (const Column& column : columns_) found += nearest(column, names).empty() ? 0 : 1;
    if (found > best_found) {
      best_found = found;
      best_row = csv_.row();
      best = std::move(names);
    }
  }
  return tl::unexpected(missing_columns(columns_, best, best_row));
}

// False where a required column is missing.
tl::expected<bool, Fault> Table::take_header(const std::vector<std::string>& names,
                                             std::uint32_t row) {
  std::vector<std::string> normals;
  for (const std::string& name : names) normals.push_back(normal(name));
  std::vector<std::optional<std::size_t>> places(columns_.size());
  std::vector<std::string> titles(columns_.size());
  std::optional<Fault> twice;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    for (const std::string& wanted : columns_[c].names) {
      const auto at = std::find(normals.begin(), normals.end(), normal(wanted));
      if (at == normals.end() || at->empty()) continue;
      places[c] = static_cast<std::size_t>(at - normals.begin());
      titles[c] = shown(names[*places[c]]);
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
    if (!places[c] && !columns_[c].names.empty()) titles[c] = shown(columns_[c].names.front());
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
    auto more = csv_.next();
    if (!more || !*more) return more;
    const auto& fields = csv_.fields();
    if (all_blank(fields, 0)) continue;
    if (fields.size() >= width_ && all_blank(fields, width_)) {
      ++report_.rows_read;
      return true;
    }
    ++report_.rows_skipped;
    if (report_.skipped.size() < TableReport::kSkippedMax) {
      report_.skipped.push_back({"The row has " + std::to_string(fields.size()) +
                                     " cells where the header has " + std::to_string(width_) +
                                     "; look for a comma inside a cell without quotation marks.",
                                 csv_.row(), ""});
    }
  }
}

std::string_view Table::raw(std::size_t column) const {
  const auto& place = places_.at(column);
  return place && *place < csv_.fields().size() ? csv_.fields()[*place] : std::string_view();
}

Fault Table::fault(std::size_t column, std::string_view is) const {
  const std::string cell = options_.quote_cells ? in_quotes(raw(column)) : "The value";
  return {cell + " " + std::string(is) + ".", csv_.row(), titles_.at(column)};
}

template <class T, class Parse>
Cell<T> Table::typed(std::size_t column, std::string_view is, Parse parse) const {
  const auto cell = raw(column);
  if (is_missing(cell)) return std::optional<T>();
  const std::optional<T> value = parse(cell);
  if (!value) return tl::unexpected(fault(column, is));
  return value;
}

Cell<std::string_view> Table::text(std::size_t column, std::size_t bytes_max) const {
  const auto cell = trim(raw(column));
  if (is_missing(cell)) return std::optional<std::string_view>();
  if (cell.size() > bytes_max) {
    return tl::unexpected(fault(column, "is longer than " + std::to_string(bytes_max) + " bytes"));
  }
  return cell;
}

Cell<std::int64_t> Table::pence(std::size_t column) const {
  return typed<std::int64_t>(column, "is not an amount in pounds and whole pence", to_pence);
}

Cell<std::int64_t> Table::pence_from_thousands(std::size_t column) const {
  return typed<std::int64_t>(column, "is not an amount in thousands of pounds",
                             to_pence_from_thousands);
}

Cell<std::int64_t> Table::integer(std::size_t column) const {
  return typed<std::int64_t>(column, "is not a whole number", to_integer);
}

Cell<double> Table::number(std::size_t column) const {
  return typed<double>(column, "is not a number", to_number);
}

Cell<double> Table::percent(std::size_t column) const {
  return typed<double>(column, "is not a percentage between 0 and 100", to_percent);
}

Cell<std::int32_t> Table::date(std::size_t column, DateOrder order) const {
  constexpr std::string_view kDayFirst = "is not a date such as 21-01-2026 or 21/01/2026";
  constexpr std::string_view kYearFirst = "is not a date such as 2026-01-21";
  constexpr std::string_view kEither = "is not a date such as 2026-01-21 or 21/01/2026";
  return typed<std::int32_t>(column,
                             order == DateOrder::either           ? kEither
                             : order == DateOrder::year_month_day ? kYearFirst
                                                                  : kDayFirst,
                             [order](std::string_view cell) { return to_date(cell, order); });
}

Cell<int> Table::start_year(std::size_t column) const {
  return typed<int>(column, "is not a year such as 2025/26", to_start_year);
}

}  // namespace kpid::readers
