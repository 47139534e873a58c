// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How a series is carried on into the future, and what comes of it.

#include <cstdint>
#include <optional>

#include "model/time.hpp"

namespace kpid {

struct ForecastSpec {
  enum class Method { least_squares, seasonal_naive };
  Method method = Method::least_squares;
  std::uint32_t window = 12;  // periods with a value that are looked at, at most
  std::uint32_t ahead = 1;    // periods ahead of the newest one
  double sure = 80;           // per cent: the width of the interval low to high
  friend bool operator==(const ForecastSpec&, const ForecastSpec&) = default;
};

struct Forecast {
  double value = 0;  // expected, `ahead` periods on
  double low = 0;    // with `sure` per cent between low and high
  double high = 0;
  double per_period = 0;            // the trend; 0 for seasonal naive
  std::uint32_t points = 0;         // values that it rests on
  std::optional<double> r_squared;  // least squares only
};

}  // namespace kpid
