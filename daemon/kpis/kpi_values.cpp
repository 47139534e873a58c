// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "kpis/kpi_values.hpp"

#include "kpis/evaluation.hpp"

namespace kpid {

Date autumn_census_day(Date date) noexcept {
  const std::chrono::year_month_day start{academic_year_of(date).start};
  return Date{start.year() / std::chrono::October / std::chrono::Thursday[1]};
}

Result<std::vector<KpiValue>> kpi_series(const Kpi& kpi, const Organisation& organisation,
                                         std::string_view subgroup, const Config& config,
                                         const MeasurementReader& reader, const Window& window) {
  // A roll-up over hundreds of schools does not carry what each of them rests on: kpi_inputs()
  // does.
  const bool keep_inputs =
      organisation.kind != OrganisationKind::trust || kpi.roll_up == RollUp::none;
  Evaluation evaluation{config, reader, window.as_of, keep_inputs};
  return evaluation.series(kpi, organisation, std::string{subgroup}, window.from);
}

}  // namespace kpid
