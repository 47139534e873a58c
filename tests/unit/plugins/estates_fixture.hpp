// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the tests of the plugin "estates" share: settings and documents in few words, and what came
// of them as text.

#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "estates/formats.hpp"
#include "estates/layouts.hpp"
#include "support/places.hpp"
#include "unit/plugins/shown.hpp"

namespace kpid::plugins::estates {

inline const std::filesystem::path kRealEnergy =
    std::filesystem::path{kpid::testing::source_folder()} / ".." / "shared" / "data" / "energy";

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::int32_t day(int year, unsigned month, unsigned of_month) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(of_month)};
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

// Documents that own their bytes.
class Files {
 public:
  Files() = default;
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  Files& add(std::string name, std::string bytes) {
    bytes_.push_back(std::move(bytes));
    documents_.push_back(
        {static_cast<std::uint32_t>(documents_.size() + 1), std::move(name), bytes_.back(), 0});
    return *this;
  }
  [[nodiscard]] const std::vector<Document>& documents() const { return documents_; }

 private:
  std::deque<std::string> bytes_;
  std::vector<Document> documents_;
};

inline Settings with_meter(const std::string& id, Fuel fuel = Fuel::electricity) {
  Settings out;
  out.meters.push_back({id, "900001", fuel, Unit::kilowatt_hours, kDayFirst, kDayLast});
  out.schools.push_back({"900001", std::nullopt, {true, false}});
  return out;
}

// "meter day: 48 half hours 226.103 kWh (2 estimated) row 2", a line each; then the notes, or the
// error.
inline std::string shown_days(const Files& files, const Settings& settings) {
  Notes notes;
  std::uint64_t rows = 0;
  const auto read = read_half_hours(files.documents(), settings, notes, rows);
  if (!read) return "error " + read.error().sentence + "\n";
  std::string out;
  for (std::size_t meter = 0; meter < read->meters(); ++meter) {
    for (const auto& [on, of_day] : read->days(meter)) {
      int have = 0;
      int estimated = 0;
      double sum = 0;
      for (std::size_t i = 0; i < kHalfHoursMax; ++i) {
        have += counts(of_day.states.at(i)) ? 1 : 0;
        estimated += of_day.states.at(i) == State::estimated ? 1 : 0;
        sum += of_day.kilowatt_hours.at(i);
      }
      char text[32];
      std::snprintf(text, sizeof(text), "%.9g", sum);
      out += settings.meters[meter].id + " " + day_text(on) + ": " + std::to_string(have) + " of " +
             std::to_string(half_hours_of(on)) + ", " + text + " kWh";
      if (estimated > 0) out += ", " + std::to_string(estimated) + " estimated";
      out += "\n";
    }
  }
  return out + shown(Reading{{}, notes.take(), rows});
}

}  // namespace kpid::plugins::estates
