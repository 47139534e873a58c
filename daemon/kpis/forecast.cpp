// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <boost/math/distributions/students_t.hpp>

#include "kpis/period_position.hpp"

namespace kpid {
namespace {

struct Point {
  double at = 0;  // the period's end, in periods
  double value = 0;
};

struct Line {
  double mean_at = 0;
  double mean_value = 0;
  double spread = 0;   // sum of squares of the places around their mean
  double slope = 0;    // per period
  double scatter = 0;  // standard deviation of the residuals
  double freedom = 0;  // degrees of
  std::optional<double> r_squared;
  [[nodiscard]] double at(double place) const { return mean_value + slope * (place - mean_at); }
};

// The newest `window` values that are numbers, in order of time.
std::vector<Point> points_of(std::span<const KpiValue> series, Calendar calendar,
                             std::uint32_t window) {
  std::vector<Point> points;
  for (auto value = series.rbegin(); value != series.rend() && points.size() < window; ++value) {
    if (!std::isfinite(value->value)) continue;
    points.push_back({position_of(value->period, calendar), value->value});
  }
  std::reverse(points.begin(), points.end());
  std::stable_sort(points.begin(), points.end(),
                   [](const Point& a, const Point& b) { return a.at < b.at; });
  return points;
}

std::optional<Line> line_through(const std::vector<Point>& points) {
  constexpr std::size_t fewest = 3;  // two points leave nothing to judge the line by
  if (points.size() < fewest) return std::nullopt;
  const auto count = static_cast<double>(points.size());
  Line line;
  for (const Point& point : points) {
    line.mean_at += point.at / count;
    line.mean_value += point.value / count;
  }
  double together = 0;
  double total = 0;
  for (const Point& point : points) {
    const double aside = point.at - line.mean_at;
    const double above = point.value - line.mean_value;
    line.spread += aside * aside;
    together += aside * above;
    total += above * above;
  }
  if (line.spread <= 0) return std::nullopt;  // all of them end on one day
  line.slope = together / line.spread;
  double unexplained = 0;
  for (const Point& point : points) {
    const double residual = point.value - line.at(point.at);
    unexplained += residual * residual;
  }
  line.freedom = count - 2;
  line.scatter = std::sqrt(unexplained / line.freedom);
  if (!std::isfinite(line.slope) || !std::isfinite(line.scatter)) return std::nullopt;
  if (total > 0) line.r_squared = std::clamp(1 - unexplained / total, 0.0, 1.0);
  return line;
}

// Half the width, in standard errors, of the interval that holds `sure` per cent.
std::optional<double> half_width(double freedom, double sure) {
  if (!(sure >= 0 && sure < 100)) return std::nullopt;
  if (sure == 0) return 0.0;
  const double share = 0.5 + sure / 200;
  if (share >= 1) return std::nullopt;  // rounded: nothing is that sure
  return boost::math::quantile(boost::math::students_t(freedom), share);
}

std::optional<Forecast> with_interval(Forecast forecast, double freedom, double error,
                                      double sure) {
  const auto width = half_width(freedom, sure);
  if (!width) return std::nullopt;
  forecast.low = forecast.value - *width * error;
  forecast.high = forecast.value + *width * error;
  if (!std::isfinite(forecast.low) || !std::isfinite(forecast.high)) return std::nullopt;
  return forecast;
}

std::optional<Forecast> least_squares(const std::vector<Point>& points, const ForecastSpec& spec) {
  const auto line = line_through(points);
  if (!line) return std::nullopt;
  const double place = points.back().at + spec.ahead;
  const double aside = place - line->mean_at;
  const double error = line->scatter * std::sqrt(1 + 1 / static_cast<double>(points.size()) +
                                                 aside * aside / line->spread);
  Forecast forecast;
  forecast.value = line->at(place);
  forecast.per_period = line->slope;
  forecast.points = static_cast<std::uint32_t>(points.size());
  forecast.r_squared = line->r_squared;
  return with_interval(forecast, line->freedom, error, spec.sure);
}

// The value at a place in time, or the nearest to it that still counts as that period's.
const Point* near(const std::vector<Point>& points, double place, Calendar calendar) {
  // Of a daily figure any day of that half week will do: the day itself may have been a Sunday.
  const double tolerance = calendar == Calendar::day ? 3.5 : 0.5;
  auto after = std::lower_bound(points.begin(), points.end(), place,
                                [](const Point& point, double at) { return point.at < at; });
  const Point* nearest = after == points.end() ? nullptr : &*after;
  if (after != points.begin()) {
    const Point* before = &*std::prev(after);
    if (nearest == nullptr || place - before->at < nearest->at - place) nearest = before;
  }
  if (nearest == nullptr || std::fabs(nearest->at - place) >= tolerance) return nullptr;
  return nearest;
}

std::optional<Forecast> seasonal_naive(const std::vector<Point>& points, Calendar calendar,
                                       const ForecastSpec& spec) {
  const double season = periods_in_a_year(calendar);
  if (points.empty()) return std::nullopt;
  // How many whole years back the newest value stands that a period so far ahead can rest on.
  const double years = std::max(1.0, std::ceil(spec.ahead / season));
  const Point* like = near(points, points.back().at + spec.ahead - years * season, calendar);
  if (like == nullptr) return std::nullopt;
  double squares = 0;
  double count = 0;
  for (const Point& point : points) {
    const Point* before = near(points, point.at - season, calendar);
    if (before == nullptr) continue;
    squares += (point.value - before->value) * (point.value - before->value);
    ++count;
  }
  if (count == 0) return std::nullopt;  // nothing tells how far off it would have been
  Forecast forecast;
  forecast.value = like->value;
  forecast.points = static_cast<std::uint32_t>(points.size());
  return with_interval(forecast, count, std::sqrt(squares / count) * std::sqrt(years), spec.sure);
}

}  // namespace

std::optional<Forecast> forecast(std::span<const KpiValue> series, Calendar calendar,
                                 const ForecastSpec& spec) {
  const std::vector<Point> points = points_of(series, calendar, spec.window);
  switch (spec.method) {
    case ForecastSpec::Method::least_squares:
      return least_squares(points, spec);
    case ForecastSpec::Method::seasonal_naive:
      return seasonal_naive(points, calendar, spec);
  }
  return std::nullopt;
}

std::optional<double> months_until(std::span<const KpiValue> series, Calendar calendar,
                                   const ForecastSpec& spec, const Threshold& crosses) {
  const std::vector<Point> points = points_of(series, calendar, spec.window);
  // That a limit has been passed is a fact, whatever the trend.
  if (!points.empty() && crosses.breached_by(points.back().value)) return 0;
  if (spec.method != ForecastSpec::Method::least_squares) return std::nullopt;
  const auto line = line_through(points);
  if (!line) return std::nullopt;
  const double now = line->at(points.back().at);
  if (!std::isfinite(now)) return std::nullopt;
  if (crosses.breached_by(now)) return 0;
  const double gap = crosses.bound - now;
  const double periods = gap / line->slope;
  // Away from the limit, or along it: not in sight. A line that meets it now passes it now.
  if (gap == 0) {
    const bool low_is_bad = crosses.op == Threshold::Operator::below;
    return (low_is_bad ? line->slope < 0 : line->slope > 0) ? 0 : MonthsUntil::longest;
  }
  if (!std::isfinite(periods) || periods < 0) return MonthsUntil::longest;
  return std::min(periods * months_in_a_period(calendar), MonthsUntil::longest);
}

}  // namespace kpid
