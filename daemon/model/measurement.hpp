// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// An observation after normalisation, as the store keeps and returns it.

#include <cstdint>
#include <optional>
#include <string>

#include "model/time.hpp"

namespace kpid {

// One measure of one organisation and subgroup over time.
struct SeriesKey {
  std::string measure;
  std::string organisation;  // canonical code
  std::string subgroup;      // canonical text
  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};

struct Measurement {
  Period period;
  double value = 0;
  std::optional<double> numerator;
  std::optional<double> denominator;
  std::uint32_t revision = 1;  // counted from 1 within (series, period)
  Timestamp known_at{};
  std::int64_t run = 0;
  std::int64_t document = 0;  // row of the store's document table; 0: none
  std::uint32_t row_first = 0;
  std::uint32_t row_last = 0;
  std::optional<Date> stated_on;  // the day on which the source stated it
};

}  // namespace kpid
