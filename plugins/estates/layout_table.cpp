// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "layout_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace kpid::plugins::estates {
namespace {

using readers::Column;
using readers::Table;

constexpr int kClockColumns = 49;  // 00:00 to 24:00
constexpr double kMost = 20'000;   // kWh or cubic metres in an interval; no school is near it

struct Usual {
  Layout layout;
  std::string_view name;
  std::vector<std::string> meter;
  std::vector<std::string> time;
  std::vector<std::string> amount;  // of a row that holds a reading
};

const std::vector<Usual>& usual() {
  static const std::vector<Usual> layouts{
      {Layout::banes, "banes", {"M1_Code1"}, {"Date"}, {}},
      {Layout::sheffield, "sheffield", {"MPAN", "MPR", "MPRN"}, {"ConsumptionDate"}, {}},
      {Layout::british_gas, "british_gas", {"mpxn"}, {"reading_date"}, {}},
      {Layout::row_per_day,
       "row_per_day",
       {"Meter Number", "MPAN", "MPR", "MPRN", "MPXN", "Meter"},
       {"Reading Date", "Date", "ConsumptionDate"},
       {}},
      {Layout::row_per_reading,
       "row_per_reading",
       {"MPR", "MPAN", "MPRN", "MPXN", "Meter Number", "Meter"},
       {"ReadDatetime", "Read Date Time", "Reading Date Time", "Date Time", "timestamp"},
       {"kWh", "Consumption", "Consumption (kWh)", "m3"}},
      {Layout::series,
       "series",
       {},
       {"timestamp", "Date Time", "ReadDatetime"},
       {"energy", "kWh", "Consumption", "Consumption (kWh)", "m3"}}};
  return layouts;
}

std::string two(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// 00:30, and the other ways to write it in a header.
Column clock_column(int half_hour, bool in_brackets) {
  constexpr int kAnHour = 2;
  const int hour = half_hour / kAnHour;
  const std::string minutes = half_hour % kAnHour == 0 ? ":00" : ":30";
  const std::string time = two(hour) + minutes;
  if (in_brackets) return {{"[" + time + "]"}, false};
  return {{time, time + ":00", std::to_string(hour) + minutes}, false};
}

Column numbered_column(Layout layout, int number) {
  const std::string before = layout == Layout::sheffield ? "kWh_" : "interval_";
  return {{before + std::to_string(number)}, false};
}

std::vector<Column> day_columns(const Usual& layout, const Settings& settings) {
  const bool banes = layout.layout == Layout::banes;
  using Names = std::vector<std::string>;
  std::vector<Column> out{
      wanted_column(settings, "meter", layout.meter, true),
      wanted_column(settings, "date", layout.time, true),
      wanted_column(settings, "total", banes ? Names{"Total Units"} : Names{}, false),
      wanted_column(settings, "unit", banes ? Names{"Units"} : Names{}, false),
      wanted_column(settings, "fuel", banes ? Names{"Type"} : Names{}, false)};
  if (banes || layout.layout == Layout::row_per_day) {
    for (int i = 0; i < kClockColumns; ++i) out.push_back(clock_column(i, banes));
    // Enough to know the layout by; the others are looked for afterwards.
    out.at(day_column::first_half_hour + 1).required = true;
    out.at(day_column::first_half_hour + kClockColumns - 2).required = true;
  } else {
    for (std::size_t i = 1; i <= kDayColumns; ++i) {
      out.push_back(numbered_column(layout.layout, static_cast<int>(i)));
    }
    out.at(day_column::first_half_hour).required = true;
    out.at(day_column::first_half_hour + kClockColumns - 2).required = true;
  }
  return out;
}

std::vector<Column> reading_columns(const Usual& layout, const Settings& settings) {
  return {wanted_column(settings, "meter", layout.meter, layout.layout == Layout::row_per_reading),
          wanted_column(settings, "time", layout.time, true),
          wanted_column(settings, "amount", layout.amount, true),
          wanted_column(settings, "kind", {"ReadType", "Read Type", "Reading Type"}, false)};
}

// Which columns hold the half hours of a day, in order, and which half hour the first of them is.
tl::expected<void, readers::Fault> find_half_hours(LayoutTable& out, const Settings& settings) {
  const auto at = [](int i) { return day_column::first_half_hour + static_cast<std::size_t>(i); };
  const Table& table = out.table;
  const bool numbered = out.layout == Layout::sheffield || out.layout == Layout::british_gas;
  const bool from_midnight = !numbered && table.has(at(0));
  const bool to_midnight = !numbered && table.has(at(kClockColumns - 1));
  if (!numbered && from_midnight == to_midnight) {
    return tl::unexpected(readers::Fault{
        std::string(from_midnight ? "The header has both a column 00:00 and a column 24:00"
                                  : "The header has neither a column 00:00 nor a column 24:00") +
            ", so it is not clear whether a time marks the start or the end of its half hour; "
            "export it again.",
        table.header_row(), ""});
  }
  const int begin = to_midnight ? 1 : 0;
  const int end = begin + kClockColumns - 1;
  std::string missing;
  for (int i = begin; i < end; ++i) {
    out.half_hours.push_back(at(i));
    if (!table.has(at(i))) missing += (missing.empty() ? "" : ", ") + table.name(at(i));
  }
  if (!missing.empty()) {
    return tl::unexpected(readers::Fault{
        "The header lacks the half hours " + missing + "; export it with all of them.",
        table.header_row(), ""});
  }
  for (std::size_t i = static_cast<std::size_t>(end); numbered && i < kDayColumns; ++i) {
    if (table.has(at(static_cast<int>(i)))) out.half_hours.push_back(at(static_cast<int>(i)));
  }
  out.first = from_midnight && settings.labels == Labels::end ? -1 : 0;
  return {};
}

std::vector<Column> columns_of(const Usual& layout, const Settings& settings) {
  return holds_days(layout.layout) ? day_columns(layout, settings)
                                   : reading_columns(layout, settings);
}

// The first layout whose header is there, by the columns that it cannot do without: few of them, so
// that a file is quickly seen not to have it.
tl::expected<const Usual*, readers::Fault> find_layout(const Document& document,
                                                       const Settings& settings) {
  std::optional<readers::Fault> first;
  bool all_alike = true;
  std::string names;
  for (const Usual& layout : usual()) {
    std::vector<Column> needed = columns_of(layout, settings);
    std::erase_if(needed, [](const Column& one) { return !one.required; });
    const auto table = Table::open(document.bytes, std::move(needed), table_options(settings));
    if (table) return &layout;
    if (!table.error().column.empty()) return tl::unexpected(table.error());  // it is this one
    all_alike = all_alike && (!first || first->sentence == table.error().sentence);
    if (!first) first = table.error();
    names += (names.empty() ? "" : ", ") + std::string(layout.name);
  }
  if (all_alike) return tl::unexpected(std::move(*first));
  return tl::unexpected(readers::Fault{
      "None of the first 20 rows is the header of a layout that kpid knows (" + names +
          "). Export it with its header, or set the layout to learn which column is missing.",
      0, ""});
}

tl::expected<LayoutTable, readers::Fault> find_table(const Document& document,
                                                     const Settings& settings) {
  const auto set = std::find_if(usual().begin(), usual().end(), [&](const Usual& layout) {
    return layout.layout == settings.layout;
  });
  const Usual* layout = set == usual().end() ? nullptr : &*set;
  if (layout == nullptr) {
    const auto found = find_layout(document, settings);
    if (!found) return tl::unexpected(found.error());
    layout = *found;
  }
  auto table = Table::open(document.bytes, columns_of(*layout, settings), table_options(settings));
  if (!table) return tl::unexpected(std::move(table.error()));
  return LayoutTable{std::move(*table), layout->layout, {}, 0};
}

}  // namespace

tl::expected<LayoutTable, Failure> open_layout(const Document& document, const Settings& settings,
                                               Notes& notes) {
  auto found = find_table(document, settings);
  if (!found) return tl::unexpected(failure(document.name, found.error()));
  if (holds_days(found->layout)) {
    const auto complete = find_half_hours(*found, settings);
    if (!complete) return tl::unexpected(failure(document.name, complete.error()));
    const auto last = found->half_hours.at(kClockColumns - 2);
    if (settings.labels == Labels::start && found->table.name(last).find("24:00") == 0) {
      notes.warning(place(document.name, found->table.header_row()),
                    "The settings say that a time marks the start of its half hour, but the header "
                    "ends with 24:00: its times were taken as ends.");
    }
  } else if (!found->table.has(reading_column::meter) && settings.meters.size() != 1) {
    return tl::unexpected(failure(
        document.name, {"The file has no column for the meter, so the settings must name exactly "
                        "one under meters, not " +
                            std::to_string(settings.meters.size()) + ".",
                        found->table.header_row(), ""}));
  }
  return std::move(*found);
}

std::optional<std::size_t> Rows::meter(const readers::Table& table, std::size_t column) {
  if (!table.has(column)) {
    found_.insert(0);
    return 0;  // the only one: open_layout has seen to it
  }
  const auto cell = table.text(column);
  if (!cell || !*cell) {
    left_out(cell ? table.fault(column, "names no meter") : cell.error());
    return std::nullopt;
  }
  if (const auto known = numbers_.find(**cell)) {
    found_.insert(*known);
    return known;
  }
  ++unknown_[std::string(**cell)];
  return std::nullopt;
}

bool Rows::in_use(std::size_t meter, std::int32_t day) {
  const Meter& one = settings_.meters.at(meter);
  if (day >= one.first_day && day <= one.last_day) return true;
  ++out_of_use_[meter];
  return false;
}

std::optional<double> Rows::amount(const readers::Table& table, std::size_t column, Unit unit) {
  constexpr std::string_view kOutcome = "This reading was left out.";
  const auto cell = table.number(column);
  if (!cell) {
    left_out(cell.error(), kOutcome);
    return std::nullopt;
  }
  if (!*cell) return std::nullopt;
  if (**cell < 0 || **cell > kMost) {
    left_out(table.fault(column, **cell < 0 ? "is below 0" : "is more than a school can use"),
             kOutcome);
    return std::nullopt;
  }
  calorific_assumed_ =
      calorific_assumed_ || (unit == Unit::cubic_metres && !settings_.calorific_value);
  return to_kilowatt_hours(**cell, unit);
}

double Rows::to_kilowatt_hours(double amount, Unit unit) const {
  if (unit == Unit::kilowatt_hours) return amount;
  return kilowatt_hours_of(amount, settings_.calorific_value.value_or(kCalorificValueUsual));
}

void Rows::tell() {
  constexpr std::size_t kMetersMax = 20;
  std::size_t told = 0;
  for (const auto& [id, rows] : unknown_) {
    if (++told > kMetersMax) break;
    notes_.skipped(place(document_.name), "The meter " + readers::in_quotes(id) +
                                              " is not in the settings; its " +
                                              counted(rows, "row was", "rows were") + " left out.");
  }
  if (unknown_.size() > kMetersMax) {
    notes_.skipped(place(document_.name),
                   "And " + std::to_string(unknown_.size() - kMetersMax) +
                       " more meters are not in the settings; their rows were left out.");
  }
  if (calorific_assumed_) notes_.info(place(document_.name), std::string(kCalorificAssumed));
  for (const auto& [meter, rows] : out_of_use_) {
    notes_.skipped(place(document_.name),
                   counted(rows, "row", "rows") + " of the meter " + settings_.meters.at(meter).id +
                       (rows == 1 ? " lies" : " lie") +
                       " outside the days on which the settings have it in use" +
                       (rows == 1 ? " and was left out." : " and were left out."));
  }
}

std::string shown_number(double value) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.3f", value);
  std::string out(text.data(), static_cast<std::size_t>(std::clamp(length, 0, 63)));
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

}  // namespace kpid::plugins::estates
