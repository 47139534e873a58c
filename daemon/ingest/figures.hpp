// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads no more of a KPI's past than the rules that judge it look at.

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "kpis/kpi_values.hpp"
#include "model/config.hpp"

namespace kpid::ingest {

// How much of the past a judgement may look at.
struct Reach {
  std::size_t periods = 0;      // values that must be there, where the series has as many
  std::chrono::days behind{0};  // what a judged period is compared with lies no further back
  std::chrono::days full{0};    // how full a roll-up may be is seen from so long before the newest
  std::size_t window = 0;       // values that each judgement rests on: of a forecast
  std::chrono::days back{0};    // a first guess of how far back all of this lies from today
  bool everything = false;
};
[[nodiscard]] Reach reach_of(const Rule& rule, const Kpi& kpi, const Organisation& organisation);
[[nodiscard]] Reach further_of(const Reach& one, const Reach& other);

class Figures {
 public:
  Figures(const MeasurementReader& reader, const Config& config)
      : reader_(reader), config_(config) {}

  [[nodiscard]] Result<std::vector<KpiValue>> read(const Kpi& kpi, const Organisation& organisation,
                                                   std::string_view subgroup,
                                                   std::optional<Date> from) const;
  // The values that a rule compares with: of its other KPI or organisation; else none. Those of an
  // organisation that many are compared with are read once. Valid until the next call.
  [[nodiscard]] Result<std::span<const KpiValue>> other(const Rule& rule, const Kpi& kpi,
                                                        const Organisation& organisation,
                                                        std::optional<Date> from);

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::optional<Date>>;
  const MeasurementReader& reader_;
  const Config& config_;
  std::map<Key, std::vector<KpiValue>> references_;
  std::vector<KpiValue> last_;
};

}  // namespace kpid::ingest
