// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Carries a series on into the future. Pure.

#include <optional>
#include <span>

#include "model/forecast.hpp"
#include "model/kpi.hpp"
#include "model/threshold.hpp"

namespace kpid {

// The expected value `spec.ahead` periods after the newest one. Least squares: the straight line
// through the window's values over time (a gap counts as a gap), with the prediction interval of
// the residuals (Student's t; Draper and Smith, Applied Regression Analysis, 1.4). Seasonal naive:
// the value of the same period of the last year, with the interval from the errors that it would
// have made so far (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.5). Nothing
// where there are too few values: 3 for a line, for the season one full year and a value beyond it,
// for only then is an error known. `sure` is at least 0 (no interval) and below 100. A value that
// is no number is as good as absent.
[[nodiscard]] std::optional<Forecast> forecast(std::span<const KpiValue> series, Calendar calendar,
                                               const ForecastSpec& spec);

// Months from the newest period's end until the trend's line passes the limit: 0 where it or the
// newest value has passed, MonthsUntil::longest where it does not in that time. Nothing where there
// is no trend: too few values, or a method that has none.
[[nodiscard]] std::optional<double> months_until(std::span<const KpiValue> series,
                                                 Calendar calendar, const ForecastSpec& spec,
                                                 const Threshold& crosses);

}  // namespace kpid
