// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "registers.hpp"

#include <utility>

#include "common/document_day.hpp"
#include "estates/times.hpp"

namespace kpid::plugins::estates::registers {

tl::expected<std::vector<DocumentsOfDay>, Failure> by_day(std::span<const Document> documents) {
  std::vector<DocumentsOfDay> out;
  for (const Document* document : in_order_of_day(documents)) {
    const auto day = document_day(*document);
    // A file that was last changed in 1970 has lost its day on the way.
    if (!day || day->day < kDayFirst || day->day > kDayLast) {
      return tl::unexpected(failure(
          document->name,
          {"It is not known on which day the file states this; put the day into its name, as "
           "register_2026-01-31.csv.",
           0, ""}));
    }
    if (out.empty() || out.back().day != day->day) out.push_back({day->day, {}});
    out.back().documents.push_back(document);
  }
  return out;
}

tl::expected<Register, Failure> Register::open(const Document& document,
                                               std::vector<readers::Column> columns,
                                               const Settings& settings, Notes& notes) {
  auto table = readers::Table::open(document.bytes, std::move(columns), table_options(settings));
  if (!table) return tl::unexpected(failure(document.name, table.error()));
  return Register(document, std::move(*table), notes);
}

tl::expected<bool, Failure> Register::next() {
  const auto more = table_.next();
  if (!more) return tl::unexpected(failure(document_.name, more.error()));
  return *more;
}

tl::expected<std::uint64_t, Failure> Register::finish() {
  const auto& report = table_.report();
  notes_.table(document_.name, report);
  const std::uint64_t rows = report.rows_read + report.rows_skipped;
  if (rows > 0) return rows;
  return tl::unexpected(
      failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
}

std::optional<std::string> Register::text(std::size_t column) {
  const auto cell = table_.text(column);
  if (cell) return *cell ? std::string(**cell) : std::string();
  left_out(cell.error());
  return std::nullopt;
}

std::optional<std::string> Register::needed_text(std::size_t column, std::string_view is) {
  auto found = text(column);
  if (!found || !found->empty()) return found;
  left_out({"The row " + std::string(is) + ".", table_.row(), table_.name(column)});
  return std::nullopt;
}

std::optional<std::int32_t> Register::needed_day(std::size_t column) {
  const auto found = day(column);
  if (!found) return std::nullopt;
  if (!found->day) {
    left_out({"The row has no date here.", table_.row(), table_.name(column)});
  }
  return found->day;
}

std::optional<Register::MaybeDay> Register::day(std::size_t column) {
  const auto cell = day_of(table_, column);
  if (cell) return MaybeDay{*cell};
  left_out(cell.error());
  return std::nullopt;
}

void add(Count& count, double value, const Register& from) {
  count.value += value;
  count.document = from.document().number;
  count.row = from.table().row();
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace kpid::plugins::estates::registers
