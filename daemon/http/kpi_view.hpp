// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// KPIs as the API shows them: the newest value of each for every organisation, and one series with
// all that it rests on. [any thread]

#include <cstddef>
#include <optional>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "model/config.hpp"
#include "store/store.hpp"

namespace kpid::http {

// With `as_of` what was known at that instant, coloured by the alerts that were open then.
[[nodiscard]] Result<boost::json::value> kpis_view(const store::Reader& reader,
                                                   const Config& config,
                                                   std::optional<Timestamp> as_of = {});

struct KpiQuestion {
  const Kpi* kpi = nullptr;                    // points into the config
  const Organisation* organisation = nullptr;  // likewise
  std::string subgroup;
  Window window;
  std::size_t limit = 366;  // the newest periods
};
[[nodiscard]] Result<boost::json::value> kpi_view(const store::Reader& reader, const Config& config,
                                                  const KpiQuestion& question);

// The measurements that a value rests on; of a trust's figure those of each school.
[[nodiscard]] Result<boost::json::array> inputs_json(const store::Reader& reader,
                                                     const Config& config,
                                                     const KpiQuestion& question,
                                                     const KpiValue& value);

}  // namespace kpid::http
