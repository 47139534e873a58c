// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What people steer by: a KPI's definition, as the catalogue has it, and a value of it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/forecast.hpp"
#include "model/measurement.hpp"
#include "model/school_calendar.hpp"
#include "model/threshold.hpp"
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

// A name in an expression: a measure, or another KPI, of the organisation that is asked for.
struct Reference {
  enum class At {
    same_period,
    autumn_census,  // the autumn census of the academic year that holds the period
    year_before,    // the same stretch of the year before, by the school calendar
    latest,         // the newest period that ends on or before this one's end, or contains it
  };
  std::string name;
  bool is_kpi = false;                  // config/ resolves it
  std::optional<std::string> subgroup;  // canonical; none: the subgroup that is asked for
  At at = At::same_period;
  Unit unit = Unit::count;  // of a measure, where its manifest says: a percentage is never added up
  friend bool operator==(const Reference&, const Reference&) = default;
};
// An arithmetic expression over references, as muParser reads it: the operator's text with each
// reference replaced by r0, r1, … Where there is a denominator the parts stay apart, so that the
// value rolls up by them; times 100 where the KPI's unit is percent.
struct Formula {
  std::string written;  // as the catalogue has it, for people
  std::vector<Reference> references;
  std::string numerator;
  std::string denominator;  // empty: the numerator is the value
};
// In how many months another KPI passes a limit at the present trend: 0 where it has, at most
// `longest`, which also stands for "not in sight".
struct MonthsUntil {
  std::string kpi;
  Threshold crosses;    // "< 5"
  bool target = false;  // crosses the KPI's target instead of a number, in the bad direction
  ForecastSpec forecast;
  static constexpr double longest = 120;
};
using KpiDefinition = std::variant<MeasureOf, RatioOf, DifferenceOf, ChangeSinceAutumnCensus,
                                   ChangeSinceYearBefore, Formula, MonthsUntil>;

// A target that differs from the KPI's own: for one organisation, for some time, or both. With two
// values it is a trajectory, a straight line from the first day to the last.
struct Target {
  std::string organisation;    // canonical code; empty: all
  std::optional<Period> days;  // periods that end in it; none: always
  double value = 0;
  std::optional<double> value_at_end;
  friend bool operator==(const Target&, const Target&) = default;
};

// A measure of a subgroup that a KPI rests on.
struct MeasureInput {
  std::string measure;
  std::optional<std::string> subgroup;  // none: the subgroup that is asked for
  friend auto operator<=>(const MeasureInput&, const MeasureInput&) = default;
};

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
  std::vector<Target> targets;       // exceptions from `target`
  std::uint32_t smallest_group = 0;  // a value over fewer (its denominator, else itself) is absent
  // A period that is later than this raises a stale alert; none: what its calendar allows.
  // `watched` is false where the catalogue says stale = false.
  std::optional<Span> stale_after;
  bool watched = true;
  std::string owner;
  int decimals = 0;
  // What one unit is worth in pence, from the config's [funding]; "per_pupil" for pupil numbers.
  std::string worth_rate;
  // Every measure that the value rests on, through other KPIs too; config/ fills it.
  std::vector<MeasureInput> inputs;
};

// The target of an organisation for a period: of the exceptions that fit, one for the organisation
// before one for all, a dated before an undated, a later before an earlier; else the KPI's own.
[[nodiscard]] std::optional<double> target_of(const Kpi& kpi, std::string_view organisation,
                                              const Period& period);

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
  bool corrected = false;        // an input is not its first revision, nor a year so far moving on
  std::vector<KpiInput> inputs;  // for one school: what it was computed from; empty for a roll-up
};

}  // namespace kpid
