// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a KPI's value is, computed from measurements when it is asked for: derived for one school,
// or rolled up to the trust by its parts. Nothing derived is stored, so nothing can disagree.
// Pure functions of what a MeasurementReader returns; no SQLite, no clock. [any thread]

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/config.hpp"
#include "model/error.hpp"
#include "model/kpi.hpp"
#include "model/organisation.hpp"

namespace kpid {

struct Window {
  std::optional<Timestamp> as_of;  // what was known then; empty: now
  std::optional<Date> from;        // periods that end on or after this day; empty: all
};

struct OrganisationMeasurement {
  std::string organisation;
  Measurement measurement;
};

class MeasurementReader {
 public:
  virtual ~MeasurementReader() = default;
  // The newest revision of each period as known at the window's instant, in order of period. Where
  // two sources speak of one period, the word that became known last counts.
  [[nodiscard]] virtual Result<std::vector<Measurement>> series(const SeriesKey& key,
                                                                const Window& window) const = 0;
  // The same over every organisation, in order of period, then organisation.
  [[nodiscard]] virtual Result<std::vector<OrganisationMeasurement>> across(
      std::string_view measure, std::string_view subgroup, const Window& window) const = 0;
};

// The values of a KPI for one organisation in order of period. For the trust: rolled up over the
// schools that were in it at the period's end and what it has beside them, each value with its
// completeness; of a KPI that does not roll up, what is measured of the trust itself. A period
// without a value is absent, never 0. From the config: the catalogue (a KPI may rest on others),
// the organisations and their school calendars.
//
// The roll-up is the KPI's own calculation over sums: what each measure that it names, at whatever
// depth, comes to over the schools that have all of them for the period. So a share rolls up by its
// parts, a gap between two shares by each one's own parts and of the same schools, and a linear
// expression is the sum of the schools' values. A percentage whose parts are not known is never
// added. Months until a limit, and a KPI that does not roll up, cannot be added: such a name stands
// for the trust's own value, and a formula that has one is worked out over the trust's values.
//
// A group below a KPI's `smallest_group` has no value; in the trust's sum it counts only together
// with others that make a large enough one.
[[nodiscard]] Result<std::vector<KpiValue>> kpi_series(
    const Kpi& kpi, const Organisation& organisation, std::string_view subgroup,
    const Config& config, const MeasurementReader& reader, const Window& window);

// The first Thursday of October in the academic year that holds this day.
[[nodiscard]] Date autumn_census_day(Date date) noexcept;

}  // namespace kpid
