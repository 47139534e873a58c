// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The evaluation of definitions: of one organisation, of every school at once, and of the trust as
// their sum. What kpi_series() and kpi_inputs() are made of. [one thread]

#include <optional>
#include <string>
#include <vector>

#include "kpis/derive.hpp"
#include "kpis/kpi_values.hpp"
#include "kpis/parts.hpp"

namespace kpid {

class Evaluation {
 public:
  // With `keep_inputs` every value, a roll-up too, lists all that it rests on.
  Evaluation(const Config& config, const MeasurementReader& reader, std::optional<Timestamp> as_of,
             bool keep_inputs)
      : config_(config), reader_(reader), as_of_(as_of), keep_inputs_(keep_inputs) {}

  // Values of the periods that end on or after `from`, in order.
  [[nodiscard]] Result<std::vector<KpiValue>> series(const Kpi& kpi,
                                                     const Organisation& organisation,
                                                     const std::string& subgroup,
                                                     std::optional<Date> from);

 private:
  // Whose measurements are read: one organisation's own, every school's, or the trust's as it
  // stands in figures of its own (what is a measure there is the sum over its schools).
  struct Scope {
    enum class Kind { own, schools, trust };
    Kind kind = Kind::own;
    const Organisation* organisation = nullptr;  // of own and trust
  };
  struct Asked {
    const Scope& scope;
    const std::string& subgroup;
    std::optional<Date> from;
  };
  // A measure's rows, or those of two, of each organisation in scope.
  using Columns = std::map<std::string, std::vector<MeasureColumn>, std::less<>>;

  Result<Table> values(const Kpi& kpi, const Asked& asked);
  Result<Table> defined(const Kpi& kpi, const Asked& asked);
  Result<Table> of_measures(const Kpi& kpi, const Asked& asked);
  Result<Table> of_formula(const Kpi& kpi, const Formula& formula, const Asked& asked);
  Result<Table> of_months(const Kpi& kpi, const MonthsUntil& months, const Asked& asked);
  Result<Table> of_reference(const Kpi& kpi, const Reference& reference, const Asked& asked);
  Result<Table> of_measure_reference(const Reference& reference, const Asked& asked);
  Result<Table> of_kpi(const Kpi& kpi, const Asked& asked);
  Result<Columns> columns(const std::vector<std::string>& measures,
                          const std::vector<std::optional<Date>>& from, const Asked& asked);
  Result<void> add_schools(const std::string& measure, std::size_t index, std::size_t count,
                           const Window& window, const std::string& subgroup, Columns& columns);
  Result<std::vector<KpiValue>> sum_over_schools(const Kpi& kpi, const Organisation& trust,
                                                 const std::string& subgroup,
                                                 std::optional<Date> from);

  const Config& config_;
  const MeasurementReader& reader_;
  std::optional<Timestamp> as_of_;
  bool keep_inputs_;
  Formulas formulas_;
  std::vector<std::string> under_way_;  // ids of the KPIs that are being worked out
};

}  // namespace kpid
