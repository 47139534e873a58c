// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Why an alert is there: what a rule held the figure against, what it expects of the future, and
// how the school's calendar counts. [any thread]

#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "kpis/kpi_values.hpp"
#include "model/config.hpp"
#include "rules/evaluate.hpp"
#include "store/store.hpp"

namespace kpid::http {

// The values of the other KPI or organisation that the rule names; none where it names none.
[[nodiscard]] Result<std::vector<KpiValue>> other_series(const store::Reader& reader,
                                                         const Config& config, const Rule& rule,
                                                         const Kpi& kpi,
                                                         const Organisation& organisation,
                                                         const Window& window);

// {"value", "text", "low", "high", "sure", "ahead", "per_period", "points", "r_squared"}
[[nodiscard]] boost::json::value forecast_json(const std::optional<Forecast>& forecast,
                                               const Rule& rule, const Kpi& kpi);

// What of the school year counts in the alert's judgement of `today`:
// "day" {"date", "kind", "name"}; "term" {"name", "from", "to"} or null;
// "breach" {"from", "school_days"}: how many since the breach began, or was seen;
// "closed" [{"from", "to", "name"}]: weekdays without school since then, or since the last figure;
// "late" {"last", "due", "allowed", "school_days"} of a rule for silence, or null;
// "compared" {"period", "teaching_week"} of a rule that compares with a year or a term before, or
// null; "typical": no file has the term dates of that day, so that the usual English year counts.
[[nodiscard]] boost::json::object calendar_json(const Config& config, const Rule* rule,
                                                const Kpi& kpi, const Alert& alert, Date today);

}  // namespace kpid::http
