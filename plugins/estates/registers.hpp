// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads registers that a trust keeps of its estate: statutory checks, defects, funding bids. A file
// is the whole register as it stands on the day that it states (in its name, or of its last
// change). Pure functions of bytes and settings.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.hpp"
#include "estates/settings.hpp"
#include "readers/table.hpp"

namespace kpid::plugins::estates {

// Of each file's day: checks not done that fall due within the days to come, and those overdue. A
// school is counted where the register has a check of it. Where files of one day do not agree
// whether a check is done, it is not.
tl::expected<Reading, Failure> read_checks(std::span<const Document> documents,
                                           const Settings& settings);

// Of each file's day: defects that are open, by age and by priority. Schools of the settings
// without a row have none.
tl::expected<Reading, Failure> read_defects(std::span<const Document> documents,
                                            const Settings& settings);

// By financial year: bids made in it and won in it, and pounds asked for and won. Only the files of
// the latest day count. Schools of the settings without a bid have made none.
tl::expected<Reading, Failure> read_bids(std::span<const Document> documents,
                                         const Settings& settings);

// What the three share.
namespace registers {

struct DocumentsOfDay {
  std::int32_t day = 0;
  std::vector<const Document*> documents;
};
// By the day that they state, the earliest first; a failure where one states none.
tl::expected<std::vector<DocumentsOfDay>, Failure> by_day(std::span<const Document> documents);

// Reads the rows of one document; each cell is asked through `Row`.
class Register {
 public:
  Register(const Document& document, readers::Table table, Notes& notes)
      : document_(document), table_(std::move(table)), notes_(notes) {}
  static tl::expected<Register, Failure> open(const Document& document,
                                              std::vector<readers::Column> columns,
                                              const Settings& settings, Notes& notes);

  tl::expected<bool, Failure> next();
  // At the end: tells of ragged rows and counts. A failure where there was no row.
  tl::expected<std::uint64_t, Failure> finish();

  // Text; "" where the cell is missing. Nothing where the row was left out with a note.
  std::optional<std::string> text(std::size_t column);
  // The same, where a row without it is left out; `is`: "names no school".
  std::optional<std::string> needed_text(std::size_t column, std::string_view is);
  // A day that must be there.
  std::optional<std::int32_t> needed_day(std::size_t column);
  struct MaybeDay {
    std::optional<std::int32_t> day;
  };
  std::optional<MaybeDay> day(std::size_t column);

  void left_out(const readers::Fault& fault) {
    notes_.skipped(document_.name, fault, "The row was left out.");
  }
  [[nodiscard]] const readers::Table& table() const { return table_; }
  [[nodiscard]] const Document& document() const { return document_; }

 private:
  const Document& document_;
  readers::Table table_;
  Notes& notes_;
};

// A count (or a sum) of a school, with the last row that it rests on.
struct Count {
  double value = 0;
  std::uint32_t document = 0;
  std::uint32_t row = 0;
};
void add(Count& count, double value, const Register& from);

std::string lower(std::string_view text);

}  // namespace registers
}  // namespace kpid::plugins::estates
