// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A document of readings as a table whose layout is known, and what its rows share: which meter,
// which amount, and what was left out. For one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/reading.hpp"
#include "estates/settings.hpp"
#include "readers/table.hpp"

namespace kpid::plugins::estates {

// The columns of a row that holds a day, and of one that holds a reading.
namespace day_column {
enum Index : std::size_t { meter, date, total, unit, fuel, first_half_hour };
}
namespace reading_column {
enum Index : std::size_t { meter, time, amount, kind };
}
inline constexpr std::size_t kDayColumns = 50;  // half hours that a row can hold

struct LayoutTable {
  readers::Table table;
  Layout layout = Layout::automatic;  // the one that was found
  // Where a row holds a day: the columns of its half hours, in order, and which half hour the first
  // of them is, counted from 0; -1 where 00:00 marks the end of the day before.
  std::vector<std::size_t> half_hours;
  int first = 0;
};

constexpr bool holds_days(Layout layout) noexcept {
  return layout == Layout::banes || layout == Layout::sheffield || layout == Layout::british_gas ||
         layout == Layout::row_per_day;
}

tl::expected<LayoutTable, Failure> open_layout(const Document& document, const Settings& settings,
                                               Notes& notes);

// What the rows of one document are asked.
class Rows {
 public:
  Rows(const Document& document, const Settings& settings, Notes& notes,
       std::set<std::size_t>& found)
      : document_(document),
        settings_(settings),
        notes_(notes),
        found_(found),
        numbers_(settings.meters) {}

  // The row's meter, by its index in the settings; nothing where it is to be left out.
  std::optional<std::size_t> meter(const readers::Table& table, std::size_t column);
  bool in_use(std::size_t meter, std::int32_t day);
  // kWh; nothing where the cell is missing or no amount.
  std::optional<double> amount(const readers::Table& table, std::size_t column, Unit unit);
  [[nodiscard]] double to_kilowatt_hours(double amount, Unit unit) const;
  void left_out(const readers::Fault& fault, std::string_view outcome = "The row was left out.") {
    notes_.skipped(document_.name, fault, outcome);
  }
  // Tells what was counted: meters that are not in the settings, and rows outside their use.
  void tell();

 private:
  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
  std::set<std::size_t>& found_;
  MeterNumbers numbers_;
  std::map<std::string, std::uint64_t, std::less<>> unknown_;
  std::map<std::size_t, std::uint64_t> out_of_use_;
  bool calorific_assumed_ = false;
};

// "226.103": at most three places.
std::string shown_number(double value);

}  // namespace kpid::plugins::estates
