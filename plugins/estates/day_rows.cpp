// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "day_rows.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "estates/times.hpp"

namespace kpid::plugins::estates {
namespace {

using readers::Table;

constexpr std::size_t kUsualDay = 48;
constexpr int kShortDay = 46;
constexpr int kLongDay = 50;
constexpr std::size_t kChangeFirst = 2;  // the cells of the hour that clocks leave out or repeat
constexpr std::size_t kChangeEnd = 4;

bool nothing_in(std::span<const std::optional<double>> cells, std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < std::min(end, cells.size()); ++i) {
    if (cells[i] && *cells[i] != 0) return false;
  }
  return true;
}

bool any_in(std::span<const std::optional<double>> cells, std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < std::min(end, cells.size()); ++i) {
    if (cells[i]) return true;
  }
  return false;
}

class DayRows {
 public:
  DayRows(const Document& document, const LayoutTable& layout, const Settings& settings, Rows& rows)
      : document_(document),
        layout_(layout),
        settings_(settings),
        rows_(rows),
        out_(settings.meters.size()) {}

  void take() {
    const Table& table = layout_.table;
    const auto meter = rows_.meter(table, day_column::meter);
    if (!meter) return;
    const auto on = day();
    if (!on || !rows_.in_use(*meter, *on)) return;
    const auto unit = unit_of(*meter);
    if (!unit || !is_of_fuel(settings_.meters.at(*meter).fuel)) return;
    std::vector<std::optional<double>> cells;
    cells.reserve(layout_.half_hours.size());
    for (const std::size_t column : layout_.half_hours) {
      cells.push_back(rows_.amount(table, column, *unit));
    }
    if (!adds_up(cells, *unit)) return;
    add(*meter, *on, cells);
  }

  HalfHours result() { return std::move(out_); }

 private:
  std::optional<std::int32_t> day() {
    const auto cell = day_of(layout_.table, day_column::date);
    if (cell && *cell) return *cell;
    rows_.left_out(cell ? layout_.table.fault(day_column::date, "is no date") : cell.error());
    return std::nullopt;
  }

  std::optional<Unit> unit_of(std::size_t meter) {
    const Table& table = layout_.table;
    const auto cell = table.text(day_column::unit);
    if (cell && !*cell) return settings_.meters.at(meter).unit;
    if (cell && (**cell == "kWh" || **cell == "KWH" || **cell == "kwh")) {
      return Unit::kilowatt_hours;
    }
    if (cell && (**cell == "m3" || **cell == "M3" || **cell == "m\u00B3")) {
      return Unit::cubic_metres;
    }
    rows_.left_out(table.fault(day_column::unit, "is not a unit that kpid knows (kWh, m3)"));
    return std::nullopt;
  }

  bool is_of_fuel(Fuel fuel) {
    const Table& table = layout_.table;
    const auto cell = table.text(day_column::fuel);
    if (cell && !*cell) return true;
    const bool electricity = cell && (**cell)[0] != 'G' && (**cell)[0] != 'g';
    if (cell && electricity == (fuel == Fuel::electricity)) return true;
    rows_.left_out(table.fault(day_column::fuel, "is not " + std::string(name_of(fuel)) +
                                                     ", which the settings say of this meter"));
    return false;
  }

  // Where the row has a total, its readings add up to it, as far as three decimals can tell.
  bool adds_up(const std::vector<std::optional<double>>& cells, Unit unit) {
    constexpr double kRounding = 0.03;
    constexpr double kShare = 1e-6;
    const Table& table = layout_.table;
    const auto total = table.number(day_column::total);
    if (!total) {
      rows_.left_out(total.error());
      return false;
    }
    if (!*total) return true;
    double sum = 0;
    for (const auto& cell : cells) {
      if (!cell) return true;
      sum += *cell;
    }
    const double wanted = rows_.to_kilowatt_hours(**total, unit);
    if (std::fabs(sum - wanted) <= kRounding + kShare * std::fabs(wanted)) return true;
    rows_.left_out(table.fault(day_column::total,
                               "is not what the half hours add up to, " + shown_number(sum)));
    return false;
  }

  void add(std::size_t meter, std::int32_t day, const std::vector<std::optional<double>>& cells) {
    const bool local = settings_.clock == ShownBy::local;
    const int half_hours = local ? half_hours_of(day) : static_cast<int>(kUsualDay);
    const auto placed = place_in_day(cells, half_hours, settings_.repeated_hour);
    if (!placed) {
      rows_.left_out({"The row has more readings than the " + std::to_string(half_hours) +
                          " half hours of " + day_text(day) +
                          (local ? "; if its times are GMT all year, set clock = \"gmt\"."
                                 : " in GMT; set clock = \"local\"."),
                      layout_.table.row(), ""});
      return;
    }
    const Slot begin = local ? day_begin(day) : day * static_cast<Slot>(kUsualDay);
    for (const Placed& one : *placed) {
      out_.add(meter, begin + one.half_hour + layout_.first,
               {one.amount, false, &document_, layout_.table.row()});
    }
  }

  const Document& document_;
  const LayoutTable& layout_;
  const Settings& settings_;
  Rows& rows_;
  HalfHours out_;
};

}  // namespace

std::optional<std::vector<Placed>> place_in_day(std::span<const std::optional<double>> cells,
                                                int half_hours, RepeatedHour repeated) {
  std::size_t skipped_first = kUsualDay;  // these cells are no half hours of this day
  std::size_t skipped_end = cells.size();
  if (half_hours == kShortDay) {
    // Blank cells say more than zeros do: a meter may well stand still at midnight.
    const bool last_blank = !any_in(cells, kShortDay, cells.size());
    const bool change_blank = !any_in(cells, kChangeFirst, kChangeEnd);
    const bool last = last_blank || (!change_blank && !nothing_in(cells, kChangeFirst, kChangeEnd));
    skipped_first = last ? kShortDay : kChangeFirst;
    skipped_end = last ? cells.size() : kChangeEnd;
    if (!last && !nothing_in(cells, kUsualDay, cells.size())) return std::nullopt;
  } else if (half_hours == kLongDay) {
    skipped_first = cells.size();
  }
  if (!nothing_in(cells, skipped_first, skipped_end)) return std::nullopt;
  const bool repeats = half_hours == kLongDay && !any_in(cells, kUsualDay, cells.size());
  const bool sums = repeats && repeated == RepeatedHour::summed;
  std::vector<Placed> out;
  out.reserve(kDayColumns);
  for (std::size_t i = 0; i < cells.size() && i < static_cast<std::size_t>(kLongDay); ++i) {
    if (!cells[i] || (i >= skipped_first && i < skipped_end)) continue;
    auto at = static_cast<int>(i);
    if (half_hours == kShortDay && skipped_end == kChangeEnd && i >= kChangeEnd) at -= 2;
    if (repeats && i >= kChangeEnd) at += 2;
    if (sums && i >= kChangeFirst && i < kChangeEnd) {
      out.push_back({at, *cells[i] / 2});
      out.push_back({at + 2, *cells[i] / 2});
    } else {
      if (at < half_hours) out.push_back({at, *cells[i]});
    }
  }
  return out;
}

tl::expected<HalfHours, Failure> read_day_rows(const Document& document, LayoutTable& layout,
                                               const Settings& settings, Rows& rows) {
  DayRows out(document, layout, settings, rows);
  for (;;) {
    const auto more = layout.table.next();
    if (!more) return tl::unexpected(failure(document.name, more.error()));
    if (!*more) break;
    out.take();
  }
  return out.result();
}

}  // namespace kpid::plugins::estates
