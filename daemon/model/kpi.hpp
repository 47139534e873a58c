// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What people steer by: a KPI's definition, as the catalogue has it, and a value of it.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/measurement.hpp"
#include "model/time.hpp"
#include "model/unit.hpp"

namespace kpid {

enum class Direction { higher_is_better, lower_is_better };
enum class RollUp { sum, none };  // ratios roll up by their parts: sum applies to each part

struct MeasureOf {  // the measure itself
  std::string measure;
};
struct RatioOf {  // numerator / denominator; times 100 where the KPI's unit is percent
  std::string numerator;
  std::string denominator;
};
struct DifferenceOf {  // minuend - subtrahend
  std::string minuend;
  std::string subtrahend;
};
// The measure now minus the same measure on the autumn census day of the same academic year (the
// first Thursday of October): the observation on that day or the last before it since 1 September,
// else the first after it up to 31 December; without one there is no value.
struct ChangeSinceAutumnCensus {
  std::string measure;
};
// The measure now minus the same measure a year before: of the same period of that year; for a
// daily measure of the nearest day within 31 days of it. Without one there is no value.
struct ChangeSinceYearBefore {
  std::string measure;
};
using KpiDefinition =
    std::variant<MeasureOf, RatioOf, DifferenceOf, ChangeSinceAutumnCensus, ChangeSinceYearBefore>;

struct Kpi {
  std::string id;
  std::string title;
  std::string plan;  // reference into the strategic plan, "5.2"
  Unit unit = Unit::count;
  Direction direction = Direction::higher_is_better;
  Calendar calendar = Calendar::day;
  KpiDefinition definition;
  RollUp roll_up = RollUp::sum;
  std::optional<double> target;
  std::string owner;
  int decimals = 0;
  // What one unit is worth in pence, from the config's [funding]; "per_pupil" for pupil numbers.
  std::string worth_rate;
};

// The measures that a definition reads, in a fixed order.
[[nodiscard]] std::vector<std::string> measures_of(const KpiDefinition& definition);

struct Completeness {
  std::uint32_t have = 1;  // schools that have a figure
  std::uint32_t of = 1;    // schools that should
  [[nodiscard]] bool complete() const noexcept { return have == of; }
  friend bool operator==(const Completeness&, const Completeness&) = default;
};

struct KpiInput {  // a measurement that a value rests on
  SeriesKey series;
  Measurement measurement;
};

struct KpiValue {
  Period period;
  double value = 0;
  std::optional<double> numerator;
  std::optional<double> denominator;
  Completeness completeness;
  Timestamp known_at{};          // when the newest of its inputs was known
  bool corrected = false;        // an input is not its first revision
  std::vector<KpiInput> inputs;  // for one school: what it was computed from; empty for a roll-up
};

}  // namespace kpid
