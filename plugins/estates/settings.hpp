// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the admin sets of a source of this plugin, as plain values.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "estates/carbon.hpp"
#include "estates/clock.hpp"
#include "readers/table.hpp"

namespace kpid::plugins::estates {

enum class Format { half_hourly, bills, compliance, defects, bids };
enum class Layout {
  automatic,
  banes,
  sheffield,
  british_gas,
  row_per_day,
  row_per_reading,
  series
};
enum class Labels { automatic, start, end };  // what the time of a reading marks
enum class ShownBy { local, gmt };            // which clock its times are shown by
enum class RepeatedHour { missing, summed };  // 48 values of the day that has 50 half hours
enum class Unit { kilowatt_hours, cubic_metres };

struct Meter {
  std::string id;      // MPAN, MPR or serial number, as the files have it
  std::string school;  // any code that the config gives the school
  Fuel fuel = Fuel::electricity;
  Unit unit = Unit::kilowatt_hours;
  std::int32_t first_day = kDayFirst;  // when it was in use
  std::int32_t last_day = kDayLast;
};

struct School {
  std::string code;
  std::optional<double> floor_area_m2;
  std::array<bool, kFuels> uses{true, true};  // by Fuel: what the school's total needs
};

struct Settings {
  Format format = Format::half_hourly;
  std::vector<Meter> meters;
  std::vector<School> schools;
  Layout layout = Layout::automatic;
  Labels labels = Labels::automatic;
  ShownBy clock = ShownBy::local;
  RepeatedHour repeated_hour = RepeatedHour::missing;
  std::optional<int> interval_minutes;  // 30 or 60
  double gaps_allowed_percent = 0;
  std::optional<double> calorific_value;  // MJ in a cubic metre
  Factors factors = Factors::built_in();
  bool transmission_losses = false;
  bool bills_are_consumption = false;
  bool last_day_billed = true;  // a bill's last day is part of it
  int due_within_days = 30;
  std::vector<std::string> sheet;  // of a workbook; none: the first
  // The names under which a column may stand in the header, by the column's name in the settings;
  // a column that is not named here has its usual names. Empty: the file has none.
  std::map<std::string, std::vector<std::string>, std::less<>> columns;
};

// The column with this name in the settings, under the names that they give it or else the usual.
readers::Column wanted_column(const Settings& settings, std::string_view name,
                              std::vector<std::string> usual, bool required);

// How every table of this plugin is read: no row of it is a person's.
readers::TableOptions table_options(const Settings& settings);

// Finds meters by their numbers, blanks aside. Borrows nothing.
class MeterNumbers {
 public:
  explicit MeterNumbers(const std::vector<Meter>& meters);
  // The index in `meters`.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id) const;

 private:
  std::unordered_map<std::string, std::size_t> indices_;
};

inline constexpr double kCalorificValueUsual = 39.5;
inline constexpr std::string_view kCalorificAssumed =
    "Cubic metres were taken at 39.5 MJ each; set calorific_value to what the bill says.";

// Energy in a cubic metre of gas as bills work it out: corrected for temperature and pressure by
// 1.02264, times the calorific value in MJ, by 3.6 MJ in a kWh.
constexpr double kilowatt_hours_of(double cubic_metres, double calorific_value) noexcept {
  constexpr double kCorrection = 1.02264;
  constexpr double kMegajoules = 3.6;
  return cubic_metres * kCorrection * calorific_value / kMegajoules;
}

}  // namespace kpid::plugins::estates
