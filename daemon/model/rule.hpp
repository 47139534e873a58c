// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// When a KPI calls for attention.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/forecast.hpp"
#include "model/school_calendar.hpp"
#include "model/threshold.hpp"

namespace kpid {

enum class Severity { none, amber, red };
[[nodiscard]] std::string_view to_string(Severity severity) noexcept;
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view text) noexcept;

// What the KPI's value is held against. With `number` the value itself meets the thresholds; with
// `forecast` the value expected some periods ahead; with `stale` nothing but the calendar counts;
// else the difference to the reference does, absolute or in per cent of the reference.
enum class Comparison {
  number,
  target,
  period_before,
  term_before,
  year_before,
  kpi,           // another KPI of the same organisation, of the same period
  organisation,  // the same KPI of another organisation: England, the trust
  forecast,
  stale,
};
[[nodiscard]] std::string_view to_string(Comparison comparison) noexcept;  // "period_before", …
enum class ChangeIn { absolute, percent };

// An alert that fired and resolved `high` times or more within the window is flapping: it is told
// of once and then held open until no more than `low` changes are left in the window.
struct Flapping {
  Span window{40, Span::Unit::school_days};
  std::uint32_t high = 4;
  std::uint32_t low = 1;
  friend bool operator==(const Flapping&, const Flapping&) = default;
};

struct Rule {
  std::string name;
  std::string kpi;
  Comparison compare = Comparison::number;
  ChangeIn change_in = ChangeIn::absolute;
  std::string other_kpi;           // compare = kpi
  std::string other_organisation;  // compare = organisation; canonical code
  ForecastSpec forecast;           // compare = forecast
  // compare = stale: a period later than this is missing; none: what the KPI or its calendar
  // allows.
  std::optional<Span> stale_after;
  std::optional<Threshold> red;
  std::optional<Threshold> amber;
  double clear_margin = 0;        // a severity ends only when its threshold is cleared by this much
  std::uint32_t for_periods = 1;  // periods in a row in breach before it fires
  std::optional<Flapping> flapping;
  // The share of the schools, in per cent, that the trust's figure must come from to be judged.
  // None: all for a sum, as many as the last year saw for a ratio.
  std::optional<double> complete_enough;
  std::vector<std::string> organisations;  // canonical codes; empty: every school and the trust
  std::string subgroup;                    // canonical; the subgroup that the rule looks at
  std::string owner;                       // defaults to the KPI's
  std::string runbook;
  bool implied = false;  // a stale rule that nobody wrote: "stale." and the KPI's id
};

}  // namespace kpid
