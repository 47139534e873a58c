// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// Measurements in memory, for the tests of what is computed from them: the pure rooms need no
// SQLite. Revisions and as-of reads behave as MeasurementReader promises.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "kpis/kpi_values.hpp"

namespace kpid::testing {

class MemoryReader final : public MeasurementReader {
 public:
  void put(const SeriesKey& key, Period period, double value, Timestamp known_at = {}) {
    Measurement row;
    row.period = period;
    row.value = value;
    row.known_at = known_at;
    put(key, row);
  }
  void put(const SeriesKey& key, Measurement row) {  // numbers its revision
    auto& revisions = data_[key][row.period];
    row.revision = static_cast<std::uint32_t>(revisions.size() + 1);
    revisions.push_back(row);
  }
  void put(const std::string& measure, const std::string& organisation, Date day, double value,
           Timestamp known_at = {}) {
    put({measure, organisation, ""}, {day, day}, value, known_at);
  }

  Result<std::vector<Measurement>> series(const SeriesKey& key,
                                          const Window& window) const override {
    std::vector<Measurement> rows;
    const auto found = data_.find(key);
    if (found == data_.end()) return rows;
    for (const auto& [period, revisions] : found->second) {
      if (window.from && period.end < *window.from) continue;
      const Measurement* newest = nullptr;
      for (const auto& row : revisions) {
        if (!window.as_of || row.known_at <= *window.as_of) newest = &row;
      }
      if (newest != nullptr) rows.push_back(*newest);
    }
    return rows;
  }

  Result<std::vector<OrganisationMeasurement>> across(std::string_view measure,
                                                      std::string_view subgroup,
                                                      const Window& window) const override {
    std::vector<OrganisationMeasurement> all;
    for (const auto& [key, periods] : data_) {
      if (key.measure != measure || key.subgroup != subgroup) continue;
      auto rows = series(key, window);
      for (auto& row : *rows) all.push_back({key.organisation, row});
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.measurement.period < b.measurement.period;
    });
    return all;
  }

 private:
  std::map<SeriesKey, std::map<Period, std::vector<Measurement>>> data_;
};

}  // namespace kpid::testing
