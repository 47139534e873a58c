// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The trust's values of one KPI as sums over its schools. Pure.

#include <map>
#include <vector>

#include "kpis/parts.hpp"

namespace kpid {

class RollUpOf {
 public:
  RollUpOf(const Config& config, const Kpi& kpi);
  // A school counts in the periods at whose end it was in the trust.
  void add_school(const Organisation& school, PartedValue value);
  // What the trust holds beside its schools, such as its central services, belongs to its figure,
  // but is no school that the figure could be complete without. After every school.
  void add_beside(PartedValue value);
  // In order of period. Schools whose groups are too small to be shown count where they are large
  // enough together: else the trust's figure, less the schools that are shown, would tell them.
  [[nodiscard]] std::vector<KpiValue> values(Formulas& formulas) const;

 private:
  struct Sums {
    Sum shown;
    Sum small;
  };
  [[nodiscard]] std::uint32_t members_on(Date date) const;

  const Config& config_;
  const Kpi& kpi_;
  std::map<Period, Sums> by_period_;
  std::map<Period, std::uint32_t> beside_;  // how many of the shown are no school
  std::vector<Date> joined_;                // in order; a school that was always there: the first
  std::vector<Date> left_;                  // in order
};

}  // namespace kpid
